"""The account of one outlet in one run: what is still open, what was found, and how it ended."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from crawler.events import (
    ArticleFound,
    Choice,
    Event,
    FeedFailed,
    FeedRead,
    Found,
    OutletDone,
    PageDropped,
    PageEvent,
    Status,
)
from crawler.outlets import Outlet

RETRY = timedelta(hours=2)  # before a new try of one that does not
PROBES = 2  # pages that do not matter read in full all the same, each run
SUSPECT = 5  # pages that came and yielded no text, from which on a redesign is suspected


class Account:
    """Counts until the last feed and the last page of an outlet are done, then tells how it went, once."""

    def __init__(self, outlet: Outlet, tell: Callable[[Event], None]) -> None:
        self.outlet = outlet
        self.tell = tell
        self.found: dict[str, Found] = {}
        self.feeds: list[FeedRead] = []  # read whole
        self.children: set[str] = set()
        self.sitemaps_followed = 0
        self.feeds_asked = 0
        self.feeds_open = 0
        self.unchanged_feeds = 0
        self.reservations_open = 0
        self.pages_open = 0  # queued ones included
        self.queue: deque[Found] = deque()
        self.seen = 0
        self.new = 0
        self.wait = 0.0  # s the site asked us to wait
        self.done = False
        self._left = self._fresh = 0
        self._faults: list[FeedFailed] = []
        self._outcomes: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._excerpts = 0
        self._probes: list[bool] = []
        self._unread = 0  # pages that came and are none: walls, shells, pages without text

    def feed_failed(self, event: FeedFailed) -> None:
        self._faults.append(event)
        self.tell(event)

    def add(self, found: Found) -> None:
        """Each address once; a source that dates it, and one that gives a title, is the better one."""
        had = self.found.get(found.url)
        if had is None or (had.published is None and found.published) or (not had.title and found.title):
            self.found[found.url] = found

    def expect_pages(self, choice: Choice) -> None:
        self.queue.extend(choice.pages)
        self.new = self.pages_open = len(choice.pages)
        self._left, self._fresh = choice.left, choice.fresh

    @property
    def wants_probe(self) -> bool:
        return len(self._probes) < PROBES

    def page_done(self, event: PageEvent, *, unread: bool = False) -> None:
        self.pages_open -= 1
        self._outcomes[event.outcome] += 1
        self._unread += unread
        if isinstance(event, ArticleFound):
            self._excerpts += event.article.access == "excerpt"
        elif isinstance(event, PageDropped) and event.readable is not None:
            self._probes.append(event.readable)
        elif event.reason:
            self._reasons[event.reason] += 1

    def settle(self) -> None:
        """Tell the end when nothing is open any more."""
        if not (self.done or self.feeds_open or self.pages_open):
            self.close(*self._verdict())

    def interrupted(self) -> None:
        if not self.done:
            self.close("PARTIAL", "collecte interrompue")

    def close(self, status: Status, reason: str | None) -> None:
        self.done = True
        now = datetime.now(UTC)
        pause = RETRY if status == "FAILED" else timedelta(minutes=self.outlet.every)
        next_try = None if status == "SKIPPED" else now + max(pause, timedelta(seconds=self.wait))
        looked = sum(self._outcomes[outcome] for outcome in ("kept", "irrelevant", "unchanged"))
        wanted = self.new + self._left
        self.tell(
            OutletDone(
                outlet=self.outlet.id,
                status=status,
                reason=reason,
                seen=self.seen,
                fresh=self._fresh,
                new=self.new,
                kept=self._outcomes["kept"],
                dropped=self._outcomes["irrelevant"],
                unchanged=self._outcomes["unchanged"],
                failed=self._outcomes["failed"],
                refused=self._outcomes["refused"],
                left=self._left,
                coverage=0.0 if status in ("FAILED", "SKIPPED") else round(looked / wanted, 3) if wanted else 1.0,
                mute=self._mute,
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
        if not self.seen and not self.unchanged_feeds and not said:
            said.append("flux sans aucun article")
        if self._mute:
            said.append("ses pages ne donnent plus de texte : le site a sans doute changé")
        if said:
            return "PARTIAL", " ; ".join(said)
        notes = []
        if self._excerpts:
            notes.append(f"{self._excerpts} article(s) connu(s) par le seul résumé du flux")
        if self._left:
            notes.append(f"{self._left} page(s) laissée(s) pour une prochaine fois")
        return "OK", " ; ".join(notes) or None

    @property
    def _mute(self) -> bool:
        """Whether the pages come but no text can be read out of them: most of them, or all that were probed."""
        if self._probes and not any(self._probes) and not self._outcomes["kept"]:
            return True
        return self._unread >= SUSPECT and self._unread * 2 > self.new


def _listed(head: str, reasons: list[str]) -> str:
    return f"{head} ({' ; '.join(reasons[:4])})" if reasons else head
