"""`vigie doctor`: is everything there that Vigie needs?"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from cli.terminal import SOME_FAILED, opened, plain

_LEAST_DISK = 500_000_000  # bytes
_LATE = timedelta(days=2)  # that alerts may wait for a server to come back


class _Fault(Exception):
    pass


def doctor() -> None:
    """Examiner l'installation : Python, modèle, tables, registre des médias, base, collecte, disque, navigateur."""
    failed = False
    for name, examine in _EXAMINATIONS:
        try:
            print(f"bien    {name} : {plain(examine())}", flush=True)
        except Exception as error:  # whatever is wrong is what is asked for
            failed = True
            print(f"défaut  {name} : {plain(str(error) or type(error).__name__)}", flush=True)
    for remark in _remarks():
        print(f"à noter {plain(remark)}")
    if failed:
        raise typer.Exit(SOME_FAILED)


def _python() -> str:
    return sys.version.split()[0]


def _model() -> str:
    import spacy.util

    from nlp.reader import MODEL

    if not spacy.util.is_package(MODEL):
        raise _Fault(f"le modèle {MODEL} n'est pas installé : lancez « make setup »")
    return f"{MODEL} {spacy.util.get_package_version(MODEL)}"


def _tables() -> str:
    from reference import communes, gazetteer, notices

    return (
        f"{len(gazetteer.facilities())} établissements, {len(communes.communes())} communes, "
        f"{len(notices.notices())} notices"
    )


def _outlets() -> str:
    from crawler.outlets import load_outlets

    registry = load_outlets()
    closed = sum(bool(outlet.closed) for outlet in registry)
    return f"{len(registry)} médias, dont {closed} écartés"


def _collecting() -> str:
    from crawler.outlets import load_outlets
    from index.health import health

    with opened() as store:
        found = health(store, load_outlets())
    if alarms := [f"{name} {alarm}" for name, one in sorted(found.items()) for alarm in one.alarms]:
        raise _Fault(" ; ".join(alarms))
    looked = [one.last for one in found.values() if one.last]
    if not looked:
        return "pas encore commencée"
    fine = sum(one.status == "OK" for one in looked)
    return f"{fine} médias sur {len(found)} lus en entier à la dernière collecte, aucune alerte"


def _cluster(url: str) -> str:
    from index import elastic_doctor
    from index.elastic_cluster import Cluster

    cluster = Cluster(url)
    try:
        if faults := elastic_doctor.faults(cluster):
            raise _Fault(" ".join(faults))
        told = "répond, en lecture seule" if elastic_doctor.may_only_read(cluster) else "répond"
        return f"{cluster.address} {told}"
    finally:
        cluster.close()


def _server() -> str:
    import index

    url = index.default_url()
    return _cluster(url) if url.startswith(("http://", "https://")) else "aucun : la base est un fichier"


def _store() -> str:
    with opened() as store:
        it = store.info()
        if faults := store.check():
            raise _Fault(" ".join(faults[:5]))
    return f"{it.url}, {it.incidents} incidents, {it.bytes / 1e6:.1f} Mo"


def _alerts() -> str:
    """Whether what saved searches have to tell can leave, and does."""
    from index.mail import MailServer
    from index.targets import MAIL, SettingsWrong

    with opened() as store:
        searches, waiting = store.saved.all(), store.saved.sendings()
    if any(target.startswith(MAIL) for search in searches for target in search.targets):
        try:
            MailServer.of()
        except SettingsWrong as error:
            raise _Fault(str(error)) from None
    if waiting and (late := datetime.now(UTC) - waiting[0].made) > _LATE:
        raise _Fault(f"des envois ({len(waiting)}) attendent depuis {late.days} jours : lancez « vigie alerts run »")
    return f"recherches enregistrées : {len(searches)}, envois en attente : {len(waiting)}"


def _disk() -> str:
    import index

    url = index.default_url()
    if not url.startswith("sqlite:///"):
        return "celui du serveur"
    folder = Path(url.removeprefix("sqlite:///")).expanduser().parent
    free = shutil.disk_usage(folder if folder.exists() else Path()).free
    if free < _LEAST_DISK:
        raise _Fault(f"il ne reste que {free / 1e6:.0f} Mo près de la base")
    return f"{free / 1e9:.0f} Go libres près de la base"


def _remarks() -> Iterator[str]:
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        yield "aucun Chromium trouvé : l'application s'ouvre dans tout navigateur, mais ses tests en ont besoin."
    where = os.environ.get("VIGIE_STORE")
    if where and not re.match(r"https?://[^/]*@", where):  # a password in it is refused, and not repeated
        yield f"la base est choisie par VIGIE_STORE : {where}"


_EXAMINATIONS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("Python", _python),
    ("modèle de langue", _model),
    ("tables de référence", _tables),
    ("registre des médias", _outlets),
    ("serveur", _server),
    ("base", _store),
    ("collecte", _collecting),
    ("alertes", _alerts),
    ("disque", _disk),
)
