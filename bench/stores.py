"""Both stores on the same made-up reports: loading, asking, disk and memory. `bench.readers` adds who reads meanwhile.

`VIGIE_BENCH_REPORTS` says how many (20,000), `VIGIE_BENCH_STORES` which stores (`sqlite,elasticsearch`); Elasticsearch
is left out where none answers (`make elasticsearch`).

`VIGIE_BENCH_TIMES` has SQLite asked once more when each incident is there as many times over, under other ids.

Loading, in blocks of 500 reports, beside the raw engine given the same rows as they came out of the store: plain
`executemany` into the same tables, `helpers.parallel_bulk` into the same mapping. `times_raw` is the whole of loading;
`times_raw_written` leaves out what it takes to read the texts (French analysis) and to make rows of records, measured
alone; `times_fts5` is the whole beside the words alone in an FTS5 table. Of SQLite, where all work is this process's,
times are those of its processor: they hold on a machine that others use. Asking: twelve searches of the app, each a page
of twenty with its facets; on Elasticsearch in turn with the same body sent raw, and asked as if no extract were kept
(`anew`).
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

from elasticsearch import Elasticsearch, helpers

from bench.made_up import reports
from index import elastic_lease, open_store
from index.elastic import ElasticStore
from index.elastic_bulk import Change, apply
from index.elastic_extracts import Extracts
from index.elastic_indices import create
from index.elastic_search import body
from index.facility import keys
from index.row import columns, record_json
from index.searchable import searchable
from index.sqlite_columns import FURTHER
from index.sqlite_file import PAGE_SIZE, add_functions, migrations
from index.store import FACETS, Box, Member, Near, Query, Store
from index.words import parse
from records import Article, Incident, Report
from tools.elasticsearch.__main__ import DEVELOPMENT

COUNT = int(os.environ.get("VIGIE_BENCH_REPORTS", "20000"))
STORES = os.environ.get("VIGIE_BENCH_STORES", "sqlite,elasticsearch").split(",")
TIMES = int(os.environ.get("VIGIE_BENCH_TIMES", "1"))
_BATCH = 500
_SAMPLE = 5000
_ROUNDS = 21
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
SIX = ("department", "facility_type", "type", "service", "care_impact", "outlet")
_WORDS = ("names", "titles", "labels", "titles_stem", "body", "body_stem")
_GROWN = (
    "incidents",
    *(f"incident_{name}" for name in ("records", "services", "claims", "reports", *FURTHER.values())),
)
_Made = tuple[Article, Report, Incident]


def facets_of(query: Query) -> Sequence[str]:
    return SIX if query.box else FACETS[:3]


def measure() -> Iterator[dict[str, object]]:
    first, french, rows = (round(seconds * 1000, 3) for seconds in _making())
    yield {"reports": min(COUNT, _SAMPLE), "french_first_ms": first, "french_ms": french, "rows_ms": rows}
    making = (french + rows) * COUNT / 1000
    if "sqlite" in STORES:
        yield from _sqlite(making)
    if "elasticsearch" in STORES and DEVELOPMENT.answers():
        yield from _elasticsearch(making)


def _making() -> tuple[float, float, float]:
    """Seconds a report to read its text when its words are new and when they are known, and to make rows of its records."""
    made = list(reports(min(COUNT, _SAMPLE)))
    passes = []
    for _ in range(2):
        began = time.process_time()
        for article, report, incident in made:
            searchable(incident, {article.url: article}, {article.url: len(report.incidents)})
        passes.append(time.process_time() - began)
    began = time.process_time()
    for article, report, incident in made:
        record_json(article), report.model_dump_json(), record_json(incident)
        article.id, article.content_hash, columns(incident), keys(incident.facility)
    return passes[0] / len(made), passes[1] / len(made), (time.process_time() - began) / len(made)


def load(store: Store, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds, without those in which the reports were made up."""
    return sum(_seconds(clock, partial(_put, store, block)) for block in _blocks())


def _blocks() -> Iterator[list[_Made]]:
    made = reports(COUNT)
    while block := list(islice(made, _BATCH)):
        yield block


def _put(store: Store, block: Sequence[_Made]) -> None:
    with store.writing():
        for article, report, incident in block:
            store.put_article(article)
            store.put_report(report)
            store.put_incident(incident, [Member(article.url, 0)])


def _seconds(clock: Callable[[], float], do: Callable[[], object]) -> float:
    began = clock()
    do()
    return clock() - began


def _loaded(ours: float, raw: float, making: float, store: Store, **more: object) -> dict[str, object]:
    return {
        "store": type(store).__name__,
        "reports": COUNT,
        "seconds": round(ours, 1),
        "making_seconds": round(making, 1),
        "raw_seconds": round(raw, 1),
        "times_raw": round(ours / raw, 2),
        "times_raw_written": round((ours - making) / raw, 2),
        "megabytes": round(store.info().bytes / 1e6, 1),
        **more,
    }


# SQLite
def _sqlite(making: float) -> Iterator[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vigie.db"
        with open_store(f"sqlite:///{path}") as store:
            wall = time.perf_counter()
            ours = load(store, time.process_time)
            wall = time.perf_counter() - wall
            raw, words = _raw_sqlite(path, Path(folder) / "raw.db")
            beside = {"fts5_seconds": round(words, 1), "times_fts5": round(ours / words, 2)}
            yield _loaded(ours, raw, making, store, **beside, with_making_up_and_waiting_seconds=round(wall))
        yield from _asked(path)
        if TIMES > 1:
            _grow(path, TIMES)
            yield from _asked(path)


def _asked(path: Path) -> Iterator[dict[str, object]]:
    with open_store(f"sqlite:///{path}") as store:
        began = time.process_time()
        store.search(Query())
        first = round((time.process_time() - began) * 1000)
        whole = {"incidents": store.info().incidents, "megabytes": round(store.info().bytes / 1e6)}
        yield {"store": "SqliteStore", **whole, "first_search_ms": first, "megabytes_resident": resident()}
        every: list[float] = []
        for name, query in QUERIES.items():
            total = store.search(query, facets=facets_of(query)).total
            taken = times(_search(store, query), clock=time.process_time)
            every += taken
            yield {"store": "SqliteStore", "query": name, "total": total, **told(taken)}
        yield {"store": "SqliteStore", "query": "all twelve", **told(every)}


def _grow(path: Path, times: int) -> None:
    """Every incident that many times, under other ids, citing the same articles."""
    new = "substr(id, 1, 9) || printf('%08d', ?1 + n)"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        add_functions(db)
        step = db.execute("SELECT max(n) FROM incidents").fetchone()[0]
        for shift in range(step, step * times, step):
            db.execute("BEGIN")
            for table in _GROWN:
                names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
                chosen = ["?1 + n" if name == "n" else new if name == "id" else name for name in names]
                db.execute(
                    f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(chosen)} FROM {table} WHERE n <= ?2",
                    (shift, step),
                )
            words = ", ".join(_WORDS)
            db.execute(
                f"INSERT INTO search (rowid, {words}) SELECT rowid + ?, {words} FROM search WHERE rowid <= ?",
                (shift, step),
            )
            db.execute("COMMIT")


def _raw_sqlite(path: Path, fresh: Path) -> tuple[float, float]:
    """Seconds for all tables, and of these for the words alone."""
    with closing(sqlite3.connect(path)) as there, closing(sqlite3.connect(fresh, isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA cache_size = -32768")
        add_functions(db)
        for script in migrations():
            db.executescript(script)
        kinds = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in kinds:
            db.execute(f"DROP TRIGGER {name}")
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        taken: dict[str, float] = {}
        reading = {name: _rows(there, name) for name in tables if not name.startswith(("search_", "sqlite_"))}
        while batches := {name: rows for name, cursor in reading.items() if (rows := list(islice(cursor[1], _BATCH)))}:
            db.execute("BEGIN")
            for name, rows in batches.items():
                began = time.process_time()
                db.executemany(f"INSERT INTO {name} {reading[name][0]}", rows)
                taken[name] = taken.get(name, 0.0) + time.process_time() - began
            began = time.process_time()
            db.execute("COMMIT")
            taken["commit"] = taken.get("commit", 0.0) + time.process_time() - began
    return sum(taken.values()), taken["search"]


def _rows(there: sqlite3.Connection, table: str) -> tuple[str, Iterator[tuple[Any, ...]]]:
    names = [row[1] for row in there.execute(f"PRAGMA table_info({table})")]
    names = ["rowid", *names] if table == "search" else names
    told = f"({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    order = "n" if "n" in names else "1"
    return told, iter(there.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {order}"))


# Elasticsearch
def _elasticsearch(making: float) -> Iterator[dict[str, object]]:
    prefix = f"vigie-bench-{uuid.uuid4().hex[:8]}"
    with (
        open_store(f"{DEVELOPMENT.url}/{prefix}") as store,
        Elasticsearch(DEVELOPMENT.url, request_timeout=300) as client,
    ):
        assert isinstance(store, ElasticStore)
        try:
            processor, clock = _in_turn(store, client)
            beside = {"times_raw_clock": round(clock[0] / clock[1], 2), "clock_seconds": round(clock[0], 1)}
            yield _loaded(
                processor[0], processor[1], making, store, megabytes_resident=server_resident(client), **beside
            )
            for name, query in QUERIES.items():
                asked, index = (
                    body(query, parse(query.words), 0, 20, facets_of(query)),
                    store.cluster.index("incidents"),
                )
                total = store.search(query).total
                asks: dict[str, Callable[[], object]] = {
                    "": _search(store, query),
                    "anew_": partial(_anew, store, query),
                    "raw_": partial(client.search, index=index, body=asked),
                }
                taken = times(*asks.values())
                figures = {f"{kind}{key}": v for n, kind in enumerate(asks) for key, v in told(taken[n::3]).items()}
                yield {"store": "ElasticStore", "query": name, "total": total, **figures}
        finally:
            client.indices.delete(index=f"{prefix}-*")


def _anew(store: ElasticStore, query: Query) -> None:
    kept, store.extracts = store.extracts, Extracts(store.cluster, store.extracts.read)
    store.search(query, facets=facets_of(query))
    store.extracts = kept


def _in_turn(store: ElasticStore, client: Elasticsearch) -> tuple[list[float], list[float]]:
    """Seconds of the processors, and of the clock: of the store, and of the documents that it sent, raw."""
    names = {name: create(store.cluster, name, alias=False) for name in ("articles", "reports", "incidents", "ledger")}
    spent = [[0.0, 0.0], [0.0, 0.0]]
    sent: list[dict[str, Any]] = []

    def processors() -> float:
        (node,) = client.nodes.stats(metric="process")["nodes"].values()
        return time.process_time() + float(node["process"]["cpu"]["total_in_millis"]) / 1000

    def timed(which: int, do: Callable[[], object]) -> None:
        began = processors()
        spent[1][which] += _seconds(time.perf_counter, do)
        spent[0][which] += processors() - began

    def noting(cluster: Any, changes: Sequence[Change], *rest: Any, **more: Any) -> list[str]:
        kept = [c for c in changes if c.source and c.source.get("kind") not in ("journal", "lease")]
        sent.extend(
            {"_index": names[c.into], "_id": c.id, "_source": {**(c.source or {}), **(c.words or {})}} for c in kept
        )
        return apply(cluster, changes, *rest, **more)

    def raw() -> None:
        for _ in helpers.parallel_bulk(client, sent, thread_count=2, chunk_size=_BATCH):
            pass

    with patch.object(elastic_lease, "apply", noting):
        for block in _blocks():
            sent.clear()
            timed(0, partial(_put, store, block))
            timed(1, raw)
    timed(1, partial(client.indices.refresh, index=list(names.values())))
    client.indices.delete(index=list(names.values()))
    return spent[0], spent[1]


def server_resident(client: Elasticsearch) -> float:
    """Of the server, in MB; 0 when it runs on another machine."""
    (node,) = client.nodes.info(metric="process")["nodes"].values()
    return resident(node["process"]["id"])


def resident(pid: int | None = None) -> float:
    status = Path(f"/proc/{pid or os.getpid()}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return round(sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000, 1)


# asking
def _search(store: Store, query: Query) -> Callable[[], object]:
    return lambda: store.search(query, facets=facets_of(query))


def times(
    *asks: Callable[[], object], clock: Callable[[], float] = time.perf_counter, rounds: int = _ROUNDS
) -> list[float]:
    """Milliseconds, in turn."""
    taken = []
    for _ in range(rounds):
        for ask in asks:
            began = clock()
            ask()
            taken.append((clock() - began) * 1000)
    return taken


def told(taken: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile (the nearest rank)."""
    ranked = sorted(taken)
    return {
        "median_ms": round(statistics.median(ranked), 1),
        "p95_ms": round(ranked[-(-95 * len(ranked) // 100) - 1], 1),
    }
