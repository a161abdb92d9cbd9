"""The SQLite file itself: opened, checked, migrated, and its connections lent out.

Whatever is wrong with the file becomes a `StoreError` of one French sentence, and the file stays as it was.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from index import geography
from index.sqlite_block import Block
from index.store import StoreError
from reference.folding import fold
from reference.system_errors import reason

APPLICATION_ID = 0x56494749  # "VIGI", at offset 68 of the file's header
PAGE_SIZE = 16384
BUSY_SECONDS = 5.0
QUICK_CHECK_BELOW = 16 * 1024 * 1024  # bytes; larger files are checked by `vigie store check`
_HEADER = 100


@cache
def migrations() -> tuple[str, ...]:
    """The SQL scripts in order: the first makes version 1, each next one leads to the version after."""
    return tuple(p.read_text(encoding="utf-8") for p in sorted((Path(__file__).parent / "migrations").glob("*.sql")))


def current_version() -> int:
    return len(migrations())


# Completes a block before it is committed; what it returns is called when it is.
Finish = Callable[[sqlite3.Connection, Block], Callable[[], None]]


# Those that are open in this process. Whoever opens and closes a file himself takes away the locks that SQLite holds on it
# for the whole process (POSIX): other processes would then believe that nobody has it open, and delete its journal.
_OPEN: weakref.WeakSet[SqliteFile] = weakref.WeakSet()
_OPENING = threading.Lock()


class SqliteFile:
    """One file and its connections. Each thread that asks gets a connection of its own for the time it needs it."""

    def __init__(self, path: Path, finish: Finish = lambda *_: lambda: None) -> None:
        self.path = path
        self._finish = finish
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._writer = threading.RLock()
        self._own = threading.local()
        self._savepoints = 0
        self._closed = False
        if not path.exists():
            _create(path)
        with _OPENING:
            self._known_by = _known_by(path)
            if not any(one.holds(self._known_by) for one in _OPEN):
                _check_header(path)
            _OPEN.add(self)
        try:
            with self.reading() as connection:
                self._check(connection)
        except BaseException:
            self.close()
            raise

    def holds(self, known_by: tuple[int, int] | None) -> bool:
        return not self._closed and known_by == self._known_by

    def is_current(self) -> bool:
        """Whether the path leads to the file that was opened, and no other program brought it to a later version."""
        if self._closed or _known_by(self.path) != self._known_by:
            return False
        with self.reading() as connection:
            return bool(connection.execute("PRAGMA user_version").fetchone()[0] == current_version())

    def _check(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > current_version():
            raise _newer(self.path, version)
        if self.path.stat().st_size < QUICK_CHECK_BELOW:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise StoreError(f"La base {self.path} est endommagée : restaurez une copie.")
        if version < current_version():
            _migrate(connection, self.path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with: the thread's own when it is writing, so that it sees what it wrote."""
        own: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if own is not None:
            with self.speaking():
                yield own
            return
        with self.speaking():
            connection = self._borrow()
            try:
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """As `reading`, every question of the block answered from the same state of the store."""
        with self.reading() as connection:
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")

    @contextmanager
    def committed(self) -> Iterator[sqlite3.Connection]:
        """As `snapshot`, without what a block of this thread has written so far."""
        with self.speaking():
            connection = self._borrow()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                self._give_back(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, all or nothing; inside another one, all or nothing of this part of it."""
        own: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if own is not None:
            with self.speaking(), self._savepoint(own):
                yield own
            return
        with self._writer, self.speaking():
            connection = self._borrow()
            try:
                connection.execute("BEGIN IMMEDIATE")
                self._own.connection, self._own.block = connection, Block()
                yield connection
                committed = self._finish(connection, self._own.block)
                connection.execute("COMMIT")
                committed()
            except BaseException:
                with suppress(sqlite3.Error):
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                raise
            finally:
                self._own.connection = None
                self._give_back(connection)

    @contextmanager
    def putting(self) -> Iterator[tuple[sqlite3.Connection, Block]]:
        """Within a block of writing, that block; else one of its own. For what fails before it writes, or not at all."""
        own: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if own is not None:
            with self.speaking():
                yield own, self._own.block
            return
        with self.writing() as connection:
            yield connection, self._own.block

    @contextmanager
    def _savepoint(self, connection: sqlite3.Connection) -> Iterator[None]:
        self._savepoints += 1
        name = f"part_{self._savepoints}"
        connection.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute(f"ROLLBACK TO {name}")
                connection.execute(f"RELEASE {name}")
            self._own.block.undone()
            raise
        connection.execute(f"RELEASE {name}")

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Turn what SQLite says into a sentence."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            raise StoreError(sentence(self.path, error)) from error

    def _borrow(self) -> sqlite3.Connection:
        with self._guard:
            if self._closed:
                raise StoreError(f"La base {self.path} est déjà fermée.")
            if self._idle:
                return self._idle.pop()
        return _connect(self.path)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed and not connection.in_transaction and len(self._idle) < 8:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def _known_by(path: Path) -> tuple[int, int] | None:
    """By which a file is told from another that takes its place while it is open."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_dev, told.st_ino


def _connect(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(
        uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA synchronous = FULL")  # a correction that was accepted outlives a power cut
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -32768")
        connection.execute("PRAGMA journal_size_limit = 67108864")
        add_functions(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def add_functions(connection: sqlite3.Connection) -> None:
    """What searches and migrations ask that SQLite does not know."""
    connection.create_function("km", 4, geography.km, deterministic=True)
    connection.create_function("cell", 2, geography.cell, deterministic=True)
    connection.create_function("fold", 1, lambda text: None if text is None else fold(text), deterministic=True)


def _create(path: Path) -> None:
    """Make the file aside and put it in place whole, so that two programs starting at once share one store."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".vigie-") as folder:
            fresh = Path(folder) / "new.db"
            with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
                connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                add_functions(connection)
                _migrate(connection, path)
            _put_in_place(fresh, path)
    except sqlite3.DatabaseError as error:
        raise StoreError(sentence(path, error)) from error
    except OSError as error:
        raise StoreError(f"La base {path} ne peut pas être créée : {reason(error)}.") from error


def _put_in_place(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)
    except FileExistsError:
        return  # another program was faster: its store is the store
    except OSError:
        if not path.exists():  # a file system without hard links
            fresh.replace(path)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN EXCLUSIVE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for script in migrations()[version:]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {max(version, current_version())}")
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """`executescript` would commit first: a migration must be one transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _check_header(path: Path) -> None:
    """What can be told from the first bytes, before SQLite may touch the file or its journal."""
    if path.is_dir():
        raise StoreError(f"{path} est un dossier, pas une base Vigie.")
    try:
        mode = path.stat().st_mode
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError as error:
        raise StoreError(f"La base {path} ne peut pas être lue : {reason(error)}.") from error
    if size == 0:
        raise StoreError(f"Le fichier {path} est vide : ce n'est pas une base Vigie. Supprimez-le pour en créer une.")
    if not header.startswith(b"SQLite format 3\0"):
        raise StoreError(f"Le fichier {path} n'est pas une base de données Vigie.")
    if len(header) < _HEADER:
        raise _truncated(path)
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise StoreError(f"Le fichier {path} est une base SQLite, mais pas une base Vigie.")
    version = int.from_bytes(header[60:64], "big")
    if version > current_version():
        raise _newer(path, version)
    journal = path.with_name(path.name + "-wal")
    page_size = int.from_bytes(header[16:18], "big")
    page_size = 65536 if page_size == 1 else page_size
    # While a write-ahead log waits to be copied back, the file may rightly be shorter than it says.
    settled = not journal.exists() or journal.stat().st_size == 0
    if settled and size < page_size * int.from_bytes(header[28:32], "big"):
        raise _truncated(path)
    if not mode & 0o222 or not os.access(path, os.W_OK):
        raise StoreError(f"La base {path} est en lecture seule : rendez le fichier modifiable.")


def _truncated(path: Path) -> StoreError:
    return StoreError(f"La base {path} est tronquée (il en manque la fin) : restaurez une copie.")


def _newer(path: Path, version: int) -> StoreError:
    return StoreError(
        f"La base {path} vient d'une version plus récente de Vigie (schéma {version}, "
        f"cette version connaît le {current_version()}) : mettez Vigie à jour."
    )


def sentence(path: Path, error: sqlite3.DatabaseError) -> str:
    """What SQLite says of a file, in one French sentence."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"La base {path} est occupée par un autre programme : réessayez quand il aura fini."
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"La base {path} est endommagée : restaurez une copie."
    if code == sqlite3.SQLITE_READONLY:
        return f"La base {path} est en lecture seule : rendez le fichier et son dossier modifiables."
    if code == sqlite3.SQLITE_FULL:
        return f"Le disque est plein : rien n'a pu être écrit dans {path}."
    if code == sqlite3.SQLITE_CANTOPEN:
        return f"La base {path} ne peut pas être ouverte : vérifiez que le fichier et son dossier sont accessibles."
    if code == sqlite3.SQLITE_IOERR:
        return f"Le disque a refusé une lecture ou une écriture de la base {path}."
    return f"La base {path} a refusé l'opération ({error})."
