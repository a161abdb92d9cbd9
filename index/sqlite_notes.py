"""Notes of collecting in the SQLite store; see `index.store.Store` for what each function promises."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from index.store import Note


def put(db: sqlite3.Connection, notes: Iterable[Note]) -> None:
    rows = [(n.kind, n.key, n.part, n.rank, json.dumps(n.data, ensure_ascii=True)) for n in notes]
    db.executemany("INSERT OR REPLACE INTO notes (kind, key, part, rank, json) VALUES (?,?,?,?,?)", rows)


def drop(db: sqlite3.Connection, kind: str, keys: Iterable[str]) -> None:
    db.executemany("DELETE FROM notes WHERE kind = ? AND key = ?", [(kind, key) for key in keys])


def get(db: sqlite3.Connection, kind: str, keys: Iterable[str]) -> dict[str, Note]:
    sql = "SELECT kind, key, part, rank, json FROM notes WHERE kind = ? AND key IN (SELECT value FROM json_each(?))"
    rows = db.execute(sql, (kind, json.dumps(list(keys)))).fetchall()
    return {row[1]: _note(row) for row in rows}


def ranked(db: sqlite3.Connection, kind: str, part: str | None, limit: int | None) -> list[Note]:
    where = "kind = ?" if part is None else "kind = ? AND part = ?"
    sql = f"SELECT kind, key, part, rank, json FROM notes WHERE {where} ORDER BY rank DESC, key LIMIT ?"
    rows = db.execute(sql, (kind, *([] if part is None else [part]), -1 if limit is None else limit)).fetchall()
    return [_note(row) for row in rows]


def count(db: sqlite3.Connection, kind: str) -> dict[str, int]:
    return dict(db.execute("SELECT part, count(*) FROM notes WHERE kind = ? GROUP BY part", (kind,)).fetchall())


def _note(row: tuple[str, str, str, str, str]) -> Note:
    return Note(row[0], row[1], row[2], row[3], json.loads(row[4]))
