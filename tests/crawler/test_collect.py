"""The crawl against the local site: real HTTP, the real child process. What goes wrong: `test_nuisances.py`."""

import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from crawler.collect import CollectError
from tests.crawler.crawling import Run
from tests.site.serve import Site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(scope="module")
def first(site: Site) -> Run:
    """One complete run, shared by the tests that only look at it."""
    return Run().collect(site.outlets)


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


def test_each_page_is_asked_for_once(site: Site, first: Run):
    assert first.pages
    asked = Counter(f"http://{a.host}{a.path}" for a in site.asked)
    assert {asked[url] for url in site.stories} == {1}


def test_a_second_run_costs_one_conditional_request_a_feed(site: Site, first: Run):
    run = Run(known=set(first.known), robots=first.robots)
    before = len(site.asked)
    run.collect(site.outlets, feeds=first.feed_states())
    assert (run.articles, run.pages) == ([], [])
    assert {o.status for o in run.outlets} == {"OK"}
    asked = {a.path: a.headers.get("if-none-match") for a in site.asked[before:]}
    # Le Val Info's feed has a validator; the sitemap index is asked to learn which of its sitemaps changed
    assert asked == {"/rss.xml": '"v14"', "/atom.xml": None, "/sitemap.xml": None, "/news.xml.gz": None}
    assert len(site.asked) == before + len(asked)


def test_a_run_that_is_stopped_killed_or_interrupted_goes_on_where_it_was(site: Site, monkeypatch: pytest.MonkeyPatch):
    started: list[subprocess.Popen[str]] = []
    popen = subprocess.Popen

    def remember(*args: Any, **given: Any) -> Any:
        started.append(popen(*args, **given))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", remember)
    run = Run()
    # stopped, from a thread other than the first
    thread = threading.Thread(target=run.collect, args=(site.outlets,), kwargs={"stop": lambda: len(run.pages) >= 3})
    thread.start()
    thread.join(timeout=120)
    assert not thread.is_alive()
    assert 3 <= len(run.pages) < 10
    # its child process killed
    run.after_page = lambda: os.kill(started[-1].pid, signal.SIGKILL) if len(run.pages) == 10 else None
    with pytest.raises(CollectError, match="code -9"):
        run.collect(site.outlets)

    # interrupted by Ctrl-C
    def interrupt() -> None:
        if len(run.pages) == 15:
            raise KeyboardInterrupt

    run.after_page = interrupt
    with pytest.raises(KeyboardInterrupt):
        run.collect(site.outlets)
    run.after_page = lambda: None
    run.collect(site.outlets)
    assert Counter(event.url for event in run.pages) == Counter(site.stories.keys())
    assert set(site.incidents) <= {article.url for article in run.articles}
