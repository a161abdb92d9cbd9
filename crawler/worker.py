"""The process in which one crawl runs: `python -m crawler.worker`, started by `crawler.collect`, no use by hand.

Reads a job, then answers, as JSON lines on stdin; writes events and questions on stdout. The end of stdin, which the
death of the parent brings too, ends the crawl.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import trafilatura  # noqa: F401 - here, not by the first page: a crawl that stands still meets its requests too close
from scrapy.crawler import AsyncCrawlerProcess

from crawler.events import Choice, Event, FeedRead, FeedState, Found, PageEvent, RobotsRead
from crawler.fetch_spider import FetchSpider
from crawler.finders import ARCHIVE_PAUSE
from crawler.outlets import Outlet
from crawler.rendering import with_browser
from crawler.settings import crawl_settings
from crawler.spider import OutletSpider


class Parent:
    """The other end of the pipes."""

    def __init__(self) -> None:
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._rounds: asyncio.Queue[list[tuple[str, str]] | None] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()  # the loop is known: nothing may be said to it before

    def tell(self, event: Event) -> None:
        self._write(event.model_dump_json(exclude={"article": {"id", "content_hash"}}))

    def tell_plainly(self, message: dict[str, Any]) -> None:
        self._write(json.dumps(message))

    async def choose(self, outlet_id: str, found: Sequence[Found], feeds: Sequence[FeedRead]) -> Choice:
        """Hand over what an outlet's feeds gave; what of it, and of earlier findings, is to be fetched now."""
        entries = [one.model_dump(mode="json", exclude_defaults=True) for one in found]
        told = {"outlet": outlet_id, "found": entries, "feeds": [feed.model_dump(mode="json") for feed in feeds]}
        return Choice.model_validate(await self._ask(told))

    async def hand(self, event: PageEvent) -> None:
        """Tell of a page, and wait until the parent has kept it."""
        await self._ask(json.loads(event.model_dump_json(exclude={"article": {"id", "content_hash"}})))

    async def _ask(self, message: dict[str, Any]) -> Any:
        loop = self._start()
        number = next(self._numbers)
        self._waiting[number] = loop.create_future()
        self._write(json.dumps({"ask": number, **message}))
        return await self._waiting[number]

    def listen(self) -> None:
        """In a thread of its own: hand answers to the loop; stop the crawl when the parent has gone."""
        for line in sys.stdin:
            answer = json.loads(line)
            self._ready.wait()
            self._soon(self._answered, answer)
        # nobody reads the events any more: there is nothing to finish for, and a crawl that is asked to end in good
        # order waits for answers that will not come
        os._exit(0)

    def _soon(self, call: Callable[..., None], given: Any) -> None:
        if self._loop:
            with contextlib.suppress(RuntimeError):  # the loop is closed: the crawl is over
                self._loop.call_soon_threadsafe(call, given)

    async def wanted(self) -> list[tuple[str, str]] | None:
        """The next addresses that the parent asks for, with the outlets they are asked for; None at the end."""
        self._start()
        return await self._rounds.get()

    def _start(self) -> asyncio.AbstractEventLoop:
        loop = self._loop = asyncio.get_running_loop()
        self._ready.set()
        return loop

    def _answered(self, answer: dict[str, Any]) -> None:
        if "fetch" in answer:
            self._rounds.put_nowait([(outlet, url) for outlet, url in answer["fetch"]])
            return
        waiting = self._waiting.pop(answer["ask"], None)
        if waiting and not waiting.done():
            waiting.set_result(answer.get("choice"))

    def _write(self, line: str) -> None:
        try:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            os._exit(0)


def main() -> None:
    job = json.loads(sys.stdin.readline())
    outlets = [Outlet.model_validate(outlet) for outlet in job["outlets"]]
    parent = Parent()
    # the archives' own pause, unless an outlet with leave to be private stands for them (tests)
    archives: dict[str, str] = job.get("archives") or {}
    own = {host for outlet in outlets for host in outlet.hosts}
    slow = {urlsplit(url).netloc: ARCHIVE_PAUSE for url in archives.values() if urlsplit(url).netloc not in own}
    settings = with_browser(crawl_settings(outlets, timeout=job["timeout"], slow=slow), outlets, job["timeout"])
    process = AsyncCrawlerProcess(settings, install_root_handler=False)
    if "fetch" in job:
        process.crawl(FetchSpider, outlets=outlets, wanted=parent.wanted, tell=parent.tell_plainly)
    else:
        process.crawl(OutletSpider, **_collecting(job, outlets, parent))
    threading.Thread(target=parent.listen, daemon=True).start()
    process.start(install_signal_handlers=False)


def _collecting(job: dict[str, Any], outlets: list[Outlet], parent: Parent) -> dict[str, Any]:
    return {
        "outlets": outlets,
        "tell": parent.tell,
        "choose": parent.choose,
        "hand": parent.hand,
        "since": _since(job["since"]),
        "archives": job["archives"],
        "feeds": {url: FeedState.model_validate(state) for url, state in job["feeds"].items()},
        "robots": {base: RobotsRead.model_validate(copy) for base, copy in job["robots"].items()},
    }


def _since(text: str | None) -> date | datetime | None:
    if not text:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


if __name__ == "__main__":
    main()
