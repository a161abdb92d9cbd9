import pytest

from crawler.charset import decode

TEXT = "L’hôpital d’Évreux : « 1 000 € », œuvre à Nîmes"


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("utf-8", None, None),
        ("utf-8", "text/html; charset=iso-8859-1", None),  # wrongly declared, both ways round
        ("utf-8", None, "windows-1252"),
        ("cp1252", "text/html; charset=utf-8", None),
        ("cp1252", None, "utf-8"),
        ("cp1252", "text/html; charset=ISO-8859-1", None),  # what Latin-1 pages really hold
        ("cp1252", None, None),
        ("cp1252", "text/html; charset=hexagonal", None),
        ("utf-8-sig", "text/html; charset=iso-8859-1", "iso-8859-1"),
        ("utf-16", None, None),
    ],
)
def test_text_is_read_whatever_the_page_says_of_its_encoding(encoding: str, header: str | None, meta: str | None):
    page = f'<meta charset="{meta}"><p>{TEXT}</p>' if meta else f"<p>{TEXT}</p>"
    assert TEXT in decode(page.encode(encoding), header)


def test_latin_9_is_believed_when_declared():
    assert (
        decode("<p>Un œuf à 1 €</p>".encode("iso-8859-15"), "text/html; charset=iso-8859-15") == "<p>Un œuf à 1 €</p>"
    )


def test_one_broken_byte_does_not_turn_utf8_into_windows():
    body = "<p>évêché, hôpital, été</p>".encode() + b"\xff"
    assert decode(body).startswith("<p>évêché, hôpital, été</p>")


def test_nul_bytes_are_taken_out_and_nothing_raises():
    assert decode(b"h\x00\xf4pital\x81") == "hôpital\ufffd"
