"""Putting right the misspelt names of a search that found nothing, from the names that the store holds."""

from __future__ import annotations

import re
import sqlite3

from rapidfuzz.distance import DamerauLevenshtein

from index.french import is_stop_word, tokens
from index.searchable import names
from index.words import parse
from records import Incident

_SHORTEST = 4


def learn(db: sqlite3.Connection, incident: Incident) -> None:
    """Keep how the words of an incident's names are written."""
    words = [(t.folded, name[t.start : t.end]) for name in names(incident) for t in tokens(name, name=True)]
    telling = [(w, s) for w, s in words if len(w) >= _SHORTEST and w.isalpha() and not is_stop_word(w)]
    db.executemany("INSERT OR IGNORE INTO name_words (word, spelling) VALUES (?,?)", telling)


def suggest(db: sqlite3.Connection, words: str) -> str | None:
    corrected, changed = words, False
    for token in reversed(tokens(words, query=True)):
        if len(token.folded) < _SHORTEST or not token.folded.isalpha() or _is_known(db, token.folded, token.stem):
            continue
        spelling = _nearest(db, token.folded)
        if spelling:
            corrected = corrected[: token.start] + spelling + corrected[token.end :]
            changed = True
    return corrected if changed else None


def _is_known(db: sqlite3.Connection, folded: str, stem: str) -> bool:
    for column, word in (("names titles body", folded), ("labels titles_stem body_stem", stem)):
        match = f'{{{column}}} : "{word}"'
        if db.execute("SELECT 1 FROM search WHERE search MATCH ? LIMIT 1", (match,)).fetchone():
            return True
    return len(parse(folded)) == 1 and len(parse(folded)[0].wordings) > 1


def _nearest(db: sqlite3.Connection, word: str) -> str | None:
    allowed = 1 if len(word) < 6 else 2
    rows = db.execute(
        "SELECT word, spelling FROM name_words WHERE length(word) BETWEEN ? AND ?",
        (len(word) - allowed, len(word) + allowed),
    )
    best: tuple[int, bool, str, str] | None = None
    for known, spelling in rows:
        distance = DamerauLevenshtein.distance(word, known, score_cutoff=allowed)
        if distance > allowed:
            continue
        found = (distance, known[0] != word[0], known, re.sub(r"\s+", " ", spelling))
        best = min(best, found) if best else found
    return best[3] if best else None
