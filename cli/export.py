"""`vigie export`: what a search finds, to a file or stdout."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from cli import filters
from cli.terminal import Refused, opened, say

if TYPE_CHECKING:
    from index.store import Query


class Format(StrEnum):
    jsonl = "jsonl"
    csv = "csv"
    csv_excel = "csv-excel"
    geojson = "geojson"


@filters.filtered
def export(
    output: Annotated[str, typer.Option("--output", "-o", metavar="FICHIER", help="Fichier ; - : sortie standard.")],
    shape: Annotated[Format, typer.Option("--format", help="csv-excel : point-virgule, pour Excel en français.")],
    asked: Query,
) -> None:
    """Exporter les incidents, avec les mêmes filtres que « search » ; jamais le texte d'un article.

    La liste des numéros réunis, retirés ou issus d'un partage va dans un fichier à côté (.ids.csv) ; en geojson, elle
    est dans le fichier.
    """
    from index import export as writing

    with opened() as store:
        if output == "-":
            writing.write(store, asked, shape.value, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        count = _written(Path(output), lambda stream: writing.write(store, asked, shape.value, stream))
        beside = Path(output).with_suffix(".ids.csv")
        gone = _written(beside, lambda stream: writing.write_ids(store, stream)) if shape is not Format.geojson else 0
    say(f"{count} incident{'s' if count > 1 else ''} dans {output}.")
    if shape is not Format.geojson:
        say(f"Numéros réunis, retirés ou issus d'un partage : {gone}, dans {beside}.")


def _written(target: Path, write: Callable[[IO[bytes]], int]) -> int:
    """Written aside and put in place whole: a reader of the file never meets half an export."""
    try:
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                count = write(stream)
            mask = os.umask(0)
            os.umask(mask)
            Path(beside).chmod(0o666 & ~mask)
            Path(beside).replace(target)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Refused(f"{target} : {error.strerror or error}.") from None
    return count
