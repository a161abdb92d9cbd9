"""What the SQLite store holds, and what is wrong with it."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from index.store import Info
from records import Act, Article, Incident, Report

_DANGLING = (
    ("Rapport sans article : {}.", "SELECT url FROM reports WHERE relevant AND url NOT IN (SELECT url FROM articles)"),
    (
        "Incident appuyé sur un rapport absent : {}.",
        "SELECT url FROM members EXCEPT SELECT url FROM reports",
    ),
    (
        "L'id fusionné {} ne mène nulle part.",
        "SELECT id FROM fates WHERE kind = 'merged' "
        "AND other NOT IN (SELECT id FROM incidents UNION ALL SELECT id FROM fates WHERE kind <> 'split')",
    ),
    (
        "L'incident {} est présent, et pourtant fusionné ou retiré.",
        "SELECT id FROM fates WHERE kind <> 'split' AND id IN (SELECT id FROM incidents)",
    ),
    ("L'incident {} manque à la recherche.", "SELECT id FROM incidents WHERE n NOT IN (SELECT rowid FROM search)"),
    (
        "La recherche garde la ligne disparue {}.",
        "SELECT rowid FROM search EXCEPT SELECT n FROM incidents",
    ),
)


_INCIDENTS = "incidents JOIN incident_records USING (n)"
_RECORDS = (("articles", "url", Article), ("reports", "url", Report), (_INCIDENTS, "id", Incident), ("acts", "id", Act))


def info(db: sqlite3.Connection, url: str, path: Path) -> Info:
    def count(table: str) -> int:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    changed = db.execute("SELECT max(last_changed) FROM incidents").fetchone()[0]
    beside = (path, path.with_name(path.name + "-wal"))
    return Info(
        url=url,
        schema_version=int(db.execute("PRAGMA user_version").fetchone()[0]),
        articles=count("articles"),
        reports=count("reports"),
        incidents=count("incidents"),
        searches=count("saved_searches"),
        bytes=sum(p.stat().st_size for p in beside if p.exists()),
        last_changed=datetime.fromisoformat(changed) if changed else None,
    )


def faults(db: sqlite3.Connection) -> list[str]:
    """One French sentence for each fault: damaged pages, search out of step, links that lead nowhere."""
    found = [f"Fichier endommagé : {line}." for (line,) in db.execute("PRAGMA integrity_check(20)") if line != "ok"]
    found += [f"Lien rompu dans la table {row[0]}, ligne {row[1]}." for row in db.execute("PRAGMA foreign_key_check")]
    for sentence, sql in _DANGLING:
        found += [sentence.format(value) for (value,) in db.execute(sql)]
    found += _unreadable(db)
    return found


def is_out_of_step(db: sqlite3.Connection) -> bool:
    """Whether an incident is missing in the search, or the search holds one that is gone."""
    here, there = "SELECT n FROM incidents", "SELECT rowid FROM search"
    sql = f"SELECT * FROM ({here} EXCEPT {there}) UNION SELECT * FROM ({there} EXCEPT {here})"
    return db.execute(sql).fetchone() is not None


def check_search(db: sqlite3.Connection) -> list[str]:
    """FTS5's own check, which wants a connection that may write."""
    try:
        db.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    except sqlite3.DatabaseError:
        return ["L'index de recherche est endommagé : lancez « vigie store reindex »."]
    return []


def _unreadable(db: sqlite3.Connection) -> list[str]:
    found = []
    for table, key, record in _RECORDS:
        for name, text in db.execute(f"SELECT {key}, json FROM {table}"):
            try:
                record.model_validate_json(text)
            except ValidationError:
                found.append(f"Enregistrement illisible : {name}.")
    return found
