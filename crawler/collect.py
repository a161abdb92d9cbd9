"""Collecting from outlets: `collect` runs one Scrapy crawl in a process of its own and calls back with what it finds.

Twisted's reactor cannot be started twice in a process nor outside its main thread, so the crawl is a child
(`python -m crawler.worker`) that speaks JSON lines. All state stays on this side. What the feeds give is handed over
before any of it is fetched, and each page before the next of its outlet is asked for: killing either process loses
nothing, and at most the one page of each outlet that was under way is fetched again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from crawler.child import CollectError, Crawl
from crawler.events import (
    EVENT,
    Choice,
    FeedEvent,
    FeedFailed,
    FeedRead,
    FeedState,
    Found,
    OutletDone,
    PageEvent,
    RobotsRead,
)
from crawler.outlets import Outlet
from crawler.settings import TIMEOUT

__all__ = ["CollectError", "collect"]


def collect(
    outlets: Iterable[Outlet],
    *,
    choose: Callable[[str, Sequence[Found], Sequence[FeedRead]], Choice],
    on_page: Callable[[PageEvent], None],
    on_outlet: Callable[[OutletDone], None],
    on_feed: Callable[[FeedEvent], None] | None = None,
    on_robots: Callable[[RobotsRead], None] | None = None,
    since: date | datetime | None = None,
    feeds: Mapping[str, FeedState] | None = None,
    robots: Mapping[str, RobotsRead] | None = None,
    archives: Mapping[str, str] | None = None,
    stop: Callable[[], bool] | None = None,
    timeout: float = TIMEOUT,
) -> None:
    """Collect once from all `outlets`, all at the same time, each host slowly; returns when all are done.

    When all feeds of an outlet have answered, `choose` gets its id, all they gave and the feeds that were read whole
    (keep these together: `feeds` hands the validators back next time), and says which pages to fetch, in order.
    `on_page` gets each page's event. Each outlet ends with one `on_outlet`. `on_feed` gets feeds that failed, `on_robots` each robots.txt that was read anew: `robots` hands them back (by `base`),
    and they are good for a day.
    `since` (a local day or an aware moment) keeps from following sitemaps that changed last before it, and is how far
    back day pages and `archives` (names and addresses, see `crawler.finders.ARCHIVES`; none by default) are asked;
    `timeout` (s) is for one whole answer.

    Callbacks run in the calling thread, one at a time; it may be any thread. An exception they raise,
    KeyboardInterrupt among them, or `stop()` being true, ends the crawl in good order. CollectError when the
    child process dies.
    """
    job = {
        "outlets": [outlet.model_dump(mode="json") for outlet in outlets],
        "since": since.isoformat() if since else None,
        "timeout": timeout,
        "archives": dict(archives or {}),
        "feeds": {url: state.model_dump(mode="json") for url, state in (feeds or {}).items()},
        "robots": {base: copy.model_dump(mode="json") for base, copy in (robots or {}).items()},
    }
    crawl = Crawl(job)
    try:
        for message in crawl.messages(stop):
            number = message.pop("ask", None)
            if "found" in message:
                found = [Found.model_validate(one) for one in message["found"]]
                read = [FeedRead.model_validate(one) for one in message["feeds"]]
                choice = choose(message["outlet"], found, read)
                crawl.answer({"ask": number, "choice": choice.model_dump(mode="json", exclude_defaults=True)})
                continue
            event = EVENT.validate_python(message)
            match event:
                case OutletDone():
                    on_outlet(event)
                case RobotsRead():
                    if on_robots:
                        on_robots(event)
                case FeedFailed() | FeedRead():
                    if on_feed:
                        on_feed(event)
                case _:
                    on_page(event)
                    crawl.answer({"ask": number})
    finally:
        crawl.close()
