"""Both stores on the same made-up reports (VIGIE_BENCH_REPORTS, 20,000 unless told): loading, asking, disk.

Loading beside the raw engine given the documents that the store makes of them (plain `executemany` into FTS5,
`helpers.parallel_bulk`); so what the ratio holds is French analysis, checks, journal and keys. Asking: twelve searches
of the app, on Elasticsearch beside the same body sent raw. Elasticsearch is left out where none answers
(`make elasticsearch`).
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch, helpers

from bench.made_up import reports
from index import open_store
from index.elastic import ElasticStore
from index.elastic_indices import create
from index.elastic_search import body
from index.searchable import searchable
from index.store import FACETS, Box, Member, Near, Query, Store
from index.words import parse
from tools.elasticsearch.__main__ import DEVELOPMENT

COUNT = int(os.environ.get("VIGIE_BENCH_REPORTS", "20000"))
_BATCH = 500
_ROUNDS = 9
_LOIRE = Box(46.3, 0.0, 48.6, 3.2)
QUERIES: dict[str, Query] = {
    "all": Query(),
    "one word": Query(words="scanner"),
    "two words": Query(words="urgences fermées"),
    "rare word": Query(words="médiathèque"),
    "phrase": Query(words='"réoriente les accouchements"'),
    "beginning": Query(words="chimio*"),
    "without": Query(words="rançongiciel -paie", sort="relevance"),
    "department": Query(department=("37", "45")),
    "pair": Query(service=("urgences",), status=("ferme",)),
    "period": Query(words="plainte", since=date(2020, 1, 1), until=date(2022, 12, 31)),
    "near": Query(near=Near(47.39, 0.69, 50.0), type=("rancongiciel",)),
    "six facets and a box": Query(words="urgences", box=_LOIRE, facility_type=("ch", "clinique"), sort="relevance"),
}
_SIX = ("department", "facility_type", "type", "service", "care_impact", "outlet")


def measure() -> Iterator[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vigie.db"
        with open_store(f"sqlite:///{path}") as store:
            yield {"store": "sqlite", **_loading(store, lambda: _raw_sqlite(Path(folder) / "raw.db"))}
            for name, query in QUERIES.items():
                yield {"store": "sqlite", "query": name, **_asking(store, query)}
    if not DEVELOPMENT.answers():
        return
    prefix = f"vigie-bench-{uuid.uuid4().hex[:8]}"
    with (
        open_store(f"{DEVELOPMENT.url}/{prefix}") as store,
        Elasticsearch(DEVELOPMENT.url, request_timeout=120) as client,
    ):
        assert isinstance(store, ElasticStore)
        try:
            yield {"store": "elasticsearch", **_loading(store, lambda: _raw_elastic(store, client))}
            for name, query in QUERIES.items():
                yield {"store": "elasticsearch", "query": name, **_asking(store, query, client)}
        finally:
            client.indices.delete(index=f"{prefix}-*")


def _loading(store: Store, raw: Callable[[], float]) -> dict[str, object]:
    began = time.perf_counter()
    made = reports(COUNT)
    while batch := list(islice(made, _BATCH)):
        with store.writing():
            for article, report, incident in batch:
                store.put_article(article)
                store.put_report(report)
                store.put_incident(incident, [Member(article.url, 0)])
    ours = time.perf_counter() - began
    began = time.perf_counter()
    for _ in reports(COUNT):
        pass
    making = time.perf_counter() - began
    theirs = raw()
    return {
        "reports": COUNT,
        "seconds": round(ours - making, 1),
        "raw_seconds": round(theirs, 1),
        "times_raw": round((ours - making) / theirs, 2),
        "megabytes": round(store.info().bytes / 1e6, 1),
    }


def _documents() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """URL, article, incident and the six fields of words, as a store keeps them."""
    for article, report, incident in reports(COUNT):
        words = searchable(incident, {article.url: article}, {article.url: len(report.incidents)})
        yield article.url, article.model_dump_json(), incident.model_dump_json(), words


def _raw_sqlite(path: Path) -> float:
    made = list(_documents())
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA page_size = 16384")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE a (n INTEGER PRIMARY KEY, url TEXT UNIQUE, article TEXT, incident TEXT)")
        db.execute("CREATE VIRTUAL TABLE s USING fts5 (a, b, c, d, e, f, tokenize = 'unicode61 remove_diacritics 0')")
        began = time.perf_counter()
        for start in range(0, len(made), _BATCH):
            batch = list(enumerate(made[start : start + _BATCH], start))
            db.execute("BEGIN")
            db.executemany("INSERT INTO a VALUES (?,?,?,?)", [(n, *row[:3]) for n, row in batch])
            db.executemany(
                "INSERT INTO s (rowid, a, b, c, d, e, f) VALUES (?,?,?,?,?,?,?)", [(n, *r[3]) for n, r in batch]
            )
            db.execute("COMMIT")
        return time.perf_counter() - began


def _raw_elastic(store: ElasticStore, client: Elasticsearch) -> float:
    """The documents that the store made, into indices of the same mapping."""
    names = {name: create(store.cluster, name, alias=False) for name in ("articles", "reports", "incidents")}
    words = {row[0]: row[3] for row in _documents()}
    fields = ("names", "titles", "labels", "titles_stem", "body", "body_stem")
    actions: list[dict[str, Any]] = []
    for name, index in names.items():
        for hit in helpers.scan(client, index=store.cluster.index(name), size=1000):
            source = hit["_source"]
            if name == "incidents":
                source |= dict(zip(fields, words[source["urls"][0]], strict=True))
            actions.append({"_index": index, "_id": hit["_id"], "_source": source})
    began = time.perf_counter()
    for _ in helpers.parallel_bulk(client, actions, thread_count=2, chunk_size=_BATCH):
        pass
    client.indices.refresh(index=list(names.values()))
    return time.perf_counter() - began


def _asking(store: Store, query: Query, client: Elasticsearch | None = None) -> dict[str, object]:
    """Milliseconds of a page of twenty with its facets, median and 95th percentile; raw: the same body alone."""
    facets = _SIX if query.box else FACETS[:3]
    total = store.search(query, facets=facets).total
    figures: dict[str, object] = {"total": total, **_times(lambda: store.search(query, facets=facets))}
    if client and isinstance(store, ElasticStore):
        asked, index = body(query, parse(query.words), 0, 20, facets), store.cluster.index("incidents")
        raw = _times(lambda: client.search(index=index, body=asked))
        figures |= {f"raw_{name}": value for name, value in raw.items()}
    return figures


def _times(ask: Callable[[], object]) -> dict[str, float]:
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return {"median_ms": round(statistics.median(taken), 1), "p95_ms": round(sorted(taken)[-1], 1)}
