"""`vigie export`: what a search finds, to a file or stdout."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import filters
from cli.terminal import opened, say
from cli.written import written

if TYPE_CHECKING:
    from index.store import Query


class Format(StrEnum):
    jsonl = "jsonl"
    csv = "csv"
    csv_excel = "csv-excel"
    geojson = "geojson"
    ids = "ids"


@filters.filtered
def export(
    output: Annotated[str, typer.Option("--output", "-o", metavar="FICHIER", help="Fichier ; - : sortie standard.")],
    shape: Annotated[Format, typer.Option("--format", help="csv-excel : point-virgule, pour Excel en français.")],
    asked: Query,
) -> None:
    """Exporter les incidents, avec les mêmes filtres que « search » ; jamais le texte d'un article.

    La liste des numéros réunis, retirés ou issus d'un partage va dans un fichier à côté (.ids.csv) ; en geojson, elle est
    dans le fichier. Le format ids donne cette liste seule, pour qui écrit les autres sur la sortie standard.
    """
    from index import export as writing

    with opened() as store:
        if output == "-":
            if shape is Format.ids:
                writing.write_ids(store, sys.stdout.buffer)
            else:
                writing.write(store, asked, shape.value, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        if shape is Format.ids:
            gone = written(Path(output), lambda stream: writing.write_ids(store, stream))
            say(f"Numéros réunis, retirés ou issus d'un partage : {gone}, dans {output}.")
            return
        count = written(Path(output), lambda stream: writing.write(store, asked, shape.value, stream))
        beside = Path(output).with_suffix(".ids.csv")
        gone = written(beside, lambda stream: writing.write_ids(store, stream)) if shape is not Format.geojson else 0
    say(f"{count} incident{'s' if count > 1 else ''} dans {output}.")
    if shape is not Format.geojson:
        say(f"Numéros réunis, retirés ou issus d'un partage : {gone}, dans {beside}.")
