"""Saved searches, what their readers were told, and what still has to be sent. See `index.alerts` for how they are told.

Every store keeps them (`Store.saved`); moments are aware datetimes in UTC.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, Protocol

from index.store import Box, Near, Query
from reference.folding import fold

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search under a name. `targets`: where its alerts go, `mailto:ana@chu.example` or the address of a webhook."""

    name: str
    query: Query
    created: datetime
    by: str | None = None
    targets: tuple[str, ...] = ()
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What the readers of a search know of one incident.

    `title`: facility and place. `announced`: the facts (`index.state`) of the last notice; `known`: the facts that
    were last looked at, which differ from it when a merge brought together what had been told already. `first`, `at`:
    when the incident came in, and when what was told last became true. `gone`: told to be in the search no more
    (`left`), or withdrawn (`withdrawn`). `within`: the incident it was merged into.
    """

    incident: str
    title: str
    first: datetime
    at: datetime
    announced: tuple[str, ...]
    known: tuple[str, ...]
    gone: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """Notices (JSON, see `index.alerts`) for one target, sent together; the same `id` however often it is tried."""

    id: str
    search: str
    target: str
    made: datetime
    notices: tuple[dict[str, Any], ...]


class Arrivals(NamedTuple):
    """Ids of incidents in the order in which they were last written, and the mark after the last of them."""

    mark: str
    ids: tuple[str, ...]


class Saved(Protocol):
    """What a store keeps of saved searches. Writes join the block of `Store.writing` they are in."""

    def put(self, search: SavedSearch) -> None:
        """Store or replace by name; its mark stays."""
        ...

    def get(self, name: str) -> SavedSearch | None: ...
    def all(self) -> list[SavedSearch]:
        """By name; as they were before a block."""
        ...

    def remove(self, name: str) -> None:
        """Forget the search, what was told and what still had to be sent."""
        ...

    def mark(self, name: str) -> str:
        """How far the arrivals were looked at for this search; empty: not at all. A copy of a store starts anew."""
        ...

    def put_mark(self, name: str, mark: str) -> None: ...
    def arrived(self, after: str, limit: int) -> Arrivals:
        """The next incidents written since a mark that this store gave; from the first one when it does not know it.

        Complete only within a block of `Store.writing`, when nobody else writes. An incident may be written without
        anything new in it; those that are gone since are left out."""
        ...

    def told(self, name: str, incidents: Iterable[str]) -> dict[str, Told]: ...
    def latest(self, name: str, limit: int) -> list[Told]:
        """The last told first; those merged into another left out."""
        ...

    def put_told(self, name: str, told: Sequence[Told]) -> None: ...
    def sendings(self, name: str | None = None) -> list[Sending]:
        """Those of one search or of all, the oldest first; as they were before a block."""
        ...

    def put_sendings(self, sendings: Sequence[Sending]) -> None: ...
    def sent(self, sending: Sending) -> None:
        """It arrived: forget it."""
        ...

    def faults(self) -> list[str]:
        """French sentences: what cannot be read, and what is kept of searches that are no longer there."""
        ...

    def repair(self) -> list[str]:
        """Forget what is kept of searches that are no longer there; what was done."""
        ...


def checked_name(name: str) -> str:
    """The name as it is kept, blanks made one. ValueError, a French sentence, for one that cannot be a name."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not tidy or len(tidy) > MAX_NAME or any(unicodedata.category(c)[0] == "C" for c in tidy):
        raise ValueError(f"Un nom de recherche a de 1 à {MAX_NAME} caractères, sur une ligne.")
    if not slug(tidy):
        raise ValueError("Un nom de recherche contient au moins une lettre ou un chiffre.")
    return tidy


def free_name(saved: Saved, name: str) -> str:
    """`checked_name`, and ValueError too for one that another search has, or one too like it for a file's name."""
    tidy = checked_name(name)
    for other in saved.all():
        if slug(other.name) == slug(tidy):
            raise ValueError(f"La recherche « {other.name} » existe déjà : choisissez un autre nom.")
    return tidy


def slug(name: str) -> str:
    """The name as part of a file name or an address: small letters without accents, digits, hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


# JSON
def query_json(query: Query) -> dict[str, Any]:
    """A query as JSON: only what it asks for."""
    made = {}
    for field in fields(Query):
        value = getattr(query, field.name)
        if value != field.default:
            made[field.name] = value.isoformat() if isinstance(value, date) else value
    return made


def query_of(told: dict[str, Any]) -> Query:
    made: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in told.items()}
    if "near" in made:
        made["near"] = Near(*made["near"])
    if "box" in made:
        made["box"] = Box(*made["box"])
    for end in ("since", "until"):
        if end in made:
            made[end] = date.fromisoformat(made[end])
    return Query(**made)


def to_json(one: SavedSearch | Told | Sending) -> str:
    made: dict[str, Any] = {field.name: getattr(one, field.name) for field in fields(one)}
    if isinstance(one, SavedSearch):
        made["query"] = query_json(one.query)
    return json.dumps(made, ensure_ascii=True, default=_text)


def search_of(text: str) -> SavedSearch:
    told = json.loads(text)
    told |= {"query": query_of(told["query"]), "created": _moment(told["created"]), "targets": tuple(told["targets"])}
    return SavedSearch(**told)


def told_of(text: str) -> Told:
    told = json.loads(text)
    told |= {end: _moment(told[end]) for end in ("first", "at")}
    told |= {facts: tuple(told[facts]) for facts in ("announced", "known")}
    return Told(**told)


def sending_of(text: str) -> Sending:
    told = json.loads(text)
    return Sending(**told | {"made": _moment(told["made"]), "notices": tuple(told["notices"])})


def _text(value: object) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# checking
class Kept(NamedTuple):
    """A row of any kind: `saved`, `told` or `sending`."""

    kind: str
    search: str
    text: str


_READ: dict[str, Callable[[str], object]] = {"saved": search_of, "told": told_of, "sending": sending_of}


def orphans(rows: Iterable[Kept]) -> list[str]:
    """The searches that rows belong to and that are not saved (any more)."""
    kinds: dict[str, set[str]] = {}
    for row in rows:
        kinds.setdefault(row.search, set()).add(row.kind)
    return sorted(name for name, found in kinds.items() if "saved" not in found)


def faults_of(rows: Iterable[Kept]) -> list[str]:
    found = []
    read = []
    for row in rows:
        read.append(row._replace(text=""))
        try:
            _READ[row.kind](row.text)
        except (ValueError, TypeError, KeyError, AttributeError):
            found.append(f"Enregistrement illisible : recherche « {row.search} » ({row.kind}).")
    return found + [f"Il reste des alertes d'une recherche qui n'est plus enregistrée : {n}." for n in orphans(read)]


def forgotten(saved: Saved, names: Sequence[str]) -> list[str]:
    """Remove what is kept under these names; what was done."""
    for name in names:
        saved.remove(name)
    return [f"Les alertes de « {name} », qui n'est plus enregistrée, ont été oubliées." for name in names]
