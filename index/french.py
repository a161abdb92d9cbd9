"""French analysis for search: one text, two readings of each word (folded; folded and stemmed).

A name is never stemmed: Tours must not match *tour*. A word of a text is taken for a name when it stands
capitalised inside a sentence and is no word of the vocabularies, or is the name of a commune; a word of a
query when it is the name of a commune. Back ends store these tokens as they are, so that every store gives
the same answers. Stemming is Snowball's French algorithm on folded words, applied until it changes nothing
(`infirmieres` → `infirmier` → `infirm`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Set
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain
from pathlib import Path
from typing import NamedTuple

import snowballstemmer

from index.places import commune_words
from reference.folding import fold
from reference.vocabulary import NAMES, vocabulary

LONGEST_WORD = 40  # longer ones are no French words, and stemming takes time in the square of the length
_ROUNDS = 6
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
_WORD = re.compile(rf"([^\W_]+(?:[{_MARKS}]+[^\W_]*)*)")
_HYPHENS = frozenset("-‐‑‒–—−")
_APOSTROPHES = frozenset("'’‘ʼ′`´＇")
_SENTENCE_ENDS = frozenset('.!?…:;\n\r•«“"([')
_PLAIN = re.compile(r"[^\W_]+")


class Token(NamedTuple):
    """One word of a text: its two readings and the span (code points) it came from."""

    folded: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Language:
    stop_words: frozenset[str]
    elisions: frozenset[str]
    joined_always: frozenset[str]
    joined_over_hyphen: frozenset[str]
    stems: dict[str, str]
    abbreviations: dict[str, str]
    synonyms: dict[str, list[str]]


@cache
def _language() -> _Language:
    data = tomllib.loads((Path(__file__).parent / "french.toml").read_text(encoding="utf-8"))
    return _Language(
        stop_words=frozenset(data["stop_words"].split()),
        elisions=frozenset(data["elisions"].split()),
        joined_always=frozenset(data["joined_always"].split()),
        joined_over_hyphen=frozenset(data["joined_over_hyphen"].split()),
        stems={word: stem for stem, words in data["stems"].items() for word in words.split()},
        abbreviations=data["abbreviations"],
        synonyms=data["synonyms"],
    )


_snowball = snowballstemmer.stemmer("french")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one folded word; words of three letters or fewer, numbers and monsters stay as they are."""
    fixed = _language().stems.get(word)
    if fixed:
        return fixed
    if len(word) > LONGEST_WORD or not word.isalpha():
        return word
    for _ in range(_ROUNDS):
        shorter = fold(_snowball.stemWord(word)) if len(word) > 3 else word
        if shorter == word or not shorter:
            break
        word = shorter
    return word


@cache
def _common_stems() -> frozenset[str]:
    """Stems of the words of the vocabularies: capitalised, they are still no names (`Hôpital`, `Urgences`)."""
    wordings = (w for name in NAMES for term in vocabulary(name).values() for w in (term.label, *term.wordings))
    synonyms = (w for group in _language().synonyms.values() for w in group)
    words = (w for text in (*wordings, *synonyms) for w in _PLAIN.findall(fold(text)))
    return frozenset(stem(w) for w in words if len(w) > 3)


@lru_cache(maxsize=50_000)
def is_name(word: str) -> bool:
    """Whether a folded word is the name of a commune and no word of the vocabularies."""
    return word in commune_words() and stem(word) not in _common_stems()


class _Reading(NamedTuple):
    folded: str
    stem: str
    common: bool  # a word of the vocabularies
    town: bool
    prefix: bool  # may join the next word


class _Written(NamedTuple):
    """What can be told from a word as it is written, whatever stands around it."""

    readings: tuple[_Reading, ...]
    alone: _Reading | None  # its one reading, when no neighbour can change it
    elided: bool
    capital: bool
    upper: bool
    lower: bool  # neither


@lru_cache(maxsize=100_000)
def _written(word: str) -> _Written:
    language = _language()
    readings = tuple(_reading(language.abbreviations.get(w, w)) for w in _PLAIN.findall(fold(word)))
    elided = fold(word) in language.elisions
    alone = readings[0] if len(readings) == 1 and not elided and not readings[0].prefix else None
    capital, upper = word[0].isupper(), word.isupper()
    return _Written(readings, alone, elided, capital, upper, not (capital or upper))


@lru_cache(maxsize=100_000)
def _reading(folded: str) -> _Reading:
    language = _language()
    prefix = folded in language.joined_always or folded in language.joined_over_hyphen
    return _Reading(folded, stem(folded), stem(folded) in _common_stems(), is_name(folded), prefix)


class Words(NamedTuple):
    """The words of a text in order, in their two readings."""

    folded: list[str]
    stems: list[str]


def words(text: str, *, query: bool = False, name: bool = False) -> Words:
    """The words of a text in order, elided articles dropped, joined prefixes joined.

    In a `query` nothing but the names of communes is taken for a name, since people type in lower case; in a
    `name` everything but the words of the vocabularies.
    """
    return _told(_read(_WORD.split(text)), query, name)


def tokens(text: str, *, query: bool = False, name: bool = False) -> list[Token]:
    """As `words`, with where each word stands."""
    pieces = _WORD.split(text)
    read = _read(pieces)
    starts = list(accumulate(map(len, pieces), initial=0))
    spans = [(starts[first], starts[last + 1]) for first, last in zip(read.first, read.last, strict=True)]
    told = _told(read, query, name)
    return [Token(f, s, *span) for f, s, span in zip(*told, spans, strict=True)]


def may_hold(text: str, read: Set[str], beginnings: tuple[str, ...] = ()) -> bool:
    """False only when no word of the text can be read (folded or stemmed) as any of these, whatever stands around it:
    much faster to tell than reading the text."""
    every = chain.from_iterable(map(_readings, set(text.split())))
    if beginnings:
        return any(one in read or not one or one.startswith(beginnings) for one in every)
    return not (read | {""}).isdisjoint(every)


@lru_cache(maxsize=100_000)
def _readings(piece: str) -> frozenset[str]:
    """All that the words of a text between two blanks can be read as; "" when one of them may join the next."""
    every = [reading for written in map(_written, _WORD.split(piece)[1::2]) for reading in written.readings]
    return frozenset(one for r in every for one in (r.folded, r.stem, *([""] if r.prefix else ())))


class _Text(NamedTuple):
    """The words of a text with the pieces (`_WORD.split`) that each begins and ends in; which of them are capitalised,
    with whether they open a sentence, where a capital means nothing; how many are all in capitals."""

    readings: list[_Reading]
    first: list[int]
    last: list[int]
    capitals: list[tuple[int, bool]]
    upper: int


def _told(read: _Text, query: bool, name: bool) -> Words:
    folded = [r.folded for r in read.readings]
    if name:
        return Words(folded, [r.folded if r.town or not r.common else r.stem for r in read.readings])
    if query or read.upper * 2 > len(folded):
        return Words(folded, [r.folded if r.town else r.stem for r in read.readings])
    stems = [r.stem for r in read.readings]
    for n, opens in read.capitals:
        reading = read.readings[n]
        if reading.town or not (opens or reading.common):
            stems[n] = reading.folded
    return Words(folded, stems)


_Word = tuple[_Reading, _Written, bool, int, int]


def _read(pieces: list[str]) -> _Text:
    """Of a text cut into what stands between words (even places) and words (odd places)."""
    readings: list[_Reading] = []
    first: list[int] = []
    last: list[int] = []
    capitals: list[tuple[int, bool]] = []
    upper = 0
    waiting: _Word | None = None  # a prefix, until the next word is known
    opens = True

    def add(reading: _Reading, written: _Written, opens: bool, begin: int, end: int) -> None:
        nonlocal upper
        upper += written.upper
        if written.capital:
            capitals.append((len(readings), opens))
        readings.append(reading)
        first.append(begin)
        last.append(end)

    at = -1
    for between, written in zip(pieces[::2], map(_written, pieces[1::2]), strict=False):
        at += 2
        if between != " " and not _SENTENCE_ENDS.isdisjoint(between):
            opens = True
        if written.elided and pieces[at + 1][:1] in _APOSTROPHES:
            continue
        if written.alone and waiting is None:
            if written.lower:  # nearly every word
                readings.append(written.alone)
                first.append(at)
                last.append(at)
            else:
                add(written.alone, written, opens, at, at)
            opens = False
            continue
        for reading in written.readings:
            word: _Word = (reading, written, opens, at, at)
            if waiting:
                gap = "".join(pieces[waiting[4] + 1 : at])
                if _joins(waiting[0].folded, gap):
                    word = (_reading(waiting[0].folded + reading.folded), *waiting[1:4], at)
                else:
                    add(*waiting)
                waiting = None
            if word[0].prefix:
                waiting = word
            else:
                add(*word)
        opens = False
    if waiting:
        add(*waiting)
    return _Text(readings, first, last, capitals, upper)


def _joins(prefix: str, between: str) -> bool:
    gap = between.strip()
    if len(gap) == 1 and gap in _HYPHENS and between == gap:
        return True
    return not gap and prefix in _language().joined_always and "\n" not in between


def is_stop_word(folded: str) -> bool:
    return folded in _language().stop_words


@cache
def synonyms() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Stems of a wording → the folded words of every other wording of its group."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for group in _language().synonyms.values():
        wordings = [tuple(t.folded for t in tokens(w, query=True)) for w in group]
        for wording in wordings:
            key = tuple(stem(w) for w in wording if not is_stop_word(w))
            found.setdefault(key, []).extend(w for w in wordings if w != wording)
    return {key: tuple(dict.fromkeys(others)) for key, others in found.items()}
