"""How the crawl behaves towards hosts: where it may go and how slowly it goes. What robots.txt says: `robots.py`.

Scrapy components, wired in `settings.py`. What they refuse is told with a French reason, never dropped silently.
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.address import is_private
from crawler.settings import LONGEST_ADDRESS, ROBOT

LONGEST_CRAWL_DELAY = 60.0  # s: more would make one outlet's run last for days


class Refused(IgnoreRequest):
    """A request that must not be made. `reason` is French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AskedToWait(Refused):
    """The host wants no more requests for now: the page is for another run."""


class Bounds:
    """Keeps each outlet's requests, redirected ones too, on its own hosts and off private networks."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Bounds:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        spider: Any = self.crawler.spider
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        outlet_id = request.meta.get("outlet")  # robots.txt is asked for by the middleware, for no outlet
        if len(request.url) > LONGEST_ADDRESS:
            raise Refused("adresse trop longue")
        if is_private(host) and not spider.may_be_private(outlet_id, parts.netloc):
            raise Refused(f"adresse privée ou locale : {host}")
        if not spider.is_home(outlet_id, request.url):
            raise Refused(f"hors des sites de ce média : {parts.netloc}")
        if wait := spider.asked_to_wait(parts.netloc):
            raise AskedToWait(wait)
        if "playwright" not in request.meta:  # a page that was fetched, on its way through the browser
            request.meta["download_slot"] = slot_of(request.url)


def slot_of(url: str) -> str:
    """Requests of one slot wait for each other: one slot a host and port, `www.` included."""
    return urlsplit(url).netloc.lower()


class Throttle(AutoThrottle):
    """AutoThrottle that never goes below a host's own pause, nor below the crawl delay of its robots.txt."""

    def _spider_opened(self, spider: Any) -> None:
        super()._spider_opened(spider)
        slots = self.crawler.settings["DOWNLOAD_SLOTS"]
        self._pauses: dict[str, float] = {host: slot["delay"] for host, slot in slots.items()}
        self.crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    def _robots_parsed(self, robotparser: Any, request: Request) -> None:
        key = slot_of(request.url)
        asked = min(robotparser.crawl_delay(ROBOT) or 0.0, LONGEST_CRAWL_DELAY)
        self._pauses[key] = max(asked, self._pauses.get(key, self._min_delay()))
        slot = self.crawler.engine.downloader.slots.get(key)
        if slot:
            slot.delay = max(slot.delay, self._pauses[key])

    def _response_downloaded(self, response: Response, request: Request, spider: Any) -> None:
        self.mindelay = self._pauses.get(request.meta.get("download_slot", ""), self._min_delay())
        super()._response_downloaded(response, request, spider)


class PublicResolver(CachingThreadedResolver):
    """Resolves names, and refuses those that lead to private addresses, at the moment of connecting.

    That also holds against a name whose answer changes between two look-ups. `PRIVATE_NAMES` are let through.
    """

    allowed: frozenset[str] = frozenset()
    refused: ClassVar[set[str]] = set()  # names; Twisted hands on no more than "not resolved"

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> PublicResolver:
        resolver: PublicResolver = super().from_crawler(crawler, reactor)
        resolver.allowed = frozenset(crawler.settings.getlist("PRIVATE_NAMES"))
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        return super().getHostByName(name, timeout).addCallback(self._public, name)

    def _public(self, address: str, name: str) -> str:
        if is_private(address) and name not in self.allowed:
            self.refused.add(name)
            raise DNSLookupError(f"{name} leads to a private address")
        return address
