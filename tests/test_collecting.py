"""Collecting with the store: killed at any moment, twice at once, articles that change. Real HTTP, real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

import collecting
import index
from crawler.files import Failure
from index import crawl
from index.claims import Claims
from index.store import Store
from nlp.stream import LazyReader
from pipeline import Summary
from tests.conftest import ROOT
from tests.site.serve import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with index.open_store(store_url) as opened:
        yield opened


def pages_asked(site: Site) -> Counter[str]:
    asked = (f"http://{a.host}{a.path}" for a in list(site.asked))
    return Counter(url for url in asked if url in site.stories)


def test_a_run_killed_at_any_moment_goes_on_without_loss_or_repetition(
    site: Site, store_url: str, reader: LazyReader
) -> None:
    command = [sys.executable, "-m", "cli", "--store", store_url, "collect", "--outlets", str(site.outlets_file)]
    kills = (3, 25)
    for most in kills:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 120
        while sum(pages_asked(site).values()) < most and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with index.open_store(store_url) as store:
        summary = collecting.collect(store, site.outlets, reader)  # at once: the dead runs hold nothing
        assert (summary.outlets, summary.failed) == ({"OK": 3}, 0)
        assert store.notes("pending") == []
        kept = {a.url for a in store.articles()}
    asked = pages_asked(site)
    assert set(asked) == set(site.stories)  # nothing is lost
    # of each outlet the one page that was under way may be asked for again, no other
    assert sum(asked.values()) - len(asked) <= len(kills) * len(site.outlets)
    assert len(set(site.incidents) - kept) <= 1  # see test_whole_way


def test_an_outlet_that_another_run_collects_is_left_out_and_told(site: Site, store: Store, reader: LazyReader) -> None:
    told: list[Failure] = []
    with Claims(store) as other:
        other.take(["gazette-centre"])
        summary = collecting.collect(store, site.outlets, reader, limit=1, tell=told.append)
    assert summary.outlets == {"OK": 2, "SKIPPED": 1}
    assert [(f.where, f.reason) for f in told] == [
        ("gazette-centre", f"déjà en cours de collecte (une autre collecte, processus {os.getpid()})")
    ]
    assert not [a for a in site.asked if a.host == site.gazette.host]
    again = collecting.collect(store, site.outlets, reader, limit=1)
    assert again.outlets == {"OK": 3}


def test_an_article_that_changed_is_read_again_and_its_versions_are_told(
    site: Site, store: Store, reader: LazyReader
) -> None:
    outlet = site.outlets[0]
    url = next(url for url in site.incidents if url.startswith(site.val_info.base))
    path = site.stories[url].path
    status, headers, body = site.val_info.answers[path]
    site.val_info.answers[path] = (status, headers | {"ETag": '"v1"'}, body)
    collecting.collect(store, [outlet], reader)
    first = store.article(url)
    assert first is not None
    [found] = [f for f in [store.seen(url)] if f]

    def look_again() -> Summary:
        """Two days have gone by, and its feed lists it as young and changed."""
        store.mark_seen([type(found)(url, outlet.id, datetime.now(UTC) - timedelta(days=2), "kept")])
        feed = site.val_info.answers["/rss.xml"]
        changed = f"<updated>{datetime.now(UTC).isoformat()}</updated>"
        body = feed[2].replace(f"<link>{url}".encode(), f"{changed}<link>{url}".encode())
        site.val_info.answers["/rss.xml"] = (200, {"Content-Type": "application/xml"}, body)
        return collecting.collect(store, [outlet], reader)

    before = len(site.asked)
    same = look_again()
    asked = [a for a in site.asked[before:] if a.path == path]
    assert [a.headers.get("if-none-match") for a in asked] == ['"v1"']
    assert (same.articles["known"], same.articles["kept"]) == (1, 0)
    assert len(crawl.versions(store, url)) == 1

    site.val_info.answers[path] = (
        200,
        headers,
        body.replace(b"</article>", b"<p>Un point sera fait lundi.</p></article>"),
    )
    changed = look_again()
    assert changed.articles["kept"] == 1
    second = store.article(url)
    assert second is not None
    assert second.text != first.text
    assert [v.content_hash for v in crawl.versions(store, url)] == [first.content_hash, second.content_hash]

    site.val_info.answers[path] = (404, {}, b"")  # withdrawn: what was read stays
    gone = look_again()
    assert gone.articles["failed"] == 1
    assert store.article(url) == second
    seen = store.seen(url)
    assert seen is not None
    assert (seen.outcome, seen.reason) == ("kept", "réponse HTTP 404")


def test_each_run_of_an_outlet_is_kept_with_its_coverage(site: Site, store: Store, reader: LazyReader) -> None:
    collecting.collect(store, [site.outlets[1]], reader, limit=5)
    before = len(site.asked)
    collecting.collect(store, [site.outlets[1]], reader)
    assert "/robots.txt" not in {a.path for a in site.asked[before:]}  # it is good for a day
    second, first = crawl.runs(store, "gazette-centre")
    assert (first.fresh, second.fresh) == (13, 0)
    assert (first.seen, first.new, first.left, first.coverage) == (13, 5, 8, round(5 / 13, 3))
    assert (second.new, second.left, second.coverage, second.status) == (8, 0, 1.0, "OK")
    assert first.kept + second.kept == len([u for u in site.incidents if u.startswith(site.gazette.base)])
