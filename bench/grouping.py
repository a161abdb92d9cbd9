"""How well reports of the labelled corpus are brought together: from the labels, and from our own reader's reports."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.files import Failure
from index import open_store
from index.clusters import gold_report, grouping, read_clusters
from nlp.evaluation import read_gold
from nlp.stream import LazyReader, reports

_CORPUS = Path(__file__).parents[1] / "corpus"


def measure() -> Iterator[dict[str, Any]]:
    """B-cubed figures, with every wrong merge and split by name."""
    gold = read_gold(_CORPUS / "dev.jsonl")
    rows = read_clusters(_CORPUS / "clusters.csv")
    ours = [(a, r) for a, r in reports((g.article for g in gold), LazyReader(), 1) if not isinstance(r, Failure)]
    for title, told in (("gold reports", [(g.article, gold_report(g)) for g in gold]), ("our reports", ours)):
        with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder) / 'vigie.db'}") as store:
            found = grouping(store, rows, gold, told)
        yield {
            "from": title,
            "accounts": found.scored,
            "missed": found.missed,
            "bcubed_precision": round(found.precision, 3),
            "bcubed_recall": round(found.recall, 3),
            "bcubed_f1": round(found.f1, 3),
            "wrong_merges": found.merges,
            "wrong_splits": found.splits,
        }
