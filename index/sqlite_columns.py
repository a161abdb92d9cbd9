"""What filters, facets and order ask of all incidents of a SQLite file, side by side in memory.

Each process reads a part when a search first asks for it (`docs/stores.md` says how long that takes), and after that only
what was written since. A `Columns` never changes: it is what one state of the file says, and a search uses that of its own
snapshot.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from index.facets import COLUMNS, LABELLED

Numbers = npt.NDArray[Any]
Mark = tuple[int, int]  # how far `arrivals` and `departures` were looked at
_ONE = tuple(dict.fromkeys(COLUMNS.values()))
_DAYS = ("day", "first_day", "last_day")
_LINKS = {
    "service": "SELECT n, service, status FROM incident_services",
    "type": "SELECT n, type, certainty FROM incident_claims",
    "outlet": "SELECT DISTINCT n, outlet FROM incident_reports",
    "facilities": "SELECT n, facility, facility_label, facility_name FROM incident_facilities",
    "communes": "SELECT n, commune, commune_label, commune_name FROM incident_communes",
    "places": "SELECT n, lat, lon, cell FROM incident_places",
}
_ALWAYS, PLACE = "order", "place"
# Parts that hold one value of an incident, and the links that hold those of a group's further sites.
FURTHER = {"facility": "facilities", "commune": "communes", PLACE: "places"}
_FURTHER_OF = {links: name for name, links in FURTHER.items()}
_OF_INCIDENTS: dict[str, tuple[str, ...]] = {
    _ALWAYS: ("id", *_DAYS),
    PLACE: ("lat", "lon", "cell"),
    **{name: (name,) for name in _ONE},
    **{name: (name, f"{name}_label", f"{name}_name") for name in LABELLED},
}
_EMPTY: dict[str, tuple[Any, ...]] = {
    _ALWAYS: (b"", 0, 0, 0),
    PLACE: (np.nan, np.nan, -1),
}  # what a row that is gone has
_AT_ONCE = 4000
_MOST_TAKEN_OVER = 20_000  # changes; with more of them everything is read anew


class _Made(dict[Any, int]):
    """By key, what `make` gives for it, asked for once."""

    def __init__(self, make: Callable[[Any], int]) -> None:
        self._make = make

    def __missing__(self, key: Any) -> int:
        made = self[key] = self._make(key)
        return made

    def of(self, keys: Iterable[Any], kind: Any) -> Numbers:
        return np.fromiter(map(self.__getitem__, keys), kind)


class Codes:
    """Values by number, in the order in which they were met; only ever added to."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers = _Made(self._next)

    def _next(self, value: Any) -> int:
        self.values.append(value)
        return len(self.values) - 1

    def of(self, values: Iterable[Any]) -> Numbers:
        return self._numbers.of(values, np.int32)

    def among(self, wanted: Iterable[Any]) -> Numbers:
        """By number, whether it is one of these values."""
        chosen = np.zeros(len(self.values), bool)
        chosen[[n for v in wanted if (n := self._numbers.get(v)) is not None]] = True
        return chosen


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays by row number (`n` of the table), up to the highest there is; of the parts that searches asked for.

    `one`: codes of the columns of `index.row` that facets count, those of `facility` and `commune` of their value, label
    and folded name together. Days are numbers (20220107, 0 when unknown), places degrees or NaN, `cell` the quadkey as a
    number, -1 for nowhere. `links`: row numbers, and codes beside them, of pairs and outlets, and what `one` or `place` has
    beside them of further sites (`FURTHER`); rows of one n together.
    """

    mark: Mark
    codes: dict[str, Codes]
    alive: Numbers
    parts: Mapping[str, tuple[Numbers, ...]]

    @property
    def size(self) -> int:
        return len(self.alive)

    @property
    def ids(self) -> Numbers:
        return self.parts[_ALWAYS][0]

    @property
    def days(self) -> dict[str, Numbers]:
        return dict(zip(_DAYS, self.parts[_ALWAYS][1:], strict=True))

    @property
    def place(self) -> tuple[Numbers, Numbers, Numbers]:
        """`lat`, `lon` and `cell`."""
        lat, lon, cell = self.parts[PLACE]
        return lat, lon, cell

    def one(self, name: str) -> Numbers:
        return self.parts[name][0]

    def links(self, name: str) -> tuple[Numbers, ...]:
        return self.parts[name]


class Latest:
    """The newest columns of a file that any search has asked for."""

    def __init__(self) -> None:
        self._columns: Columns | None = None
        self._guard = threading.Lock()

    def at(self, db: sqlite3.Connection, wanted: Set[str]) -> Columns | None:
        """Those of the connection's snapshot, with these parts (names of columns of facets, of links, `PLACE`); None
        when a later one was read meanwhile: take a new snapshot."""
        mark = _mark(db)
        wanted = {*wanted, *(FURTHER[name] for name in wanted & FURTHER.keys())}
        with self._guard:
            known = self._columns
            if known is None or known.mark != mark or not wanted <= known.parts.keys():
                if known and (known.mark[0] > mark[0] or known.mark[1] > mark[1]):
                    return None
                known = self._columns = _read(db, mark, known, wanted)
            return known


def _mark(db: sqlite3.Connection) -> Mark:
    told = dict(db.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    return told.get("arrivals", 0), told.get("departures", 0)


def _read(db: sqlite3.Connection, mark: Mark, before: Columns | None, wanted: Set[str]) -> Columns:
    changed: list[int] = []
    if before:
        sql = "SELECT n FROM arrivals WHERE seq > ? UNION SELECT n FROM departures WHERE seq > ? ORDER BY 1"
        changed = [n for (n,) in db.execute(sql, before.mark)]
        if len(changed) > _MOST_TAKEN_OVER:
            before, changed = None, []
    codes = before.codes if before else {}
    old = before.parts if before else {}
    alive = before.alive if before else np.zeros(0, bool)
    parts = dict(old)
    lacking = {_ALWAYS, *wanted} - old.keys()
    for names, rows in ((old.keys(), changed), (lacking, None)):
        if rows == []:
            continue
        own = [name for name in _OF_INCIDENTS if name in names]
        at, told = _incidents(db, own, codes, rows) if own else (np.zeros(0, int), {})
        if _ALWAYS in own:
            size = max(len(alive), *(n + 1 for n in (*at[-1:].tolist(), *changed[-1:])), 0)
            alive = _over(alive, changed, np.zeros(len(changed), bool), size, False)
            alive = _over(alive, at, np.ones(len(at), bool), size, False)
        for name, values in told.items():
            befores = old.get(name) or [value[:0] for value in values]
            each = zip(befores, values, _EMPTY.get(name, (0,)), strict=True)
            parts[name] = tuple(_over(b, at, value, len(alive), empty) for b, value, empty in each)
        for name in _LINKS.keys() & names:
            parts[name] = _joined(old.get(name), changed, _linked(db, name, codes, rows))
    return Columns(mark, codes, alive, parts)


def _over(before: Numbers, at: Sequence[int] | Numbers, values: Numbers, size: int, empty: Any) -> Numbers:
    """What was known, of so many rows, and these values in the rows `at`."""
    new = np.full(size, empty, np.promote_types(before.dtype, values.dtype))
    new[: len(before)] = before
    new[at] = values
    return new


def _joined(
    before: tuple[Numbers, ...] | None, changed: Sequence[int], new: tuple[Numbers, ...]
) -> tuple[Numbers, ...]:
    if before is None:
        return new
    kept = np.isin(before[0], changed, invert=True)
    return tuple(np.concatenate((one[kept], other)) for one, other in zip(before, new, strict=True))


def _incidents(
    db: sqlite3.Connection, names: Sequence[str], codes: dict[str, Codes], rows: Sequence[int] | None
) -> tuple[Numbers, dict[str, tuple[Numbers, ...]]]:
    """Row numbers, and the parts that stand in the table of incidents."""
    days = _Made(lambda day: int(day.replace("-", "") or 0))
    columns = ["n", *(column for name in names for column in _OF_INCIDENTS[name])]

    def arrays(told: Sequence[Sequence[Any]]) -> list[Numbers]:
        of = dict(zip(columns, told, strict=True))
        made = [np.array(of["n"], np.int64)]
        for name in names:
            own = [of[column] for column in _OF_INCIDENTS[name]]
            if name == _ALWAYS:
                made += [np.array(own[0], "S"), *(days.of(some, np.int32) for some in own[1:])]
            elif name in FURTHER:
                made += _told(codes, name, own)
            else:
                made.append(_coded(codes, name, own[0]))
        return made

    at, *values = _asked(db, f"SELECT {', '.join(columns)} FROM incidents", rows, arrays)
    left = iter(values)
    return at, {name: tuple(islice(left, len(_EMPTY.get(name, (0,))))) for name in names}


def _linked(
    db: sqlite3.Connection, name: str, codes: dict[str, Codes], rows: Sequence[int] | None
) -> tuple[Numbers, ...]:
    def arrays(told: Sequence[Sequence[Any]]) -> list[Numbers]:
        at, *own = told
        if name in _FURTHER_OF:
            return [np.array(at, np.int64), *_told(codes, _FURTHER_OF[name], own)]
        return [np.array(at, np.int64), *(_coded(codes, f"{name}{k}", some) for k, some in enumerate(own))]

    return tuple(_asked(db, _LINKS[name], rows, arrays))


def _told(codes: dict[str, Codes], name: str, own: Sequence[Sequence[Any]]) -> list[Numbers]:
    """A place (None becomes NaN), or value, label and folded name together."""
    if name != PLACE:
        return [_coded(codes, name, zip(*own, strict=True))]
    cells = _Made(lambda cell: int(cell, 4) if cell else -1)
    return [*(np.array(some, float) for some in own[:2]), cells.of(own[2], np.int64)]


def _coded(codes: dict[str, Codes], name: str, values: Iterable[Any]) -> Numbers:
    return codes.setdefault(name, Codes()).of(values)


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
