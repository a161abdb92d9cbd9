"""From an answer to an event: what one fetched page means. Cheap looks first; only what may matter is read in full."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from resiliparse.extract.html2text import extract_plain_text

from crawler.body import wall
from crawler.charset import decode
from crawler.events import ArticleFound, Found, PageDropped, PageEvent, PageFailed, PageRefused, PageUnchanged
from crawler.outlets import Outlet
from crawler.page import SHORTEST, Announced, PageError, local, read_page
from crawler.triage import matters
from records import Article

# A page that answers so is closed to us or unreadable for good: what its feed says of it is then all there is.
_CLOSED_PAGE = (401, 402, 403, 451)
_TITLE = re.compile(r"<title[^>]*>(.{0,500}?)</title", re.I | re.S)
_LITTLE = 3000  # characters: more is no error page, no consent wall, no empty shell


def page_event(
    found: Found, outlet: Outlet, *, url: str, status: int, headers: Mapping[str, str], body: bytes, probe: bool = False
) -> PageEvent:
    """What became of a page that was asked for at `found.url` and answered at `url`. Never raises.

    With `probe`, a page that does not matter is read in full all the same, to learn whether it could be.
    """
    try:
        return _event(found, outlet, url, status, {k.lower(): v for k, v in headers.items()}, body, probe)
    except PageError as error:
        return without_page(found, outlet, error.reason, refused=error.refused)
    except Exception as error:  # one page that trips our own code must not end its outlet
        reason = f"erreur inattendue ({type(error).__name__} : {error})"
        return PageFailed(url=found.url, outlet=outlet.id, reason=reason)


def _event(
    found: Found, outlet: Outlet, url: str, status: int, headers: Mapping[str, str], body: bytes, probe: bool
) -> PageEvent:
    if status == 304 and found.known:
        return PageUnchanged(url=found.url, outlet=outlet.id)
    if status in _CLOSED_PAGE:
        raise PageError(f"réponse HTTP {status} : page fermée aux robots", refused=True)
    if status != 200:
        return PageFailed(url=found.url, outlet=outlet.id, reason=f"réponse HTTP {status}")
    content_type = headers.get("content-type", "")
    if not any(kind in content_type.lower() for kind in ("html", "xml", "text/plain")) and content_type:
        raise PageError(f"pas une page web ({content_type.partition(';')[0].strip()})")
    if coding := headers.get("content-encoding"):  # Scrapy undoes those it knows, and then drops the header
        raise PageError(f"codage de transport inconnu ({coding})")
    page = decode(body, content_type)
    text = extract_plain_text(page)
    told = _TITLE.search(page)
    if reason := wall(html.unescape(told[1]).strip() if told else "", text if len(text) < _LITTLE else ""):
        raise PageError(reason)
    fetched = datetime.now(UTC)
    announced = Announced(found.title, found.published, found.summary)
    if len(text.strip()) >= SHORTEST and not matters(found.title or "", text):
        readable = _readable(body, url, outlet, fetched, headers, announced) if probe else None
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        return _dropped(found, outlet, digest, readable=readable)
    article = read_page(body, url, outlet=outlet, fetched=fetched, headers=headers, announced=announced)
    if not matters(article.title, article.text):  # it was a menu or a list of other articles that mattered
        return _dropped(found, outlet, article.content_hash, article, readable=True)
    return ArticleFound(
        url=found.url,
        outlet=outlet.id,
        article=article,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
    )


def is_unread(event: PageEvent) -> bool:
    """Whether no text could be read out of a page that came (of one that does not matter, that a probe told)."""
    return event.outcome == "failed" or (isinstance(event, PageDropped) and event.readable is False)


def without_page(found: Found, outlet: Outlet, reason: str, *, refused: bool) -> PageEvent:
    """What the feed itself tells is kept as an excerpt when the page cannot be had and the matter is ours."""
    if not found.known and found.title and found.published and found.summary and matters(found.title, found.summary):
        article = Article(
            url=found.url, title=found.title, published=local(found.published), text=found.summary,
            outlet=outlet.name, fetched=datetime.now(UTC), access="excerpt",
        )  # fmt: skip
        return ArticleFound(url=found.url, outlet=outlet.id, article=article, reason=reason)
    kind: type[PageFailed | PageRefused] = PageRefused if refused else PageFailed
    return kind(url=found.url, outlet=outlet.id, reason=reason)


def _dropped(
    found: Found, outlet: Outlet, digest: str, article: Article | None = None, *, readable: bool | None
) -> PageDropped:
    published = article.published if article else found.published
    return PageDropped(url=found.url, outlet=outlet.id, content_hash=digest, published=published, readable=readable)


def _readable(
    body: bytes, url: str, outlet: Outlet, fetched: datetime, headers: Mapping[str, str], announced: Announced
) -> bool:
    try:
        read_page(body, url, outlet=outlet, fetched=fetched, headers=headers, announced=announced)
    except PageError as error:
        return error.refused  # by the publisher's will, not for want of text
    return True
