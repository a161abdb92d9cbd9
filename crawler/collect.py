"""Collecting from outlets: `collect` runs one Scrapy crawl in a process of its own and calls back with what it finds.

Twisted's reactor cannot be started twice in a process nor outside its main thread, so the crawl is a child
(`python -m crawler.worker`) that speaks JSON lines: a job and the answers to "which of these are known?" go in,
events and those questions come out. All state stays on this side: killing either process loses nothing but the
pages then under way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from crawler.child import CollectError, Crawl
from crawler.events import EVENT, ArticleFound, FeedEvent, FeedFailed, FeedRead, FeedState, OutletDone, PageEvent
from crawler.outlets import Outlet
from crawler.settings import TIMEOUT
from records import Article

__all__ = ["CollectError", "collect"]


def collect(
    outlets: Iterable[Outlet],
    *,
    seen: Callable[[str], bool],
    on_article: Callable[[Article], None],
    on_seen: Callable[[PageEvent], None],
    on_outlet: Callable[[OutletDone], None],
    on_feed: Callable[[FeedEvent], None] | None = None,
    since: date | datetime | None = None,
    limit: int | None = None,
    feeds: Mapping[str, FeedState] | None = None,
    stop: Callable[[], bool] | None = None,
    timeout: float = TIMEOUT,
) -> None:
    """Collect once from all `outlets`, all at the same time, each host slowly; returns when all are done.

    `seen(url)` says whether an address needs no second look. For each page, `on_article` gets the article if
    there is one, then `on_seen` its event (remember `event.url`, and `event.article.url` when kept). Each outlet
    ends with one `on_outlet`. `on_feed` gets feeds that failed, and the validators of those dealt with in full,
    to be handed back in `feeds` next time. `since` (a local day or an aware moment) leaves out entries dated
    earlier, `limit` is the most pages fetched of each outlet, newest first; `timeout` (s) is for one whole answer.

    Callbacks run in the calling thread, one at a time; it may be any thread. An exception they raise,
    KeyboardInterrupt among them, or `stop()` being true, ends the crawl in good order. CollectError when the
    child process dies.
    """
    job = {
        "outlets": [outlet.model_dump(mode="json") for outlet in outlets],
        "since": since.isoformat() if since else None,
        "limit": limit,
        "timeout": timeout,
        "feeds": {url: state.model_dump(mode="json") for url, state in (feeds or {}).items()},
    }
    crawl = Crawl(job)
    try:
        for message in crawl.messages(stop):
            if "ask" in message:
                crawl.answer({"ask": message["ask"], "known": [seen(url) for url in message["urls"]]})
                continue
            event = EVENT.validate_python(message)
            match event:
                case OutletDone():
                    on_outlet(event)
                case FeedFailed() | FeedRead():
                    if on_feed:
                        on_feed(event)
                case _:
                    if isinstance(event, ArticleFound):
                        on_article(event.article)
                    on_seen(event)
    finally:
        crawl.close()
