"""The process in which one crawl runs: `python -m crawler.worker`, started by `crawler.collect`, no use by hand.

Reads a job, then answers, as JSON lines on stdin; writes events and questions on stdout. The end of stdin, which the
death of the parent brings too, ends the crawl.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import threading
from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler

from crawler.events import Event, FeedState
from crawler.outlets import Outlet
from crawler.settings import crawl_settings
from crawler.spider import OutletSpider


class Parent:
    """The other end of the pipes."""

    def __init__(self) -> None:
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[list[bool]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self.crawler: Crawler | None = None

    def tell(self, event: Event) -> None:
        self._write(event.model_dump_json(exclude={"article": {"id", "content_hash"}}))

    async def known(self, urls: Sequence[str]) -> list[bool]:
        if not urls:
            return []
        self._loop = asyncio.get_running_loop()
        number = next(self._numbers)
        self._waiting[number] = self._loop.create_future()
        self._write(json.dumps({"ask": number, "urls": list(urls)}))
        return await self._waiting[number]

    def listen(self) -> None:
        """In a thread of its own: hand answers to the loop; stop the crawl when the parent has gone."""
        for line in sys.stdin:
            answer = json.loads(line)
            if self._loop:
                self._loop.call_soon_threadsafe(self._answered, answer)
        reactor().callFromThread(self._stop)

    def _answered(self, answer: dict[str, Any]) -> None:
        waiting = self._waiting.pop(answer["ask"], None)
        if waiting and not waiting.done():
            waiting.set_result(answer["known"])

    def _stop(self) -> None:
        # nobody reads the events any more: there is nothing to finish for
        reactor().stop()

    def _write(self, line: str) -> None:
        try:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            self._stop()


def reactor() -> Any:
    """Twisted's reactor, which Scrapy installs once the process is made: not to be imported before."""
    return importlib.import_module("twisted.internet.reactor")


def main() -> None:
    job = json.loads(sys.stdin.readline())
    outlets = [Outlet.model_validate(outlet) for outlet in job["outlets"]]
    parent = Parent()
    process = AsyncCrawlerProcess(crawl_settings(outlets, timeout=job["timeout"]), install_root_handler=False)
    process.crawl(
        OutletSpider,
        outlets=outlets,
        known=parent.known,
        tell=parent.tell,
        since=_since(job["since"]),
        limit=job["limit"],
        feeds={url: FeedState.model_validate(state) for url, state in job["feeds"].items()},
    )
    threading.Thread(target=parent.listen, daemon=True).start()
    process.start(install_signal_handlers=False)


def _since(text: str | None) -> date | datetime | None:
    if not text:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


if __name__ == "__main__":
    main()
