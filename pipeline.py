"""Joins the stages: a crawl's or a file's articles are triaged, read, stored and brought into incidents.

Nothing else knows more than its neighbours. Every article and what follows from it is one transaction: a run that is
killed at any moment leaves a sound store, and the next run goes on from there.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from crawler.collect import collect as crawl
from crawler.events import ArticleFound, FeedEvent, FeedFailed, OutletDone, PageEvent
from crawler.files import Failure
from crawler.outlets import Outlet
from index.consolidate import consolidate
from index.store import OutletState, Query, Seen, Store
from nlp.stream import LazyReader, pipeline_version, reports
from records import Article, Report
from reference.notices import notices

# The `OutletState` under which the app sees how loading the starter notices goes.
NOTICES = "vigie-notices"
FROM_FILES = "files"  # the outlet of an article from a file that names none

Tell = Callable[[Failure], None]


def _nobody(_: object) -> None:
    return None


@dataclass
class Summary:
    """What a run did. `articles` counts what was looked at, by outcome; `touched` holds the incidents' ids."""

    articles: Counter[str] = field(default_factory=Counter)
    outlets: Counter[str] = field(default_factory=Counter)
    touched: set[str] = field(default_factory=set)
    incidents: int = 0
    new_incidents: int = 0
    interrupted: bool = False
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Items that could not be dealt with: pages, lines, feeds, whole outlets."""
        return self.articles["failed"] + self.articles["feeds_failed"] + self.outlets["FAILED"]

    def as_json(self) -> dict[str, Any]:
        outcomes = ("kept", "irrelevant", "known", "refused", "failed", "feeds_failed")
        return {
            **{name: self.articles[name] for name in outcomes},
            "outlets": dict(sorted(self.outlets.items())),
            "incidents_touched": len(self.touched),
            "incidents_new": self.new_incidents,
            "incidents": self.incidents,
            "interrupted": self.interrupted,
            "seconds": round(self.seconds, 1),
        }


def ingest(
    store: Store,
    articles: Iterable[Article | Failure],
    reader: LazyReader | None = None,
    *,
    jobs: int = 1,
    tell: Tell = _nobody,
    progress: Callable[[Summary], object] = _nobody,
) -> Summary:
    """Read articles into the store, each in one transaction. An article that is there unchanged is not read again.

    Failures are counted and told. Ctrl-C ends the run in good order: `interrupted` is set, what was done is kept.
    """
    with _run(store) as (summary, fail):

        def to_read() -> Iterator[Article]:
            for item in articles:
                if isinstance(item, Failure):
                    fail(item, tell)
                elif _is_known(store, item):
                    summary.articles["known"] += 1
                else:
                    yield item
                progress(summary)

        for article, report in reports(to_read(), reader or LazyReader(), jobs):
            if isinstance(report, Failure):
                fail(report, tell)
                continue
            _keep(store, article, report, summary, [Seen(article.url, article.outlet or FROM_FILES, _now(), "")])
            progress(summary)
    return summary


def collect(
    store: Store,
    outlets: Iterable[Outlet],
    reader: LazyReader | None = None,
    *,
    since: date | datetime | None = None,
    limit: int | None = None,
    stop: Callable[[], bool] | None = None,
    tell: Tell = _nobody,
    progress: Callable[[Summary], object] = _nobody,
) -> Summary:
    """Collect once from the outlets, reading as articles come. Addresses seen before are left alone but for failures.

    CollectError when the crawl itself breaks down; what came before is kept.
    """
    chosen = list(outlets)
    reader = reader or LazyReader()
    kept: Counter[str] = Counter()
    with _run(store) as (summary, fail):

        def known(url: str) -> bool:
            seen = store.seen(url)
            return seen is not None and seen.outcome != "failed"

        def on_page(event: PageEvent) -> None:
            row = Seen(event.url, event.outlet, _now(), event.outcome, event.reason, event.content_hash)
            if isinstance(event, ArticleFound):
                rows = [replace(row, url=url) for url in dict.fromkeys((event.url, event.article.url))]
                report = reader.read(event.article)
                if isinstance(report, Failure):
                    store.mark_seen([replace(r, outcome="failed", reason=report.reason) for r in rows])
                    fail(report, tell)
                else:
                    kept[event.outlet] += _keep(store, event.article, report, summary, rows) == "kept"
            else:
                store.mark_seen([row])
                if event.outcome == "failed":
                    fail(Failure(event.url, event.reason or ""), tell)
                else:
                    summary.articles[event.outcome] += 1
            progress(summary)

        def on_feed(event: FeedEvent) -> None:
            if isinstance(event, FeedFailed):
                summary.articles["feeds_failed"] += 1
                tell(Failure(event.url, event.reason))

        def on_outlet(event: OutletDone) -> None:
            summary.outlets[event.status] += 1
            _put_state(store, event, kept[event.outlet])
            if event.status == "FAILED":
                tell(Failure(event.outlet, event.reason or ""))
            progress(summary)

        _mark_attempt(store, chosen)
        crawl(
            chosen,
            seen=known,
            on_article=_nobody,  # `on_page` gets it too, and can keep article and address in one transaction
            on_seen=on_page,
            on_outlet=on_outlet,
            on_feed=on_feed,
            since=since,
            limit=limit,
            stop=stop,
        )
    return summary


def load_notices(
    store: Store, reader: LazyReader | None = None, *, stop: Callable[[], bool] | None = None, tell: Tell = _nobody
) -> Summary:
    """Read the starter notices that this store has not had from this version of the reader.

    They are no articles of a stream: triage is not for them, and their addresses stay open to the crawler.
    """
    reader = reader or LazyReader()
    started = _now()
    with _run(store) as (summary, fail):
        marks = {n.url: Seen(f"{n.url}#notice", NOTICES, started, "kept", None, _mark(n)) for n in notices()}
        new = [n for n in notices() if (s := store.seen(marks[n.url].url)) is None or s.content_hash != _mark(n)]
        summary.articles["known"] = len(marks) - len(new)
        if not new:
            return summary
        store.put_outlet_state(OutletState(NOTICES, last_attempt=started))
        for notice in new:
            if stop and stop():
                return summary
            report = reader.read(notice)
            if isinstance(report, Failure):
                fail(report, tell)
                continue
            _keep(store, notice, report, summary, [marks[notice.url]])
        done = OutletState(NOTICES, last_attempt=started, last_success=_now(), seen=len(marks), failed=summary.failed)
        store.put_outlet_state(done)
    return summary


def due(store: Store, outlets: Iterable[Outlet], now: datetime) -> list[Outlet]:
    """The outlets that may be collected now: open, and not asked to wait any longer."""
    states = store.outlet_states()
    waiting = {name for name, state in states.items() if state.next_try and state.next_try > now}
    return [outlet for outlet in outlets if not outlet.closed and outlet.id not in waiting]


def reindex(store: Store) -> int:
    """Write every incident's search entry anew from what is stored; returns how many."""
    ids = [incident.id for incident in store.all(Query())]
    with store.writing():
        for incident_id in ids:
            if incident := store.incident(incident_id):
                store.put_incident(incident)
    return len(ids)


class _run:
    """Times a run, counts its failures and the incidents it made; turns Ctrl-C into `interrupted`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.summary = Summary()

    def __enter__(self) -> tuple[Summary, Callable[[Failure, Tell], None]]:
        self.started = time.monotonic()
        self.before = self.store.info().incidents
        return self.summary, self._fail

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> bool:
        self.summary.seconds = time.monotonic() - self.started
        self.summary.incidents = self.store.info().incidents
        self.summary.new_incidents = self.summary.incidents - self.before
        self.summary.interrupted = kind is KeyboardInterrupt
        return self.summary.interrupted

    def _fail(self, failure: Failure, tell: Tell) -> None:
        self.summary.articles["failed"] += 1
        tell(failure)


def _keep(store: Store, article: Article, report: Report, summary: Summary, seen: list[Seen]) -> str:
    """Store an article with its report, or only that it was seen; the outcome."""
    outcome = "kept" if report.relevant else "irrelevant"
    with store.writing():
        stored = store.article(article.url)
        # a page of which little can be read (a paywall) must not take away what our notice of it says
        if report.relevant or not (stored and stored.kind == "notice"):
            summary.touched.update(incident.id for incident in store.incidents_of_report(report.url))
            summary.touched.update(consolidate(store, report, article))
        store.mark_seen(
            [replace(s, outcome=outcome, content_hash=s.content_hash or article.content_hash) for s in seen]
        )
    summary.articles[outcome] += 1
    return outcome


def _is_known(store: Store, article: Article) -> bool:
    stored = store.article(article.url)
    if stored is None or stored.content_hash != article.content_hash or stored.kind != article.kind:
        return False
    report = store.report(article.url)
    return report is not None and report.pipeline == pipeline_version()


def _mark_attempt(store: Store, outlets: Iterable[Outlet]) -> None:
    """Tell the app that collecting is under way; a complaint of a last run that went well is over."""
    states, now = store.outlet_states(), _now()
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
            next_try=event.next_try,
            seen=state.seen + event.new,
            kept=state.kept + kept,
            failed=state.failed + event.failed,
        )
    )


def _mark(notice: Article) -> str:
    return f"{notice.content_hash}/{pipeline_version()}"


def _now() -> datetime:
    return datetime.now(UTC)
