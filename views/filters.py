"""The filters as the address bar holds them: the one place where a view's state lives.

Keys are part of every shared link: they are never renamed. A repeated key means "or"; unknown keys are ignored;
a value that cannot be is set aside and told in a French sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal, cast

from index.store import NOT_SAID, Query
from index.typed_places import box_of, box_text, near_of, near_text
from views import french
from views.wording import CERTAINTY, known_values

# URL key → field of Query.
KEYS = {
    "dept": "department",
    "facility": "facility",
    "facility_type": "facility_type",
    "attack": "type",
    "service": "service",
    "status": "status",
    "info": "information_status",
    "care": "care_impact",
    "outlet": "outlet",
    "commune": "commune",
    "certainty": "certainty",
    "reviewed": "reviewed",
}
_VOCABULARIES = {
    "facility_type": "facility_types",
    "attack": "attack_types",
    "service": "services",
    "status": "impact_status",
    "info": "information_status",
    "care": "care_impact",
}
# The values of a key that has no vocabulary and no open list.
_VALUES = {"certainty": frozenset(CERTAINTY), "reviewed": frozenset({"oui", "non"})}
TITLES = {
    "dept": "Département",
    "facility": "Établissement",
    "facility_type": "Type d’établissement",
    "attack": "Type d’attaque",
    "service": "Service touché",
    "status": "État du service",
    "info": "Statut de l’information",
    "care": "Retentissement sur les soins",
    "outlet": "Média",
    "commune": "Commune",
    "certainty": "Certitude de l’attaque",
    "reviewed": "Relecture",
}
MAX_WORDS = 300
MAX_VALUES = 100
KM = 20  # around a place, when no distance is told
FARTHEST = 1000
Sort = Literal["date", "relevance"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked. `values` holds the ticked values by URL key; `since`, `until`, `near` (a commune, or latitude and
    longitude) and `box` (south, west, north, east) are as typed, for the boxes."""

    words: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    near: str = ""
    km: int = KM
    box: str = ""
    sort: Sort | None = None
    page: int = 1

    @property
    def active(self) -> int:
        """How many filters narrow the list, words aside."""
        return sum(map(bool, (*self.values.values(), self.since, self.until, self.near, self.box)))

    @property
    def effective_sort(self) -> Sort:
        return self.sort or ("relevance" if self.words else "date")


def from_url(params: Mapping[str, Iterable[str]]) -> tuple[Filters, list[str]]:
    """The filters of an address and a French sentence for each value that was set aside."""
    told: list[str] = []
    values: dict[str, tuple[str, ...]] = {}
    for key in KEYS:
        kept = list(dict.fromkeys(value.strip()[:200] for value in params.get(key, ()) if value.strip()))
        if allowed := _allowed(key):
            wrong = [value for value in kept if value not in allowed]
            told += [f"« {value[:40]} » n’est pas une valeur de « {TITLES[key]} » : ignoré." for value in wrong]
            kept = [value for value in kept if value not in wrong]
        if kept:
            values[key] = tuple(kept[:MAX_VALUES])
    since, until = (_last(params, key)[:40] for key in ("from", "to"))
    near, km, box = (_last(params, key)[:80] for key in ("near", "km", "box"))
    sort = _last(params, "sort")
    page = _last(params, "page")
    filters = Filters(
        words=_last(params, "q")[:MAX_WORDS],
        values=values,
        since=since,
        until=until,
        near=near,
        km=min(_number(km) or KM, FARTHEST),
        box=box,
        sort=cast(Sort, sort) if sort in ("date", "relevance") else None,
        page=_number(page) or 1,
    )
    return filters, told


def to_url(filters: Filters) -> dict[str, str | list[str]]:
    """The shortest address of these filters: what is default is left out."""
    params: dict[str, str | list[str]] = {}
    if filters.words:
        params["q"] = filters.words
    for key in KEYS:
        if chosen := filters.values.get(key):
            params[key] = list(chosen)
    typed = {"from": filters.since, "to": filters.until, "near": filters.near, "box": filters.box}
    params |= {key: text for key, text in typed.items() if text}
    if filters.near and filters.km != KM:
        params["km"] = str(filters.km)
    if filters.sort:
        params["sort"] = filters.sort
    if filters.page > 1:
        params["page"] = str(filters.page)
    return params


def to_query(filters: Filters) -> tuple[Query, list[str]]:
    """The store's query and a sentence for each date or place that cannot be read (it is then no limit)."""
    told: list[str] = []
    since, until = _date(filters.since, False, told), _date(filters.until, True, told)
    if since and until and since > until:
        told.append("La date de début est après la date de fin : les deux ont été échangées.")
        since, until = _date(filters.until, False, told), _date(filters.since, True, told)
    near = near_of(filters.near, float(filters.km)) if filters.near else None
    if filters.near and near is None:
        told.append(f"« {filters.near[:40]} » n’est pas une commune connue : la distance est ignorée.")
    box = box_of(filters.box) if filters.box else None
    if filters.box and box is None:
        told.append("Le cadre sur la carte attend sud, ouest, nord et est en degrés : il est ignoré.")
    chosen: dict[str, Any] = {KEYS[key]: values for key, values in filters.values.items() if key in KEYS}
    chosen |= {"since": since, "until": until, "near": near, "box": box}
    return Query(words=filters.words, sort=filters.effective_sort, **chosen), told


def of_query(query: Query) -> Filters:
    """The filters that ask the same, for a search that was saved."""
    return Filters(
        words=query.words,
        values={key: getattr(query, name) for key, name in KEYS.items() if getattr(query, name)},
        since=query.since.isoformat() if query.since else "",
        until=query.until.isoformat() if query.until else "",
        near=near_text(query.near) if query.near else "",
        km=max(1, round(query.near.km)) if query.near else KM,
        box=box_text(query.box) if query.box else "",
    )


def changed(filters: Filters, **changes: Any) -> Filters:
    """New filters from old: whatever changes, the list starts again at its first page unless told otherwise."""
    unknown = set(changes) - {f.name for f in fields(Filters)}
    if unknown:
        raise TypeError(f"Filters has no field {', '.join(sorted(unknown))}")
    return replace(filters, **{"page": 1, **changes})


def _last(params: Mapping[str, Iterable[str]], key: str) -> str:
    values = list(params.get(key, ()))
    return " ".join(values[-1].split()) if values else ""


def _allowed(key: str) -> frozenset[str]:
    """The values a key may have; empty: any."""
    if key in _VOCABULARIES:
        return known_values(_VOCABULARIES[key]) | {NOT_SAID}
    return _VALUES.get(key, frozenset())


def _number(text: str) -> int:
    """A whole number of at most five digits; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _date(typed: str, end: bool, told: list[str]) -> date | None:
    try:
        return french.read_date(typed, end=end)
    except ValueError as error:
        told.append(str(error))
        return None
