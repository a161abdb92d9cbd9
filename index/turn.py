"""One run of the alerts at a time, wherever the store is: a note in it says who runs and until when."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from index.row import moment, utc
from index.store import Note, Store
from index.targets import Busy

_KIND, _KEY = "alerts", "run"
LEASE = timedelta(minutes=10)  # without a word, a run is given up; on this machine, as soon as its process is gone


@contextmanager
def turn(store: Store) -> Iterator[Callable[[], None]]:
    """Hold the turn in the block; what it gives is called before everything that may take long. Busy when it is not free."""
    token = uuid.uuid4().hex
    _take(store, token, first=True)
    try:
        yield lambda: _take(store, token)
    finally:
        with store.writing():
            if (_holder(store) or {}).get("token") == token:
                store.drop_notes(_KIND, [_KEY])


def _take(store: Store, token: str, *, first: bool = False) -> None:
    with store.writing():
        held = _holder(store)
        mine = held is not None and held["token"] == token
        if (not first and not mine) or (first and held is not None and not _is_over(held)):
            raise Busy("Une autre exécution de « vigie alerts run » est en cours sur cette base : rien n’a été fait.")
        until = utc(datetime.now(UTC) + LEASE)
        who = {"token": token, "host": socket.gethostname(), "pid": os.getpid(), "until": until}
        store.put_notes([Note(_KIND, _KEY, "", "", who)])


def _holder(store: Store) -> dict[str, Any] | None:
    found = store.get_notes(_KIND, [_KEY]).get(_KEY)
    return found.data if found else None


def _is_over(held: dict[str, Any]) -> bool:
    until = moment(held["until"])
    if until is None or datetime.now(UTC) > until:
        return True
    if held["host"] != socket.gethostname() or held["pid"] == os.getpid():
        return False
    try:
        os.kill(held["pid"], 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
