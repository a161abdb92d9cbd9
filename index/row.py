"""What filters, facets and order ask of an incident: the same values in every store."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json

from index import geography
from index.store import NOT_SAID
from records import Article, Facility, Incident
from reference.folding import fold

NAMED = "nom:"  # starts the value of a facility without a register number


class Told(NamedTuple):
    """A value of which the incident tells the label, and the folded name that it is found by too."""

    value: str
    label: str
    name: str


def columns(incident: Incident) -> dict[str, Any]:
    """The values that filters and facets ask, all texts but `lat` and `lon`.

    Days are ISO dates, "" when unknown; `department` is codes with blanks between; `last_changed` is ISO in UTC;
    `cell` see `index.geography`. Of `facilities`, `communes` and `places` the first of each."""
    day = incident.day
    first, last = incident.occurred.start or day, incident.occurred.end or incident.occurred.start or day
    facility, commune = facilities(incident)[0], communes(incident)[0]
    lat, lon = next(iter(places(incident)), (None, None))
    return {
        "id": incident.id,
        "day": _day(day),  # to sort by: the attack's, else the first publication's
        "first_day": _day(first),  # the range that since/until must overlap
        "last_day": _day(last),
        "year": str(day.year) if day else NOT_SAID,
        "department": " ".join(departments(incident)) or NOT_SAID,
        "facility": facility.value,
        "facility_name": facility.name,
        "facility_label": facility.label,
        "facility_type": incident.facility.type,
        "information_status": incident.information_status or NOT_SAID,
        "care_impact": incident.care_impact or NOT_SAID,
        "last_changed": utc(incident.last_changed),
        "commune": commune.value,
        "commune_name": commune.name,
        "commune_label": commune.label,
        "reviewed": "oui" if incident.reviewed else "non",
        "lat": lat,
        "lon": lon,
        "cell": geography.cell(lat, lon),
    }


def victim(facility: Facility) -> str:
    """The value of a facility: its register number, else its folded name and commune."""
    return facility.finess or f"{NAMED}{fold(_with_commune(facility))}"


def _with_commune(facility: Facility) -> str:
    return f"{facility.name}, {facility.commune}" if facility.commune else facility.name


def hit(incident: Incident) -> tuple[Facility, ...]:
    """The facility and, when it is a group, its sites."""
    return (incident.facility, *incident.sites)


def facilities(incident: Incident) -> list[Told]:
    """The facility and its sites, each once; at least one."""
    return _each_once(
        Told(victim(one), one.name if one.finess else _with_commune(one), fold(one.name)) for one in hit(incident)
    )


def communes(incident: Incident) -> list[Told]:
    """The communes of the facility and its sites, each once; `NOT_SAID` alone when none is said."""
    known = (one for one in hit(incident) if one.insee or one.commune)
    told = (
        Told(one.insee or f"{NAMED}{fold(one.commune or '')}", one.commune or "", fold(one.commune or ""))
        for one in known
    )
    return _each_once(told) or [Told(NOT_SAID, "", "")]


def _each_once(told: Iterable[Told]) -> list[Told]:
    """By value, as it is told first."""
    found: dict[str, Told] = {}
    for one in told:
        found.setdefault(one.value, one)
    return list(found.values())


def places(incident: Incident) -> list[tuple[float, float]]:
    """Where the facility and its sites are, as far as it is known, each place once: latitudes and longitudes, degrees."""
    known = ((one.lat, one.lon) for one in hit(incident))
    return list(dict.fromkeys((lat, lon) for lat, lon in known if lat is not None and lon is not None))


def departments(incident: Incident) -> list[str]:
    """Codes of the departments of the facility and its sites."""
    return sorted({one.department for one in hit(incident) if one.department})


def claims(incident: Incident) -> list[tuple[str, str]]:
    """Types of attack, each with its certainty."""
    return sorted({(claim.type, claim.certainty) for claim in incident.attack_types})


def pairs(incident: Incident) -> list[tuple[str, str]]:
    """Services, each with a state told of it."""
    return sorted({(state.service, state.status) for state in incident.services})


def sources(incident: Incident) -> list[tuple[str, str]]:
    """Addresses of the articles, each with its outlet."""
    return list({source.url: (source.url, source.outlet or NOT_SAID) for source in incident.reports}.values())


def record_json(record: BaseModel) -> str:
    """A record as stores keep it; what is computed from the rest is left out."""
    left_out = {"id", "content_hash"} if isinstance(record, Article) else None
    try:
        return record.model_dump_json(exclude=left_out)
    except PydanticSerializationError:  # a lone surrogate out of a badly coded page: no UTF-8 can hold it
        return json.dumps(_encodable(record.model_dump(mode="python", exclude=left_out)), default=str)


def plain_json(value: Any) -> bytes:
    """Plain values as JSON; lone surrogates replaced."""
    try:
        return to_json(value)
    except PydanticSerializationError:
        return to_json(_encodable(value))


def _encodable(value: Any) -> Any:
    """Lone surrogates replaced one for one, so that offsets stay right."""
    if isinstance(value, str):
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in value)
    if isinstance(value, dict):
        return {_encodable(k): _encodable(v) for k, v in value.items()}
    return [_encodable(v) for v in value] if isinstance(value, list | tuple) else value


def utc(moment: datetime) -> str:
    """A moment as text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
