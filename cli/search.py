"""`vigie search`: the app's search in a terminal."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli import filters
from cli.terminal import opened, out, plain, say

if TYPE_CHECKING:
    from index.store import Query, Store
    from records import Incident


class Shape(StrEnum):
    table = "table"
    jsonl = "jsonl"


@filters.filtered
def search(
    asked: Query,
    shape: Annotated[Shape, typer.Option("--format", help="table, ou jsonl comme « vigie export ».")] = Shape.table,
) -> None:
    """Chercher des incidents, comme dans l'application."""
    with opened() as store:
        if shape is Shape.jsonl:
            from index import export

            export.write(store, asked, "jsonl", sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        _table(store, asked)


def _table(store: Store, asked: Query) -> None:
    from rich.table import Table

    found = list(store.all(asked))
    if not found:
        say("Aucun incident.")
        if suggested := store.suggest(asked.words) if asked.words else None:
            say(f"Essayez plutôt : vigie search {suggested}")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("Incident", "Date", "Établissement", "Dép.", "Attaque", "Services"):
        table.add_column(head, no_wrap=head in ("Incident", "Date", "Dép."), overflow="fold")
    for incident in found:
        table.add_row(*map(plain, _row(incident)))
    out().print(table)
    say(f"{len(found)} incident{'s' if len(found) > 1 else ''}.")


def _row(incident: Incident) -> tuple[str, ...]:
    from reference.vocabulary import label

    where = incident.facility
    commune = f" ({where.commune})" if where.commune and where.commune not in where.name else ""
    types = [label("attack_types", c.type) + _DOUBT[c.certainty] for c in incident.attack_types]
    services: dict[str, list[str]] = {}
    for s in incident.services:
        services.setdefault(label("services", s.service), []).append(label("impact_status", s.status).lower())
    told = [f"{service} : {', '.join(dict.fromkeys(states))}" for service, states in services.items()]
    more = f" … (+{len(told) - _MOST_SERVICES})" if len(told) > _MOST_SERVICES else ""
    return (
        incident.id,
        str(incident.occurred.start or f"({incident.day})"),
        where.name + commune,
        where.department or "",
        ", ".join(types),
        " ; ".join(told[:_MOST_SERVICES]) + more,
    )


_MOST_SERVICES = 3
_DOUBT = {"confirmed": "", "suspected": " ?", "denied": " (démenti)"}
