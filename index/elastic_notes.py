"""Notes of collecting in the Elasticsearch store; see `index.store.Store` for what each function promises."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any

from elasticsearch.dsl import Search
from elasticsearch.dsl.query import Bool, Term
from elasticsearch.dsl.query import Query as Question

from index.elastic_bulk import Change
from index.elastic_cluster import Cluster
from index.elastic_ledger import hashed
from index.elastic_scan import scan
from index.elastic_transaction import Documents
from index.store import Note

_MOST_PARTS = 50_000


def put(documents: Documents, notes: Iterable[Note]) -> None:
    with documents.writing() as own:
        for note in notes:
            source = {"kind": note.kind, "key": note.key, "part": note.part, "rank": note.rank}
            own.put(Change("notes", note_id(note.kind, note.key), source | {"json": json.dumps(note.data)}))


def drop(documents: Documents, kind: str, keys: Iterable[str]) -> None:
    with documents.writing() as own:
        for key in keys:
            own.put(Change("notes", note_id(kind, key), None))


def get(documents: Documents, kind: str, keys: Iterable[str]) -> dict[str, Note]:
    found = documents.get_all([("notes", note_id(kind, key)) for key in keys])
    return {source["key"]: _note(source) for source in found if source}


def ranked(cluster: Cluster, kind: str, part: str | None, limit: int | None) -> list[Note]:
    found = scan(cluster, "notes", _of(kind, part), [{"rank": "desc"}, "key"])
    return [_note(hit["_source"]) for hit in islice(found, limit)]


def count(cluster: Cluster, kind: str) -> dict[str, int]:
    asked = Search().query(_of(kind, None)).extra(size=0)
    asked.aggs.bucket("parts", "terms", field="part", size=_MOST_PARTS)
    with cluster.speaking() as client:
        answer = client.search(index=cluster.index("notes"), body=asked.to_dict())
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["parts"]["buckets"]}


def _of(kind: str, part: str | None) -> Question:
    told = {"kind": kind} if part is None else {"kind": kind, "part": part}
    return Bool(filter=[Term(field, {"value": value}) for field, value in told.items()])


def note_id(kind: str, key: str) -> str:
    return hashed(f"{kind}\n{key}")


def _note(source: dict[str, Any]) -> Note:
    return Note(source["kind"], source["key"], source["part"], source["rank"], json.loads(source["json"]))
