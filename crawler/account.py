"""The account of one outlet in one run: what is still open, what was found, and how it ended."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from crawler.events import ArticleFound, Event, FeedFailed, FeedRead, OutletDone, PageEvent, Status
from crawler.feeds import Entry
from crawler.outlets import Outlet

RHYTHM = timedelta(hours=1)  # between two looks at an outlet that works
RETRY = timedelta(hours=2)  # before a new try of one that does not


class Account:
    """Counts until the last feed and the last page of an outlet are done, then tells how it went, once."""

    def __init__(self, outlet: Outlet, tell: Callable[[Event], None]) -> None:
        self.outlet = outlet
        self.tell = tell
        self.entries: list[tuple[str, Entry]] = []  # feed, entry
        self.children: set[str] = set()
        self.sitemaps_followed = 0
        self.feeds_asked = 0
        self.feeds_open = 0
        self.unchanged = 0
        self.reservations_open = 0
        self.pages_open = 0  # queued ones included
        self.queue: deque[tuple[str, Entry]] = deque()  # feed, entry
        self.seen = 0
        self.new = 0
        self.wait = 0.0  # s the site asked us to wait
        self.done = False
        self._cut = 0
        self._faults: list[FeedFailed] = []
        self._validators: dict[str, FeedRead] = {}
        self._unfinished: set[str] = set()  # feeds with an entry that has to be tried again
        self._outcomes: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._excerpts = 0

    def feed_failed(self, event: FeedFailed) -> None:
        self._faults.append(event)
        self.tell(event)

    def feed_read(self, url: str, etag: str | None, last_modified: str | None) -> None:
        if etag or last_modified:
            self._validators[url] = FeedRead(url=url, outlet=self.outlet.id, etag=etag, last_modified=last_modified)

    def expect_pages(self, pages: Sequence[tuple[str, Entry]]) -> None:
        self.queue.extend(pages)
        self.new = self.pages_open = len(pages)

    def cut_short(self, left: int) -> None:
        """Some entries were left for another run: its feeds must then be read again in full."""
        self._cut = left

    def page_done(self, event: PageEvent, feed: str) -> None:
        self.pages_open -= 1
        self._outcomes[event.outcome] += 1
        if isinstance(event, ArticleFound):
            self._excerpts += event.article.access == "excerpt"
        elif event.reason:
            self._reasons[event.reason] += 1
        if event.outcome == "failed":
            self._unfinished.add(feed)
        self.tell(event)
        self.settle()

    def settle(self) -> None:
        """Tell the end when nothing is open any more."""
        if self.done or self.feeds_open or self.pages_open:
            return
        if not self._cut:
            for url, event in self._validators.items():
                if url not in self._unfinished:
                    self.tell(event)
        self.close(*self._verdict())

    def interrupted(self) -> None:
        if not self.done:
            self.close("PARTIAL", "collecte interrompue")

    def close(self, status: Status, reason: str | None) -> None:
        self.done = True
        now = datetime.now(UTC)
        pause = RETRY if status == "FAILED" else RHYTHM
        next_try = None if status == "SKIPPED" else now + max(pause, timedelta(seconds=self.wait))
        self.tell(
            OutletDone(
                outlet=self.outlet.id,
                status=status,
                reason=reason,
                seen=self.seen,
                new=self.new,
                kept=self._outcomes["kept"],
                dropped=self._outcomes["irrelevant"],
                failed=self._outcomes["failed"],
                refused=self._outcomes["refused"],
                at=now,
                next_try=next_try,
            )
        )

    def _verdict(self) -> tuple[Status, str | None]:
        """OK when everything could be looked at; FAILED when nothing could."""
        broken = [fault for fault in self._faults if not fault.recovered]
        if self._faults and len(broken) == self.feeds_asked:
            return "FAILED", _listed("aucun flux lisible", [f"{f.url} : {f.reason}" for f in broken])
        said: list[str] = [f"{f.url} : {f.reason}" for f in self._faults]
        pages = [f"{count} × {reason}" for reason, count in self._reasons.most_common(3)]
        failed, refused = self._outcomes["failed"], self._outcomes["refused"]
        if self.new and failed + refused == self.new and not said:
            return "FAILED", _listed("aucune page lisible", pages)
        if failed or refused:
            said.append(_listed(f"{failed + refused} page(s) sur {self.new} non lue(s)", pages))
        if not self.seen and not self.unchanged and not said:
            said.append("flux sans aucun article")
        if said:
            return "PARTIAL", " ; ".join(said)
        notes = []
        if self._excerpts:
            notes.append(f"{self._excerpts} article(s) connu(s) par le seul résumé du flux")
        if self._cut:
            notes.append(f"{self._cut} page(s) laissée(s) pour une prochaine fois")
        return "OK", " ; ".join(notes) or None


def _listed(head: str, reasons: list[str]) -> str:
    return f"{head} ({' ; '.join(reasons[:4])})" if reasons else head
