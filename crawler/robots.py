"""robots.txt as RFC 9309 has it, kept between runs for a day.

One that is missing allows everything; one that fails (5xx, no answer) allows nothing, unless a copy of the last month
is there to go by.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from protego import Protego
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.address import base_of
from crawler.events import RobotsRead
from crawler.manners import AskedToWait, Refused, slot_of
from crawler.polite import network_reason
from crawler.settings import ROBOT

FRESH = timedelta(hours=24)  # RFC 9309, 2.4: a copy is used no longer
STALE = timedelta(days=30)  # 2.3.1.4: when the file cannot be had, one may go by an older copy
LONGEST = 512_000  # bytes that are looked at (2.5: at least 500 KiB)
_FIRST = 2_100_000_000  # priority: nothing of a host is asked for before


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a host allows. `broken`: why nothing is known, in French; another run may learn more."""

    said: Any  # Protego, of which there are no types
    broken: str | None = None


class Robots:
    """A downloader middleware. The spider's `robots` are the copies of earlier runs, by host's base address; what is
    read anew is told to its `tell_robots`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._rules: dict[str, asyncio.Future[_Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        base = base_of(request.url)
        if base not in self._rules:
            self._rules[base] = asyncio.ensure_future(self._of(base, request))
        # shielded: a request that is given up must not take the answer from those that wait for it too
        rules = await asyncio.shield(self._rules[base])
        if rules.broken:
            raise AskedToWait(rules.broken)
        if not rules.said.can_fetch(request.url, ROBOT):
            raise Refused("interdit par robots.txt")

    async def _of(self, base: str, request: Request) -> _Rules:
        spider: Any = self.crawler.spider
        copy: RobotsRead | None = spider.robots.get(base)
        age = datetime.now(UTC) - copy.at if copy else None
        if copy is None or age is None or age >= FRESH:
            try:
                copy = _read(base, await self._ask(base, copy), copy)
                spider.tell_robots(copy)
            except (_Unreachable, AskedToWait) as error:
                if copy is None or age is None or age >= STALE:
                    return _Rules(None, f"{error} : tout est réputé interdit")
            except IgnoreRequest:  # redirected off the outlet's sites, or without end: as if it were not there
                copy = RobotsRead(base=base, at=datetime.now(UTC))
        said = Protego.parse(copy.text)
        await self.crawler.signals.send_catch_log_async(signal=signals.robots_parsed, robotparser=said, request=request)
        return _Rules(said)

    async def _ask(self, base: str, copy: RobotsRead | None) -> Response:
        asked = {"If-None-Match": copy.etag, "If-Modified-Since": copy.last_modified} if copy else {}
        request = Request(
            f"{base}/robots.txt",
            NO_CALLBACK,
            headers={name: value for name, value in asked.items() if value},
            meta={"dont_obey_robotstxt": True, "download_slot": slot_of(base)},
            priority=_FIRST,
        )
        assert self.crawler.engine
        try:
            return await self.crawler.engine.download_async(request)
        except IgnoreRequest:
            raise
        except Exception as error:  # a network has many ways to fail, and all mean the same here
            raise _Unreachable(f"robots.txt injoignable ({network_reason(error, base)})") from error


class _Unreachable(Exception):
    """The file may be there, but it did not come. The message is French."""


def _read(base: str, response: Response, copy: RobotsRead | None) -> RobotsRead:
    now = datetime.now(UTC)
    if response.status == 304 and copy:
        return copy.model_copy(update={"at": now})
    if response.status >= 500 or response.status == 429:
        raise _Unreachable(f"robots.txt en erreur (HTTP {response.status})")
    if response.status >= 300:
        return RobotsRead(base=base, at=now)
    validators = {name: response.headers.get(name) for name in ("ETag", "Last-Modified")}
    etag, modified = (value.decode("latin-1") if value else None for value in validators.values())
    text = response.body[:LONGEST].decode("utf-8", "replace")
    return RobotsRead(base=base, at=now, text=text, etag=etag, last_modified=modified)
