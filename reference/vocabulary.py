"""The coded values: one CSV a vocabulary in `vocabularies/`, with ids, French labels and press wordings.

The ids are the ids in every record, store, URL and export.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "vocabularies"
NAMES = ("attack_types", "care_impact", "facility_types", "impact_status", "information_status", "services")


@dataclass(frozen=True, slots=True)
class Term:
    """One coded value. `wordings` are how the French press says it; `row` holds the other columns."""

    id: str
    label: str
    definition: str
    wordings: tuple[str, ...]
    row: dict[str, str]


@cache
def vocabulary(name: str) -> dict[str, Term]:
    """The terms of one vocabulary by id, in the file's order. KeyError for an unknown vocabulary."""
    if name not in NAMES:
        raise KeyError(f"no vocabulary {name!r}: one of {', '.join(NAMES)}")
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: _term(row) for row in csv.DictReader(file)}


@cache
def term_ids(name: str) -> frozenset[str]:
    return frozenset(vocabulary(name))


def label(name: str, term_id: str) -> str:
    """The French label of a coded value, for screens; the id itself when it is unknown."""
    term = vocabulary(name).get(term_id)
    return term.label if term else term_id


def _term(row: dict[str, str]) -> Term:
    wordings = next((row[c] for c in ("press_synonyms_fr", "press_phrasings_fr") if row.get(c)), "")
    return Term(
        id=row["id"],
        label=row["label_fr"],
        definition=row.get("definition_fr") or "",
        wordings=tuple(w for w in wordings.split("|") if w),
        row=row,
    )
