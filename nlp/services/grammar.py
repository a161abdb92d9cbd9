"""The small words of `grammar.toml`, as sets."""

from __future__ import annotations

import tomllib
from pathlib import Path

_LISTS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("grammar.toml").read_text(encoding="utf-8"))


def words(name: str) -> frozenset[str]:
    """One list of the file. Raises KeyError for a name that is not there."""
    return frozenset(_LISTS[name])
