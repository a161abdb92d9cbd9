"""What facets and their filters are in every store: which column, which order, which French label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index import places
from index.row import NAMED
from index.store import FACETS, NOT_SAID, Bucket
from reference.folding import fold
from reference.vocabulary import label

# Facets of which an incident has one value, with the column of `index.row` that holds it.
COLUMNS = {
    "department": "department",
    "facility_type": "facility_type",
    "information_status": "information_status",
    "care_impact": "care_impact",
    "year": "year",
}
_VOCABULARY = {
    "facility_type": "facility_types",
    "type": "attack_types",
    "service": "services",
    "status": "impact_status",
    "information_status": "information_status",
    "care_impact": "care_impact",
}


def refuse_unknown(facets: Sequence[str]) -> None:
    if unknown := [f for f in facets if f not in FACETS]:
        raise ValueError(f"unknown facet {unknown[0]!r}: one of {', '.join(FACETS)}")


def buckets(facet: str, counted: Iterable[tuple[str, int]]) -> tuple[Bucket, ...]:
    """Most frequent first, then by label; years newest first."""
    found = [Bucket(value, _label(facet, value), count) for value, count in counted]
    if facet == "year":
        return tuple(sorted(found, key=lambda b: b.value, reverse=True))
    return tuple(sorted(found, key=lambda b: (-b.count, fold(b.label), b.value)))


def facilities(values: Sequence[str]) -> tuple[list[str], list[str]]:
    """The values of a facility filter as keys of the facility column and as folded names."""
    keys = [v for v in values if v.startswith(NAMED) or (v[:-1].isalnum() and v[-1:].isdigit() and " " not in v)]
    called = [v for v in values if v not in keys]
    return keys + [number for v in called for number in places.numbers_of(v)], [fold(v) for v in called]


def _label(facet: str, value: str) -> str:
    if value == NOT_SAID:
        return "Non précisé"
    if facet == "department":
        return places.department_label(value)
    return label(_VOCABULARY[facet], value) if facet in _VOCABULARY else value
