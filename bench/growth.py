"""Memory of one reader over a long run: relevant articles of the corpus, read in full, no two alike.

In each article the rarer capitalised words are others than before (syllables drawn anew), so that whatever keeps words
it met keeps meeting new ones, as over years of press. `VIGIE_BENCH_ARTICLES` says how many (50,000). Resident memory in
MB after each tenth, and the articles a second of processor time of that tenth.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Iterator
from itertools import islice

from bench.reading import CORPUS
from bench.stores import resident
from nlp.reader import Reader
from records import Article

COUNT = int(os.environ.get("VIGIE_BENCH_ARTICLES", "50000"))
_TOGETHER = 16
_NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][a-zà-ÿ]{3,}")
_SYLLABLES = [
    a + b
    for a in ("b", "cr", "d", "f", "gl", "l", "m", "n", "p", "r", "s", "t", "v")
    for b in ("a", "e", "i", "o", "u", "an", "ou")
]


def measure() -> Iterator[dict[str, object]]:
    reader = Reader()
    yield {"articles": 0, "megabytes_resident": resident()}
    began, read = time.process_time(), 0
    articles = _articles()
    while batch := list(islice(articles, _TOGETHER)):
        reader.read_together(batch)
        if (read + len(batch)) // _tenth() > read // _tenth():
            spent = time.process_time() - began
            yield {
                "articles": read + len(batch),
                "megabytes_resident": resident(),
                "articles_per_s": round(_tenth() / spent, 1),
            }
            began = time.process_time()
        read += len(batch)


def _tenth() -> int:
    return max(1, COUNT // 10)


def _articles() -> Iterator[Article]:
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    relevant = [row for row in rows if row["relevant"]]
    chance = random.Random(7)
    for number in range(COUNT):
        row = relevant[number % len(relevant)]
        yield Article(
            url=f"https://example.org/{number}",
            title=row["title"],
            published=row["published"],
            text=_NAME.sub(lambda _: _name(chance), row["text"]),
        )


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).capitalize()
