"""Files that cannot be used: one French sentence each, and the file as it was. SQLite only."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from index import default_url, open_store, sqlite_file
from index.backup import backup
from index.store import Query, Store, StoreError
from tests.index.samples import article, incident


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "vigie.db"
    with open_store(f"sqlite:///{made}") as store:
        for n in range(1, 20):
            store.put_article(article(n, text="Les urgences sont fermées. " * 200))
            store.put_incident(incident(n))
    return made


def refused(path: Path) -> str:
    before = sha256(path.read_bytes()).hexdigest()
    with pytest.raises(StoreError) as caught:
        open_store(f"sqlite:///{path}").close()
    assert sha256(path.read_bytes()).hexdigest() == before, "the file was changed"
    assert not list(path.parent.glob("*-journal"))
    said = str(caught.value)
    assert "\n" not in said
    assert said.endswith(".")
    assert "Traceback" not in said
    return said


def test_a_text_file_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("bonjour " * 1000)
    assert "n'est pas une base" in refused(path)


def test_an_empty_file_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "vide.db"
    path.touch()
    assert "vide" in refused(path)


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "autre.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (x)")
    assert "pas une base Vigie" in refused(path)


@pytest.mark.parametrize("keep", [20, 5000, 0.5, 0.99])
def test_a_truncated_file_is_refused(path: Path, keep: float) -> None:
    size = int(keep if keep > 1 else path.stat().st_size * keep)
    os.truncate(path, size)
    assert "tronquée" in refused(path)


def test_a_damaged_file_is_refused(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(sqlite_file.PAGE_SIZE * 3)
        file.write(os.urandom(sqlite_file.PAGE_SIZE * 20))
    assert "endommagée" in refused(path)


def test_a_newer_store_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    assert "plus récente" in refused(path)


def test_a_read_only_file_is_refused(path: Path) -> None:
    path.chmod(0o444)
    assert "lecture seule" in refused(path)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="dossier"):
        open_store(f"sqlite:///{tmp_path}")


HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute(sys.argv[2])
db.execute(sys.argv[3])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("first", "then", "opens"),
    [("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", False), ("SELECT 1", "BEGIN IMMEDIATE", True)],
)
def test_a_locked_store_is_said_to_be_busy(
    path: Path, monkeypatch: pytest.MonkeyPatch, first: str, then: str, opens: bool
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.2)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), first, then], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        if not opens:
            assert "occupée" in refused(path)
            return
        with open_store(f"sqlite:///{path}") as store:
            assert store.search(Query()).total == 19, "others may read while one writes"
            with pytest.raises(StoreError, match="occupée"):
                store.put_article(article(99))
    finally:
        holder.communicate()


def load(store: Store) -> None:
    with store.writing():
        for n in range(100, 300):
            store.put_article(article(n, text="Long. " * 5000))


def test_a_full_disk_is_one_sentence_and_loses_nothing(path: Path) -> None:
    with open_store(f"sqlite:///{path}") as store:
        with store._file.reading() as db:  # type: ignore[attr-defined]
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="plein"):
            load(store)
        assert store.info().articles == 19
        assert store.check() == []


def test_a_backup_that_finds_no_room_is_named_and_leaves_nothing(path: Path) -> None:
    target = path.with_name("copie.db")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_store(f"sqlite:///{path}") as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
        try:
            with pytest.raises(StoreError, match="Le disque a refusé") as caught:
                backup(store, target)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert target.name in str(caught.value)
    assert list(path.parent.glob("copie*")) == []


def test_a_record_that_cannot_be_read_is_said_so(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE incident_records SET json = '{}' WHERE n = 3")
    with open_store(f"sqlite:///{path}") as store:
        with pytest.raises(StoreError, match="illisible"):
            store.incident("VIG-2022-0003")
        assert any("VIG-2022-0003" in fault for fault in store.check())


def test_a_check_names_what_leads_nowhere(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM search WHERE rowid = 4")
        db.execute("INSERT INTO fates VALUES ('VIG-2020-0001', 'merged', '2020-01-01', 'VIG-2020-0002', NULL, '[]')")
    with open_store(f"sqlite:///{path}") as store:
        assert len(store.check()) == 2


@pytest.mark.parametrize("url", ["vigie.db", "sqlite:///", "postgres://x/y", "sqlite://host/x", "http://[", "sqlite:"])
def test_an_address_of_no_store_is_refused(url: str) -> None:
    with pytest.raises(StoreError):
        open_store(url)


def test_the_address_comes_from_the_environment_else_from_the_user_s_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_STORE", "sqlite:///ici.db")
    assert default_url() == "sqlite:///ici.db"
    monkeypatch.delenv("VIGIE_STORE")
    assert default_url().startswith("sqlite:///")
    assert default_url().endswith("vigie.db")


def test_two_programs_that_start_at_once_share_one_store(tmp_path: Path) -> None:
    code = "import sys; from index import open_store; print(open_store(sys.argv[1]).new_incident_id(2022))"
    url = f"sqlite:///{tmp_path / 'dossier' / 'vigie.db'}"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code, url], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        for _ in range(3)
    ]
    given = sorted(run.communicate()[0].strip() for run in runs)
    assert given == ["VIG-2022-0001", "VIG-2022-0002", "VIG-2022-0003"]
    assert [p.name for p in (tmp_path / "dossier").iterdir() if p.name.startswith(".vigie-")] == []
