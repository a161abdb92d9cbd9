"""What every spider of ours tells the middlewares: where it may go, and who asked for a rest."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import scrapy
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Request, Response
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure

from crawler.events import RobotsRead
from crawler.manners import PublicResolver, Refused, slot_of
from crawler.outlets import Outlet
from crawler.rendering import Renderer, is_rendering

_NETWORK: dict[type[Exception], str] = {
    DownloadTimeoutError: "délai dépassé",
    CannotResolveHostError: "nom de domaine introuvable",
    DownloadConnectionRefusedError: "connexion refusée",
    DownloadFailedError: "connexion impossible",
    DownloadCancelledError: "réponse trop grosse",
    ResponseDataLossError: "réponse coupée en route",
    UnsupportedURLSchemeError: "adresse qui n'est pas du web",
    ConnectionLost: "connexion coupée",
    ConnectionDone: "connexion coupée",
}


class PoliteSpider(scrapy.Spider):
    """A spider for some outlets; `crawler.manners` asks it before every request."""

    def __init__(self, outlets: Sequence[Outlet]) -> None:
        super().__init__()
        self.outlets = {outlet.id: outlet for outlet in outlets}
        self.robots: Mapping[str, RobotsRead] = {}  # copies of earlier runs, by base address
        self._renderer: Renderer | None = None
        self._waits: dict[str, float] = {}  # host → when it may be asked again (monotonic s)

    def tell_robots(self, read: RobotsRead) -> None:
        """A host's robots.txt was read anew: of use to who keeps copies."""

    @property
    def renderer(self) -> Renderer:
        if self._renderer is None:
            self._renderer = Renderer(self.crawler)
        return self._renderer

    def is_home(self, outlet_id: str | None, url: str) -> bool:
        """Whether a request for that outlet (any, for robots.txt) may go to this address."""
        chosen = [self.outlets[outlet_id]] if outlet_id else self.outlets.values()
        netloc = urlsplit(url).netloc.lower()
        return any(o.covers(url) or netloc in {urlsplit(f).netloc for f in o.addresses} for o in chosen)

    def may_be_private(self, outlet_id: str | None, netloc: str) -> bool:
        chosen = [self.outlets[outlet_id]] if outlet_id else self.outlets.values()
        return any(o.allow_private and netloc.lower() in o.hosts for o in chosen)

    def asked_to_wait(self, netloc: str) -> str | None:
        left = self._waits.get(netloc, 0.0) - time.monotonic()
        return f"le site demande d'attendre ({int(left) + 1} s)" if left > 0 else None

    def note_wait(self, response: Response) -> float:
        """A host that asks for time (429, 503 with Retry-After) is left alone for the rest of the run; s, or 0."""
        asked = header(response, "Retry-After")
        if response.status != 429 and not (response.status == 503 and asked):
            return 0.0
        seconds = _seconds(asked) or 600.0
        self._waits[slot_of(response.url)] = time.monotonic() + seconds
        return seconds


def reason_of(failure: Failure) -> str:
    """Why a request came to nothing, in French."""
    error = failure.value
    if isinstance(error, Refused):
        return error.reason
    if isinstance(error, IgnoreRequest):
        known = {"redirection": "trop de redirections", "MAXSIZE": "réponse trop grosse"}
        return next((said for word, said in known.items() if word in str(error)), str(error))
    request: Request = failure.request  # type: ignore[attr-defined]
    if is_rendering(request):
        told = str(error).partition("\n")[0][:120]
        return f"le navigateur n'a pas rendu la page ({'délai dépassé' if 'Timeout' in told else told})"
    return network_reason(error, request.url)


def network_reason(error: BaseException | None, url: str) -> str:
    """What went wrong on the way to an address, in French."""
    host = urlsplit(url).hostname
    if isinstance(error, CannotResolveHostError) and host in PublicResolver.refused:
        return f"{host} mène à une adresse privée"
    for kind in type(error).__mro__:
        if kind in _NETWORK:
            return _NETWORK[kind]
    return f"{type(error).__name__} : {' '.join(str(error).split())[:200]}"


def header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def headers_of(response: Response) -> dict[str, str]:
    return {name.decode("latin-1"): b",".join(v).decode("latin-1") for name, v in response.headers.items()}


def _seconds(retry_after: str | None) -> float | None:
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return min(float(retry_after), 86_400.0)
    try:
        return max(0.0, min((parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds(), 86_400.0))
    except (ValueError, TypeError):
        return None
