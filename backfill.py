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
from typing import Any
from urllib.parse import urlsplit

from crawler.archives import PART, Failure, Part, cuts, read_part
from crawler.child import CollectError
from crawler.outlets import Outlet
from crawler.parent import belong_to_parent
from index.store import Note, Seen, Store
from nlp.stream import LazyReader
from pipeline import FROM_FILES, Run, Summary, Tell, is_known, keep, nobody

Range = tuple[int, int | None]  # bytes of an archive; None: to its end
WHOLE: Range = (0, None)
_LEAST = 4_000_000  # bytes: less is not worth a piece of its own


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

    `only` passes over hosts that are none of the outlets'. Parts are read by `executor`, or by `jobs` processes: of each
    archive one after the other, of archives on disk that are fewer than `jobs` several at a time. Articles are read and
    written here. Failures are counted and told; an archive that breaks off is tried again from there by the next run.
    """
    reader = reader or LazyReader()
    given = {"outlets": tuple(outlets), "only": only, "allow_private": allow_private}
    left = {source: _ranges(store, source) for source in dict.fromkeys(sources)}
    with Run(store) as (summary, fail), _workers(executor, jobs) as workers:
        summary.articles["known"] += sum(not ranges for ranges in left.values())
        parted = [source for source in left if jobs > len(left) and left[source] == [WHOLE] and not _is_remote(source)]
        surveys: dict[Future[Any], str] = {
            workers.submit(cuts, source, most=_piece(source, jobs)): source for source in parted
        }
        waiting = deque((source, *one) for source, ranges in left.items() if source not in parted for one in ranges)
        running: set[Future[Any]] = set()
        while waiting or running or surveys:
            while waiting and len(running) < 2 * jobs:
                source, start, end = waiting.popleft()
                running.add(workers.submit(read_part, source, start, end=end, **given))  # type: ignore[arg-type]
            done, _ = wait([*running, *surveys], return_when=FIRST_COMPLETED)
            for future in done:
                try:
                    answer = future.result()
                except BrokenExecutor:
                    raise CollectError(
                        "Un processus de lecture est mort ; la prochaine lecture reprendra là."
                    ) from None
                if future in surveys:
                    source = surveys.pop(future)
                    left[source] = list(zip((0, *answer), (*answer, None), strict=True))
                    waiting += [(source, *one) for one in left[source]]
                    continue
                running.discard(future)
                part: Part = answer
                _go_on(left[part.source], part)
                _take(store, part, left[part.source], reader, summary, fail, tell)
                if part.following is not None:
                    waiting.appendleft((part.source, part.following, part.end))
                progress(summary)
    return summary


def _go_on(ranges: list[Range], part: Part) -> None:
    """Take a part that was read out of what is left of its archive."""
    if part.broken:
        return
    at = ranges.index((part.start, part.end))
    ranges[at : at + 1] = [(part.following, part.end)] if part.following is not None else []


def _take(
    store: Store,
    part: Part,
    left: list[Range],
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
            store.put_notes([Note("archive", _key(part.source), "", now.isoformat(), {"left": left})])
    summary.articles["irrelevant"] += part.irrelevant
    for failure in part.failures:
        fail(failure, tell)
    if part.broken:
        fail(Failure(part.source, f"archive illisible à partir de l'octet {part.start} ({part.broken})"), tell)


def _ranges(store: Store, source: str) -> list[Range]:
    """What is left to be read of an archive: from where to where; empty when it was read to its end."""
    note = store.get_notes("archive", [_key(source)]).get(_key(source))
    if note is None:
        return [WHOLE]
    if "following" in note.data:  # as a store of before archives were parted has it
        return [] if note.data["following"] is None else [(note.data["following"], None)]
    return [(start, end) for start, end in note.data["left"]]


def _piece(source: str, jobs: int) -> int:
    """Bytes of a piece of an archive that several processes share: some for each, so that they end together."""
    try:
        return min(PART, max(_LEAST, Path(source).stat().st_size // (4 * jobs)))
    except OSError:
        return PART


def _is_remote(source: str) -> bool:
    return urlsplit(source).scheme in ("http", "https")


def _key(source: str) -> str:
    """An archive by its address, or by its file's name, size and beginning: it may have been moved."""
    if _is_remote(source):
        return source
    path = Path(source)
    try:
        with path.open("rb") as stream:
            begins = hashlib.sha256(stream.read(65536)).hexdigest()
        return f"{path.name} {path.stat().st_size} {begins}"
    except OSError:
        return source


@contextmanager
def _workers(executor: Executor | None, jobs: int) -> Iterator[Executor]:
    if executor is not None:
        yield executor
        return
    # fork would copy this process's locks and connections
    with ProcessPoolExecutor(max(1, jobs), mp_context=get_context("spawn"), initializer=belong_to_parent) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
