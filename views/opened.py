"""The store the app shows: where it is, and what is said when it cannot be opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import index
from index.store import Store


def store_url() -> str:
    """`VIGIE_STORE`, else the default store in the user's data directory."""
    return os.environ.get("VIGIE_STORE", "").strip() or index.default_url()


@contextmanager
def opened() -> Iterator[Store]:
    """The store, for one run of one page: Streamlit runs pages in threads, and a connection belongs to one.

    Raises StoreError.
    """
    with index.open_store(store_url()) as store:
        yield store
