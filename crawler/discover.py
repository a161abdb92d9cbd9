"""From the address of a site to an entry of the registry: what feeds it has, and whether its pages can be read."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement  # type: ignore[import-untyped]

from crawler.address import base_of, canonical_address, is_private
from crawler.charset import decode
from crawler.examine import (
    Examination,
    look_at_feeds,
    look_at_page,
    newest_of,
    read_rules,
    rule_addresses,
)
from crawler.fetch import Fetcher
from crawler.finders import Source
from crawler.outlets import DEFAULT_PAUSE, Outlet
from crawler.page import PageError, parse
from crawler.settings import TIMEOUT

# Where the makes of sites put their feeds when the front page does not tell: WordPress, Drupal, SPIP and others.
GUESSES = ("/feed/", "/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/spip.php?page=backend")
SITEMAP_GUESSES = ("/sitemap-news.xml", "/news-sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml", "/sitemap.xml")
MOST = 12  # feeds a front page may name
_FEED_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)", re.I)
_COMMENTS = re.compile(r"comments?|commentaires", re.I)


class DiscoverError(ValueError):
    """Nothing can be proposed; a French sentence."""


def discover(url: str, *, allow_private: bool = False, timeout: float = TIMEOUT) -> tuple[Examination, str]:
    """Look at a site and propose its entry: the examination of what was found, and the TOML lines.

    Feeds that the front page names come first; usual addresses are tried when it names none, and sitemaps as
    robots.txt names them. Raises DiscoverError when the site does not answer or nothing on it can be followed.
    """
    home = canonical_address(url if "://" in url else f"https://{url}")
    host = urlsplit(home).hostname if home else None
    if not home or not host:
        raise DiscoverError(f"« {url} » n'est pas une adresse du web.")
    if is_private(host) and not allow_private:
        raise DiscoverError(f"{host} est une adresse privée ou locale : refusée.")
    netloc = urlsplit(home).netloc
    asked = Outlet(
        id=_id(netloc), name=host, hosts=(netloc,), feeds=(home,), allow_private=allow_private,
        pause=0 if allow_private else DEFAULT_PAUSE,
    )  # fmt: skip
    with Fetcher([asked], timeout=timeout) as fetcher:
        found = _look(asked, home, fetcher)
    return found, as_toml(found.outlet)


def _look(asked: Outlet, home: str, fetcher: Fetcher) -> Examination:
    first = fetcher.fetch([(asked, home), *((asked, u) for u in rule_addresses(base_of(home)))])
    if fault := first[home].fault:
        raise DiscoverError(f"{home} : {fault}.")
    rules = read_rules(base_of(home), first)
    front = _front(first[home].body, first[home].headers.get("content-type"))
    base = base_of(first[home].url)
    named = _named_feeds(front, first[home].url)
    feeds = [u for u in named if asked.covers(u)] or [urljoin(base, path) for path in GUESSES]
    sitemaps = [u for u in rules.sitemaps[:MOST] if asked.covers(u)] or [urljoin(base, p) for p in SITEMAP_GUESSES]
    answers = fetcher.fetch([(asked, u) for u in (*feeds, *sitemaps)])
    good, entries = look_at_feeds([Source("feed", u) for u in feeds], answers, asked)
    kept = [feed for feed in good if not feed.fault and feed.entries]
    if not named:
        kept = kept[:1]  # guesses lead to one feed under several names
    maps, mapped = look_at_feeds([Source("feed", u) for u in sitemaps], answers, asked)
    # a news sitemap completes the feeds; a site's whole map is followed only when there is nothing better
    kept_maps = [m for m in maps if not m.fault and m.entries and ("news" in m.url or not kept)][:1]
    if not kept and not kept_maps:
        raise DiscoverError(f"{home} : ni flux ni plan de site lisible ; ses articles peuvent s'ajouter à la main.")
    newest = newest_of(entries or mapped)
    pages = fetcher.fetch([(asked, newest.url)]) if newest else {}
    outlet = asked.model_copy(
        update={
            "name": _name(front) or asked.name,
            "feeds": tuple(feed.url for feed in kept),
            "sitemaps": tuple(m.url for m in kept_maps),
        }
    )
    page = look_at_page(newest, pages.get(newest.url), outlet) if newest else None
    return Examination(outlet, (rules,), (*kept, *kept_maps), page)


def as_toml(outlet: Outlet) -> str:
    """The lines to put in a registry file."""
    lines = ["[[outlet]]", f"id = {_quoted(outlet.id)}", f"name = {_quoted(outlet.name)}"]
    lines.append(f"hosts = [{', '.join(map(_quoted, outlet.hosts))}]")
    lines.append("departments = []  # les codes des départements couverts ; vide : toute la France")
    for key in ("feeds", "sitemaps"):
        if urls := getattr(outlet, key):
            lines.append(f"{key} = [{', '.join(map(_quoted, urls))}]")
    if outlet.allow_private:
        lines += ["pause = 0", "allow_private = true"]
    return "\n".join(lines) + "\n"


def _front(body: bytes, content_type: str | None) -> HtmlElement | None:
    try:
        return parse(decode(body, content_type))
    except PageError:
        return None


def _named_feeds(front: HtmlElement | None, base: str) -> list[str]:
    if front is None:
        return []
    links = front.xpath("//link[contains(concat(' ', normalize-space(@rel), ' '), ' alternate ')][@href]")
    found = []
    for link in links:
        about = f"{link.get('title') or ''} {link.get('href')}"
        address = canonical_address(link.get("href"), base)
        if _FEED_TYPES.match(link.get("type") or "") and address and not _COMMENTS.search(about):
            found.append(address)
    return list(dict.fromkeys(found))[:MOST]


def _name(front: HtmlElement | None) -> str | None:
    if front is None:
        return None
    named = front.xpath("//meta[@property='og:site_name']/@content") or [front.findtext(".//title") or ""]
    return " ".join(re.split(r"\s[|–—-]\s", str(named[0]))[0].split())[:80] or None


def _id(netloc: str) -> str:
    host = netloc.removeprefix("www.").partition(":")[0]
    # 127.0.0.1 has no name in it; of www.lejournal.fr it is "lejournal"
    name = host.replace(".", "-") if host.replace(".", "").isdigit() else host.rpartition(".")[0] or host
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "media"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
