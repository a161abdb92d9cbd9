"""Pages a second on a stream of which 2 % matter: Vigie's whole way against trafilatura and stock spaCy on every page.

The other pages are the real ones when they are there: those that the outlets ship hold traps for triage, each of them.
Seconds are of processor time, so that what else the machine does counts for neither.

And of the labelled corpus, dressed as pages, the share of relevant articles that get through the cheap look.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator

from bench.pages import CORPUS, Page, dressed, shipped, stored
from crawler.events import ArticleFound, Found
from crawler.outlets import Outlet
from crawler.reading import page_event
from nlp.reader import MODEL
from nlp.stream import LazyReader
from records import Article

_STREAM, _BASELINE, _SHARE = 1000, 50, 0.02
_OUTLET = Outlet(id="bench", name="Bench", hosts=("bench.example",), feeds=("https://bench.example/rss",))


def measure() -> Iterator[dict[str, object]]:
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    ours = [
        dressed(row["text"], row["title"], f"https://bench.example/{n}", str(row["published"])[:10])
        for n, row in enumerate(rows)
        if row["relevant"]
    ]
    passed = sum(isinstance(_event(page), ArticleFound) for page in ours)
    yield {"case": "recall of triage and reading", "relevant": len(ours), "passed": passed}
    others = list(stored()) or list(shipped())
    draw = random.Random(1)
    stream = [draw.choice(ours if draw.random() < _SHARE else others) for _ in range(_STREAM)]
    reader = LazyReader()
    reader.read(_warm(ours[0]))
    cheap, found = _timed_triage(stream)
    began = time.process_time()
    for event in found:
        reader.read(event.article)
    deep = time.process_time() - began
    whole = _STREAM / (cheap + deep)
    yield {"case": "vigie", "pages": _STREAM, "survivors": len(found), "triage_pages_per_s": round(_STREAM / cheap, 1),
           "whole_pages_per_s": round(whole, 1)}  # fmt: skip
    base = _baseline(stream[:_BASELINE])
    yield {"case": "trafilatura + stock spaCy", "pages": _BASELINE, "pages_per_s": round(base, 2),
           "triage_times": round(_STREAM / cheap / base, 1), "whole_times": round(whole / base, 1)}  # fmt: skip


def _timed_triage(stream: list[Page]) -> tuple[float, list[ArticleFound]]:
    began = time.process_time()
    events = [_event(page) for page in stream]
    return time.process_time() - began, [event for event in events if isinstance(event, ArticleFound)]


def _event(page: Page) -> object:
    found = Found(url=page.url, feed="https://bench.example/rss")
    return page_event(found, _OUTLET, url=page.url, status=200, headers={"Content-Type": "text/html"}, body=page.html)


def _warm(page: Page) -> Article:
    event = _event(page)
    assert isinstance(event, ArticleFound)
    return event.article


def _baseline(pages: list[Page]) -> float:
    import spacy
    import trafilatura

    nlp = spacy.load(MODEL)
    nlp("Un mot.")
    began = time.process_time()
    for page in pages:
        nlp(trafilatura.extract(page.html.decode("utf-8", "replace")) or "")
    return len(pages) / (time.process_time() - began)
