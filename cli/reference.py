"""`vigie reference`: what is known beforehand of facilities and places."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli.terminal import SOME_FAILED, out, out_json, plain, say

app = typer.Typer(help="Le répertoire des établissements et des lieux.", no_args_is_help=True)


class Shape(StrEnum):
    table = "table"
    jsonl = "jsonl"


class Part(StrEnum):
    register = "finess"
    outlines = "contours"


@app.command("find")
def find(
    name: Annotated[list[str], typer.Argument(metavar="NOM…", help="Quelques mots, même mal écrits.")],
    department: Annotated[str | None, typer.Option(metavar="CODE", help="Département : 37, 2A…")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Au plus tant de réponses.")] = 5,
    shape: Annotated[Shape, typer.Option("--format")] = Shape.table,
) -> None:
    """Trouver un établissement par le nom que lui donne la presse."""
    from reference import gazetteer

    matches = gazetteer.find(" ".join(name), department, limit)
    if not matches:
        say("Aucun établissement de ce nom.")
        raise typer.Exit(SOME_FAILED)
    if shape is Shape.jsonl:
        from dataclasses import asdict

        for match in matches:
            out_json({**asdict(match.facility), "score": round(match.score, 3)})
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("FINESS", "Établissement", "Commune", "Dép.", "Type", "Accord"):
        table.add_column(head)
    for match in matches:
        it = match.facility
        row = (it.finess or "", it.name, it.commune or "", it.department or "", it.type, f"{match.score:.2f}")
        table.add_row(*map(plain, row))
    out().print(table)


@app.command("update")
def update(
    part: Annotated[
        Part, typer.Argument(help="Le répertoire FINESS, ou les contours des départements.")
    ] = Part.register,
    source: Annotated[
        str | None, typer.Option("--from", metavar="URL|FICHIER", help="Au lieu de l'adresse publique.")
    ] = None,
) -> None:
    """Charger le répertoire FINESS du moment, ou les contours exacts, dans le dossier de l'utilisateur."""
    from reference import update as updating

    run = updating.update_register if part is Part.register else updating.update_outlines
    done = run(source) if source else run()
    for reason, count in done.left_out.items():
        if count:
            say(f"{count} laissés de côté : {reason}.")
    what = "établissements ajoutés" if part is Part.register else "contours"
    say(f"{done.added} {what} dans {done.path} ({done.known} déjà connus).")
