"""Lists of articles that are no feeds: read as tables, then followed over real HTTP, endless calendars included."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.events import FeedState
from crawler.feeds import Entry, FeedError
from crawler.finders import Kind, read_source, sources_of
from crawler.outlets import Outlet
from tests.crawler.crawling import Run
from tests.site.pages import HTML, Answer
from tests.site.serve import Server

OUTLET = Outlet(id="a", name="A", hosts=("www.a.fr",), feeds=("https://www.a.fr/rss",))
LISTING = """<html><body><nav><a href="/qui-sommes-nous-vraiment">Qui</a></nav>
<article><a href="/vie/la-halle-rouvre-enfin?utm_source=une"><img></a><h2><a href="/vie/la-halle-rouvre-enfin">La halle
 rouvre</a></h2></article><a href="/sports">Sports</a><a href="https://b.fr/un-autre-site-ici">Ailleurs</a>
<a href="javascript:x-y-z-t()">x</a><a rel="next" href="?page=2">Suite</a></body></html>"""
POSTS = [
    {
        "link": "https://www.a.fr/1", "title": {"rendered": "L&rsquo;h&ocirc;pital"}, "excerpt": {"rendered": "<p>Bref</p>"},
        "date_gmt": "2022-01-07T12:00:00", "modified_gmt": "2022-01-08T12:00:00",
    },
    {"link": "https://b.fr/2"}, {"title": 3}, "x",
]  # fmt: skip


def entries(kind: Kind, body: str, outlet: Outlet = OUTLET) -> tuple[Entry, ...]:
    return read_source(kind, body.encode(), "https://www.a.fr/liste", "text/html", outlet).entries


def test_a_listing_gives_the_links_that_look_like_articles_with_their_headlines():
    assert entries("listing", LISTING) == (Entry("https://www.a.fr/vie/la-halle-rouvre-enfin", "La halle rouvre"),)
    feed = read_source("listing", LISTING.encode(), "https://www.a.fr/liste", None, OUTLET)
    assert feed.children == (("https://www.a.fr/liste?page=2", None),)


def test_an_outlet_may_say_what_its_articles_addresses_are():
    sports = OUTLET.model_copy(update={"articles": r"/sports$"})
    assert [e.url for e in entries("listing", LISTING, sports)] == ["https://www.a.fr/sports"]


def test_wordpress_gives_title_excerpt_and_both_moments():
    noon = datetime(2022, 1, 7, 12, tzinfo=UTC)
    later = noon + timedelta(days=1)
    assert entries("wordpress", json.dumps(POSTS)) == (Entry("https://www.a.fr/1", "L’hôpital", noon, "Bref", later),)


def test_archives_give_addresses_of_the_outlet_and_no_date():
    rows = [
        ["original", "timestamp"],
        ["http://a.fr:80/vie/un-titre-assez-long", "20220108"],
        ["https://a.fr/", "1"],
        [],
    ]
    assert entries("wayback", json.dumps(rows)) == (Entry("https://a.fr/vie/un-titre-assez-long"),)
    told = {"articles": [{"url": "https://a.fr/vie/un-titre-assez-long", "title": "Titre", "seendate": "x"}, 3]}
    assert entries("gdelt", json.dumps(told)) == (Entry("https://a.fr/vie/un-titre-assez-long", "Titre"),)
    assert entries("wayback", "[]") == entries("gdelt", "{}") == ()


@pytest.mark.parametrize(
    ("kind", "body"),
    [("wordpress", '{"message": "Interdit"}'), ("wayback", '{"a": 1}'), ("gdelt", '{"articles": 3}'), ("gdelt", "Too many"),
     ("wordpress", "[" * 100_000), ("listing", "")],
)  # fmt: skip
def test_an_answer_that_is_none_is_told(kind: Kind, body: str):
    with pytest.raises(FeedError):
        entries(kind, body)


def test_archives_and_day_pages_are_asked_only_back_to_a_day():
    outlet = OUTLET.model_copy(
        update={"day_pages": "https://www.a.fr/{yyyy}/{mm}/{dd}/", "archives": ("www.a.fr/vie/",)}
    )
    archives = {"wayback": "https://archive.example/cdx", "gdelt": "https://gdelt.example/doc"}
    assert [s.kind for s in sources_of(outlet, None, archives)] == ["feed"]
    found = sources_of(outlet, date(2022, 1, 6), archives, today=date(2022, 1, 7))
    assert [s.url for s in found][1:3] == ["https://www.a.fr/2022/01/07/", "https://www.a.fr/2022/01/06/"]
    cdx, doc = (parse_qs(urlsplit(s.url).query) for s in found[3:])
    assert (cdx["url"], cdx["from"]) == (["www.a.fr/vie/"], ["20220106"])
    assert "domainis:a.fr" in doc["query"][0]
    assert "wayback" not in {s.kind for s in sources_of(outlet, date(2022, 1, 6), {})}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A calendar without end, a WordPress of 150 posts, days, and a stand-in for the archives."""
    server = Server()
    text = "Le marché de la place change de jour et de place à compter du mois prochain. " * 3
    date_ = '<meta property="article:published_time" content="2022-01-07T09:00:00+01:00">'
    page = f"<html><head><title>Sujet</title>{date_}</head><body><article><p>{text}</p></article></body></html>"

    class Answers(dict[str, Answer]):
        def get(self, path: str, default: object = None) -> Answer:  # type: ignore[override]
            if path.startswith("/agenda"):
                number = int(path.rpartition("-")[2] or 0)
                link = f'<a href="/vie/un-sujet-du-jour-{number}">Un</a><a rel="next" href="/agenda-{number + 1}">+</a>'
                return 200, HTML, f"<html><body>{link}</body></html>".encode()
            if path.startswith(("/vie/", "/posts/")):
                return 200, HTML, page.encode()
            return super().get(path, default)  # type: ignore[return-value, arg-type]

    posts = [{"link": f"{server.base}/posts/{n}", "date_gmt": "2022-01-07T12:00:00"} for n in range(100)]
    day = f'<a href="{server.base}/vie/un-vieux-sujet-du-jour">Vieux</a>'
    rows = [["original", "timestamp"], [f"{server.base}/vie/une-page-dans-l-archive", "20220107"]]
    server.answers = Answers({
        "/wp-json/wp/v2/posts": (200, {"Content-Type": "application/json"}, json.dumps(posts).encode()),
        "/cdx": (200, {}, json.dumps(rows).encode()),
    })  # fmt: skip
    for back in range(3):
        on = datetime.now(UTC).date() - timedelta(days=back)
        server.answers[f"/jour/{on:%Y-%m-%d}"] = (200, HTML, f"<html><body>{day}</body></html>".encode())
    yield server
    server.close()


def test_lists_are_followed_so_far_and_no_further(server: Server):
    given = {"hosts": (server.host,), "pause": 0, "allow_private": True}
    calendar = Outlet(id="c", name="C", listings=(f"{server.base}/agenda-0",), **given)
    press = Outlet(id="w", name="W", wordpress=f"{server.base}/wp-json/wp/v2/posts", **given)
    run = Run().collect([calendar, press])
    states = {o.outlet: o for o in run.outlets}
    assert (states["c"].status, states["c"].seen) == ("OK", 11)  # the first page, and ten that go on with it
    # the stand-in gives the same hundred posts on every page: a real one would come to an end
    assert (states["w"].status, states["w"].seen) == ("OK", 100)
    assert len([a for a in server.asked if a.path == "/wp-json/wp/v2/posts"]) == 11
    assert set(Counter(a.path for a in server.asked if a.path.startswith("/posts/")).values()) == {1}


def test_past_days_are_read_once_and_archives_when_told_to(server: Server):
    days = Outlet(
        id="j", name="J", hosts=(server.host,), feeds=(f"{server.base}/absent",), pause=0, allow_private=True,
        day_pages=f"{server.base}/jour/{{yyyy}}-{{mm}}-{{dd}}",
    )  # fmt: skip
    since = datetime.now(UTC).date() - timedelta(days=2)
    run = Run().collect([days], since=since, archives={"wayback": f"{server.base}/cdx"})
    assert {p.url.rpartition("/")[2] for p in run.pages} == {"un-vieux-sujet-du-jour", "une-page-dans-l-archive"}
    assert [a.path for a in server.asked].count("/cdx") == 1
    before = len(server.asked)
    states = {f.url: {"changed": f.changed} for f in run.feeds if f.event == "feed_read"}
    again = {url: FeedState.model_validate(state) for url, state in states.items()}
    Run().collect([days], since=since, feeds=again)
    asked = [a.path for a in server.asked[before:] if a.path.startswith("/jour/")]
    assert asked == [f"/jour/{datetime.now(UTC).date():%Y-%m-%d}"]  # today may still bring something
