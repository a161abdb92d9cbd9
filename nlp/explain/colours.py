"""The article's title and text with each value's words in the colour of its field, and noise in grey."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise, takewhile
from typing import TypeVar

from spacy.tokens import Doc

from nlp.document import GAP, text_of
from nlp.explain.values import Value
from nlp.explain.wordings import WORDS

_LINE = re.compile(r"[^\n]+")
Marked = tuple[int, int, str, int]  # start, end, field, number of the value
_T = TypeVar("_T", tuple[int, int], Marked)


def rules() -> str:
    """The CSS of the fields' colours."""
    return "".join(f".f-{name} {{ background: {colour}; }}\n" for name, colour in WORDS["colours"].items())


def legend(values: Sequence[Value]) -> str:
    names = list(dict.fromkeys(v.field for v in values))
    items = "".join(f'<li><mark class="f-{n}">{escape(WORDS["fields"][n])}</mark></li>' for n in names)
    note = "Le chiffre renvoie à la valeur que le passage donne. " if names else ""
    grey = '<span class="noise">En gris : ce qui n’est pas de l’article.</span>'
    listed = f'<ul class="legend" aria-label="Légende">{items}</ul>' if names else ""
    return f'{listed}<p class="why">{note}{grey}</p>'


def coloured(doc: Doc, values: Sequence[Value], anchor: str) -> str:
    """Title and text, a paragraph a line. `anchor`: what the ids of this article's values start with."""
    text: str = text_of(doc)
    title_end = doc._.body_start - len(GAP)
    spans = sorted((a, b, v.field, v.number) for v in values for a, b in v.spans)
    noise = sorted(doc._.noise)
    out = ['<div class="text">']
    at = grey_at = 0
    for line in _LINE.finditer(text):
        start, end = line.span()
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        while grey_at < len(noise) and noise[grey_at][1] <= start:
            grey_at += 1
        here = [s for s in _until(spans, at, end) if s[1] > start]
        grey = [s for s in _until(noise, grey_at, end) if s[1] > start]
        kind = ' class="title"' if start < title_end else ""
        out.append(f"<p{kind}>{_line(text, start, end, here, grey, anchor)}</p>")
    out.append("</div>")
    return "\n".join(out)


def _until(spans: Sequence[_T], first: int, end: int) -> list[_T]:
    return list(takewhile(lambda s: s[0] < end, (spans[i] for i in range(first, len(spans)))))


def _line(
    text: str, start: int, end: int, spans: Sequence[Marked], grey: Sequence[tuple[int, int]], anchor: str
) -> str:
    """One line, cut wherever a span begins or ends."""
    edges = {x for s in spans for x in s[:2]} | {x for s in grey for x in s}
    cuts = sorted({start, end, *(min(max(x, start), end) for x in edges)})
    out = []
    waiting = list(reversed(spans))
    over: list[Marked] = []
    for a, b in pairwise(cuts):
        over = [s for s in over if s[1] > a]
        while waiting and waiting[-1][0] <= a:
            over.append(waiting.pop())
        piece = escape(text[a:b])
        if over:
            piece = _mark(piece, over, [s for s in over if min(s[1], end) == b], anchor)
        if any(x <= a and b <= y for x, y in grey):
            piece = f'<span class="noise">{piece}</span>'
        out.append(piece)
    return "".join(out)


def _mark(piece: str, over: Sequence[Marked], ending: Sequence[Marked], anchor: str) -> str:
    """A piece under one or several spans; the numbers of those that end here follow it."""
    fields = list(dict.fromkeys(s[2] for s in over))
    names = escape(", ".join(WORDS["fields"][f] for f in fields))
    bands = f' style="background: {_bands(fields)}"' if len(fields) > 1 else ""
    links = " ".join(f'<a href="#{anchor}v{n}">{n}</a>' for n in sorted({s[3] for s in ending}))
    numbers = f"<sup>{links}</sup>" if links else ""
    return f'<mark class="f-{fields[0]}" title="{names}"{bands}>{piece}{numbers}</mark>'


def _bands(fields: Sequence[str]) -> str:
    step = 100 / len(fields)
    stops = (f"{WORDS['colours'][f]} {i * step:.0f}% {(i + 1) * step:.0f}%" for i, f in enumerate(fields))
    return f"linear-gradient({', '.join(stops)})"
