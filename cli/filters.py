"""The filters that `search` and `export` share, and the `Query` they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import Refused, day

if TYPE_CHECKING:
    from index.store import Query

Words = Annotated[list[str] | None, typer.Argument(metavar="[MOTS]…", help="Mots cherchés, sous toutes leurs formes.")]
Department = Annotated[list[str] | None, typer.Option(metavar="CODE", help="Département : 37, 2A… (répétable).")]
Facility = Annotated[list[str] | None, typer.Option(metavar="NOM|FINESS", help="Établissement victime (répétable).")]
Type = Annotated[list[str] | None, typer.Option("--type", metavar="ID", help="Type d'attaque : rancongiciel…")]
Service = Annotated[list[str] | None, typer.Option(metavar="ID", help="Service touché : urgences, biologie…")]
Status = Annotated[list[str] | None, typer.Option(metavar="ID", help="État du service : ferme, reporte…")]
Outlet = Annotated[list[str] | None, typer.Option(metavar="NOM", help="Média qui en parle.")]
Since = Annotated[str | None, typer.Option(metavar="AAAA-MM-JJ", help="Incidents à partir de ce jour.")]
Until = Annotated[str | None, typer.Option(metavar="AAAA-MM-JJ", help="Incidents jusqu'à ce jour.")]

_CODED = {"type": "attack_types", "service": "services", "status": "impact_status"}


def query(
    words: list[str] | None,
    since: str | None,
    until: str | None,
    **filters: list[str] | None,
) -> Query:
    """The search asked for; Refused for a value that no vocabulary or table has."""
    from index.store import Query
    from reference import communes

    chosen = {name: tuple(dict.fromkeys(values)) for name, values in filters.items() if values}
    for name, vocabulary in _CODED.items():
        _check(f"--{name}", chosen.get(name, ()), vocabulary)
    departments = communes.departments() if chosen.get("department") else {}
    if unknown := [code for code in chosen.get("department", ()) if code not in departments]:
        raise Refused(f"Département inconnu : {', '.join(unknown)}. Le code s'écrit 37, 2A, 971…")
    first, last = day(since, "--since"), day(until, "--until")
    if first and last and first > last:
        raise Refused(f"--since ({first}) vient après --until ({last}).")
    text = " ".join(words or ())
    return Query(words=text, since=first, until=last, sort="relevance" if text else "date", **chosen)


def _check(option: str, values: tuple[str, ...], vocabulary: str) -> None:
    from reference.vocabulary import term_ids

    known = term_ids(vocabulary)
    if unknown := [value for value in values if value not in known]:
        raise Refused(f"{option} {unknown[0]} : inconnu. Valeurs : {', '.join(sorted(known))}.")
