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
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, islice
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
_SENTENCE_ENDS = frozenset('.!?…:;•«“"([')
_ENDS = ",.;:!?…»)"  # what a word may be followed by, but for a few
_PLAIN = re.compile(r"[^\W_]+")
_STRETCH = re.compile(r"\S+").finditer
_MOST_CHUNKS = 250_000  # some 100 MB


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
_snowball.maxCacheSize = 0  # stems are kept here; its own cache costs more than it spares


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one folded word; words of three letters or fewer, numbers and monsters stay as they are."""
    fixed = _language().stems.get(word)
    if fixed:
        return fixed
    if len(word) > LONGEST_WORD or not word.isalpha():
        return word
    for _ in range(_ROUNDS):
        shorter = _snowball.stemWord(word) if len(word) > 3 else word
        shorter = shorter if shorter.isascii() else fold(shorter)
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


class _Reading(NamedTuple):
    folded: str
    stem: str
    common: bool  # a word of the vocabularies
    town: bool
    prefix: bool  # may join the next word


@lru_cache(maxsize=100_000)
def _readings(word: str) -> tuple[_Reading, ...]:
    """Of a word as it is written; nearly always one."""
    folded = fold(word)
    plain = (folded,) if folded.isalnum() else _PLAIN.findall(folded)
    return tuple(_reading(_language().abbreviations.get(w, w)) for w in plain)


def _reading(folded: str) -> _Reading:
    language = _language()
    prefix = folded in language.joined_always or folded in language.joined_over_hyphen
    stemmed = stem(folded)
    common = stemmed in _common_stems()
    return _Reading(folded, stemmed, common, not common and folded in commune_words(), prefix)


class _Word(NamedTuple):
    """One word of a text, its elided article left out, with its span."""

    reading: _Reading
    written: str
    opens: bool | None  # whether it opens a sentence; None: if what comes before the chunk says so
    start: int
    end: int


_Cased = tuple[int, bool | None, bool, bool]  # of a word with capitals: see `_capitals`


class _Chunk(NamedTuple):
    """What stands between two blanks. `folded`, `stems`: its words with blanks between.

    `plain`: that says all of it. Else it has capitals, ends a sentence, joins what comes next, or is no word.
    """

    folded: str
    stems: str
    plain: bool
    readings: tuple[_Reading, ...]
    spans: tuple[tuple[int, int], ...]
    cased: tuple[_Cased, ...] = ()
    opens: bool | None = False  # whether the next word opens a sentence; None: as before
    begins: bool = True  # with a word that a prefix may join
    waits: bool = False  # ends in a prefix that joins the next word over a blank


_LINE = _Chunk("", "", False, (), (), opens=True, begins=False)  # before each line


def _cut(text: str) -> _Chunk:
    word = text.rstrip(_ENDS)
    if word.isalpha():
        alone = _readings(word)
        if len(alone) == 1 and not alone[0].prefix:  # nearly always
            return _cut_word(word, alone, not _SENTENCE_ENDS.isdisjoint(text[len(word) :]))
    words, opens = _words(text)
    readings, spans = tuple(word.reading for word in words), _kept(*((word.start, word.end) for word in words))
    cased = tuple(_capitals(words))
    begins = bool(words) and words[0].start == 0 and not any(r.prefix for r in _readings(words[0].written))
    waits = bool(words) and words[-1].end == len(text) and readings[-1].folded in _language().joined_always
    folded, stems = " ".join(r.folded for r in readings), " ".join(r.stem for r in readings)
    plain = bool(words) and opens is False and not cased and not waits
    return _Chunk(folded, stems, plain, readings, spans, cased, opens, begins, waits)


def _cut_word(word: str, alone: tuple[_Reading, ...], ends: bool) -> _Chunk:
    """As `_cut`, of a word by itself or with what ends a sentence behind it."""
    capital, upper = word[0].isupper(), word.isupper()
    cased: tuple[_Cased, ...] = ((0, None, capital, upper),) if capital or upper else ()
    plain = not (cased or ends)
    return _Chunk(alone[0].folded, alone[0].stem, plain, alone, _kept((0, len(word))), cased, ends)


@lru_cache(maxsize=10_000)
def _kept(*spans: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Those of many chunks, once."""
    return spans


def _words(chunk: str) -> tuple[list[_Word], bool | None]:
    """The words of a chunk, and whether the next one opens a sentence (None: as before)."""
    words: list[_Word] = []
    waiting: _Word | None = None  # a prefix, until the next word is known
    opens: bool | None = None
    pieces = _WORD.split(chunk)
    after = len(pieces[0])
    for before, written, gap in zip(pieces[::2], pieces[1::2], pieces[2::2], strict=False):
        start, end = after, after + len(written)
        after = end + len(gap)
        if not _SENTENCE_ENDS.isdisjoint(before):
            opens = True
        if gap[:1] in _APOSTROPHES and fold(written) in _language().elisions:
            continue
        for reading in _readings(written):
            word = _Word(reading, written, opens, start, end)
            if waiting and _joins(waiting.reading.folded, chunk[waiting.end : start]):
                word = waiting._replace(reading=_reading(waiting.reading.folded + reading.folded), end=end)
            elif waiting:
                words.append(waiting)
            waiting = word if word.reading.prefix else None
            if not waiting:
                words.append(word)
        opens = False
    if waiting:
        words.append(waiting)
    return words, opens if _SENTENCE_ENDS.isdisjoint(pieces[-1]) else True


def _joins(prefix: str, gap: str) -> bool:
    return (len(gap) == 1 and gap in _HYPHENS) or (not gap and prefix in _language().joined_always)


def _capitals(words: Iterable[_Word]) -> Iterator[_Cased]:
    """Of words with capitals: which it is, whether it opens a sentence, whether its first letter is one, or all are."""
    for n, word in enumerate(words):
        capital, upper = word.written[0].isupper(), word.written.isupper()
        if capital or upper:
            yield n, word.opens, capital, upper


class _Chunks(dict[str, _Chunk]):
    """Those of ordinary length are cut once: texts use the same ones again and again."""

    def __missing__(self, text: str) -> _Chunk:
        chunk = _cut(text)
        if len(text) <= LONGEST_WORD:
            if len(self) >= _MOST_CHUNKS:
                self.clear()
            self[text] = chunk
        return chunk


_chunk = _Chunks().__getitem__


class Words(NamedTuple):
    """The words of a text in order, in their two readings, blanks between."""

    folded: str
    stems: str


def words(text: str, *, query: bool = False, name: bool = False) -> Words:
    """The words of a text in order, elided articles dropped, joined prefixes joined.

    In a `query` nothing but the names of communes is taken for a name, since people type in lower case; in a
    `name` everything but the words of the vocabularies.
    """
    chunks = []
    for line in text.replace("\r", "\n").split("\n"):
        chunks.append(_LINE)
        chunks += _line(line.split())
    folded, stems, plain = map(list, islice(zip(*chunks, strict=True), 3))
    upper, before, opens = 0, -1, True
    for n in [n for n, is_plain in enumerate(plain) if not is_plain]:
        chunk = chunks[n]
        opens = opens and n == before + 1  # else there are words in between
        if chunk.cased:
            own = [r.stem for r in chunk.readings]
            for k, starts, capital, every in chunk.cased:
                reading = chunk.readings[k]
                upper += every
                if capital and (reading.town or not (reading.common or (opens if starts is None else starts))):
                    own[k] = reading.folded
            stems[n] = " ".join(own)
        opens, before = (opens if chunk.opens is None else chunk.opens), n
    together = " ".join(filter(None, folded))
    if name or query or upper * 2 > together.count(" ") + 1:
        keeps = _is_no_word if name else _is_town
        stems = [r.folded if keeps(r) else r.stem for chunk in chunks for r in chunk.readings]
    return Words(together, " ".join(filter(None, stems)))


def _is_town(reading: _Reading) -> bool:
    return reading.town


def _is_no_word(reading: _Reading) -> bool:
    return reading.town or not reading.common


def _line(texts: list[str]) -> list[_Chunk]:
    """The chunks of a line, `cyber attaque` as one."""
    chunks = list(map(_chunk, texts))
    for n in [n for n, chunk in enumerate(chunks) if chunk.waits][::-1]:
        if n + 1 < len(chunks) and chunks[n + 1].begins:
            chunks[n : n + 2] = [_chunk(f"{texts[n]}-{texts[n + 1]}")]
    return chunks


def tokens(text: str, *, query: bool = False, name: bool = False) -> list[Token]:
    """As `words`, with where each word stands."""
    told = words(text, query=query, name=name)
    folded, stems = told.folded.split(), told.stems.split()
    chunks = [(m.start(), _chunk(m.group())) for m in _STRETCH(text)]
    starts = [at + start for at, chunk in chunks for start, _ in chunk.spans]
    ends = [at + end for at, chunk in chunks for _, end in chunk.spans]
    if len(starts) > len(folded):  # some were joined over a blank
        read = [reading.folded for _, chunk in chunks for reading in chunk.readings]
        for n, word in enumerate(folded):
            if read[n] != word:
                read[n : n + 2], starts[n : n + 2], ends[n : n + 2] = [word], [starts[n]], [ends[n + 1]]
    return list(map(Token, folded, stems, starts, ends))


def may_hold(text: str, read: Set[str], beginnings: tuple[str, ...] = ()) -> bool:
    """False only when no word of the text can be read (folded or stemmed) as any of these, whatever stands around it:
    much faster to tell than reading the text."""
    every = chain.from_iterable(map(_may_be, set(text.split())))
    if beginnings:
        return any(one in read or not one or one.startswith(beginnings) for one in every)
    return not (read | {""}).isdisjoint(every)


@lru_cache(maxsize=100_000)
def _may_be(chunk: str) -> frozenset[str]:
    """All that the words of a chunk can be read as; "" when one of them may join the next."""
    readings = _chunk(chunk).readings
    return frozenset(one for r in readings for one in (r.folded, r.stem, *([""] if r.prefix else ())))


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
