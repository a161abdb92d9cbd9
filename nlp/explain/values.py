"""The values of a report, numbered for the page, each with the Doc's characters that say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from nlp.document import join_offsets
from nlp.explain.wordings import shown
from records import Report, ReportedIncident
from reference.vocabulary import label


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a report: its number on the page, its field, its French wording, the Doc spans that say it."""

    number: int
    field: str
    shown: str
    spans: list[tuple[int, int]]


def values(doc: Doc, report: Report) -> list[list[Value]]:
    """The values of each incident, in the order of the records, numbered through the article."""
    out: list[list[Value]] = []
    count = 0
    for incident in report.incidents:
        group = []
        for key, words in _told(incident):
            count += 1
            group.append(Value(count, key.split("/", 1)[0], words, _spans(doc, incident, key)))
        out.append(group)
    return out


def _told(incident: ReportedIncident) -> Iterator[tuple[str, str]]:
    """(evidence key, French wording) of each value that the report gives."""
    place = incident.facility
    where = ", ".join(x for x in (place.commune, place.department and f"département {place.department}") if x)
    finess = f"Finess {place.finess}" if place.finess else "sans numéro Finess"
    yield "facility", " – ".join(x for x in (place.name, label("facility_types", place.type), where, finess) if x)
    if incident.occurred.start:
        yield "occurred", shown("occurred", incident.occurred)
    for claim in incident.attack_types:
        yield f"attack_types/{claim.type}", shown("attack_types", claim)
    if incident.information_status:
        yield "information_status", shown("information_status", incident.information_status)
    for state in incident.services:
        yield f"services/{state.service}/{state.status}", shown("services", (state.service, state.status))
    for receiver in incident.diverted_to:
        number = f" – Finess {receiver.finess}" if receiver.finess else ""
        yield f"diverted_to/{receiver.name}", receiver.name + number
    for name in ("actor", "ransom", "data_stolen", "persons_affected", "supplier"):
        if (value := getattr(incident, name)) is not None:
            yield name, shown(name, value)
    for authority in incident.authorities:
        yield f"authorities/{authority}", shown("authorities", authority)
    if incident.care_impact:
        yield "care_impact", shown("care_impact", incident.care_impact)


def _spans(doc: Doc, incident: ReportedIncident, key: str) -> list[tuple[int, int]]:
    return join_offsets(doc, incident.evidence.get(key, ()), incident.title_evidence.get(key, ()))
