"""`vigie extract`: JSONL articles in, JSONL reports out, no store."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.ingest import Jobs
from cli.terminal import SOME_FAILED, Refused, say, tell
from reference.system_errors import reason

if TYPE_CHECKING:
    from crawler.files import Failure
    from records import Article

_TOGETHER = 16


def extract(
    file: Annotated[str, typer.Argument(metavar="[FICHIER]", help="Articles JSONL ; - : l'entrée standard.")] = "-",
    jobs: Jobs = 1,
    explain: Annotated[
        Path | None, typer.Option(metavar="SORTIE.html", help="Écrire aussi d'où vient chaque valeur, en HTML.")
    ] = None,
) -> None:
    """Lire des articles (url, title, published, text, outlet facultatif) et écrire ce que chacun dit, ligne à ligne."""
    if explain is not None:
        return _explain(file, explain)
    from crawler.files import Failure
    from nlp.stream import LazyReader, reports

    failed = 0

    def good() -> Iterator[Article]:
        nonlocal failed
        for item in _articles(file, stack):
            if isinstance(item, Failure):
                failed += 1
                tell(item)
            else:
                yield item

    with ExitStack() as stack:
        for _, report in reports(good(), LazyReader(), jobs, together=_TOGETHER if _is_file(file) else 1):
            if isinstance(report, Failure):
                failed += 1
                tell(report)
                continue
            sys.stdout.write(report.model_dump_json() + "\n")
            sys.stdout.flush()
    if failed:
        say(f"{failed} ligne(s) en échec.")
        raise typer.Exit(SOME_FAILED)


def _is_file(file: str) -> bool:
    """Whether all the articles are there: from a pipe, whoever writes may wait for each report in turn."""
    try:
        return stat.S_ISREG(os.fstat(sys.stdin.fileno()).st_mode if file == "-" else Path(file).stat().st_mode)
    except (OSError, ValueError):
        return False


def _articles(file: str, stack: ExitStack) -> Iterator[Article | Failure]:
    from crawler.files import read_jsonl

    try:
        raw = sys.stdin.buffer if file == "-" else stack.enter_context(Path(file).open("rb"))  # noqa: SIM115 - the stack closes it
    except OSError as error:
        raise Refused(f"{file} : {reason(error)}.") from None
    # only \n ends a line: a text may hold other line breaks, and offsets into it must hold
    lines = io.TextIOWrapper(raw, encoding="utf-8", errors="replace", newline="\n")
    return read_jsonl(lines, "stdin" if file == "-" else file)


def _explain(file: str, target: Path) -> None:
    from crawler.files import Failure
    from nlp.explain import write
    from nlp.reader import Reader

    with ExitStack() as stack:
        articles = []
        failed = 0
        for item in _articles(file, stack):
            if isinstance(item, Failure):
                failed += 1
                tell(item)
            else:
                articles.append(item)
    try:
        reports = write(Reader(), articles, target)
    except OSError as error:
        raise Refused(f"{target} : {reason(error)}.") from None
    for report in reports:
        sys.stdout.write(report.model_dump_json() + "\n")
    if failed:
        say(f"{failed} ligne(s) en échec.")
        raise typer.Exit(SOME_FAILED)
