import pytest

from crawler.reservation import read_reservation

RULES = b"""[{"location": "/libre/*", "tdm-reservation": 0}, {"location": "*.pdf$", "tdm-reservation": "1"},
{"location": "/archives", "tdm-reservation": 1, "tdm-policy": "https://a.fr/p.json"}]"""


@pytest.mark.parametrize(
    ("path", "reserved"),
    [("/libre/a.pdf", False), ("/x/a.pdf", True), ("/x/a.pdf?b", False), ("/archives/2022", True), ("/", False)],
)
def test_the_first_rule_that_fits_a_path_holds(path: str, reserved: bool):
    assert read_reservation(RULES).covers(f"https://a.fr{path}") is reserved


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[3, {}]", b"[" * 100_000])
def test_what_is_no_reservation_file_reserves_nothing(body: bytes):
    assert not read_reservation(body).covers("https://a.fr/")
