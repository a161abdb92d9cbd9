"""The embedded store: one SQLite file with everything in it. See `index.store` for what each method promises."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from index import sqlite_acts, sqlite_check, sqlite_dump, sqlite_incidents, sqlite_notes, sqlite_search, sqlite_suggest
from index.facility import keys as facility_keys
from index.row import moment, record_json, utc
from index.sqlite_block import Block
from index.sqlite_columns import PLACE, Columns, Latest
from index.sqlite_file import SqliteFile
from index.sqlite_saved import SqliteSaved
from index.store import Bucket, Cell, Fate, Info, Member, Note, OutletState, Page, Query, Row, Seen, StoreError
from records import Act, Article, Incident, Report

_Record = TypeVar("_Record", bound=BaseModel)
_BATCH = 500
_TURNED_BACK = 5  # times that columns were later than what the file holds: it was put back to what it held before


class SqliteStore:
    """A store in one SQLite file. Threads may share it; other processes may read and write the same file."""

    def __init__(self, path: Path, url: str) -> None:
        self.url = url
        self._file = SqliteFile(path, self._finish)
        self._columns = Latest()
        self._learnt: set[str] = set()  # words of names that are in the file: not sent again with every incident
        self.saved = SqliteSaved(self._file)

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def is_current(self) -> bool:
        return self._file.is_current()

    def writing(self) -> AbstractContextManager[None]:
        @contextmanager
        def block() -> Iterator[None]:
            with self._file.writing():
                yield

        return block()

    def _finish(self, db: sqlite3.Connection, block: Block) -> Callable[[], None]:
        learnt = block.finish(db, self._read, self._learnt)
        return lambda: self._learnt.update(learnt)

    # articles and reports
    def put_article(self, article: Article) -> None:
        fetched = utc(article.fetched) if article.fetched else None
        row = (article.url, fetched, article.content_hash, 0, record_json(article))
        with self._file.putting() as (db, block):
            before = db.execute("SELECT content_hash, purged FROM articles WHERE url = ?", (article.url,)).fetchone()
            db.execute("REPLACE INTO articles (url, fetched, content_hash, purged, json) VALUES (?,?,?,?,?)", row)
            block.articles[article.url] = article
            if before != (article.content_hash, 0):
                block.touch(sqlite_incidents.citing(db, article.url))

    def put_report(self, report: Report) -> None:
        row = (report.url, report.relevant, len(report.incidents), report.model_dump_json())
        with self._file.putting() as (db, block):
            db.execute("REPLACE INTO reports (url, relevant, victims, json) VALUES (?,?,?,?)", row)
            block.victims[report.url] = len(report.incidents)

    def remove_article(self, url: str) -> None:
        with self._file.putting() as (db, block):
            db.execute("DELETE FROM articles WHERE url = ?", (url,))
            db.execute("DELETE FROM reports WHERE url = ?", (url,))
            block.articles.pop(url, None)
            block.victims.pop(url, None)
            block.touch(sqlite_incidents.citing(db, url))

    def article(self, url: str) -> Article | None:
        with self._file.reading() as db:
            row = db.execute("SELECT json FROM articles WHERE url = ?", (url,)).fetchone()
        return self._read(Article, row[0]) if row else None

    def report(self, url: str) -> Report | None:
        with self._file.reading() as db:
            row = db.execute("SELECT json FROM reports WHERE url = ?", (url,)).fetchone()
        return self._read(Report, row[0]) if row else None

    def articles(self) -> Iterator[Article]:
        for (text,) in self._rows("SELECT json FROM articles ORDER BY url"):
            yield self._read(Article, text)

    def reports(self) -> Iterator[Report]:
        for (text,) in self._rows("SELECT json FROM reports ORDER BY url"):
            yield self._read(Report, text)

    def _rows(self, sql: str) -> Iterator[tuple[str]]:
        with self._file.snapshot() as db:
            cursor = db.execute(sql)
            while rows := cursor.fetchmany(_BATCH):
                yield from rows

    # incidents
    def incident(self, incident_id: str) -> Incident | None:
        with self._file.reading() as db:
            row = db.execute(
                f"SELECT json FROM incidents JOIN incident_records USING (n) WHERE id = ({sqlite_acts.SUCCESSOR})",
                (incident_id,),
            ).fetchone()
        return self._read(Incident, row[0]) if row else None

    def put_incident(
        self, incident: Incident, members: Sequence[Member] | None = None, keys: Iterable[str] | None = None
    ) -> None:
        self._put_incident(incident, members, keys)

    def _put_incident(
        self,
        incident: Incident,
        members: Sequence[Member] | None = None,
        keys: Iterable[str] | None = None,
        text: str | None = None,
    ) -> None:
        with self._file.putting() as (db, block):
            if gone := sqlite_acts.fate(db, incident.id):
                raise ValueError(f"{incident.id} was {gone.kind}")
            known = sqlite_incidents.row_of(db, incident.id)
            n = sqlite_incidents.put(db, incident, known, text)
            if members is not None:
                sqlite_incidents.put_members(db, n, members, known is None)
            if keys is None and known is None:
                keys = facility_keys(incident.facility)
            if keys is not None:
                sqlite_incidents.put_keys(db, n, keys, known is None)
            sqlite_incidents.reserve(db, incident.id)
            block.put(n, incident, fresh=known is None)

    def members(self, incident_id: str) -> tuple[Member, ...]:
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT m.url, m.position FROM members m JOIN incidents i USING (n) WHERE i.id = ? ORDER BY 1, 2",
                (incident_id,),
            ).fetchall()
        return tuple(Member(*row) for row in rows)

    def remove_incident(self, incident_id: str, at: datetime | None = None, why: str | None = None) -> None:
        with self._file.writing() as db:
            if db.execute("SELECT 1 FROM incidents WHERE id = ?", (incident_id,)).fetchone():
                members = self.members(incident_id)
                self.put_fate(Fate(incident_id, "withdrawn", at or datetime.now(UTC), None, why, members))

    def redirect(self, old_id: str, new_id: str, at: datetime | None = None, why: str | None = None) -> None:
        if old_id == new_id:
            raise ValueError(f"{old_id} cannot lead to itself")
        with self._file.writing() as db:
            target = sqlite_acts.successor(db, new_id)
            if target is None or target == old_id:
                raise ValueError(f"{old_id} cannot lead to {new_id}, which is no incident")
            members = self.members(old_id)
            self.put_fate(Fate(old_id, "merged", at or datetime.now(UTC), target, why, members))

    def revive(self, incident_id: str) -> None:
        with self._file.writing() as db:
            sqlite_acts.revive(db, incident_id)

    def put_fate(self, fate: Fate) -> None:
        with self._file.putting() as (db, block):
            sqlite_acts.put_fate(db, fate)
            if fate.kind == "split":
                return
            if n := sqlite_incidents.row_of(db, fate.id):
                db.execute("DELETE FROM search WHERE rowid = ?", (n,))
                db.execute("DELETE FROM incidents WHERE n = ?", (n,))
                block.forget(n)
            sqlite_incidents.reserve(db, fate.id)

    def fate(self, incident_id: str) -> Fate | None:
        with self._file.reading() as db:
            return sqlite_acts.fate(db, incident_id)

    def fates(self) -> Iterator[Fate]:
        with self._file.reading() as db:
            found = sqlite_acts.fates(db)
        yield from found

    def add_act(self, act: Act) -> bool:
        with self._file.writing() as db:
            return sqlite_acts.add_act(db, act)

    def acts(self, urls: Iterable[str] | None = None) -> tuple[Act, ...]:
        with self._file.reading() as db:
            texts = sqlite_acts.acts(db, urls)
        return tuple(self._read(Act, text) for text in texts)

    def new_incident_id(self, year: int) -> str:
        with self._file.writing() as db:
            db.execute(
                "INSERT INTO given_ids (year, last) VALUES (?, 1) ON CONFLICT (year) DO UPDATE SET last = last + 1",
                (year,),
            )
            last = db.execute("SELECT last FROM given_ids WHERE year = ?", (year,)).fetchone()[0]
        return f"VIG-{year:04d}-{last:04d}"

    def candidates(self, keys: Iterable[str]) -> tuple[str, ...]:
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT DISTINCT i.id FROM facility_keys k JOIN incidents i USING (n) "
                "WHERE k.key IN (SELECT value FROM json_each(?)) ORDER BY i.id",
                (json.dumps(sorted(set(keys))),),
            ).fetchall()
        return tuple(row[0] for row in rows)

    def incidents_of_report(self, url: str) -> tuple[Incident, ...]:
        with self._file.reading() as db:
            sql = (
                "SELECT json FROM incidents JOIN incident_records USING (n) "
                "WHERE n IN (SELECT n FROM incident_reports WHERE url = ?) ORDER BY id"
            )
            rows = db.execute(sql, (url,)).fetchall()
        return tuple(self._read(Incident, text) for (text,) in rows)

    # asking
    @contextmanager
    def _asking(self, parts: Set[str]) -> Iterator[tuple[sqlite3.Connection, Columns]]:
        for attempt in count():
            if attempt == _TURNED_BACK:
                self._columns = Latest()
            with self._file.committed() as db:
                if columns := self._columns.at(db, parts):
                    yield db, columns
                    return

    def search(self, query: Query, offset: int = 0, limit: int = 20, facets: Sequence[str] = ()) -> Page:
        with self._asking(sqlite_search.parts(query, facets)) as (db, columns):
            return sqlite_search.search(db, columns, query, offset, limit, facets, self._read)

    def all(self, query: Query) -> Iterator[Incident]:
        with self._asking(sqlite_search.parts(query)) as (db, columns):
            found = sqlite_search.Found(db, columns, query).in_order()
            for start in range(0, len(found), _BATCH):
                for text in sqlite_search.texts(db, found[start : start + _BATCH]):
                    yield self._read(Incident, text)

    def suggest(self, words: str) -> str | None:
        with self._file.snapshot() as db:
            return sqlite_suggest.suggest(db, words)

    def histogram(self, query: Query, by: Literal["month", "year"] = "month") -> tuple[Bucket, ...]:
        with self._asking(sqlite_search.parts(query)) as (db, columns):
            return sqlite_search.histogram(sqlite_search.Found(db, columns, query), by)

    def cells(self, query: Query, zoom: int) -> tuple[Cell, ...]:
        with self._asking({*sqlite_search.parts(query), PLACE}) as (db, columns):
            return sqlite_search.cells(sqlite_search.Found(db, columns, query), zoom)

    # collecting
    def mark_seen(self, seen: Iterable[Seen]) -> None:
        rows = [(s.url, s.outlet, utc(s.at), s.outcome, s.reason, s.content_hash) for s in seen]
        with self._file.writing() as db:
            db.executemany("INSERT OR REPLACE INTO seen VALUES (?,?,?,?,?,?)", rows)

    def seen(self, url: str) -> Seen | None:
        with self._file.reading() as db:
            sql = "SELECT url, outlet, at, outcome, reason, content_hash FROM seen WHERE url = ?"
            row = db.execute(sql, (url,)).fetchone()
        return Seen(row[0], row[1], datetime.fromisoformat(row[2]), *row[3:]) if row else None

    def seen_all(self, urls: Iterable[str]) -> dict[str, Seen]:
        sql = (
            "SELECT url, outlet, at, outcome, reason, content_hash FROM seen "
            "WHERE url IN (SELECT value FROM json_each(?))"
        )
        with self._file.reading() as db:
            rows = db.execute(sql, (json.dumps(list(urls)),)).fetchall()
        return {row[0]: Seen(row[0], row[1], datetime.fromisoformat(row[2]), *row[3:]) for row in rows}

    def put_notes(self, notes: Iterable[Note]) -> None:
        with self._file.writing() as db:
            sqlite_notes.put(db, notes)

    def drop_notes(self, kind: str, keys: Iterable[str]) -> None:
        with self._file.writing() as db:
            sqlite_notes.drop(db, kind, keys)

    def get_notes(self, kind: str, keys: Iterable[str]) -> dict[str, Note]:
        with self._file.reading() as db:
            return sqlite_notes.get(db, kind, keys)

    def notes(self, kind: str, part: str | None = None, limit: int | None = None) -> list[Note]:
        with self._file.reading() as db:
            return sqlite_notes.ranked(db, kind, part, limit)

    def count_notes(self, kind: str) -> dict[str, int]:
        with self._file.reading() as db:
            return sqlite_notes.count(db, kind)

    def outlet_states(self) -> dict[str, OutletState]:
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT outlet, last_attempt, last_success, last_error, next_try, seen, kept, failed "
                "FROM outlet_state ORDER BY outlet"
            ).fetchall()
        return {r[0]: OutletState(r[0], moment(r[1]), moment(r[2]), r[3], moment(r[4]), *r[5:]) for r in rows}

    def put_outlet_state(self, state: OutletState) -> None:
        moments = [utc(m) if m else None for m in (state.last_attempt, state.last_success, state.next_try)]
        row = (state.outlet, *moments[:2], state.last_error, moments[2], state.seen, state.kept, state.failed)
        with self._file.writing() as db:
            db.execute("INSERT OR REPLACE INTO outlet_state VALUES (?,?,?,?,?,?,?,?)", row)

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """The file itself, for `index.backup`."""
        return self._file.reading()

    # moving
    def dump(self, part: str) -> Iterator[Row]:
        with self._file.snapshot() as db:
            yield from sqlite_dump.dump(db, part)

    def load(self, part: str, rows: Sequence[Row]) -> None:
        with self._file.writing() as db:
            sqlite_dump.load(db, part, rows, self._load_incident)

    def _load_incident(self, row: Row) -> None:
        text = row.data["json"]
        members = [Member(*m) for m in row.data["members"]]
        self._put_incident(self._read(Incident, text), members, row.data["keys"], text)

    # keeping
    def purge(self, before: datetime) -> int:
        with self._file.writing(), self._file.putting() as (db, block):
            sql = "SELECT url FROM articles WHERE purged = 0 AND fetched < ? ORDER BY fetched"
            old = [url for (url,) in db.execute(sql, (utc(before),))]
            for url in old:  # one text at a time
                (text,) = db.execute("SELECT json FROM articles WHERE url = ?", (url,)).fetchone()
                emptied = record_json(self._read(Article, text).model_copy(update={"text": ""}))
                db.execute("UPDATE articles SET purged = 1, json = ? WHERE url = ?", (emptied, url))
                block.articles.pop(url, None)
                block.touch(sqlite_incidents.citing(db, url))
        return len(old)

    def reindex(self) -> int:
        with self._file.putting() as (db, block):
            found = db.execute("SELECT n, json FROM incidents JOIN incident_records USING (n)").fetchall()
            db.execute("DELETE FROM search WHERE rowid NOT IN (SELECT n FROM incidents)")
            for n, text in found:
                sqlite_incidents.put(db, self._read(Incident, text), n, text)
                block.touch([n])
        return len(found)

    def drop_old(self) -> list[str]:
        return []  # one transaction: nothing of before is kept

    def repair(self) -> list[str]:
        with self._file.writing() as db:
            done = self.saved.repair()
            damaged = sqlite_check.check_search(db)
            if not damaged and not sqlite_check.is_out_of_step(db):
                return done
            if damaged:
                db.execute("INSERT INTO search (search) VALUES ('rebuild')")
            return [*done, f"L'index de recherche a été refait : {self.reindex()} incidents."]

    def info(self) -> Info:
        with self._file.snapshot() as db:
            return sqlite_check.info(db, self.url, self._file.path)

    def check(self) -> list[str]:
        with self._file.writing() as db:
            return sqlite_check.check_search(db) + sqlite_check.faults(db) + self.saved.faults()

    def _read(self, record: type[_Record], text: str) -> _Record:
        try:
            return record.model_validate_json(text)
        except ValidationError as error:
            where = f"{record.__name__} illisible dans la base {self._file.path}"
            raise StoreError(f"{where} ({error.errors()[0]['msg']}) : restaurez une copie.") from error
