"""The text of an article out of its page: pruned, extracted by trafilatura, cleaned of what is no part of it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from lxml.cssselect import CSSSelector  # type: ignore[import-untyped]
from lxml.html import HtmlElement  # type: ignore[import-untyped]

from reference.folding import fold

_KEPT_WHOLE = {"html", "head", "body", "main", "article"}
_BLOCK = 700  # characters: a newsletter form is smaller, an article's column is not
_HEADING = 60  # characters: longer lines without a full stop are sentences, not headings
_ENDED = re.compile(r"[.!?…:»\"”)]\s*$")
_SPACE = re.compile(r"[ \t\r\f\v\u00a0\u202f\u2009]+")
_NAME = r"[A-ZÀ-Þ][\w'’.-]+"
_BYLINE = re.compile(
    rf"^(?:(?:[ÉE]crit |R[ée]dig[ée] |Publi[ée] )?[Pp]ar|Auteure?s?\s*:|[ÉE]dition\s*:|Texte\s*:|Photos?\s*:|Propos recueillis par|De notre \w+)\s+{_NAME}"
    rf"(?:[\s,/&]+(?:et|avec|de|du|{_NAME}|\(?[A-Z]{{2,5}}\)?))*\s*\.?$"
)  # names of authors are not kept
_DATELINE = re.compile(
    r"^(?:publi[ée]e?|cr[ée][ée]e?|mise? (?:à jour|en ligne)|modifi[ée]e?|post[ée]e?)\b"
    r"(?: le| à| :)?(?:$|.{0,15}(?:\d|hier|aujourd|[a-z]{2,6}di\b|dimanche).{0,60}$)",
    re.I,
)
_SIGNED = re.compile(
    rf"^{_NAME}(?: {_NAME}){{1,3}},? [Ll]e \d{{1,2}}[/ ].{{4,40}}$"
)  # "Prénom Nom, le 07/01/2022 à 13h12"
# A line of these before the first sentence is the page's own label: a date alone, a row of a table of references.
_LABEL = re.compile(
    r"^(?:\|.*\||(?:le )?(?:\w+di |dimanche )?\d{1,2}(?:er)?[\s/.]+(?:[a-zéûùèà]{3,9}\.?|\d{1,2})[\s/.]+\d{4}.{0,12})$",
    re.I,
)
# a coarse sieve for texts that may hold a newsletter mark: folding every text of a page costs more than reading it
_NEWSLETTER_TEXTS = etree.XPath(
    "//body//text()[contains(., 'ewsletter') or contains(., 'mail') or contains(., 'inscri') or contains(., 'abonner')]"
)
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")  # an author's, as a rule: none is kept
_SURROGATES = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """`boilerplate.toml`, ready for use; wordings are folded."""

    selectors: tuple[CSSSelector, ...]
    leads: tuple[CSSSelector, ...]
    invitations: tuple[str, ...]
    line_starts: tuple[str, ...]
    whole_lines: frozenset[str]
    newsletter_marks: tuple[str, ...]
    newsletter_promises: tuple[str, ...]
    paywall_marks: tuple[str, ...]
    walls: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


@cache
def boilerplate() -> Boilerplate:
    data = tomllib.loads((Path(__file__).parent / "boilerplate.toml").read_text(encoding="utf-8"))
    return Boilerplate(
        selectors=tuple(CSSSelector(s, translator="html") for s in data["selectors"]),
        leads=tuple(CSSSelector(s, translator="html") for s in data["leads"]),
        invitations=tuple(data["invitations"]),
        line_starts=tuple(data["line_starts"]),
        whole_lines=frozenset(data["whole_lines"]),
        newsletter_marks=tuple(data["newsletter_marks"]),
        newsletter_promises=tuple(data["newsletter_promises"]),
        paywall_marks=tuple(data["paywall_marks"]),
        walls=tuple((w["reason"], tuple(w["title"]), tuple(w["text"])) for w in data["wall"]),
    )


def read_body(tree: HtmlElement, url: str, prune: Sequence[str] = ()) -> tuple[list[str], bool]:
    """The paragraphs of the article, and whether a line among them says that the rest is for subscribers.

    `tree` is changed: what is no part of an article is taken out of it. `prune` are the outlet's own CSS selectors.
    """
    import trafilatura  # takes a third of a second: who reads articles that have no page never needs it

    _drop_boilerplate(tree, prune)
    _drop_invitations(tree)
    lead = _lead(tree)
    headings = {_joined(heading) for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")}
    extracted = trafilatura.extract(
        tree, url=url, include_comments=False, include_tables=True, include_links=False, deduplicate=False
    )
    paragraphs = _paragraphs((extracted or "").split("\n"))
    column = _column(tree)
    plain = (
        _paragraphs(" ".join(p.itertext()) for p in column.iter("p", "h2", "h3", "li")) if column is not None else []
    )
    if len(paragraphs) == 1 and len(plain) > 1:
        # of short articles trafilatura gives the whole column, title and all, as one line
        paragraphs = [p for p in plain if p in paragraphs[0]] or paragraphs
    elif sum(map(len, paragraphs)) < 200 and len(plain) > len(paragraphs):
        paragraphs = plain
    if lead:
        paragraphs = _led(lead, paragraphs)
    cleaned, paywalled = clean_paragraphs(paragraphs)
    while len(cleaned) > 1 and cleaned[-1] in headings:  # nothing follows it: it is the title of what was left out
        cleaned.pop()
    return cleaned, paywalled


def clean_paragraphs(paragraphs: Iterable[str]) -> tuple[list[str], bool]:
    """Paragraphs without newsletter forms, invitations to read on, and repetitions; and whether subscribers get more.

    Works on plain text too, where the page's markup is lost.
    """
    known = boilerplate()
    lines = _paragraphs(paragraphs)
    folded = [fold(line) for line in lines]
    paywalled = any(mark in line for line in folded for mark in known.paywall_marks if len(line) < 250)
    dropped = _newsletter_lines(lines, folded)
    kept: list[tuple[str, str]] = []
    for number, (line, key) in enumerate(zip(lines, folded, strict=True)):
        if number in dropped or key.startswith(known.line_starts) or key.strip(" .:»>") in known.whole_lines:
            continue
        if len(line) < 90 and (_BYLINE.match(line) or _DATELINE.match(line) or _SIGNED.match(line)):
            continue
        if len(line) < 90 and _EMAIL.search(line):
            continue
        line = _EMAIL.sub("[adresse]", line)
        if len(line) < 120 and _LABEL.match(line) and not any(_ENDED.search(before) for before, _ in kept):
            continue
        if len(line) < 250 and any(mark in key for mark in known.paywall_marks):
            continue
        kept.append((line, key))
    return _without_repetition(kept), paywalled


def wall(title: str, text: str) -> str | None:
    """Why a page is no article (an error page, a consent wall, an empty application shell), in French, or None.

    Only pages with little text are suspected for what they say: an article may well speak of cookies.
    """
    if "{{" in text or "{{" in title:
        return "application dont la page n'est pas rendue par le serveur"
    head, body = fold(title), fold(text) if len(text) < 1500 else ""
    for reason, titles, texts in boilerplate().walls:
        if len(text) < 1500 and any(head.startswith(t) for t in titles):
            return reason
        if len(text) < 800 and any(t in body for t in texts):
            return reason
    return None


def _drop_boilerplate(tree: HtmlElement, prune: Sequence[str]) -> None:
    for selector in prune:
        for element in CSSSelector(selector, translator="html")(tree):
            _drop(element)
    whole = _prose(tree)
    for found in boilerplate().selectors:
        for element in found(tree):
            if element.tag in _KEPT_WHOLE or element.getparent() is None:
                continue
            # a theme may call the column itself "related" or "paywall": what holds the article stays
            if element.find(".//h1") is None and _prose(element) * 10 < whole * 4:
                _drop(element)
    for element in {_holder(text) for text in _NEWSLETTER_TEXTS(tree)}:
        own = fold((element.text or "") + " ".join(child.tail or "" for child in element))
        if element.getparent() is not None and any(mark in own for mark in boilerplate().newsletter_marks):
            box = _form_around(element)
            if box is not element:  # a sentence alone among the paragraphs is left to `clean_paragraphs`
                _drop(box)


def _holder(text: Any) -> HtmlElement:
    """The element a text node stands in: lxml gives a text that follows `<b>…</b>` to the `<b>`."""
    parent = text.getparent()
    return parent.getparent() if text.is_tail else parent


def _form_around(element: HtmlElement) -> HtmlElement:
    """The whole newsletter form: the largest box around its sentence that is still a small box."""
    box = element
    for parent in element.iterancestors():
        if parent.tag in _KEPT_WHOLE or parent.tag == "section" or len(parent.text_content()) > _BLOCK:
            break
        if parent.find(".//h1") is not None:
            break
        box = parent
    return box


def _prose(element: HtmlElement) -> int:
    return sum(len(p.text_content()) for p in element.iter("p"))


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _drop_invitations(tree: HtmlElement) -> None:
    """Take "À lire aussi" and its link out of paragraphs that go on after them: a line that is only that is left to
    `clean_paragraphs`."""
    marks = boilerplate().invitations
    begins = tuple(f"{mark} " for mark in marks)
    for link in list(tree.iter("a")):
        paragraph = next(link.iterancestors("p"), None)
        if paragraph is None:
            continue
        node = link  # the link, or what holds nothing but it
        while node.getprevious() is None and node.getparent() is not paragraph and not _own(node.getparent().text):
            node = node.getparent()
        before, parent = node.getprevious(), node.getparent()
        label = parent.text if before is None else before.tail if _own(before.tail) else before.text_content()
        if _own(label) in marks:
            if before is None:
                parent.text = None
            elif _own(before.tail):
                before.tail = None
            else:
                before.drop_tree()
        elif not _own(link.text_content()[:80]).startswith(begins):
            continue
        link.drop_tree()
        while parent is not paragraph and not parent.text_content().strip():
            emptied, parent = parent, parent.getparent()
            emptied.drop_tree()


def _own(text: str | None) -> str:
    return fold(text or "").strip(" .:»>-") if text and len(text) < 100 else (text or "").strip()


def _joined(element: HtmlElement) -> str:
    return " ".join(_paragraphs([element.text_content()]))


def _lead(tree: HtmlElement) -> str | None:
    return _marked_lead(tree) or _described_lead(tree)


def _described_lead(tree: HtmlElement) -> str | None:
    """The lead that is known because the page describes itself by it: the first block after the title that is its
    description, whole or (many systems cut descriptions) as far as that goes."""
    told = tree.xpath("//meta[@property='og:description' or @name='description']/@content")
    keys = {fold(" ".join(text.split()))[:150].rstrip(" .…") for text in told}
    keys = {key for key in keys if len(key) >= 60}
    for element in tree.xpath(
        "//h1/following::*[self::p or self::h2 or self::h3 or self::div or self::span or self::strong]"
    ):
        if not keys or element.find(".//p") is not None:
            continue
        text = element.text_content()
        if 60 <= len(text) <= 1500:
            lead = _joined(element)
            if len(lead) <= 1200 and fold(lead).startswith(tuple(keys)):
                return lead
    return None


def _marked_lead(tree: HtmlElement) -> str | None:
    for selector in boilerplate().leads:
        for element in selector(tree):
            if element.tag not in ("meta", "h1", "body") and (lines := _paragraphs([element.text_content()])):
                lead = " ".join(lines)
                if 40 <= len(lead) <= 1200:
                    return lead
    return None


def _led(lead: str, paragraphs: list[str]) -> list[str]:
    """The paragraphs with the lead among them, before the body: trafilatura may leave it out, or give it last."""
    at = next((n for n, p in enumerate(paragraphs) if lead in p or (p in lead and len(p) > 40)), None)
    if at is None:
        return [lead, *paragraphs]
    if any(len(p) > 80 and _ENDED.search(p) for p in paragraphs[:at]):
        return [paragraphs[at], *paragraphs[:at], *paragraphs[at + 1 :]]
    return paragraphs


def _column(tree: HtmlElement) -> HtmlElement | None:
    found = tree.xpath("//*[@itemprop='articleBody']") or tree.xpath("//article") or tree.xpath("//main")
    return max(found, key=_prose, default=None)


def _paragraphs(lines: Iterable[str]) -> list[str]:
    cleaned = (_SPACE.sub(" ", _SURROGATES.sub("", unicodedata.normalize("NFC", line))) for line in lines)
    parts = (" ".join(line.split("\n")).strip().removeprefix("- ").strip() for line in cleaned)
    return [_SPACE.sub(" ", part) for part in parts if part]


def _newsletter_lines(lines: list[str], folded: list[str]) -> set[int]:
    """The lines of newsletter forms: each sentence that gives one away, the promise and heading before it, and,
    at the end of a text, the labels of fields that follow it."""
    known = boilerplate()
    marked = {n for n, line in enumerate(folded) if any(mark in line for mark in known.newsletter_marks)}
    dropped = set(marked)
    for number in marked:
        before = number - 1
        while before >= 0 and before not in dropped and any(p in folded[before] for p in known.newsletter_promises):
            dropped.add(before)
            before -= 1
        if before >= 0 and before != number - 1 and _is_label(lines[before]):
            dropped.add(before)
    if marked:
        tail = range(max(marked) + 1, len(lines))
        if all(_is_label(lines[n]) for n in tail):
            dropped.update(tail)
            # labels between the sentences of one form at the end
            for number in range(max(marked) - 1, -1, -1):
                if number not in dropped and not _is_label(lines[number]):
                    break
                dropped.add(number)
    return dropped


def _is_label(line: str) -> bool:
    return len(line) <= _HEADING and not _ENDED.search(line)


def _without_repetition(paragraphs: list[tuple[str, str]]) -> list[str]:
    """Each paragraph once; they come with their folded forms.

    trafilatura gives the text of very short articles twice, whole or in pieces.
    """
    kept: list[str] = []
    seen: set[str] = set()
    short = sum(len(paragraph) for paragraph, _ in paragraphs) < 4000
    for paragraph, key in paragraphs:
        if key in seen or not key:
            continue
        if short and len(key) > 40 and any(key in other for other in seen):
            continue
        if short and kept:
            rest = key
            for other in seen:
                rest = rest.replace(other, " ") if len(other) > 40 else rest
            if rest != key and len(rest.strip(" .")) < 10:
                continue
        seen.add(key)
        kept.append(paragraph)
    return kept
