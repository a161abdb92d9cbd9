"""`python3 -m tools.elasticsearch [start|stop|install]`: the development server on http://127.0.0.1:9200.

With `--nodes 3`, a cluster of its own on http://127.0.0.1:9411 and the ports after it.
"""

from __future__ import annotations

import argparse
import os
import sys

from tools.elasticsearch import cluster, distribution
from tools.elasticsearch.node import Node, ready

PORT = int(os.environ.get("VIGIE_ELASTICSEARCH_PORT", "9200"))
DEVELOPMENT = Node(distribution.CACHE / f"node-{PORT}", PORT, PORT + 100)


def main(arguments: list[str]) -> str:
    parser = argparse.ArgumentParser(prog="python3 -m tools.elasticsearch", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("start", "stop", "install"), default="start")
    parser.add_argument("--nodes", type=int, choices=range(1, 10), default=1, metavar="N")
    asked = parser.parse_args(arguments)
    if asked.what == "install":
        return str(distribution.install())
    if asked.nodes > 1:
        return _several(asked.what, cluster.nodes(asked.nodes))
    if asked.what == "stop":
        DEVELOPMENT.stop()
        return ""
    if not DEVELOPMENT.answers():
        ready(DEVELOPMENT)
    return DEVELOPMENT.url


def _several(what: str, nodes: list[Node]) -> str:
    if what == "stop":
        cluster.stop(nodes)
        return ""
    cluster.start(nodes)
    return "\n".join(node.url for node in nodes)


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))
    except (distribution.Missing, RuntimeError) as error:
        sys.exit(f"tools.elasticsearch: {error}")
