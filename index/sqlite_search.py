"""Searching the SQLite store: words in FTS5, filters, facets and order in the columns (`index.sqlite_columns`)."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

from index import sqlite_words
from index.extract import found_in
from index.facets import COLUMNS, LABELLED, PAIRS, buckets, communes, facilities, labelled, pair, refuse_unknown
from index.geography import EARTH, FINEST, tile, zoom_of
from index.searchable import passages_of
from index.sqlite_columns import FURTHER, PLACE, Columns, Numbers
from index.store import FACETS, Box, Bucket, Cell, Hit, Near, Page, Query
from index.words import Term, parse
from records import Article, Incident

Read = Callable[[type[Any], str], Any]
_SHARED = ("words", "id", "near", "box", "since", "until")  # filters that are no facet's
_A_RANK = 1e8  # more than any day


class Found:
    """What a search keeps: of every filter, which rows it lets through."""

    def __init__(self, db: sqlite3.Connection, columns: Columns, query: Query) -> None:
        self.query, self.columns = query, columns
        self.terms = parse(query.words)
        self._kept = {"all": columns.alive, **_places(columns, query), **_values(columns, query)}
        self._weights: Numbers | None = None
        if self.terms:
            ranked = query.sort == "relevance"
            self._kept["words"], self._weights = sqlite_words.find(db, self.terms, ranked, columns.size)
        if query.id:
            sql = "SELECT n FROM incidents WHERE id IN (SELECT value FROM json_each(?))"
            self._kept["id"] = np.zeros(columns.size, bool)
            self._kept["id"][[n for (n,) in db.execute(sql, (json.dumps(query.id),))]] = True

    def rows(self, but: str = "") -> Numbers:
        """Whether each row is found, the filter of that name set aside."""
        kept: Numbers = np.logical_and.reduce([rows for name, rows in self._kept.items() if name != but])
        return kept

    def in_order(self, first: int | None = None) -> Numbers:
        """Row numbers by weight if that is asked, day and id, the highest first; at least the `first` of them."""
        rows = np.flatnonzero(self.rows())
        key = self.columns.days["day"][rows].astype(float)
        if self._weights is not None:
            key += self._weights[rows] * _A_RANK
        if first is not None and 0 < first < len(rows):
            among = key >= np.partition(key, len(rows) - first)[len(rows) - first]
            rows, key = rows[among], key[among]
        ordered: Numbers = rows[np.lexsort((self.columns.ids[rows], key))[::-1]]
        return ordered


def parts(query: Query, facets: Sequence[str] = ()) -> set[str]:
    """The parts of the columns that a search asks for."""
    refuse_unknown(facets)
    chosen = [name for name in FACETS if getattr(query, name)]
    return {PAIRS.get(name, name) for name in (*chosen, *facets)} | ({PLACE} if query.near or query.box else set())


def search(
    db: sqlite3.Connection, columns: Columns, query: Query, offset: int, limit: int, facets: Sequence[str], read: Read
) -> Page:
    found = Found(db, columns, query)
    begin, end = max(offset, 0), max(offset, 0) + max(limit, 0)
    rows = found.in_order(end)[begin:end] if end > begin else ()
    hits = tuple(_hit(db, read(Incident, text), found.terms, read) for text in texts(db, rows))
    total = int(np.count_nonzero(found.rows()))
    return Page(total, hits, {facet: _facet(found, facet) for facet in facets})


def texts(db: sqlite3.Connection, rows: Sequence[int] | Numbers) -> Iterator[str]:
    wanted = [int(n) for n in rows]
    sql = "SELECT n, json FROM incident_records WHERE n IN (SELECT value FROM json_each(?))"
    found = dict(db.execute(sql, (json.dumps(wanted),)).fetchall())
    return (found[n] for n in wanted)


def histogram(found: Found, by: Literal["month", "year"]) -> tuple[Bucket, ...]:
    days = found.columns.days["day"][found.rows()]
    periods, counts = np.unique(days[days > 0] // (100 if by == "month" else 10_000), return_counts=True)
    names = [f"{p // 100:04d}-{p % 100:02d}" if by == "month" else f"{p:04d}" for p in periods.tolist()]
    return tuple(Bucket(name, name, count) for name, count in zip(names, counts.tolist(), strict=True))


def cells(found: Found, zoom: int) -> tuple[Cell, ...]:
    columns, zoom, kept = found.columns, zoom_of(zoom), found.rows()
    at, *further = columns.links(FURTHER[PLACE])
    rows, also = np.flatnonzero(kept & (columns.place[2] >= 0)), kept[at]
    lat, lon, cell = (np.concatenate((of[rows], more[also])) for of, more in zip(columns.place, further, strict=True))
    keys, place, told = np.unique(cell >> (2 * (FINEST - zoom)), return_inverse=True, return_counts=True)
    middles = [np.bincount(place, of, len(keys)) / told for of in (lat, lon)]
    n = np.concatenate((rows, at[also]))
    several = np.isin(n, at[also])  # incidents of several places, which may be in one tile: there they count once
    pairs = np.unique(place[several] * columns.size + n[several])
    counts = np.bincount(np.concatenate((place[~several], pairs // columns.size)), minlength=len(keys))
    each = zip(keys.tolist(), *(m.tolist() for m in middles), counts.tolist(), strict=True)
    quadkey = {key: np.base_repr(key, 4).zfill(zoom)[-zoom:] if zoom else "" for key in keys.tolist()}
    made = (Cell(tile(quadkey[k]), round(lat, 4), round(lon, 4), count) for k, lat, lon, count in each)
    return tuple(sorted(made, key=lambda c: c.tile))


# filters, by the name of the facet each belongs to, or its own
def _values(columns: Columns, query: Query) -> dict[str, Numbers]:
    found: dict[str, Numbers] = {}
    for facet, column in COLUMNS.items():
        if values := getattr(query, facet):
            held = [one for one in columns.codes[column].values if not set(values).isdisjoint(one.split())]
            found[facet] = columns.codes[column].among(held)[columns.one(column)]
    if query.facility:
        found["facility"] = _either(columns, "facility", *facilities(query.facility))
    if query.commune:
        found["commune"] = _either(columns, "commune", query.commune, communes(query.commune))
    if query.outlet:
        rows, outlets = columns.links("outlet")
        found["outlet"] = _any(columns, rows[columns.codes["outlet0"].among(query.outlet)[outlets]])
    for name in ("service", "type"):
        if told := pair(query, name):
            found[name] = _any(columns, columns.links(name)[0][_same_pair(columns, name, told)])
    return found


def _either(columns: Columns, name: str, keys: Sequence[str], names: Sequence[str]) -> Numbers:
    held = [one for one in columns.codes[name].values if one[0] in keys or one[2] in names]
    wanted = columns.codes[name].among(held)
    rows: Numbers = wanted[columns.one(name)]
    at, told = columns.links(FURTHER[name])
    rows[at[wanted[told]]] = True
    return rows


def _any(columns: Columns, rows: Numbers) -> Numbers:
    found = np.zeros(columns.size, bool)
    found[rows] = True
    return found


def _same_pair(columns: Columns, name: str, told: dict[str, tuple[str, ...]]) -> Numbers:
    """Both halves of one pair: closed emergencies, not emergencies touched and something closed."""
    links = columns.links(name)
    kept = np.ones(len(links[0]), bool)
    for facet, values in told.items():
        half = _half(facet)
        kept &= columns.codes[f"{name}{half}"].among(values)[links[half + 1]]
    return kept


def _half(facet: str) -> int:
    return 0 if facet in ("service", "type") else 1


def _places(columns: Columns, query: Query) -> dict[str, Numbers]:
    found: dict[str, Numbers] = {}
    days = columns.days
    if near := query.near:
        found["near"] = _anywhere(columns, lambda lat, lon: _km(near, lat, lon) <= near.km)
    if box := query.box:
        found["box"] = _anywhere(columns, lambda lat, lon: _within(box, lat, lon))
    if query.since:
        found["since"] = days["last_day"] >= int(f"{query.since:%Y%m%d}")
    if query.until:
        found["until"] = (days["first_day"] > 0) & (days["first_day"] <= int(f"{query.until:%Y%m%d}"))
    return found


def _anywhere(columns: Columns, holds: Callable[[Numbers, Numbers], Numbers]) -> Numbers:
    """Whether it holds of the latitude and longitude of any of an incident's places."""
    lat, lon, _ = columns.place
    rows = holds(lat, lon)
    at, lat, lon, _ = columns.links(FURTHER[PLACE])
    rows[at[holds(lat, lon)]] = True
    return rows


def _km(near: Near, lat: Numbers, lon: Numbers) -> Numbers:
    here, there = np.radians(lat), np.radians(near.lat)
    across = np.sin(np.radians(near.lon - lon) / 2) ** 2 * np.cos(here) * np.cos(there)
    far: Numbers = 2 * EARTH * np.arcsin(np.minimum(1.0, np.sqrt(np.sin((there - here) / 2) ** 2 + across)))
    return far


def _within(box: Box, lat: Numbers, lon: Numbers) -> Numbers:
    west, east = lon >= box.west, lon <= box.east
    return (lat >= box.south) & (lat <= box.north) & (west | east if box.west > box.east else west & east)


# facets
def _facet(found: Found, facet: str) -> tuple[Bucket, ...]:
    columns = found.columns
    own = PAIRS.get(facet, facet)
    rows = found.rows(but=own)
    if facet in PAIRS:
        at, *halves = columns.links(own)
        half = _half(facet)
        kept = rows[at] & _same_pair(columns, own, pair(found.query, own, but=facet))
        values = columns.codes[f"{own}{half}"].values
        told = np.zeros((len(values), columns.size), bool)
        told[halves[half][kept], at[kept]] = True  # once, though a service may be in two states
        counts = zip(values, np.count_nonzero(told, axis=1).tolist(), strict=True)
        return buckets(facet, [(value, count) for value, count in counts if count])
    if facet == "outlet":
        at, outlets = columns.links("outlet")
        return buckets(facet, _counted(columns, "outlet0", outlets[rows[at]]))
    if facet not in LABELLED:
        each: Counter[str] = Counter()
        for values, count in _counted(columns, COLUMNS[facet], columns.one(COLUMNS[facet])[rows]):
            each.update(dict.fromkeys(values.split(), count))
        return buckets(facet, each.items())
    at, further = columns.links(FURTHER[facet])
    told = np.concatenate((columns.one(facet)[rows], further[rows[at]]))
    return labelled((*value, count) for value, count in _counted(columns, facet, told))


def _counted(columns: Columns, codes: str, numbers: Numbers) -> list[tuple[Any, int]]:
    values = columns.codes[codes].values
    counts = np.bincount(numbers, minlength=1)
    return [(values[n], int(counts[n])) for n in np.flatnonzero(counts)]


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
