"""How the SQLite store knows words of names: see `index.spelling`."""

from __future__ import annotations

import sqlite3

from index.french import Token
from index.spelling import corrected


def suggest(db: sqlite3.Connection, words: str) -> str | None:
    def is_found(token: Token) -> bool:
        for columns, word in (("names titles body", token.folded), ("labels titles_stem body_stem", token.stem)):
            match = f'{{{columns}}} : "{word}"'
            if db.execute("SELECT 1 FROM search WHERE search MATCH ? LIMIT 1", (match,)).fetchone():
                return True
        return False

    def near(word: str, allowed: int) -> list[tuple[str, str]]:
        sql = "SELECT word, spelling FROM name_words WHERE length(word) BETWEEN ? AND ?"
        return db.execute(sql, (len(word) - allowed, len(word) + allowed)).fetchall()

    return corrected(words, is_found, near)
