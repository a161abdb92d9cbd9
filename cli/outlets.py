"""`vigie outlets`: the registry of media."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cli.collect import OutletsFile
from cli.terminal import SOME_FAILED, opened, out, plain, say

if TYPE_CHECKING:
    from crawler.events import OutletDone

app = typer.Typer(help="Les médias collectés.", no_args_is_help=True)


@app.command("list")
def list_outlets(outlets: OutletsFile = None) -> None:
    """Lister les médias du registre, et comment va la collecte de chacun."""
    from rich.table import Table

    from crawler.outlets import load_outlets

    registry = load_outlets(outlets)
    with opened() as store:
        states = store.outlet_states()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("Id", "Nom", "Départements", "Dernier succès", "État"):
        table.add_column(head, overflow="fold")
    for outlet in registry:
        state = states.get(outlet.id)
        success = f"{state.last_success:%Y-%m-%d %H:%M}" if state and state.last_success else "jamais"
        told = f"écarté : {outlet.closed}" if outlet.closed else (state.last_error if state else None) or ""
        row = (outlet.id, outlet.name, " ".join(outlet.departments) or "France", success, told)
        table.add_row(*map(plain, row))
    out().print(table)
    say(f"{len(registry)} médias.")


@app.command("check")
def check(outlets: OutletsFile = None) -> None:
    """Vérifier le registre, puis demander à chaque média ses flux (aucune page n'est lue, rien n'est gardé)."""
    from crawler.collect import collect as crawl
    from crawler.outlets import load_outlets

    registry = [outlet for outlet in load_outlets(outlets) if not outlet.closed]
    failed: list[str] = []

    def done(event: OutletDone) -> None:
        if event.status == "FAILED":
            failed.append(event.outlet)
        reason = f" : {event.reason}" if event.reason and event.status != "OK" else ""
        print(plain(f"{event.status:8} {event.outlet} : {event.seen} articles annoncés{reason}"), flush=True)

    crawl(
        registry,
        seen=lambda url: True,
        on_article=lambda article: None,
        on_seen=lambda event: None,
        on_outlet=done,
        limit=0,
    )
    say(f"{len(registry) - len(failed)} médias sur {len(registry)} répondent.")
    if failed:
        raise typer.Exit(SOME_FAILED)
