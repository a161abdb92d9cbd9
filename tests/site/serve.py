"""A small local news site over HTTP: three outlets of different make, each on a port of its own, and a bad one.

By hand: `python -m tests.site.serve` serves until Ctrl-C and says where the registry file for `--outlets` is.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from crawler.outlets import Outlet, load_outlets
from tests.site import bad
from tests.site.pages import HTML, Answer, Story, gazette, radio_loire, seed_story, stories, val_info

ROBOTS = "User-agent: *\nDisallow: /interdit\n"


@dataclass(frozen=True)
class Asked:
    """One request that a server got; header names in lower case, `at` in seconds of a steady clock."""

    host: str
    path: str
    headers: dict[str, str]
    at: float


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle, as a crawl that is stopped does, is no error."""


@dataclass
class Server:
    """One host: a port of 127.0.0.1, its answers by path, `drip` seconds between two bytes of `/lent`."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    drip: float = 0.5
    robots: Answer = (200, {"Content-Type": "text/plain"}, ROBOTS.encode())

    def __post_init__(self) -> None:
        self.http = _Http(("127.0.0.1", 0), _handler(self))
        self.host = f"127.0.0.1:{self.http.server_address[1]}"
        self.base = f"http://{self.host}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


class Site:
    """The whole site, as a context manager.

    `outlets` and `outlets_file` (TOML, pause 0, private addresses allowed) are what to collect; `asked` every request
    so far; `stories` the articles by address. With `seed`, the seed article's file, its page is one of Le Val Info's.
    """

    def __init__(self, folder: Path | str | None = None, seed: Path | None = None) -> None:
        self._temporary = tempfile.TemporaryDirectory() if folder is None else None
        self.folder = Path(folder or self._temporary.name)  # type: ignore[union-attr]
        self.asked: list[Asked] = []
        self.servers = tuple(Server(asked=self.asked) for _ in range(4))
        self.val_info, self.gazette, self.radio_loire, self.bad = self.servers
        told = (stories("val-info") + ([seed_story(seed)] if seed else []), stories("gazette"), stories("radio-loire"))
        makes = (val_info, gazette, radio_loire)
        self.stories: dict[str, Story] = {}
        for server, make, articles in zip(self.servers, makes, told, strict=False):
            server.answers = make(server.base, articles)
            self.stories |= {server.base + story.path: story for story in articles}
        self.bad.answers = bad.pages(self.bad.base) | bad.feeds(self.bad.base)
        self.outlets_file = self.folder / "outlets.toml"
        self.outlets_file.write_text(
            self._entry("val-info", "Le Val Info", self.val_info, "37", feeds="/rss.xml")
            + self._entry("gazette-centre", "Gazette du Centre", self.gazette, "36", feeds="/atom.xml")
            + self._entry("radio-loire", "Radio Loire", self.radio_loire, "45", sitemaps="/sitemap.xml"),
            encoding="utf-8",
        )
        self.outlets = load_outlets(self.outlets_file)

    @property
    def base(self) -> str:
        """Where Le Val Info is."""
        return self.val_info.base

    @property
    def incidents(self) -> dict[str, Story]:
        return {url: story for url, story in self.stories.items() if story.source}

    def bad_outlet(self, feed: str) -> Outlet:
        """An outlet on the bad host, named after the feed it has, by path."""
        name = feed.strip("/").partition(".")[0]
        feeds = (self.bad.base + feed,)
        return Outlet(id=name, name=name, hosts=(self.bad.host,), feeds=feeds, pause=0, allow_private=True)

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self.servers:
            server.close()
        if self._temporary:
            self._temporary.cleanup()

    @staticmethod
    def _entry(outlet: str, name: str, server: Server, department: str, **sources: str) -> str:
        kind, path = next(iter(sources.items()))
        return (
            f'[[outlet]]\nid = "{outlet}"\nname = "{name}"\nhosts = ["{server.host}"]\ndepartments = ["{department}"]\n'
            f'{kind} = ["{server.base}{path}"]\npause = 0\nallow_private = true\n\n'
        )


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = self.path.partition("?")[0]
            server.asked.append(Asked(server.host, path, headers, time.monotonic()))
            told = server.robots if path == "/robots.txt" else server.answers.get(path)
            status, said, body = told or (404, HTML, b"rien ici")
            if said.get("ETag") and headers.get("if-none-match") == said["ETag"]:
                return self._send(304, {"ETag": said["ETag"]}, b"")
            if path == "/infini":
                return self._pour(said, body)
            self._send(status, said, body, slowly=path == "/lent", cut=path == "/moitie")

        def _pour(self, headers: dict[str, str], body: bytes) -> None:
            """One chunk after the other until the client has had enough."""
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            with contextlib.suppress(OSError):
                while True:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))

        def _send(
            self, status: int, headers: dict[str, str], body: bytes, slowly: bool = False, cut: bool = False
        ) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                if cut:
                    self.wfile.write(body[: len(body) // 2])
                    self.close_connection = True
                    return
                for byte in body if slowly else b"":
                    self.wfile.write(bytes([byte]))
                    time.sleep(server.drip)
                if not slowly:
                    self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def main() -> None:
    with Site() as site:
        print(site.outlets_file, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
