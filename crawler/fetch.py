"""A few addresses fetched once, with the manners of the crawl: robots.txt, pauses, limits, no private networks."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.child import Crawl
from crawler.outlets import Outlet
from crawler.settings import TIMEOUT


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one address. `url` is where it was found in the end; `status` None when there was no answer, and
    `reason` (French) says why; `refused` when it was not to be asked for. Header names are in lower case."""

    url: str
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    reason: str | None = None
    refused: bool = False

    @property
    def fault(self) -> str | None:
        """Why there is nothing to read, in French; None when there is."""
        if self.status is None:
            return self.reason or "sans réponse"
        return None if self.status == 200 else f"réponse HTTP {self.status}"


class Fetcher:
    """Asks for addresses on behalf of some outlets, round after round, in one child process. A context manager.

    CollectError when the child process dies.
    """

    def __init__(self, outlets: Iterable[Outlet], *, timeout: float = TIMEOUT) -> None:
        self.outlets = {outlet.id: outlet for outlet in outlets}
        self.timeout = timeout
        self._crawl: Crawl | None = None

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._crawl:
            self._crawl.close()

    def fetch(self, wanted: Iterable[tuple[Outlet, str]]) -> dict[str, Fetched]:
        """Each address for the outlet that it is asked for, host by host with its pause; the answers by address."""
        pairs = list(dict.fromkeys((outlet.id, url) for outlet, url in wanted))
        answers: dict[str, Fetched] = {}
        if not pairs:
            return answers
        if self._crawl is None:
            outlets = [outlet.model_dump(mode="json") for outlet in self.outlets.values()]
            self._crawl = Crawl({"outlets": outlets, "timeout": self.timeout, "fetch": True})
        self._crawl.answer({"fetch": pairs})
        for message in self._crawl.messages():
            asked, body = message.pop("asked"), base64.b64decode(message.pop("body"))
            answers[asked] = Fetched(body=body, **message)
            if len(answers) == len({url for _, url in pairs}):
                break
        return answers
