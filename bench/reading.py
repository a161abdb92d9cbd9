"""Reading the shipped corpus, beside stock `fr_core_news_md` with all its components, on the same articles in one run.

Seconds of processor time, so that another process on the machine does not count; the fastest of three rounds, the two
taking turns. `vigie extract` itself is timed on the clock: its first result, what one process gives and what two give.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import spacy

from nlp.reader import MODEL, Reader
from records import Article

CORPUS = Path(__file__).parents[1] / "corpus" / "dev.jsonl"
_FIELDS = ("url", "title", "published", "text", "outlet")
_ROUNDS = 3
_TOGETHER = 16


def measure() -> Iterator[dict[str, object]]:
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    relevant = [Article(**{k: row[k] for k in _FIELDS if k in row}) for row in rows if row["relevant"]]
    yield {"case": "relevant articles, in full", **_beside_stock(relevant)}
    lines = [json.dumps({k: row[k] for k in _FIELDS if k in row}) for row in rows]
    yield {"case": "vigie extract, line by line", **_line_by_line(lines)}
    one = None
    for jobs in (1, 2):
        seconds = _whole_file(lines * 6, jobs)
        one = one or seconds
        figures = {
            "articles": 6 * len(lines),
            "seconds": round(seconds, 1),
            "times_one_process": round(one / seconds, 2),
        }
        yield {"case": f"vigie extract -j {jobs}", **figures}


def _beside_stock(articles: list[Article]) -> dict[str, object]:
    stock = spacy.load(MODEL)
    reader = Reader()
    texts = [f"{a.title}\n\n{a.text}" for a in articles]
    batches = [articles[at : at + _TOGETHER] for at in range(0, len(articles), _TOGETHER)]
    ways: dict[str, Callable[[], object]] = {
        "stock_each": lambda: [stock(text) for text in texts],
        "vigie_each": lambda: [reader.read(article) for article in articles],
        "stock_pipe": lambda: list(stock.pipe(texts)),
        "vigie_together": lambda: [reader.read_together(batch) for batch in batches],
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(_ROUNDS):
        for name, way in ways.items():
            began = time.process_time()
            way()
            best[name] = min(best[name], time.process_time() - began)
    return {
        "articles": len(articles),
        **{f"{name}_per_s": round(len(articles) / seconds, 1) for name, seconds in best.items()},
        "each_times_stock": round(best["stock_each"] / best["vigie_each"], 2),
        "together_times_stock_pipe": round(best["stock_pipe"] / best["vigie_together"], 2),
    }


def _line_by_line(lines: list[str]) -> dict[str, object]:
    began = time.monotonic()
    command = [sys.executable, "-m", "cli", "extract"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    first = 0.0
    for line in lines:
        process.stdin.write(line + "\n")
        process.stdin.flush()
        process.stdout.readline()
        first = first or time.monotonic() - began
    rest = time.monotonic() - began - first
    memory = peak_memory_mb(process.pid)
    process.stdin.close()
    process.wait(timeout=60)
    return {
        "first_result_s": round(first, 2),
        "articles_per_s": round((len(lines) - 1) / rest, 1),
        "memory_mb": memory,
    }


def peak_memory_mb(pid: int) -> int | None:
    """The most that a running process held, as Linux tells it (VmHWM)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) // 1024


def _whole_file(lines: list[str], jobs: int) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.write("\n".join(lines))
        file.flush()
        began = time.monotonic()
        command = [sys.executable, "-m", "cli", "extract", "-j", str(jobs), file.name]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return time.monotonic() - began
