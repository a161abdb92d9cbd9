"""Archives of the past into the store: read by several processes, part by part, and gone on with where it stopped.

What a part gave is written in one transaction with the place where the next one begins: whatever dies, nothing is
lost, and a part that is read twice changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit

from crawler.archives import Failure, Part, read_part
from crawler.child import CollectError
from crawler.outlets import Outlet
from index.store import Note, Seen, Store
from nlp.stream import LazyReader
from pipeline import FROM_FILES, Run, Summary, Tell, is_known, keep, nobody


def backfill(
    store: Store,
    sources: Sequence[str],
    reader: LazyReader | None = None,
    *,
    outlets: Sequence[Outlet] = (),
    only: bool = False,
    allow_private: bool = False,
    executor: Executor | None = None,
    jobs: int = 1,
    tell: Tell = nobody,
    progress: Callable[[Summary], object] = nobody,
) -> Summary:
    """Read archives (files and addresses) into the store, each from where an earlier run left it.

    `only` passes over hosts that are none of the outlets'. Parts are read by `executor`, or by `jobs` processes, one
    part of an archive at a time; articles are read and written here. Failures are counted and told; an archive that
    breaks off is tried again from there by the next run.
    """
    reader = reader or LazyReader()
    given = {"outlets": tuple(outlets), "only": only, "allow_private": allow_private}
    with Run(store) as (summary, fail), _workers(executor, jobs, len(sources)) as workers:
        waiting = deque((source, start) for source in sources if (start := _place(store, source)) is not None)
        summary.articles["known"] += len(sources) - len(waiting)
        running: set[Future[Part]] = set()
        while waiting or running:
            while waiting and len(running) < 2 * jobs:
                source, start = waiting.popleft()
                running.add(workers.submit(read_part, source, start, **given))  # type: ignore[arg-type]
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                try:
                    part = future.result()
                except BrokenExecutor:
                    raise CollectError(
                        "Un processus de lecture est mort ; la prochaine lecture reprendra là."
                    ) from None
                _take(store, part, reader, summary, fail, tell)
                if part.following is not None:
                    waiting.appendleft((part.source, part.following))
                progress(summary)
    return summary


def _take(
    store: Store,
    part: Part,
    reader: LazyReader,
    summary: Summary,
    fail: Callable[[Failure, Tell], None],
    tell: Tell,
) -> None:
    now = datetime.now(UTC)
    read = []
    for article in part.articles:
        if is_known(store, article):
            summary.articles["known"] += 1
            continue
        report = reader.read(article)
        if isinstance(report, Failure):
            fail(report, tell)
        else:
            read.append((article, report))
    with store.writing():
        for article, report in read:
            keep(store, article, report, summary, [Seen(article.url, article.outlet or FROM_FILES, now, "")])
        dropped = [Seen(url, outlet, now, "irrelevant", None, digest) for url, outlet, digest in part.dropped]
        met = store.seen_all([seen.url for seen in dropped])
        store.mark_seen([replace(seen) for seen in dropped if seen.url not in met])
        if not part.broken:
            store.put_notes([Note("archive", _key(part.source), "", now.isoformat(), {"following": part.following})])
    summary.articles["irrelevant"] += part.irrelevant
    for failure in part.failures:
        fail(failure, tell)
    if part.broken:
        fail(Failure(part.source, f"archive illisible à partir de l'octet {part.start} ({part.broken})"), tell)


def _place(store: Store, source: str) -> int | None:
    """Where to go on with an archive; None when it was read to its end."""
    note = store.get_notes("archive", [_key(source)]).get(_key(source))
    if note is None:
        return 0
    following: int | None = note.data["following"]
    return following


def _key(source: str) -> str:
    """An archive by its address, or by its file's name, size and beginning: it may have been moved."""
    if urlsplit(source).scheme in ("http", "https"):
        return source
    path = Path(source)
    try:
        with path.open("rb") as stream:
            begins = hashlib.sha256(stream.read(65536)).hexdigest()
        return f"{path.name} {path.stat().st_size} {begins}"
    except OSError:
        return source


@contextmanager
def _workers(executor: Executor | None, jobs: int, archives: int) -> Iterator[Executor]:
    if executor is not None:
        yield executor
        return
    # fork would copy this process's locks and connections
    with ProcessPoolExecutor(max(1, min(jobs, archives)), mp_context=get_context("spawn")) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
