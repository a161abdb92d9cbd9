"""How an outlet answers today: its rules, its feeds, and whether its newest page can be read. Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from protego import Protego

from crawler import reservation
from crawler.address import base_of
from crawler.charset import decode
from crawler.chromium import missing
from crawler.events import Status
from crawler.feeds import Entry, FeedError
from crawler.fetch import Fetched, Fetcher
from crawler.finders import Source, read_source, sources_of
from crawler.metadata import read_metadata
from crawler.moments import DayOrMoment, day_of
from crawler.outlets import Outlet
from crawler.page import Announced, PageError, parse, read_page
from crawler.settings import ROBOT, TIMEOUT
from records import Article


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host says in robots.txt and tdmrep.json. `delay` in s; `robots_fault` when robots.txt was not there."""

    host: str
    delay: float | None
    robots_fault: str | None
    sitemaps: tuple[str, ...]
    reserved: bool


@dataclass(frozen=True, slots=True)
class FeedSeen:
    """`conditional`: it says when it changed, so that asking again costs nothing."""

    url: str
    fault: str | None = None
    entries: int = 0
    newest: DayOrMoment | None = None
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class PageSeen:
    """The newest page: the article read out of it or the reason for none; `structured`: JSON-LD gives its date."""

    url: str
    article: Article | None = None
    fault: str | None = None
    structured: bool = False


@dataclass(frozen=True, slots=True)
class Examination:
    outlet: Outlet
    rules: tuple[Rules, ...]
    feeds: tuple[FeedSeen, ...]
    page: PageSeen | None

    @property
    def status(self) -> Status:
        readable = [feed for feed in self.feeds if not feed.fault and feed.entries]
        if not readable or (self.page and self.page.fault and len(readable) < len(self.feeds)):
            return "FAILED"
        return "OK" if len(readable) == len(self.feeds) and self.page and not self.page.fault else "PARTIAL"


def examine(outlets: Sequence[Outlet], *, timeout: float = TIMEOUT) -> list[Examination]:
    """Ask every outlet, all hosts at the same time: rules and feeds, then one page each."""
    open_ones = [outlet for outlet in outlets if not outlet.closed]
    bases = {o.id: list(dict.fromkeys(map(base_of, o.addresses))) for o in open_ones}
    wanted = [(o, url) for o in open_ones for base in bases[o.id] for url in rule_addresses(base)]
    feeds, newest = {}, {}
    with Fetcher(open_ones, timeout=timeout) as fetcher:
        answers = fetcher.fetch([*wanted, *((o, s.url) for o in open_ones for s in sources_of(o, None, {}))])
        for outlet in open_ones:
            feeds[outlet.id], entries = look_at_feeds(sources_of(outlet, None, {}), answers, outlet)
            newest[outlet.id] = newest_of(entries)
        pages = fetcher.fetch([(o, entry.url) for o in open_ones if (entry := newest[o.id])])
    return [
        Examination(
            outlet=o,
            rules=tuple(read_rules(base, answers) for base in bases[o.id]),
            feeds=feeds[o.id],
            page=look_at_page(entry, pages.get(entry.url), o) if (entry := newest[o.id]) else None,
        )
        for o in open_ones
    ]


def rule_addresses(base: str) -> tuple[str, str]:
    return f"{base}/robots.txt", f"{base}{reservation.PATH}"


def read_rules(base: str, answers: dict[str, Fetched], url: str | None = None) -> Rules:
    """The rules of a host as far as they concern `url`, its front page by default."""
    robots, tdm = (answers.get(url, Fetched(url)) for url in rule_addresses(base))
    text = decode(robots.body, robots.headers.get("content-type")) if not robots.fault else ""
    said = Protego.parse(text)
    covered = not tdm.fault and reservation.read_reservation(tdm.body).covers(url or f"{base}/")
    return Rules(
        host=urlsplit(base).netloc,
        delay=said.crawl_delay(ROBOT),
        robots_fault=robots.fault,
        sitemaps=tuple(said.sitemaps),
        reserved=covered,
    )


def look_at_feeds(
    sources: Iterable[Source], answers: dict[str, Fetched], outlet: Outlet
) -> tuple[tuple[FeedSeen, ...], list[Entry]]:
    """Each source, and the entries of all that list articles (a sitemap index counts its sitemaps)."""
    seen: list[FeedSeen] = []
    entries: list[Entry] = []
    for source in sources:
        url = source.url
        answer = answers.get(url, Fetched(url))
        if answer.fault:
            seen.append(FeedSeen(url, answer.fault))
            continue
        try:
            feed = read_source(source.kind, answer.body, answer.url, answer.headers.get("content-type"), outlet)
        except FeedError as error:
            seen.append(FeedSeen(url, error.reason))
            continue
        entries += feed.entries
        newest = max((e.published for e in feed.entries if e.published), key=day_of, default=None)
        conditional = bool(answer.headers.get("etag") or answer.headers.get("last-modified"))
        seen.append(FeedSeen(url, feed.fault, len(feed.entries) or len(feed.children), newest, conditional))
    return tuple(seen), entries


def newest_of(entries: Sequence[Entry]) -> Entry | None:
    dated = [entry for entry in entries if entry.published]
    return max(dated, key=lambda e: day_of(e.published), default=entries[0] if entries else None)


def look_at_page(entry: Entry, answer: Fetched | None, outlet: Outlet) -> PageSeen:
    if outlet.render and (reason := missing()):
        return PageSeen(entry.url, fault=reason)
    answer = answer or Fetched(entry.url)
    if answer.fault:
        return PageSeen(entry.url, fault=answer.fault)
    announced = Announced(entry.title, entry.published, entry.summary)
    try:
        article = read_page(
            answer.body,
            answer.url,
            outlet=outlet,
            fetched=datetime.now(UTC),
            headers=answer.headers,
            announced=announced,
        )
        about = read_metadata(parse(decode(answer.body, answer.headers.get("content-type"))), answer.url)
    except PageError as error:
        return PageSeen(entry.url, fault=error.reason)
    return PageSeen(entry.url, article, structured=about.structured)
