"""What every store offers: the one door through which the app, the command line and the exports ask.

SQLite (`index/sqlite.py`) is the store of the first day; the protocol holds nothing that only SQLite can do.
Days are local days (Europe/Paris); moments are aware datetimes in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from index.query import COUNTED as COUNTED
from index.query import FACETS as FACETS
from index.query import NOT_SAID as NOT_SAID
from index.query import Box as Box
from index.query import Near as Near
from index.query import Query as Query
from records import Act, Article, Incident, Report

if TYPE_CHECKING:
    from index.saved import Saved


class StoreError(Exception):
    """The store cannot be used as it is: locked, corrupt, of a newer version, not a store. One clear sentence."""


class Overtaken(StoreError):
    """Another program wrote what this one was about to, having waited for it in vain; nothing was written."""

    def __init__(self, url: str) -> None:
        super().__init__(f"Un autre programme a repris l'écriture dans la base {url} : recommencez.")


class Bucket(NamedTuple):
    """One value of a facet and how many incidents have it, the facet's own filter set aside."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # in place of the method of tuples


@dataclass(frozen=True, slots=True)
class Cell:
    """Incidents of one tile of the map (`zoom/x/y`, as web maps cut it); `lat`, `lon`: the middle of their places in it,
    to four decimals."""

    tile: str
    lat: float
    lon: float
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One incident found; `extract` is at most 300 characters, with matches between U+E000 and U+E001."""

    incident: Incident
    extract: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[Bucket, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one address: `outcome` is `kept`, `irrelevant`, `failed`, `refused` or `duplicate`.

    Of what is not kept only this row stays (address, day, hash), never the text.
    """

    url: str
    outlet: str
    at: datetime
    outcome: str
    reason: str | None = None
    content_hash: str | None = None


@dataclass(frozen=True, slots=True)
class OutletState:
    """How collecting from one outlet goes. Counts are totals over all runs; moments are UTC."""

    outlet: str
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    last_error: str | None = None
    next_try: datetime | None = None
    seen: int = 0
    kept: int = 0
    failed: int = 0


class Note(NamedTuple):
    """Something that collecting remembers between runs, by kind and key; `index.crawl` says which kinds there are.

    `part` is what it belongs to, `rank` puts the notes of one kind in order (a text, the highest first), `data` is
    plain JSON.
    """

    kind: str
    key: str
    part: str
    rank: str
    data: dict[str, Any]


class Member(NamedTuple):
    """One reported incident: the address of its report, and its place in it."""

    url: str
    position: int


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an id, or where it came from. An id has one fate of `merged` and `withdrawn` at most.

    `merged`: it leads to `other` (which may itself be merged later); `withdrawn`: nothing supports it any more;
    `split`: it was made of a part of `other`. `why`: the id of the act, None when it followed from the reports.
    `members`: what the incident stood on before (merged, withdrawn), or took along (split).
    """

    id: str
    kind: Literal["merged", "withdrawn", "split"]
    at: datetime
    other: str | None = None
    why: str | None = None
    members: tuple[Member, ...] = ()


class Row(NamedTuple):
    """One row of a part of a store as plain JSON, alike in every store; keys order the rows of a part."""

    key: str
    data: dict[str, Any]


# Everything a store holds, in an order in which it can be put into another.
PARTS = (
    "words",
    "articles",
    "reports",
    "given",
    "fates",
    "acts",
    "incidents",
    "seen",
    "outlets",
    "notes",
    "saved",
    "told",
    "sendings",
)


@dataclass(frozen=True, slots=True)
class Info:
    url: str
    schema_version: int
    articles: int
    reports: int
    incidents: int
    searches: int
    bytes: int
    last_changed: datetime | None


class Store(Protocol):
    """Opened with `index.open_store(url)`; a context manager. Every write is all or nothing."""

    url: str

    @property
    def saved(self) -> Saved:
        """The saved searches and what their readers were told."""
        ...

    def __enter__(self) -> Store: ...
    def __exit__(self, *exc: object) -> None: ...
    def close(self) -> None: ...

    def is_current(self) -> bool:
        """Whether a store that has long been open is still the one its address leads to, of the version that it was: if
        not, open it again."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Group writes: they become visible together, or not at all when the block raises.

        Within the block, what is asked by id, address or key sees what was written; `search` and all that reads
        through the store may see it only when the block is over."""
        ...

    # articles and reports
    def put_article(self, article: Article) -> None:
        """Store or replace by id (idempotent)."""
        ...

    def put_report(self, report: Report) -> None: ...
    def remove_article(self, url: str) -> None:
        """Forget an article and its report (it is not relevant after all)."""
        ...

    def article(self, url: str) -> Article | None: ...
    def report(self, url: str) -> Report | None: ...
    def articles(self) -> Iterator[Article]: ...
    def reports(self) -> Iterator[Report]: ...

    # incidents
    def incident(self, incident_id: str) -> Incident | None:
        """By id; a merged id gives its successor. None when there never was one, or it was withdrawn."""
        ...

    def put_incident(
        self, incident: Incident, members: Sequence[Member] | None = None, keys: Iterable[str] | None = None
    ) -> None:
        """Store or replace by id. `members` and `keys` (see `index.facility`) stay as they were when None;
        of a new incident, the keys are those of its facility. ValueError for an id that was merged or withdrawn
        (see `revive`)."""
        ...

    def members(self, incident_id: str) -> tuple[Member, ...]: ...
    def remove_incident(self, incident_id: str, at: datetime | None = None, why: str | None = None) -> None:
        """Withdraw an incident that no report supports any more; nothing when it is not there.

        Its id is never given again and leaves a fate `withdrawn` (`at`: aware, default the clock)."""
        ...

    def redirect(self, old_id: str, new_id: str, at: datetime | None = None, why: str | None = None) -> None:
        """Merge: `old_id` leaves the list and leads to `new_id`; leaves a fate `merged`.

        ValueError when `new_id` is no incident (or leads to none, or to `old_id`)."""
        ...

    def revive(self, incident_id: str) -> None:
        """Forget that an id was merged or withdrawn, so that `put_incident` can bring its own incident back."""
        ...

    def put_fate(self, fate: Fate) -> None:
        """Keep a fate as it is, whether or not `other` is there; merged and withdrawn incidents leave the list."""
        ...

    def fate(self, incident_id: str) -> Fate | None:
        """How an id left the list: merged or withdrawn. None for ids in use and ids never given."""
        ...

    def fates(self) -> Iterator[Fate]:
        """Every fate there is, by id, then kind."""
        ...

    # acts of analysts
    def add_act(self, act: Act) -> bool:
        """Append to the log; False, and nothing done, when an act of that id is there already."""
        ...

    def acts(self, urls: Iterable[str] | None = None) -> tuple[Act, ...]:
        """By time, then id: all, or those of which `on` or `other_on` names one of these articles."""
        ...

    def new_incident_id(self, year: int) -> str:
        """The next id of that year; never given twice, even when the incident is withdrawn."""
        ...

    def candidates(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Ids of the incidents stored with any of these keys (`index.facility`), for consolidation."""
        ...

    def incidents_of_report(self, url: str) -> Iterable[Incident]: ...

    # asking
    def search(self, query: Query, offset: int = 0, limit: int = 20, facets: Sequence[str] = ()) -> Page: ...
    def all(self, query: Query) -> Iterator[Incident]:
        """Every incident that `search` counts, in the same order, without a cap."""
        ...

    def suggest(self, words: str) -> str | None:
        """The same search with misspelt names of facilities and places put right; None when there is nothing to."""
        ...

    def histogram(self, query: Query, by: Literal["month", "year"] = "month") -> tuple[Bucket, ...]:
        """Incidents by month (`2022-01`) or year, oldest first; those without any date left out."""
        ...

    def cells(self, query: Query, zoom: int) -> tuple[Cell, ...]:
        """Incidents by the tile of the map they are in (zoom 0 to 14), by tile; those without a place left out. A group's is
        in each tile with one of its sites, and counted there once."""
        ...

    # collecting
    def mark_seen(self, seen: Iterable[Seen]) -> None: ...
    def seen(self, url: str) -> Seen | None: ...
    def seen_all(self, urls: Iterable[str]) -> dict[str, Seen]:
        """What became of those of these addresses that were looked at."""
        ...

    def put_notes(self, notes: Iterable[Note]) -> None:
        """Store or replace by kind and key."""
        ...

    def drop_notes(self, kind: str, keys: Iterable[str]) -> None: ...
    def get_notes(self, kind: str, keys: Iterable[str]) -> dict[str, Note]:
        """By key; within a block of `writing` what the block wrote is seen."""
        ...

    def notes(self, kind: str, part: str | None = None, limit: int | None = None) -> list[Note]:
        """The notes of a kind (of one part), the highest rank first, then by key; as they were before a block."""
        ...

    def count_notes(self, kind: str) -> dict[str, int]:
        """How many notes of a kind each part has; parts without any are left out."""
        ...

    def outlet_states(self) -> dict[str, OutletState]: ...
    def put_outlet_state(self, state: OutletState) -> None: ...

    # moving
    def dump(self, part: str) -> Iterator[Row]:
        """The rows of one of `PARTS` in the order of their keys, as they are when the first is asked for."""
        ...

    def load(self, part: str, rows: Sequence[Row]) -> None:
        """Store or replace rows that a `dump` gave; all of them or none."""
        ...

    # keeping
    def purge(self, before: datetime) -> int:
        """Empty the texts of articles fetched before a moment (UTC); links, facts, offsets and extracts stay.

        Returns how many were emptied."""
        ...

    def reindex(self) -> int:
        """Make everything that is asked for when searching anew from the records; the number of incidents.

        Others may read throughout, and lose nothing that they write. Also brings the store to this version."""
        ...

    def drop_old(self) -> list[str]:
        """Delete what a reindexing kept of before; what it was called."""
        ...

    def repair(self) -> list[str]:
        """Put right what can be of what `check` finds; what was done, one French sentence each."""
        ...

    def info(self) -> Info: ...
    def check(self) -> list[str]:
        """Faults found, one sentence each; empty when the store is sound."""
        ...
