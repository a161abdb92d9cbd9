"""Archives of the past: read by several processes, filtered, gone on with where they stopped, streamed over HTTP."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import backfill
import index
import pipeline
from crawler.archives import Part, archive_list, cuts, read_part
from crawler.files import Failure
from crawler.outlets import Outlet
from index.store import Store
from nlp.stream import LazyReader
from tests.conftest import ROOT, Vigie
from tests.site.pages import gazette, stories

HOST = "gazette.example"
OUTLET = Outlet(id="gazette", name="Gazette", hosts=(HOST,), feeds=(f"https://{HOST}/rss",))
STORIES = stories("gazette")


def archive(path: Path, bases: tuple[str, ...] = (f"https://{HOST}",), extra: bytes = b"") -> Path:
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=path.suffix == ".gz")
        for base in bases:
            for url, answer in gazette(base, STORIES).items():
                headers = StatusAndHeaders("200 OK", list(answer[1].items()), protocol="HTTP/1.1")
                record = writer.create_warc_record(
                    base + url, "response", payload=io.BytesIO(answer[2]), http_headers=headers
                )
                writer.write_record(record)
        stream.write(extra)
    return path


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with index.open_store(store_url) as opened:
        yield opened


class Small(ThreadPoolExecutor):
    """Parts of two thousand bytes, and a count of them; stops after so many."""

    def __init__(self, most: int = 10**6) -> None:
        super().__init__(2)
        self.parts: list[tuple[str, int]] = []
        self.most = most

    def submit(self, fn: Any, /, *args: Any, **given: Any) -> Future[Any]:
        self.parts.append(args)
        if len(self.parts) > self.most:
            raise KeyboardInterrupt
        return super().submit(fn, *args, **{"most": 2000, **given})


def test_an_archive_is_gone_on_with_where_it_stopped(store: Store, reader: LazyReader, tmp_path: Path) -> None:
    file = archive(tmp_path / "a.warc.gz")
    first = Small(most=3)
    assert backfill.backfill(store, [str(file)], reader, executor=first).interrupted
    moved = file.rename(tmp_path / "elsewhere.warc.gz").rename(file)  # same name, size and beginning
    second = Small()
    rest = backfill.backfill(store, [str(moved)], reader, executor=second)
    assert second.parts[0][1] == first.parts[-1][1] > 0  # the last was never begun
    whole = {a.url for a in store.articles()}
    assert whole == {f"https://{HOST}{s.path}" for s in STORIES if s.source}
    assert rest.failed == 0
    third = Small()
    again = backfill.backfill(store, [str(moved)], reader, executor=third)
    assert (again.articles, third.parts) == ({"known": 1}, [])


def test_other_hosts_are_passed_over_and_the_registrys_leave_address_day_and_hash(
    store: Store, reader: LazyReader, tmp_path: Path
) -> None:
    file = archive(tmp_path / "a.warc", (f"https://{HOST}", "https://www.ailleurs.example"))
    summary = backfill.backfill(store, [str(file)], reader, outlets=[OUTLET], only=True, executor=Small())
    assert {a.outlet for a in store.articles()} == {"Gazette"}
    dull = next(s for s in STORIES if "vaccination-grippe" in s.path)
    seen = store.seen(f"https://{HOST}{dull.path}")
    assert seen is not None
    assert (seen.outcome, seen.outlet, bool(seen.content_hash)) == ("irrelevant", "gazette", True)
    assert store.article(seen.url) is None
    assert summary.articles["kept"] + summary.articles["irrelevant"] == len(STORIES)


def test_several_processes_give_what_one_gives(store: Store, reader: LazyReader, tmp_path: Path) -> None:
    files = [str(archive(tmp_path / f"{n}.warc.gz", (f"https://{n}.{HOST}",))) for n in ("a", "b")]
    summary = backfill.backfill(store, files, reader, jobs=2)
    assert summary.failed == 0
    urls = sorted(a.url for a in store.articles())
    parts = [read_part(file) for file in files]
    assert urls == sorted(
        a.url
        for part in parts
        for a in part.articles
        if store.seen(a.url) and store.seen(a.url).outcome == "kept"  # type: ignore[union-attr]
    )
    assert len(urls) == 2 * len([s for s in STORIES if s.source])


def test_one_archive_is_shared_by_several_processes_and_gone_on_with(
    store: Store, reader: LazyReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "_LEAST", 3000)
    file = str(archive(tmp_path / "a.warc.gz"))
    whole = {a.url for a in read_part(file).articles}
    places = cuts(file, most=3000)
    assert len(places) >= 3
    shares = [read_part(file, start, end=end) for start, end in pairwise((0, *places, None))]
    assert [s.following for s in shares] == [None] * len(shares)
    assert sum(s.records for s in shares) == read_part(file).records
    assert {a.url for s in shares for a in s.articles} == whole

    first = Small(most=7)  # the survey, and parts: no more than four wait to be taken
    assert backfill.backfill(store, [file], reader, executor=first, jobs=2).interrupted
    second = Small()
    rest = backfill.backfill(store, [file], reader, executor=second, jobs=2)
    assert rest.failed == 0
    assert {a.url for a in store.articles()} == {f"https://{HOST}{s.path}" for s in STORIES if s.source}
    assert not set(first.parts[1:-1]) <= set(second.parts)  # what was taken is not read again
    assert backfill.backfill(store, [file], reader, executor=Small(), jobs=2).articles == {"known": 1}


def test_workers_do_not_outlive_a_parent_that_is_killed() -> None:
    script = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from crawler.parent import belong_to_parent
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, get_context("spawn"), belong_to_parent)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{worker}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_archive_that_breaks_off_keeps_what_stands_before_and_is_told(
    store: Store, reader: LazyReader, tmp_path: Path
) -> None:
    file = archive(tmp_path / "a.warc.gz", extra=b"ceci n'est pas une archive" * 20)
    told: list[Failure] = []
    summary = backfill.backfill(store, [str(file), str(tmp_path / "absent.warc")], reader, jobs=1, tell=told.append)
    assert {f.where for f in told} == {str(file), str(tmp_path / "absent.warc")}
    assert all("archive illisible à partir de l'octet" in f.reason for f in told)
    assert summary.articles["kept"] == len([s for s in STORIES if s.source])


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_list_of_addresses_is_read_as_it_streams(vigie: Vigie, web: str, store_url: str, tmp_path: Path) -> None:
    archive(tmp_path / "a.warc.gz", (f"https://{HOST}", "https://www.ailleurs.example"))
    (tmp_path / "list.txt").write_text(f"{web}/a.warc.gz\n{web}/absent.warc.gz\n", encoding="utf-8")
    outlets = tmp_path / "outlets.toml"
    outlets.write_text(
        f'[[outlet]]\nid = "gazette"\nname = "G"\nhosts = ["{HOST}"]\nfeeds = ["https://{HOST}/rss"]\n',
        encoding="utf-8",
    )
    command = ("ingest", str(tmp_path / "list.txt"), "--outlets", str(outlets))
    refused = vigie(*command, store=store_url)
    assert refused.returncode == 1
    assert "adresse privée ou locale" in refused.stderr
    done = vigie(*command, "--allow-private", store=store_url)
    assert done.returncode == 1  # one of the two is not there
    assert f"{web}/absent.warc.gz: archive illisible" in done.stderr
    summary = json.loads(done.stdout)
    assert (summary["kept"], summary["failed"]) == (len([s for s in STORIES if s.source]), 1)


def test_a_part_goes_on_at_its_byte_also_where_ranges_are_not_known(web: str, tmp_path: Path) -> None:
    file = archive(tmp_path / "a.warc.gz")
    parts: dict[str, list[Part]] = {}
    for source in (str(file), f"{web}/a.warc.gz"):
        start: int | None = 0
        while start is not None:
            parts.setdefault(source, []).append(read_part(source, start, most=4000, allow_private=True))
            start = parts[source][-1].following
    disk, streamed = parts.values()
    assert len(disk) > 2
    assert [p.start for p in disk] == [p.start for p in streamed]
    assert [a.content_hash for p in disk for a in p.articles] == [a.content_hash for p in streamed for a in p.articles]


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("https://a.fr/1.warc.gz\n# rien\n", ["https://a.fr/1.warc.gz"]),
        ("crawl-data/CC-NEWS/2022/01/x.warc.gz", ["https://data.commoncrawl.org/crawl-data/CC-NEWS/2022/01/x.warc.gz"]),
        ("https://a.fr/page\tpage.html", None),
        ("", None),
    ],
)
def test_a_list_of_archives_is_told_from_other_texts(tmp_path: Path, lines: str, named: list[str] | None) -> None:
    file = tmp_path / "liste.txt"
    file.write_text(lines, encoding="utf-8")
    assert archive_list(file) == named


def test_lines_that_were_read_and_do_not_matter_are_not_read_again(store: Store, reader: LazyReader) -> None:
    from tests.samples import WEATHER

    assert pipeline.ingest(store, [WEATHER], reader).articles == {"irrelevant": 1}
    assert pipeline.ingest(store, [WEATHER], reader).articles == {"known": 1}


def test_a_cluster_reads_the_same_and_the_death_of_a_worker_loses_nothing(
    store: Store, reader: LazyReader, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is an extra: pip install 'vigie[dask]'")
    files = [str(archive(tmp_path / f"{n}.warc.gz", (f"https://{n}.{HOST}",))) for n in "abcdef"]
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        victim = next(iter(cluster.workers.values())).pid
        executor = client.get_executor(pure=False, retries=3)
        timer = threading.Timer(0.3, os.kill, (victim, signal.SIGKILL))
        timer.start()
        summary = backfill.backfill(store, files, reader, executor=executor, jobs=4)
        timer.join()
    assert summary.failed == 0
    assert len(list(store.articles())) == len(files) * len([s for s in STORIES if s.source])
