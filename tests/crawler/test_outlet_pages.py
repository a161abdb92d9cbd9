"""Every outlet ships one page that we wrote in its make, and the article that is to be read out of it.

`pages/ID.html` and `pages/ID.toml`. The towns, people and events are invented, and none concerns a health facility.
"""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.outlets import Outlet, load_outlets
from crawler.page import read_page

PAGES = Path(__file__).parent / "pages"
FETCHED = datetime(2026, 5, 1, 9, tzinfo=UTC)
OUTLETS = {outlet.id: outlet for outlet in load_outlets()}
# closed to robots; a person may still save one of their pages and have it read
BY_HAND = {"larep", "lechorepublicain", "leberry"}


def test_each_outlet_that_is_collected_has_its_page():
    assert {p.stem for p in PAGES.glob("*.html")} == {o.id for o in OUTLETS.values() if not o.closed} | BY_HAND
    assert {p.stem for p in PAGES.glob("*.toml")} == {p.stem for p in PAGES.glob("*.html")}


@pytest.mark.parametrize("outlet", [OUTLETS[p.stem] for p in sorted(PAGES.glob("*.html"))], ids=lambda o: o.id)
def test_the_article_read_is_the_one_that_was_written(outlet: Outlet):
    expected = tomllib.loads((PAGES / f"{outlet.id}.toml").read_text(encoding="utf-8"))
    html = (PAGES / f"{outlet.id}.html").read_bytes()
    assert outlet.covers(expected["url"])
    article = read_page(html, f"{expected['url']}?utm_source=rss", outlet=outlet, fetched=FETCHED)
    told = (article.url, article.title, article.published, article.modified, article.access)
    assert told == (
        expected["url"],
        expected["title"],
        expected["published"],
        expected.get("modified"),
        expected["access"],
    )
    assert article.text.split("\n\n") == expected["text"].strip().split("\n\n")
    assert "Exemple" not in article.text.replace("bibliothèque Exemple", "")
