"""A page as a list of blocks of text in the order of its markup, so that its article can be told by their numbers."""

from __future__ import annotations

from lxml.html import HtmlElement  # type: ignore[import-untyped]

from crawler.charset import decode
from crawler.page import parse

_UNSEEN = {"script", "style", "noscript", "template", "head", "svg", "iframe", "select", "option"}
_INLINE = {"a", "abbr", "b", "bdi", "big", "br", "cite", "code", "em", "font", "i", "ins", "kbd", "label", "mark", "q"}
_INLINE |= {"s", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"}


def blocks(html: bytes) -> list[str]:
    """The text of each block, blanks folded; empty ones are left out."""
    parts: list[list[str]] = [[]]
    _walk(parse(decode(html, None)), parts)
    folded = (" ".join("".join(part).split()) for part in parts)
    return [text for text in folded if text]


def _walk(element: HtmlElement, parts: list[list[str]]) -> None:
    if not isinstance(element.tag, str):
        return
    inline = element.tag in _INLINE
    if element.tag not in _UNSEEN:
        if not inline:
            parts.append([])
        parts[-1].append(element.text or "")
        for child in element:
            _walk(child, parts)
            parts[-1].append(child.tail or "")
        if not inline:
            parts.append([])
        elif element.tag == "br":
            parts[-1].append(" ")
