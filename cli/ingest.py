"""`vigie ingest`: articles from files and web archives, into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from cli.collect import OutletsFile
from cli.terminal import Refused, finish, opened, progress

if TYPE_CHECKING:
    from concurrent.futures import Executor

Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="Lire dans tant de processus.")]


def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="CHEMIN…", help="Fichiers, dossiers ou adresses d'archives.")],
    jobs: Jobs = 1,
    outlets: OutletsFile = None,
    all_hosts: Annotated[
        bool, typer.Option("--all-hosts", help="Dans les listes d'archives, lire aussi les sites hors du registre.")
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Permettre des archives à une adresse locale ou privée.")
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADRESSE", help="Lire les archives sur un cluster Dask (« local » : sur cette machine)."),
    ] = None,
) -> None:
    """Faire entrer des articles : JSONL, pages HTML enregistrées (manifeste URL<TAB>CHEMIN ou dossier), WARC(.gz).

    Un fichier texte qui nomme des archives WARC, une par ligne (adresses, ou lignes de « warc.paths » de Common
    Crawl), les lit à mesure qu'elles arrivent, sans les enregistrer, et ne garde que les sites du registre. Une
    lecture interrompue reprend où elle en était.
    """
    from crawler.archives import archive_list, is_archive
    from crawler.outlets import load_outlets

    archives, listed, files = [], [], []
    for name in paths:
        path = Path(name)
        if urlsplit(name).scheme in ("http", "https"):
            if not is_archive(name):
                raise Refused(f"{name} n'est pas une archive WARC ; une page s'ajoute par « vigie add ».")
            listed.append(name)
        elif not path.exists():
            raise Refused(f"Introuvable : {name}.")
        elif is_archive(name):
            archives.append(name)
        elif path.is_file() and (named := archive_list(path)):
            listed += named
        else:
            files.append(path)
    registry = load_outlets(outlets)
    with opened() as store:
        import backfill
        import pipeline
        from crawler.files import read_files

        summary = pipeline.Summary()
        with progress("Lecture") as (update, tell):
            if files:
                summary = pipeline.ingest(store, read_files(files), jobs=jobs, tell=tell, progress=update)
            for sources, only in ((archives, False), (listed, not all_hosts)):
                if sources and not summary.interrupted:
                    executor = _cluster(scheduler, jobs) if scheduler else None
                    summary += backfill.backfill(
                        store, sources, outlets=registry, only=only, allow_private=allow_private, executor=executor,
                        jobs=jobs, tell=tell, progress=update,
                    )  # fmt: skip
    finish(summary)


def _cluster(address: str, jobs: int) -> Executor:
    """The workers of a Dask cluster. Refused when Dask is not installed or does not answer."""
    try:
        from distributed import Client
    except ImportError:
        raise Refused("--scheduler demande Dask : pip install 'vigie[dask]'.") from None
    try:
        client = Client(n_workers=jobs, threads_per_worker=1) if address == "local" else Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise Refused(f"Le cluster Dask {address} ne répond pas ({error}).") from None
    executor: Executor = client.get_executor(pure=False, retries=3)
    return executor
