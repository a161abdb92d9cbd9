"""Names of threat-actor groups and malware families. Facts and their sources: the header of `actors.csv`."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).parent / "actors.csv"
KINDS = ("ransomware", "extortion", "hacktivist", "broker", "state", "malware")


class Actor(NamedTuple):
    """A group or family. `ambiguous` names are ordinary words too: they need a word of the field beside them."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    ambiguous: bool


@cache
def actors() -> tuple[Actor, ...]:
    """All known actors, in the table's order. `kind` is one of `KINDS`."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return tuple(
            Actor(row["name"], tuple(a for a in row["aliases"].split("|") if a), row["kind"], row["ambiguous"] == "1")
            for row in rows
        )
