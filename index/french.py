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
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import snowballstemmer

from index.places import commune_words
from reference.folding import fold
from reference.vocabulary import NAMES, vocabulary

LONGEST_WORD = 40  # longer ones are no French words, and stemming takes time in the square of the length
_ROUNDS = 6
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_HYPHENS = frozenset("-‐‑‒–—−")
_APOSTROPHES = frozenset("'’‘ʼ′`´＇")
_SENTENCE_ENDS = frozenset('.!?…:;\n\r•«“"([')
_PLAIN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Token:
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


@lru_cache(maxsize=200_000)
def _readings(word: str) -> tuple[str, ...]:
    """A word as written → its folded words (nearly always one)."""
    abbreviations = _language().abbreviations
    return tuple(abbreviations.get(w, w) for w in _PLAIN.findall(fold(word)))


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


def tokens(text: str, *, query: bool = False, name: bool = False) -> list[Token]:
    """The words of a text in order, elided articles dropped, joined prefixes joined.

    In a `query` nothing but the names of communes is taken for a name, since people type in lower case; in a
    `name` everything but the words of the vocabularies.
    """
    found = list(_joined(text))
    if name:
        return [t if t.stem in _common_stems() and not is_name(t.folded) else _protected(t) for t, _ in found]
    shouting = sum(1 for t, _ in found if text[t.start : t.end].isupper()) * 2 > len(found)
    if query or shouting:
        return [_protected(t) if is_name(t.folded) else t for t, _ in found]
    return [_protected(t) if _is_name_in_text(t, text, opens) else t for t, opens in found]


def _is_name_in_text(token: Token, text: str, opens: bool) -> bool:
    if not text[token.start].isupper():
        return False
    return is_name(token.folded) or (not opens and token.stem not in _common_stems())


def _protected(token: Token) -> Token:
    return Token(token.folded, token.folded, token.start, token.end)


def _joined(text: str) -> Iterator[tuple[Token, bool]]:
    """Tokens, and whether each opens a sentence (where a capital means nothing)."""
    language = _language()
    prefix: Token | None = None
    end_before = 0
    opening = True
    for match in _WORD.finditer(text):
        start, end = match.span()
        between = text[end_before:start]
        opens = opening or bool(_SENTENCE_ENDS.intersection(between))
        end_before = end
        opening = False
        if text[end : end + 1] in _APOSTROPHES and fold(match.group()) in language.elisions:
            opening = opens
            continue
        for folded in _readings(match.group()):
            token = Token(folded, stem(folded), start, end)
            if prefix and _joins(prefix.folded, text[prefix.end : start]):
                word = prefix.folded + folded
                token = Token(word, stem(word), prefix.start, end)
                prefix = None
            elif prefix:
                yield prefix, opens
                prefix = None
            if folded in language.joined_always or folded in language.joined_over_hyphen:
                prefix = token
                continue
            yield token, opens
    if prefix:
        yield prefix, False


def _joins(prefix: str, between: str) -> bool:
    language = _language()
    gap = between.strip()
    if len(gap) == 1 and gap in _HYPHENS and between == gap:
        return True
    return not gap and prefix in language.joined_always and "\n" not in between


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
