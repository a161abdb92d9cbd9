"""A file that is open more than once in one process, or changes under it. SQLite only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from index import open_store
from index.store import Query
from tests.conftest import ROOT
from tests.index.samples import incident

ANOTHER = """
import sys
from index import open_store
from tests.index.samples import incident
with open_store(sys.argv[1]) as store:
    store.put_incident(incident(int(sys.argv[2])))
"""


def written_elsewhere(url: str, n: int) -> None:
    subprocess.run([sys.executable, "-c", ANOTHER, url, str(n)], cwd=ROOT, check=True)


def test_a_store_opened_and_closed_beside_another_takes_no_lock_away(tmp_path: Path) -> None:
    """Else the other program would be the last to have the file open, and delete the journal that is still read."""
    path = tmp_path / "vigie.db"
    url = f"sqlite:///{path}"
    with open_store(url) as kept:
        kept.put_incident(incident(1))
        open_store(url).close()
        written_elsewhere(url, 2)
        assert path.with_name("vigie.db-wal").exists()
        kept.put_incident(incident(3))
        written_elsewhere(url, 4)
        assert kept.search(Query()).total == 4
    with open_store(url) as store:
        assert store.search(Query()).total == 4
        assert store.check() == []


def test_a_store_knows_when_its_file_is_another_one(tmp_path: Path) -> None:
    path = tmp_path / "vigie.db"
    with open_store(f"sqlite:///{path}") as store:
        assert store.is_current()
        for name in ("vigie.db", "vigie.db-wal", "vigie.db-shm"):
            (tmp_path / name).unlink()
        assert not store.is_current()
        with open_store(f"sqlite:///{path}") as other:
            other.put_incident(incident(2))
            assert other.is_current()
            assert not store.is_current()
    assert not other.is_current()
