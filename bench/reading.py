"""Reading the shipped corpus: seconds to the first result of `vigie extract`, articles a second, memory of a reader."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "corpus" / "dev.jsonl"
_FIELDS = ("url", "title", "published", "text", "outlet")


def measure() -> Iterator[dict[str, object]]:
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    articles = [json.dumps({k: row[k] for k in _FIELDS if k in row}) for row in rows]
    yield {"case": "extract", **_extract(articles)}
    for jobs in (1, 2):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as many:
            many.write("\n".join(articles * 3))
            many.flush()
            began = time.monotonic()
            command = [sys.executable, "-m", "cli", "extract", "-j", str(jobs), many.name]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            took = time.monotonic() - began
        yield {"case": f"extract -j {jobs}", "articles": 3 * len(articles), "seconds": round(took, 1)}


def _extract(articles: list[str]) -> dict[str, object]:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "extract"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(articles[0] + "\n")
    process.stdin.flush()
    process.stdout.readline()
    first = time.monotonic() - began
    for article in articles[1:]:
        process.stdin.write(article + "\n")
        process.stdin.flush()
        process.stdout.readline()
    rest = time.monotonic() - began - first
    process.stdin.close()
    process.wait(timeout=60)
    return {
        "first_result_s": round(first, 2),
        "articles_per_s": round((len(articles) - 1) / rest, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
