import csv
from pathlib import Path

import pytest

from crawler.outlets import OutletError, load_outlets, outlet_of
from tools.docs import OUTLETS_KNOWN

LEAST = '[[outlet]]\nid = "a"\nname = "A"\nhosts = ["a.fr"]\nfeeds = ["https://a.fr/rss"]\n'


def test_the_shipped_registry_covers_every_department_of_the_region():
    outlets = load_outlets()
    open_ones = [outlet for outlet in outlets if not outlet.closed]
    assert {d for o in open_ones for d in o.departments} >= {"18", "28", "36", "37", "41", "45"}
    assert all(o.pause >= 1 and not o.allow_private for o in outlets)
    assert all(o.covers(address) for o in open_ones for address in (*o.feeds, *o.sitemaps))


def test_of_each_outlet_that_is_collected_the_docs_say_what_is_known_and_what_to_check():
    with OUTLETS_KNOWN.open(encoding="utf-8") as file:
        told = [row["id"] for row in csv.DictReader(file)]
    assert sorted(told) == sorted(o.id for o in load_outlets() if not o.closed)


def test_outlets_closed_to_robots_are_listed_with_the_reason_and_no_feed():
    closed = {o.id: o for o in load_outlets() if o.closed}
    assert {"larep", "lechorepublicain", "leberry"} <= set(closed)
    assert not any(o.feeds or o.sitemaps for o in closed.values())


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (LEAST.replace('id = "a"\n', ""), "entry 1 (no id): id: Field required"),
        (LEAST.replace('"a.fr"', '"https://a.fr"'), "entry 1 (a): hosts.0:"),
        (LEAST.replace("https://a.fr/rss", "a.fr/rss"), "entry 1 (a): feeds.0:"),
        (LEAST + "pause = 0\n", "pause = 0 is for outlets with allow_private only"),
        (LEAST + "colour = 3\n", "entry 1 (a): colour:"),
        (LEAST + 'prune = ["div["]\n', "prune.0: 'div[' is not a CSS selector"),
        (LEAST + 'departments = ["370"]\n', "entry 1 (a): departments.0:"),
        (LEAST.replace('feeds = ["https://a.fr/rss"]', ""), "needs feeds, sitemaps, listings, wordpress, or `closed`"),
        (LEAST + 'articles = "("\n', "'(' is not a regular expression"),
        (LEAST + 'day_pages = "https://a.fr/{yyyy}"\n', "does not say {yyyy}, {mm} and {dd}"),
        (LEAST + LEAST, "id 'a' is given twice"),
        ("[[outlet]\n", "not valid TOML"),
        ("title = 3\n", "unknown key 'title'"),
    ],
)
def test_a_wrong_entry_is_named_with_its_file_and_key(tmp_path: Path, toml: str, said: str):
    file = tmp_path / "press.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(OutletError) as error:
        load_outlets(file)
    assert str(error.value).startswith("press.toml: ")
    assert said in str(error.value)


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path):
    with pytest.raises(OutletError, match=r"nowhere\.toml: le fichier"):
        load_outlets(tmp_path / "nowhere.toml")


def test_an_address_finds_its_outlet_with_or_without_www(tmp_path: Path):
    file = tmp_path / "press.toml"
    file.write_text(LEAST + LEAST.replace('"a"', '"b"').replace("a.fr", "127.0.0.1:8001"), encoding="utf-8")
    outlets = load_outlets(file)
    assert outlet_of("https://www.a.fr/x", outlets) == outlets[0]
    assert outlet_of("http://127.0.0.1:8001/x", outlets) == outlets[1]
    assert outlet_of("http://127.0.0.1:8002/x", outlets) is None
    assert outlet_of("https://a.fr.example.org/x", outlets) is None
