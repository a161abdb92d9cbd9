"""`vigie add`: one article by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.collect import OutletsFile
from cli.terminal import Refused, day, finish, opened, say, tell


def add(
    url: Annotated[str, typer.Argument(metavar="ADRESSE", help="L'adresse de l'article.")],
    title: Annotated[str | None, typer.Option(help="Avec une note : le titre de l'article.")] = None,
    published: Annotated[
        str | None, typer.Option("--date", metavar="AAAA-MM-JJ", help="Avec une note : le jour de publication.")
    ] = None,
    note: Annotated[
        str | None, typer.Option(help="Une note de vous, dans vos mots : la page n'est alors pas demandée.")
    ] = None,
    outlets: OutletsFile = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Permettre une adresse locale ou privée (pour essayer).")
    ] = False,
) -> None:
    """Ajouter un article à la main.

    La page est demandée si son éditeur le permet (robots.txt, réserve de fouille). Pour un média fermé aux robots,
    donnez --title, --date et --note : c'est votre note qui est lue, avec le lien.
    """
    from crawler.by_hand import ByHandError, fetched_article
    from crawler.by_hand import note as noted
    from crawler.outlets import load_outlets

    registry = load_outlets(outlets)
    if note is None and (title or published):
        raise Refused("--title et --date vont avec --note.")
    if note is not None and not (title and published):
        raise Refused("--note demande aussi --title et --date.")
    try:
        if note is not None:
            article = noted(url, title or "", day(published, "--date"), note, registry)
        else:
            article = fetched_article(url, registry, allow_private=allow_private)
    except ByHandError as error:
        raise Refused(str(error)) from None
    with opened() as store:
        import pipeline

        stored = store.article(article.url)
        if note is not None and stored and stored.kind == "article":
            raise Refused("Cet article a déjà été lu en entier : une note n'y ajouterait rien.")
        summary = pipeline.ingest(store, [article], tell=tell)
    if summary.articles["irrelevant"]:
        say("Vigie ne lit aucun incident de santé dans cet article : il n'est pas gardé.")
    finish(summary)
