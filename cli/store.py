"""`vigie store`: the store itself."""

from __future__ import annotations

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
            "bytes": it.bytes,
            "last_changed": it.last_changed.isoformat() if it.last_changed else None,
        }
    )


@app.command("check")
def check() -> None:
    """Chercher des défauts dans la base ; chacun est dit en une phrase."""
    with opened() as store:
        faults = store.check()
    for fault in faults:
        say(fault)
    if faults:
        raise typer.Exit(SOME_FAILED)
    say("La base est saine.")


@app.command("copy")
def copy(target: Annotated[str, typer.Argument(metavar="URL", help="La base où copier.")]) -> None:
    """Copier toute la base dans une autre."""
    raise Refused(
        "La copie d'une base à l'autre viendra avec Elasticsearch ; d'ici là, une base SQLite est un seul fichier, "
        "à copier quand Vigie est arrêtée."
    )


@app.command("reindex")
def reindex() -> None:
    """Refaire l'index de recherche à partir de ce que la base contient."""
    import pipeline

    with opened() as store:
        count = pipeline.reindex(store)
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
