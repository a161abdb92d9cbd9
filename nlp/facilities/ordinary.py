"""Words with a capital that are no organisation's name: the lists of `ordinary.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

_LISTS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("ordinary.toml").read_text(encoding="utf-8"))
NOT_ORGANISATIONS = frozenset(_LISTS["not_organisations"])
SMALL_WORDS = frozenset(_LISTS["small_words"])
FIRST_NAMES = frozenset(_LISTS["first_names"])
