"""`vigie alerts`: saved searches, and telling what is new in them by e-mail, webhook or feed."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import filters
from cli.terminal import SOME_FAILED, Refused, complain, opened, out, out_json, plain, say
from cli.written import written

if TYPE_CHECKING:
    from index.saved import SavedSearch
    from index.store import Query, Store

app = typer.Typer(help="Les recherches enregistrées et leurs alertes.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NOM", help="Nom de la recherche enregistrée.")]
Email = Annotated[list[str] | None, typer.Option(metavar="ADRESSE", help="Envoyer les alertes ici (répétable).")]
Webhook = Annotated[list[str] | None, typer.Option(metavar="URL", help="Les y envoyer en JSON, par POST (répétable).")]


@app.command("add")
@filters.filtered
def add(
    name: Name,
    asked: Query,
    email: Email = None,
    webhook: Webhook = None,
    announce_known: Annotated[
        bool, typer.Option("--announce-known", help="Annoncer aussi les incidents qui sont déjà dans la base.")
    ] = False,
) -> None:
    """Enregistrer une recherche, avec les mêmes filtres que « search ».

    Ce qu'elle trouve déjà n'est pas annoncé : seulement ce qui arrive ensuite, dans l'ordre où cela entre dans la
    base. Sans adresse, la recherche a son flux Atom (« vigie alerts feed ») et rien n'est envoyé.
    """
    from index.noticing import begin
    from index.saved import SavedSearch, free_name

    targets = _targets(email, webhook)
    with opened() as store:
        try:
            name = free_name(store.saved, name)
        except ValueError as error:
            raise Refused(str(error)) from None
        found = store.search(asked, limit=0).total
        begin(store, SavedSearch(name, asked, datetime.now(UTC), None, targets), announce_known)
    will = "à annoncer à la prochaine exécution" if announce_known else "déjà connus, à annoncer s'ils changent"
    say(f"« {name} » est enregistrée. Incidents qu'elle trouve : {found}, {will}.")


@app.command("list")
def listed(
    as_json: Annotated[bool, typer.Option("--json", help="En JSON, une recherche par ligne.")] = False,
) -> None:
    """Lister les recherches enregistrées, où vont leurs alertes, et ce qui attend d'être envoyé."""
    from rich.table import Table

    from index.saved import query_json

    with opened() as store:
        rows = [(search, len(store.saved.sendings(search.name))) for search in store.saved.all()]
    if as_json:
        for search, waiting in rows:
            told = {"name": search.name, "query": query_json(search.query), "created": search.created.isoformat()}
            out_json(told | {"targets": list(search.targets), "paused": search.paused, "waiting": waiting})
        return
    if not rows:
        say("Aucune recherche enregistrée.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("Nom", "Filtres", "Envoyée à", "En attente", "Créée"):
        table.add_column(head, overflow="fold")
    for search, waiting in rows:
        to = ", ".join(target.removeprefix("mailto:") for target in search.targets) or "flux seulement"
        name = f"{search.name} (en pause)" if search.paused else search.name
        row = (name, _told(search.query), to, str(waiting), f"{search.created.astimezone():%Y-%m-%d}")
        table.add_row(*map(plain, row))
    out().print(table)


@app.command("edit")
def edit(
    name: Name,
    email: Email = None,
    webhook: Webhook = None,
    drop: Annotated[
        list[str] | None, typer.Option(metavar="ADRESSE|URL", help="Ne plus rien envoyer ici (répétable).")
    ] = None,
    paused: Annotated[
        bool | None, typer.Option("--pause/--resume", help="Suspendre les alertes, ou les reprendre sans rien perdre.")
    ] = None,
) -> None:
    """Changer où vont les alertes d'une recherche, la mettre en pause ou la reprendre."""
    added = _targets(email, webhook)
    with opened() as store, store.writing():
        search = _known(store, [name])[0]
        dropped = {one for text in drop or () for one in (text, f"mailto:{text}")}
        if drop and dropped.isdisjoint(search.targets):
            raise Refused(f"« {search.name} » n'envoie rien à cette adresse.")
        kept = tuple(dict.fromkeys(target for target in (*search.targets, *added) if target not in dropped))
        for sending in store.saved.sendings(search.name):
            if sending.target in dropped:
                store.saved.sent(sending)
        store.saved.put(replace(search, targets=kept, paused=search.paused if paused is None else paused))
    say(f"« {search.name} » est changée.")


@app.command("remove")
def remove(name: Name) -> None:
    """Oublier une recherche enregistrée et ce qui attendait d'être envoyé."""
    with opened() as store:
        search = _known(store, [name])[0]
        store.saved.remove(search.name)
    say(f"« {search.name} » est retirée.")


Feeds = Annotated[
    Path | None, typer.Option("--feeds", metavar="DOSSIER", help="Écrire aussi le flux Atom de chaque recherche ici.")
]


@app.command("run")
def run(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NOM]…", help="Toutes, si aucune n'est nommée.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Dire ce qui serait annoncé, sans rien envoyer ni rien noter.")
    ] = False,
    feeds: Feeds = None,
) -> None:
    """Envoyer les alertes : ce qui est nouveau ou a changé depuis la dernière fois. À lancer régulièrement (cron).

    Chaque incident est annoncé une fois, puis quand son état change. Un envoi qui échoue est repris la fois suivante.
    Une seule exécution à la fois. Les réglages viennent de l'environnement : voyez docs/alerts.md.
    """
    from index import alerts
    from index.targets import SettingsWrong

    if feeds is not None and not feeds.is_dir():
        raise Refused(f"{feeds} n'est pas un dossier.")
    with opened() as store:
        searches = _known(store, names) if names else store.saved.all()
        if dry_run:
            _preview(store, searches)
            return
        try:
            done = alerts.run(store, searches, datetime.now(UTC), complain)
        except SettingsWrong as error:
            raise Refused(str(error)) from None
        for search in searches if feeds else ():
            _write_feed(store, search, feeds)
    out_json({"noticed": done.noticed, "sent": done.sent, "failed": len(done.failed)})
    if done.failed:
        missed = len(done.failed)
        who = "1 destinataire n'a" if missed == 1 else f"{missed} destinataires n'ont"
        say(f"{who} pas tout reçu : le reste attend la prochaine exécution.")
        raise typer.Exit(SOME_FAILED)


@app.command("feed")
def feed(
    name: Name,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FICHIER", help="Fichier ; - : sortie standard.")],
) -> None:
    """Écrire le flux Atom d'une recherche enregistrée : ses cinquante derniers incidents, dans l'ordre d'arrivée."""
    with opened() as store:
        data = _feed(store, _known(store, [name])[0])
    if output == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    written(Path(output), lambda stream: stream.write(data))


def _preview(store: Store, searches: list[SavedSearch]) -> None:
    from index import messages, noticing

    for search in searches:
        if search.paused:
            say(f"« {search.name} » est en pause.")
            continue
        found = [noticing.as_json(notice) for notice in noticing.ahead(store, search)]
        waiting = len(store.saved.sendings(search.name))
        say(f"« {search.name} » : {len(found)} à annoncer, {waiting} envois en attente.")
        if found:
            out().print(plain_lines(messages.short(found)), soft_wrap=True)


def plain_lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.splitlines())


def _write_feed(store: Store, search: SavedSearch, folder: Path | None) -> None:
    from index.saved import slug

    if folder:
        data = _feed(store, search)
        written(folder / f"{slug(search.name)}.atom", lambda stream: stream.write(data))


def _feed(store: Store, search: SavedSearch) -> bytes:
    import os

    from index.feed import feed

    return feed(store, search, os.environ.get("VIGIE_URL") or None)


def _known(store: Store, names: list[str]) -> list[SavedSearch]:
    """The searches of these names, however they are written. Refused for one that is not there."""
    from index.saved import slug

    saved = {slug(search.name): search for search in store.saved.all()}
    if unknown := [name for name in names if slug(name) not in saved]:
        there = ", ".join(search.name for search in saved.values()) or "aucune"
        raise Refused(f"Recherche inconnue : {', '.join(unknown)}. Recherches enregistrées : {there}.")
    return list({slug(name): saved[slug(name)] for name in names}.values())


def _targets(emails: list[str] | None, webhooks: list[str] | None) -> tuple[str, ...]:
    from index.mail import is_address
    from index.targets import MAIL, SettingsWrong, checked_webhook

    if wrong := [address for address in emails or () if not is_address(address)]:
        raise Refused(f"--email {wrong[0]} : ce n'est pas une adresse électronique.")
    try:
        hooks = [checked_webhook(url) for url in webhooks or ()]
    except SettingsWrong as error:
        raise Refused(f"--webhook : {error}") from None
    return tuple(dict.fromkeys([*(f"{MAIL}{address}" for address in emails or ()), *hooks]))


def _told(query: Query) -> str:
    """The filters as the options that give them."""
    from index.saved import query_json

    told = query_json(query)
    told.pop("sort", None)
    words = [told.pop("words")] if "words" in told else []
    return (
        " ".join([*words, *(f"--{name.replace('_', '-')} {_value(value)}" for name, value in told.items())]) or "tout"
    )


def _value(value: object) -> str:
    return ",".join(str(one) for one in value if one != "") if isinstance(value, list | tuple) else str(value)
