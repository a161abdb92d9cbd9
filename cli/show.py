"""`vigie show ID`: one incident, each value with the words that say it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import Refused, day, opened, out, out_json, plain, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.related import Related
    from records import Incident


class Shape(StrEnum):
    text = "text"
    json = "json"


def show(
    incident_id: Annotated[str, typer.Argument(metavar="ID", help="Par exemple VIG-2022-0001.")],
    shape: Annotated[Shape, typer.Option("--format", help="json : comme une ligne de « vigie export ».")] = Shape.text,
    then: Annotated[
        str | None,
        typer.Option("--as-of", metavar="AAAA-MM-JJ", help="Ce qu'on en savait ce jour-là, par les articles parus."),
    ] = None,
) -> None:
    """Montrer un incident, avec pour chaque valeur l'extrait qui la dit (300 caractères au plus)."""
    from index.asof import as_of
    from index.export import incident_json
    from index.related import related

    on = day(then, "--as-of")
    asked = incident_id.strip().upper()
    with opened() as store:
        incident = store.incident(asked)
        if incident is None:
            gone = store.fate(asked)
            what = f"a été retiré de cette base le {gone.at:%Y-%m-%d}" if gone else "n'est pas dans cette base"
            raise Refused(f"L'incident {incident_id} {what}.")
        if incident.id != asked:
            say(f"{asked} a été réuni avec {incident.id}, que voici.")
        kin = related(store, incident)
        if on:
            incident = as_of(store, incident.id, on)
            if incident is None:
                raise Refused(f"Rien n'était paru sur l'incident {incident_id} le {on}.")
    if shape is Shape.json:
        out_json(incident_json(incident))
        return
    console = out()
    for line in _lines(incident, kin):
        console.print(plain(line) if line else "", soft_wrap=True)


def _lines(incident: Incident, kin: tuple[Related, ...]) -> Iterator[str]:
    where = incident.facility
    commune = where.commune or "commune inconnue"
    yield f"{incident.id}  {where.name}, {commune} ({where.department or '?'})"
    if where.finess:
        yield f"FINESS {where.finess}"
    for site in incident.sites:
        yield f"    Établissement du groupe : {site.name}, {site.commune or 'commune inconnue'}"
    yield ""
    for name, title, value in _values(incident):
        yield f"{title} : {value}"
        for extract, url in _extracts(incident, name):
            yield f"    « {extract} » {url}"
    yield from _history(incident)
    yield from _others(incident, kin)
    yield ""
    yield "Articles"
    for source in incident.reports:
        kind = "notice de Vigie, d'après " if source.kind == "notice" else ""
        yield f"    {source.published:%Y-%m-%d}  {source.title} ({kind}{source.outlet or 'média inconnu'})"
        yield f"        {source.url}"


def _history(incident: Incident) -> Iterator[str]:
    """How sure it is, what happened when, how long services were down, who says otherwise."""
    from reference.vocabulary import label
    from views import story
    from views.facts import title_of, told

    if incident.waiting:
        yield f"{story.waiting(incident.waiting)} {' '.join(incident.waiting.may_be)}".rstrip()
    if incident.confidence:
        yield f"{story.confidence(incident.confidence)} : {' '.join(incident.confidence.reasons)}"
    if incident.milestones:
        yield ""
        yield "Chronologie"
        for milestone in incident.milestones:
            yield f"    {story.MILESTONES[milestone.kind]} : {story.when(milestone)}"
    if incident.outages:
        yield ""
        yield "Services arrêtés"
        for outage in incident.outages:
            yield f"    {label('services', outage.service)} : {story.stop(outage)}"
    if incident.contradictions:
        yield ""
        yield "Dit aussi"
        for field, statements in incident.contradictions.items():
            for statement in statements:
                yield f"    {title_of(field)} : {told(field, statement.value)} ({', '.join(statement.reports)})"


def _others(incident: Incident, kin: tuple[Related, ...]) -> Iterator[str]:
    from views import story
    from views.facts import title_of

    if incident.reviewed and incident.reviewed.acts:
        yield ""
        yield "Relecture"
        for done in incident.reviewed.acts:
            why = f" : {done.why}" if done.why else ""
            yield f"    {done.at:%Y-%m-%d}  {done.by}, {story.act(done)}{why}"
        for name in incident.reviewed.contradicted:
            yield f"    Un article paru depuis contredit la correction ({title_of(name)})."
    if kin:
        yield ""
        yield "Incidents liés"
        for one in kin:
            yield f"    {one.incident.id}  {one.incident.facility.name} : {story.RELATIONS[one.relation]}"


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
        asked = str(incident.ransom.amount or "montant inconnu").replace(".", ",")
        amount = f"{asked} {incident.ransom.currency or ''}".strip()
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
