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


def open_store(url: str | None = None) -> Store:
    """Open a store, making it if it does not exist: `sqlite:///vigie.db` (from here), `sqlite:////data/vigie.db`.

    Raises StoreError, one French sentence, when the store cannot be used; nothing is changed then.
    """
    url = url or default_url()
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = ""
    if scheme in ("http", "https"):
        raise StoreError("Le stockage dans Elasticsearch n'est pas encore disponible : utilisez sqlite:///chemin.")
    if not url.startswith("sqlite:///") or url == "sqlite:///":
        raise StoreError(f"Adresse de base inconnue : {url!r}. Forme attendue : sqlite:///chemin/vers/vigie.db.")
    return SqliteStore(Path(unquote(url.removeprefix("sqlite:///"))).expanduser(), url)
