"""The spaCy `Doc` of an article and what the components write on it.

The Doc's text is the title, a blank line and the body, so that one reading serves both; offsets are turned back
into title and body offsets at the end (`split_offsets`). Components append `Finding`s to `doc._.findings`: a value
for a field, the characters that say it and the rule that found it, or why it was rejected (for `--explain`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from spacy.attrs import IDX, LENGTH
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from nlp.plain import plain
from records import Article
from reference.folding import Folded, fold_with_offsets

GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Finding:
    """A value found for a field. `start`, `end`: characters of the Doc. `rejected`: why it does not count, in French."""

    field: str
    value: Any
    start: int
    end: int
    rule: str
    rejected: str | None = None
    weight: float = 1.0

    def reject(self, reason: str) -> Finding:
        return replace(self, rejected=reason)


def text_of(doc: Doc) -> str:
    """`doc.text`, joined once: spaCy joins it anew at each call."""
    cached = doc.user_data.get("text")
    if cached is None:
        cached = doc.user_data["text"] = doc.text
    return str(cached)


def _folded(doc: Doc) -> Folded:
    cached = doc.user_data.get("folded")
    if cached is None:
        cached = doc.user_data["folded"] = fold_with_offsets(text_of(doc))
    return cached


for _name, _default in (("article", None), ("body_start", 0), ("plain", None)):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=_default)
for _name in ("findings", "noise", "facility_mentions"):
    if not Doc.has_extension(_name):
        # a fresh list a Doc: spaCy copies mutable defaults
        Doc.set_extension(_name, default=[])
if not Doc.has_extension("folded"):
    Doc.set_extension("folded", getter=_folded)
if not Span.has_extension("flags"):
    # for sentences: `general` (a remark on such attacks), `past` (another, earlier case), `possible`, `noise` …
    Span.set_extension("flags", default=frozenset())


def make_doc(nlp: Language, article: Article) -> Doc:
    """Tokenise title and body in their plain form (`nlp.plain`); no component has run yet."""
    title, body = plain(article.title), plain(article.text)
    text = title.text + GAP + body.text
    doc = nlp.make_doc(text)
    doc.user_data["text"] = text
    doc._.article = article.model_copy(update={"title": title.text, "text": body.text})
    doc._.plain = (title, body)
    doc._.body_start = len(title.text) + len(GAP)
    return doc


def published(doc: Doc) -> date:
    article: Article = doc._.article
    return article.published_on


def in_title(doc: Doc, start: int) -> bool:
    return bool(start < doc._.body_start)


def sentence_at(doc: Doc, start: int) -> Span:
    """The sentence that holds the character `start`."""
    return token_at(doc, start).sent


def token_at(doc: Doc, start: int) -> Token:
    """The token that holds the character `start` (or the next one, when it is a blank). Binary search."""
    ends = doc.user_data.get("ends")
    if ends is None:
        places: Any = doc.to_array([IDX, LENGTH])
        ends = doc.user_data["ends"] = places.sum(axis=1).tolist()
    return doc[min(bisect_right(ends, start), len(ends) - 1)]


def tokens(doc: Doc, start: int, end: int) -> Span:
    """The tokens that the characters `[start, end)` touch."""
    first = token_at(doc, start)
    last = token_at(doc, max(start, end - 1))
    return doc[first.i : last.i + 1]


def is_noise(doc: Doc, start: int) -> bool:
    """Whether the character lies in what the page left in the text: forms, teasers, captions."""
    noise: Any = doc.user_data.get("noise")  # what `doc._.noise` holds: asked for hundreds of times an article
    return bool(noise) and any(a <= start < b for a, b in noise)


def split_offsets(doc: Doc, spans: Iterable[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Doc spans → (spans of the body, spans of the title), in offsets of the article as it came."""
    body: list[tuple[int, int]] = []
    title: list[tuple[int, int]] = []
    body_start = doc._.body_start
    gap = body_start - len(GAP)
    plain_title, plain_body = doc._.plain
    for start, end in spans:
        if start >= body_start:
            body.append(plain_body.original(start - body_start, end - body_start))
        elif start < gap:
            title.append(plain_title.original(start, min(end, gap)))
    return body, title


def join_offsets(doc: Doc, body: Iterable[tuple[int, int]], title: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The way back from `split_offsets`: spans of the article as it came → spans of the Doc, the title's first."""
    plain_title, plain_body = doc._.plain
    shifted = ((doc._.body_start + a, doc._.body_start + b) for a, b in (plain_body.read(*span) for span in body))
    return [*(plain_title.read(*span) for span in title), *shifted]


def live(findings: Iterable[Finding], field: str) -> Iterator[Finding]:
    return (f for f in findings if f.field == field and f.rejected is None)


def share(likely: float) -> str:
    """A probability as it is told beside a finding; never as a certainty."""
    return f"{min(99, max(1, round(100 * likely)))}\N{NO-BREAK SPACE}%"
