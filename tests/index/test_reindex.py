"""A new index in the place of the old one, and writes that broke off."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from index import open_store
from index.elastic_indices import INDICES, VERSION
from index.store import FACETS, NOT_SAID, Near, Query, Store, StoreError
from tests.index.conftest import new_prefix
from tests.index.samples import article, facility, incident, source

ROOT = Path(__file__).parents[2]


@pytest.fixture
def own_prefix(elasticsearch: str) -> Iterator[str]:
    with new_prefix(elasticsearch) as url:
        yield url


def indices(url: str) -> dict[str, bool]:
    """The indices of a store, and whether an alias leads to each."""
    server, _, prefix = url.rpartition("/")
    with Elasticsearch(server) as client:
        found = client.indices.get_alias(index=f"{prefix}-*").body
    return {name: bool(told["aliases"]) for name, told in found.items()}


def put(store: Store, n: int) -> None:
    of = article(n, text=f"Le scanner {n} est arrêté.")
    with store.writing():
        store.put_article(of)
        store.put_incident(incident(n, reports=(source(of),)))


def test_a_reindexed_cluster_answers_as_before(own_prefix: str) -> None:
    with open_store(own_prefix) as store:
        for n in range(1, 6):
            put(store, n)
        store.remove_incident("VIG-2022-0002")
        asked = [Query(), Query(words="scanners"), Query(words="scanners 3", sort="relevance")]
        before = [store.search(query, facets=FACETS) for query in asked]
        assert store.reindex() == 4
        assert [store.search(query, facets=FACETS) for query in asked] == before
        assert store.check() == []
        assert store.new_incident_id(2022) == "VIG-2022-0006"


def test_reindexing_a_file_puts_the_search_right(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'vigie.db'}") as store:
        for n in range(1, 6):
            put(store, n)
        with store.reading() as db:  # type: ignore[attr-defined]
            db.execute("DELETE FROM search WHERE rowid IN (2, 3)")
        assert len(store.check()) == 2
        assert store.repair() == ["L'index de recherche a été refait : 5 incidents."]
        assert store.check() == store.repair() == []
        assert store.search(Query(words="scanners")).total == 5
        assert store.reindex() == 5


def test_reading_goes_on_and_writes_are_kept_while_a_cluster_reindexes(own_prefix: str) -> None:
    written: list[int] = []
    faults: list[BaseException] = []
    over = threading.Event()

    def write() -> None:
        try:
            with open_store(own_prefix) as other:
                for n in range(100, 1000):
                    put(other, n)
                    written.append(n)
                    if n % 5 == 0:
                        other.remove_incident(f"VIG-2022-{n:04d}")
                    if over.is_set():
                        return
        except BaseException as error:
            faults.append(error)

    def read() -> None:
        try:
            with open_store(own_prefix) as other:
                while not over.is_set():
                    assert other.search(Query(words="scanners")).total >= 20
        except BaseException as error:
            faults.append(error)

    def until_more_are_written() -> None:
        now = len(written)
        while len(written) < now + 2 and not faults:
            over.wait(0.05)

    with open_store(own_prefix) as store:
        with store.writing():
            for n in range(1, 21):
                put(store, n)
        threads = [threading.Thread(target=write), threading.Thread(target=read)]
        for thread in threads:
            thread.start()
        until_more_are_written()
        store.reindex()
        until_more_are_written()
        over.set()
        for thread in threads:
            thread.join()
        assert faults == []
        kept = {n for n in written if n % 5} | set(range(1, 21))
        assert {int(i.id[-4:]) for i in store.all(Query(words="scanners"))} == kept
        assert store.check() == []
        assert sorted(indices(own_prefix).values()) == [False] * len(INDICES) + [True] * len(INDICES), (
            "the old ones are kept"
        )
        assert len(store.drop_old()) == len(INDICES)
        assert all(indices(own_prefix).values())
        assert store.search(Query()).total == len(kept)


# What that version said of a group of which only the sites' places are known.
OF_VERSION: dict[int, dict[str, Any]] = {
    1: {"department": NOT_SAID, "commune": NOT_SAID, "commune_name": "", "place": None, "sites": []},
    2: {"department": ["37", "45"], "commune": NOT_SAID, "commune_name": "", "place": None, "sites": []},
}


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_cluster_of_an_earlier_version_is_refused_until_it_is_reindexed(own_prefix: str, version: int) -> None:
    sites = [
        facility("Site", town, department=code, lat=47.9, lon=1.9)
        for town, code in (("Orléans", "45"), ("Tours", "37"))
    ]
    with open_store(own_prefix) as store:
        put(store, 1)
        store.put_incident(incident(2, facility=facility("Groupe", None), sites=tuple(sites)))
    server, _, prefix = own_prefix.rpartition("/")
    with Elasticsearch(server) as client:
        client.indices.put_mapping(index=f"{prefix}-incidents", meta={"vigie": version})
        client.update(index=f"{prefix}-incidents", id="VIG-2022-0002", doc=OF_VERSION[version], refresh=True)
    with pytest.raises(StoreError, match="reindex"):
        open_store(own_prefix)
    with open_store(own_prefix, upgrading=True) as store:
        assert store.reindex() == 2
    with open_store(own_prefix) as store:
        assert store.search(Query(words="scanner")).total == 1
        for query in (
            Query(department=("37",)),
            Query(commune=("Tours",)),
            Query(facility=("nom:site, orleans",)),
            Query(near=Near(47.9, 1.9, 1)),
        ):
            assert [hit.incident.id for hit in store.search(query).hits] == ["VIG-2022-0002"]
        assert [cell.count for cell in store.cells(Query(), 9)] == [1]


def test_a_reindexing_that_fails_leaves_all_as_it_was(own_prefix: str) -> None:
    server, _, prefix = own_prefix.rpartition("/")
    with open_store(own_prefix) as store, Elasticsearch(server) as client:
        put(store, 1)
        before = indices(own_prefix)
        client.index(index=f"{prefix}-incidents", id="x", document={"json": "{}"}, refresh=True)
        with pytest.raises(ValueError, match="Incident"):
            store.reindex()
        assert indices(own_prefix) == before
        assert store.search(Query(words="scanner")).total == 1


DIE = """
import os, sys
from index import elastic_lease, open_store
from tests.index.test_reindex import put
apply = elastic_lease.apply
def dies(cluster, changes, *rest, **more):
    if any(c.into == "incidents" for c in changes):
        apply(cluster, [c for c in changes if c.into == "articles"], *rest, **more)
        os._exit(9)
    return apply(cluster, changes, *rest, **more)
with open_store(sys.argv[1]) as store:
    elastic_lease.apply = dies
    elastic_lease._PART = int(sys.argv[2])
    put(store, 1)
"""


@pytest.mark.parametrize("part", [4_000_000, 200], ids=["short journal", "journal in parts"])
def test_what_a_dead_writer_had_begun_is_finished(emptied_prefix: str, part: int) -> None:
    died = subprocess.run(
        [sys.executable, "-c", DIE, emptied_prefix, str(part)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert died.returncode == 9
    with open_store(emptied_prefix) as store:
        assert store.info().articles == store.info().incidents == 1
        assert store.search(Query(words="scanner")).total == 1
        assert store.check() == []
        assert store.repair() == []
        put(store, 2)
        assert store.info().incidents == 2
