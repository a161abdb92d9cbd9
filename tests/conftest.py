"""What tests of several rooms share: no test touches the user's own store; one reader serves all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nlp.stream import LazyReader
from records import Article
from tools.elasticsearch import distribution
from tools.elasticsearch.__main__ import DEVELOPMENT
from tools.elasticsearch.node import ready

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

Vigie = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In several processes (`make test`) one has all that shares a server, so that it is started and ended once."""
    for item in items:
        path = item.path.relative_to(ROOT / "tests")
        served = path.parts[0] == "index" or path.stem == "test_cluster_browser"
        item.add_marker(pytest.mark.xdist_group("servers" if served else str(path)))


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The user's data directory is elsewhere for the time of the tests."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("home")))
    patch.delenv("VIGIE_STORE", raising=False)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def reader() -> LazyReader:
    return LazyReader()


def _forget_old_tests(server: str) -> None:
    """Delete what tests left that were killed two hours ago or more: a node holds a limited number of indices."""
    from elasticsearch import Elasticsearch

    with Elasticsearch(server) as client:
        found = client.indices.get_settings(index="vigie-test-*", name="index.creation_date", flat_settings=True).body
        limit = (time.time() - 7200) * 1000
        old = [name for name, told in found.items() if int(told["settings"]["index.creation_date"]) < limit]
        for name in old:
            client.indices.delete(index=name, ignore_unavailable=True)


@pytest.fixture(scope="session")
def elasticsearch() -> Iterator[str]:
    """The address of a real server: one that runs already, else one started for the time of the tests."""
    if DEVELOPMENT.answers():
        _forget_old_tests(DEVELOPMENT.url)
        yield DEVELOPMENT.url
        return
    if not distribution.installed() and not os.environ.get("CI"):
        pytest.skip("Elasticsearch is not installed: make elasticsearch")
    try:
        ready(DEVELOPMENT)
    except distribution.Missing as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    yield DEVELOPMENT.url
    DEVELOPMENT.stop()


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'vigie.db'}"


@pytest.fixture(scope="session")
def vigie() -> Vigie:
    """`vigie(*arguments, store=URL, stdin=TEXT)`: the command as a user runs it, in a process of its own."""

    def run(*arguments: str, store: str | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
        where = ["--store", store] if store else []
        return subprocess.run(
            [sys.executable, "-m", "cli", *where, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
            timeout=300,
        )

    return run


@pytest.fixture
def shared() -> Path:
    """The folder of material kept outside the project."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not there")
    return SHARED


def line(article: Article) -> str:
    """An article as `vigie extract` and `vigie ingest` read it."""
    return json.dumps(article.model_dump(mode="json", include={"url", "title", "published", "text", "outlet"}))


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(one) for one in text.splitlines()]
