"""What can be asked of a store: words, filters, an order. `index.store` offers the same names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

# The value of a facet, and of its filter, for incidents of which nobody says it (`department`,
# `information_status`, `care_impact`, `outlet`).
NOT_SAID = "-"

FACETS = (
    "department",
    "facility",
    "facility_type",
    "type",
    "service",
    "status",
    "information_status",
    "care_impact",
    "outlet",
    "year",
    "commune",
    "certainty",
    "reviewed",
)
# Claims of which the incident is said to be of that type, when a search does not say which.
COUNTED = ("confirmed", "suspected")


class Near(NamedTuple):
    """Within a distance of a place; degrees (WGS 84). `name`: what the place is called, to show."""

    lat: float
    lon: float
    km: float
    name: str = ""


class Box(NamedTuple):
    """A part of the map, edges included; degrees (WGS 84). `west` beyond `east`: across the 180th meridian."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True)
class Query:
    """A search for incidents. Values of one filter are alternatives; filters add up.

    `words` is plain text (see `index.words`): every word must be found, in any form; `"these words"`, `-not`,
    `begin*`. `type` keeps incidents of which that type is confirmed or suspected, not those where it is denied;
    with `certainty` (confirmed, suspected, denied), those of which it is told with that certainty. `department`, `commune`,
    `facility`, `near` and `box` look at the facility and, when it is a group, at each of its sites: one that fits is enough.

    `service` and `status` given together must hold for the same service ("urgences" + "ferme" is not
    "urgences touched, something closed"). `since`/`until` keep incidents whose range of dates overlaps; an
    incident without a date is placed by its first publication. `facility` holds FINESS numbers or names, `commune`
    INSEE codes or names. `reviewed` is `oui` (an analyst has looked at it) or `non`. `near` and `box` keep incidents
    at a facility whose place is known. `id` holds numbers of incidents, a thousand at most.
    """

    words: str = ""
    id: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    facility: tuple[str, ...] = ()
    facility_type: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    information_status: tuple[str, ...] = ()
    care_impact: tuple[str, ...] = ()
    outlet: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    commune: tuple[str, ...] = ()
    certainty: tuple[str, ...] = ()
    reviewed: tuple[str, ...] = ()
    near: Near | None = None
    box: Box | None = None
    since: date | None = None
    until: date | None = None
    sort: Literal["date", "relevance"] = "date"
