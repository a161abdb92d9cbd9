"""Searching the SQLite store: words, filters, facets, order."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import degrees
from typing import Any, Literal

from index import sqlite_words
from index.extract import found_in
from index.facets import COLUMNS, LABELLED, PAIRS, buckets, communes, facilities, labelled, pair, refuse_unknown
from index.geography import EARTH, tile, zoom_of
from index.searchable import passages_of
from index.store import Box, Bucket, Cell, Hit, Near, Page, Query
from index.words import Term, parse
from records import Article, Incident

Read = Callable[[type[Any], str], Any]


# The tables of facets that go in pairs.
_PAIRED = {"service": "incident_services", "type": "incident_claims"}


@dataclass(frozen=True, slots=True)
class _Condition:
    sql: str
    values: tuple[Any, ...] = ()


def search(db: sqlite3.Connection, query: Query, offset: int, limit: int, facets: Sequence[str], read: Read) -> Page:
    refuse_unknown(facets)
    terms = parse(query.words)
    sqlite_words.find(db, terms, ranked=query.sort == "relevance")
    where, values = _where(query, terms)
    total = db.execute(f"SELECT count(*) FROM incidents {where}", values).fetchone()[0]
    page = f"SELECT n FROM incidents {where} ORDER BY {_order(query, terms)} LIMIT ? OFFSET ?"
    rows = [n for (n,) in db.execute(page, (*values, max(limit, 0), max(offset, 0)))]
    hits = tuple(_hit(db, read(Incident, text), terms, read) for text in texts(db, rows))
    return Page(total, hits, {facet: _facet(db, query, terms, facet) for facet in facets})


def in_order(db: sqlite3.Connection, query: Query) -> list[int]:
    """Row numbers of everything found, in the order of `search`."""
    terms = parse(query.words)
    sqlite_words.find(db, terms, ranked=query.sort == "relevance")
    where, values = _where(query, terms)
    return [n for (n,) in db.execute(f"SELECT n FROM incidents {where} ORDER BY {_order(query, terms)}", values)]


def texts(db: sqlite3.Connection, rows: Sequence[int]) -> Iterator[str]:
    marks = ",".join("?" * len(rows))
    found = dict(db.execute(f"SELECT n, json FROM incident_records WHERE n IN ({marks})", rows).fetchall())
    return (found[n] for n in rows)


def histogram(db: sqlite3.Connection, query: Query, by: Literal["month", "year"]) -> tuple[Bucket, ...]:
    terms = parse(query.words)
    sqlite_words.find(db, terms, ranked=False)
    where, values = _where(query, terms)
    length = 7 if by == "month" else 4
    sql = f"SELECT substr(day, 1, {length}) b, count(*) FROM incidents {where} GROUP BY b ORDER BY b"
    rows = db.execute(sql, values)
    return tuple(Bucket(value, value, count) for value, count in rows if value)


# filters
def _conditions(query: Query, terms: Sequence[Term]) -> dict[str, _Condition]:
    """What must hold, by the name of the facet it belongs to (`words` and `days` belong to none)."""
    found: dict[str, _Condition] = {}
    if terms:
        found["words"] = _Condition("n IN (SELECT n FROM temp.found)")
    if query.id:
        found["id"] = _Condition("id IN (SELECT value FROM json_each(?))", (json.dumps(query.id),))
    for facet, column in COLUMNS.items():
        if values := getattr(query, facet):
            found[facet] = _Condition(f"{column} IN ({_marks(values)})", tuple(values))
    if query.facility:
        found["facility"] = _either("facility", *facilities(query.facility))
    if query.commune:
        found["commune"] = _either("commune", query.commune, communes(query.commune))
    if query.outlet:
        sql = f"n IN (SELECT n FROM incident_reports WHERE outlet IN ({_marks(query.outlet)}))"
        found["outlet"] = _Condition(sql, query.outlet)
    for name, table in _PAIRED.items():
        if told := pair(query, name):
            one = _same_row(told)
            found[name] = _Condition(f"n IN (SELECT n FROM {table} WHERE {one.sql})", one.values)
    if query.near:
        found["near"] = _near(query.near)
    if query.box:
        found["box"] = _box(query.box)
    if query.since:
        found["since"] = _Condition("last_day >= ?", (query.since.isoformat(),))
    if query.until:
        found["until"] = _Condition("first_day <= ? AND first_day <> ''", (query.until.isoformat(),))
    return found


def _same_row(told: dict[str, tuple[str, ...]]) -> _Condition:
    """Both halves of one pair: closed emergencies, not emergencies touched and something closed."""
    sql = [f"{column} IN ({_marks(values)})" for column, values in told.items()]
    return _Condition(" AND ".join(sql) or "1", tuple(v for values in told.values() for v in values))


def _either(column: str, keys: Sequence[str], names: Sequence[str]) -> _Condition:
    sql = f"({column} IN ({_marks(keys)}) OR {column}_name IN ({_marks(names)}))"
    return _Condition(sql, (*keys, *names))


def _near(near: Near) -> _Condition:
    """The band of latitudes first, which an index answers."""
    band = degrees(near.km / EARTH) + 0.001
    sql = "lat BETWEEN ? AND ? AND km(lat, lon, ?, ?) <= ?"
    return _Condition(sql, (near.lat - band, near.lat + band, near.lat, near.lon, near.km))


def _box(box: Box) -> _Condition:
    across = "OR" if box.west > box.east else "AND"
    return _Condition(
        f"lat BETWEEN ? AND ? AND (lon >= ? {across} lon <= ?)", (box.south, box.north, box.west, box.east)
    )


def _where(query: Query, terms: Sequence[Term], but: str = "") -> tuple[str, tuple[Any, ...]]:
    conditions = [c for name, c in _conditions(query, terms).items() if name != but]
    if not conditions:
        return "", ()
    return "WHERE " + " AND ".join(f"({c.sql})" for c in conditions), tuple(v for c in conditions for v in c.values)


def _order(query: Query, terms: Sequence[Term]) -> str:
    if query.sort == "relevance" and terms:
        return "(SELECT score FROM temp.found f WHERE f.n = incidents.n), day DESC, id DESC"
    return "day DESC, id DESC"


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


# facets
def _facet(db: sqlite3.Connection, query: Query, terms: Sequence[Term], facet: str) -> tuple[Bucket, ...]:
    if facet in PAIRS:
        return _paired_facet(db, query, terms, facet)
    where, values = _where(query, terms, but=facet)
    if facet in LABELLED:
        rows = (
            f"SELECT {facet}, min({facet}_label), min({facet}_name), count(*) FROM incidents {where} GROUP BY {facet}"
        )
        return labelled(db.execute(rows, values))
    if facet in COLUMNS:
        sql = f"SELECT {COLUMNS[facet]} v, count(*) FROM incidents {where} GROUP BY v"
    else:
        within = f"WHERE n IN (SELECT n FROM incidents {where})" if where else ""
        sql = f"SELECT outlet v, count(DISTINCT n) FROM incident_reports {within} GROUP BY v"
    return buckets(facet, db.execute(sql, values))


def _paired_facet(db: sqlite3.Connection, query: Query, terms: Sequence[Term], facet: str) -> tuple[Bucket, ...]:
    where, values = _where(query, terms, but=PAIRS[facet])
    one = _same_row(pair(query, PAIRS[facet], but=facet))
    within = f"AND n IN (SELECT n FROM incidents {where})" if where else ""
    sql = f"SELECT {facet} v, count(DISTINCT n) FROM {_PAIRED[PAIRS[facet]]} WHERE {one.sql} {within} GROUP BY v"
    return buckets(facet, db.execute(sql, (*one.values, *values)))


def cells(db: sqlite3.Connection, query: Query, zoom: int) -> tuple[Cell, ...]:
    terms = parse(query.words)
    sqlite_words.find(db, terms, ranked=False)
    where, values = _where(query, terms)
    sql = (
        f"SELECT substr(cell, 1, {zoom_of(zoom)}) c, avg(lat), avg(lon), count(*) FROM incidents "
        f"{where} {'AND' if where else 'WHERE'} cell <> '' GROUP BY c"
    )
    found = (Cell(tile(c), round(lat, 4), round(lon, 4), count) for c, lat, lon, count in db.execute(sql, values))
    return tuple(sorted(found, key=lambda c: c.tile))


# hits
def _hit(db: sqlite3.Connection, incident: Incident, terms: Sequence[Term], read: Read) -> Hit:
    if not any(not t.excluded for t in terms):
        return Hit(incident)
    return Hit(incident, found_in(terms, _passages(db, incident, read)))


def _passages(db: sqlite3.Connection, incident: Incident, read: Read) -> Iterator[str]:
    for source in incident.reports:
        article_row = db.execute("SELECT json FROM articles WHERE url = ?", (source.url,)).fetchone()
        report_row = db.execute("SELECT victims FROM reports WHERE url = ?", (source.url,)).fetchone()
        article = read(Article, article_row[0]) if article_row else None
        yield from passages_of(source, article, report_row[0] if report_row else 1)
    yield from (source.title for source in incident.reports)
