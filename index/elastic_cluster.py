"""The way to an Elasticsearch cluster: address, secrets from the environment, and its errors as French sentences.

`http://host:9200/prefix` or `https://…`; every index and alias of the store starts with the prefix. Several nodes of
one cluster, `https://one:9200,two:9200/prefix`, are asked in turn, and those that do not answer passed over. Secrets
come from `VIGIE_ES_API_KEY`, or `VIGIE_ES_USER` and `VIGIE_ES_PASSWORD`; `VIGIE_ES_CA` names a file with the authority that
signed the cluster's certificate. None of them is ever part of an address, a message or a log.
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.serializer import JsonSerializer
from pydantic_core import from_json

from index.elastic_waiting import PATIENT, QUICK, Waiting, waits
from index.store import StoreError

PROMPT, TIMEOUT = 10.0, 30.0  # seconds for one request, of who reads and of who writes
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
# Major version of the client and so of the servers it speaks to.
MAJOR = 9


class _Json(JsonSerializer):
    """Reads answers in half the time: those with facets are long."""

    def json_loads(self, data: bytes) -> Any:
        try:
            return from_json(data)
        except ValueError:  # stricter than Python's, which also says where
            return super().json_loads(data)


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
            transport_class=Waiting,
            serializers={"application/json": _Json()},
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

    def look_up(self, docs: Sequence[Mapping[str, Any]], realtime: bool) -> list[dict[str, Any]]:
        """Documents by index and id, in that order, waiting for those whose node is missing."""
        missing = ""
        for why in waits(PATIENT if self.writes else QUICK):
            with self.speaking() as client:
                told: list[dict[str, Any]] = client.mget(docs=docs, realtime=realtime)["docs"]
            missing = next((doc["_index"] for doc in told if "error" in doc), "")
            if not missing:
                return told
            why("attend un nœud qui manque")
        raise StoreError(f"L'index {missing} ne répond pas : voyez « vigie doctor ».")


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
    try:
        ssl.create_default_context(cafile=file)
    except (ssl.SSLError, OSError):
        raise StoreError(f"Le fichier {file} ne contient pas de certificat qui puisse être lu (VIGIE_ES_CA).") from None
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
    if kind == "cluster_block_exception" and status != 503:  # else the cluster has no master yet
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
    if isinstance(error, TlsError) and "CERTIFICATE" not in error.message and "match" not in error.message:
        return f"{address} ne parle pas https : vérifiez l'adresse de la base."
    if isinstance(error, TlsError):
        return f"Le certificat de {address} n'est pas reconnu : indiquez son autorité par VIGIE_ES_CA."
    if isinstance(error, ConnectionTimeout):
        return f"Elasticsearch n'a pas répondu à temps sur {address}."
    return f"Elasticsearch ne répond pas sur {address} : vérifiez qu'il est démarré."
