"""`vigie evaluate GOLD`: how well articles are read, measured on labelled ones."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.ingest import Jobs
from cli.terminal import SOME_FAILED, Refused, say
from reference.system_errors import reason

if TYPE_CHECKING:
    from index.clusters import Row
    from nlp.evaluation import Labelled
    from records import Report


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Articles annotés, JSONL (voir corpus/GUIDE.md).")],
    jobs: Jobs = 1,
    errors: Annotated[bool, typer.Option("--errors", help="Dire chaque désaccord, sur la sortie d'erreur.")] = False,
    clusters: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="Mesurer aussi le rapprochement des articles d'un même incident (voir corpus/clusters.csv).",
        ),
    ] = None,
    written: Annotated[
        Path | None, typer.Option("--json", metavar="FICHIER", help="Écrire aussi les mesures, pour la page Qualité.")
    ] = None,
) -> None:
    """Mesurer la lecture sur des articles annotés : justesse par champ, et ce qui est pris pour quoi."""
    from nlp import evaluation

    try:
        labelled = evaluation.read_gold(gold)
        rows = _rows(clusters)
    except evaluation.GoldError as error:
        raise Refused(str(error)) from None
    from crawler.files import Failure
    from nlp.stream import LazyReader, irrelevant, reports

    read, failed = [], 0
    for article, report in reports((item.article for item in labelled), LazyReader(), jobs, together=16):
        if isinstance(report, Failure):
            failed += 1
            say(f"{report.where}: {report.reason}")
            report = irrelevant(article)
        read.append(report)
    found = evaluation.evaluate(labelled, read, corpus=gold.name)
    if written is not None:
        try:
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise Refused(f"{written} : {reason(error)}.") from None
    for line in evaluation.lines(found):
        print(line)
    if rows:
        _grouping(rows, labelled, read, errors)
    if errors:
        for disagreement in found.disagreements:
            say(disagreement)
    if failed:
        raise typer.Exit(SOME_FAILED)


def _rows(path: Path | None) -> list[Row]:
    from index.clusters import read_clusters

    return read_clusters(path) if path else []


def _grouping(rows: Sequence[Row], labelled: Sequence[Labelled], read: Sequence[Report], errors: bool) -> None:
    """Grouping measured twice: apart from the reader's mistakes, and with them."""
    from index import open_store
    from index.clusters import gold_report, grouping

    by_url = {item.article.url: item.article for item in labelled}
    of_gold = [(item.article, gold_report(item)) for item in labelled]
    ours = [(by_url[report.url], report) for report in read]
    for title, told in (("grouping, gold reports", of_gold), ("grouping, our reports", ours)):
        with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/vigie.db") as store:
            found = grouping(store, rows, labelled, told)
        print(found.line(title))
        for kind, wrong in (("merged", found.merges), ("split", found.splits)) if errors else ():
            for one in wrong:
                say(f"{title} | {kind} | {one}")
