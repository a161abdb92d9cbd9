"""Scrapy's settings for the crawl: polite by default, with a limit on everything that a server could make endless."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from crawler.outlets import DEFAULT_PAUSE, Outlet

ROBOT = "Vigie"
LONGEST_PAGE = 8_000_000  # bytes, unpacked
LONGEST_FEED = 20_000_000
TIMEOUT = 30  # s for a whole answer, slow drips included
MOST_REDIRECTS = 5
MOST_PAGES = 2000  # of one outlet in one run
MOST_SITEMAPS = 50  # of one outlet in one run, the following pages of other lists included
MOST_LIST_PAGES = 10  # that go on with one list
LONGEST_ADDRESS = 2000  # characters


def user_agent() -> str:
    """An honest name, and where its operator can be reached: `VIGIE_CONTACT` (an address or a page), else the
    project's own page as the package tells it."""
    try:
        about = metadata("vigie")
        number = about["Version"]
        pages = [line.partition(",")[2].strip() for line in about.get_all("Project-URL") or []]
    except PackageNotFoundError:
        number, pages = "0", []
    contact = os.environ.get("VIGIE_CONTACT") or next(iter(pages), "set VIGIE_CONTACT")
    return f"{ROBOT}/{number} (+{contact}; press monitoring, obeys robots.txt)".encode("ascii", "ignore").decode()


def crawl_settings(
    outlets: Sequence[Outlet], *, timeout: float = TIMEOUT, slow: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """One connection a host; its pause is that of the slowest outlet on it. `slow` adds hosts with pauses (s)."""
    pauses: dict[str, float] = dict(slow or {})
    for outlet in outlets:
        for host in outlet.hosts:
            pauses[host] = max(pauses.get(host, 0.0), outlet.pause)
    private = {urlsplit(f"//{host}").hostname for outlet in outlets if outlet.allow_private for host in outlet.hosts}
    proxies = {urlsplit(proxy).hostname for proxy in getproxies().values()}
    return {
        "USER_AGENT": user_agent(),
        "CONCURRENT_REQUESTS": 64,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": DEFAULT_PAUSE,
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_SLOTS": {host: {"concurrency": 1, "delay": pause} for host, pause in pauses.items()},
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": DEFAULT_PAUSE,
        "AUTOTHROTTLE_MAX_DELAY": 60.0,
        "DOWNLOAD_TIMEOUT": timeout,
        "DNS_TIMEOUT": 15,
        "DOWNLOAD_MAXSIZE": LONGEST_FEED,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "RETRY_TIMES": 2,
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
        "REDIRECT_MAX_TIMES": MOST_REDIRECTS,
        "METAREFRESH_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "URLLENGTH_LIMIT": 0,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml,application/feed+json;q=0.9,*/*;q=0.5",
            "Accept-Language": "fr",
        },
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "crawler.manners.Bounds": 50,
            "crawler.robots.Robots": 100,
        },
        "EXTENSIONS": {
            "scrapy.extensions.throttle.AutoThrottle": None,
            "crawler.manners.Throttle": 0,
            "scrapy.extensions.telnet.TelnetConsole": None,
            "scrapy.extensions.remote_control.RemoteControl": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "scrapy.extensions.logstats.LogStats": None,
            "scrapy.extensions.feedexport.FeedExporter": None,
            "scrapy.extensions.spiderstate.SpiderState": None,
        },
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "s3": None, "ftp": None},
        "TWISTED_DNS_RESOLVER": "crawler.manners.PublicResolver",
        "PRIVATE_NAMES": sorted(name for name in private | proxies if name),
        "TELNETCONSOLE_ENABLED": False,
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
    }
