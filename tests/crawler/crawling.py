"""Runs of the crawl with a memory between them, for the tests that start one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crawler.collect import collect
from crawler.events import (
    ArticleFound,
    Choice,
    FeedEvent,
    FeedRead,
    FeedState,
    Found,
    OutletDone,
    PageEvent,
    RobotsRead,
)
from crawler.moments import day_of
from crawler.order import in_order
from crawler.outlets import Outlet
from records import Article


@dataclass
class Run:
    """What one or more runs told, and the memory between them."""

    articles: list[Article] = field(default_factory=list)
    pages: list[PageEvent] = field(default_factory=list)
    outlets: list[OutletDone] = field(default_factory=list)
    feeds: list[FeedEvent] = field(default_factory=list)
    robots: dict[str, RobotsRead] = field(default_factory=dict)  # copies, handed back to each run
    known: set[str] = field(default_factory=set)
    left: dict[str, list[Found]] = field(default_factory=dict)  # the frontier
    after_page: Callable[[], None] = lambda: None

    def collect(self, outlets: list[Outlet], **given: Any) -> "Run":
        limits, since = given.pop("limits", {}), given.get("since")

        def choose(outlet: str, found: Sequence[Found], feeds: Sequence[FeedRead]) -> Choice:
            self.feeds += feeds
            fresh = [one for one in found if one.url not in self.known and not (since and _day(one) < since)]
            self.known |= {one.url for one in fresh}
            fresh += self.left.pop(outlet, [])
            pages = in_order(fresh)[: limits.get(outlet)]
            self.left[outlet] = list(pages)
            return Choice(pages=tuple(pages), left=len(fresh) - len(pages))

        collect(
            outlets,
            choose=choose,
            on_page=self._saw,
            on_outlet=self.outlets.append,
            on_feed=self.feeds.append,
            on_robots=lambda read: self.robots.update({read.base: read}),
            robots=dict(self.robots),
            **given,
        )
        return self

    def _saw(self, event: PageEvent) -> None:
        self.pages.append(event)
        self.left[event.outlet] = [one for one in self.left[event.outlet] if one.url != event.url]
        if isinstance(event, ArticleFound):
            self.articles.append(event.article)
        self.after_page()

    def state(self, outlet: str) -> OutletDone:
        """How an outlet's one run ended."""
        (state,) = (o for o in self.outlets if o.outlet == outlet)
        return state

    def pages_of(self, outlet: str) -> list[PageEvent]:
        return [event for event in self.pages if event.outlet == outlet]

    def reasons(self, outlet: str) -> dict[str, tuple[str, str]]:
        """Outcome and reason by the last part of the address."""
        return {e.url.rpartition("/")[2]: (e.outcome, e.reason or "") for e in self.pages_of(outlet)}

    def feed_states(self) -> dict[str, FeedState]:
        read = [e for e in self.feeds if isinstance(e, FeedRead)]
        return {e.url: FeedState(etag=e.etag, last_modified=e.last_modified, changed=e.changed) for e in read}


def _day(found: Found) -> date:
    return day_of(found.published) if found.published else date.max
