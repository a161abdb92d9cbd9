import pytest

from crawler.address import canonical_address, is_private, same_site


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://a.fr/x?utm_source=rss&utm_medium=feed#xtor=RSS-1", "https://a.fr/x"),
        ("https://a.fr/x?id=3&fbclid=abc&page=2", "https://a.fr/x?id=3&page=2"),
        ("http://a.fr/spip.php?article12", "http://a.fr/spip.php?article12"),
        ("HTTP://A.FR:80", "http://a.fr/"),
        ("https://a.fr/vie/texte-12/amp/", "https://a.fr/vie/texte-12"),
        ("https://a.fr/vie/texte-12.amp.html", "https://a.fr/vie/texte-12.html"),
        ("https://a.fr/texte?amp=1", "https://a.fr/texte"),
        ("https://a.fr/été à l'hôpital", "https://a.fr/%C3%A9t%C3%A9%20%C3%A0%20l'h%C3%B4pital"),
        ("https://a.fr/%C3%A9t%C3%A9", "https://a.fr/%C3%A9t%C3%A9"),
        ("https://échos.fr/a", "https://xn--chos-9oa.fr/a"),
        ("ftp://a.fr/x", None),
        ("javascript:alert(1)", None),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_one_article_has_one_address(written: str, kept: str | None):
    assert canonical_address(written) == kept


def test_a_relative_address_is_read_from_where_it_stands():
    assert canonical_address("../b", base="https://a.fr/x/y/z") == "https://a.fr/x/b"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "10.0.0.8", "192.168.1.1", "172.16.3.4", "169.254.169.254", "0.0.0.0", "2130706433",
        "0x7f000001", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "localhost", "imprimante.local",
    ],
)  # fmt: skip
def test_private_addresses_are_told_in_every_spelling(host: str):
    assert is_private(host)


@pytest.mark.parametrize("host", ["www.ici.fr", "93.184.216.34", "2606:2800:220:1::1", "local.fr"])
def test_public_addresses_are_not_private(host: str):
    assert not is_private(host)


def test_subdomains_are_one_site_and_ports_of_one_machine_are_not():
    assert same_site("https://m.a.fr/x", "https://www.a.fr/x")
    assert not same_site("https://a.fr/", "https://b.fr/")
    assert not same_site("https://loiret.gouv.fr/", "https://cher.gouv.fr/")
    assert not same_site("http://127.0.0.1:1/", "http://127.0.0.1:2/")
