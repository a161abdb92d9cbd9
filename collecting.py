"""Collects: what the crawler finds is read, stored and brought into incidents, outlet by outlet, resumably.

The crawler knows no store: what it found is put into the frontier here, and what became of a page is written in the
transaction that takes the page out of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from crawler.collect import collect as crawl
from crawler.events import (
    ArticleFound,
    Choice,
    FeedEvent,
    FeedFailed,
    FeedRead,
    Found,
    OutletDone,
    PageEvent,
    RobotsRead,
)
from crawler.files import Failure
from crawler.outlets import Outlet
from index import crawl as memory
from index.claims import Claims
from index.health import health
from index.store import OutletState, Seen, Store
from nlp.stream import LazyReader
from pipeline import Run, Summary, Tell, keep, nobody

_SOON = timedelta(minutes=5)
_LONGEST = timedelta(days=1)


def collect(
    store: Store,
    outlets: Iterable[Outlet],
    reader: LazyReader | None = None,
    *,
    since: date | datetime | None = None,
    limit: int | None = None,
    archives: Mapping[str, str] | None = None,
    stop: Callable[[], bool] | None = None,
    tell: Tell = nobody,
    progress: Callable[[Summary], object] = nobody,
) -> Summary:
    """Collect once from the outlets, reading as articles come; what earlier runs left is fetched too.

    Of each outlet at most `limit` pages, none published before `since`: the rest waits in the frontier. An outlet
    that another run is collecting is left out, and told. `archives` are asked for addresses too, back to `since`. CollectError when the crawl itself breaks down; what came
    before is kept.
    """
    asked = list(outlets)
    with Run(store) as (summary, fail), Claims(store) as claims:
        busy = claims.take(outlet.id for outlet in asked if not outlet.closed)
        for outlet, holder in busy.items():
            summary.outlets["SKIPPED"] += 1
            fail(Failure(outlet, f"déjà en cours de collecte ({holder})"), tell)
        chosen = [outlet for outlet in asked if outlet.id not in busy]
        one = _Collection(store, reader or LazyReader(), claims, summary, fail, tell, progress)
        _mark_attempt(store, chosen)

        def choose(outlet: str, found: Iterable[Found], feeds: Iterable[FeedRead]) -> Choice:
            return memory.choose(store, outlet, list(found), list(feeds), since=since, limit=limit)

        crawl(
            chosen,
            choose=choose,
            on_page=one.on_page,
            on_outlet=one.on_outlet,
            on_feed=one.on_feed,
            on_robots=one.on_robots,
            since=since,
            archives=archives,
            feeds=memory.feed_states(store, [outlet.id for outlet in chosen]),
            robots=memory.robots(store, chosen),
            stop=stop,
        )
        checked = health(store, chosen)
        summary.alarms = {name: found.alarms for name, found in checked.items() if found.alarms}
    return summary


class _Collection:
    """What happens to the events of one run."""

    def __init__(
        self,
        store: Store,
        reader: LazyReader,
        claims: Claims,
        summary: Summary,
        fail: Callable[[Failure, Tell], None],
        tell: Tell,
        progress: Callable[[Summary], object],
    ) -> None:
        self.store = store
        self.reader = reader
        self.claims = claims
        self.summary = summary
        self.fail = fail
        self.tell = tell
        self.progress = progress
        self.kept: Counter[str] = Counter()

    def on_page(self, event: PageEvent) -> None:
        self.claims.renew(event.outlet)
        now = datetime.now(UTC)
        if isinstance(event, ArticleFound):
            self._article(event, now)
        else:
            with self.store.writing():
                self.store.mark_seen([self._seen(event, now)])
                memory.settle(self.store, event, now)
            if event.outcome == "failed":
                self.fail(Failure(event.url, event.reason or ""), self.tell)
            else:
                self.summary.articles["known" if event.outcome == "unchanged" else event.outcome] += 1
        self.progress(self.summary)

    def _article(self, event: ArticleFound, now: datetime) -> None:
        row = Seen(event.url, event.outlet, now, "kept", event.reason, event.content_hash)
        rows = [replace(row, url=url) for url in dict.fromkeys((event.url, event.article.url))]
        stored = self.store.article(event.article.url)
        if stored and (stored.content_hash, stored.kind) == (event.content_hash, "article"):
            with self.store.writing():  # looked at again, and the same
                self.store.mark_seen(rows)
                memory.settle(self.store, event, now)
            self.summary.articles["known"] += 1
            return
        report = self.reader.read(event.article)
        with self.store.writing():
            memory.settle(self.store, event, now)
            if isinstance(report, Failure):
                self.store.mark_seen([replace(r, outcome="failed", reason=report.reason) for r in rows])
            else:
                outcome = keep(self.store, event.article, report, self.summary, rows)
                if outcome == "kept":
                    memory.put_page(self.store, event.url, event.etag, event.last_modified)
                    self.kept[event.outlet] += 1
        if isinstance(report, Failure):
            self.fail(report, self.tell)

    def _seen(self, event: PageEvent, now: datetime) -> Seen:
        before = self.store.seen(event.url)
        if before and before.outcome == "kept":
            # a second look that came to nothing takes nothing away from the first
            return replace(before, at=now, reason=event.reason)
        return Seen(event.url, event.outlet, now, event.outcome, event.reason, event.content_hash)

    def on_feed(self, event: FeedEvent) -> None:
        if isinstance(event, FeedFailed):
            self.summary.articles["feeds_failed"] += 1
            self.tell(Failure(event.url, event.reason))

    def on_robots(self, event: RobotsRead) -> None:
        with self.store.writing():
            memory.put_robots(self.store, event)

    def on_outlet(self, event: OutletDone) -> None:
        self.summary.outlets[event.status] += 1
        self.summary.coverage[event.outlet] = event.coverage
        with self.store.writing():
            _put_state(self.store, event, self.kept[event.outlet])
            if event.status != "SKIPPED":
                memory.put_run(self.store, event.model_copy(update={"kept": self.kept[event.outlet]}))
        self.claims.give_back(event.outlet)
        if event.status in ("FAILED", "PARTIAL"):
            self.tell(Failure(event.outlet, event.reason or ""))
        self.progress(self.summary)


def due(store: Store, outlets: Iterable[Outlet], now: datetime) -> list[Outlet]:
    """The outlets that may be collected now: open, and not asked to wait any longer."""
    states = store.outlet_states()
    waiting = {name for name, state in states.items() if state.next_try and state.next_try > now}
    return [outlet for outlet in outlets if not outlet.closed and outlet.id not in waiting]


def _next_look(store: Store, event: OutletDone) -> datetime | None:
    """When to look again: sooner when pages were left, later and later at an outlet that goes on failing."""
    if event.next_try is None or event.status == "SKIPPED":
        return event.next_try
    if event.status != "FAILED":
        return min(event.next_try, event.at + _SOON) if event.left else event.next_try
    failures = 0
    for run in memory.runs(store, event.outlet):
        if run.status != "FAILED":
            break
        failures += 1
    asked: timedelta = event.next_try - event.at
    later: datetime = event.at + min(asked * 2**failures, max(_LONGEST, asked))
    return later


def _mark_attempt(store: Store, outlets: Iterable[Outlet]) -> None:
    """Tell the app that collecting is under way; a complaint of a last run that went well is over."""
    states, now = store.outlet_states(), datetime.now(UTC)
    with store.writing():
        for outlet in outlets:
            if outlet.closed:
                continue
            state = states.get(outlet.id) or OutletState(outlet.id)
            went_well = state.last_success is not None and state.last_success == state.last_attempt
            error = None if went_well else state.last_error
            store.put_outlet_state(replace(state, last_attempt=now, last_error=error))


def _put_state(store: Store, event: OutletDone, kept: int) -> None:
    if event.status == "SKIPPED":
        return
    state = store.outlet_states().get(event.outlet) or OutletState(event.outlet)
    store.put_outlet_state(
        OutletState(
            event.outlet,
            last_attempt=event.at,
            last_success=state.last_success if event.status == "FAILED" else event.at,
            last_error=None if event.status == "OK" else event.reason,
            next_try=_next_look(store, event),
            seen=state.seen + event.new,
            kept=state.kept + kept,
            failed=state.failed + event.failed,
        )
    )
