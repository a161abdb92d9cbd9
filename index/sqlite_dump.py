"""Everything a SQLite store holds, row by row, for `index.copying`. See `index.store.PARTS`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from index.row import utc
from index.saved import sending_of, told_of
from index.store import Row
from records import Act, Article, Report

_BATCH = 500
# The rows of each part; the columns that hold JSON are in `_DECODED`.
_QUERIES = {
    "words": "SELECT word AS key, spelling FROM name_words",
    "articles": "SELECT url AS key, purged, json FROM articles",
    "reports": "SELECT url AS key, json FROM reports",
    "given": "SELECT CAST(year AS TEXT) AS key, last FROM given_ids",
    "fates": "SELECT id || ':' || kind AS key, at, other, why, members FROM fates",
    "acts": "SELECT id AS key, json FROM acts",
    "incidents": (
        "SELECT id AS key, json, "
        "(SELECT json_group_array(json_array(url, position)) FROM (SELECT url, position FROM members m "
        " WHERE m.n = i.n ORDER BY url, position)) AS members, "
        "(SELECT json_group_array(key) FROM (SELECT key FROM facility_keys k WHERE k.n = i.n ORDER BY key)) AS keys "
        "FROM incidents i JOIN incident_records USING (n)"
    ),
    "seen": "SELECT url AS key, outlet, at, outcome, reason, content_hash FROM seen",
    "outlets": (
        "SELECT outlet AS key, last_attempt, last_success, last_error, next_try, seen, kept, failed FROM outlet_state"
    ),
    "notes": "SELECT kind || char(0) || key AS key, part, rank, json AS data FROM notes",
    "saved": "SELECT name AS key, json FROM saved_searches",
    "told": "SELECT search || char(0) || incident AS key, json FROM told",
    "sendings": "SELECT search || char(0) || id AS key, json FROM sendings",
}
_DECODED = {"fates": ("members",), "incidents": ("members", "keys"), "notes": ("data",)}


def dump(db: sqlite3.Connection, part: str) -> Iterator[Row]:
    cursor = db.execute(f"{_QUERIES[part]} ORDER BY 1")
    names = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(_BATCH):
        for values in rows:
            data = dict(zip(names, values, strict=True))
            for name in _DECODED.get(part, ()):
                data[name] = json.loads(data[name])
            if part == "articles":
                data["purged"] = bool(data["purged"])
            yield Row(data.pop("key"), data)


def load(db: sqlite3.Connection, part: str, rows: Sequence[Row], put_incident: Callable[[Row], None]) -> None:
    """Rows as `dump` gives them, of this store or another. Incidents are put by the store, which knows their search."""
    if part == "incidents":
        for row in rows:
            put_incident(row)
        return
    for row in rows:
        names, values = zip(*_columns(part, row).items(), strict=True)
        marks = ",".join("?" * len(names))
        db.execute(f"INSERT OR REPLACE INTO {_TABLES[part]} ({', '.join(names)}) VALUES ({marks})", values)
        if part == "acts":
            act = Act.model_validate_json(row.data["json"])
            urls = sorted({anchor.url for anchor in (*act.on, *act.other_on)})
            db.executemany("INSERT OR IGNORE INTO act_articles (url, act) VALUES (?,?)", [(u, row.key) for u in urls])


_TABLES = {
    "words": "name_words",
    "articles": "articles",
    "reports": "reports",
    "given": "given_ids",
    "fates": "fates",
    "acts": "acts",
    "seen": "seen",
    "outlets": "outlet_state",
    "notes": "notes",
    "saved": "saved_searches",
    "told": "told",
    "sendings": "sendings",
}


def _columns(part: str, row: Row) -> dict[str, Any]:
    """The columns of a row, those that are read from its record among them."""
    data = dict(row.data)
    match part:
        case "articles":
            article = Article.model_validate_json(data["json"])
            fetched = utc(article.fetched) if article.fetched else None
            return {"url": row.key, "fetched": fetched, "content_hash": article.content_hash, **data}
        case "reports":
            report = Report.model_validate_json(data["json"])
            return {"url": row.key, "relevant": report.relevant, "victims": len(report.incidents), **data}
        case "acts":
            return {"id": row.key, "at": utc(Act.model_validate_json(data["json"]).at), **data}
        case "fates":
            incident_id, kind = row.key.split(":")
            return {"id": incident_id, "kind": kind, **data, "members": json.dumps(data["members"])}
        case "notes":
            kind, key = row.key.split("\0")
            return {"kind": kind, "key": key, "part": data["part"], "rank": data["rank"], "json": _text(data["data"])}
        case "told":
            told = told_of(data["json"])
            return {
                "search": row.key.split("\0")[0],
                "incident": told.incident,
                "at": utc(told.at),
                "within": told.within,
                **data,
            }
        case "sendings":
            sending = sending_of(data["json"])
            return {"id": sending.id, "search": sending.search, "made": utc(sending.made), **data}
    return {_KEYS[part]: row.key, **data}


_KEYS = {"words": "word", "given": "year", "seen": "url", "outlets": "outlet", "saved": "name"}


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=True)
