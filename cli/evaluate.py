"""`vigie evaluate GOLD`: how well articles are read, measured on labelled ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.ingest import Jobs
from cli.terminal import SOME_FAILED, Refused, say


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Articles annotés, JSONL (voir corpus/GUIDE.md).")],
    jobs: Jobs = 1,
    errors: Annotated[bool, typer.Option("--errors", help="Dire chaque désaccord, sur la sortie d'erreur.")] = False,
    written: Annotated[
        Path | None, typer.Option("--json", metavar="FICHIER", help="Écrire aussi les mesures, pour la page Qualité.")
    ] = None,
) -> None:
    """Mesurer la lecture sur des articles annotés : justesse par champ, et ce qui est pris pour quoi."""
    from nlp import evaluation

    try:
        labelled = evaluation.read_gold(gold)
    except evaluation.GoldError as error:
        raise Refused(str(error)) from None
    from crawler.files import Failure
    from nlp.stream import LazyReader, irrelevant, reports

    read, failed = [], 0
    for article, report in reports((item.article for item in labelled), LazyReader(), jobs):
        if isinstance(report, Failure):
            failed += 1
            say(f"{report.where}: {report.reason}")
            report = irrelevant(article)
        read.append(report)
    found = evaluation.evaluate(labelled, read, corpus=gold.name)
    for line in evaluation.lines(found):
        print(line)
    if errors:
        for disagreement in found.disagreements:
            say(disagreement)
    if written is not None:
        try:
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise Refused(f"{written} : {error.strerror or error}.") from None
    if failed:
        raise typer.Exit(SOME_FAILED)
