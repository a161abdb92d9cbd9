"""Passages cut out of texts: around the words of a search, or around a span of evidence. Never over 300 characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.french import Token, may_hold, tokens
from index.words import Term, Word, Wording

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
    left, right = _window(text, first, last, start, end, longest)
    return text[left:right]


def _window(text: str, first: int, last: int, start: int, end: int, longest: int) -> tuple[int, int]:
    """`[first, last)` if short enough, else whole words around `[start, end)` within it."""
    if last - first <= longest:
        return _trimmed(text, first, last)
    room = max(longest - (end - start), 0)
    left = max(first, min(start - room // 3, last - longest))
    right = min(last, left + longest)
    if left > first and (blank := text.find(" ", left, start)) >= 0:
        left = blank + 1
    if right < last and (blank := text.rfind(" ", min(end, right), right)) >= 0:
        right = blank
    return _trimmed(text, left, right)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


@dataclass(frozen=True, slots=True)
class _Passage:
    """A paragraph read once: its words in order, and where each reading stands among them."""

    words: list[Token]
    folded: dict[str, list[int]]
    stems: dict[str, list[int]]


@lru_cache(maxsize=1024)
def _read(text: str) -> _Passage:
    words = tokens(text)
    folded: dict[str, list[int]] = {}
    stems: dict[str, list[int]] = {}
    for n, token in enumerate(words):
        folded.setdefault(token.folded, []).append(n)
        stems.setdefault(token.stem, []).append(n)
    return _Passage(words, folded, stems)


def found_in(terms: Sequence[Term], passages: Iterable[str]) -> str | None:
    """The passage where most terms are found, at most 300 characters in all, matches between U+E000 and U+E001."""
    wanted = [t for t in terms if not t.excluded]
    words = [(word, wording) for term in wanted for wording in term.wordings for word in wording.words]
    folded = {word.folded for word, _ in words}
    stems = {word.stem for word, wording in words if not wording.exact}
    beginnings = tuple(word.folded for word, wording in words if wording.prefix)
    best: tuple[int, str, int, int] | None = None
    for paragraph in (p for passage in passages for p in passage.split("\n\n")):
        if not may_hold(paragraph, folded, stems, beginnings):
            continue
        spans = [[s for w in term.wordings for s in _spans(w, _read(paragraph))] for term in wanted]
        if not any(spans):
            continue
        for first, last in sentences(paragraph):
            score = sum(1 for found in spans if any(first <= a and b <= last for a, b in found))
            if score and (best is None or score > best[0]):
                best = (score, paragraph, first, last)
        if best and best[0] == len(wanted):
            break
    return _marked(wanted, *best[1:]) if best else None


def _spans(wording: Wording, passage: _Passage) -> list[tuple[int, int]]:
    words = passage.words
    if not wording.phrase:
        places = {n for word in wording.words for n in _places(word, wording, passage)}
        return [(words[n].start, words[n].end) for n in sorted(places)]
    runs = [set(_places(word, wording, passage)) for word in wording.words]
    starts = [n for n in sorted(runs[0]) if all(n + k in run for k, run in enumerate(runs))]
    return [(words[n].start, words[n + len(runs) - 1].end) for n in starts]


def _places(word: Word, wording: Wording, passage: _Passage) -> list[int]:
    if wording.prefix:
        return [n for folded, places in passage.folded.items() if folded.startswith(word.folded) for n in places]
    places = passage.folded.get(word.folded, [])
    return places if wording.exact else [*places, *passage.stems.get(word.stem, [])]


def _marked(terms: Sequence[Term], passage: str, first: int, last: int) -> str:
    spans = sorted({s for t in terms for w in t.wordings for s in _spans(w, _read(passage)) if first <= s[0] < last})
    spans = [s for n, s in enumerate(spans) if not any(a < s[1] and s[0] < b for a, b in spans[:n])]
    # The marks count too: a window shorter by all of them never grows beyond the limit.
    left, right = _window(passage, first, last, *spans[0], max(LONGEST - 2 * len(spans), LONGEST // 2))
    pieces, at = [], left
    for start, end in spans[: LONGEST // 4]:
        if left <= start and end <= right:
            pieces += [passage[at:start], OPEN, passage[start:end], CLOSE]
            at = end
    return "".join([*pieces, passage[at:right]])
