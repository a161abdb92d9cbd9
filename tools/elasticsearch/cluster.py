"""Several nodes that make one cluster on loopback, to try what happens when one of them goes away."""

from __future__ import annotations

import json
import shutil
import time
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.elasticsearch import distribution
from tools.elasticsearch.node import Node

PORT = 9411  # and the ones after it; the nodes speak to one another a hundred above
HEAP = "256m"
ELECTION = 60  # seconds; on a machine with other work an election is repeated


def nodes(count: int, folder: Path = distribution.CACHE, port: int = PORT) -> list[Node]:
    """Nodes `n1`, `n2`… on ports one after the other, each with a folder of its own under `cluster-PORT`."""
    names = tuple(f"n{n}" for n in range(1, count + 1))
    transports = tuple(port + 100 + n for n in range(count))
    home = folder / f"cluster-{port}"
    return [
        Node(home / name, port + n, transports[n], transports, names, HEAP, quick=True) for n, name in enumerate(names)
    ]


def start(cluster: Iterable[Node]) -> None:
    """Start those that do not run, all at once. `distribution.Missing`, or RuntimeError as of `Node.start`."""
    java, home = distribution.java_home(), distribution.install()
    down = [node for node in cluster if not node.answers()]
    with ThreadPoolExecutor(max(1, len(down))) as pool:
        list(pool.map(lambda node: node.start(home, java), down))


def stop(cluster: Iterable[Node], forget: bool = False) -> None:
    """End them at once, without giving them time to tidy up when their data are to be forgotten."""
    every = list(cluster)
    with ThreadPoolExecutor(max(1, len(every))) as pool:
        list(pool.map(lambda node: node.stop(kill=forget), every))
    if forget:
        for node in every:
            shutil.rmtree(node.folder, ignore_errors=True)


def master(cluster: Iterable[Node]) -> Node:
    """The node that the others follow, waited for while they elect one. RuntimeError when there is none in a minute."""
    every = {node.name: node for node in cluster}
    end = time.monotonic() + ELECTION
    while time.monotonic() < end:
        for node in every.values():
            try:
                with urllib.request.urlopen(f"{node.url}/_cat/master?format=json", timeout=5) as answer:
                    return every[json.load(answer)[0]["node"]]
            except (OSError, LookupError, ValueError):
                continue
        time.sleep(0.2)
    raise RuntimeError(f"no node of the cluster knows a master after {ELECTION} seconds")
