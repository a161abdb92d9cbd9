"""`vigie show ID`: one incident, each value with the words that say it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import Refused, opened, out, out_json, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from records import Incident


class Shape(StrEnum):
    text = "text"
    json = "json"


def show(
    incident_id: Annotated[str, typer.Argument(metavar="ID", help="Par exemple VIG-2022-0001.")],
    shape: Annotated[Shape, typer.Option("--format", help="json : comme une ligne de « vigie export ».")] = Shape.text,
) -> None:
    """Montrer un incident, avec pour chaque valeur l'extrait qui la dit (300 caractères au plus)."""
    from index.export import incident_json

    with opened() as store:
        incident = store.incident(incident_id.strip().upper())
    if incident is None:
        raise Refused(f"Aucun incident {incident_id} dans cette base.")
    if shape is Shape.json:
        out_json(incident_json(incident))
        return
    console = out()
    for line in _lines(incident):
        console.print(plain(line) if line else "", soft_wrap=True)


def _lines(incident: Incident) -> Iterator[str]:
    where = incident.facility
    commune = where.commune or "commune inconnue"
    yield f"{incident.id}  {where.name}, {commune} ({where.department or '?'})"
    if where.finess:
        yield f"FINESS {where.finess}"
    yield ""
    for name, title, value in _values(incident):
        yield f"{title} : {value}"
        for extract, url in _extracts(incident, name):
            yield f"    « {extract} » {url}"
    yield ""
    yield "Articles"
    for source in incident.reports:
        kind = "notice de Vigie, d'après " if source.kind == "notice" else ""
        yield f"    {source.published:%Y-%m-%d}  {source.title} ({kind}{source.outlet or 'média inconnu'})"
        yield f"        {source.url}"


def _values(incident: Incident) -> Iterator[tuple[str, str, str]]:
    """Field in the records, its name on screen, its value in words; what nobody says is left out."""
    from reference.vocabulary import label

    when = incident.occurred
    days = str(when.start) if when.start == when.end else f"{when.start} – {when.end}"
    yield "occurred", "Date", f"{days} ({_PRECISION[when.precision]})" if when.start else "inconnue"
    for claim in incident.attack_types:
        yield f"attack_types/{claim.type}", "Attaque", f"{label('attack_types', claim.type)}, {_SURE[claim.certainty]}"
    if incident.information_status:
        yield "information_status", "Information", label("information_status", incident.information_status)
    for state in incident.services:
        value = f"{label('services', state.service)}, {label('impact_status', state.status)}"
        yield f"services/{state.service}/{state.status}", "Service", value
    for receiver in incident.diverted_to:
        number = f" (FINESS {receiver.finess})" if receiver.finess else ""
        yield f"diverted_to/{receiver.name}", "Patients dirigés vers", receiver.name + number
    if incident.actor:
        yield "actor", "Attaquants", incident.actor
    if incident.ransom:
        amount = f"{incident.ransom.amount or 'montant inconnu'} {incident.ransom.currency or ''}".strip()
        yield "ransom", "Rançon", amount
    if incident.data_stolen is not None:
        yield "data_stolen", "Vol de données", "oui" if incident.data_stolen else "démenti"
    if incident.persons_affected is not None:
        yield "persons_affected", "Personnes concernées", str(incident.persons_affected)
    if incident.supplier:
        yield "supplier", "Prestataire", incident.supplier
    for authority in incident.authorities:
        yield f"authorities/{authority}", "Autorité", authority
    if incident.care_impact:
        yield "care_impact", "Soins", label("care_impact", incident.care_impact)


def _extracts(incident: Incident, name: str) -> Iterator[tuple[str, str]]:
    for source in incident.reports:
        for extract in source.extracts.get(name, ()):
            yield extract, source.url


_PRECISION = {
    "hour": "à l'heure près",
    "day": "au jour près",
    "night": "à la nuit près",
    "week": "à la semaine près",
    "month": "au mois près",
    "year": "à l'année près",
    "unknown": "précision inconnue",
}
_SURE = {"confirmed": "confirmé", "suspected": "soupçonné", "denied": "démenti"}
