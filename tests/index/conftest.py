"""One suite for every store: a test that takes `store` or `store_url` runs on each back end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import open_store
from index.store import Store

BACK_ENDS: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder / 'vigie.db'}",
}


@pytest.fixture(params=BACK_ENDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return BACK_ENDS[request.param](tmp_path)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture(scope="module", params=BACK_ENDS)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that a module's tests only read, filled by the module's own `fill(store)`."""
    with open_store(BACK_ENDS[request.param](tmp_path_factory.mktemp("store"))) as opened:
        with opened.writing():
            request.module.fill(opened)
        yield opened
