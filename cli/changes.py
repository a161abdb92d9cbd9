"""`vigie changes --since DATE`: what changed since a day, incident by incident."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.terminal import day, opened, out, out_json, plain

if TYPE_CHECKING:
    from index.asof import Change, Difference
    from index.store import Fate


class Shape(StrEnum):
    text = "text"
    jsonl = "jsonl"


def changes(
    since: Annotated[str, typer.Option(metavar="AAAA-MM-JJ", help="Depuis ce jour inclus.")],
    shape: Annotated[Shape, typer.Option("--format", help="jsonl : un changement par ligne.")] = Shape.text,
) -> None:
    """Dire ce qui a changé depuis un jour : incidents nouveaux, valeurs, articles, numéros réunis ou retirés.

    « Nouveau » se dit de ce que la presse a publié depuis ce jour. Un incident entré depuis dans la base par des
    articles plus anciens est dit rattrapé.
    """
    from index.asof import changes as changed
    from index.asof import fates_since

    limit = day(since, "--since")
    with opened() as store:
        console = out()
        for change in changed(store, limit):
            if shape is Shape.jsonl:
                out_json(_json(change))
                continue
            for line in _lines(change):
                console.print(plain(line), soft_wrap=True)
        for fate in fates_since(store, limit):
            if shape is Shape.jsonl:
                out_json({"id": fate.id, "kind": fate.kind, "other": fate.other, "at": fate.at.isoformat()})
            else:
                console.print(plain(_fate(fate)), soft_wrap=True)


def _json(change: Change) -> dict[str, Any]:
    return {
        "id": change.incident.id,
        "kind": change.kind,
        "facility": change.incident.facility.name,
        "differences": [{"field": d.field, "before": d.before, "after": d.after} for d in change.differences],
        "articles": list(change.articles),
    }


_KINDS = {"new": "nouveau", "older": "rattrapé", "changed": "changé", "told": "confirmé par d'autres articles"}


def _lines(change: Change) -> list[str]:
    incident = change.incident
    where = incident.facility
    head = f"{incident.id}  {where.name}, {where.commune or 'commune inconnue'} : {_KINDS[change.kind]}"
    told = [f"    {line}" for difference in change.differences for line in [_difference(difference)]]
    return [head, *told, *(f"    {url}" for url in change.articles)]


def _difference(difference: Difference) -> str:
    from views.differences import sentence

    return sentence(difference)


def _fate(fate: Fate) -> str:
    if fate.kind == "merged":
        return f"{fate.id}  réuni avec {fate.other}"
    return f"{fate.id}  issu de {fate.other}" if fate.kind == "split" else f"{fate.id}  retiré"
