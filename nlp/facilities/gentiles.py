"""The town that an adjective tells: "la clinique tourangelle", "l'hôpital dacquois". Table: `gentiles.csv`."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("gentiles.csv")
_WORD = re.compile(r"[^\W\d_][\w-]*")


@cache
def _towns() -> dict[str, str]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {a + s: row["commune"] for row in rows for a in row["adjectives"].split("|") for s in ("", "s")}


def town_of(words: str) -> str | None:
    """The commune of the first such adjective in lower case among the words, else None.

    >>> town_of("la clinique tourangelle")
    'Tours'
    """
    return next((t for w in _WORD.findall(words) if (t := _towns().get(w))), None)
