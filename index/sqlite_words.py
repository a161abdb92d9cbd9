"""Words in the SQLite store: FTS5 expressions, the rows that match, and how they rank (see `index.relevance`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from index.relevance import FOLDED, STEMS
from index.words import Term, Word, Wording


class _Place(NamedTuple):
    """Words in order, looked for in each of the columns."""

    columns: dict[str, float]
    expression: str

    @property
    def anywhere(self) -> str:
        return f"{{{' '.join(self.columns)}}} : {self.expression}"


def find(db: sqlite3.Connection, terms: Sequence[Term], ranked: bool) -> None:
    """Put the rows that hold all the words into `temp.found (n, score)`, once for the page and all its facets."""
    db.execute("DROP TABLE IF EXISTS temp.found")
    if not terms:
        return
    db.execute("CREATE TEMP TABLE found (n INTEGER PRIMARY KEY, score REAL)")
    wanted = [t for t in terms if not t.excluded]
    if not wanted:
        db.execute("INSERT INTO temp.found SELECT n, 0 FROM incidents")
    else:
        everything = " AND ".join(f"({_match(t)})" for t in wanted)
        sql, values = (
            _ranks(wanted, everything) if ranked else ("SELECT rowid, 0 FROM search WHERE search MATCH ?", [everything])
        )
        db.execute(f"INSERT INTO temp.found {sql}", values)
    for term in terms:
        if term.excluded:
            sql = "DELETE FROM temp.found WHERE n IN (SELECT rowid FROM search WHERE search MATCH ?)"
            db.execute(sql, (_match(term),))


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


def _ranks(terms: Sequence[Term], everything: str) -> tuple[str, list[str]]:
    """Rows and minus their weight: best place of a word, words of a wording added, best wording, terms added."""
    values: list[str] = []

    def word(places: Sequence[_Place]) -> str:
        found = []
        for place in places:
            for column, weight in place.columns.items():
                found.append(f"SELECT rowid n, {weight} w FROM search WHERE search MATCH ?")
                values.append(f"({everything}) AND {{{column}}} : {place.expression}")
        return f"SELECT n, max(w) w FROM ({' UNION ALL '.join(found)}) GROUP BY n"

    def wording(one: Wording) -> str:
        words = [word(places) for places in _words(one)]
        each = " UNION ALL ".join(f"SELECT n, w FROM ({sql})" for sql in words)
        return f"SELECT n, sum(w) w FROM ({each}) GROUP BY n HAVING count(*) = {len(words)}"

    def term(one: Term) -> str:
        each = " UNION ALL ".join(f"SELECT n, w FROM ({wording(w)})" for w in one.wordings)
        return f"SELECT n, max(w) w FROM ({each}) GROUP BY n"

    each = " UNION ALL ".join(f"SELECT n, w FROM ({term(t)})" for t in terms)
    return f"SELECT n, -sum(w) FROM ({each}) GROUP BY n", values
