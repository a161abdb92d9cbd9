"""One suite for every store: a test that takes `store` or `store_url` runs on each back end."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from index import open_store
from index.store import Store

BACK_ENDS = ("sqlite", "elasticsearch")


@contextmanager
def new_prefix(server: str) -> Iterator[str]:
    """The address of a store that is not there yet; what was made of it is gone afterwards."""
    prefix = f"vigie-test-{uuid.uuid4().hex[:12]}"
    yield f"{server}/{prefix}"
    with Elasticsearch(server) as client:
        client.indices.delete(index=f"{prefix}-*")


@pytest.fixture(scope="session")
def shared_prefix(elasticsearch: str) -> Iterator[str]:
    """Making indices takes a second, emptying them does not: one store serves the tests in turn."""
    with new_prefix(elasticsearch) as url:
        open_store(url).close()
        yield url


@contextmanager
def emptied(url: str) -> Iterator[str]:
    yield url
    server, _, prefix = url.rpartition("/")
    with Elasticsearch(server) as client:
        client.indices.refresh(index=f"{prefix}-*")
        client.delete_by_query(index=f"{prefix}-*", query={"match_all": {}}, refresh=True)


@pytest.fixture
def emptied_prefix(shared_prefix: str) -> Iterator[str]:
    """The address of an empty store in Elasticsearch."""
    with emptied(shared_prefix) as url:
        yield url


@pytest.fixture(params=BACK_ENDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'vigie.db'}"
        return
    yield request.getfixturevalue("emptied_prefix")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@contextmanager
def filled_by(module: Any, url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        with opened.writing():
            module.fill(opened)
        yield opened


@pytest.fixture(scope="module")
def sqlite_twin(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The module's `fill(store)` in SQLite, to compare with `elastic_twin`."""
    with filled_by(request.module, f"sqlite:///{tmp_path_factory.mktemp('store') / 'vigie.db'}") as opened:
        yield opened


@pytest.fixture(scope="module")
def elastic_twin(request: pytest.FixtureRequest, elasticsearch: str) -> Iterator[Store]:
    with new_prefix(elasticsearch) as url, filled_by(request.module, url) as opened:
        yield opened


@pytest.fixture(params=("sqlite_twin", "elastic_twin"), ids=BACK_ENDS)
def filled(request: pytest.FixtureRequest) -> Store:
    """A store that a module's tests only read, filled by the module's own `fill(store)`."""
    opened: Store = request.getfixturevalue(request.param)
    return opened
