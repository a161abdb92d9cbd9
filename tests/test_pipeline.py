from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import collecting
import index
import pipeline
from crawler.files import Failure
from crawler.outlets import Outlet
from index.store import OutletState, Query, Store
from nlp.stream import LazyReader, reports
from records import Article, Report
from reference.notices import notices
from tests.samples import ATTACK, FUNDS, VINCI, WEATHER


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with index.open_store(f"sqlite:///{tmp_path / 'vigie.db'}") as opened:
        yield opened


class Untouched(LazyReader):
    """A reader that must not be needed."""

    def read(self, article: Article) -> Report | Failure:
        raise AssertionError(f"{article.url} was read")


def test_an_article_becomes_an_incident_and_the_rest_leaves_only_that_it_was_seen(
    store: Store, reader: LazyReader
) -> None:
    summary = pipeline.ingest(store, [ATTACK, WEATHER, FUNDS], reader)

    assert (summary.articles["kept"], summary.articles["irrelevant"]) == (1, 2)
    assert (summary.new_incidents, summary.failed) == (1, 0)
    [incident] = store.all(Query())
    assert incident.facility.finess == VINCI
    assert [a.url for a in store.articles()] == [ATTACK.url]
    for article in (WEATHER, FUNDS):
        seen = store.seen(article.url)
        assert seen is not None
        assert (seen.outcome, seen.content_hash) == ("irrelevant", article.content_hash)
        assert store.report(article.url) is None


def test_ingesting_the_same_again_reads_nothing_and_changes_nothing(store: Store, reader: LazyReader) -> None:
    pipeline.ingest(store, [ATTACK], reader)
    before = list(store.all(Query()))

    again = pipeline.ingest(store, [ATTACK], Untouched())

    assert again.articles == {"known": 1}
    assert list(store.all(Query())) == before


def test_a_corrected_article_is_read_again_and_replaces_the_first_version(store: Store, reader: LazyReader) -> None:
    pipeline.ingest(store, [ATTACK], reader)
    corrected = ATTACK.model_copy(update={"text": ATTACK.text + "\n\nUne rançon a été demandée."})

    summary = pipeline.ingest(store, [corrected], reader)

    assert (summary.articles["kept"], summary.incidents) == (1, 1)
    stored = store.article(ATTACK.url)
    assert stored is not None
    assert stored.text.endswith("Une rançon a été demandée.")


def test_failures_are_told_and_counted_and_the_rest_goes_on(store: Store, reader: LazyReader) -> None:
    told: list[Failure] = []
    broken = Failure("liste.jsonl:1", "JSON invalide")

    summary = pipeline.ingest(store, [broken, ATTACK], reader, tell=told.append)

    assert told == [broken]
    assert (summary.failed, summary.articles["kept"]) == (1, 1)


def test_what_cannot_be_read_is_a_failure_of_that_article_only(store: Store) -> None:
    class Clumsy(LazyReader):
        def read(self, article: Article) -> Report | Failure:
            return Failure(article.url, "lecture impossible")

    told: list[Failure] = []
    summary = pipeline.ingest(store, [ATTACK, WEATHER], Clumsy(), tell=told.append)

    assert [failure.where for failure in told] == [ATTACK.url]
    assert summary.articles == {"failed": 1, "irrelevant": 1}
    assert store.seen(ATTACK.url) is None


def test_ctrl_c_keeps_what_was_done(store: Store, reader: LazyReader) -> None:
    def articles() -> Iterator[Article]:
        yield ATTACK
        raise KeyboardInterrupt

    summary = pipeline.ingest(store, articles(), reader)

    assert summary.interrupted
    assert store.article(ATTACK.url) is not None


def test_a_page_of_which_little_can_be_read_does_not_take_our_notice_away(store: Store, reader: LazyReader) -> None:
    pipeline.ingest(store, [ATTACK.model_copy(update={"kind": "notice"})], reader)

    paywalled = ATTACK.model_copy(update={"title": "Réservé aux abonnés", "text": "Il vous reste 90 % à lire."})
    summary = pipeline.ingest(store, [paywalled], reader)

    assert summary.articles == {"irrelevant": 1}
    assert summary.incidents == 1


def test_the_notices_are_read_once_and_the_app_can_see_how_it_goes(store: Store, reader: LazyReader) -> None:
    first = pipeline.load_notices(store, reader)

    assert first.failed == 0
    assert first.articles["kept"] >= len(notices()) // 2
    assert first.incidents >= 40
    state = store.outlet_states()[pipeline.NOTICES]
    assert state.last_success is not None
    assert state.seen == len(notices())
    # their addresses are those of real articles, which the crawler must still be able to fetch
    assert all(store.seen(notice.url) is None for notice in notices())

    again = pipeline.load_notices(store, Untouched())
    assert again.articles == {"known": len(notices())}
    assert again.incidents == first.incidents


def test_interrupted_notices_are_finished_the_next_time(store: Store, reader: LazyReader) -> None:
    left = iter([False] * 3)
    pipeline.load_notices(store, reader, stop=lambda: next(left, True))
    assert store.outlet_states()[pipeline.NOTICES].last_success is None

    rest = pipeline.load_notices(store, reader)

    assert rest.articles["known"] == 3
    assert store.outlet_states()[pipeline.NOTICES].last_success is not None


def test_an_outlet_is_due_when_it_is_open_and_its_wait_is_over(store: Store) -> None:
    def outlet(name: str, closed: str | None = None) -> Outlet:
        return Outlet(
            id=name, name=name, hosts=(f"{name}.example",), feeds=(f"https://{name}.example/",), closed=closed
        )

    now = datetime.now(UTC)
    store.put_outlet_state(OutletState("early", next_try=now + timedelta(minutes=5)))
    store.put_outlet_state(OutletState("late", next_try=now - timedelta(minutes=5)))

    found = collecting.due(store, map(outlet, ("early", "late", "new")), now)

    assert [o.id for o in found] == ["late", "new"]
    assert collecting.due(store, [outlet("shut", "interdit par son robots.txt")], now) == []


def test_reindexing_leaves_every_incident_to_be_found(store: Store, reader: LazyReader) -> None:
    pipeline.ingest(store, [ATTACK], reader)

    assert store.reindex() == 1
    assert store.search(Query(words="cyberattaques Chambray")).total == 1


def test_several_processes_give_the_same_reports_in_the_same_order(reader: LazyReader) -> None:
    articles = [WEATHER, ATTACK, FUNDS, ATTACK.model_copy(update={"url": "https://gazette.example/autre"})]

    alone = list(reports(articles, reader))
    together = list(reports(articles, LazyReader(), jobs=2, together=2))

    assert together == alone
    assert [report.relevant for _, report in alone if isinstance(report, Report)] == [False, True, False, True]
