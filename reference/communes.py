"""The communes and departments of France, former communes included.

`communes.csv.gz` and `departments.csv` are built by `tools/reference/build_communes.py`; sources and licences stand
in their headers. Coordinates are WGS 84 degrees of the town; where GeoNames knows none (most communes under 500
inhabitants) they are the mean of the neighbouring communes, and `near` says so.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from reference.wordings import folded

TABLE = Path(__file__).parent / "communes.csv.gz"
DEPARTMENTS = Path(__file__).parent / "departments.csv"


class Commune(NamedTuple):
    """A present-day commune. `population` is the legal one (None when unknown); `near`: see the module."""

    insee: str
    name: str
    department: str
    lat: float | None
    lon: float | None
    population: int | None
    near: bool = False


class Department(NamedTuple):
    """A department with its region, its prefecture's name and the middle of its communes."""

    code: str
    name: str
    region: str
    lat: float
    lon: float
    prefecture: str


@cache
def _tables() -> tuple[dict[str, Commune], list[tuple[str, str, str]]]:
    """The present communes by INSEE code, and the former ones as (code, name, present code)."""
    present: dict[str, Commune] = {}
    former: list[tuple[str, str, str]] = []
    with gzip.open(TABLE, "rt", encoding="utf-8", newline="") as file:
        for insee, name, department, lat, lon, population, near, now in _rows(file):
            if now:
                former.append((insee, name, now))
            else:
                present[insee] = Commune(
                    insee,
                    name,
                    department,
                    float(lat) if lat else None,
                    float(lon) if lon else None,
                    int(population) if population else None,
                    bool(near),
                )
    return present, former


def _rows(lines: Iterator[str]) -> Iterator[list[str]]:
    rows = csv.reader(line for line in lines if not line.startswith("#"))
    next(rows)
    return rows


@cache
def communes() -> tuple[Commune, ...]:
    """The present communes of France, by INSEE code."""
    return tuple(_tables()[0].values())


@cache
def _former_codes() -> dict[str, str]:
    return {code: now for code, _, now in _tables()[1]}


def by_insee(code: str) -> Commune | None:
    """The commune with this INSEE code; the code of a former commune or of a city district leads to the present one."""
    present = _tables()[0]
    return present.get(code) or present.get(_former_codes().get(code, ""))


@cache
def _names() -> dict[str, tuple[Commune, ...]]:
    present, former = _tables()
    names: dict[str, dict[str, Commune]] = defaultdict(dict)
    for commune in present.values():
        names[folded(commune.name)][commune.insee] = commune
    for _, name, now in former:
        names[folded(name)].setdefault(now, present[now])
    return {name: tuple(found.values()) for name, found in names.items()}


def named(name: str) -> tuple[Commune, ...]:
    """All communes of this name (accents, case and hyphens do not matter), present ones first, the largest first.

    A former commune's name leads to the present commune. Empty for an unknown name.
    """
    key = folded(name)
    found = _names().get(key, ())
    return tuple(sorted(found, key=lambda c: (folded(c.name) != key, -(c.population or 0))))


@cache
def departments() -> dict[str, Department]:
    """The departments by code (`01` … `2A` … `976`)."""
    with DEPARTMENTS.open(encoding="utf-8", newline="") as file:
        return {
            code: Department(code, name, region, float(lat), float(lon), prefecture)
            for code, name, region, prefecture, lat, lon in _rows(file)
        }
