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
from views import french
from views.wording import known_values

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
}
_VOCABULARIES = {
    "facility_type": "facility_types",
    "attack": "attack_types",
    "service": "services",
    "status": "impact_status",
    "info": "information_status",
    "care": "care_impact",
}
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
}
MAX_WORDS = 300
MAX_VALUES = 100
Sort = Literal["date", "relevance"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked. `values` holds the ticked values by URL key; `since`/`until` are as typed, for the boxes."""

    words: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    sort: Sort | None = None
    page: int = 1

    @property
    def active(self) -> int:
        """How many filters narrow the list, words aside."""
        return sum(bool(v) for v in self.values.values()) + bool(self.since) + bool(self.until)

    @property
    def effective_sort(self) -> Sort:
        return self.sort or ("relevance" if self.words else "date")


def from_url(params: Mapping[str, Iterable[str]]) -> tuple[Filters, list[str]]:
    """The filters of an address and a French sentence for each value that was set aside."""
    told: list[str] = []
    values: dict[str, tuple[str, ...]] = {}
    for key in KEYS:
        kept = list(dict.fromkeys(value.strip()[:200] for value in params.get(key, ()) if value.strip()))
        vocabulary = _VOCABULARIES.get(key)
        if vocabulary:
            wrong = [value for value in kept if value not in known_values(vocabulary) | {NOT_SAID}]
            told += [f"« {value[:40]} » n’est pas une valeur de « {TITLES[key]} » : ignoré." for value in wrong]
            kept = [value for value in kept if value not in wrong]
        if kept:
            values[key] = tuple(kept[:MAX_VALUES])
    since, until = (_last(params, key)[:40] for key in ("from", "to"))
    sort = _last(params, "sort")
    page = _last(params, "page")
    filters = Filters(
        words=_last(params, "q")[:MAX_WORDS],
        values=values,
        since=since,
        until=until,
        sort=cast(Sort, sort) if sort in ("date", "relevance") else None,
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 and int(page) else 1,
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
    for key, typed in (("from", filters.since), ("to", filters.until)):
        if typed:
            params[key] = typed
    if filters.sort:
        params["sort"] = filters.sort
    if filters.page > 1:
        params["page"] = str(filters.page)
    return params


def to_query(filters: Filters) -> tuple[Query, list[str]]:
    """The store's query and a sentence for each date that cannot be read (it is then no limit)."""
    told: list[str] = []
    since, until = _date(filters.since, False, told), _date(filters.until, True, told)
    if since and until and since > until:
        told.append("La date de début est après la date de fin : les deux ont été échangées.")
        since, until = _date(filters.until, False, told), _date(filters.since, True, told)
    chosen: dict[str, Any] = {KEYS[key]: values for key, values in filters.values.items() if key in KEYS}
    return Query(words=filters.words, since=since, until=until, sort=filters.effective_sort, **chosen), told


def changed(filters: Filters, **changes: Any) -> Filters:
    """New filters from old: whatever changes, the list starts again at its first page unless told otherwise."""
    unknown = set(changes) - {f.name for f in fields(Filters)}
    if unknown:
        raise TypeError(f"Filters has no field {', '.join(sorted(unknown))}")
    return replace(filters, **{"page": 1, **changes})


def _last(params: Mapping[str, Iterable[str]], key: str) -> str:
    values = list(params.get(key, ()))
    return " ".join(values[-1].split()) if values else ""


def _date(typed: str, end: bool, told: list[str]) -> date | None:
    try:
        return french.read_date(typed, end=end)
    except ValueError as error:
        told.append(str(error))
        return None
