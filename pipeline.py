"""Joins the stages: a crawl's or a file's articles are triaged, read, stored and brought into incidents.

Nothing else knows more than its neighbours. Every article and what follows from it is one transaction: a run that is
killed at any moment leaves a sound store, and the next run goes on from there.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from crawler.files import Failure
from index.again import again
from index.consolidate import consolidate
from index.crawl import put_version
from index.store import OutletState, Seen, Store
from nlp.stream import LazyReader, pipeline_version, reports
from records import Article, Report
from reference.notices import notices

# The `OutletState` under which the app sees how loading the starter notices goes.
NOTICES = "vigie-notices"
FROM_FILES = "files"  # the outlet of an article from a file that names none

Tell = Callable[[Failure], None]


def nobody(_: object) -> None:
    return None


@dataclass
class Summary:
    """What a run did. `articles` counts what was looked at, by outcome; `touched` holds the incidents' ids;
    `alarms` what is wrong with outlets beyond this run (`index.health`)."""

    articles: Counter[str] = field(default_factory=Counter)
    outlets: Counter[str] = field(default_factory=Counter)
    touched: set[str] = field(default_factory=set)
    alarms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    coverage: dict[str, float] = field(default_factory=dict)  # by outlet, of this run
    incidents: int = 0
    new_incidents: int = 0
    interrupted: bool = False
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Items that could not be dealt with: pages, lines, feeds, whole outlets."""
        return self.articles["failed"] + self.articles["feeds_failed"] + self.outlets["FAILED"]

    def __add__(self, other: Summary) -> Summary:
        """Two runs on one store, one after the other."""
        return Summary(
            articles=self.articles + other.articles,
            outlets=self.outlets + other.outlets,
            touched=self.touched | other.touched,
            alarms=self.alarms | other.alarms,
            coverage=self.coverage | other.coverage,
            incidents=other.incidents,
            new_incidents=self.new_incidents + other.new_incidents,
            interrupted=self.interrupted or other.interrupted,
            seconds=self.seconds + other.seconds,
        )

    def as_json(self) -> dict[str, Any]:
        outcomes = ("kept", "irrelevant", "known", "refused", "failed", "feeds_failed")
        return {
            **{name: self.articles[name] for name in outcomes},
            "outlets": dict(sorted(self.outlets.items())),
            "coverage": self.coverage,
            "alarms": sorted(self.alarms),
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
    tell: Tell = nobody,
    progress: Callable[[Summary], object] = nobody,
) -> Summary:
    """Read articles into the store, each in one transaction. An article that is there unchanged is not read again.

    Failures are counted and told. Ctrl-C ends the run in good order: `interrupted` is set, what was done is kept.
    """
    with Run(store) as (summary, fail):

        def to_read() -> Iterator[Article]:
            for item in articles:
                if isinstance(item, Failure):
                    fail(item, tell)
                elif is_known(store, item):
                    summary.articles["known"] += 1
                else:
                    yield item
                progress(summary)

        for article, report in reports(to_read(), reader or LazyReader(), jobs):
            if isinstance(report, Failure):
                fail(report, tell)
                continue
            keep(
                store,
                article,
                report,
                summary,
                [Seen(article.url, article.outlet or FROM_FILES, _now(), "", _read_by())],
            )
            progress(summary)
    return summary


def load_notices(
    store: Store, reader: LazyReader | None = None, *, stop: Callable[[], bool] | None = None, tell: Tell = nobody
) -> Summary:
    """Read the starter notices that this store has not had from this version of the reader.

    They are no articles of a stream: triage is not for them, and their addresses stay open to the crawler.
    """
    reader = reader or LazyReader()
    started = _now()
    with Run(store) as (summary, fail):
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
            keep(store, notice, report, summary, [marks[notice.url]])
        done = OutletState(NOTICES, last_attempt=started, last_success=_now(), seen=len(marks), failed=summary.failed)
        store.put_outlet_state(done)
    return summary


class Run:
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


@again
def keep(store: Store, article: Article, report: Report, summary: Summary, seen: list[Seen]) -> str:
    """Store an article with its report, or only that it was seen, in one transaction; the outcome."""
    outcome = "kept" if report.relevant else "irrelevant"
    with store.writing():
        stored = store.article(article.url)
        # a page of which little can be read (a paywall) must not take away what our notice of it says
        if report.relevant or not (stored and stored.kind == "notice"):
            summary.touched.update(incident.id for incident in store.incidents_of_report(report.url))
            summary.touched.update(consolidate(store, report, article))
        if report.relevant:
            put_version(store, article)
        store.mark_seen(
            [replace(s, outcome=outcome, content_hash=s.content_hash or article.content_hash) for s in seen]
        )
    summary.articles[outcome] += 1
    return outcome


def is_known(store: Store, article: Article) -> bool:
    stored = store.article(article.url)
    if stored is None:  # of what does not matter only that it was read is kept
        seen = store.seen(article.url)
        told = (seen.outcome, seen.content_hash, seen.reason) if seen else None
        return told == ("irrelevant", article.content_hash, _read_by())
    if stored.content_hash != article.content_hash or stored.kind != article.kind:
        return False
    report = store.report(article.url)
    return report is not None and report.pipeline == pipeline_version()


def _read_by() -> str:
    return f"lu par {pipeline_version()}"


def _mark(notice: Article) -> str:
    return f"{notice.content_hash}/{pipeline_version()}"


def _now() -> datetime:
    return datetime.now(UTC)
