"""Passages cut out of texts: around the words of a search, or around a span of evidence. Never over 300 characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.french import may_hold, tokens
from index.words import Term, Word, Wording

_Span = tuple[int, int]
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


class _Sentence:
    """A sentence read: its words in order, and where each reading stands among them."""

    def __init__(self, text: str) -> None:
        self.words = tokens(text)
        self.folded: dict[str, list[int]] = {}
        self.stems: dict[str, list[int]] = {}
        for n, token in enumerate(self.words):
            self.folded.setdefault(token.folded, []).append(n)
            self.stems.setdefault(token.stem, []).append(n)


def found_in(terms: Sequence[Term], passages: Iterable[str]) -> str | None:
    """The sentence where most terms are found, at most 300 characters in all, matches between U+E000 and U+E001."""
    wanted = [t for t in terms if not t.excluded]
    words = [(word, wording) for term in wanted for wording in term.wordings for word in _needed(wording)]
    read = {word.folded for word, _ in words} | {word.stem for word, wording in words if not wording.exact}
    beginnings = tuple(word.folded for word, wording in words if wording.prefix)
    most = 0
    best: tuple[str, int, int, list[_Span]] | None = None
    for paragraph in (p for passage in passages for p in passage.split("\n\n")):
        if not may_hold(paragraph, read, beginnings):
            continue
        for first, last in sentences(paragraph):
            if not may_hold(text := paragraph[first:last], read, beginnings):
                continue
            sentence = _Sentence(text)
            found = [[s for w in term.wordings for s in _spans(w, sentence)] for term in wanted]
            if (score := sum(map(bool, found))) > most:
                most, best = score, (paragraph, first, last, [s for spans in found for s in spans])
            if most == len(wanted):
                break
        if most == len(wanted):
            break
    return _marked(*best) if best else None


def _needed(wording: Wording) -> Sequence[Word]:
    """Without one of these words in it, no sentence holds the wording. Of a phrase the longest: the others may be « de »."""
    return [max(wording.words, key=lambda word: len(word.folded))] if wording.phrase else wording.words


def _spans(wording: Wording, sentence: _Sentence) -> list[_Span]:
    words = sentence.words
    if not wording.phrase:
        places = {n for word in wording.words for n in _places(word, wording, sentence)}
        return [(words[n].start, words[n].end) for n in sorted(places)]
    runs = [set(_places(word, wording, sentence)) for word in wording.words]
    starts = [n for n in sorted(runs[0]) if all(n + k in run for k, run in enumerate(runs))]
    return [(words[n].start, words[n + len(runs) - 1].end) for n in starts]


def _places(word: Word, wording: Wording, sentence: _Sentence) -> list[int]:
    if wording.prefix:
        return [n for folded, places in sentence.folded.items() if folded.startswith(word.folded) for n in places]
    places = sentence.folded.get(word.folded, [])
    return places if wording.exact else [*places, *sentence.stems.get(word.stem, [])]


def _marked(passage: str, first: int, last: int, found: Iterable[_Span]) -> str:
    """A sentence of a passage; where in it something was found."""
    spans = sorted({(first + start, first + end) for start, end in found})
    spans = [s for n, s in enumerate(spans) if not any(a < s[1] and s[0] < b for a, b in spans[:n])]
    # The marks count too: a window shorter by all of them never grows beyond the limit.
    left, right = _window(passage, first, last, *spans[0], max(LONGEST - 2 * len(spans), LONGEST // 2))
    pieces, at = [], left
    for start, end in spans[: LONGEST // 4]:
        if left <= start and end <= right:
            pieces += [passage[at:start], OPEN, passage[start:end], CLOSE]
            at = end
    return "".join([*pieces, passage[at:right]])
