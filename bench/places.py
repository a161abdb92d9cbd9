"""What asks for places, on both stores: filters by distance, map box, commune and facility, their facets, the map's
cells; and what is told of a store and emptied in it.

`VIGIE_BENCH_REPORTS` and `VIGIE_BENCH_STORES` as in `bench.stores`. Asked of incidents of one facility each, then when one
in `_ONE_IN` is a group's with five sites more. Milliseconds: of the processor for SQLite, by the clock for Elasticsearch.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from elasticsearch import Elasticsearch

from bench.stores import COUNT, STORES, load, times, told
from index import open_store
from index.store import Box, Near, Query, Store
from tools.elasticsearch.__main__ import DEVELOPMENT

_ROUNDS = 41
_ONE_IN, _SITES = 100, 5
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
QUERIES: dict[str, Query] = {
    "near": Query(near=Near(47.39, 0.69, 50.0)),
    "box": Query(box=Box(46.3, 0.0, 48.6, 3.2)),
    "commune": Query(commune=("Tours", "45234")),
    "facility": Query(facility=("Clinique des Tilleuls 3",)),
    "department": Query(department=("37",)),
}


def measure() -> Iterator[dict[str, object]]:
    if "sqlite" in STORES:
        with tempfile.TemporaryDirectory() as folder:
            yield from _measured(f"sqlite:///{Path(folder) / 'vigie.db'}", time.process_time)
    if "elasticsearch" in STORES and DEVELOPMENT.answers():
        prefix = f"vigie-bench-{uuid.uuid4().hex[:8]}"
        try:
            yield from _measured(f"{DEVELOPMENT.url}/{prefix}", time.perf_counter)
        finally:
            with Elasticsearch(DEVELOPMENT.url, request_timeout=300) as client:
                client.indices.delete(index=f"{prefix}-*")


def _measured(url: str, clock: Callable[[], float]) -> Iterator[dict[str, object]]:
    with open_store(url) as store:
        load(store)
    for groups in (0, COUNT // _ONE_IN):
        with open_store(url) as store:
            if groups:
                grouped(store)
            for name, taken in asked(store, clock).items():
                yield {"store": type(store).__name__, "reports": COUNT, "groups": groups, "asked": name, **told(taken)}


def grouped(store: Store) -> None:
    """One incident in `_ONE_IN` becomes that of a group, which the next incidents' facilities are sites of."""
    every = store.all(Query())
    with store.writing():
        while some := list(islice(every, _ONE_IN)):
            first, *others = some
            sites = tuple(other.facility for other in others[:_SITES])
            store.put_incident(first.model_copy(update={"sites": sites}))


def asked(store: Store, clock: Callable[[], float]) -> dict[str, list[float]]:
    """Milliseconds of each round, by what was asked; what is read once is read before."""
    asks: dict[str, Callable[[], object]] = {
        **{name: partial(store.search, query) for name, query in QUERIES.items()},
        "facet of communes": partial(store.search, Query(), limit=0, facets=("commune",)),
        "facet of facilities": partial(store.search, Query(), limit=0, facets=("facility",)),
        "cells": partial(store.cells, Query(), 6),
        "info": store.info,
        "nothing to purge": partial(store.purge, _BEFORE_ALL),
    }
    for ask in asks.values():
        ask()
    taken = times(*asks.values(), clock=clock, rounds=_ROUNDS)
    return {name: taken[n :: len(asks)] for n, name in enumerate(asks)}
