"""Passages cut out of texts: around the words of a search, or around a span of evidence. Never over 300 characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from index.french import Token, tokens
from index.words import Term, Wording

LONGEST = 300
OPEN, CLOSE = "\ue000", "\ue001"
_SENTENCE_END = re.compile(r"[.!?…]+[»”\"')\]]*(?=\s+[«“\"(\[]?\s?[A-ZÀ-ÖØ-Þ0-9])|\n+")
_ABBREVIATION = re.compile(r"(?:^|[\s('’])(?:M|MM|Mme|Mmes|Mlle|Dr|Drs|Pr|Prs|St|Ste|Me|art|env|av|bd|n°|[A-Z])\.$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text, blanks around them left out. Line breaks end a sentence."""
    spans = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.start() if match.group().startswith("\n") else match.end()
        if not match.group().startswith("\n") and _ABBREVIATION.search(text[max(start, end - 8) : end]):
            continue
        spans.append(_trimmed(text, start, end))
        start = match.end()
    spans.append(_trimmed(text, start, len(text)))
    return [(a, b) for a, b in spans if a < b]


def sentence_around(text: str, start: int, end: int, longest: int = LONGEST) -> str:
    """The sentence(s) of `text` that hold `[start, end)`, cut to `longest` characters around it; exact text."""
    if not 0 <= start < end <= len(text):
        return ""
    touched = [(a, b) for a, b in sentences(text) if a < end and b > start]
    first = min((a for a, _ in touched), default=start)
    last = max((b for _, b in touched), default=end)
    return _window(text, first, last, start, end, longest)


def _window(text: str, first: int, last: int, start: int, end: int, longest: int) -> str:
    """`text[first:last]` if short enough, else whole words around `[start, end)` within it."""
    if last - first <= longest:
        return text[first:last].strip()
    room = max(longest - (end - start), 0)
    left = max(first, min(start - room // 3, last - longest))
    right = min(last, left + longest)
    if left > first and (blank := text.find(" ", left, start)) >= 0:
        left = blank + 1
    if right < last and (blank := text.rfind(" ", min(end, right), right)) >= 0:
        right = blank
    return text[left:right].strip()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


@lru_cache(maxsize=512)
def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(tokens(text))


def found_in(terms: Sequence[Term], passages: Iterable[str]) -> str | None:
    """The passage where most terms are found, at most 300 characters in all, matches between U+E000 and U+E001."""
    best: tuple[int, int, str, int, int] | None = None
    wanted = [t for t in terms if not t.excluded]
    for rank, passage in enumerate(passages):
        read = _tokens(passage)
        spans = [[s for w in term.wordings for s in _spans(w, read)] for term in wanted]
        hits = sorted({s for found in spans for s in found})
        if not hits:
            continue
        for first, last in sentences(passage):
            score = sum(1 for found in spans if any(first <= a and b <= last for a, b in found))
            if score and (best is None or score > best[0]):
                best = (score, rank, passage, first, last)
        if best is None:
            best = (0, rank, passage, hits[0][0], hits[0][1])
        if best[0] == len(wanted):
            break
    return _marked(wanted, *best[2:]) if best else None


def _spans(wording: Wording, read: Sequence[Token]) -> list[tuple[int, int]]:
    if not wording.phrase:
        return [(t.start, t.end) for word in wording.words for t in read if _same(word.folded, word.stem, t, wording)]
    length = len(wording.words)
    return [
        (read[i].start, read[i + length - 1].end)
        for i in range(len(read) - length + 1)
        if all(_same(w.folded, w.stem, read[i + k], wording) for k, w in enumerate(wording.words))
    ]


def _same(folded: str, stem: str, token: Token, wording: Wording) -> bool:
    if wording.prefix and token.folded.startswith(folded):
        return True
    return token.folded == folded or (not wording.exact and token.stem == stem)


def _marked(terms: Sequence[Term], passage: str, first: int, last: int) -> str:
    spans = sorted({s for t in terms for w in t.wordings for s in _spans(w, _tokens(passage)) if first <= s[0] < last})
    start, end = spans[0]
    room = LONGEST - 2 * sum(1 for _ in spans)
    text = _window(passage, first, last, start, min(end, start + room), max(room, 100))
    offset = passage.index(text, max(first - 1, 0)) if text in passage[first:] else first
    pieces, at = [], 0
    for a, b in spans:
        a, b = a - offset, b - offset
        if a < at or b > len(text):
            continue
        pieces += [text[at:a], OPEN, text[a:b], CLOSE]
        at = b
    return "".join([*pieces, text[at:]])[:LONGEST]
