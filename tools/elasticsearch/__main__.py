"""`python3 -m tools.elasticsearch [start|stop|install]`: the development server on http://127.0.0.1:9200."""

from __future__ import annotations

import os
import sys

from tools.elasticsearch import distribution
from tools.elasticsearch.node import Node, ready

PORT = int(os.environ.get("VIGIE_ELASTICSEARCH_PORT", "9200"))
DEVELOPMENT = Node(distribution.CACHE / f"node-{PORT}", PORT, PORT + 100)


def main(what: str = "start") -> str:
    if what == "install":
        return str(distribution.install())
    if what == "stop":
        DEVELOPMENT.stop()
        return ""
    if what != "start":
        raise distribution.Missing(f"no such command: {what} (start, stop or install)")
    if not DEVELOPMENT.answers():
        ready(DEVELOPMENT)
    return DEVELOPMENT.url


if __name__ == "__main__":
    try:
        print(main(*sys.argv[1:2]))
    except (distribution.Missing, RuntimeError) as error:
        sys.exit(f"tools.elasticsearch: {error}")
