"""A store of every earlier version opens and answers as before. SQLite only."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from index import open_store
from index.row import columns
from index.saved import SavedSearch
from index.sqlite_file import APPLICATION_ID, add_functions, current_version, migrations
from index.store import FACETS, Box, Member, Near, Note, OutletState, Query, Seen, Store
from records import Incident
from tests.index.samples import NOW, article, attacks, facility, incident, report, said, services, source

# What an earlier version called otherwise: its table, and how to fill it from a store of today.
RENAMED = {
    "articles": "SELECT substr(url, -16) AS id, url, fetched, content_hash, purged, json FROM now.articles",
    "redirects": "SELECT id AS old, other AS new FROM now.fates WHERE kind = 'merged'",
    "incident_types": "SELECT DISTINCT type, n FROM now.incident_claims WHERE certainty <> 'denied'",
}


# Two at Bourges, two at one place, one known by its number, one that nobody can place.
SITES = (
    facility("Site 51", department="51", lat=48.9, lon=4),
    facility("Site 37", "Bourges", department="37", insee="18033", lat=48.9, lon=4),
    facility("Site de Bourges", "Bourges", finess="180000010", insee="18033", lat=47.08, lon=2.39),
    facility("Site É", "Épernay", lat=49.04),
    facility("Site", None),
    facility("Site", None),
)
OWN = {"department", "commune", "commune_label", "commune_name", "lat", "lon", "cell"}


def fill(store: Store) -> None:
    for n in range(1, 8):
        of = article(n, text=f"Le scanner {n} est arrêté, les urgences tournent.")
        store.put_article(of)
        store.put_report(report(of, said()))
        where = facility(f"Clinique {n}", "Tours" if n % 2 else None, insee="37261" if n == 1 else None)
        sites = SITES if n in (3, 4) else ()
        store.put_incident(
            incident(
                n,
                sites=sites,
                facility=where.model_copy(update={"lat": 47.4, "lon": 0.7} if n % 3 else {}),
                attack_types=attacks("rancongiciel:confirmed", "vol_donnees:denied"),
                services=services("urgences:ferme"),
                reports=(source(of, services=("Le scanner est arrêté.",)),),
            ),
            [Member(of.url, 0)],
            [f"name:{n}"],
        )
    store.redirect("VIG-2022-0007", "VIG-2022-0006", NOW)
    store.mark_seen([Seen("https://a.example/", "a", NOW, "kept")])
    store.put_outlet_state(OutletState("a", NOW, None, "HTTP 403", NOW + timedelta(hours=1), 4, 1, 3))
    store.put_notes([Note("waiting", "https://a.example/2", "a", "2026", {"x": 1})])
    store.saved.put(SavedSearch("Loire", Query(words="scanner"), NOW))


def aged(now: Path, path: Path, version: int) -> None:
    """A file as that version of Vigie would have left it, with what the store of today holds."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        add_functions(db)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for script in migrations()[:version]:
            db.executescript(script)
        db.execute(f"PRAGMA user_version = {version}")
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("ATTACH ? AS now", (str(now),))
        for (table,) in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            if table.startswith(("search_", "sqlite_")) or table in (
                "arrivals",
                "departures",
            ):  # which the file keeps itself
                continue
            kept = {row[1] for row in db.execute(f"PRAGMA now.table_info({table})")}
            columns = [row[1] for row in db.execute(f"PRAGMA main.table_info({table})")]
            shared = ", ".join((["rowid"] if table == "search" else []) + [c for c in columns if c in kept])
            if not kept.issuperset(columns):
                db.execute(f"INSERT INTO main.{table} ({', '.join(columns)}) {RENAMED[table]}")
            else:
                db.execute(f"INSERT INTO main.{table} ({shared}) SELECT {shared} FROM now.{table}")
        if version < 9:
            own_alone(db, OWN & {row[1] for row in db.execute("PRAGMA main.table_info(incidents)")}, version)


def own_alone(db: sqlite3.Connection, known: set[str], version: int) -> None:
    """Earlier versions looked at the facility alone: 8 for all but the department, those before for that too."""
    for n, text in db.execute("SELECT n, json FROM main.incident_records").fetchall():
        told = Incident.model_validate_json(text)
        row = columns(told.model_copy(update={"sites": ()}))
        for name in known - ({"department"} if version == 8 else set()):
            db.execute(f"UPDATE main.incidents SET {name} = ? WHERE n = ?", (row[name], n))


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        kept = [n for n in names if not n.startswith(("search_", "sqlite_"))]
        found = {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in kept}
    found.pop("departures", None)  # what went before is nobody's concern in a file that was brought up to date
    if "arrivals" in found:
        found["arrivals"] = sorted(row[1:] for row in found["arrivals"])  # all there, in an order of the file's own
    found["fates"] = [(row[0], row[1], row[3]) for row in found["fates"]]  # version 1 knew neither when nor on what
    return found


@pytest.mark.parametrize("version", range(1, current_version() + 1))
def test_a_store_of_an_earlier_version_is_brought_up_to_date_whole(tmp_path: Path, version: int) -> None:
    now, then = tmp_path / "now.db", tmp_path / "then.db"
    with open_store(f"sqlite:///{now}") as store:
        fill(store)
    aged(now, then, version)
    with open_store(f"sqlite:///{now}") as store, open_store(f"sqlite:///{then}") as old:
        assert old.info().schema_version == current_version()
        assert old.check() == []
        assert list(old.all(Query())) == list(store.all(Query()))
        for query in (
            Query(words="scanners"),
            Query(certainty=("denied",)),
            Query(box=Box(47, 0, 48, 1)),
            Query(department=("37",)),
            Query(commune=("Épernay",)),
            Query(commune=("18033",), near=Near(48.9, 4, 1)),
            Query(facility=("180000010",)),
            Query(facility=("nom:site",)),
        ):
            assert store.search(query).total
            assert old.search(query, facets=FACETS) == store.search(query, facets=FACETS)
        assert old.incident("VIG-2022-0007") == store.incident("VIG-2022-0006")
        assert old.cells(Query(), 10) == store.cells(Query(), 10)
    expected = tables(now)
    if version < 3:
        expected["notes"] = []
    if version < 5:
        expected["saved_searches"] = []
    assert tables(then) == expected


def test_a_migration_that_breaks_off_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, then = tmp_path / "now.db", tmp_path / "then.db"
    with open_store(f"sqlite:///{now}") as store:
        fill(store)
    aged(now, then, 1)
    before = tables_of_version(then)
    monkeypatch.setattr(
        "index.sqlite_file.migrations", lambda: (*migrations()[:2], "CREATE TABLE x (y);\nSELECT 1 FROM nowhere;")
    )
    with pytest.raises(Exception, match="nowhere"):
        open_store(f"sqlite:///{then}")
    assert tables_of_version(then) == before


def tables_of_version(path: Path) -> tuple[int, list[str]]:
    with closing(sqlite3.connect(path)) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        return version, [row[0] for row in db.execute("SELECT sql FROM sqlite_master ORDER BY name") if row[0]]
