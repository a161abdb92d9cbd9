"""What the crawler tells while it works, one record an event. Reasons are French sentences, ready for the screen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from records import Article, Moment, Record

Status = Literal["OK", "PARTIAL", "FAILED", "SKIPPED"]
Outcome = Literal["kept", "irrelevant", "unchanged", "failed", "refused"]


class Found(Record):
    """A page that a feed, a sitemap or another finder told of, on its way to the frontier and back to be fetched.

    `finder` is how it was found, `changed` when its source says it was last changed. `known`, `etag`, `last_modified`: it was read before, and
    so it was answered then.
    """

    url: str
    feed: str
    finder: str = "feed"
    title: str | None = None
    published: Moment | None = None
    summary: str | None = None
    changed: Moment | None = None
    known: bool = False
    etag: str | None = None
    last_modified: str | None = None


class ArticleFound(Record):
    """An article that may matter. `url` is the address it was found at; `article.url` the canonical one.

    Both addresses are to be remembered as seen: feeds go on giving the former. `etag` and `last_modified` let a
    second look ask whether the page changed.
    """

    event: Literal["article"] = "article"
    url: str
    outlet: str
    article: Article
    outcome: Literal["kept"] = "kept"
    reason: str | None = None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def content_hash(self) -> str:
        return self.article.content_hash


class PageDropped(Record):
    """A page that triage says does not matter: only its address, date and hash are told.

    `readable` is told of a few, read in full to learn whether the outlet's pages still yield their text.
    """

    event: Literal["dropped"] = "dropped"
    url: str
    outlet: str
    content_hash: str
    published: Moment | None = None
    outcome: Literal["irrelevant"] = "irrelevant"
    reason: str | None = None
    readable: bool | None = None


class PageUnchanged(Record):
    """A page that was read before and is still the same."""

    event: Literal["unchanged"] = "unchanged"
    url: str
    outlet: str
    outcome: Literal["unchanged"] = "unchanged"
    reason: str | None = None
    content_hash: str | None = None


class PageFailed(Record):
    """A page that could not be fetched or read. `asked`: whether the site was asked for it at all."""

    event: Literal["failed"] = "failed"
    url: str
    outlet: str
    reason: str
    outcome: Literal["failed"] = "failed"
    content_hash: str | None = None
    asked: bool = True


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
    """A feed that was read whole; once its entries are in the frontier, its validators let the next run ask
    "anything new?". `changed`: its last change as the index that names it tells."""

    event: Literal["feed_read"] = "feed_read"
    url: str
    outlet: str
    etag: str | None = None
    last_modified: str | None = None
    changed: str | None = None


class RobotsRead(Record):
    """A host's robots.txt as it was at `at` (UTC); `base` is its scheme, host and port. Without `text`, the host has
    none that counts, and allows everything."""

    event: Literal["robots"] = "robots"
    base: str
    at: AwareDatetime
    text: str = ""
    etag: str | None = None
    last_modified: str | None = None


class OutletDone(Record):
    """How one outlet went. `seen` counts the addresses its feeds gave, known ones included; `fresh` those never met
    before; `new` the pages that were to be fetched in this run, `left` those left for another one. `mute`: its pages
    come, but no text can be read out of them. `coverage` (0 to 1) is the share of both that was
    looked at.

    A zero counts as zero only when `status` is OK. `next_try` is UTC, None for an outlet that is closed.
    """

    event: Literal["outlet"] = "outlet"
    outlet: str
    status: Status
    reason: str | None = None
    seen: int = 0
    fresh: int = 0
    new: int = 0
    kept: int = 0
    dropped: int = 0
    unchanged: int = 0
    failed: int = 0
    refused: int = 0
    left: int = 0
    coverage: float = 1.0
    mute: bool = False
    at: AwareDatetime
    next_try: AwareDatetime | None = None


PageEvent = ArticleFound | PageDropped | PageUnchanged | PageFailed | PageRefused
FeedEvent = FeedFailed | FeedRead
Event = Annotated[PageEvent | FeedEvent | RobotsRead | OutletDone, Field(discriminator="event")]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class FeedState(Record):
    """The validators of a feed as the last run that read it saw them."""

    etag: str | None = None
    last_modified: str | None = None
    changed: str | None = None


class Choice(Record):
    """What an outlet's run is to fetch, in order, how many pages it leaves for another run, and how many addresses
    were new."""

    pages: tuple[Found, ...] = ()
    left: int = 0
    fresh: int = 0
