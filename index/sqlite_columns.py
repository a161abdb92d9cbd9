"""What filters, facets and order ask of all incidents of a SQLite file, side by side in memory.

Read once by each process (`docs/stores.md` says how long that takes), and after that only what was written since. A
`Columns` never changes: it is what one state of the file says, and a search uses that of its own snapshot.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from index.facets import COLUMNS, LABELLED

Numbers = npt.NDArray[Any]
Mark = tuple[int, int]  # how far `arrivals` and `departures` were looked at
_ONE = tuple(dict.fromkeys(COLUMNS.values()))
_DAYS = ("day", "first_day", "last_day")
_NAMED = ("", "_label", "_name")
_COLUMNS = ("n", "id", *_DAYS, "lat", "lon", "cell", *_ONE, *(f"{name}{part}" for name in LABELLED for part in _NAMED))
_AT_ONCE = 4000
_LINKS = {
    "service": "SELECT n, service, status FROM incident_services",
    "type": "SELECT n, type, certainty FROM incident_claims",
    "outlet": "SELECT DISTINCT n, outlet FROM incident_reports",
}
_MOST_TAKEN_OVER = 20_000  # changes; with more of them everything is read anew


class Codes:
    """Values by number, in the order in which they were met; only ever added to."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def of(self, values: Iterable[Any]) -> Numbers:
        numbers = self._numbers
        for value in dict.fromkeys(values := list(values)):
            if value not in numbers:
                numbers[value] = len(self.values)
                self.values.append(value)
        return np.fromiter((numbers[v] for v in values), np.int32, len(values))

    def among(self, wanted: Iterable[Any]) -> Numbers:
        """By number, whether it is one of these values."""
        chosen = np.zeros(len(self.values), bool)
        chosen[[n for v in wanted if (n := self._numbers.get(v)) is not None]] = True
        return chosen


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays by row number (`n` of the table), up to the highest there is.

    `one`: codes of the columns of `index.row` that facets count, those of `facility` and `commune` of their value, label
    and folded name together. Days are numbers (20220107, 0 when unknown), places degrees or NaN, `cell` the quadkey as a
    number, -1 for nowhere. `links`: row numbers, and codes beside them, of pairs and outlets; rows of one n together.
    """

    mark: Mark
    codes: dict[str, Codes]
    alive: Numbers
    ids: Numbers
    one: dict[str, Numbers]
    days: dict[str, Numbers]
    lat: Numbers
    lon: Numbers
    cell: Numbers
    links: dict[str, tuple[Numbers, ...]]

    @property
    def size(self) -> int:
        return len(self.alive)


class Latest:
    """The newest columns of a file that any search has asked for."""

    def __init__(self) -> None:
        self._columns: Columns | None = None
        self._guard = threading.Lock()

    def at(self, db: sqlite3.Connection) -> Columns | None:
        """Those of the connection's snapshot; None when a later one was read meanwhile: take a new snapshot."""
        mark = _mark(db)
        with self._guard:
            known = self._columns
            if known is None or known.mark != mark:
                if known and (known.mark[0] > mark[0] or known.mark[1] > mark[1]):
                    return None
                known = self._columns = _read(db, mark, known)
            return known


def _mark(db: sqlite3.Connection) -> Mark:
    told = dict(db.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    return told.get("arrivals", 0), told.get("departures", 0)


def _read(db: sqlite3.Connection, mark: Mark, before: Columns | None) -> Columns:
    changed: list[int] | None = None
    if before:
        sql = "SELECT n FROM arrivals WHERE seq > ? UNION SELECT n FROM departures WHERE seq > ? ORDER BY 1"
        changed = [n for (n,) in db.execute(sql, before.mark)]
        if len(changed) > _MOST_TAKEN_OVER:
            before = changed = None
    codes = before.codes if before else {}

    def coded(name: str, values: Iterable[Any]) -> Numbers:
        return codes.setdefault(name, Codes()).of(values)

    def arrays(told: Sequence[Sequence[Any]]) -> list[Numbers]:
        of = dict(zip(_COLUMNS, told, strict=True))
        named = {name: zip(*(of[f"{name}{part}"] for part in _NAMED), strict=True) for name in LABELLED}
        return [
            np.array(of["n"], np.int64),
            np.array(of["id"], "S"),
            *(np.array(of[name], float) for name in ("lat", "lon")),  # None becomes NaN
            np.fromiter((int(c, 4) if c else -1 for c in of["cell"]), np.int64, len(of["cell"])),
            *(_days(of[name]) for name in _DAYS),
            *(coded(name, of[name]) for name in _ONE),
            *(coded(name, values) for name, values in named.items()),
        ]

    at, ids, lat, lon, cell, *rest = _asked(db, f"SELECT {', '.join(_COLUMNS)} FROM incidents", changed, arrays)
    days = dict(zip(_DAYS, rest, strict=False))
    one = dict(zip((*_ONE, *LABELLED), rest[len(_DAYS) :], strict=True))
    size = max(before.size if before else 0, *(n + 1 for n in (*at[-1:].tolist(), *(changed or ())[-1:])), 0)
    gone = np.zeros(size, bool)
    gone[changed or []] = True

    def filled(old: Numbers | None, values: Any, kind: Any, empty: Any = 0) -> Numbers:
        new = np.full(size, empty, kind)
        if old is not None:
            new[: len(old)] = old
        if len(at):
            new[at] = values
        return new

    alive = filled(before.alive if before else None, True, bool, False)
    if changed:
        alive[changed] = False
        alive[at] = True
    width = max(ids.dtype.itemsize, before.ids.dtype.itemsize if before else 1, 1)
    links = {}
    for name, sql in _LINKS.items():

        def linked(told: Sequence[Sequence[Any]], name: str = name) -> list[Numbers]:
            return [np.array(told[0], np.int64), *(coded(f"{name}{k}", values) for k, values in enumerate(told[1:]))]

        new = tuple(_asked(db, sql, changed, linked))
        old = before.links[name] if before else ()
        kept = ~gone[old[0]] if old else None
        links[name] = tuple(np.concatenate((o[kept], n)) for o, n in zip(old, new, strict=True)) if old else new
    return Columns(
        mark,
        codes,
        alive,
        filled(before.ids if before else None, ids, f"S{width}", b""),
        {name: filled(before.one[name] if before else None, values, np.int32) for name, values in one.items()},
        {name: filled(before.days[name] if before else None, values, np.int32) for name, values in days.items()},
        filled(before.lat if before else None, lat, float, np.nan),
        filled(before.lon if before else None, lon, float, np.nan),
        filled(before.cell if before else None, cell, np.int64, -1),
        links,
    )


def _asked(
    db: sqlite3.Connection,
    sql: str,
    rows: Sequence[int] | None,
    arrays: Callable[[Sequence[Sequence[Any]]], list[Numbers]],
) -> list[Numbers]:
    """Of these rows, of all when None, by n; `arrays` makes them of columns, of some thousand rows at a time."""
    if rows is None:
        cursor = db.execute(f"{sql} ORDER BY n")
    else:
        cursor = db.execute(f"{sql} WHERE n IN (SELECT value FROM json_each(?)) ORDER BY n", (json.dumps(rows),))
    made = [arrays([()] * len(cursor.description))]
    while some := cursor.fetchmany(_AT_ONCE):
        made.append(arrays(list(zip(*some, strict=True))))
    return [np.concatenate(parts) for parts in zip(*made, strict=True)]


def _days(texts: Sequence[str]) -> Numbers:
    numbers = {text: int(text.replace("-", "")) if text else 0 for text in set(texts)}
    return np.fromiter((numbers[text] for text in texts), np.int32, len(texts))
