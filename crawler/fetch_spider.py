"""The child's side of `crawler.fetch`."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler import rendering
from crawler.chromium import missing
from crawler.events import Found
from crawler.manners import AskedToWait, Refused, slot_of
from crawler.outlets import Outlet
from crawler.polite import PoliteSpider, headers_of, reason_of
from crawler.reading import is_unread, page_event

# What a site says of its own rules is asked for whatever its robots.txt says.
_RULES = ("/robots.txt", "/.well-known/tdmrep.json")


class FetchSpider(PoliteSpider):
    """Asks for each address and tells what came."""

    name = "fetch"

    def __init__(
        self,
        outlets: Sequence[Outlet],
        wanted: Callable[[], Awaitable[Sequence[tuple[str, str]] | None]],
        tell: Callable[[dict[str, Any]], None],
    ) -> None:
        super().__init__(outlets)
        self.wanted = wanted
        self.tell = tell

    async def start(self) -> AsyncIterator[Any]:
        while (wanted := await self.wanted()) is not None:
            for outlet_id, url in wanted:
                meta: dict[str, Any] = {"outlet": outlet_id, "asked": url, "download_slot": slot_of(url)}
                meta["dont_obey_robotstxt"] = urlsplit(url).path in _RULES
                yield Request(url, self.answered, errback=self.failed, meta=meta, dont_filter=True)

    def answered(self, response: Response) -> Iterator[Request]:
        self.note_wait(response)
        if self._needs_browser(response):
            yield self.renderer.request(response, self.answered, self.failed)
            return
        headers = {name.lower(): value for name, value in headers_of(response).items()}
        self._tell(
            response.meta["asked"], url=response.url, status=response.status, headers=headers, body=response.body
        )

    def _needs_browser(self, response: Response) -> bool:
        """Whether it is a page of an outlet whose pages may have to be rendered, and no text can be read out of it."""
        outlet, asked = self.outlets[response.meta["outlet"]], response.meta["asked"]
        if not outlet.render or response.status != 200 or rendering.is_rendered(response) or missing():
            return False
        if urlsplit(asked).path in _RULES or asked in outlet.addresses:
            return False
        found, headers = Found(url=asked, feed=asked), headers_of(response)
        return is_unread(
            page_event(found, outlet, url=response.url, status=200, headers=headers, body=response.body, probe=True)
        )

    def failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        refused = isinstance(failure.value, Refused) and not isinstance(failure.value, AskedToWait)
        self._tell(request.meta["asked"], url=request.url, reason=reason_of(failure), refused=refused)

    def _tell(self, asked: str, *, body: bytes = b"", **told: Any) -> None:
        self.tell({"asked": asked, "body": base64.b64encode(body).decode("ascii"), **told})
