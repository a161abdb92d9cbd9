"""`vigie outlets`: the registry of media."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cli.collect import OutletsFile, chosen_outlets
from cli.terminal import SOME_FAILED, Refused, opened, out, plain, say

if TYPE_CHECKING:
    from crawler.examine import Examination, PageSeen, Rules

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
def check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Seulement ces médias.")] = None,
    outlets: OutletsFile = None,
) -> None:
    """Essayer chaque média en vrai : flux, robots.txt, réserve de fouille, lecture de la page la plus récente.

    Rien n'est gardé. Peut prendre quelques minutes : chaque site est interrogé lentement.
    """
    from crawler.examine import examine

    registry = chosen_outlets(outlets, ids)
    for outlet in registry:
        if outlet.closed and ids:
            say(f"{outlet.id} : écarté ({outlet.closed}).")
    found = examine(registry)
    failed = 0
    for one in found:
        failed += one.status == "FAILED"
        print(plain(f"{one.status:8} {one.outlet.id} ({one.outlet.name})"))
        for line in _told(one):
            print(f"         {plain(line)}", flush=True)
    say(f"{len(found) - failed} médias sur {len(found)} répondent.")
    if failed:
        raise typer.Exit(SOME_FAILED)


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(metavar="ADRESSE", help="La page d'accueil du média.")],
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Permettre une adresse locale ou privée (pour essayer).")
    ] = False,
) -> None:
    """Chercher les flux d'un site et proposer les lignes à mettre dans un registre.

    Les lignes vont sur la sortie standard : « vigie outlets add ADRESSE >> mes-medias.toml », puis
    « vigie collect --outlets mes-medias.toml ». Ce qui a été vu va sur la sortie d'erreur.
    """
    from crawler.discover import DiscoverError, discover

    try:
        found, lines = discover(url, allow_private=allow_private)
    except DiscoverError as error:
        raise Refused(str(error)) from None
    for line in _told(found):
        say(line)
    print(lines, end="")


def _told(found: Examination) -> Iterator[str]:
    for rules in found.rules:
        yield _rules(rules)
    for feed in found.feeds:
        if feed.fault and not feed.entries:
            yield f"flux {feed.url} : {feed.fault}"
            continue
        newest = f", le plus récent du {feed.newest:%d/%m/%Y}" if feed.newest else ", sans date"
        asked = "" if feed.conditional else ", ne dit pas s'il a changé (ni ETag ni Last-Modified)"
        yield f"flux {feed.url} : {feed.entries} entrée(s){newest}{asked}{f' ; {feed.fault}' if feed.fault else ''}"
    if found.page:
        yield _page(found.page)


def _rules(rules: Rules) -> str:
    robots = f"robots.txt : {rules.robots_fault}" if rules.robots_fault else "robots.txt lu"
    delay = f", pause demandée de {rules.delay:g} s" if rules.delay else ""
    reserved = "fouille de textes réservée par tdmrep.json" if rules.reserved else "pas de réserve de fouille de textes"
    return f"{rules.host} : {robots}{delay}, {reserved}"


def _page(page: PageSeen) -> str:
    if page.fault or page.article is None:
        return f"page {page.url} : {page.fault}"
    it = page.article
    when = (
        f"{it.published:%d/%m/%Y à %H h %M}"
        if hasattr(it.published, "hour")
        else f"{it.published:%d/%m/%Y}, sans heure"
    )
    kind = {"free": "libre", "paywalled": "réservé aux abonnés", "excerpt": "extrait"}[it.access]
    source = "JSON-LD" if page.structured else "sans JSON-LD"
    return f"page {page.url} : « {it.title} », {when}, {len(it.text)} caractères, {kind}, {source}"
