"""A cluster of three nodes of which one is killed, hangs, or holds the only copy; and a client that is killed.

The nodes are of `python3 -m tools.elasticsearch start --nodes 3`: `.ci/run` starts them; elsewhere these tests are
skipped when the server is not installed, and start the nodes themselves when it is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from streamlit.testing.v1 import AppTest

from index import open_store
from index.store import Query, StoreError
from tests.conftest import ROOT
from tools.elasticsearch import cluster, distribution
from tools.elasticsearch.node import Node
from views import launch

# Writes blocks of several documents until its input ends; says the number of the last block that was acknowledged.
# A time-out of two seconds stands for the thirty of every day.
WRITER = """
import sys, threading, time
from index import elastic_bulk, elastic_cluster, open_store
from index.store import Member
from tests.index.samples import article, incident, report, said, source
elastic_cluster.TIMEOUT, elastic_bulk._PRIMARY = 2.0, "1s"
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
with open_store(sys.argv[1]) as store:
    for block in range(1, 10_000):
        with store.writing():
            for n in range(block * 10, block * 10 + 10):
                of = article(n, text="Le scanner est arrêté.")
                store.put_article(of)
                store.put_report(report(of, said()))
                store.put_incident(incident(n, reports=(source(of),)), [Member(of.url, 0)])
        print(block, flush=True)
        time.sleep(0.1)  # leaves a starting node some of the machine
        if over.is_set():
            break
"""


@pytest.fixture(scope="module")
def nodes() -> Iterator[list[Node]]:
    every = cluster.nodes(3)
    found = [node.answers() for node in every]
    if not any(found) and not distribution.installed() and not os.environ.get("CI"):
        pytest.skip("Elasticsearch is not installed: make elasticsearch")
    try:
        cluster.start(every)
    except distribution.Missing as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    yield every
    if not all(found):
        cluster.stop(every, forget=True)


@pytest.fixture
def url(nodes: Sequence[Node]) -> Iterator[str]:
    """A store that is not there yet, at all three nodes; what was made of it is gone afterwards."""
    prefix = f"vigie-test-{uuid.uuid4().hex[:12]}"
    yield f"http://{','.join(f'127.0.0.1:{node.port}' for node in nodes)}/{prefix}"
    with client_of(nodes) as client:
        client.indices.delete(index=f"{prefix}-*")


@contextmanager
def client_of(nodes: Sequence[Node]) -> Iterator[Elasticsearch]:
    with Elasticsearch([node.url for node in nodes], max_retries=5, retry_on_timeout=True) as client:
        yield client


class Writer:
    """A process that writes; what it said on stderr is kept in a file."""

    def __init__(self, url: str, folder: Path) -> None:
        self.said = folder / "stderr"
        with self.said.open("w") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-c", WRITER, url],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        self.blocks = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.blocks = int(line)

    def goes_on(self, more: int = 2) -> None:
        until(lambda: self.blocks >= wanted, wanted := self.blocks + more, self)

    def ends(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(60) == 0, self.said.read_text()

    def is_killed(self) -> None:
        self.process.kill()
        self.process.wait()
        time.sleep(0.2)  # what it said is still being read


def until(true: Callable[[], bool], *context: object) -> None:
    end = time.monotonic() + 90
    while not true():
        assert time.monotonic() < end, context
        time.sleep(0.05)


@pytest.fixture
def writer(url: str, tmp_path: Path) -> Iterator[Writer]:
    made = Writer(url, tmp_path)
    yield made
    if made.process.poll() is None:
        made.is_killed()


def restart(node: Node) -> None:
    node.start(distribution.install(), distribution.java_home())


def holder(nodes: Sequence[Node], url: str, index: str = "incidents") -> Node:
    """The node with the primary of an index."""
    with client_of(nodes) as client:
        shards = client.cat.shards(index=f"{url.rpartition('/')[2]}-{index}", format="json").body
    name = next(shard["node"].split()[0] for shard in shards if shard["prirep"] == "p")  # "n1 -> … n2" while it moves
    return next(node for node in nodes if node.name == name)


def settled(nodes: Sequence[Node], url: str) -> None:
    with client_of(nodes) as client:
        told = client.options(request_timeout=70).cluster.health(
            index=f"{url.rpartition('/')[2]}-*", wait_for_status="green", timeout="60s"
        )
    assert told["status"] == "green"


def only_on(node: Node, nodes: Sequence[Node], url: str) -> None:
    """The incidents are on that node alone."""
    with client_of(nodes) as client:
        only = {"auto_expand_replicas": False, "number_of_replicas": 0, "routing.allocation.require._name": node.name}
        client.indices.put_settings(index=f"{url.rpartition('/')[2]}-incidents", settings=only)
    until(lambda: holder(nodes, url) == node)
    settled(nodes, url)


def holds(url: str, writer: Writer) -> None:
    """Every acknowledged document is there, once; of a block that was under way, all or nothing."""
    with open_store(url) as store:
        assert store.check() == []
        found = sorted(one.id for one in store.all(Query(words="scanner")))
        blocks = len(found) // 10
        assert found == [f"VIG-2022-{n:04d}" for n in range(10, blocks * 10 + 10)]
        assert writer.blocks <= blocks <= writer.blocks + 1
        info = store.info()
        assert info.articles == info.reports == info.incidents == len(found)


def spoke_french(writer: Writer) -> str:
    said = writer.said.read_text()
    for line in said.splitlines():
        assert line.startswith("Elasticsearch "), said
        assert line.endswith("."), said
    return said


def test_the_master_is_killed(nodes: Sequence[Node], url: str, writer: Writer) -> None:
    writer.goes_on()
    settled(nodes, url)
    first = cluster.master(nodes)
    first.stop(kill=True)
    writer.goes_on(4)
    assert cluster.master(nodes) != first
    restart(first)
    writer.goes_on()
    settled(nodes, url)
    writer.ends()
    holds(url, writer)
    spoke_french(writer)


def test_the_node_with_the_only_copy_is_killed(
    nodes: Sequence[Node], url: str, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is red until it is back: who writes waits and says so, who reads gets a sentence."""
    writer.goes_on()
    alone = next(node for node in nodes if node != cluster.master(nodes))
    only_on(alone, nodes, url)
    alone.stop(kill=True)
    with open_store(url) as store, pytest.raises(StoreError, match="vigie doctor") as caught:
        store.search(Query())
    assert "\n" not in str(caught.value)
    monkeypatch.setenv("VIGIE_STORE", url)
    app = AppTest.from_file(str(launch.ENTRY.parent / "views" / "navigation.py"), default_timeout=60).run()
    assert not app.exception
    assert "Les données ne peuvent pas être lues" in app.error[0].value
    restart(alone)
    writer.goes_on(3)
    said = spoke_french(writer)  # which of the two depends on whether it asks before or after the node is missed
    assert "attend un nœud qui manque" in said or "n'est pas en état de répondre" in said
    writer.ends()
    holds(url, writer)


def fault(ask: Callable[[], object]) -> str | None:
    try:
        ask()
    except StoreError as error:
        return str(error)
    return None


def test_two_of_three_nodes_are_lost_and_come_back(nodes: Sequence[Node], url: str, writer: Writer) -> None:
    """The one that is left may not decide alone what is true: who writes waits for another, and writes nothing."""
    writer.goes_on()
    settled(nodes, url)
    first = cluster.master(nodes)
    lost = [first, next(node for node in nodes if node != first)]
    with open_store(url) as reader:
        for node in lost:
            node.stop(kill=True)
        before = writer.blocks
        until(lambda: "nouvel essai" in writer.said.read_text())
        for ask in (lambda: reader.search(Query()).total, lambda: open_store(url).close()):
            said = fault(ask)  # none if the node that is left holds what is asked
            assert said is None or ("\n" not in said and "Elasticsearch" in said), said
        assert writer.blocks <= before + 1
        with ThreadPoolExecutor() as pool:
            list(pool.map(restart, lost))
        writer.goes_on(3)
        settled(nodes, url)
        assert reader.search(Query()).total >= before * 10
    writer.ends()
    holds(url, writer)
    spoke_french(writer)


def test_a_node_hangs_and_the_client_is_killed(nodes: Sequence[Node], url: str, writer: Writer) -> None:
    """What was sent to the node that hung is done by it once it goes on, and must undo nothing."""
    writer.goes_on()
    hung = holder(nodes, url)
    process = hung.pid()
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    try:
        until(lambda: "nouvel essai" in writer.said.read_text())
    finally:
        os.kill(process, signal.SIGCONT)
    writer.goes_on(4)
    writer.is_killed()
    assert "ne répond pas encore" in spoke_french(writer)
    holds(url, writer)
