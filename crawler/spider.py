"""The one spider of all outlets: feeds and sitemaps first, then the pages that its parent chooses of what they tell."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler import rendering, reservation
from crawler.account import Account
from crawler.chromium import missing
from crawler.events import (
    Choice,
    Event,
    FeedFailed,
    FeedRead,
    FeedState,
    Found,
    PageEvent,
    PageFailed,
    PageRefused,
    RobotsRead,
)
from crawler.feeds import Feed, FeedError
from crawler.finders import MOST_DAYS, Source, hosts_of, read_source, sources_of
from crawler.manners import AskedToWait, Refused, slot_of
from crawler.moments import DayOrMoment, day_of
from crawler.order import sortable
from crawler.outlets import Outlet
from crawler.polite import PoliteSpider, header, headers_of, reason_of
from crawler.reading import is_unread, page_event
from crawler.settings import LONGEST_PAGE, MOST_LIST_PAGES, MOST_SITEMAPS

_FEEDS_FIRST = 2_000_000_000


class OutletSpider(PoliteSpider):
    """Collects `outlets` once.

    `tell` takes events; `choose` hands an outlet's findings to the parent and brings back what to fetch; `hand` gives
    the parent a page's event and waits until it is kept: no page is asked for while the one before may be lost.
    """

    name = "outlets"

    def __init__(
        self,
        outlets: Sequence[Outlet],
        tell: Callable[[Event], None],
        choose: Callable[[str, Sequence[Found], Sequence[FeedRead]], Awaitable[Choice]],
        hand: Callable[[PageEvent], Awaitable[None]],
        since: DayOrMoment | None = None,
        feeds: dict[str, FeedState] | None = None,
        archives: Mapping[str, str] | None = None,
        robots: Mapping[str, RobotsRead] | None = None,
    ) -> None:
        super().__init__(outlets)
        self.robots = robots or {}
        self.tell = tell
        self.sources = {o.id: sources_of(o, since, archives or {}) for o in outlets if not o.closed}
        self._source_hosts = {name: hosts_of(sources) for name, sources in self.sources.items()}
        self.choose = choose
        self.hand = hand
        self.since = since
        self.feed_states = feeds or {}
        self.accounts = {outlet.id: Account(outlet, tell) for outlet in outlets}
        self._reservations: dict[str, reservation.Reservation] = {}  # by host

    def is_home(self, outlet_id: str | None, url: str) -> bool:
        """Its own hosts, and those of the archives that are asked for it."""
        chosen = [outlet_id] if outlet_id else list(self._source_hosts)
        there = urlsplit(url).netloc.lower()
        return any(there in self._source_hosts.get(one, ()) for one in chosen) or super().is_home(outlet_id, url)

    def tell_robots(self, read: RobotsRead) -> None:
        self.tell(read)

    # feeds and sitemaps

    async def start(self) -> AsyncIterator[Any]:
        for account in self.accounts.values():
            if account.outlet.closed:
                account.close("SKIPPED", account.outlet.closed)
                continue
            if account.outlet.render and (reason := missing()):
                account.close("FAILED", reason)
                continue
            # all are counted before the first is asked: its answer must not pass for the last
            for request in [self._ask_feed(account, source) for source in self._due(account.outlet.id)]:
                yield request

    def _due(self, outlet_id: str) -> list[Source]:
        """The sources to ask now: of the pages of past days, those that were not read since their day was over."""
        due, days = [], 0
        for source in self.sources[outlet_id]:
            if source.once:
                read = self.feed_states.get(source.url, FeedState()).changed
                if (read and read > source.once.isoformat()) or days >= MOST_DAYS:
                    continue
                days += 1
            due.append(source)
        return due

    def _ask_feed(self, account: Account, source: Source, depth: int = 0, changed: str | None = None) -> Request:
        url = source.url
        if source.once:
            changed = datetime.now(UTC).date().isoformat()
        account.feeds_open += 1
        account.feeds_asked += 1
        headers = _if_changed(self.feed_states.get(url, FeedState()))
        meta = {"outlet": account.outlet.id, "feed": url, "source": source, "depth": depth, "changed": changed}
        meta["download_slot"] = slot_of(url)
        return Request(
            url,
            self.read_feed,
            errback=self.feed_failed,
            headers=headers,
            meta=meta,
            dont_filter=True,
            priority=_FEEDS_FIRST,
        )

    async def read_feed(self, response: Response) -> AsyncIterator[Any]:
        account = self.accounts[response.meta["outlet"]]
        url: str = response.meta["feed"]
        try:
            feed = self._feed_of(response, account)
        except FeedError as error:
            account.feed_failed(FeedFailed(url=url, outlet=account.outlet.id, reason=error.reason))
        else:
            if feed.fault:
                account.feed_failed(
                    FeedFailed(url=url, outlet=account.outlet.id, reason=feed.fault, recovered=len(feed.entries))
                )
            if response.status == 200 and not feed.fault and (not feed.children or response.meta["source"].once):
                # an index is read each time: it says which of its sitemaps changed
                account.feeds.append(_feed_read(response, account.outlet.id))
            for entry in feed.entries:
                account.add(
                    Found(
                        url=entry.url, feed=url, finder=response.meta["source"].kind, title=entry.title, published=entry.published,
                        summary=entry.summary, changed=entry.changed,
                    )
                )  # fmt: skip
            for request in self._children(account, feed, response.meta["source"], response.meta["depth"]):
                yield request
        async for request in self._feed_is_done(account):
            yield request

    def _feed_of(self, response: Response, account: Account) -> Feed:
        if response.status == 304:
            account.unchanged_feeds += 1
            return Feed()
        if response.status != 200:
            self._note_wait(response, account)
            raise FeedError(f"réponse HTTP {response.status}")
        if coding := header(response, "Content-Encoding"):
            raise FeedError(f"codage de transport inconnu ({coding})")
        source: Source = response.meta["source"]
        content_type = header(response, "Content-Type")
        return read_source(source.kind, response.body, response.url, content_type, account.outlet)

    def _children(self, account: Account, feed: Feed, source: Source, depth: int) -> Iterator[Request]:
        """The sitemaps of an index, the latest first; an index within an index is followed once. Of other lists, the
        page that goes on with it.

        Those whose last change was dealt with are left alone, so that each run goes on further back.
        """
        deepest = 2 if source.kind == "feed" else MOST_LIST_PAGES
        for url, changed in sorted(feed.children, key=lambda child: sortable(child[1]), reverse=True):
            if depth >= deepest or account.sitemaps_followed >= MOST_SITEMAPS or url in account.children:
                continue
            if changed and self._too_old(changed):
                continue
            told = changed.isoformat() if changed else None
            if told and told == self.feed_states.get(url, FeedState()).changed:
                account.unchanged_feeds += 1
                continue
            account.children.add(url)
            account.sitemaps_followed += 1
            yield self._ask_feed(account, Source(source.kind, url), depth + 1, told)

    async def feed_failed(self, failure: Failure) -> AsyncIterator[Any]:
        meta = failure.request.meta  # type: ignore[attr-defined]
        account = self.accounts[meta["outlet"]]
        account.feed_failed(FeedFailed(url=meta["feed"], outlet=account.outlet.id, reason=reason_of(failure)))
        async for request in self._feed_is_done(account):
            yield request

    async def _feed_is_done(self, account: Account) -> AsyncIterator[Request]:
        """When the last feed of an outlet has answered: hand over what was found, ask for what is wanted."""
        account.feeds_open -= 1
        if account.feeds_open:
            return
        account.seen = len(account.found)
        found, account.found = list(account.found.values()), {}
        account.expect_pages(await self.choose(account.outlet.id, found, account.feeds))
        requests = self._ask_reservations(account)
        if not requests:
            requests = [r async for r in self._next_page(account)]
        for request in requests:
            yield request
        account.settle()

    # pages

    def _ask_reservations(self, account: Account) -> list[Request]:
        """Before the first page of a host: does its publisher reserve text and data mining there?"""
        bases = {f"{urlsplit(found.url).scheme}://{urlsplit(found.url).netloc}": None for found in account.queue}
        fresh = [base for base in bases if slot_of(base) not in self._reservations]
        account.reservations_open = len(fresh)
        return [
            Request(
                base + reservation.PATH,
                self.read_reservation,
                errback=self.reservation_failed,
                meta={"outlet": account.outlet.id, "host": slot_of(base), "download_slot": slot_of(base)},
                dont_filter=True,
            )
            for base in fresh
        ]

    async def read_reservation(self, response: Response) -> AsyncIterator[Request]:
        found = reservation.read_reservation(response.body) if response.status == 200 else reservation.Reservation()
        async for request in self._reservation_is_known(response.meta, found):
            yield request

    async def reservation_failed(self, failure: Failure) -> AsyncIterator[Request]:
        # a host that cannot be asked will fail at its pages, with the reason
        meta = failure.request.meta  # type: ignore[attr-defined]
        async for request in self._reservation_is_known(meta, reservation.Reservation()):
            yield request

    async def _reservation_is_known(
        self, meta: dict[str, Any], found: reservation.Reservation
    ) -> AsyncIterator[Request]:
        self._reservations[meta["host"]] = found
        account = self.accounts[meta["outlet"]]
        account.reservations_open -= 1
        if not account.reservations_open:
            async for request in self._next_page(account):
                yield request

    async def _next_page(self, account: Account) -> AsyncIterator[Request]:
        """Ask for the next page: one at a time, so that a host that asks for a rest gets it at once."""
        while account.queue:
            found = account.queue.popleft()
            if wait := self.asked_to_wait(slot_of(found.url)):
                event = PageFailed(url=found.url, outlet=account.outlet.id, reason=wait, asked=False)
                await self._page_done(account, event)
                continue
            rules = self._reservations.get(slot_of(found.url))
            if rules and rules.covers(found.url):
                reason = "l'éditeur réserve la fouille de textes (tdmrep.json)"
                await self._page_done(account, PageRefused(url=found.url, outlet=account.outlet.id, reason=reason))
                continue
            meta = {"outlet": account.outlet.id, "found": found, "download_slot": slot_of(found.url)}
            meta["download_maxsize"] = LONGEST_PAGE
            headers = _if_changed(found)
            yield Request(
                found.url, self.read_page, errback=self.page_failed, headers=headers, meta=meta, dont_filter=True
            )
            return

    async def read_page(self, response: Response) -> AsyncIterator[Request]:
        account = self.accounts[response.meta["outlet"]]
        self._note_wait(response, account)
        drawn = rendering.is_rendered(response)
        event = page_event(
            response.meta["found"],
            account.outlet,
            url=response.url,
            status=response.status,
            headers=headers_of(response),
            body=response.body,
            probe=account.wants_probe or (account.outlet.render and not drawn),
        )
        if account.outlet.render and not drawn and response.status == 200 and is_unread(event):
            yield self.renderer.request(response, self.read_page, self.page_failed)
            return
        await self._page_done(account, event, unread=response.status == 200 and event.outcome == "failed")
        async for request in self._next_page(account):
            yield request

    async def page_failed(self, failure: Failure) -> AsyncIterator[Request]:
        meta = failure.request.meta  # type: ignore[attr-defined]
        account = self.accounts[meta["outlet"]]
        url, reason = meta["found"].url, reason_of(failure)
        event: PageEvent = PageFailed(url=url, outlet=account.outlet.id, reason=reason)
        if isinstance(failure.value, AskedToWait):
            event = PageFailed(url=url, outlet=account.outlet.id, reason=reason, asked=False)
        elif isinstance(failure.value, Refused):
            event = PageRefused(url=url, outlet=account.outlet.id, reason=reason)
        await self._page_done(account, event)
        async for request in self._next_page(account):
            yield request

    async def _page_done(self, account: Account, event: PageEvent, *, unread: bool = False) -> None:
        await self.hand(event)
        account.page_done(event, unread=unread)
        account.settle()

    def _note_wait(self, response: Response, account: Account) -> None:
        account.wait = max(account.wait, self.note_wait(response))

    def _too_old(self, moment: DayOrMoment) -> bool:
        return self.since is not None and day_of(moment) < day_of(self.since)

    def closed(self, reason: str) -> None:
        """Scrapy calls this at the end: outlets that are not done were interrupted."""
        for account in self.accounts.values():
            account.interrupted()


def _if_changed(known: FeedState | Found) -> dict[str, str]:
    """The headers that ask for an answer only if it is another one."""
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in asked.items() if value}


def _feed_read(response: Response, outlet_id: str) -> FeedRead:
    return FeedRead(
        url=response.meta["feed"],
        outlet=outlet_id,
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
        changed=response.meta["changed"],
    )
