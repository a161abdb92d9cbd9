"""`vigie export`: what a search finds, to a file or stdout."""

from __future__ import annotations

import os
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli import filters
from cli.terminal import Refused, opened, say


class Format(StrEnum):
    jsonl = "jsonl"
    csv = "csv"
    csv_excel = "csv-excel"
    geojson = "geojson"


def export(
    output: Annotated[str, typer.Option("--output", "-o", metavar="FICHIER", help="Fichier ; - : sortie standard.")],
    shape: Annotated[Format, typer.Option("--format", help="csv-excel : point-virgule, pour Excel en français.")],
    words: filters.Words = None,
    department: filters.Department = None,
    facility: filters.Facility = None,
    attack_type: filters.Type = None,
    service: filters.Service = None,
    status: filters.Status = None,
    outlet: filters.Outlet = None,
    since: filters.Since = None,
    until: filters.Until = None,
) -> None:
    """Exporter les incidents, avec les mêmes filtres que « search » ; jamais le texte d'un article."""
    asked = filters.query(
        words,
        since,
        until,
        department=department,
        facility=facility,
        type=attack_type,
        service=service,
        status=status,
        outlet=outlet,
    )
    from index import export as writing

    with opened() as store:
        if output == "-":
            writing.write(store, asked, shape.value, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        target = Path(output)
        try:
            # written aside and put in place whole: a reader of the file never meets half an export
            handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            try:
                with os.fdopen(handle, "wb") as stream:
                    count = writing.write(store, asked, shape.value, stream)
                mask = os.umask(0)
                os.umask(mask)
                Path(beside).chmod(0o666 & ~mask)
                Path(beside).replace(target)
            except BaseException:
                Path(beside).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise Refused(f"{output} : {error.strerror or error}.") from None
    say(f"{count} incident{'s' if count > 1 else ''} dans {output}.")
