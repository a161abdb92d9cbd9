"""Feeds and sitemaps: bytes → entries. RSS, Atom, RDF (RSS 1.0), JSON Feed, sitemaps, news sitemaps, sitemap indexes.

XML is read without entities, external or internal, beyond the named ones of HTML; broken XML is recovered as far as
possible, and said to be broken.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from crawler.address import canonical_address
from crawler.charset import decode
from crawler.moments import DayOrMoment, moment_of

MOST_BYTES = 50_000_000  # of one sitemap or feed, unpacked (the sitemap protocol's own ceiling)
MOST_ENTRIES = 50_000
_TAGS = re.compile(r"<[^>]+>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.S | re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(\w{2,31});")
_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)")
_REFERENCE = re.compile(r"&#(?:(\d{1,9})|x([0-9a-fA-F]{1,8}));")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class FeedError(Exception):
    """What came is no feed; `reason` is French."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One page that a feed or sitemap tells of. `url` is in canonical form; `summary` is plain text; `changed` is
    its last change where the source tells it apart from its publication."""

    url: str
    title: str | None = None
    published: DayOrMoment | None = None
    summary: str | None = None
    changed: DayOrMoment | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """`children` are the sitemaps of an index, with their last change; `fault` says what was broken, in French."""

    entries: tuple[Entry, ...] = ()
    children: tuple[tuple[str, DayOrMoment | None], ...] = ()
    fault: str | None = None


def read_feed(body: bytes, url: str, content_type: str | None = None) -> Feed:
    """The entries of a feed or sitemap of any kind, in its own order. FeedError when there is nothing to recover."""
    try:
        return _read(_unpacked(body), url, content_type)
    except ValueError as error:  # what libxml2 recovers from broken bytes is at times no text
        raise FeedError(f"flux illisible ({_one_line(str(error))})") from None


def _read(body: bytes, url: str, content_type: str | None) -> Feed:
    text = decode(body, content_type).lstrip("\ufeff \t\r\n")
    if not text:
        raise FeedError("flux vide")
    if text.startswith("{"):
        return _json_feed(text, url)
    if re.match(r"<!doctype html|<html", text, re.I):
        raise FeedError("une page web au lieu d'un flux")
    root, fault = _xml(text)
    name = _name(root)
    if name == "sitemapindex":
        children = [
            (canonical_address(_said(s, "loc") or "", url), moment_of(_said(s, "lastmod")))
            for s in _all(root, "sitemap")
        ]
        return Feed(children=tuple((loc, when) for loc, when in children if loc), fault=fault)
    if name == "urlset":
        found = [_sitemap_entry(item, url) for item in _all(root, "url")]
    elif name in ("rss", "rdf", "feed", "channel"):
        found = [_entry(item, url) for item in (_all(root, "entry") if name == "feed" else _all(root, "item"))]
    else:
        raise FeedError(fault or f"ni flux ni plan de site (élément <{name}>)")
    entries = [entry for entry in found if entry]
    if fault and not entries:
        raise FeedError(fault)
    lost = len(found) - len(entries)
    if lost and not fault:
        fault = f"{lost} entrée(s) sans adresse utilisable"
    return Feed(entries=tuple(entries), fault=fault)


def _unpacked(body: bytes) -> bytes:
    """gzip undone (sitemaps are served as `.xml.gz` files), up to the ceiling."""
    if len(body) > MOST_BYTES:
        raise FeedError("flux trop gros")
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            plain = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FeedError(f"gzip illisible ({error})") from None
    if len(plain) > MOST_BYTES:
        raise FeedError("flux trop gros une fois décompressé")
    return plain


def _xml(text: str) -> tuple[etree._Element, str | None]:
    # without its document type there are no entities left to expand; HTML's named ones become characters
    text = _DECLARATION.sub("", _DOCTYPE.sub("", text, count=1), count=1)
    text = _ENTITY.sub(lambda m: html.escape(html.unescape(m[0])) if html.unescape(m[0]) != m[0] else m[0], text)
    text = _CONTROL.sub("", _REFERENCE.sub(_allowed, text))
    data = text.strip().encode("utf-8", "ignore")
    options: dict[str, Any] = {
        "resolve_entities": False,
        "no_network": True,
        "huge_tree": False,
        "remove_comments": True,
    }
    try:
        return etree.fromstring(data, etree.XMLParser(encoding="utf-8", **options)), None
    except etree.XMLSyntaxError as error:
        fault = f"XML invalide, ligne {error.lineno or 1} : {_one_line(error.msg)}"
    data = _BARE.sub("&amp;", text).strip().encode("utf-8", "ignore")
    root = etree.fromstring(data, etree.XMLParser(encoding="utf-8", recover=True, **options)) if data else None
    if root is None:
        raise FeedError(fault)
    return root, fault


def _allowed(reference: re.Match[str]) -> str:
    """A numeric character reference, or nothing when XML knows no such character (libxml2 then yields broken text)."""
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    return "" if code > 0x10FFFF or _CONTROL.match(chr(code)) else reference[0]


def _entry(item: etree._Element, base: str) -> Entry | None:
    url = canonical_address(_link(item) or "", base)
    if not url:
        return None
    dates = (moment_of(_said(item, name)) for name in ("pubdate", "published", "date", "issued", "created", "updated"))
    summary = next(
        (s for n in ("description", "summary", "encoded", "content") if (s := plain_text(_said(item, n)))), None
    )
    published = next((d for d in dates if d), None)
    changed = next((d for n in ("updated", "modified") if (d := moment_of(_said(item, n)))), None)
    return Entry(url, plain_text(_said(item, "title")), published, summary, changed if changed != published else None)


def _sitemap_entry(item: etree._Element, base: str) -> Entry | None:
    url = canonical_address(_said(item, "loc") or "", base)
    if not url:
        return None
    told, changed = moment_of(_said(item, "publication_date")), moment_of(_said(item, "lastmod"))
    return Entry(url, plain_text(_said(item, "title")), told or changed, changed=changed)


def _json_feed(text: str, base: str) -> Feed:
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise FeedError(f"JSON invalide : {_one_line(str(error))}") from None
    items = data.get("items")
    if not isinstance(items, list):
        raise FeedError("JSON sans liste « items »")
    entries = []
    for item in items[:MOST_ENTRIES]:
        url = canonical_address(str(item.get("url") or item.get("id") or ""), base) if isinstance(item, dict) else None
        if not url:
            continue
        summary = item.get("summary") or item.get("content_text") or item.get("content_html")
        told, changed = (moment_of(str(item.get(key) or "")) for key in ("date_published", "date_modified"))
        title, plain = plain_text(str(item.get("title") or "")), plain_text(str(summary or ""))
        entries.append(Entry(url, title, told or changed, plain, changed if told != changed else None))
    return Feed(entries=tuple(entries))


def _link(item: etree._Element) -> str | None:
    """RSS writes the address as text, Atom as `href` (the `alternate` one is the page), RDF as `rdf:about` too."""
    links = list(_all(item, "link", direct=True))
    for link in links:
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return str(link.get("href"))
    for link in links:
        if (link.text or "").strip():
            return str(link.text).strip()
    guid = next(iter(_all(item, "guid", direct=True)), None)
    if guid is not None and guid.get("isPermaLink", "true") == "true" and (guid.text or "").strip().startswith("http"):
        return str(guid.text).strip()
    return next((value for key, value in item.attrib.items() if str(key).endswith("}about")), None)


def _name(element: etree._Element) -> str:
    """The local name; a prefix that the feed forgot to declare is part of the tag, and no name."""
    return re.split("[}:]", element.tag)[-1].lower() if isinstance(element.tag, str) else ""


def _all(element: etree._Element, name: str, *, direct: bool = False) -> list[etree._Element]:
    children = element if direct else element.iter()
    return [child for child in children if _name(child) == name][:MOST_ENTRIES]


def _said(element: etree._Element, name: str) -> str | None:
    """The text of the first child of that name, at any depth (`news:news/news:title`), markup within included."""
    for child in element.iter():
        if child is not element and _name(child) == name:
            return "".join(child.itertext()).strip() or None
    return None


def plain_text(text: str | None) -> str | None:
    """Plain text of a title or summary, which feeds give as escaped HTML, at times escaped twice."""
    plain = html.unescape(_TAGS.sub(" ", html.unescape(text or "")))
    return " ".join(_TAGS.sub(" ", plain).split()) or None


def _one_line(message: str) -> str:
    return " ".join(message.split())[:200]
