"""A mail server and a web server on loopback that keep what they are sent, or refuse it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Mailbox:
    """`refuse`: what the server answers to RCPT for an address; `login`: asks for that password; `hang_up`: takes a
    message and ends the connection before it says so."""

    port: int = 0
    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    logins: list[str] = field(default_factory=list)


def _mail_handler(box: Mailbox) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def handle(self) -> None:
            self.say("220 essai")
            to = ""
            while line := self.rfile.readline():
                word = line.decode().strip()
                match word[:4].upper():
                    case "EHLO":
                        self.say("250-essai\r\n250 AUTH PLAIN")
                    case "AUTH":
                        box.logins.append(word)
                        self.say("535 5.7.8 no")
                    case "RCPT":
                        to = word[word.index("<") + 1 : word.index(">")]
                        self.say(box.refuse.get(to, "250 ok"))
                    case "DATA":
                        self.say("354 go")
                        data = b"".join(iter(self.rfile.readline, b".\r\n"))
                        box.received.append((to, message_from_bytes(data, policy=default)))
                        if box.hang_up:
                            return
                        self.say("250 taken")
                    case "QUIT":
                        self.say("221 bye")
                        return
                    case _:
                        self.say("250 ok")

    return Handler


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _mail_handler(box)) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield box
        server.shutdown()


@dataclass
class Hook:
    """`status`: what it answers, `location`: where it points to."""

    url: str = ""
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    location: str = ""


def _hook_handler(hook: Hook) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            hook.received.append((dict(self.headers), data))
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            hook.received.append(({}, b"GET"))
            self.send_error(500)

        def log_message(self, *_: Any) -> None:
            return

    return Handler


@contextmanager
def webhook() -> Iterator[Hook]:
    hook = Hook()
    with ThreadingHTTPServer(("127.0.0.1", 0), _hook_handler(hook)) as server:
        hook.url = f"http://127.0.0.1:{server.server_address[1]}/T0/secret-token"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield hook
        server.shutdown()
