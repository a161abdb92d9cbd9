"""`vigie store`: the store itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import SOME_FAILED, Refused, day, opened, out_json, say

app = typer.Typer(help="La base de données.", no_args_is_help=True)


@app.command("info")
def info() -> None:
    """Dire ce que la base contient, en JSON."""
    with opened() as store:
        it = store.info()
    out_json(
        {
            "url": it.url,
            "schema_version": it.schema_version,
            "articles": it.articles,
            "reports": it.reports,
            "incidents": it.incidents,
            "searches": it.searches,
            "bytes": it.bytes,
            "last_changed": it.last_changed.isoformat() if it.last_changed else None,
        }
    )


@app.command("check")
def check(
    repair: Annotated[bool, typer.Option("--repair", help="Réparer ce qui peut l'être.")] = False,
) -> None:
    """Chercher des défauts dans la base ; chacun est dit en une phrase."""
    with opened() as store:
        for done in store.repair() if repair else ():
            say(done)
        faults = store.check()
    for fault in faults:
        say(fault)
    if faults:
        raise typer.Exit(SOME_FAILED)
    say("La base est saine.")


Source = Annotated[str, typer.Argument(metavar="DEPUIS", help="La base à copier.")]
Target = Annotated[str, typer.Argument(metavar="VERS", help="La base où copier, vide ou déjà commencée.")]
File = Annotated[Path, typer.Argument(metavar="FICHIER")]


@app.command("copy")
def copy(source: Source, target: Target) -> None:
    """Copier toute une base dans une autre (SQLite ou Elasticsearch) et comparer les deux ; relancée, reprend."""
    import index
    from index import copying

    if source == target:
        raise Refused("Les deux adresses sont la même.")
    with index.open_store(source) as one, index.open_store(target) as other, _moving("Copie") as progress:
        counts = copying.copy(one, other, progress)
    out_json(counts)
    say(f"{counts['incidents']} incidents et {counts['articles']} articles sont pareils dans les deux bases.")


@app.command("backup")
def backup(file: File) -> None:
    """Sauvegarder toute la base dans un fichier ; Vigie peut tourner pendant ce temps."""
    from index.backup import backup

    with opened() as store, _moving("Sauvegarde") as progress:
        count = backup(store, file, progress)
    say(f"{count} incidents sauvegardés dans {file}.")


@app.command("restore")
def restore(file: File) -> None:
    """Rétablir une sauvegarde dans la base, qui doit être vide ou ne pas exister."""
    import index
    from index.backup import restore

    with _moving("Restauration") as progress:
        count = restore(file, index.default_url(), progress)
    say(f"{count} incidents rétablis.")


@contextmanager
def _moving(doing: str) -> Iterator[Callable[[str, int, int], object]]:
    """What to call as rows go over: a moving line on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda part, count, carried: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing)
        yield lambda part, n, carried: bar.update(task, description=f"{doing} : {part}, {n} vus, {carried} copiés")


@app.command("reindex")
def reindex(
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Effacer seulement les anciens index qu'un reindex a gardés.")
    ] = False,
) -> None:
    """Refaire l'index de recherche à partir de ce que la base contient, sans l'arrêter.

    Dans Elasticsearch, les nouveaux index prennent la place des anciens d'un coup, après vérification ; les anciens
    restent jusqu'à « --drop-old ».
    """
    import index

    with index.open_store(upgrading=True) as store:
        if drop_old:
            dropped = store.drop_old()
            say(f"Index effacés : {', '.join(dropped) or 'aucun'}.")
            return
        count = store.reindex()
    say(f"{count} incidents remis dans l'index de recherche.")


@app.command("purge")
def purge(
    before: Annotated[str, typer.Option(metavar="AAAA-MM-JJ", help="Articles collectés avant ce jour.")],
) -> None:
    """Effacer le texte des articles collectés avant un jour ; liens, faits et extraits restent."""
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

    limit = day(before, "--before")
    with opened() as store:
        count = store.purge(datetime.combine(limit, time(), ZoneInfo("Europe/Paris")))
    say(f"{count} textes effacés.")
