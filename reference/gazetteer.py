"""The care facilities known beforehand: hand-kept names, aliases, FINESS numbers, communes and coordinates.

The tables are `facilities/*.csv`; a register loaded with `vigie reference update` adds facilities that we do not
have, and never overrides a name or a place of ours.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from reference import own_data
from reference.vocabulary import term_ids
from reference.wordings import folded, of_place, variants

FOLDER = Path(__file__).parent / "facilities"
COLUMNS = (
    *("finess", "entity", "name", "type", "aliases", "aliases_context"),
    *("commune", "insee", "department", "lat", "lon", "parent", "group"),
)


class GazetteerError(ValueError):
    """A table that cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Facility:
    """A care facility, or a group of them.

    `finess` is the number of the site that stands for it (of the legal entity when it has several sites of equal
    rank, which are then entries of their own with `parent`); None for groups. `entity` is the number of the legal
    entity behind it. `aliases` are wordings that mean this facility wherever they stand (the name among them when
    it is such); `aliases_context` are wordings that other facilities share: they need the commune, department or
    area to agree. `type` is an id of `facility_types`. `lat`, `lon`: WGS 84 degrees; None for groups.
    """

    finess: str | None
    name: str
    aliases: tuple[str, ...]
    aliases_context: tuple[str, ...]
    type: str
    commune: str | None
    insee: str | None
    department: str | None
    lat: float | None
    lon: float | None
    group: str | None = None
    parent: str | None = None
    entity: str | None = None


class Match(NamedTuple):
    """A facility that `find` proposes; `score` from 0 to 1."""

    facility: Facility
    score: float


def shipped() -> tuple[Facility, ...]:
    """The entries of our own tables as they are written there, Centre-Val de Loire first."""
    tables = sorted(FOLDER.glob("*.csv"), key=lambda p: (not p.stem.startswith("centre_val_de_loire"), p.stem))
    return tuple(f for table in tables for f in read_table(table))


@cache
def facilities() -> tuple[Facility, ...]:
    """All known facilities: Centre-Val de Loire first, then France, then what the user's register adds.

    GazetteerError when a table is malformed.
    """
    ours = _with_wordings(list(shipped()))
    register = own_data.folder() / "register.csv"
    if not register.is_file():
        return ours
    known = {f.finess for f in ours}
    return ours + tuple(f for f in read_table(register) if f.finess not in known)


def forget() -> None:
    """Read the tables anew at the next call (after an update)."""
    from reference import lookup

    facilities.cache_clear()
    _numbers.cache_clear()
    lookup._index.cache_clear()


@cache
def _numbers() -> dict[str, Facility]:
    known = {f.entity: f for f in reversed(facilities()) if f.entity and not f.parent}
    return {**known, **{f.finess: f for f in facilities() if f.finess}}


def by_finess(finess: str) -> Facility | None:
    """The facility with this number, be it the site's or the legal entity's (then its main site)."""
    return _numbers().get(finess)


def find(words: str, department: str | None = None, limit: int = 5) -> list[Match]:
    """The facilities that `words` most likely mean, best first; forgives typing errors, accents and word order.

    `department`: keep only this one's (code such as `37`). Empty when nothing resembles.
    """
    from reference.lookup import best  # rapidfuzz and the word index are only needed here

    return best(words, department, limit)


def read_table(path: Path) -> Iterator[Facility]:
    """The entries of one CSV table as they stand in it (lines that begin with `#` are remarks)."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(file)
    skipped = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    rows = csv.DictReader(lines[skipped:])
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise GazetteerError(f"{path}, line {skipped + 1}: the columns must be {','.join(COLUMNS)}")
    types = term_ids("facility_types")
    for row in rows:
        where = f"{path}, line {skipped + rows.line_num}"
        if None in row or None in row.values() or not row["name"]:
            raise GazetteerError(f"{where}: a name and {len(COLUMNS)} columns are needed")
        if row["type"] not in types:
            raise GazetteerError(f"{where}: {row['type']!r} is not an id of facility_types")
        try:
            yield _facility(row)
        except ValueError as error:
            raise GazetteerError(f"{where}: {error}") from None


def _facility(row: dict[str, str]) -> Facility:
    return Facility(
        finess=row["finess"] or None,
        name=row["name"],
        aliases=_split(row["aliases"]),
        aliases_context=_split(row["aliases_context"]),
        type=row["type"],
        commune=row["commune"] or None,
        insee=row["insee"] or None,
        department=row["department"] or None,
        lat=float(row["lat"]) if row["lat"] else None,
        lon=float(row["lon"]) if row["lon"] else None,
        group=row["group"] or None,
        parent=row["parent"] or None,
        entity=row["entity"] or None,
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _with_wordings(entries: list[Facility]) -> tuple[Facility, ...]:
    """Give every entry its other wordings, and sort them into safe ones and those that need context.

    Within a department a wording written in a table beats one made by rule, and one made by rule for two facilities
    belongs to neither. A wording that another department shares needs context in both.
    """
    written = [_written(entry) for entry in entries]
    made = [_made(entry, names) for entry, names in zip(entries, written, strict=True)]
    wrote: dict[str, list[int]] = defaultdict(list)
    makes: dict[str, list[int]] = defaultdict(list)
    for i in range(len(entries)):
        for key in written[i]:
            wrote[key].append(i)
        for key in made[i]:
            makes[key].append(i)

    def nobody_else_here(i: int, claimants: Iterable[int]) -> bool:
        here = entries[i].department
        return not any(j != i and entries[j].department == here for j in claimants)

    def nobody_elsewhere(i: int, key: str) -> bool:
        here = entries[i].department
        return not any(entries[j].department != here for j in (*wrote[key], *makes[key]))

    result = []
    for i, entry in enumerate(entries):
        context = {folded(alias) for alias in entry.aliases_context}
        context |= {folded(v) for alias in entry.aliases_context for v in variants(alias, entry.type)}
        context -= {folded(name) for name in entry.aliases}
        mine = written[i] | {k: v for k, v in made[i].items() if nobody_else_here(i, [*wrote[k], *makes[k]])}
        safe = {k for k in mine if k not in context and nobody_else_here(i, wrote[k]) and nobody_elsewhere(i, k)}
        result.append(
            replace(
                entry,
                aliases=tuple(name for key, name in mine.items() if key in safe),
                aliases_context=tuple(name for key, name in mine.items() if key not in safe),
            )
        )
    return tuple(result)


def _written(entry: Facility) -> dict[str, str]:
    """The wordings that the table gives, by their folded form; the first spelling of each wins."""
    names = (entry.name, *entry.aliases, *entry.aliases_context)
    return {folded(name): name for name in reversed(names)} | {folded(entry.name): entry.name}


def _made(entry: Facility, written: dict[str, str]) -> dict[str, str]:
    """The wordings made by rule: other heads, and what needs context followed by the commune."""
    made = {folded(v): v for name in written.values() for v in variants(name, entry.type)}
    places = of_place(entry.commune) if entry.commune else ()
    made |= {folded(v): v for alias in entry.aliases_context for v in (f"{alias} {place}" for place in places)}
    return {key: name for key, name in made.items() if key not in written}
