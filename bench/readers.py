"""Ten readers while one writes, on both stores: how long searches take, and how many reports a second go in.

Readers are processes that ask the twelve searches of `bench.stores` in turn, without a pause; the writer puts reports one
by one, as collecting does. Each alone first, then together; `VIGIE_BENCH_REPORTS` reports are in the store before.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from bench.made_up import reports
from bench.stores import QUERIES, STORES, facets_of, load, resident, told
from index import open_store
from index.store import Member
from tools.elasticsearch.__main__ import DEVELOPMENT

READERS = 10
_SECONDS = float(os.environ.get("VIGIE_BENCH_SECONDS", "20"))


def measure() -> Iterator[dict[str, object]]:
    if "sqlite" in STORES:
        with tempfile.TemporaryDirectory() as folder:
            yield {"store": "SqliteStore", **_together(f"sqlite:///{Path(folder) / 'vigie.db'}")}
    if "elasticsearch" in STORES and DEVELOPMENT.answers():
        prefix = f"vigie-bench-{uuid.uuid4().hex[:8]}"
        try:
            yield {"store": "ElasticStore", **_together(f"{DEVELOPMENT.url}/{prefix}")}
        finally:
            with Elasticsearch(DEVELOPMENT.url, request_timeout=120) as client:
                client.indices.delete(index=f"{prefix}-*")


def _together(url: str) -> dict[str, object]:
    with open_store(url) as store:
        load(store)
    spawned = multiprocessing.get_context("spawn")
    with spawned.Pool(READERS + 1) as pool:
        alone = pool.apply(_write, (url, 2))
        quiet = [one for some in pool.starmap(_read, [(url, n) for n in range(READERS)]) for one in some[0]]
        writing = pool.apply_async(_write, (url, 3))
        reading = pool.starmap(_read, [(url, n) for n in range(READERS)])
        beside = writing.get()
    busy = [one for some in reading for one in some[0]]
    return {
        "readers": READERS,
        **told(quiet),
        "searches_a_second": round(len(quiet) / _SECONDS, 1),
        **{f"while_writing_{name}": value for name, value in told(busy).items()},
        "while_writing_searches_a_second": round(len(busy) / _SECONDS, 1),
        "reports_a_second": alone,
        "while_reading_reports_a_second": beside,
        "megabytes_a_reader": max(some[1] for some in reading),
    }


def _read(url: str, n: int) -> tuple[list[float], float]:
    """Milliseconds of each search, and the process's memory in MB."""
    taken: list[float] = []
    queries = list(QUERIES.values())
    with open_store(url) as store:
        store.search(queries[0])
        end = time.perf_counter() + _SECONDS
        while (began := time.perf_counter()) < end:
            query = queries[(n + len(taken)) % len(queries)]
            store.search(query, facets=facets_of(query))
            taken.append((time.perf_counter() - began) * 1000)
    return taken, resident()


def _write(url: str, seed: int) -> float:
    """Reports a second, each in a block of its own."""
    made: Any = reports(1_000_000, seed)
    count = 0
    with open_store(url) as store:
        next(made)
        taken, end = 0.0, time.perf_counter() + _SECONDS
        while time.perf_counter() < end:
            article, report, incident = next(made)
            article = article.model_copy(update={"url": f"{article.url}-{seed}"})
            year, number = incident.id.split("-")[1:]
            source = incident.reports[0].model_copy(update={"url": article.url})
            incident = incident.model_copy(update={"id": f"VIG-{year}-{seed}{number}", "reports": (source,)})
            report = report.model_copy(update={"url": article.url})
            began = time.perf_counter()
            with store.writing():
                store.put_article(article)
                store.put_report(report)
                store.put_incident(incident, [Member(article.url, 0)])
            taken += time.perf_counter() - began
            count += 1
    return round(count / taken, 1)
