"""A whole store as one file, and back. The file is itself a SQLite store, which any Vigie opens."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from index import open_store
from index.copying import Progress, copy
from index.sqlite import SqliteStore
from index.sqlite_file import sentence
from index.store import Store, StoreError


def _nobody(*_: object) -> None:
    return None


def backup(store: Store, path: Path, progress: Progress = _nobody) -> int:
    """Write everything to a file that is not there yet; the number of incidents. Others may go on writing.

    A backup of a cluster that was broken off goes on where it was.
    """
    if path.exists():
        raise StoreError(f"{path} existe déjà : donnez un autre nom.")
    part = path.with_name(f"{path.name}.part")
    if isinstance(store, SqliteStore):
        part.unlink(missing_ok=True)
        try:
            with store.reading() as source:
                _copy_pages(source, part)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    else:
        with open_store(_url(part)) as target_store:
            copy(store, target_store, progress)
    with open_store(_url(part)) as copied:
        if faults := copied.check():
            raise StoreError(f"La sauvegarde {part} n'est pas saine : {faults[0]}")
        count = copied.info().incidents
    part.replace(path)
    return count


def restore(path: Path, url: str, progress: Progress = _nobody) -> int:
    """Bring a backup back into a store that is empty or not there yet; the number of incidents. The file stays as it is."""
    if not path.is_file():
        raise StoreError(f"La sauvegarde {path} n'existe pas.")
    if url.startswith("sqlite:///"):
        target = Path(url.removeprefix("sqlite:///")).expanduser()
        if target.exists():
            raise StoreError(f"La base {target} existe déjà : déplacez-la d'abord, rien n'est jamais écrasé.")
        target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent if url.startswith("sqlite:///") else None) as folder:
        fresh = Path(folder) / "vigie.db"
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source:
            _copy_pages(source, fresh, path)
        with open_store(_url(fresh)) as source:  # brought up to this version there, not in the backup
            if faults := source.check():
                raise StoreError(f"La sauvegarde {path} n'est pas saine : {faults[0]}")
            count = source.info().incidents
            if not url.startswith("sqlite:///"):
                with open_store(url) as target_store:
                    copy(source, target_store, progress)
                return count
        fresh.replace(target)
    return count


def _copy_pages(source: sqlite3.Connection, path: Path, read: Path | None = None) -> None:
    """`read`: the backup that is read. StoreError of the file that is at fault."""
    try:
        with closing(sqlite3.connect(path)) as target:
            source.backup(target)
    except sqlite3.DatabaseError as error:
        if read and error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise StoreError(f"La sauvegarde {read} ne peut pas être lue ({error}).") from error
        raise StoreError(sentence(path, error)) from error


def _url(path: Path) -> str:
    return f"sqlite:///{path.absolute()}"
