"""A cluster that goes away while it is used. Elasticsearch only; the network in between is ours to cut."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from elasticsearch import Elasticsearch

from index import elastic_cluster, open_store
from index.consolidate import consolidate
from index.store import Query, StoreError
from tests.index.samples import article, incident, report, said, source
from tests.index.wire import Wire


@pytest.fixture
def wire(elasticsearch: str) -> Iterator[Wire]:
    made = Wire(elasticsearch)
    yield made
    made.cut()


@pytest.fixture
def through(wire: Wire, emptied_prefix: str) -> str:
    """The store as it is reached over the wire."""
    return f"http://127.0.0.1:{wire.port}/{emptied_prefix.rpartition('/')[2]}"


def test_who_only_reads_is_told_at_once_that_nobody_answers(through: str, wire: Wire) -> None:
    with open_store(through) as store:
        assert store.search(Query()).total == 0
        wire.cut()
        began = time.monotonic()
        with pytest.raises(StoreError, match="ne répond pas") as caught:
            store.search(Query())
        assert time.monotonic() - began < 10
        assert str(caught.value).count("\n") == 0
        wire.mend()
        assert store.search(Query()).total == 0


# VIGIE_OUTAGE=60: how long the cluster is away each time, in seconds.
OUTAGE = float(os.environ.get("VIGIE_OUTAGE", "1.5"))


@pytest.mark.parametrize("times", [2])
def test_who_writes_waits_for_a_cluster_that_comes_back(
    through: str, wire: Wire, emptied_prefix: str, caplog: pytest.LogCaptureFixture, times: int
) -> None:
    written: list[int] = []
    faults: list[BaseException] = []
    over = threading.Event()

    def write() -> None:
        try:
            with open_store(through) as store:
                for n in range(1, 10_000):
                    of = article(n, text="Le scanner est arrêté.")
                    with store.writing():
                        store.put_article(of)
                        store.put_incident(incident(n, reports=(source(of),)))
                    written.append(n)
                    if over.is_set():
                        return
        except BaseException as error:
            faults.append(error)

    def until_more_are_written() -> None:
        now, end = len(written), time.monotonic() + 60 + OUTAGE
        while len(written) < now + 2 and not faults and time.monotonic() < end:
            time.sleep(0.02)

    with caplog.at_level(logging.WARNING):
        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(times):
            until_more_are_written()
            wire.cut()
            time.sleep(OUTAGE)
            wire.mend()
        until_more_are_written()
        over.set()
        writer.join()
    assert faults == []
    assert "Elasticsearch ne répond pas encore : nouvel essai" in caplog.text
    assert "Traceback" not in caplog.text
    with open_store(emptied_prefix) as store:
        assert [i.id for i in store.all(Query(words="scanner"))] == [f"VIG-2022-{n:04d}" for n in reversed(written)]
        assert store.info().articles == len(written)
        assert store.check() == []


@contextmanager
def blocked(url: str, index: str) -> Iterator[None]:
    """As Elasticsearch does it when its disk is nearly full."""
    server, _, prefix = url.rpartition("/")
    block = "index.blocks.read_only_allow_delete"
    with Elasticsearch(server) as client:
        client.indices.put_settings(index=f"{prefix}-{index}", settings={block: True})
        try:
            yield
        finally:
            client.indices.put_settings(index=f"{prefix}-{index}", settings={block: None})


def test_what_was_begun_when_the_disk_was_full_is_finished_when_there_is_room(emptied_prefix: str) -> None:
    of = article(1, text="Le scanner est arrêté.")
    with open_store(emptied_prefix) as store:
        with blocked(emptied_prefix, "incidents"):
            with pytest.raises(StoreError, match=r"bloquée en écriture.*sera fini"):
                consolidate(store, report(of, said()), of)
            with pytest.raises(StoreError, match="bloquée en écriture"):
                store.put_article(article(2))
            with open_store(emptied_prefix) as reader:
                assert reader.search(Query()).total == 0, "reading goes on"
        store.put_article(article(2))
        assert store.search(Query(words="scanner")).total == 1
        assert store.info().articles == 2
        assert store.check() == []


def test_nothing_is_begun_when_the_whole_store_is_blocked(emptied_prefix: str) -> None:
    with open_store(emptied_prefix) as store, blocked(emptied_prefix, "*"):
        with pytest.raises(StoreError, match="bloquée en écriture") as caught:
            store.put_article(article(1))
        assert "sera fini" not in str(caught.value)
        assert store.info().articles == 0


def test_a_server_that_takes_calls_and_says_nothing_is_given_up(
    emptied_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_cluster, "PROMPT", 0.3)
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:
        began = time.monotonic()
        with pytest.raises(StoreError, match="à temps"):
            open_store(f"http://127.0.0.1:{mute.getsockname()[1]}/vigie")
        assert time.monotonic() - began < 10
