"""The browser of `crawler.rendering`, started when the first page needs it. Imported with the extra `render` only."""

from __future__ import annotations

from typing import Any

from scrapy_playwright.provider import PlaywrightBrowserProvider


class Provider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Starts neither driver nor browser before they are needed: most runs render nothing."""

    _started = False

    async def start(self) -> None:
        """Called when the crawl begins."""

    async def launch_browser(self) -> Any:
        if not self._started:
            await super().start()
            self._started = True
        return await super().launch_browser()

    async def close(self) -> None:
        if self._started:
            await super().close()
