"""Outlets whose pages are no text before their scripts have run: a real Chromium, fed by the crawl alone."""

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.chromium import missing
from crawler.examine import examine
from crawler.outlets import Outlet
from tests.crawler.crawling import Run
from tests.site.pages import HTML
from tests.site.serve import Server

SCRIPT = {"Content-Type": "text/javascript"}
DATA = {"Content-Type": "application/json"}
TITLE = "Valcreuse : l'hôpital victime d'une cyberattaque"
TEXT = "L'hôpital de Valcreuse a été victime d'une cyberattaque dans la nuit. Ses urgences restent ouvertes. "
META = '<meta property="article:published_time" content="2022-01-07T08:00:00+01:00">'
SHELL = f"""<!doctype html><html lang="fr"><head><title>Le Val</title>{META}<link rel="stylesheet" href="/style.css">
</head><body><div id="app">{{{{corps}}}}</div><img src="/photo.jpg"><script src="/app.js"></script></body></html>"""
APP = """
const stranger = "STRANGER";
const shown = (path) => fetch(path).then((answer) => answer.json()).catch(() => null);
Promise.all([shown("/data.json"), shown("/interdit/data.json"), shown(stranger + "/data.json"),
             fetch("/visite", {method: "POST"}).catch(() => null)]).then(([said, forbidden, strange]) => {
  const text = said.text + (forbidden ? "INTERDIT" : "") + (strange ? "AILLEURS" : "");
  document.getElementById("app").innerHTML = `<article><h1>${said.title}</h1><p>${text}</p><p>${said.more}</p></article>`;
});
"""


@pytest.fixture(scope="module")
def stranger() -> Iterator[Server]:
    """A host that is none of the outlet's."""
    server = Server(answers={"/data.json": (200, DATA | {"Access-Control-Allow-Origin": "*"}, b"{}")})
    yield server
    server.close()


@pytest.fixture(scope="module")
def server(stranger: Server) -> Iterator[Server]:
    server = Server()
    paths = ("/application", "/reserve", "/sans-fin", "/ailleurs", "/simple")
    listed = "".join(f"<item><title>Val</title><link>{server.base}{path}</link></item>" for path in paths)
    told = {"title": TITLE, "text": TEXT * 2, "more": TEXT.replace("nuit", "soirée") * 2}
    away = f'<script>location = "{stranger.base}/data.json"</script>'
    server.answers = {
        "/rss.xml": (200, {}, f"<rss><channel>{listed}</channel></rss>".encode()),
        "/application": (200, HTML, SHELL.encode()),
        "/app.js": (200, SCRIPT, APP.replace("STRANGER", stranger.base).encode()),
        "/data.json": (200, DATA, json.dumps(told).encode()),
        "/interdit/data.json": (200, DATA, b'{"a": 1}'),
        "/reserve": (200, HTML, SHELL.replace("<head>", '<head><meta name="tdm-reservation" content="1">').encode()),
        "/sans-fin": (200, HTML, SHELL.replace("/app.js", "/boucle.js").encode()),
        "/boucle.js": (200, SCRIPT, b"while (true) {}"),
        "/ailleurs": (200, HTML, SHELL.replace("</body>", away).encode()),
        "/simple": (200, HTML, f"<html><head>{META}<title>Val</title></head><body><article><h1>{TITLE}</h1><p>{TEXT * 3}"
                               "</p></article><script src='/app.js'></script></body></html>".encode()),
    }  # fmt: skip
    yield server
    server.close()


@pytest.fixture(scope="module")
def outlet(server: Server) -> Outlet:
    feeds = (f"{server.base}/rss.xml",)
    return Outlet(id="app", name="A", hosts=(server.host,), feeds=feeds, pause=0, allow_private=True, render=True)


@pytest.fixture(scope="module")
def run(outlet: Outlet) -> Run:
    if reason := missing():
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return Run().collect([outlet], timeout=1)


def test_a_page_that_only_a_browser_shows_is_read(run: Run):
    (article,) = (a for a in run.articles if a.url.endswith("/application"))
    assert article.title == TITLE
    assert article.text.startswith("L'hôpital de Valcreuse a été victime")
    assert "soirée" in article.text
    assert "INTERDIT" not in article.text  # robots.txt holds for what scripts ask for
    assert "AILLEURS" not in article.text


def test_the_browser_asks_for_scripts_and_data_of_the_outlet_through_the_crawl_and_for_nothing_else(
    server: Server, stranger: Server, run: Run
):
    assert run.pages
    asked = [a.path for a in server.asked]
    assert asked.count("/application") == asked.count("/app.js") == 1  # the page itself once, and scripts are kept
    assert {a.headers["user-agent"].partition("/")[0] for a in server.asked} == {"Vigie"}
    assert not {"/style.css", "/photo.jpg", "/interdit/data.json", "/visite"} & set(asked)
    assert stranger.asked == []


def test_a_page_that_reads_as_it_comes_or_is_reserved_sees_no_browser(server: Server, run: Run):
    outcomes = run.reasons("app")
    assert outcomes["simple"][0] == "kept"
    assert outcomes["reserve"][0] == "refused"
    assert "fouille de textes" in outcomes["reserve"][1]


def test_a_page_whose_scripts_never_end_or_lead_elsewhere_is_told_and_stops_nobody(run: Run):
    told = run.reasons("app")
    assert told["sans-fin"] == told["ailleurs"] == ("failed", "le navigateur n'a pas rendu la page (délai dépassé)")
    assert run.state("app").status == "PARTIAL"


def test_an_examination_renders_too(outlet: Outlet, run: Run):
    assert run.pages
    [found] = examine([outlet], timeout=1)
    assert found.page is not None
    assert found.page.article is not None
    assert found.page.article.title == TITLE


def test_a_crawl_that_is_stopped_leaves_no_browser_behind(outlet: Outlet, run: Run):
    rendered = threading.Event()
    stopped = Run(after_page=rendered.set).collect([outlet], timeout=1, stop=rendered.is_set)
    assert 0 < len(stopped.pages) < len(run.pages)
    deadline = time.monotonic() + 20
    while browsers := _browsers():
        assert time.monotonic() < deadline, browsers
        time.sleep(0.1)


def _browsers() -> list[str]:
    """The processes of browsers that are closed off as ours are."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
    return [line for line in found if "--host-resolver-rules=MAP * ~NOTFOUND" in line]


def test_without_the_extra_the_outlet_fails_with_what_to_install(outlet: Outlet, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_BROWSER", "/nulle/part")
    (state,) = Run().collect([outlet]).outlets
    assert state.status == "FAILED"
    assert "ses pages demandent un navigateur : installer" in (state.reason or "")
    [found] = examine([outlet])
    assert found.page is not None
    assert found.page.fault == state.reason
