"""The crawl against the local site: real HTTP, the real child process."""

import os
import signal
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from crawler.address import is_private
from crawler.collect import CollectError, collect
from crawler.events import (
    ArticleFound,
    Choice,
    FeedEvent,
    FeedFailed,
    FeedRead,
    FeedState,
    Found,
    OutletDone,
    PageEvent,
)
from crawler.moments import day_of
from crawler.order import in_order
from crawler.outlets import Outlet
from crawler.triage import matters
from records import Article
from tests.site.pages import HTML
from tests.site.serve import Site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@dataclass
class Run:
    """What one or more runs told, and the memory between them."""

    articles: list[Article] = field(default_factory=list)
    pages: list[PageEvent] = field(default_factory=list)
    outlets: list[OutletDone] = field(default_factory=list)
    feeds: list[FeedEvent] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    left: dict[str, list[Found]] = field(default_factory=dict)  # the frontier
    after_page: Callable[[], None] = lambda: None

    def collect(self, outlets: list[Outlet], **given: Any) -> "Run":
        limit, since = given.pop("limit", None), given.get("since")

        def choose(outlet: str, found: Sequence[Found], feeds: Sequence[FeedRead]) -> Choice:
            self.feeds += feeds
            fresh = [one for one in found if one.url not in self.known and not (since and day(one) < since)]
            self.known |= {one.url for one in fresh}
            fresh += self.left.pop(outlet, [])
            pages = in_order(fresh)[:limit]
            self.left[outlet] = list(pages)
            return Choice(pages=tuple(pages), left=len(fresh) - len(pages))

        collect(
            outlets, choose=choose, on_page=self._saw, on_outlet=self.outlets.append, on_feed=self.feeds.append, **given
        )
        return self

    def _saw(self, event: PageEvent) -> None:
        self.pages.append(event)
        self.left[event.outlet] = [one for one in self.left[event.outlet] if one.url != event.url]
        if isinstance(event, ArticleFound):
            self.articles.append(event.article)
        self.after_page()

    def reasons(self) -> dict[str, tuple[str, str | None]]:
        """Outcome and reason by the last part of the address."""
        return {event.url.rpartition("/")[2]: (event.outcome, event.reason) for event in self.pages}


def day(found: Found) -> date:
    return day_of(found.published) if found.published else date.max


@pytest.fixture(scope="module")
def first(site: Site) -> Run:
    """One complete run, shared by the tests that only look at it."""
    return Run().collect(site.outlets)


def asked_pages(site: Site, since: int = 0) -> list[str]:
    return [f"http://{a.host}{a.path}" for a in site.asked[since:] if f"http://{a.host}{a.path}" in site.stories]


def test_every_incident_is_found_in_all_three_makes(site: Site, first: Run):
    assert set(site.incidents) <= {article.url for article in first.articles}
    assert len(site.incidents) == 8
    assert {o.outlet: o.status for o in first.outlets} == {
        "val-info": "OK",
        "gazette-centre": "OK",
        "radio-loire": "OK",
    }
    assert {e.url for e in first.pages} == set(site.stories)


def test_articles_are_those_that_were_written(site: Site, first: Run):
    for article in first.articles:
        story = site.stories[article.url]
        assert article.title == story.title
        assert article.published == story.published
        told = [story.lead] if story.paywalled else [story.lead, *story.paragraphs]
        assert article.text.split("\n\n") == told
        assert article.access == ("paywalled" if story.paywalled else "free")
        assert "Jeanne" not in article.model_dump_json()


def test_of_what_does_not_matter_only_address_day_and_hash_are_told(site: Site, first: Run):
    dropped = [event for event in first.pages if event.outcome == "irrelevant"]
    assert len(dropped) >= 25
    for event in dropped:
        assert set(event.model_dump(exclude_none=True)) <= {
            "event",
            "url",
            "outlet",
            "content_hash",
            "published",
            "outcome",
            "readable",
        }


def test_the_client_says_who_it_is(site: Site, first: Run):
    assert first.articles
    agents = {asked.headers["user-agent"] for asked in site.asked}
    assert len(agents) == 1
    assert agents.pop().startswith("Vigie/")


def test_the_second_run_fetches_no_page_and_asks_feeds_whether_they_changed(site: Site, first: Run):
    run = Run(known=set(first.known))
    before = len(site.asked)
    states = {
        e.url: FeedState(etag=e.etag, last_modified=e.last_modified) for e in first.feeds if isinstance(e, FeedRead)
    }
    run.collect(site.outlets, feeds=states)
    assert asked_pages(site, before) == []
    assert (run.articles, run.pages) == ([], [])
    assert {o.status for o in run.outlets} == {"OK"}
    rss = [a for a in site.asked[before:] if a.path == "/rss.xml"]
    assert [a.headers.get("if-none-match") for a in rss] == ['"v14"']


def test_each_page_is_asked_for_once_and_one_at_a_time(site: Site, first: Run):
    assert first.pages
    assert set(Counter(asked_pages(site)).values()) == {1}


def test_an_interrupted_run_goes_on_where_it_was(site: Site):
    run = Run()

    def interrupt() -> None:
        if len(run.pages) == 5:
            raise KeyboardInterrupt

    run.after_page = interrupt
    with pytest.raises(KeyboardInterrupt):
        run.collect(site.outlets)
    run.after_page = lambda: None
    run.collect(site.outlets)
    assert Counter(event.url for event in run.pages) == Counter(site.stories.keys())
    assert set(site.incidents) <= {article.url for article in run.articles}


def test_a_killed_crawl_is_told_and_goes_on_at_the_next_run(site: Site, monkeypatch: pytest.MonkeyPatch):
    started: list[subprocess.Popen[str]] = []
    popen = subprocess.Popen

    def remember(*args: Any, **given: Any) -> Any:
        started.append(popen(*args, **given))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", remember)
    run = Run()
    run.after_page = lambda: os.kill(started[-1].pid, signal.SIGKILL) if len(run.pages) == 3 else None
    with pytest.raises(CollectError, match="code -9"):
        run.collect(site.outlets)
    run.after_page = lambda: None
    run.collect(site.outlets)
    assert Counter(event.url for event in run.pages) == Counter(site.stories.keys())


def test_it_can_be_run_from_a_background_thread_and_stopped_there(site: Site):
    run = Run()
    given = {"stop": lambda: len(run.pages) >= 2}
    thread = threading.Thread(target=run.collect, args=(site.outlets,), kwargs=given)
    thread.start()
    thread.join(timeout=120)
    assert not thread.is_alive()
    assert 2 <= len(run.pages) < len(site.stories)


def test_limit_takes_what_is_ours_and_new_and_since_leaves_out_the_old(site: Site):
    gazette = [s for u, s in site.stories.items() if u.startswith(site.gazette.base)]
    ours = sorted((s for s in gazette if matters(s.title, s.lead)), key=lambda s: s.published, reverse=True)
    run = Run().collect([site.outlets[1]], limit=2)
    assert [event.url.removeprefix(site.gazette.base) for event in run.pages] == [s.path for s in ours[:2]]
    assert "laissée(s) pour une prochaine fois" in (run.outlets[0].reason or "")
    recent = Run().collect([site.outlets[1]], since=date(2022, 3, 1))
    assert {site.stories[e.url].published.date() >= date(2022, 3, 1) for e in recent.pages} == {True}


@pytest.fixture(scope="module")
def nuisances(site: Site) -> Run:
    """One run over everything that can go wrong, beside one good outlet."""
    feeds = ("/tout.xml", "/absent.xml", "/illisible.xml", "/page.xml", "/casse.xml", "/resume.xml")
    feeds += ("/boucle.xml", "/bombe.xml", "/schemas.xml", "/entites.xml")
    shut = site.outlets[0].model_copy(update={"id": "prive", "allow_private": False, "pause": 1.0})
    nobody = ("127.0.0.1:9", "http://127.0.0.1:9/rss")
    return Run().collect(
        [
            *(site.bad_outlet(feed) for feed in feeds),
            site.outlets[1],
            shut,
            Outlet(id="personne", name="N", hosts=nobody[:1], feeds=nobody[1:], pause=0, allow_private=True),
            Outlet(id="ferme", name="F", hosts=("f.fr",), closed="refuse les robots"),
        ],
        timeout=1,
    )


@pytest.mark.parametrize(
    ("page", "outcome", "reason"),
    [
        ("bon", "kept", ""),
        ("500", "failed", "réponse HTTP 500"),
        ("404", "failed", "réponse HTTP 404"),
        ("403", "refused", "page fermée aux robots"),
        ("vide", "failed", "page vide"),
        ("sans-texte", "failed", "pas de date"),
        ("avenir", "failed", "dans l'avenir"),
        ("sans-date", "failed", "pas de date"),
        ("coquille", "failed", "pas rendue par le serveur"),
        ("consentement", "failed", "mur de consentement"),
        ("introuvable", "failed", "n'existe plus"),
        ("image", "failed", "pas une page web (image/png)"),
        ("interdit", "refused", "interdit par robots.txt"),
        ("reserve", "refused", "fouille de textes"),
        ("sans-copie", "refused", "noarchive"),
        ("prive", "refused", "adresse privée"),
        ("metadonnees", "refused", "adresse privée"),
        ("ailleurs", "refused", "hors des sites"),
        ("boucle", "failed", "trop de redirections"),
        ("fichier", "failed", "réponse HTTP 302"),
        ("bombe", "failed", "trop grosse"),
        ("brotli", "failed", "trop grosse"),
        ("zstd", "failed", "trop grosse"),
        ("codage", "failed", "codage de transport inconnu (secret)"),
        ("corrompu", "failed", ""),
        ("connexion", "failed", "page de connexion"),
        ("robot", "failed", "contrôle anti-robot"),
        ("infini", "failed", ""),
        ("nom-local", "refused", "adresse privée"),
        ("nom-mappe", "refused", "adresse privée"),
        ("entier", "refused", "adresse privée"),
        ("echappement", "failed", "pas une page web"),
        ("profond", "failed", ""),
        ("lent", "failed", "délai dépassé"),
        ("moitie", "failed", "coupée"),
    ],
)
def test_a_bad_page_is_told_with_its_reason(nuisances: Run, page: str, outcome: str, reason: str):
    told = nuisances.reasons()[page]
    assert told[0] == outcome, told
    assert reason in (told[1] or "")


def test_bad_outlets_stop_nobody(site: Site, nuisances: Run):
    states = {o.outlet: o for o in nuisances.outlets}
    assert (states["tout"].status, states["tout"].kept) == ("PARTIAL", 1)
    assert (states["gazette-centre"].status, states["gazette-centre"].seen) == ("OK", 13)
    assert not [a for a in site.asked if a.path == "/interdit"]


@pytest.mark.parametrize(
    ("feed", "status", "reason"),
    [
        ("/absent.xml", "FAILED", "réponse HTTP 404"),
        ("/illisible.xml", "FAILED", "XML invalide"),
        ("/page.xml", "FAILED", "une page web au lieu d'un flux"),
        ("/casse.xml", "PARTIAL", "XML invalide"),
        ("/bombe.xml", "FAILED", "trop grosse"),
        ("/schemas.xml", "PARTIAL", "5 entrée(s) sans adresse utilisable"),
    ],
)
def test_a_broken_feed_is_told_and_what_can_be_had_is_had(
    site: Site, nuisances: Run, feed: str, status: str, reason: str
):
    (failed,) = (e for e in nuisances.feeds if isinstance(e, FeedFailed) and e.url == site.bad.base + feed)
    assert reason in failed.reason
    (state,) = (o for o in nuisances.outlets if f"{o.outlet}.xml" == feed.strip("/"))
    assert state.status == status
    assert reason in (state.reason or "")
    assert state.kept == (1 if status == "PARTIAL" else 0)


def test_sitemaps_that_name_each_other_are_each_read_once(site: Site, nuisances: Run):
    asked = Counter(a.path for a in site.asked if a.path in ("/boucle.xml", "/boucle2.xml", "/plan.xml"))
    assert asked["/boucle.xml"] <= 2  # as a feed, and as a sitemap of its own
    assert (asked["/boucle2.xml"], asked["/plan.xml"]) == (1, 1)
    (state,) = (o for o in nuisances.outlets if o.outlet == "boucle")
    assert (state.status, state.seen) == ("OK", 1)


def test_an_outlet_whose_pages_no_longer_yield_text_is_not_ok():
    menu = "<a>Accueil</a> <a>Politique</a> <a>Sports et loisirs</a> <a>Annonces</a> <a>Météo</a> <a>Vie locale</a> "
    with Site() as own:
        paths = [f"/sujet-{n}" for n in range(3)]
        listed = "".join(f"<item><title>Sujet</title><link>{own.bad.base}{path}</link></item>" for path in paths)
        own.bad.answers = {path: (200, HTML, f"<html><body><div>{menu * 3}</div>".encode()) for path in paths}
        own.bad.answers["/muet.xml"] = (200, {}, f"<rss><channel>{listed}</channel></rss>".encode())
        (state,) = Run().collect([own.bad_outlet("/muet.xml")]).outlets
    assert (state.status, state.dropped, state.failed) == ("PARTIAL", 3, 0)
    assert "ne donnent plus de texte" in (state.reason or "")


def test_a_closed_page_is_known_by_its_feeds_summary(nuisances: Run):
    (article,) = (a for a in nuisances.articles if a.url.endswith("/ferme"))
    assert (article.access, article.text) == ("excerpt", "L'hôpital est victime d'une cyberattaque.")


def test_an_outlet_that_cannot_be_reached_says_so_and_when_it_is_tried_again(nuisances: Run):
    states = {o.outlet: o for o in nuisances.outlets}
    skipped, failed = states["ferme"], states["personne"]
    assert (skipped.status, skipped.reason, skipped.next_try) == ("SKIPPED", "refuse les robots", None)
    assert failed.status == "FAILED"
    assert "connexion refusée" in (failed.reason or "")
    assert failed.next_try


def test_private_hosts_are_refused_without_leave(nuisances: Run):
    (state,) = (o for o in nuisances.outlets if o.outlet == "prive")
    assert state.status == "FAILED"
    assert "adresse privée" in (state.reason or "")


def test_one_host_is_asked_one_page_after_the_other_with_its_pause(site: Site):
    before = len(site.asked)
    patient = site.outlets[2].model_copy(update={"pause": 0.4})
    Run().collect([patient], limit=3)
    times = [asked.at for asked in site.asked[before:]]
    assert len(times) >= 6  # robots.txt, two sitemaps, the reservation file, pages
    assert all(later - earlier >= 0.35 for earlier, later in pairwise(times))


def test_a_reservation_for_a_host_keeps_us_from_its_pages(site: Site):
    path = "/.well-known/tdmrep.json"
    site.gazette.answers[path] = (200, {}, b'[{"location": "/indre/*", "tdm-reservation": 1}]')
    before = len(site.asked)
    run = Run().collect([site.outlets[1]])
    del site.gazette.answers[path]
    refused = [event for event in run.pages if event.outcome == "refused"]
    assert {site.stories[event.url].path.split("/")[1] for event in refused} == {"indre"}
    assert "fouille de textes" in (refused[0].reason or "")
    assert not [a for a in site.asked[before:] if a.path.startswith("/indre/")]
    assert [a for a in site.asked[before:] if a.path.startswith("/cher/")]


def test_a_robots_file_in_error_allows_nothing(site: Site):
    allowed, site.gazette.robots = site.gazette.robots, (501, {}, b"en panne")
    (state,) = Run().collect([site.outlets[1]]).outlets
    site.gazette.robots = allowed
    assert state.status == "FAILED"
    assert "robots.txt en erreur" in (state.reason or "")


def test_a_host_that_asks_for_time_is_left_alone(site: Site):
    before = len(site.asked)
    run = Run().collect([site.bad_outlet("/attendre.xml")])
    assert {event.outcome for event in run.pages} == {"failed"}
    assert "demande d'attendre" in (run.reasons()["bon"][1] or "")
    assert not [a for a in site.asked[before:] if a.path == "/bon"]
    (state,) = run.outlets
    assert state.status == "FAILED"
    assert state.next_try
    assert state.next_try - state.at >= timedelta(hours=1)


def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_looked_up(site: Site):
    name = socket.gethostname()
    try:
        leads_home = is_private(socket.gethostbyname(name)) and not is_private(name)
    except OSError:
        leads_home = False
    if not leads_home:
        pytest.skip("this machine's own name is not resolved to a private address")
    host = f"{name.lower()}:{site.bad.host.partition(':')[2]}"
    named = Outlet(id="l", name="L", hosts=(host,), feeds=(f"http://{host}/tout.xml",), pause=0.1)
    assert "mène à une adresse privée" in (Run().collect([named]).outlets[0].reason or "")


def test_many_outlets_of_one_host_share_its_pages_and_end_well(site: Site):
    feeds = (
        site.val_info.base + "/rss.xml",
        site.val_info.base + "/rss.xml?page=2",
        site.val_info.base + "/absent.xml",
    )
    many = [site.outlets[0].model_copy(update={"id": f"val-{n}", "feeds": feeds}) for n in range(5)]
    run = Run().collect(many)
    assert {o.status for o in run.outlets} == {"PARTIAL"}
    assert [o.seen for o in run.outlets] == [14] * 5
    assert Counter(event.url for event in run.pages) == Counter(u for u in site.stories if u.startswith(site.base))
