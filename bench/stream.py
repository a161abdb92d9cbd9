"""A stream of news of which 2 % concern incidents, as a crawl sees it: triage, then the reader for what survives.

Beside it, stock `fr_core_news_md` with all its components on the same texts (a sample of them: it reads some twenty a
second), in processor time, before and after each stream, in a process of its own. Recall is what triage lets through of
the relevant articles that reading everything finds. The relevant articles are the shipped corpus's; the others are cut
from the bodies of real news pages in `../shared/pages`: some paragraphs of one page in another order. One page is left out of these, by its subject: it tells
of attacks on hospitals, and would make 2.6 % of the stream relevant besides the 2 %. Without that folder there is
nothing to measure.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import spacy
from spacy.language import Language

from bench.reading import CORPUS, peak_memory_mb
from crawler.page import PageError, read_page
from crawler.triage import matters
from nlp.reader import MODEL
from nlp.stream import LazyReader, reports
from records import Article

PAGES = Path(__file__).parents[2] / "shared" / "pages"
_ON_HOSPITAL_ATTACKS = "076_theconversation.com.html.gz"
_NOW = datetime.now(UTC)
_SIZES = (10_000, 50_000)
_SHARE = 0.02
_SAMPLE = 200


def measure() -> Iterator[dict[str, object]]:
    pages = _pages()
    if not pages:
        yield {"case": "stream", "skipped": f"no pages in {PAGES}"}
        return
    relevant = [row for row in map(json.loads, CORPUS.read_text(encoding="utf-8").splitlines()) if row["relevant"]]
    reader = LazyReader()
    yield {"case": "recall of triage", **_recall(relevant, reader)}
    kept = sum(matters(a.title, a.text) for a in _stream(pages, relevant, 1000, seed=2))
    yield {"case": "kept by triage", "of": 1000, "kept": kept, "relevant": round(1000 * _SHARE)}
    sample = [f"{a.title}\n\n{a.text}" for a in _stream(pages, relevant, _SAMPLE, seed=1)]
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        before = beside.submit(_stock, sample).result()
        for size in _SIZES:
            began = time.process_time()
            read = sum(1 for _ in reports(_stream(pages, relevant, size), reader, together=16))
            each = (time.process_time() - began) / read
            after = beside.submit(_stock, sample).result()
            stock = (before + after) / 2
            figures = {"stock_per_s": round(1 / stock, 1), "vigie_per_s": round(1 / each, 1)}
            memory = peak_memory_mb(os.getpid())
            yield {"case": f"stream of {size}", **figures, "times_stock": round(stock / each, 1), "memory_mb": memory}
            before = after


@cache
def _stock_model() -> Language:
    language = spacy.load(MODEL)
    language("Un mot.")
    return language


def _stock(texts: list[str]) -> float:
    """Seconds a text."""
    language = _stock_model()
    began = time.process_time()
    for _ in language.pipe(texts, batch_size=16):
        pass
    return (time.process_time() - began) / len(texts)


def _recall(relevant: list[dict[str, str]], reader: LazyReader) -> dict[str, object]:
    articles = [_article(row, n) for n, row in enumerate(relevant)]
    found = [a for a, r in zip(articles, reader.read_together(articles), strict=True) if getattr(r, "relevant", False)]
    kept = sum(matters(a.title, a.text) for a in found)
    return {"found_by_reading_all": len(found), "kept_by_triage": kept, "recall": round(kept / len(found), 4)}


def _pages() -> list[list[str]]:
    """The paragraphs of each page."""
    found: list[list[str]] = []
    for path in sorted(PAGES.glob("*.html.gz")) if PAGES.exists() else ():
        if path.name == _ON_HOSPITAL_ATTACKS:
            continue
        html = gzip.decompress(path.read_bytes())
        try:
            page = read_page(html, "https://example.org/", outlet=None, fetched=_NOW, obey=False)
        except PageError:
            continue
        found.append([p for p in page.text.split("\n\n") if len(p) > 80] or [page.text])
    return found


def _stream(pages: list[list[str]], relevant: list[dict[str, str]], size: int, seed: int = 0) -> Iterator[Article]:
    chance = random.Random(seed)
    for n in range(size):
        if n % round(1 / _SHARE) == 0:
            yield _article(relevant[n // round(1 / _SHARE) % len(relevant)], n)
            continue
        page = chance.choice(pages)
        paragraphs = chance.sample(page, min(len(page), chance.randint(4, 10)))
        title = paragraphs[0][:80].rsplit(" ", 1)[0]
        url, text = f"https://example.org/{n}", "\n\n".join(paragraphs)
        yield Article(url=url, title=title, published=date(2024, 3, 14), text=text)


def _article(row: dict[str, str], n: int) -> Article:
    return Article(url=f"https://example.org/{n}", title=row["title"], published=row["published"], text=row["text"])
