"""The store the app shows: where it is, and what is said when it cannot be opened."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import index
from index.store import Store

_guard = threading.Lock()
_kept: tuple[str, Store] | None = None


def store_url() -> str:
    """`VIGIE_STORE`, else the default store in the user's data directory."""
    return os.environ.get("VIGIE_STORE", "").strip() or index.default_url()


@contextmanager
def opened() -> Iterator[Store]:
    """The store, for one run of one page, also to write. Raises StoreError."""
    with index.open_store(store_url()) as store:
        yield store


@contextmanager
def reading() -> Iterator[Store]:
    """The store, to read only: one for all pages and threads, that remembers what it has read. Raises StoreError."""
    yield _current()


def _current() -> Store:
    global _kept
    url = store_url()
    with _guard:
        if _kept is None or _kept[0] != url or not _kept[1].is_current():
            _kept = None
            _kept = (
                url,
                index.open_store(url),
            )  # another page may still read the one before: it goes with the last of them
        return _kept[1]
