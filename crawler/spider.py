"""The one spider of all outlets: feeds and sitemaps first, then the pages they tell of, the newest first."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from resiliparse.extract.html2text import extract_plain_text
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler import reservation
from crawler.account import Account
from crawler.charset import decode
from crawler.events import ArticleFound, Event, FeedFailed, FeedState, PageDropped, PageEvent, PageFailed, PageRefused
from crawler.feeds import Entry, Feed, FeedError, read_feed
from crawler.manners import AskedToWait, Refused, slot_of
from crawler.moments import DayOrMoment, day_of
from crawler.outlets import Outlet
from crawler.page import SHORTEST, Announced, PageError, local, read_page
from crawler.polite import PoliteSpider, header, headers_of, reason_of
from crawler.settings import LONGEST_PAGE, MOST_PAGES, MOST_SITEMAPS
from crawler.triage import matters
from records import Article

_FEEDS_FIRST = 2_000_000_000
# A page that answers so is closed to us or unreadable for good: what its feed says of it is then all there is.
_CLOSED_PAGE = (401, 402, 403, 451)

Known = Callable[[Sequence[str]], Awaitable[list[bool]]]


class OutletSpider(PoliteSpider):
    """Collects `outlets` once. `known` says which addresses need no second look, `tell` takes the events."""

    name = "outlets"

    def __init__(
        self,
        outlets: Sequence[Outlet],
        known: Known,
        tell: Callable[[Event], None],
        since: DayOrMoment | None = None,
        limit: int | None = None,
        feeds: dict[str, FeedState] | None = None,
    ) -> None:
        super().__init__(outlets)
        self.known = known
        self.tell = tell
        self.since = since
        self.limit = limit if limit is not None else MOST_PAGES
        self.feed_states = feeds or {}
        self.accounts = {outlet.id: Account(outlet, tell) for outlet in outlets}
        self._asked: set[str] = set()  # pages asked for in this run, by any outlet
        self._reservations: dict[str, reservation.Reservation] = {}  # by host

    # feeds and sitemaps

    async def start(self) -> AsyncIterator[Any]:
        for account in self.accounts.values():
            if account.outlet.closed:
                account.close("SKIPPED", account.outlet.closed)
                continue
            # all are counted before the first is asked: its answer must not pass for the last
            for request in [self._ask_feed(account, url) for url in account.outlet.addresses]:
                yield request

    def _ask_feed(self, account: Account, url: str, depth: int = 0) -> Request:
        account.feeds_open += 1
        account.feeds_asked += 1
        state = self.feed_states.get(url)
        headers = {}
        if state and state.etag:
            headers["If-None-Match"] = state.etag
        if state and state.last_modified:
            headers["If-Modified-Since"] = state.last_modified
        meta = {"outlet": account.outlet.id, "feed": url, "depth_of_sitemap": depth, "download_slot": slot_of(url)}
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
            if response.status == 200 and not feed.fault:
                account.feed_read(url, header(response, "ETag"), header(response, "Last-Modified"))
            account.entries += [(url, entry) for entry in feed.entries]
            for request in self._children(account, feed, response.meta["depth_of_sitemap"]):
                yield request
        async for request in self._feed_is_done(account):
            yield request

    def _feed_of(self, response: Response, account: Account) -> Feed:
        if response.status == 304:
            account.unchanged += 1
            return Feed()
        if response.status != 200:
            self._note_wait(response, account)
            raise FeedError(f"réponse HTTP {response.status}")
        return read_feed(response.body, response.url, header(response, "Content-Type"))

    def _children(self, account: Account, feed: Feed, depth: int) -> Iterator[Request]:
        """The sitemaps of an index, the latest first; an index within an index is followed once."""
        dated = sorted(feed.children, key=lambda child: _age_key(child[1]), reverse=True)
        for url, changed in dated:
            if depth >= 2 or account.sitemaps_followed >= MOST_SITEMAPS or url in account.children:
                continue
            if changed and self._too_old(changed):
                continue
            account.children.add(url)
            account.sitemaps_followed += 1
            yield self._ask_feed(account, url, depth + 1)

    async def feed_failed(self, failure: Failure) -> AsyncIterator[Any]:
        meta = failure.request.meta  # type: ignore[attr-defined]
        account = self.accounts[meta["outlet"]]
        account.feed_failed(FeedFailed(url=meta["feed"], outlet=account.outlet.id, reason=reason_of(failure)))
        async for request in self._feed_is_done(account):
            yield request

    async def _feed_is_done(self, account: Account) -> AsyncIterator[Request]:
        """When the last feed of an outlet has answered: ask for its new pages, the newest first."""
        account.feeds_open -= 1
        if account.feeds_open:
            return
        await self._choose_pages(account)
        for request in self._ask_reservations(account) or self._next_page(account):
            yield request
        account.settle()

    async def _choose_pages(self, account: Account) -> None:
        """Queue the pages that are new: each address once, neither known nor too old, the newest first."""
        entries: dict[str, tuple[str, Entry]] = {}
        for feed, entry in account.entries:
            had = entries.get(entry.url)
            if had is None or (had[1].published is None and entry.published):
                entries[entry.url] = (feed, entry)
        account.seen = len(entries)
        account.entries = []
        newest = sorted(entries.values(), key=lambda pair: _age_key(pair[1].published), reverse=True)
        wanted = [(feed, entry) for feed, entry in newest if not (entry.published and self._too_old(entry.published))]
        known = await self.known([entry.url for _, entry in wanted])
        fresh = [pair for pair, seen in zip(wanted, known, strict=True) if not seen and pair[1].url not in self._asked]
        if len(fresh) > self.limit:
            account.cut_short(len(fresh) - self.limit)
            fresh = fresh[: self.limit]
        self._asked.update(entry.url for _, entry in fresh)
        account.expect_pages(fresh)

    # pages

    def _ask_reservations(self, account: Account) -> list[Request]:
        """Before the first page of a host: does its publisher reserve text and data mining there?"""
        bases = {f"{urlsplit(entry.url).scheme}://{urlsplit(entry.url).netloc}": None for _, entry in account.queue}
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

    def read_reservation(self, response: Response) -> Iterator[Request]:
        found = reservation.read_reservation(response.body) if response.status == 200 else reservation.Reservation()
        yield from self._reservation_is_known(response.meta, found)

    def reservation_failed(self, failure: Failure) -> Iterator[Request]:
        # a host that cannot be asked will fail at its pages, with the reason
        yield from self._reservation_is_known(failure.request.meta, reservation.Reservation())  # type: ignore[attr-defined]

    def _reservation_is_known(self, meta: dict[str, Any], found: reservation.Reservation) -> Iterator[Request]:
        self._reservations[meta["host"]] = found
        account = self.accounts[meta["outlet"]]
        account.reservations_open -= 1
        if not account.reservations_open:
            yield from self._next_page(account)

    def _next_page(self, account: Account) -> Iterator[Request]:
        """Ask for the next page: one at a time, so that a host that asks for a rest gets it at once."""
        while account.queue:
            feed, entry = account.queue.popleft()
            if wait := self.asked_to_wait(slot_of(entry.url)):
                account.page_done(PageFailed(url=entry.url, outlet=account.outlet.id, reason=wait), feed)
                continue
            rules = self._reservations.get(slot_of(entry.url))
            if rules and rules.covers(entry.url):
                reason = "l'éditeur réserve la fouille de textes (tdmrep.json)"
                account.page_done(PageRefused(url=entry.url, outlet=account.outlet.id, reason=reason), feed)
                continue
            meta = {"outlet": account.outlet.id, "entry": entry, "feed": feed, "download_slot": slot_of(entry.url)}
            meta["download_maxsize"] = LONGEST_PAGE
            yield Request(entry.url, self.read_page, errback=self.page_failed, meta=meta, dont_filter=True)
            return

    def read_page(self, response: Response) -> Iterator[Request]:
        account = self.accounts[response.meta["outlet"]]
        entry: Entry = response.meta["entry"]
        event: PageEvent
        try:
            event = self._page_event(response, account, entry)
        except PageError as error:
            event = self._without_page(account, entry, error.reason, refused=error.refused)
        except Exception as error:  # one page that trips our own code must not end its outlet
            reason = f"erreur inattendue ({type(error).__name__} : {error})"
            event = PageFailed(url=entry.url, outlet=account.outlet.id, reason=reason)
        account.page_done(event, response.meta["feed"])
        yield from self._next_page(account)

    def page_failed(self, failure: Failure) -> Iterator[Request]:
        meta = failure.request.meta  # type: ignore[attr-defined]
        account = self.accounts[meta["outlet"]]
        kind: type[PageFailed | PageRefused] = PageFailed
        if isinstance(failure.value, Refused) and not isinstance(failure.value, AskedToWait):
            kind = PageRefused
        account.page_done(
            kind(url=meta["entry"].url, outlet=account.outlet.id, reason=reason_of(failure)), meta["feed"]
        )
        yield from self._next_page(account)

    def _page_event(self, response: Response, account: Account, entry: Entry) -> PageEvent:
        if response.status in _CLOSED_PAGE:
            raise PageError(f"réponse HTTP {response.status} : page fermée aux robots", refused=True)
        if response.status != 200:
            self._note_wait(response, account)
            return PageFailed(url=entry.url, outlet=account.outlet.id, reason=f"réponse HTTP {response.status}")
        content_type = header(response, "Content-Type") or ""
        if not any(kind in content_type.lower() for kind in ("html", "xml", "text/plain")) and content_type:
            raise PageError(f"pas une page web ({content_type.partition(';')[0].strip()})")
        # the cheap look first: only what may matter is worth a precise reading
        text = extract_plain_text(decode(response.body, content_type))
        if len(text.strip()) >= SHORTEST and not matters(entry.title or "", text):
            digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
            return PageDropped(url=entry.url, outlet=account.outlet.id, content_hash=digest, published=entry.published)
        article = read_page(
            response.body,
            response.url,
            outlet=account.outlet,
            fetched=datetime.now(UTC),
            headers=headers_of(response),
            announced=Announced(entry.title, entry.published, entry.summary),
        )
        if not matters(article.title, article.text):  # it was a menu or a list of other articles that mattered
            digest = article.content_hash
            return PageDropped(
                url=entry.url, outlet=account.outlet.id, content_hash=digest, published=article.published
            )
        return ArticleFound(url=entry.url, outlet=account.outlet.id, article=article)

    def _without_page(self, account: Account, entry: Entry, reason: str, *, refused: bool) -> PageEvent:
        """What the feed itself tells is kept as an excerpt when the page cannot be had and the matter is ours."""
        if entry.title and entry.published and entry.summary and matters(entry.title, entry.summary):
            article = Article(
                url=entry.url, title=entry.title, published=local(entry.published), text=entry.summary,
                outlet=account.outlet.name, fetched=datetime.now(UTC), access="excerpt",
            )  # fmt: skip
            return ArticleFound(url=entry.url, outlet=account.outlet.id, article=article, reason=reason)
        kind: type[PageFailed | PageRefused] = PageRefused if refused else PageFailed
        return kind(url=entry.url, outlet=account.outlet.id, reason=reason)

    def _note_wait(self, response: Response, account: Account) -> None:
        account.wait = max(account.wait, self.note_wait(response))

    def _too_old(self, moment: DayOrMoment) -> bool:
        if self.since is None:
            return False
        if isinstance(self.since, datetime) and isinstance(moment, datetime):
            return moment < self.since
        return day_of(moment) < day_of(self.since)

    def closed(self, reason: str) -> None:
        """Scrapy calls this at the end: outlets that are not done were interrupted."""
        for account in self.accounts.values():
            account.interrupted()


def _age_key(moment: DayOrMoment | None) -> float:
    """For sorting by age; what has no date comes first, as it may be new."""
    if moment is None:
        return float("inf")
    if isinstance(moment, datetime):
        return moment.timestamp()
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC).timestamp()
