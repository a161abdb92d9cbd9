"""What every subcommand says on stderr, and how: failures one a line, progress on a terminal only."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from crawler.files import Failure
    from index.store import Store
    from pipeline import Summary

SOME_FAILED = 1
REFUSED = 2
INTERRUPTED = 130
_WIDE = 140  # columns of a table that goes to a file or a pipe


class Refused(Exception):
    """Wrong usage or configuration: one French sentence, exit status 2, nothing done."""


def complain(sentence: str) -> None:
    print(f"vigie : {plain(sentence)}", file=sys.stderr)


def say(sentence: str) -> None:
    print(plain(sentence), file=sys.stderr, flush=True)


def plain(text: str) -> str:
    """Text that comes from outside, on one line and without what could command a terminal."""
    return "".join(" " if c in "\n\r\t" else "�" if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)


def tell(failure: Failure) -> None:
    """One failure, one line: where, then why."""
    say(f"{failure.where}: {failure.reason}")


def out() -> Console:
    """Where tables go: stdout, as wide as the terminal, or wide when it is none."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False, markup=False, emoji=False)


def out_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False), flush=True)


def opened() -> Store:
    """The store that was asked for. StoreError when it cannot be used."""
    import index

    return index.open_store(os.environ.get("VIGIE_STORE") or None)


@contextmanager
def progress(doing: str) -> Iterator[tuple[Callable[[Summary], None], Callable[[Failure], None]]]:
    """What to call as a run goes on, and with its failures. A moving line on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield (lambda summary: None), tell
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(doing)

        def update(summary: Summary) -> None:
            count = summary.articles
            looked = sum(count.values()) - count["feeds_failed"]
            bar.update(task, description=f"{doing} : {looked} vus, {count['kept']} retenus, {summary.failed} en échec")

        yield update, lambda failure: bar.console.print(plain(f"{failure.where}: {failure.reason}"), soft_wrap=True)


def finish(summary: Summary) -> None:
    """The summary as one JSON line on stdout, and the exit status it calls for."""
    out_json(summary.as_json())
    if summary.interrupted:
        say("Interrompu : ce qui est fait est gardé, la prochaine fois reprendra là.")
        raise typer.Exit(INTERRUPTED)
    for outlet, alarms in sorted(summary.alarms.items()):
        for alarm in alarms:
            say(f"alerte {outlet} : {alarm}")
    if summary.failed:
        say(f"{summary.failed} élément(s) en échec.")
    if summary.failed or summary.alarms:
        raise typer.Exit(SOME_FAILED)


def day(text: str | None, option: str) -> Any:
    """The `datetime.date` of an option such as `--since 2024-03-01`; None stays None."""
    from datetime import date

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{option} attend une date AAAA-MM-JJ, pas « {text} ».") from None
