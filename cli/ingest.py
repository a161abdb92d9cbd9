"""`vigie ingest`: articles from files, into the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import Refused, finish, opened, progress

Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="Lire dans tant de processus.")]


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="CHEMIN…", help="Fichiers ou dossiers.")],
    jobs: Jobs = 1,
) -> None:
    """Faire entrer des articles : JSONL, pages HTML enregistrées (manifeste URL<TAB>CHEMIN ou dossier), WARC(.gz)."""
    if missing := [str(path) for path in paths if not path.exists()]:
        raise Refused(f"Introuvable : {', '.join(missing)}.")
    with opened() as store:
        import pipeline
        from crawler.files import read_files

        with progress("Lecture") as (update, tell):
            summary = pipeline.ingest(store, read_files(paths), jobs=jobs, tell=tell, progress=update)
    finish(summary)
