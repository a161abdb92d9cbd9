"""`vigie collect`: outlets → articles → reports → incidents, into the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import Refused, day, finish, opened, progress

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
) -> None:
    """Collecter les médias une fois. Reprend où la dernière collecte s'est arrêtée.

    Une ligne JSON de bilan sur la sortie standard ; chaque page ou flux en échec, une ligne sur la sortie d'erreur.
    """
    from crawler.outlets import load_outlets

    first = day(since, "--since")
    chosen = load_outlets(outlets)
    if outlet:
        known = {o.id for o in chosen}
        if unknown := [name for name in outlet if name not in known]:
            raise Refused(f"Média inconnu : {', '.join(unknown)}. « vigie outlets list » les montre tous.")
        chosen = [o for o in chosen if o.id in outlet]
    with opened() as store:
        import pipeline

        with progress("Collecte") as (update, tell):
            summary = pipeline.collect(store, chosen, since=first, limit=limit, tell=tell, progress=update)
    finish(summary)
