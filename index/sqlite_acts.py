"""The SQLite store's log of acts, and what became of ids. See `index.store` for what each promises."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from index.store import Fate, Member
from records import Act

# The incident an id leads to: itself, or the end of a chain of merges.
SUCCESSOR = (
    "WITH RECURSIVE way (id) AS (SELECT ?1 UNION SELECT f.other FROM fates f JOIN way USING (id) WHERE f.kind = 'merged') "
    "SELECT way.id FROM way JOIN incidents USING (id)"
)
_FATE = "SELECT id, kind, at, other, why, members FROM fates"


def successor(db: sqlite3.Connection, incident_id: str) -> str | None:
    row = db.execute(SUCCESSOR, (incident_id,)).fetchone()
    return str(row[0]) if row else None


def put_fate(db: sqlite3.Connection, fate: Fate) -> None:
    if fate.kind != "split":
        revive(db, fate.id)
    at = fate.at.astimezone(UTC).isoformat(timespec="microseconds")
    db.execute(
        "INSERT OR REPLACE INTO fates (id, kind, at, other, why, members) VALUES (?,?,?,?,?,?)",
        (fate.id, fate.kind, at, fate.other, fate.why, json.dumps(fate.members)),
    )


def revive(db: sqlite3.Connection, incident_id: str) -> None:
    db.execute("DELETE FROM fates WHERE id = ? AND kind <> 'split'", (incident_id,))


def fate(db: sqlite3.Connection, incident_id: str) -> Fate | None:
    row = db.execute(f"{_FATE} WHERE id = ? AND kind <> 'split'", (incident_id,)).fetchone()
    return _fate(row) if row else None


def fates(db: sqlite3.Connection) -> list[Fate]:
    return [_fate(row) for row in db.execute(f"{_FATE} ORDER BY id, kind")]


def _fate(row: tuple[Any, ...]) -> Fate:
    members = tuple(Member(*m) for m in json.loads(row[5]))
    return Fate(row[0], row[1], datetime.fromisoformat(row[2]), row[3], row[4], members)


def add_act(db: sqlite3.Connection, act: Act) -> bool:
    at = act.at.astimezone(UTC).isoformat(timespec="microseconds")
    added = db.execute(
        "INSERT OR IGNORE INTO acts (id, at, json) VALUES (?,?,?)", (act.id, at, act.model_dump_json())
    ).rowcount
    urls = sorted({anchor.url for anchor in (*act.on, *act.other_on)})
    if added:
        db.executemany("INSERT INTO act_articles (url, act) VALUES (?,?)", [(url, act.id) for url in urls])
    return bool(added)


def acts(db: sqlite3.Connection, urls: Iterable[str] | None) -> list[str]:
    """JSON texts, by time, then id."""
    if urls is None:
        return [row[0] for row in db.execute("SELECT json FROM acts ORDER BY at, id")]
    rows = db.execute(
        "SELECT json FROM acts WHERE id IN "
        "(SELECT act FROM act_articles WHERE url IN (SELECT value FROM json_each(?))) ORDER BY at, id",
        (json.dumps(sorted(set(urls))),),
    )
    return [row[0] for row in rows]
