"""Pages that are no text until a browser has run their scripts: the optional extra `render` (scrapy-playwright).

The page is fetched as every page is; a browser that reaches no network at all then draws it. What its scripts ask for
is fetched by the crawl itself, so that robots.txt, pauses, sizes and private addresses hold for it too: scripts and
data (GET) of the outlet's own hosts, nothing else.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.chromium import browser, missing
from crawler.outlets import Outlet
from crawler.settings import LONGEST_PAGE, user_agent

PATIENCE = 4  # times the time for one answer that a page's scripts may take to load
SETTLED = 5.0  # s that a page may go on asking for data once it is there
MOST_ANSWERS = 60  # scripts and data of one page
MOST_KEPT = 30_000_000  # bytes of scripts that are kept for the next page
SLOT = "browser"
_FLAG = "rendered"
_KINDS = {"script": "*/*", "xhr": "application/json, */*;q=0.5", "fetch": "application/json, */*;q=0.5"}
# the client has undone these, or does them itself
_DROPPED = {"content-encoding", "content-length", "transfer-encoding", "connection"}


def with_browser(settings: dict[str, Any], outlets: Sequence[Outlet], timeout: float) -> dict[str, Any]:
    """Scrapy's settings as they must be when pages of these outlets are to be rendered; unchanged when none is.

    `timeout` (s) is for one answer of a host.
    """
    wanted = [outlet for outlet in outlets if outlet.render and not outlet.closed]
    if not wanted or missing():
        return settings
    schemes = {urlsplit(address).scheme for outlet in wanted for address in outlet.addresses} or {"https"}
    handlers = dict.fromkeys(schemes, "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler")
    return {
        **settings,
        "DOWNLOAD_HANDLERS": settings["DOWNLOAD_HANDLERS"] | handlers,
        "DOWNLOAD_SLOTS": settings["DOWNLOAD_SLOTS"] | {SLOT: {"concurrency": 1, "delay": 0}},
        "PLAYWRIGHT_BROWSER_PROVIDER": "crawler.browser.Provider",
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": timeout * PATIENCE * 1000,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": browser(),
            # no name and no address leads anywhere: what the browser gets, it gets from the crawl
            "args": ["--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server", "--disable-background-networking"],
            "chromium_sandbox": os.geteuid() != 0,
        },
    }


def is_rendering(request: Request) -> bool:
    return bool(request.meta.get(_FLAG))


def is_rendered(response: Response) -> bool:
    return bool(response.meta.get(_FLAG))


class Renderer:
    """Draws pages of one crawl; keeps scripts from one page to the next."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._scripts: dict[str, Response] = {}
        self._kept = 0

    def request(self, response: Response, callback: Callable[..., Any], errback: Callable[..., Any]) -> Request:
        """The request that brings a fetched page again, as a browser shows it. It asks the host for the page no more."""
        from scrapy_playwright.page import PageMethod

        meta: dict[str, Any] = {
            name: response.meta[name] for name in ("outlet", "found", "asked") if name in response.meta
        }
        meta |= {
            _FLAG: True,
            "playwright": True,
            "playwright_context_kwargs": {
                "user_agent": user_agent(),
                "locale": "fr-FR",
                "timezone_id": "Europe/Paris",
                "service_workers": "block",
                "accept_downloads": False,
            },
            "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
            "playwright_page_methods": [PageMethod(_settle)],
            "playwright_page_init_callback": _Answers(self, response),
            "dont_obey_robotstxt": True,  # the page was allowed
            "dont_retry": True,
            "autothrottle_dont_adjust_delay": True,
            "download_slot": SLOT,
        }
        return Request(response.url, callback, errback=errback, meta=meta, dont_filter=True)

    async def fetch(self, url: str, kind: str, outlet: str) -> Response:
        """A script or data, with the manners of every request. Raises what they raise."""
        if url in self._scripts:
            return self._scripts[url]
        assert self.crawler.engine
        meta = {"outlet": outlet, "download_maxsize": LONGEST_PAGE}
        response = await self.crawler.engine.download_async(
            Request(url, NO_CALLBACK, headers={"Accept": _KINDS[kind]}, meta=meta, dont_filter=True)
        )
        if kind == "script" and response.status == 200 and self._kept + len(response.body) <= MOST_KEPT:
            self._scripts[url] = response
            self._kept += len(response.body)
        return response


class _Answers:
    """Answers what one page asks for, the page itself first."""

    def __init__(self, renderer: Renderer, page: Response) -> None:
        self.renderer = renderer
        self.page = page
        self.shown = False
        self.asked = 0

    async def __call__(self, page: Any, request: Request) -> None:
        await page.route("**/*", self._answer)

    async def _answer(self, route: Any) -> None:
        asked = route.request
        with contextlib.suppress(Exception):  # the page was closed meanwhile
            if asked.is_navigation_request():
                if self.shown:  # frames, and scripts that lead elsewhere: "no content" leaves the page as it is
                    await route.fulfill(status=204)
                    return
                self.shown = True
                await _fulfil(route, self.page)
                return
            if asked.method == "GET" and asked.resource_type in _KINDS and self.asked < MOST_ANSWERS:
                self.asked += 1
                answer = await self._fetched(asked.url, asked.resource_type)
                if answer is not None:
                    await _fulfil(route, answer)
                    return
            await route.abort()

    async def _fetched(self, url: str, kind: str) -> Response | None:
        try:
            return await self.renderer.fetch(url, kind, self.page.meta["outlet"])
        except Exception:  # refused, or it did not come: the page must do without it, and is read as it is then
            return None


async def _fulfil(route: Any, answer: Response) -> None:
    headers = {name.decode("latin-1").lower(): b", ".join(v).decode("latin-1") for name, v in answer.headers.items()}
    kept = {name: value for name, value in headers.items() if name not in _DROPPED}
    await route.fulfill(status=answer.status, headers=kept, body=answer.body)


async def _settle(page: Any) -> None:
    """Wait until the page asks for nothing any more, but not for ever. RuntimeError when it has grown too big."""
    with contextlib.suppress(Exception):
        await page.wait_for_load_state("networkidle", timeout=SETTLED * 1000)
    if await page.evaluate("document.documentElement.innerHTML.length") > LONGEST_PAGE:
        raise RuntimeError("réponse trop grosse")
