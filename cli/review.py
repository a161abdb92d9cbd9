"""`vigie review`: the acts of analysts, from one store to another, and as labelled examples."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import SOME_FAILED, Refused, opened, out_json, say
from reference.system_errors import reason

app = typer.Typer(help="Les actes de relecture.", no_args_is_help=True)

Output = Annotated[str, typer.Option("--output", "-o", metavar="FICHIER", help="Fichier ; - : sortie standard.")]


@app.command("export")
def export(output: Output = "-") -> None:
    """Écrire tous les actes, un par ligne (JSONL) : qui, quand, pourquoi, quoi, et ce que c'était avant."""
    from index.review_files import exported

    with opened() as store:
        count = _write(output, list(exported(store)))
    say(f"{count} acte{'s' if count > 1 else ''}.")


@app.command("import")
def take(path: Annotated[str, typer.Argument(metavar="FICHIER", help="Actes, JSONL ; - : entrée standard.")]) -> None:
    """Reprendre des actes. Une ligne fausse est nommée, le reste est fait ; deux fois ne change rien."""
    from index.review_files import take

    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} : illisible ({reason(error)}).") from None
    with opened() as store:
        found = take(store, text.split("\n"), "" if path == "-" else path)
    for fault in found.faults:
        say(fault)
    out_json({name: found.counts[name] for name in ("applied", "known", "waiting", "wrong")})
    if found.faults:
        raise typer.Exit(SOME_FAILED)


@app.command("gold")
def gold(
    output: Output = "-",
    texts: Annotated[
        bool,
        typer.Option("--texts", help="Avec le texte des articles de presse : pour mesurer ici, pas pour publier."),
    ] = False,
) -> None:
    """Écrire les articles relus (confirmés, corrigés, rejetés) comme exemples annotés, dans la forme du corpus."""
    from index.review_files import gold, gold_line

    with opened() as store:
        count = _write(output, [gold_line(row) for row in gold(store, texts)])
    say(f"{count} article{'s' if count > 1 else ''}.")


def _write(output: str, lines: list[str]) -> int:
    if output == "-":
        sys.stdout.writelines(lines)
        sys.stdout.flush()
        return len(lines)
    target = Path(output)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_text("".join(lines), encoding="utf-8")
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Refused(f"{output} : {reason(error)}.") from None
    return len(lines)
