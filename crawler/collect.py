"""Collecting from outlets: `collect` runs one Scrapy crawl in a process of its own and calls back with what it finds.

Twisted's reactor cannot be started twice in a process nor outside its main thread, so the crawl is a child
(`python -m crawler.worker`) that speaks JSON lines: a job and the answers to "which of these are known?" go in,
events and those questions come out. All state stays on this side: killing either process loses nothing but the
pages then under way.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crawler.events import EVENT, ArticleFound, FeedEvent, FeedFailed, FeedRead, FeedState, OutletDone, PageEvent
from crawler.outlets import Outlet
from crawler.settings import TIMEOUT
from records import Article

POLL = 0.2  # s between two looks at `stop`
PATIENCE = 5.0  # s a crawl that was told to stop may take before it is killed
_FINISHED = None


class CollectError(RuntimeError):
    """The crawl itself broke down (not an outlet: those are told as events)."""


def collect(
    outlets: Iterable[Outlet],
    *,
    seen: Callable[[str], bool],
    on_article: Callable[[Article], None],
    on_seen: Callable[[PageEvent], None],
    on_outlet: Callable[[OutletDone], None],
    on_feed: Callable[[FeedEvent], None] | None = None,
    since: date | datetime | None = None,
    limit: int | None = None,
    feeds: Mapping[str, FeedState] | None = None,
    stop: Callable[[], bool] | None = None,
    timeout: float = TIMEOUT,
) -> None:
    """Collect once from all `outlets`, all at the same time, each host slowly; returns when all are done.

    `seen(url)` says whether an address needs no second look. For each page, `on_article` gets the article if
    there is one, then `on_seen` its event (remember `event.url`, and `event.article.url` when kept). Each outlet
    ends with one `on_outlet`. `on_feed` gets feeds that failed, and the validators of those dealt with in full,
    to be handed back in `feeds` next time. `since` (a local day or an aware moment) leaves out entries dated
    earlier, `limit` is the most pages fetched of each outlet, newest first; `timeout` (s) is for one whole answer.

    Callbacks run in the calling thread, one at a time; it may be any thread. An exception they raise,
    KeyboardInterrupt among them, or `stop()` being true, ends the crawl in good order. CollectError when the
    child process dies.
    """
    job = {
        "outlets": [outlet.model_dump(mode="json") for outlet in outlets],
        "since": since.isoformat() if since else None,
        "limit": limit,
        "timeout": timeout,
        "feeds": {url: state.model_dump(mode="json") for url, state in (feeds or {}).items()},
    }
    crawl = _Crawl(job)
    try:
        while True:
            if stop and stop():
                return
            try:
                line = crawl.lines.get(timeout=POLL)
            except queue.Empty:
                continue
            if line is _FINISHED:
                return crawl.check()
            message = json.loads(line)
            if "ask" in message:
                crawl.answer({"ask": message["ask"], "known": [seen(url) for url in message["urls"]]})
                continue
            event = EVENT.validate_python(message)
            match event:
                case OutletDone():
                    on_outlet(event)
                case FeedFailed() | FeedRead():
                    if on_feed:
                        on_feed(event)
                case _:
                    if isinstance(event, ArticleFound):
                        on_article(event.article)
                    on_seen(event)
    finally:
        crawl.close()


class _Crawl:
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
        self.lines.put(_FINISHED)

    def _read_errors(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.last_words.append(line)
