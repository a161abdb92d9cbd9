"""The filters that `search`, `export` and `alerts add` share, and the `Query` they make."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.terminal import Refused, day

if TYPE_CHECKING:
    from index.store import Box, Near, Query

Words = Annotated[list[str] | None, typer.Argument(metavar="[MOTS]…", help="Mots cherchés, sous toutes leurs formes.")]
Department = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CODE",
        help="Département : 37, 2A… (répétable) ; un groupe est trouvé par chacun de ses sites, comme pour --facility, --commune, --near et --box.",
    ),
]
Facility = Annotated[
    list[str] | None,
    typer.Option(metavar="NOM|FINESS", help="Établissement victime, ou site d'un groupe victime (répétable)."),
]
Type = Annotated[list[str] | None, typer.Option("--type", metavar="ID", help="Type d'attaque : rancongiciel…")]
Service = Annotated[list[str] | None, typer.Option(metavar="ID", help="Service touché : urgences, biologie…")]
Status = Annotated[list[str] | None, typer.Option(metavar="ID", help="État du service : ferme, reporte…")]
FacilityType = Annotated[
    list[str] | None, typer.Option("--facility-type", metavar="ID", help="Type d'établissement : ch, clinique, ehpad…")
]
Commune = Annotated[list[str] | None, typer.Option(metavar="NOM|INSEE", help="Commune de l'établissement (répétable).")]
Certainty = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Ce qui est dit du type : confirmed, suspected, denied.")
]
Information = Annotated[
    list[str] | None, typer.Option("--information-status", metavar="ID", help="Statut de l'information : confirme…")
]
Care = Annotated[list[str] | None, typer.Option("--care-impact", metavar="ID", help="Retentissement sur les soins.")]
Reviewed = Annotated[
    bool | None, typer.Option("--reviewed/--not-reviewed", help="Relus par un analyste, ou pas encore.")
]
Around = Annotated[
    str | None, typer.Option("--near", metavar="COMMUNE|LAT,LON", help="Autour d'un lieu (voir --within).")
]
Within = Annotated[float, typer.Option(metavar="KM", min=0, help="Distance au lieu de --near, en kilomètres.")]
InBox = Annotated[
    str | None, typer.Option("--box", metavar="S,O,N,E", help="Cadre sur la carte : latitudes et longitudes en degrés.")
]
Outlet = Annotated[list[str] | None, typer.Option(metavar="NOM", help="Média qui en parle.")]
Since = Annotated[str | None, typer.Option(metavar="AAAA-MM-JJ", help="Incidents à partir de ce jour.")]
Until = Annotated[str | None, typer.Option(metavar="AAAA-MM-JJ", help="Incidents jusqu'à ce jour.")]

_CODED = {
    "type": "attack_types",
    "service": "services",
    "status": "impact_status",
    "facility_type": "facility_types",
    "information_status": "information_status",
    "care_impact": "care_impact",
}
_CERTAINTIES = frozenset({"confirmed", "suspected", "denied"})
NEAR_KM = 20.0


def query(
    words: Words = None,
    *,
    department: Department = None,
    facility: Facility = None,
    attack_type: Type = None,
    service: Service = None,
    status: Status = None,
    outlet: Outlet = None,
    facility_type: FacilityType = None,
    commune: Commune = None,
    certainty: Certainty = None,
    information_status: Information = None,
    care_impact: Care = None,
    reviewed: Reviewed = None,
    near: Around = None,
    within: Within = NEAR_KM,
    box: InBox = None,
    since: Since = None,
    until: Until = None,
) -> Query:
    """The search asked for; Refused for a value that no vocabulary or table has."""
    from index.store import NOT_SAID, Query
    from reference import communes
    from reference.vocabulary import term_ids

    told = {
        "department": department,
        "facility": facility,
        "type": attack_type,
        "service": service,
        "status": status,
        "outlet": outlet,
        "facility_type": facility_type,
        "commune": commune,
        "certainty": certainty,
        "information_status": information_status,
        "care_impact": care_impact,
    }
    chosen: dict[str, Any] = {name: tuple(dict.fromkeys(values)) for name, values in told.items() if values}
    for name, vocabulary in _CODED.items():
        _check(f"--{name.replace('_', '-')}", chosen.get(name, ()), term_ids(vocabulary) | {NOT_SAID})
    _check("--certainty", chosen.get("certainty", ()), _CERTAINTIES)
    departments = communes.departments() if chosen.get("department") else {}
    if unknown := [code for code in chosen.get("department", ()) if code not in departments and code != NOT_SAID]:
        raise Refused(f"Département inconnu : {', '.join(unknown)}. Le code s'écrit 37, 2A, 971…")
    first, last = day(since, "--since"), day(until, "--until")
    if first and last and first > last:
        raise Refused(f"--since ({first}) vient après --until ({last}).")
    text = " ".join(words or ())
    if reviewed is not None:
        chosen["reviewed"] = ("oui" if reviewed else "non",)
    asked = Query(words=text, since=first, until=last, sort="relevance" if text else "date")
    return replace(asked, near=_near(near, within), box=_box(box), **chosen)


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameter `asked` is a `Query`, with the options of `query` in that parameter's place."""
    later = {"Query": object}  # imported when the command runs
    own = inspect.signature(command, eval_str=True, locals=later).parameters
    options = inspect.signature(query, eval_str=True, locals=later).parameters

    @wraps(command)
    def run(**given: Any) -> None:
        asked = query(**{name: given.pop(name) for name in options})
        command(asked=asked, **given)

    spliced = [one for name, p in own.items() for one in (options.values() if name == "asked" else (p,))]
    named = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in spliced]  # in any order, with defaults or not
    run.__signature__ = inspect.Signature(named)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in named}
    return run


def _check(option: str, values: tuple[str, ...], known: frozenset[str]) -> None:
    if unknown := [value for value in values if value not in known]:
        raise Refused(f"{option} {unknown[0]} : inconnu. Valeurs : {', '.join(sorted(known))}.")


def _near(place: str | None, within: float) -> Near | None:
    from index.typed_places import near_of

    if place is None:
        return None
    near = near_of(place, within)
    if near is None:
        raise Refused(f"--near {place} : ni une commune connue, ni une latitude et une longitude (47.39,0.69).")
    return near


def _box(edges: str | None) -> Box | None:
    from index.typed_places import box_of

    if edges is None:
        return None
    box = box_of(edges)
    if box is None:
        raise Refused(f"--box {edges} : attendu sud,ouest,nord,est en degrés (46.3,0.0,48.6,3.2).")
    return box
