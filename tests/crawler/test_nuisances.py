"""Everything that can go wrong, in one run of the crawl: each nuisance on a host of its own, beside good outlets."""

import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from crawler.address import is_private
from crawler.events import FeedFailed, RobotsRead
from crawler.outlets import Outlet
from tests.crawler.crawling import Run
from tests.site import bad
from tests.site.pages import HTML, gazette, stories
from tests.site.serve import Server, Site

FEEDS = ("/tout.xml", "/absent.xml", "/illisible.xml", "/page.xml", "/casse.xml", "/resume.xml")
FEEDS += ("/boucle.xml", "/bombe.xml", "/schemas.xml", "/entites.xml")
# this machine's own name, when it is no address itself and leads to one of its own
NAME = socket.gethostname().lower()


class Hosts:
    """Hosts beside the site's, each with one trouble."""

    def __init__(self, site: Site) -> None:
        self.servers = {name: Server(asked=site.asked) for name in ("busy", "slow", "reserved", "forbids", "mute")}
        self.servers |= {name: Server(asked=site.asked) for name in ("stale", "gone", "shared")}
        for name in ("slow", "reserved", "forbids", "stale", "gone", "shared"):
            self[name].answers = gazette(self[name].base, stories("gazette"))
        self["busy"].answers = bad.pages(self["busy"].base) | bad.feeds(self["busy"].base)
        said = b'[{"location": "/indre/*", "tdm-reservation": 1}]'
        self["reserved"].answers["/.well-known/tdmrep.json"] = (200, {}, said)
        self["forbids"].robots = self["gone"].robots = (501, {}, b"en panne")
        self["stale"].robots = (200, {"ETag": '"r1"'}, b"User-agent: *\nDisallow:\n")
        menu = "<a>Accueil</a> <a>Politique</a> <a>Sports et loisirs</a> <a>Annonces</a> <a>Vie locale</a> "
        paths = [f"/sujet-{n}" for n in range(3)]
        listed = "".join(f"<item><title>Sujet</title><link>{self['mute'].base}{path}</link></item>" for path in paths)
        self["mute"].answers = {p: (200, HTML, f"<html><body><div>{menu * 3}</div>".encode()) for p in paths}
        self["mute"].answers["/atom.xml"] = (200, {}, f"<rss><channel>{listed}</channel></rss>".encode())

    def __getitem__(self, name: str) -> Server:
        return self.servers[name]

    def outlet(self, name: str, feeds: tuple[str, ...] = ("/atom.xml",), **given: object) -> Outlet:
        server = self.servers[name]
        told = {"id": name, "name": name, "hosts": (server.host,), "pause": 0, "allow_private": True, **given}
        return Outlet.model_validate({**told, "feeds": tuple(server.base + feed for feed in feeds)})

    def robots(self) -> dict[str, RobotsRead]:
        """Copies of two days ago, which forbid the department of Indre."""
        at = datetime.now(UTC) - timedelta(days=2)
        text = "User-agent: *\nDisallow: /indre/\n"
        bases = (self["stale"].base, self["gone"].base)
        return {base: RobotsRead(base=base, at=at, text=text, etag='"r1"') for base in bases}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(scope="module")
def hosts(site: Site) -> Iterator[Hosts]:
    hosts = Hosts(site)
    yield hosts
    for server in hosts.servers.values():
        server.close()


@pytest.fixture(scope="module")
def run(site: Site, hosts: Hosts) -> Run:
    shut = site.outlets[0].model_copy(update={"id": "prive", "allow_private": False, "pause": 1.0})
    named = f"{NAME}:{site.bad.host.partition(':')[2]}"
    shared = ("/atom.xml", "/atom.xml?page=2", "/absent.xml")
    outlets = [
        *(site.bad_outlet(feed) for feed in FEEDS),
        site.outlets[1],
        shut,
        Outlet(id="personne", name="N", hosts=("127.0.0.1:9",), feeds=("http://127.0.0.1:9/rss",), pause=0, allow_private=True),
        Outlet(id="ferme", name="F", hosts=("f.fr",), closed="refuse les robots"),
        Outlet(id="nomme", name="L", hosts=(named,), feeds=(f"http://{named}/tout.xml",), pause=0.1),
        hosts.outlet("busy", ("/attendre.xml",)),
        hosts.outlet("slow", pause=0.8),
        *(hosts.outlet(name) for name in ("reserved", "forbids", "mute", "stale", "gone")),
        *(hosts.outlet("shared", shared).model_copy(update={"id": f"shared-{n}"}) for n in range(5)),
    ]  # fmt: skip
    return Run(robots=hosts.robots()).collect(outlets, timeout=1, limits={"slow": 3})


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
def test_a_bad_page_is_told_with_its_reason(run: Run, page: str, outcome: str, reason: str):
    told = run.reasons("tout")[page]
    assert told[0] == outcome, told
    assert reason in told[1]


def test_bad_outlets_stop_nobody(site: Site, run: Run):
    assert (run.state("tout").status, run.state("tout").kept) == ("PARTIAL", 1)
    assert (run.state("gazette-centre").status, run.state("gazette-centre").seen) == ("OK", 13)
    assert not [a for a in site.asked if a.path == "/interdit"]


@pytest.mark.parametrize(
    ("feed", "status", "reason"),
    [
        ("/absent.xml", "FAILED", "réponse HTTP 404"),
        ("/illisible.xml", "FAILED", "XML invalide"),
        ("/page.xml", "FAILED", "une page web au lieu d'un flux"),
        ("/casse.xml", "PARTIAL", "XML invalide"),
        ("/bombe.xml", "FAILED", "trop grosse"),
        ("/entites.xml", "PARTIAL", "XML invalide"),  # what grows is not let in, nor what stands in a file
        ("/schemas.xml", "PARTIAL", "5 entrée(s) sans adresse utilisable"),
    ],
)
def test_a_broken_feed_is_told_and_what_can_be_had_is_had(site: Site, run: Run, feed: str, status: str, reason: str):
    (failed,) = (e for e in run.feeds if isinstance(e, FeedFailed) and e.url == site.bad.base + feed)
    assert reason in failed.reason
    state = run.state(feed.strip("/").removesuffix(".xml"))
    assert state.status == status
    assert reason in (state.reason or "")
    assert state.kept == (1 if status == "PARTIAL" else 0)


def test_sitemaps_that_name_each_other_are_each_read_once(site: Site, run: Run):
    asked = Counter(a.path for a in site.asked if a.path in ("/boucle.xml", "/boucle2.xml", "/plan.xml"))
    assert asked["/boucle.xml"] <= 2  # as a feed, and as a sitemap of its own
    assert (asked["/boucle2.xml"], asked["/plan.xml"]) == (1, 1)
    assert (run.state("boucle").status, run.state("boucle").seen) == ("OK", 1)


def test_an_outlet_whose_pages_no_longer_yield_text_is_not_ok(run: Run):
    state = run.state("mute")
    assert (state.status, state.dropped, state.failed) == ("PARTIAL", 3, 0)
    assert "ne donnent plus de texte" in (state.reason or "")


def test_a_closed_page_is_known_by_its_feeds_summary(run: Run):
    (article,) = (a for a in run.articles if a.url.endswith("/ferme"))
    assert (article.access, article.text) == ("excerpt", "L'hôpital est victime d'une cyberattaque.")


def test_an_outlet_that_cannot_be_reached_says_so_and_when_it_is_tried_again(run: Run):
    skipped, failed = run.state("ferme"), run.state("personne")
    assert (skipped.status, skipped.reason, skipped.next_try) == ("SKIPPED", "refuse les robots", None)
    assert failed.status == "FAILED"
    assert "connexion refusée" in (failed.reason or "")
    assert failed.next_try


def test_private_hosts_are_refused_without_leave(run: Run):
    assert run.state("prive").status == "FAILED"
    assert "adresse privée" in (run.state("prive").reason or "")


def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_looked_up(run: Run):
    try:
        leads_home = is_private(socket.gethostbyname(NAME)) and not is_private(NAME)
    except OSError:
        leads_home = False
    if not leads_home:
        pytest.skip("this machine's own name is not resolved to a private address")
    assert "mène à une adresse privée" in (run.state("nomme").reason or "")


def test_one_host_is_asked_one_thing_after_the_other_with_its_pause(site: Site, hosts: Hosts, run: Run):
    times = [asked.at for asked in site.asked if asked.host == hosts["slow"].host]
    assert len(run.pages_of("slow")) == 3
    assert len(times) == 6  # robots.txt, the feed, the reservation file, pages
    gaps = [round(later - earlier, 2) for earlier, later in pairwise(times)]
    assert min(gaps) >= 0.5, gaps  # the pause is 0.8, and this machine may stand still
    assert "laissée(s) pour une prochaine fois" in (run.state("slow").reason or "")


def test_a_reservation_for_a_host_keeps_us_from_its_pages(site: Site, hosts: Hosts, run: Run):
    refused = [event for event in run.pages_of("reserved") if event.outcome == "refused"]
    assert {event.url.removeprefix(hosts["reserved"].base).split("/")[1] for event in refused} == {"indre"}
    assert "fouille de textes" in (refused[0].reason or "")
    assert _departments(site, hosts["reserved"]) == {"cher", "loiret"}


def test_a_robots_file_in_error_allows_nothing(run: Run):
    assert run.state("forbids").status == "FAILED"
    assert "robots.txt en erreur (HTTP 501) : tout est réputé interdit" in (run.state("forbids").reason or "")


def test_a_copy_of_robots_txt_older_than_a_day_is_checked_and_holds_when_the_file_cannot_be_had(
    site: Site, hosts: Hosts, run: Run
):
    asked = [a for a in site.asked if a.host == hosts["stale"].host and a.path == "/robots.txt"]
    assert [a.headers.get("if-none-match") for a in asked] == ['"r1"']  # and it is the same
    assert datetime.now(UTC) - run.robots[hosts["stale"].base].at < timedelta(minutes=10)
    assert datetime.now(UTC) - run.robots[hosts["gone"].base].at > timedelta(days=1)
    for name in ("stale", "gone"):
        reasons = {event.reason for event in run.pages_of(name) if event.outcome == "refused"}
        assert reasons == {"interdit par robots.txt"}
        assert _departments(site, hosts[name]) == {"cher", "loiret"}


def test_a_host_that_asks_for_time_is_left_alone(site: Site, hosts: Hosts, run: Run):
    assert {event.outcome for event in run.pages_of("busy")} == {"failed"}
    assert "demande d'attendre" in run.reasons("busy")["bon"][1]
    assert not [a for a in site.asked if (a.host, a.path) == (hosts["busy"].host, "/bon")]
    state = run.state("busy")
    assert state.status == "FAILED"
    assert state.next_try
    assert state.next_try - state.at >= timedelta(hours=1)


def test_many_outlets_of_one_host_share_its_pages_and_end_well(hosts: Hosts, run: Run):
    states = [run.state(f"shared-{n}") for n in range(5)]
    assert {state.status for state in states} == {"PARTIAL"}
    assert [state.seen for state in states] == [13] * 5
    fetched = Counter(event.url for event in run.pages if event.outlet.startswith("shared-"))
    assert fetched == Counter(hosts["shared"].base + story.path for story in stories("gazette"))


def _departments(site: Site, server: Server) -> set[str]:
    """The first parts of the addresses of articles that a host was asked for."""
    asked = {a.path for a in site.asked if a.host == server.host}
    return {story.path.split("/")[1] for story in stories("gazette") if story.path in asked}
