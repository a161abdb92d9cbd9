"""`vigie collect`: outlets → articles → reports → incidents, into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import Refused, day, finish, opened, progress

if TYPE_CHECKING:
    from crawler.outlets import Outlet

OutletsFile = Annotated[
    Path | None,
    typer.Option("--outlets", metavar="FICHIER", help="Registre TOML des médias, à la place de celui de Vigie."),
]


def collect(
    outlets: OutletsFile = None,
    outlet: Annotated[
        list[str] | None, typer.Option("--outlet", metavar="ID", help="Seulement ce média (répétable).")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="AAAA-MM-JJ", help="Seulement ce qui est publié depuis ce jour.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Au plus tant de pages par média.")] = None,
    finder: Annotated[
        list[str] | None,
        typer.Option(
            "--finder", metavar="wayback|gdelt", help="Avec --since : y chercher aussi des adresses (répétable)."
        ),
    ] = None,
) -> None:
    """Collecter les médias une fois. Reprend où la dernière collecte s'est arrêtée.

    Une ligne JSON de bilan sur la sortie standard ; chaque page ou flux en échec, une ligne sur la sortie d'erreur.
    """
    first = day(since, "--since")
    chosen = chosen_outlets(outlets, outlet)
    archives = _archives(finder, first is not None)
    with opened() as store:
        import collecting

        with progress("Collecte") as (update, tell):
            summary = collecting.collect(
                store, chosen, since=first, limit=limit, archives=archives, tell=tell, progress=update
            )
    finish(summary)


def _archives(names: list[str] | None, dated: bool) -> dict[str, str]:
    from crawler.finders import ARCHIVES

    if unknown := [name for name in names or () if name not in ARCHIVES]:
        raise Refused(f"--finder connaît {' et '.join(ARCHIVES)}, pas « {unknown[0]} ».")
    if names and not dated:
        raise Refused("--finder demande --since : jusqu'à quel jour remonter.")
    return {name: ARCHIVES[name] for name in names or ()}


def chosen_outlets(file: Path | None, ids: list[str] | None) -> list[Outlet]:
    """The outlets of the registry, or those asked for by id. Refused for an id that is not there."""
    from crawler.outlets import load_outlets

    registry = load_outlets(file)
    known = {outlet.id for outlet in registry}
    if unknown := [name for name in ids or () if name not in known]:
        raise Refused(f"Média inconnu : {', '.join(unknown)}. « vigie outlets list » les montre tous.")
    return [outlet for outlet in registry if not ids or outlet.id in ids]
