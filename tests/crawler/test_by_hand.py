"""Looking at a site that the registry does not know, and articles that come in by hand: real HTTP."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.by_hand import ByHandError, fetched_article, note
from crawler.discover import DiscoverError, discover
from crawler.examine import examine
from crawler.outlets import Outlet, load_outlets
from tests.site.pages import HTML, gazette, stories
from tests.site.serve import Server

FRONT = b"""<!doctype html><html lang="fr"><head><title>Accueil | Le Petit Val</title>
<link rel="alternate" type="application/rss+xml" title="Commentaires" href="/comments/feed/">
<link rel="alternate" type="application/atom+xml" href="/atom.xml"></head><body>Bienvenue</body></html>"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    server.answers = gazette(server.base, stories("gazette")) | {"/": (200, HTML, FRONT)}
    yield server
    server.close()


@pytest.fixture
def outlet(server: Server) -> Outlet:
    feeds = (f"{server.base}/atom.xml", f"{server.base}/absent.xml")
    return Outlet(id="g", name="Gazette", hosts=(server.host,), feeds=feeds, pause=0, allow_private=True)


def test_a_site_is_proposed_with_the_feeds_its_front_page_names(server: Server, tmp_path):
    found, lines = discover(server.base, allow_private=True)
    assert found.status == "OK"
    assert [feed.url for feed in found.feeds] == [f"{server.base}/atom.xml"]
    assert (found.outlet.name, found.outlet.sitemaps) == ("Accueil", ())
    file = tmp_path / "mine.toml"
    file.write_text(lines, encoding="utf-8")
    assert load_outlets(file) == [found.outlet]


def test_without_a_named_feed_the_usual_addresses_and_the_sitemap_of_robots_txt_are_tried():
    server = Server(robots=(200, {}, b"User-agent: *\nCrawl-delay: 7\n"))
    try:
        told = stories("gazette")
        atom = gazette(server.base, told).pop("/atom.xml")
        server.answers = {"/": (200, HTML, b"<html><body>Bonjour"), "/rss.xml": atom, "/feed/": atom}
        server.robots = (200, {}, f"Sitemap: {server.base}/plan-news.xml\nUser-agent: *\nCrawl-delay: 0.1".encode())
        url = f"<url><loc>{server.base}{told[0].path}</loc><lastmod>2022-01-07</lastmod></url>"
        server.answers["/plan-news.xml"] = (200, {}, f"<urlset>{url}</urlset>".encode())
        found, _ = discover(server.base, allow_private=True)
        assert [feed.url.removeprefix(server.base) for feed in found.feeds] == ["/feed/", "/plan-news.xml"]
        assert found.rules[0].delay == 0.1
        assert found.status == "PARTIAL"  # its pages are not there
        assert found.page is not None
        assert found.page.fault == "réponse HTTP 404"
    finally:
        server.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:9/", "privée ou locale"),
        ("http://169.254.169.254/", "privée ou locale"),
        ("ftp://a.fr", "n'est pas une adresse du web"),
        ("", "n'est pas une adresse du web"),
    ],
)
def test_an_address_that_must_not_be_asked_is_refused_with_a_sentence(url: str, said: str):
    with pytest.raises(DiscoverError, match=said):
        discover(url)


def test_a_site_without_feed_is_told():
    bare = Server(answers={"/": (200, HTML, b"<html><body>rien")})
    try:
        with pytest.raises(DiscoverError, match="ni flux ni plan de site"):
            discover(bare.base, allow_private=True)
    finally:
        bare.close()


def test_an_examination_tells_feeds_rules_and_how_the_newest_page_reads(outlet: Outlet, server: Server):
    [found] = examine([outlet, Outlet(id="f", name="F", closed="refuse les robots")])
    atom, absent = found.feeds
    assert (atom.fault, atom.entries, absent.fault) == (None, 13, "réponse HTTP 404")
    assert found.status == "PARTIAL"
    assert found.rules[0].host == server.host
    assert (found.rules[0].robots_fault, found.rules[0].reserved) == (None, False)
    assert found.page is not None
    assert found.page.article is not None
    newest = max(stories("gazette"), key=lambda s: s.published)
    assert (found.page.article.title, found.page.structured) == (newest.title, True)


def test_an_examination_says_when_mining_is_reserved_and_a_page_cannot_be_read(outlet: Outlet, server: Server):
    server.answers["/.well-known/tdmrep.json"] = (200, {}, b'[{"location": "/*", "tdm-reservation": 1}]')
    newest = max(stories("gazette"), key=lambda s: s.published)
    good = server.answers[newest.path]
    server.answers[newest.path] = (200, HTML, b"<html><body>{{corps}}</body></html>")
    [found] = examine([outlet])
    del server.answers["/.well-known/tdmrep.json"]
    server.answers[newest.path] = good
    assert found.rules[0].reserved
    assert found.page is not None
    assert "pas rendue par le serveur" in (found.page.fault or "")
    assert found.status == "FAILED"


def test_an_address_given_by_hand_is_fetched_under_the_same_rules(server: Server):
    story = stories("gazette")[1]
    article = fetched_article(f"{server.base}{story.path}?utm_source=x", [], allow_private=True)
    assert (article.url, article.title) == (server.base + story.path, story.title)
    with pytest.raises(ByHandError, match="adresse privée"):
        fetched_article(server.base + story.path, [])
    with pytest.raises(ByHandError, match=r"interdit par robots\.txt"):
        fetched_article(f"{server.base}/interdit", [], allow_private=True)


def test_a_closed_outlet_is_not_asked(server: Server):
    closed = Outlet(id="c", name="Le Clos", hosts=(server.host,), closed="refuse les robots")
    before = len(server.asked)
    with pytest.raises(ByHandError, match="Le Clos n'est pas lu"):
        fetched_article(f"{server.base}/x", [closed], allow_private=True)
    assert len(server.asked) == before


def test_a_note_is_kept_under_the_articles_address_as_a_notice():
    larep = [Outlet(id="larep", name="La Rép", hosts=("www.larep.fr",), closed="non")]
    text = "Une clinique de Valcreuse a fermé ses urgences après un piratage.\n\nElle soigne\nailleurs."
    article = note("https://www.larep.fr/x_1/?xtor=RSS-1", " Titre ", date(2026, 3, 1), text, larep)
    assert (article.url, article.kind, article.access, article.outlet) == (
        "https://www.larep.fr/x_1/", "notice", "excerpt", "La Rép",
    )  # fmt: skip
    assert article.text.split("\n\n")[1] == "Elle soigne ailleurs."


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"url": "javascript:alert(1)"}, "adresse du web"),
        ({"title": " "}, "titre manque"),
        ({"title": "x" * 400}, "titre est trop long"),
        ({"text": "bref"}, "trop courte"),
        ({"text": "long " * 2000}, "trop longue"),
        ({"published": datetime.now(UTC).date() + timedelta(days=2)}, "avenir"),
    ],
)
def test_a_note_that_cannot_be_kept_is_refused_with_a_sentence(changed: dict[str, object], said: str):
    given = {
        "url": "https://a.fr/x",
        "title": "T",
        "published": date(2026, 3, 1),
        "text": "Une note assez longue. " * 3,
    }
    with pytest.raises(ByHandError, match=said):
        note(**{**given, **changed}, outlets=[])  # type: ignore[arg-type]
