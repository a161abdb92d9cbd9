"""Web archives: megabytes a second for one process and for two, beside warcio that reads and does nothing.

`cores` is the processor time over the time that went by: two processes that get one core's worth on a shared machine
cannot be twice as fast. `mb_per_cpu_s` tells then whether they hinder each other.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bench.pages import shipped, stored
from crawler.archives import read_part

_ROUNDS = 8  # times that all pages go into each of the two archives


def measure() -> Iterator[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        made = [_archive(Path(folder) / f"{n}.warc.gz") for n in range(2)]
        files, megabytes = [str(path) for path, _ in made], sum(size for _, size in made) / 1e6
        yield {
            "case": "archives",
            "unpacked_mb": round(megabytes, 1),
            "packed_mb": round(sum(Path(f).stat().st_size for f in files) / 1e6, 1),
        }
        began, cpu = time.monotonic(), time.process_time()
        for file in files:
            _only_read(file)
        yield {"case": "warcio alone", **_speed(megabytes, time.monotonic() - began, time.process_time() - cpu)}
        for processes in (1, 2):
            with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
                list(pool.map(abs, range(processes * 2)))  # started
                list(pool.map(_warm_up, range(processes)))
                began = time.monotonic()
                read = list(pool.map(_read, files))
                took = time.monotonic() - began
            records, cpu = sum(count for count, _ in read), sum(spent for _, spent in read)
            yield {
                "case": f"vigie, {processes} process(es)",
                "records": records,
                "pages_per_s": round(records / took, 1),
                **_speed(megabytes, took, cpu),
            }


def _speed(megabytes: float, took: float, cpu: float) -> dict[str, float]:
    return {
        "mb_per_s": round(megabytes / took, 1),
        "cores": round(cpu / took, 2),
        "mb_per_cpu_s": round(megabytes / cpu, 1),
    }


def _archive(path: Path) -> tuple[Path, int]:
    size = 0
    pages = [*shipped(), *stored()]
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number in range(_ROUNDS):
            for page in pages:
                headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
                record = writer.create_warc_record(
                    f"{page.url}?{number}", "response", payload=io.BytesIO(page.html), http_headers=headers
                )
                writer.write_record(record)
                size += len(page.html)
    return path, size


def _only_read(file: str) -> None:
    with Path(file).open("rb") as stream:
        for record in ArchiveIterator(stream):
            record.content_stream().read()


def _warm_up(_: int) -> int:
    return len(list(shipped()))


def _read(file: str) -> tuple[int, float]:
    """How many records, and the processor time they took (s)."""
    records, start, began = 0, 0, time.process_time()
    while True:
        part = read_part(file, start)
        records += part.records
        if part.following is None:
            return records, time.process_time() - began
        start = part.following
