"""The way to an Elasticsearch cluster: address, secrets from the environment, and its errors as French sentences.

`http://host:9200/prefix` or `https://…`; every index and alias of the store starts with the prefix. Several nodes of
one cluster, `https://one:9200,two:9200/prefix`, are asked in turn, and those that do not answer passed over. Secrets
come from `VIGIE_ES_API_KEY`, or `VIGIE_ES_USER` and `VIGIE_ES_PASSWORD`; `VIGIE_ES_CA` names a file with the authority that
signed the cluster's certificate. None of them is ever part of an address, a message or a log.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch

from index.store import StoreError

# A page of the app soon says that nobody answers; a command that writes bears with a cluster that is away for a minute.
PROMPT, TIMEOUT = 10.0, 30.0  # seconds for one request, of who reads and of who writes
QUICK, PATIENT = 2, 12  # how often it is tried again, waiting longer each time
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 10.0  # seconds
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
log = logging.getLogger("vigie.store")
# Major version of the client and so of the servers it speaks to.
MAJOR = 9


class Cluster:
    """A client and the store's prefix. `url` is the address without anything secret, as it may be shown."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if "@" in parts.netloc:
            raise StoreError(
                "L'adresse de la base ne doit pas contenir de mot de passe : donnez-le par VIGIE_ES_USER et "
                "VIGIE_ES_PASSWORD, ou une clé par VIGIE_ES_API_KEY."
            )
        self.prefix = parts.path.strip("/")
        nodes = [urlsplit(f"{parts.scheme}://{one}") for one in parts.netloc.split(",")]
        if not all(n.hostname for n in nodes) or not _PREFIX.fullmatch(self.prefix) or parts.query or parts.fragment:
            raise StoreError(
                f"Adresse de base inconnue : {url!r}. Forme attendue : https://hôte:9200/préfixe "
                "(minuscules, chiffres, tirets)."
            )
        hosts = [_host(node) for node in nodes]
        self.address = f"{parts.scheme}://{','.join(hosts)}"
        self.url = f"{self.address}/{self.prefix}"
        secrets = _secrets()
        if secrets and parts.scheme == "http" and not all(_is_loopback(str(node.hostname)) for node in nodes):
            raise StoreError(f"La clé d'accès partirait en clair vers {self.address} : utilisez https.")
        self._quick = Elasticsearch(
            [f"{parts.scheme}://{host}" for host in hosts],
            request_timeout=PROMPT,
            max_retries=QUICK,
            retry_on_timeout=True,
            retry_on_status=(502, 503, 504),
            retry_backoff_base=_FIRST_WAIT,
            retry_backoff_cap=_LONGEST_WAIT,
            **secrets,
            **_authority(parts.scheme),
        )
        self._patient = self._quick.options(max_retries=PATIENT, request_timeout=TIMEOUT)
        self.writes = False  # whether this store has been written to from here
        self.closed = False

    def index(self, name: str) -> str:
        """The alias by which an index of this store is read and written."""
        return f"{self.prefix}-{name}"

    def close(self) -> None:
        self.closed = True
        self._quick.close()

    @contextmanager
    def speaking(self) -> Iterator[Elasticsearch]:
        """The client; what Elasticsearch says in the block becomes a StoreError of one sentence."""
        if self.closed:
            raise StoreError(f"La base {self.url} est déjà fermée.")
        try:
            yield self._patient if self.writes else self._quick
        except ApiError as error:
            raise StoreError(_answer(self.url, error)) from error
        except TransportError as error:
            raise StoreError(_silence(self.address, error)) from error


class _InFrench(logging.Filter):
    """What the client says while it waits, said to the user in one sentence a try; nobody hears its own words."""

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith("Retrying request") and isinstance(record.args, tuple):
            *status, attempt, most = record.args
            why = f"n'est pas en état de répondre ({status[0]})" if status else "ne répond pas encore"
            log.warning("Elasticsearch %s : nouvel essai (%d sur %s).", why, int(str(attempt)) + 1, most)
        return record.levelno < logging.WARNING


for _name in ("transport", "node_pool"):
    logging.getLogger(f"elastic_transport.{_name}").addFilter(_InFrench())


def _host(node: SplitResult) -> str:
    try:
        port = node.port or (443 if node.scheme == "https" else 9200)
    except ValueError:
        raise StoreError("Le port de l'adresse de la base n'est pas un nombre.") from None
    return f"[{node.hostname}]:{port}" if ":" in str(node.hostname) else f"{node.hostname}:{port}"


def _secrets() -> dict[str, Any]:
    key, user = os.environ.get("VIGIE_ES_API_KEY"), os.environ.get("VIGIE_ES_USER")
    password = os.environ.get("VIGIE_ES_PASSWORD")
    if key:
        return {"api_key": key}
    if user and password:
        return {"basic_auth": (user, password)}
    if user or password:
        raise StoreError("VIGIE_ES_USER et VIGIE_ES_PASSWORD vont ensemble : l'un des deux manque.")
    return {}


def _authority(scheme: str) -> dict[str, Any]:
    file = os.environ.get("VIGIE_ES_CA")
    if not file or scheme != "https":
        return {}
    if not Path(file).is_file():
        raise StoreError(f"Le fichier de l'autorité de certification n'existe pas : {file} (VIGIE_ES_CA).")
    return {"ca_certs": file}


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def kind_of(error: ApiError) -> str:
    """The name Elasticsearch gives to an error, `cluster_block_exception` for one."""
    told = error.body.get("error") if isinstance(error.body, dict) else None
    if isinstance(told, dict):
        causes = told.get("root_cause") or [told]
        return str(causes[0].get("type") or told.get("type") or error.message)
    return str(told or error.message)


def is_blocked(url: str) -> str:
    return f"La base {url} est bloquée en écriture : souvent, le disque du serveur est presque plein."


def _answer(url: str, error: ApiError) -> str:
    status, kind = error.status_code, kind_of(error)
    if status == 401:
        return f"Elasticsearch refuse la clé ou le mot de passe pour {url}."
    if kind == "cluster_block_exception":
        return is_blocked(url)
    if status == 403:
        return f"La clé donnée n'a pas le droit de faire cela dans {url} : voyez les droits dans docs/stores.md."
    if kind == "index_not_found_exception":
        return f"Il manque un index à la base {url} : restaurez une copie."
    if status == 429:
        return f"Elasticsearch est débordé et n'a pas pris l'opération sur {url} : réessayez plus tard."
    if status >= 500 or kind == "search_phase_execution_exception":
        return f"Elasticsearch n'est pas en état de répondre pour {url} ({kind}) : voyez « vigie doctor »."
    return f"Elasticsearch a refusé l'opération sur {url} ({status}, {kind})."


def _silence(address: str, error: TransportError) -> str:
    if isinstance(error, TlsError):
        return f"Le certificat de {address} n'est pas reconnu : indiquez son autorité par VIGIE_ES_CA."
    if isinstance(error, ConnectionTimeout):
        return f"Elasticsearch n'a pas répondu à temps sur {address}."
    return f"Elasticsearch ne répond pas sur {address} : vérifiez qu'il est démarré."
