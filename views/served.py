"""The page around the app as the browser first receives it: in French, with its own icon, and allowed nothing outside.

Streamlit serves one `index.html` for every page, in English and with its own title; it is mended on its way out.
The content security policy makes the browser itself refuse any request to a third party.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ASSETS = Path(__file__).parent / "assets"
DESCRIPTION = "Vigie : les incidents numériques qui touchent les établissements de santé, d’après la presse régionale."
# `unsafe-eval` and `blob:`: deck.gl compiles its shaders' accessors and MapLibre runs in a worker made from a blob.
POLICY = (
    "default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'self'; form-action 'self'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss: data: blob:"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)


class FrenchPage:
    """ASGI middleware: rewrites the HTML page, passes everything else untouched."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        asked = {name: value for name, value in scope["headers"] if name == b"accept"}
        if b"text/html" in asked.get(b"accept", b""):
            # Compressed or "not modified" answers could not be rewritten.
            unwanted = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
            scope = {**scope, "headers": [h for h in scope["headers"] if h[0] not in unwanted]}
        await self.app(scope, receive, _Rewriter(send))


class _Rewriter:
    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            plain = b"content-encoding" not in headers
            if plain and headers.get(b"content-type", b"").startswith(b"text/html"):
                self.start = message
                return
        if self.start is None or message["type"] != "http.response.body":
            await self.send(message)
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        page = in_french(self.body.decode("utf-8", "replace")).encode()
        stale = (b"content-length", b"etag", b"last-modified", b"accept-ranges")
        kept = [(name, value) for name, value in self.start["headers"] if name.lower() not in stale]
        length = (b"content-length", str(len(page)).encode())
        await self.send({**self.start, "headers": [*kept, length, *HEADERS]})
        await self.send({"type": "http.response.body", "body": page})


def in_french(page: str) -> str:
    """Streamlit's index page with our language, title, description, icon and the French of its own few words."""
    page = re.sub(r"<html[^>]*>", '<html lang="fr">', page, count=1)
    page = re.sub(r"<title>.*?</title>", "<title>Vigie</title>", page, count=1, flags=re.S)
    page = re.sub(r'<link rel="shortcut icon"[^>]*>', f'<link rel="shortcut icon" href="{icon()}" />', page, count=1)
    page = re.sub(r"<noscript>.*?</noscript>", _NOSCRIPT, page, count=1, flags=re.S)
    return page.replace("</head>", f'<meta name="description" content="{DESCRIPTION}" />{_script()}</head>', 1)


_NOSCRIPT = "<noscript>Vigie a besoin de JavaScript pour s’afficher.</noscript>"


@cache
def icon() -> str:
    """The favicon as a data address."""
    return "data:image/svg+xml;base64," + base64.b64encode((ASSETS / "vigie.svg").read_bytes()).decode()


# Told where its server is, Streamlit does not guess it from the page's path, with a 404 in the console each time.
_SERVER = 'window.__streamlit = { BACKEND_BASE_URL: location.origin + "/" };'


@cache
def _script() -> str:
    return f"<script>{_SERVER}{(ASSETS / 'french.js').read_text(encoding='utf-8')}</script>"
