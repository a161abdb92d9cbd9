"""The child process in which a crawl runs, seen from its parent: a job and answers go in, JSON lines come out."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

POLL = 0.2  # s between two looks at `stop`
PATIENCE = 5.0  # s a crawl that was told to stop may take before it is killed
FINISHED = None


class CollectError(RuntimeError):
    """The crawl itself broke down (not an outlet: those are told as events)."""


class Crawl:
    """The child process, a queue of the lines it wrote, and the end of what it said on stderr."""

    def __init__(self, job: dict[str, Any]) -> None:
        root = str(Path(__file__).parents[1])
        path = os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH")) if p)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crawler.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for this process, which then stops the child in good order
        )
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.last_words: deque[str] = deque(maxlen=20)
        self._readers = [threading.Thread(target=t, daemon=True) for t in (self._read_events, self._read_errors)]
        for reader in self._readers:
            reader.start()
        self.answer(job)

    def messages(self, stop: Callable[[], bool] | None = None) -> Iterator[dict[str, Any]]:
        """What the child says, until it has finished or `stop` is true. CollectError when it died."""
        while not (stop and stop()):
            try:
                line = self.lines.get(timeout=POLL)
            except queue.Empty:
                continue
            if line is FINISHED:
                return self.check()
            yield json.loads(line)

    def answer(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):  # the child died: `check` tells
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()

    def check(self) -> None:
        status = self.process.wait()
        if status:
            self._readers[1].join(timeout=1)
            words = " ".join(line.strip() for line in list(self.last_words)[-3:])
            raise CollectError(f"La collecte s'est arrêtée d'un coup (code {status}). {words}".strip())

    def close(self) -> None:
        """End the child if it still runs: first by closing its input, which it takes as the order to stop."""
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for reader in self._readers:
            reader.join(timeout=1)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()

    def _read_events(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(FINISHED)

    def _read_errors(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.last_words.append(line)
