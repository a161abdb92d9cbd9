"""Reports and incidents, stored and searched. `open_store(url)` is the way in."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from platformdirs import user_data_path

from index.sqlite import SqliteStore
from index.store import Store, StoreError


def default_url() -> str:
    """`VIGIE_STORE`, else the SQLite file `vigie.db` in the user's data directory."""
    return os.environ.get("VIGIE_STORE") or f"sqlite:///{user_data_path('vigie') / 'vigie.db'}"


def open_store(url: str | None = None, upgrading: bool = False) -> Store:
    """Open a store, making it if it does not exist: `sqlite:///vigie.db` (from here), `sqlite:////data/vigie.db`,
    `http://host:9200/prefix` or `https://…` (Elasticsearch).

    `upgrading`: to bring a cluster's store of an earlier version up to date (`reindex`); a file is when it is opened.
    Raises StoreError, one French sentence, when the store cannot be used; nothing is changed then.
    """
    url = url or default_url()
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = ""
    if scheme in ("http", "https"):
        from index.elastic import ElasticStore  # its client takes a while to load

        return ElasticStore(url, upgrading)
    if not url.startswith("sqlite:///") or url == "sqlite:///":
        raise StoreError(
            f"Adresse de base inconnue : {url!r}. Formes attendues : sqlite:///chemin/vers/vigie.db, https://hôte:9200/préfixe (Elasticsearch)."
        )
    return SqliteStore(Path(unquote(url.removeprefix("sqlite:///"))).expanduser(), url)
