"""Saved searches in the Elasticsearch store; see `index.saved.Saved` for what each method promises.

The order of arrival is the sequence number that Elasticsearch gives every write of the index of incidents, which has
one shard. It belongs to one index: a mark names it, and is worth nothing for the index that a reindexing made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from elasticsearch.dsl.query import Bool, MatchAll, Range, Term

from index.elastic_bulk import Change
from index.elastic_cluster import Cluster
from index.elastic_indices import in_use
from index.elastic_ledger import hashed
from index.elastic_scan import scan
from index.elastic_transaction import Documents
from index.row import utc
from index.saved import (
    Arrivals,
    Kept,
    SavedSearch,
    Sending,
    Told,
    faults_of,
    forgotten,
    orphans,
    search_of,
    sending_of,
    to_json,
    told_of,
)
from index.store import Row

INDEX = "alerts"
# Parts of a store (`index.store.PARTS`) that are documents of this index, with their kind there.
KINDS = {"saved": "saved", "told": "told", "sendings": "sending"}


class ElasticSaved:
    def __init__(self, cluster: Cluster, documents: Documents) -> None:
        self._cluster, self._documents = cluster, documents

    def put(self, search: SavedSearch) -> None:
        with self._documents.writing():
            self._put_search(search.name, to_json(search), self.mark(search.name))

    def _put_search(self, name: str, text: str, mark: str) -> None:
        with self._documents.writing() as own:
            own.put(_change("saved", name, "", "", text, mark))

    def get(self, name: str) -> SavedSearch | None:
        found = self._documents.get(INDEX, _id("saved", name, ""))
        return search_of(found["json"]) if found else None

    def all(self) -> list[SavedSearch]:
        return [search_of(source["json"]) for source in self._every("saved")]

    def remove(self, name: str) -> None:
        of = Bool(filter=[Term("search", {"value": name})])
        with self._documents.writing() as own:
            own.put(Change(INDEX, _id("saved", name, ""), None))
            for hit in scan(self._cluster, INDEX, of, ["kind", "key"], ["kind"]):
                own.put(Change(INDEX, hit["_id"], None))

    def mark(self, name: str) -> str:
        found = self._documents.get(INDEX, _id("saved", name, ""))
        return str(found["mark"]) if found else ""

    def put_mark(self, name: str, mark: str) -> None:
        with self._documents.writing():
            if found := self._documents.get(INDEX, _id("saved", name, "")):
                self._put_search(name, found["json"], mark)

    def arrived(self, after: str, limit: int) -> Arrivals:
        index = in_use(self._cluster)["incidents"]
        of, _, number = after.rpartition(":")
        last = int(number) if of == index else -1
        order: list[Any] = [{"_seq_no": "asc"}]
        ids = []
        for hit in islice(
            scan(self._cluster, "incidents", Range("_seq_no", {"gt": last}), order, ["id"], index), limit
        ):
            last = hit["_seq_no"]
            ids.append(hit["_id"])
        return Arrivals(f"{index}:{last}", tuple(ids))

    def told(self, name: str, incidents: Iterable[str]) -> dict[str, Told]:
        wanted = sorted(set(incidents))
        found = self._documents.get_all([(INDEX, _id("told", name, one)) for one in wanted])
        return {one: told_of(source["json"]) for one, source in zip(wanted, found, strict=True) if source}

    def latest(self, name: str, limit: int) -> list[Told]:
        of = Bool(filter=[_kind("told"), Term("search", {"value": name}), Term("within", {"value": ""})])
        hits = scan(self._cluster, INDEX, of, [{"at": "desc"}, {"key": "desc"}], ["json"])
        return [told_of(hit["_source"]["json"]) for hit in islice(hits, limit)]

    def put_told(self, name: str, told: Sequence[Told]) -> None:
        with self._documents.writing() as own:
            for one in told:
                own.put(_change("told", name, one.incident, utc(one.at), to_json(one), within=one.within))

    def sendings(self, name: str | None = None) -> list[Sending]:
        found = [sending_of(source["json"]) for source in self._every("sending", name)]
        return sorted(found, key=lambda one: (one.made, one.id))

    def put_sendings(self, sendings: Sequence[Sending]) -> None:
        with self._documents.writing() as own:
            for one in sendings:
                own.put(_change("sending", one.search, one.id, utc(one.made), to_json(one)))

    def sent(self, sending: Sending) -> None:
        with self._documents.writing() as own:
            own.put(Change(INDEX, _id("sending", sending.search, sending.id), None))

    def faults(self) -> list[str]:
        return faults_of(self._rows())

    def repair(self) -> list[str]:
        return forgotten(self, orphans(self._rows()))

    def _rows(self) -> Iterator[Kept]:
        for hit in scan(self._cluster, INDEX, MatchAll(), ["search", "kind", "key"], ["kind", "search", "json"]):
            yield Kept(hit["_source"]["kind"], hit["_source"]["search"], hit["_source"]["json"])

    def _every(self, kind: str, name: str | None = None) -> Iterator[dict[str, Any]]:
        named = [] if name is None else [Term("search", {"value": name})]
        for hit in scan(self._cluster, INDEX, Bool(filter=[_kind(kind), *named]), ["search", "key"]):
            yield hit["_source"]


def _kind(kind: str) -> Term:
    return Term("kind", {"value": kind})


def _id(kind: str, search: str, key: str) -> str:
    return hashed(f"{kind}\n{search}\n{key}")


def _change(kind: str, search: str, key: str, at: str, text: str, mark: str = "", within: str = "") -> Change:
    source = {"kind": kind, "search": search, "key": key, "at": at, "within": within, "mark": mark, "json": text}
    return Change(INDEX, _id(kind, search, key), source)


# moving
def dump(cluster: Cluster, part: str) -> Iterator[Row]:
    for hit in scan(cluster, INDEX, Bool(filter=[_kind(KINDS[part])]), ["search", "key"]):
        source = hit["_source"]
        key = source["search"] if part == "saved" else f"{source['search']}\0{source['key']}"
        yield Row(key, {"json": source["json"]})


def change(part: str, row: Row) -> Change:
    text = row.data["json"]
    if part == "saved":
        return _change("saved", row.key, "", "", text)
    name, key = row.key.split("\0")
    if part == "told":
        told = told_of(text)
        return _change("told", name, key, utc(told.at), text, within=told.within)
    return _change("sending", name, key, utc(sending_of(text).made), text)
