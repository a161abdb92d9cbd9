"""Saved searches in the SQLite store; see `index.saved.Saved` for what each method promises."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from index.row import utc
from index.saved import (
    Arrivals,
    Kept,
    SavedSearch,
    Sending,
    Told,
    faults_of,
    forgotten,
    orphans,
    search_of,
    sending_of,
    to_json,
    told_of,
)
from index.sqlite_file import SqliteFile


class SqliteSaved:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def put(self, search: SavedSearch) -> None:
        with self._file.writing() as db:
            db.execute(
                "INSERT INTO saved_searches (name, json) VALUES (?,?) ON CONFLICT (name) DO UPDATE SET json = excluded.json",
                (search.name, to_json(search)),
            )

    def get(self, name: str) -> SavedSearch | None:
        with self._file.reading() as db:
            row = db.execute("SELECT json FROM saved_searches WHERE name = ?", (name,)).fetchone()
        return search_of(row[0]) if row else None

    def all(self) -> list[SavedSearch]:
        with self._file.reading() as db:
            rows = db.execute("SELECT json FROM saved_searches ORDER BY name").fetchall()
        return [search_of(text) for (text,) in rows]

    def remove(self, name: str) -> None:
        with self._file.writing() as db:
            for table, column in (("saved_searches", "name"), ("told", "search"), ("sendings", "search")):
                db.execute(f"DELETE FROM {table} WHERE {column} = ?", (name,))

    def mark(self, name: str) -> str:
        with self._file.reading() as db:
            row = db.execute("SELECT mark FROM saved_searches WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def put_mark(self, name: str, mark: str) -> None:
        with self._file.writing() as db:
            db.execute("UPDATE saved_searches SET mark = ? WHERE name = ?", (mark, name))

    def arrived(self, after: str, limit: int) -> Arrivals:
        sql = "SELECT seq, id FROM arrivals JOIN incidents USING (n) WHERE seq > ? ORDER BY seq LIMIT ?"
        with self._file.snapshot() as db:
            rows = db.execute(sql, (int(after or 0), limit)).fetchall()
        return Arrivals(str(rows[-1][0]) if rows else after, tuple(incident_id for _, incident_id in rows))

    def told(self, name: str, incidents: Iterable[str]) -> dict[str, Told]:
        sql = "SELECT incident, json FROM told WHERE search = ? AND incident IN (SELECT value FROM json_each(?))"
        with self._file.reading() as db:
            rows = db.execute(sql, (name, json.dumps(sorted(set(incidents))))).fetchall()
        return {incident_id: told_of(text) for incident_id, text in rows}

    def latest(self, name: str, limit: int) -> list[Told]:
        sql = "SELECT json FROM told WHERE search = ? AND within = '' ORDER BY at DESC, incident DESC LIMIT ?"
        with self._file.reading() as db:
            rows = db.execute(sql, (name, limit)).fetchall()
        return [told_of(text) for (text,) in rows]

    def put_told(self, name: str, told: Sequence[Told]) -> None:
        rows = [(name, one.incident, utc(one.at), one.within, to_json(one)) for one in told]
        with self._file.writing() as db:
            db.executemany("INSERT OR REPLACE INTO told (search, incident, at, within, json) VALUES (?,?,?,?,?)", rows)

    def sendings(self, name: str | None = None) -> list[Sending]:
        sql = "SELECT json FROM sendings WHERE ?1 IS NULL OR search = ?1 ORDER BY made, id"
        with self._file.reading() as db:
            rows = db.execute(sql, (name,)).fetchall()
        return [sending_of(text) for (text,) in rows]

    def put_sendings(self, sendings: Sequence[Sending]) -> None:
        rows = [(one.id, one.search, utc(one.made), to_json(one)) for one in sendings]
        with self._file.writing() as db:
            db.executemany("INSERT OR REPLACE INTO sendings (id, search, made, json) VALUES (?,?,?,?)", rows)

    def sent(self, sending: Sending) -> None:
        with self._file.writing() as db:
            db.execute("DELETE FROM sendings WHERE id = ?", (sending.id,))

    def faults(self) -> list[str]:
        return faults_of(self._rows())

    def repair(self) -> list[str]:
        return forgotten(self, orphans(self._rows()))

    def _rows(self) -> list[Kept]:
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT 'saved', name, json FROM saved_searches UNION ALL SELECT 'told', search, json FROM told "
                "UNION ALL SELECT 'sending', search, json FROM sendings"
            ).fetchall()
        return [Kept(*row) for row in rows]
