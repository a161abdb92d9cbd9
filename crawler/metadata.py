"""What a page says of itself: title, dates, paywall, language, rights.

JSON-LD first, then meta tags, then what readers are shown.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal

import htmldate
from lxml.html import HtmlElement  # type: ignore[import-untyped]

from crawler.moments import DayOrMoment, day_in_path, day_of, in_future, moment_of, written_moment

_ARTICLE_TYPES = re.compile(r"(?:^|[/#:])(?:\w*NewsArticle|Article|BlogPosting|LiveBlogPosting|Report)$")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_SITE_NAME = re.compile(r"\s+[|‹›«»·•–—-]")
_BLANK = " \t\r\n\u00a0|•·–—-"  # what may stand around a date that stands alone
_SPACE = re.compile(r"\s+")
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "datepublished", "date.published", "dc.date.issued",
    "dcterms.issued", "dc.date", "dcterms.created", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "pubdate", "publish-date", "date",
)  # fmt: skip
_MODIFIED_META = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
_SHOWN = re.compile(r"(?:publi[ée]e?s?|mis en ligne|post[ée])\b.{0,60}", re.I)
_DATE_ALONE = re.compile(
    r"(?:le |\w+di |dimanche ){0,2}\d{1,2}(?:er)?[\s/.]+(?:\w{3,9}|\d{1,2})[\s/.]+\d{4}"
    r"(?:\D{1,4}\d{1,2}\s?[h:]\s?\d{0,2})?",
    re.I,
)
_LONGEST_LD = 2_000_000  # characters of one JSON-LD script


@dataclass(frozen=True, slots=True)
class Metadata:
    """Everything may be missing. `free` is None when the page does not say; `body` is JSON-LD's articleBody;
    `structured`: JSON-LD gives the date."""

    title: str | None
    published: tuple[DayOrMoment, ...]
    modified: DayOrMoment | None
    free: bool | None
    canonical: str | None
    language: str | None
    body: str | None
    structured: bool = False


def read_metadata(tree: HtmlElement, url: str) -> Metadata:
    """`published` lists every date the page claims, the most trustworthy first; the caller takes the first sane one."""
    meta = _meta_tags(tree)
    ld = _article_of(tree, url)
    dates = [moment_of(_text(ld.get("datePublished"))), *(moment_of(meta.get(name)) for name in _PUBLISHED_META)]
    dates += [moment_of(e.get("datetime") or e.get("content")) for e in tree.xpath("//*[@itemprop='datePublished']")]
    modified = [moment_of(_text(ld.get("dateModified"))), *(moment_of(meta.get(name)) for name in _MODIFIED_META)]
    return Metadata(
        title=_title(tree, ld, meta),
        published=tuple(d for d in dates if d),
        modified=next((d for d in modified if d), None),
        free=_is_free(ld, meta),
        canonical=_first(tree.xpath("//link[@rel='canonical']/@href")) or meta.get("og:url"),
        language=_first(tree.xpath("/html/@lang")) or _text(ld.get("inLanguage")) or meta.get("og:locale"),
        body=_text(ld.get("articleBody")),
        structured=dates[0] is not None,
    )


def shown_dates(tree: HtmlElement, url: str, title: str | None, fetched: datetime) -> Iterator[DayOrMoment]:
    """Dates that only readers are told, the most trustworthy first: asked for when the page's metadata has none."""
    for element in tree.xpath("//time[@datetime][not(ancestor::aside or ancestor::nav or ancestor::footer)]")[:3]:
        moment = moment_of(element.get("datetime"))
        if moment:
            yield moment
    for text in tree.xpath("//body//text()[not(parent::script or parent::style)]"):
        found = _SHOWN.search(text)
        if found:
            # "Publié le <b>7 janvier</b> à 13h12" is cut in pieces: read on in the whole element
            parent = text.getparent()
            around = text if parent is None else " ".join(parent.itertext())
            start = _SHOWN.search(_SPACE.sub(" ", around))
            moment = written_moment(start[0] if start else found[0], fetched)
            if moment and not in_future(moment, fetched):
                yield moment
                break
    day = day_in_path(url)
    if day:
        yield day
    yield from islice(_dates_alone(tree, title, fetched), 1)
    try:
        guess = htmldate.find_date(
            tree, original_date=True, extensive_search=False, url=url, max_date=fetched.date().isoformat()
        )
    except Exception:  # htmldate raises many kinds on odd trees; a guess is never worth a page
        guess = None
    if guess and (moment := moment_of(guess)):
        yield moment


def _dates_alone(tree: HtmlElement, title: str | None, fetched: datetime) -> Iterator[DayOrMoment]:
    """Dates that stand alone after the title, then just before it: there, the day of the look is the masthead's."""
    unseen = "[not(parent::script or parent::style)]"
    for text in tree.xpath(f"//h1/following::text(){unseen}")[:60]:
        if _DATE_ALONE.fullmatch(text.strip(_BLANK)) and (moment := written_moment(text, fetched)):
            yield moment
    headings = (h for h in tree.iter("h1", "h2") if title and _letters(h.text_content()) == _letters(title))
    for heading in islice(headings, 1):
        before = [text for text in heading.xpath(f"preceding::text(){unseen}") if text.strip()]
        for text in reversed(before[-12:]):
            moment = written_moment(text, fetched) if _DATE_ALONE.fullmatch(text.strip(_BLANK)) else None
            if moment and abs(day_of(fetched) - day_of(moment)) > timedelta(days=1):
                yield moment


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w+", text.casefold()))


def rights_of(tree: HtmlElement, headers: Mapping[str, str]) -> Literal["tdm-ok", "tdm-reserved", "unknown"]:
    """The publisher's word on text and data mining (W3C TDM Reservation Protocol): header first, then meta tag.

    `headers` has lower-case names.
    """
    said = headers.get("tdm-reservation") or _meta_tags(tree).get("tdm-reservation") or ""
    return {"1": "tdm-reserved", "0": "tdm-ok"}.get(said.strip(), "unknown")  # type: ignore[return-value]


def forbids_archive(tree: HtmlElement, headers: Mapping[str, str]) -> bool:
    """Whether `X-Robots-Tag` or a robots meta tag for all, or for us by name, says `noarchive`."""
    said = [headers.get("x-robots-tag", "")]
    meta = _meta_tags(tree)
    said += [meta.get("robots", ""), meta.get("vigie", "")]
    for line in said:
        agent, colon, rest = line.lower().partition(":")
        if colon and agent.strip() not in ("vigie", "*") and "-" not in agent and "," not in agent:
            continue  # a rule for another robot: "googlebot: noarchive"
        if re.search(r"\bnoarchive\b", rest if colon and agent.strip() == "vigie" else line.lower()):
            return True
    return False


def _meta_tags(tree: HtmlElement) -> dict[str, str]:
    tags: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = (element.get("content") or "").strip()
        if name and content:
            tags.setdefault(name.strip().lower(), content)
    return tags


def _article_of(tree: HtmlElement, url: str) -> dict[str, Any]:
    """The JSON-LD object that describes this page's article: the one that names its address, else the first."""
    found: list[dict[str, Any]] = []
    for script in tree.xpath("//script[@type='application/ld+json']"):
        found += _articles(_loads(script.text_content()))
    tail = url.partition("?")[0].rstrip("/").rpartition("/")[2]
    for article in found:
        if tail and tail in json.dumps([article.get("url"), article.get("mainEntityOfPage"), article.get("@id")]):
            return article
    return next((a for a in found if a.get("headline") or a.get("datePublished")), found[0] if found else {})


def _loads(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removesuffix("//]]>").strip().rstrip(";")
    if len(text) > _LONGEST_LD:
        return None
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _articles(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(data, list):
        for item in data[:200]:
            yield from _articles(item, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type", "")
        if any(_ARTICLE_TYPES.search(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
            yield data
        for key in ("@graph", "mainEntity"):  # not itemListElement: those are teasers of other pages
            yield from _articles(data.get(key), depth + 1)


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return value if isinstance(value, str) and value.strip() else None


def _title(tree: HtmlElement, ld: dict[str, Any], meta: dict[str, str]) -> str | None:
    headings = [_SPACE.sub(" ", h.text_content()).strip() for h in tree.iter("h1", "h2", "h3")]
    shown = next((" ".join(h.itertext()) for h in tree.iter("h1")), None)
    for title in (_text(ld.get("headline")), meta.get("og:title"), shown, meta.get("title"), tree.findtext(".//title")):
        # entities are often escaped twice inside JSON-LD
        clean = _SPACE.sub(" ", html.unescape(html.unescape(title or ""))).strip()
        site = meta.get("og:site_name")
        for mark in (" - ", " | ", " – ", " — "):
            if site and clean.lower().endswith(f"{mark}{site}".lower()):
                clean = clean[: -len(mark + site)].strip()
        if clean and "{{" not in clean:
            return _as_shown(clean, headings)
    return None


def _as_shown(title: str, headings: list[str]) -> str:
    """The title as the page's heading has it, where metadata puts the site's name after it, or cuts it (search engines
    ask for 110 characters)."""
    begins = title.rstrip(" .…")
    for whole in headings:
        if len(whole) > 20 and title.startswith(whole) and _SITE_NAME.match(title[len(whole) :]):
            return whole
        if len(begins) > 60 and len(begins) < len(whole) < 300 and whole.startswith(begins):
            return whole
    return title


def _is_free(ld: dict[str, Any], meta: dict[str, str]) -> bool | None:
    parts = ld.get("hasPart")
    for holder in (ld, *(parts if isinstance(parts, list) else [parts])):
        if not isinstance(holder, dict) or "isAccessibleForFree" not in holder:
            continue
        said = str(_text(holder["isAccessibleForFree"]) or holder["isAccessibleForFree"]).lower().rpartition("/")[2]
        return said not in ("false", "0", "no", "non")
    tier = meta.get("article:content_tier", "").lower()
    return {"locked": False, "metered": False, "free": True}.get(tier)


def _first(values: Any) -> str | None:
    return next((str(v).strip() for v in values if v and str(v).strip()), None)
