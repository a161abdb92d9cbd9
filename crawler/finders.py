"""Ways to find articles beside feeds: pages that list them, day archives, WordPress's interface, public archives.

Each is a source: an address to ask, and how its answer is read. The Internet Archive's index and GDELT only tell
addresses (and titles); they are asked only when told to, slowly, and the pages themselves come from their publisher.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from crawler.address import canonical_address
from crawler.charset import decode
from crawler.feeds import MOST_ENTRIES, Entry, Feed, FeedError, plain_text, read_feed
from crawler.moments import day_of, moment_of
from crawler.outlets import Outlet
from crawler.page import PageError, parse

Kind = Literal["feed", "listing", "wordpress", "wayback", "gdelt"]
# Documented at https://archive.org/developers/wayback-cdx-server.html and
# https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/; both ask to be asked slowly.
ARCHIVES: dict[str, str] = {
    "wayback": "https://web.archive.org/cdx/search/cdx",
    "gdelt": "https://api.gdeltproject.org/api/v2/doc/doc",
}
ARCHIVE_PAUSE = 6.0  # s
MOST_DAYS = 120  # day pages of one run
MOST_ROWS = 5000  # of one question to an archive
_PER_PAGE = 100  # WordPress gives no more
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){2,}", re.I)  # what the addresses of articles have, and menus' rarely
_WORDS = '(cyberattaque OR rançongiciel OR piratage OR "panne informatique") (hôpital OR clinique OR CHU OR santé)'


@dataclass(frozen=True, slots=True)
class Source:
    """An address to ask. `once`: the day it is about, of which nothing new comes when it is over."""

    kind: Kind
    url: str
    once: date | None = None


def sources_of(
    outlet: Outlet, since: date | datetime | None, archives: Mapping[str, str], today: date | None = None
) -> list[Source]:
    """What to ask of an outlet. Day pages and archives reach back to `since`, and are not asked without."""
    found = [Source("feed", url) for url in (*outlet.feeds, *outlet.sitemaps)]
    found += [Source("listing", url) for url in outlet.listings]
    if outlet.wordpress:
        found.append(Source("wordpress", _wordpress(outlet.wordpress, since)))
    if since is None:
        return found
    first, last = day_of(since), today or datetime.now(UTC).date()
    if outlet.day_pages:
        days = (last - timedelta(days=n) for n in range((last - first).days + 1))
        found += [Source("listing", _day_page(outlet.day_pages, day), once=day) for day in days]
    if base := archives.get("wayback"):
        found += [Source("wayback", _cdx(base, prefix, first)) for prefix in outlet.archives or outlet.hosts]
    if base := archives.get("gdelt"):
        found += [Source("gdelt", _doc(base, host, first)) for host in outlet.hosts]
    return found


def read_source(kind: Kind, body: bytes, url: str, content_type: str | None, outlet: Outlet) -> Feed:
    """The entries of an answer; `children` are the pages that go on with it. FeedError, with a French reason."""
    if kind == "feed":
        return read_feed(body, url, content_type)
    text = decode(body, content_type)
    if kind == "listing":
        return _listing(text, url, outlet)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise FeedError("réponse qui n'est pas du JSON") from None
    entries = {"wordpress": _posts, "wayback": _rows, "gdelt": _found}[kind](data, url)
    kept = tuple(entry for entry in entries if outlet.covers(entry.url))[:MOST_ENTRIES]
    if kind != "wordpress":
        return Feed(entries=tuple(e for e in kept if _is_article(e.url, outlet)))
    full = isinstance(data, list) and len(data) == _PER_PAGE
    return Feed(entries=kept, children=((_next_page(url), None),) if full else ())


def _listing(text: str, url: str, outlet: Outlet) -> Feed:
    try:
        tree = parse(text)
    except PageError as error:
        raise FeedError(error.reason) from None
    titles: dict[str, str] = {}
    for link in tree.xpath("//body//a[@href][not(ancestor::nav or ancestor::footer)]"):
        address = canonical_address(link.get("href"), url)
        if address and outlet.covers(address) and _is_article(address, outlet):
            title = plain_text(link.text_content()) or ""
            if len(title) >= len(titles.get(address, "")):  # a picture's link and a headline's lead to one page
                titles[address] = title
    after = tree.xpath("//*[self::link or self::a][contains(concat(' ', @rel, ' '), ' next ')]/@href")
    following = canonical_address(after[0], url) if after else None
    children = ((following, None),) if following and outlet.covers(following) and titles else ()
    return Feed(entries=tuple(Entry(address, title or None) for address, title in titles.items()), children=children)


def _is_article(url: str, outlet: Outlet) -> bool:
    if outlet.articles:
        return bool(re.search(outlet.articles, url))
    return bool(
        _SLUG.search(urlsplit(url).path.rpartition("/")[2] or urlsplit(url).path.rstrip("/").rpartition("/")[2])
    )


def _posts(data: Any, url: str) -> Iterator[Entry]:
    if not isinstance(data, list):
        said = data.get("message") if isinstance(data, dict) else None
        raise FeedError(f"interface WordPress : {plain_text(str(said or 'réponse inattendue'))}")
    for post in data:
        address = canonical_address(str(post.get("link") or ""), url) if isinstance(post, dict) else None
        if not address:
            continue
        published, changed = (_utc(post.get(key)) for key in ("date_gmt", "modified_gmt"))
        title, excerpt = (_rendered(post.get(key)) for key in ("title", "excerpt"))
        yield Entry(address, title, published, excerpt, changed if changed != published else None)


def _rows(data: Any, url: str) -> Iterator[Entry]:
    """Rows of addresses below a row of names. When a page was captured is no word on when it came out."""
    if not isinstance(data, list):
        raise FeedError("index de l'Internet Archive : réponse inattendue")
    for row in data[1:]:
        address = canonical_address(str(row[0])) if isinstance(row, list) and row else None
        if address:
            yield Entry(address.replace("http://", "https://", 1) if url.startswith("https://") else address)


def _found(data: Any, url: str) -> Iterator[Entry]:
    articles = data.get("articles", []) if isinstance(data, dict) else None
    if not isinstance(articles, list):
        raise FeedError("GDELT : réponse inattendue")
    for one in articles:
        address = canonical_address(str(one.get("url") or "")) if isinstance(one, dict) else None
        if address:
            yield Entry(address, plain_text(str(one.get("title") or "")))


def _rendered(value: Any) -> str | None:
    return plain_text(str(value.get("rendered") or "")) if isinstance(value, dict) else None


def _utc(text: Any) -> Any:
    return moment_of(f"{text}Z") if isinstance(text, str) and len(text) == 19 else None


def _wordpress(base: str, since: date | datetime | None) -> str:
    asked = {"per_page": str(_PER_PAGE), "orderby": "date", "_fields": "link,title,date_gmt,modified_gmt,excerpt"}
    if since:
        asked["after"] = f"{day_of(since).isoformat()}T00:00:00"
    return f"{base}?{urlencode(asked)}"


def _next_page(url: str) -> str:
    head, _, query = url.partition("?")
    asked = dict(parse_qsl(query))
    return f"{head}?{urlencode({**asked, 'page': str(int(asked.get('page', '1')) + 1)})}"


def _day_page(pattern: str, day: date) -> str:
    return pattern.replace("{yyyy}", f"{day:%Y}").replace("{mm}", f"{day:%m}").replace("{dd}", f"{day:%d}")


def _cdx(base: str, prefix: str, first: date) -> str:
    asked = {
        "url": prefix, "matchType": "prefix", "output": "json", "fl": "original,timestamp", "collapse": "urlkey",
        "from": f"{first:%Y%m%d}", "limit": str(MOST_ROWS),
    }  # fmt: skip
    return f"{base}?{urlencode(asked)}&filter=statuscode:200&filter=mimetype:text/html"


def _doc(base: str, host: str, first: date) -> str:
    query = f"{_WORDS} domainis:{host.removeprefix('www.')}"
    asked = {
        "query": query, "mode": "ArtList", "format": "json", "maxrecords": "250", "sort": "DateDesc",
        "startdatetime": f"{first:%Y%m%d}000000", "enddatetime": f"{datetime.now(UTC):%Y%m%d%H%M%S}",
    }  # fmt: skip
    return f"{base}?{urlencode(asked, quote_via=quote)}"


def hosts_of(sources: Iterable[Source]) -> set[str]:
    return {urlsplit(source.url).netloc.lower() for source in sources}
