"""What facets and their filters are in every store: which column, which order, which French label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index import places
from index.row import NAMED
from index.store import COUNTED, FACETS, NOT_SAID, Bucket, Query
from reference.folding import fold
from reference.vocabulary import label

# Facets with a column of `index.row`, which holds one value, or several with blanks between.
COLUMNS = {
    "department": "department",
    "facility_type": "facility_type",
    "information_status": "information_status",
    "care_impact": "care_impact",
    "year": "year",
    "reviewed": "reviewed",
}
# Facets whose values go in pairs: of the same service, of the same claim. Each pair has one filter.
PAIRS = {"service": "service", "status": "service", "type": "type", "certainty": "type"}
_UNSAID = "Non précisé"
# Facets of which the incident tells the label; one of a group has a value for each of its sites.
LABELLED = ("facility", "commune")
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
    found = [Bucket(value, value_label(facet, value), count) for value, count in counted]
    if facet == "year":
        return tuple(sorted(found, key=lambda b: b.value, reverse=True))
    return tuple(sorted(found, key=lambda b: (-b.count, fold(b.label), b.value)))


def labelled(found: Iterable[tuple[str, str, str, int]]) -> tuple[Bucket, ...]:
    """Of value, label, folded name and count, also several of one value: most frequent first, then by name."""
    each: dict[str, tuple[int, str, str]] = {}
    for value, wording, name, count in found:
        if before := each.get(value):
            each[value] = (before[0] - count, min(before[1], name), min(before[2], wording))
        else:
            each[value] = (-count, name, wording)
    ranked = sorted([(count, name, value, wording) for value, (count, name, wording) in each.items()])
    return tuple([Bucket(value, _UNSAID if value == NOT_SAID else told, -n) for n, _, value, told in ranked])


def facilities(values: Sequence[str]) -> tuple[list[str], list[str]]:
    """The values of a facility filter as keys of the facility column and as folded names."""
    keys = [v for v in values if v.startswith(NAMED) or (v[:-1].isalnum() and v[-1:].isdigit() and " " not in v)]
    called = [v for v in values if v not in keys]
    return keys + [number for v in called for number in places.numbers_of(v)], [fold(v) for v in called]


def pair(query: Query, name: str, but: str = "") -> dict[str, tuple[str, ...]]:
    """What a pair (`service` or `type`) must be, by column, a facet's own filter set aside; empty: anything."""
    told = {facet: () if facet == but else getattr(query, facet) for facet, own in PAIRS.items() if own == name}
    if name == "type" and not told["certainty"] and but != "certainty":
        told["certainty"] = COUNTED if told["type"] or but == "type" else ()
    return {column: values for column, values in told.items() if values}


def communes(values: Sequence[str]) -> list[str]:
    """The folded names among the values of a commune filter."""
    return [fold(v) for v in values if v != NOT_SAID and not v.startswith(NAMED)]


def value_label(facet: str, value: str) -> str:
    """The French label of a value of a facet, as far as the value alone tells it."""
    if value == NOT_SAID:
        return _UNSAID
    if facet == "department":
        return places.department_label(value)
    if facet in _LABELS:
        return _LABELS[facet].get(value, value)
    return label(_VOCABULARY[facet], value) if facet in _VOCABULARY else value


_LABELS = {
    "reviewed": {"oui": "Relu", "non": "Non relu"},
    "certainty": {"confirmed": "Confirmé", "suspected": "Soupçonné", "denied": "Démenti"},
}
