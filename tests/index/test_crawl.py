"""What collecting remembers between runs: the frontier, second looks, versions, and who is collecting what."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.events import FeedRead, FeedState, Found, PageFailed, PageUnchanged
from index import crawl
from index.claims import Claims
from index.store import Note, Seen, Store
from tests.index.samples import article

NOW = datetime.now(UTC)
FEED = "https://a.fr/rss"


def found(n: int, **given: object) -> Found:
    return Found.model_validate({"url": f"https://a.fr/{n}", "feed": FEED, "published": "2022-01-07", **given})


def urls(choice: object) -> list[str]:
    return [page.url.rpartition("/")[2] for page in choice.pages]  # type: ignore[attr-defined]


def test_what_a_feed_gave_is_still_there_when_the_feed_has_moved_on(store: Store) -> None:
    crawl.choose(store, "a", [found(1), found(2)], [])
    assert urls(crawl.choose(store, "a", [found(3)], [])) == ["1", "2", "3"]
    assert urls(crawl.choose(store, "b", [found(1)], [])) == []  # another outlet has it


def test_a_feeds_validators_are_kept_with_what_it_gave(store: Store) -> None:
    crawl.choose(store, "a", [], [FeedRead(url=FEED, outlet="a", etag='"1"', changed="2022-01-07")])
    assert crawl.feed_states(store, ["a", "b"]) == {FEED: FeedState(etag='"1"', changed="2022-01-07")}
    assert crawl.feed_states(store, ["b"]) == {}


def test_our_matter_comes_first_then_the_newest_and_the_rest_is_not_dropped(store: Store) -> None:
    pages = [
        found(1, title="Le marché déménage", published="2022-01-09"),
        found(2, title="Cyberattaque à l'hôpital", published="2022-01-03"),
        found(3, title="La foire", published=None),
        found(4, title="Le pont", published="2022-01-10T08:00:00+01:00"),
    ]
    assert urls(crawl.choose(store, "a", pages, [])) == ["2", "3", "4", "1"]


def test_what_is_left_out_now_waits_for_another_run(store: Store) -> None:
    pages = [found(1), found(2, published="2021-05-05"), found(3, published="2022-02-01")]
    cut = crawl.choose(store, "a", pages, [], since=date(2022, 1, 1), limit=1)
    assert (urls(cut), cut.left) == (["3"], 2)
    whole = crawl.choose(store, "a", [], [])
    assert (urls(whole), whole.left) == (["3", "1", "2"], 0)


@pytest.mark.parametrize(
    ("seen", "given", "again"),
    [
        (None, {}, True),
        (Seen("https://a.fr/1", "a", NOW, "failed"), {}, True),
        (Seen("https://a.fr/1", "a", NOW, "irrelevant"), {}, False),
        (Seen("https://a.fr/1", "a", NOW, "refused"), {}, False),
        (Seen("https://a.fr/1", "a", NOW, "kept"), {}, False),
        # its feed says that it was changed since
        (Seen("https://a.fr/1", "a", NOW - timedelta(hours=2), "kept"), {"changed": NOW - timedelta(hours=1)}, True),
        (Seen("https://a.fr/1", "a", NOW, "kept"), {"changed": NOW - timedelta(hours=1)}, False),
        # a young article once a day
        (Seen("https://a.fr/1", "a", NOW - timedelta(days=2), "kept"), {"published": NOW - timedelta(days=3)}, True),
        (Seen("https://a.fr/1", "a", NOW - timedelta(days=2), "kept"), {"published": NOW - timedelta(days=30)}, False),
        (Seen("https://a.fr/1", "a", NOW - timedelta(hours=2), "kept"), {"published": NOW - timedelta(days=1)}, False),
    ],
)
def test_when_a_page_is_looked_at_again(store: Store, seen: Seen | None, given: dict[str, object], again: bool) -> None:
    store.mark_seen([seen] if seen else [])
    crawl.put_page(store, "https://a.fr/1", '"v1"', None)
    choice = crawl.choose(store, "a", [found(1, **given)], [])
    assert bool(choice.pages) is again
    if again and seen and seen.outcome == "kept":
        assert (choice.pages[0].known, choice.pages[0].etag) == (True, '"v1"')


def test_a_page_that_fails_comes_back_last_and_is_given_up_in_the_end(store: Store) -> None:
    failed = PageFailed(url="https://a.fr/1", outlet="a", reason="réponse HTTP 500")
    crawl.choose(store, "a", [found(1, published="2022-03-01"), found(2)], [])
    crawl.settle(store, failed, NOW)
    assert urls(crawl.choose(store, "a", [], [])) == ["2", "1"]
    for _ in range(crawl.MOST_TRIES):  # the site was not asked: that is no try
        crawl.settle(store, failed.model_copy(update={"asked": False}), NOW)
    assert urls(crawl.choose(store, "a", [], [])) == ["2", "1"]
    for _ in range(crawl.MOST_TRIES - 1):
        crawl.settle(store, failed, NOW)
    assert urls(crawl.choose(store, "a", [], [])) == ["2"]
    crawl.settle(store, PageUnchanged(url="https://a.fr/2", outlet="a"), NOW)
    assert store.count_notes("pending") == {}


def test_versions_of_an_article_are_told_in_order_and_once(store: Store) -> None:
    first = article(fetched="2022-01-07T10:00:00Z")
    second = first.model_copy(
        update={"text": "Autre texte.", "fetched": NOW, "modified": datetime(2022, 1, 8, 9, tzinfo=UTC)}
    )
    for one in (first, second, second, first):
        crawl.put_version(store, one)
    told = crawl.versions(store, first.url)
    assert [(v.content_hash, v.modified) for v in told] == [
        (first.content_hash, None),
        (second.content_hash, "2022-01-08T09:00:00+00:00"),
    ]
    crawl.put_version(store, first.model_copy(update={"kind": "notice", "text": "Une note."}))
    assert len(crawl.versions(store, first.url)) == 2


def test_two_runs_at_once_exclude_each_other_outlet_by_outlet(store: Store) -> None:
    with Claims(store) as one:
        assert one.take(["a", "b"]) == {}
        with Claims(store) as other:
            assert other.take(["b", "c"]) == {"b": f"une autre collecte, processus {os.getpid()}"}
            one.give_back("b")
            assert other.take(["b"]) == {}
        assert store.get_notes("claim", ["a", "b", "c"]).keys() == {"a"}
    assert store.notes("claim") == []


@pytest.mark.parametrize(
    ("changed", "held"),
    [
        ({}, True),
        ({"pid": "dead"}, False),
        ({"pid": "dead", "host": "ailleurs"}, True),
        ({"until": (NOW - timedelta(minutes=1)).isoformat()}, False),
        ({"pid": os.getpid()}, False),  # its number was given to us: it is gone
    ],
)
def test_a_run_that_was_killed_holds_nothing_for_long(store: Store, changed: dict[str, object], held: bool) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with Claims(store) as one:
        one.take(["a"])
        [note] = store.notes("claim")
    data = {**note.data, "pid": os.getppid(), **changed}
    data["pid"] = dead.pid if data["pid"] == "dead" else data["pid"]
    store.put_notes([Note("claim", "a", "", "", data)])
    with Claims(store) as other:
        assert bool(other.take(["a"])) is held
