"""What the crawler tells while it works, one record an event. Reasons are French sentences, ready for the screen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from records import Article, Moment, Record

Status = Literal["OK", "PARTIAL", "FAILED", "SKIPPED"]
Outcome = Literal["kept", "irrelevant", "failed", "refused"]


class ArticleFound(Record):
    """An article that may matter. `url` is the address it was found at; `article.url` the canonical one.

    Both addresses are to be remembered as seen: feeds go on giving the former.
    """

    event: Literal["article"] = "article"
    url: str
    outlet: str
    article: Article
    outcome: Literal["kept"] = "kept"
    reason: str | None = None

    @property
    def content_hash(self) -> str:
        return self.article.content_hash


class PageDropped(Record):
    """A page that triage says does not matter: only its address, date and hash are told."""

    event: Literal["dropped"] = "dropped"
    url: str
    outlet: str
    content_hash: str
    published: Moment | None = None
    outcome: Literal["irrelevant"] = "irrelevant"
    reason: str | None = None


class PageFailed(Record):
    """A page that could not be fetched or read."""

    event: Literal["failed"] = "failed"
    url: str
    outlet: str
    reason: str
    outcome: Literal["failed"] = "failed"
    content_hash: str | None = None


class PageRefused(Record):
    """A page that must not be fetched or kept: robots.txt, reserved text mining, `noarchive`, a foreign host."""

    event: Literal["refused"] = "refused"
    url: str
    outlet: str
    reason: str
    outcome: Literal["refused"] = "refused"
    content_hash: str | None = None


class FeedFailed(Record):
    """A feed or sitemap that could not be read, or only in part (`recovered` entries were still found)."""

    event: Literal["feed_failed"] = "feed_failed"
    url: str
    outlet: str
    reason: str
    recovered: int = 0


class FeedRead(Record):
    """A feed of which every entry has been dealt with; its validators let the next run ask "anything new?"."""

    event: Literal["feed_read"] = "feed_read"
    url: str
    outlet: str
    etag: str | None = None
    last_modified: str | None = None


class OutletDone(Record):
    """How one outlet went. `seen` counts the addresses its feeds gave, known ones included; `new` the pages asked for.

    A zero counts as zero only when `status` is OK. `next_try` is UTC, None for an outlet that is closed.
    """

    event: Literal["outlet"] = "outlet"
    outlet: str
    status: Status
    reason: str | None = None
    seen: int = 0
    new: int = 0
    kept: int = 0
    dropped: int = 0
    failed: int = 0
    refused: int = 0
    at: AwareDatetime
    next_try: AwareDatetime | None = None


PageEvent = ArticleFound | PageDropped | PageFailed | PageRefused
FeedEvent = FeedFailed | FeedRead
Event = Annotated[PageEvent | FeedEvent | OutletDone, Field(discriminator="event")]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class FeedState(Record):
    """The validators of a feed as the last complete run saw them."""

    etag: str | None = None
    last_modified: str | None = None
