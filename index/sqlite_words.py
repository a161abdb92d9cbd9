"""Words in the SQLite store: FTS5 expressions, the rows that match, and how they rank (see `index.relevance`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.relevance import FOLDED, STEMS
from index.words import Term, Word, Wording


class _Place(NamedTuple):
    """Words in order, looked for in each of the columns."""

    columns: dict[str, float]
    expression: str

    @property
    def anywhere(self) -> str:
        return f"{{{' '.join(self.columns)}}} : {self.expression}"


def find(
    db: sqlite3.Connection, terms: Sequence[Term], ranked: bool, size: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64] | None]:
    """By row number below `size`, whether all the words are found; when `ranked`, what the row weighs too."""
    wanted = [t for t in terms if not t.excluded]
    found = np.ones(size, bool)
    weights = None
    if wanted:
        everything = " AND ".join(f"({_match(t)})" for t in wanted)
        if ranked:
            weighed = [_weighed(db, term, f"({everything}) AND " if len(wanted) > 1 else "", size) for term in wanted]
            weights = sum(weighed, np.zeros(size))
            found = np.all([term > 0 for term in weighed], axis=0)
        else:
            found = np.zeros(size, bool)
            found[_rows(db, everything, size)] = True
    for term in terms:
        if term.excluded:
            found[_rows(db, _match(term), size)] = False
    return found, weights


def _rows(db: sqlite3.Connection, match: str, size: int) -> npt.NDArray[np.int64]:
    """As one text: a row of its own for each would take longer than finding it."""
    text = db.execute("SELECT group_concat(rowid) FROM search WHERE search MATCH ?", (match,)).fetchone()[0]
    rows = np.fromstring(text or "", np.int64, sep=",")
    return rows[rows < size]


def _weighed(db: sqlite3.Connection, term: Term, within: str, size: int) -> npt.NDArray[np.float64]:
    """Best place of a word, words of a wording added, best wording; 0 where the term is not found."""

    def best(places: Iterable[_Place]) -> npt.NDArray[np.float64]:
        by_weight: dict[float, list[str]] = {}
        for place in places:
            for column, weight in place.columns.items():
                by_weight.setdefault(weight, []).append(f"{{{column}}} : {place.expression}")
        found = np.zeros(size)
        for weight, either in sorted(by_weight.items()):
            found[_rows(db, f"{within}({' OR '.join(either)})", size)] = weight
        return found

    read = [_words(wording) for wording in term.wordings]
    weighed = [best(place for words in read if len(words) == 1 for place in words[0])]
    for words in (words for words in read if len(words) > 1):
        each = np.array([best(places) for places in words])
        weighed.append(np.where((each > 0).all(axis=0), each.sum(axis=0), 0.0))
    heaviest: npt.NDArray[np.float64] = np.max(weighed, axis=0)
    return heaviest


def _match(term: Term) -> str:
    return " OR ".join(f"({_together(_words(w))})" for w in term.wordings)


def _together(words: Iterable[Sequence[_Place]]) -> str:
    """FTS5 syntax made of quoted words only: nothing a user types is ever an operator."""
    return " AND ".join(f"({' OR '.join(place.anywhere for place in places)})" for places in words)


def _words(wording: Wording) -> list[list[_Place]]:
    """What must all be found, each in one of several places."""
    folded = [w.folded for w in wording.words]
    if wording.phrase:
        places = [_Place(FOLDED, _quoted(folded, wording.prefix))]
        return [places if wording.exact else [*places, _Place(STEMS, _quoted([w.stem for w in wording.words]))]]
    if wording.exact:
        return [[_Place(FOLDED, _quoted([word], wording.prefix))] for word in folded]
    return [_either(word) for word in wording.words]


def _either(word: Word) -> list[_Place]:
    return [_Place(FOLDED, _quoted([word.folded])), _Place(STEMS, _quoted([word.stem]))]


def _quoted(words: Sequence[str], prefix: bool = False) -> str:
    text = " ".join(words).replace('"', '""')
    return f'"{text}"{" *" if prefix else ""}'
