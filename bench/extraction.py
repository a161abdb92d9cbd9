"""Title, day, minute and body of the same pages read by Vigie and by others, one after the other.

newspaper4k, news-please and readability-lxml are of the extra `bench` and never of the lock: what is not installed is
left out. Of the stored pages, a person told title, article and moment (`bodies.csv`); rules were written by looking at
every second of them, and the others are told apart as `held out`. Days and minutes are compared in France's time.
newspaper4k is kept from fetching anything.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

from bench.pages import Page, shipped, stored
from crawler.moments import PARIS, day_of, moment_of
from crawler.outlets import load_outlets, outlet_of
from crawler.page import PageError, read_page

_WORD = re.compile(r"\w+")
Read = tuple[str | None, date | datetime | None, str]  # title, published, body


def measure() -> Iterator[dict[str, object]]:
    real = list(stored())
    told = [page for page in real if page.body]
    sets = {"shipped": list(shipped()), "stored": real, "stored, held out": told[1::2]}
    for name, reader in _readers().items():
        for kind, pages in sets.items():
            if pages:
                yield {"reader": name, "pages": kind, **_score(reader, pages)}


def _score(reader: Callable[[Page], Read], pages: list[Page]) -> dict[str, object]:
    right: Counter[str] = Counter()
    known: Counter[str] = Counter()
    overlaps: list[float] = []
    began = time.monotonic()
    for page in pages:
        try:
            title, published, body = reader(page)
        except Exception:  # a page that a reader cannot read counts as nothing read
            title, published, body = None, None, ""
        if page.title:
            known["title"] += 1
            right["title"] += _words(title or "") == _words(page.title)
        if page.published:
            known["day"] += 1
            right["day"] += published is not None and day_of(published) == day_of(page.published)
        if isinstance(page.published, datetime):
            known["minute"] += 1
            right["minute"] += isinstance(published, datetime) and _minute(published) == _minute(page.published)
        if page.body:
            overlaps.append(_f1(body, page.body))
    took = time.monotonic() - began
    shares: dict[str, object] = {name: f"{right[name]}/{known[name]}" for name in known}
    if overlaps:
        shares["body_f1"] = round(sum(overlaps) / len(overlaps), 4)
        shares["bodies"] = len(overlaps)
    return {**shares, "pages_per_s": round(len(pages) / took, 1)}


def _readers() -> dict[str, Callable[[Page], Read]]:
    found: dict[str, Callable[[Page], Read]] = {"vigie": _vigie, "trafilatura": _trafilatura}
    for name, module, reader in (
        ("readability-lxml", "readability", _readability),
        ("newspaper4k", "newspaper", _newspaper),
        ("news-please", "newsplease", _newsplease),
    ):
        try:
            import_module(module)
        except ImportError:
            continue
        found[name] = reader
    return found


def _vigie(page: Page) -> Read:
    outlet = outlet_of(page.url, load_outlets())
    try:
        article = read_page(page.html, page.url, outlet=outlet, fetched=datetime.now(UTC), obey=False)
    except PageError:
        return None, None, ""
    return article.title, article.published, article.text


def _trafilatura(page: Page) -> Read:
    import trafilatura

    found: Any = trafilatura.bare_extraction(page.html.decode("utf-8", "replace"), url=page.url, with_metadata=True)
    return found.title, moment_of(found.date), found.text or ""


def _readability(page: Page) -> Read:
    import lxml.html  # type: ignore[import-untyped]

    document = import_module("readability").Document(page.html.decode("utf-8", "replace"))
    return document.short_title(), None, lxml.html.fromstring(document.summary()).text_content()


def _newspaper(page: Page) -> Read:
    article = import_module("newspaper").Article(page.url, language="fr", fetch_images=False)
    article.download(input_html=page.html.decode("utf-8", "replace"))
    article.parse()
    return article.title, _aware(article.publish_date), article.text


def _newsplease(page: Page) -> Read:
    article = import_module("newsplease").NewsPlease.from_html(page.html.decode("utf-8", "replace"), url=page.url)
    return article.title, _aware(article.date_publish), article.maintext or ""


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=PARIS) if moment and moment.tzinfo is None else moment


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def _f1(one: str, other: str) -> float:
    a, b = Counter(_words(one)), Counter(_words(other))
    both = (a & b).total()
    return 2 * both / (a.total() + b.total()) if both else 0.0
