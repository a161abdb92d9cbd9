"""A local server of 20 outlets and 5,000 articles: collected whole, each page once; what a second run costs; memory."""

from __future__ import annotations

import resource
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import collecting
import index
from crawler.outlets import Outlet
from index.store import Store
from pipeline import Summary

_OUTLETS, _ARTICLES, _PAUSE = 20, 250, 0.1
_TEXT = (
    "Le marché de la place change de jour à compter du mois prochain, après une longue consultation des habitants. "
    * 12
)


def measure() -> Iterator[dict[str, object]]:
    asked: Counter[str] = Counter()
    servers = [_Server(asked) for _ in range(_OUTLETS)]
    outlets = [
        Outlet(id=f"o{n}", name=f"O{n}", hosts=(s.host,), feeds=(f"http://{s.host}/rss.xml",), pause=_PAUSE,
               allow_private=True)
        for n, s in enumerate(servers)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, index.open_store(f"sqlite:///{Path(folder) / 'vigie.db'}") as store:
        yield {"case": "first run", **_run(store, outlets, asked)}
        pages = {path: count for path, count in asked.items() if "/article-" in path}
        yield {
            "case": "pages",
            "there": _OUTLETS * _ARTICLES,
            "fetched": len(pages),
            "twice": sum(pages.values()) - len(pages),
        }
        asked.clear()
        yield {
            "case": "second run",
            **_run(store, outlets, asked),
            "asked": dict(Counter(p.rpartition("/")[2] for p in asked.elements())),
        }
    for server in servers:
        server.http.shutdown()


def _run(store: Store, outlets: list[Outlet], asked: Counter[str]) -> dict[str, object]:
    memory: dict[str, tuple[int, int]] = {}

    def progress(summary: Summary) -> None:
        looked = sum(summary.articles.values())
        for share in (0.2, 0.6, 1.0):
            if looked == int(share * _OUTLETS * _ARTICLES):
                memory[f"{share:.0%}"] = _resident()

    began = time.monotonic()
    summary = collecting.collect(store, outlets, progress=progress)
    took = time.monotonic() - began
    total = asked.total()
    return {
        "outlets": dict(summary.outlets), "articles": dict(summary.articles), "seconds": round(took, 1),
        "requests": total, "requests_per_s": round(total / took, 1), "allowed_per_s": round(_OUTLETS / _PAUSE, 1),
        "memory_mb_parent_child": memory, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def _resident() -> tuple[int, int]:
    """MB of this process and of the crawl under it."""
    own = _of("self")
    children = Path("/proc/self/task").glob("*/children")
    pids = " ".join(file.read_text() for file in children).split()
    return own, sum(_of(pid) for pid in pids)


def _of(pid: str) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1_000_000


class _Server:
    def __init__(self, asked: Counter[str]) -> None:
        now = datetime.now(UTC)
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked[f"{server.host}{self.path}"] += 1
                if self.path == "/rss.xml":
                    if self.headers.get("If-None-Match") == '"1"':
                        return self._send(304, b"")
                    return self._send(200, server.feed(now), "application/rss+xml")
                if self.path.startswith("/article-"):
                    return self._send(200, server.page(self.path, now), "text/html; charset=utf-8")
                self._send(404, b"")

            def _send(self, status: int, body: bytes, kind: str = "text/plain") -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("ETag", '"1"')
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.host = f"127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def feed(self, now: datetime) -> bytes:
        items = "".join(
            f"<item><title>Sujet {n}</title><link>http://{self.host}/article-{n}</link>"
            f"<pubDate>{format_datetime(now - timedelta(hours=n))}</pubDate></item>"
            for n in range(_ARTICLES)
        )
        return f"<rss><channel>{items}</channel></rss>".encode()

    def page(self, path: str, now: datetime) -> bytes:
        meta = f'<meta property="article:published_time" content="{now.isoformat()}">'
        body = f"<article><h1>Sujet {path}</h1><p>{_TEXT}</p></article>"
        return f"<html lang=fr><head><title>Sujet</title>{meta}</head><body>{body}</body></html>".encode()
