"""The rows of an incident in the SQLite store: the record, what filters and facets ask of it, what it stands on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from index import geography
from index.row import claims, columns, communes, facilities, pairs, places, record_json, sources
from index.store import Member
from records import Incident


def row_of(db: sqlite3.Connection, incident_id: str) -> int | None:
    found = db.execute("SELECT n FROM incidents WHERE id = ?", (incident_id,)).fetchone()
    return int(found[0]) if found else None


def put(db: sqlite3.Connection, incident: Incident, n: int | None, text: str | None = None) -> int:
    """Store under that row number, a new one when None; `text`: the record as it shall be kept. The row number."""
    row = columns(incident)
    fresh = n is None
    if n is None:
        marks = ",".join("?" * len(row))
        inserted = db.execute(f"INSERT INTO incidents ({','.join(row)}) VALUES ({marks})", tuple(row.values()))
        n = int(inserted.lastrowid or 0)
    else:
        updates = ",".join(f"{column}=?" for column in row)
        db.execute(f"UPDATE incidents SET {updates} WHERE n = ?", (*row.values(), n))
        for table in _LINKS:
            db.execute(f"DELETE FROM {table} WHERE n = ?", (n,))
    record = "INSERT INTO" if fresh else "REPLACE INTO"
    db.execute(f"{record} incident_records (n, json) VALUES (?,?)", (n, text or record_json(incident)))
    for sql, values in ((_CLAIM, claims), (_SERVICE, pairs), (_SOURCE, sources)):
        db.executemany(sql, [(n, *pair) for pair in values(incident)])
    if incident.sites:
        db.executemany(_FACILITY, [(n, *told) for told in facilities(incident)[1:]])
        db.executemany(_COMMUNE, [(n, *told) for told in communes(incident)[1:]])
        db.executemany(_PLACE, [(n, *place, geography.cell(*place)) for place in places(incident)[1:]])
    return n


_LINKS = (
    "incident_claims",
    "incident_services",
    "incident_reports",
    "incident_facilities",
    "incident_communes",
    "incident_places",
)
_CLAIM = "INSERT INTO incident_claims (n, type, certainty) VALUES (?,?,?)"
_SERVICE = "INSERT INTO incident_services (n, service, status) VALUES (?,?,?)"
_FACILITY = "INSERT INTO incident_facilities (n, facility, facility_label, facility_name) VALUES (?,?,?,?)"
_COMMUNE = "INSERT INTO incident_communes (n, commune, commune_label, commune_name) VALUES (?,?,?,?)"
_PLACE = "INSERT INTO incident_places (n, lat, lon, cell) VALUES (?,?,?,?)"
_SOURCE = "INSERT INTO incident_reports (n, url, outlet) VALUES (?,?,?)"


def put_members(db: sqlite3.Connection, n: int, members: Iterable[Member], fresh: bool) -> None:
    if not fresh:
        db.execute("DELETE FROM members WHERE n = ?", (n,))
    db.executemany("INSERT OR REPLACE INTO members (url, position, n) VALUES (?,?,?)", [(*m, n) for m in members])


def put_keys(db: sqlite3.Connection, n: int, keys: Iterable[str], fresh: bool) -> None:
    if not fresh:
        db.execute("DELETE FROM facility_keys WHERE n = ?", (n,))
    db.executemany("INSERT INTO facility_keys (key, n) VALUES (?,?)", [(k, n) for k in sorted(set(keys))])


def citing(db: sqlite3.Connection, url: str) -> list[int]:
    """Row numbers of the incidents that cite this address."""
    return [n for (n,) in db.execute("SELECT n FROM incident_reports WHERE url = ?", (url,))]


def reserve(db: sqlite3.Connection, incident_id: str) -> None:
    """An id that came with its incident (a copy of another store) is given too."""
    year, number = (int(part) for part in incident_id.split("-")[1:])
    db.execute(
        "INSERT INTO given_ids (year, last) VALUES (?, ?) "
        "ON CONFLICT (year) DO UPDATE SET last = excluded.last WHERE excluded.last > last",
        (year, number),
    )
