"""`/.well-known/tdmrep.json`: which parts of a host a publisher reserves from text and data mining.

As the W3C community's TDM Reservation Protocol has it: a list of rules, the first whose location fits a path holds.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

PATH = "/.well-known/tdmrep.json"
MOST_RULES = 1000


@dataclass(frozen=True, slots=True)
class Reservation:
    """The rules of one host, in order: a pattern of paths, and whether they are reserved."""

    rules: tuple[tuple[re.Pattern[str], bool], ...] = ()

    def covers(self, url: str) -> bool:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return next((reserved for pattern, reserved in self.rules if pattern.match(path)), False)


def read_reservation(body: bytes) -> Reservation:
    """The rules of a host's file; none when it is no such file (many hosts answer with a page)."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return Reservation()
    rules = []
    for rule in data[:MOST_RULES] if isinstance(data, list) else []:
        if isinstance(rule, dict) and isinstance(rule.get("location"), str):
            rules.append((_pattern(rule["location"]), str(rule.get("tdm-reservation")) == "1"))
    return Reservation(tuple(rules))


def _pattern(location: str) -> re.Pattern[str]:
    """Locations are as in robots.txt: a prefix, `*` for anything, `$` for the end."""
    end = "$" if location.endswith("$") else ""
    parts = re.sub(r"\*+", "*", location.removesuffix("$")).split("*")[:20]
    return re.compile(".*".join(map(re.escape, parts)) + end)
