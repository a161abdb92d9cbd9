"""The store that grows: an Elasticsearch cluster. See `index.store` for what each method promises.

A block of `writing()` is kept aside and sent at its end: within it, what is asked by id or by key sees what was
written, searches see it when it is over. Should the process die while it sends, the next writer finishes the block.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from elasticsearch.dsl.query import Bool, MatchAll, Range, Term
from pydantic import BaseModel, ValidationError

from index import (
    elastic_check,
    elastic_dump,
    elastic_indices,
    elastic_ledger,
    elastic_notes,
    elastic_reindex,
    elastic_search,
    elastic_suggest,
)
from index.elastic_bulk import Change
from index.elastic_cluster import Cluster
from index.elastic_extracts import Extracts
from index.elastic_incident import Completion, document
from index.elastic_ledger import hashed
from index.elastic_saved import ElasticSaved
from index.elastic_scan import scan
from index.elastic_transaction import Documents
from index.facility import keys as facility_keys
from index.row import moment, record_json, utc
from index.store import Bucket, Cell, Fate, Hit, Info, Member, Note, OutletState, Page, Query, Row, Seen, StoreError
from records import Act, Article, Incident, Report, article_id

_Record = TypeVar("_Record", bound=BaseModel)
_PURGED_AT_ONCE = 500
_TRUSTED = 60.0  # seconds after which the version of the indices is looked at again


class ElasticStore:
    """A store in the indices of one prefix. Threads may share it; other processes may read and write it."""

    def __init__(self, url: str, upgrading: bool = False) -> None:
        self.cluster = Cluster(url)
        self.url = self.cluster.url
        self._documents = Documents(self.cluster, Completion())
        self.extracts = Extracts(self.cluster, self._read)
        self._opened = time.monotonic()
        self.saved = ElasticSaved(self.cluster, self._documents)
        self._version = elastic_indices.prepare(self.cluster, upgrading)
        with suppress(StoreError):  # a key that may only read leaves it to the next writer
            elastic_check.repair(self.cluster)

    def __enter__(self) -> ElasticStore:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.cluster.close()

    def is_current(self) -> bool:
        return not self.cluster.closed and time.monotonic() < self._opened + _TRUSTED

    def writing(self) -> AbstractContextManager[None]:
        @contextmanager
        def block() -> Iterator[None]:
            with self._documents.writing():
                yield

        return block()

    # articles and reports
    def put_article(self, article: Article) -> None:
        with self._documents.putting() as own:
            fetched = utc(article.fetched) if article.fetched else None
            source = {"url": article.url, "fetched": fetched, "purged": False, "json": record_json(article)}
            own.put(Change("articles", article.id, source), article)
            own.articles.add(article.url)

    def put_report(self, report: Report) -> None:
        with self._documents.putting() as own:
            source = {
                "url": report.url,
                "relevant": report.relevant,
                "victims": len(report.incidents),
                "json": report.model_dump_json(),
            }
            own.put(Change("reports", article_id(report.url), source))

    def remove_article(self, url: str) -> None:
        with self._documents.writing() as own:
            own.put(Change("articles", article_id(url), None))
            own.put(Change("reports", article_id(url), None))
            own.articles.add(url)

    def article(self, url: str) -> Article | None:
        found = self._documents.get("articles", article_id(url))
        return self._read(Article, found["json"]) if found else None

    def report(self, url: str) -> Report | None:
        found = self._documents.get("reports", article_id(url))
        return self._read(Report, found["json"]) if found else None

    def articles(self) -> Iterator[Article]:
        for hit in scan(self.cluster, "articles", MatchAll(), ["url"], ["json"]):
            yield self._read(Article, hit["_source"]["json"])

    def reports(self) -> Iterator[Report]:
        for hit in scan(self.cluster, "reports", MatchAll(), ["url"], ["json"]):
            yield self._read(Report, hit["_source"]["json"])

    # incidents
    def incident(self, incident_id: str) -> Incident | None:
        found = self._documents.get("incidents", incident_id)
        if found is None and (target := elastic_ledger.successor(self._documents, incident_id)):
            found = self._documents.get("incidents", target)
        return self._read(Incident, found["json"]) if found else None

    def put_incident(
        self, incident: Incident, members: Sequence[Member] | None = None, keys: Iterable[str] | None = None
    ) -> None:
        asked = [
            ("incidents", incident.id),
            *elastic_ledger.fate_keys(incident.id),
            elastic_ledger.given_key(incident.id),
        ]

        def put() -> None:
            if gone := elastic_ledger.fate(self._documents, incident.id):
                raise ValueError(f"{incident.id} was {gone.kind}")
            known = self._documents.get("incidents", incident.id) or {}
            of = _members(known) if members is None else members
            under = known["keys"] if keys is None and known else keys
            under = facility_keys(incident.facility) if under is None else under
            own.put(Change("incidents", incident.id, document(incident, of, under)), incident)
            elastic_ledger.reserve(self._documents, incident.id)

        with self._documents.putting() as own:
            self._documents.later(asked, put)

    def members(self, incident_id: str) -> tuple[Member, ...]:
        return _members(self._documents.get("incidents", incident_id) or {})

    def remove_incident(self, incident_id: str, at: datetime | None = None, why: str | None = None) -> None:
        with self._documents.writing():
            if self._documents.get("incidents", incident_id):
                members = self.members(incident_id)
                self.put_fate(Fate(incident_id, "withdrawn", at or datetime.now(UTC), None, why, members))

    def redirect(self, old_id: str, new_id: str, at: datetime | None = None, why: str | None = None) -> None:
        if old_id == new_id:
            raise ValueError(f"{old_id} cannot lead to itself")
        with self._documents.writing():
            target = elastic_ledger.successor(self._documents, new_id)
            if target is None or target == old_id:
                raise ValueError(f"{old_id} cannot lead to {new_id}, which is no incident")
            members = self.members(old_id)
            self.put_fate(Fate(old_id, "merged", at or datetime.now(UTC), target, why, members))

    def revive(self, incident_id: str) -> None:
        elastic_ledger.revive(self._documents, incident_id)

    def put_fate(self, fate: Fate) -> None:
        with self._documents.writing() as own:
            elastic_ledger.put_fate(self._documents, fate)
            if fate.kind != "split":
                own.put(Change("incidents", fate.id, None))
                elastic_ledger.reserve(self._documents, fate.id)

    def fate(self, incident_id: str) -> Fate | None:
        return elastic_ledger.fate(self._documents, incident_id)

    def fates(self) -> Iterator[Fate]:
        yield from elastic_ledger.fates(self._documents)

    def add_act(self, act: Act) -> bool:
        return elastic_ledger.add_act(self._documents, act)

    def acts(self, urls: Iterable[str] | None = None) -> tuple[Act, ...]:
        return tuple(self._read(Act, text) for text in elastic_ledger.acts(self._documents, urls))

    def new_incident_id(self, year: int) -> str:
        with self._documents.writing():
            return elastic_ledger.new_id(self._documents, year)

    def candidates(self, keys: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(self._documents.having("incidents", "keys", keys)))

    def incidents_of_report(self, url: str) -> tuple[Incident, ...]:
        found = self._documents.having("incidents", "urls", [url])
        return tuple(self._read(Incident, found[incident_id]["json"]) for incident_id in sorted(found))

    # asking
    def search(self, query: Query, offset: int = 0, limit: int = 20, facets: Sequence[str] = ()) -> Page:
        total, found, counted, terms = elastic_search.search(self.cluster, query, offset, limit, facets)
        incidents = [self._read(Incident, hit["_source"]["json"]) for hit in found]
        if not any(not t.excluded for t in terms):
            return Page(total, tuple(map(Hit, incidents)), counted)
        return Page(total, tuple(map(Hit, incidents, self.extracts.of(terms, found, incidents))), counted)

    def all(self, query: Query) -> Iterator[Incident]:
        question, terms = elastic_search.question(query)
        for hit in scan(self.cluster, "incidents", question, elastic_search.order(query, terms), ["json"]):
            yield self._read(Incident, hit["_source"]["json"])

    def suggest(self, words: str) -> str | None:
        return elastic_suggest.suggest(self.cluster, words)

    def histogram(self, query: Query, by: Literal["month", "year"] = "month") -> tuple[Bucket, ...]:
        return elastic_search.histogram(self.cluster, query, by)

    def cells(self, query: Query, zoom: int) -> tuple[Cell, ...]:
        return elastic_search.cells(self.cluster, query, zoom)

    # collecting
    def mark_seen(self, seen: Iterable[Seen]) -> None:
        with self._documents.writing() as own:
            for row in seen:
                own.put(Change("seen", hashed(row.url), asdict(row) | {"at": utc(row.at)}))

    def seen(self, url: str) -> Seen | None:
        return self.seen_all([url]).get(url)

    def seen_all(self, urls: Iterable[str]) -> dict[str, Seen]:
        found = self._documents.get_all([("seen", hashed(url)) for url in urls])
        return {source["url"]: Seen(**source | {"at": moment(source["at"])}) for source in found if source}

    def outlet_states(self) -> dict[str, OutletState]:
        return elastic_ledger.outlet_states(self._documents)

    def put_outlet_state(self, state: OutletState) -> None:
        elastic_ledger.put_outlet_state(self._documents, state)

    def put_notes(self, notes: Iterable[Note]) -> None:
        elastic_notes.put(self._documents, notes)

    def drop_notes(self, kind: str, keys: Iterable[str]) -> None:
        elastic_notes.drop(self._documents, kind, keys)

    def get_notes(self, kind: str, keys: Iterable[str]) -> dict[str, Note]:
        return elastic_notes.get(self._documents, kind, keys)

    def notes(self, kind: str, part: str | None = None, limit: int | None = None) -> list[Note]:
        return elastic_notes.ranked(self.cluster, kind, part, limit)

    def count_notes(self, kind: str) -> dict[str, int]:
        return elastic_notes.count(self.cluster, kind)

    # moving
    def dump(self, part: str) -> Iterator[Row]:
        return elastic_dump.dump(self.cluster, part)

    def load(self, part: str, rows: Sequence[Row]) -> None:
        with self._documents.writing() as own:
            for change in elastic_dump.changes(part, rows):
                own.put(change)
            if part == "articles":
                own.articles.update(row.key for row in rows)

    # keeping
    def purge(self, before: datetime) -> int:
        old = Bool(filter=[Term("purged", {"value": False}), Range("fetched", {"lt": utc(before)})])
        waiting: list[str] = []
        count = 0
        for hit in scan(self.cluster, "articles", old, ["_shard_doc"], ["url"]):  # as they lie: nothing is sorted
            waiting.append(hit["_source"]["url"])
            if len(waiting) == _PURGED_AT_ONCE:
                count += self._empty(waiting)
                waiting = []
        return count + self._empty(waiting)

    def _empty(self, urls: Sequence[str]) -> int:
        if not urls:
            return 0
        with self._documents.writing() as own:
            for url, source in zip(
                urls, self._documents.get_all([("articles", article_id(url)) for url in urls]), strict=True
            ):
                if source:
                    emptied = self._read(Article, source["json"]).model_copy(update={"text": ""})
                    own.put(
                        Change("articles", article_id(url), source | {"purged": True, "json": record_json(emptied)})
                    )
                    own.articles.add(url)
        return len(urls)

    def reindex(self) -> int:
        elastic_reindex.reindex(self.cluster, self._documents)
        self._version = elastic_indices.VERSION
        return self.info().incidents

    def drop_old(self) -> list[str]:
        return elastic_reindex.drop_old(self.cluster)

    def repair(self) -> list[str]:
        done = ["Une écriture interrompue a été terminée."] if elastic_check.repair(self.cluster) else []
        if told := elastic_check.forget_rejected(self.cluster):
            done.append(
                f"{told} écritures rejetées ont été oubliées : recollectez ou réimportez ce qu'elles portaient."
            )
        return done + self.saved.repair()

    def info(self) -> Info:
        return elastic_check.info(self.cluster, self._version)

    def check(self) -> list[str]:
        return elastic_check.faults(self.cluster) + self.saved.faults()

    def _read(self, record: type[_Record], text: str) -> _Record:
        try:
            return record.model_validate_json(text)
        except ValidationError as error:
            where = f"{record.__name__} illisible dans la base {self.url}"
            raise StoreError(f"{where} ({error.errors()[0]['msg']}) : restaurez une copie.") from error


def _members(source: dict[str, Any]) -> tuple[Member, ...]:
    return tuple(sorted(Member(url, position) for url, position in source.get("members") or ()))
