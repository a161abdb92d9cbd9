"""Who is collecting an outlet: two runs at once, in one process or on two machines, exclude each other."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from index.store import Note, Store

LEASE = timedelta(minutes=15)  # a claim that is not renewed for so long is void
_RENEW = timedelta(minutes=2)
_HOST = socket.gethostname()
_OWN: set[str] = set()  # this process's runs: another one that bears its number is long dead


class Claims:
    """The claims of one run. A context manager: what is still held at its end is given back.

    A run that was killed leaves claims behind; they are void at once when its process is gone on this machine, and
    after `LEASE` when it ran on another.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.token = uuid.uuid4().hex
        _OWN.add(self.token)
        self.held: dict[str, datetime] = {}

    def __enter__(self) -> Claims:
        return self

    def __exit__(self, *exc: object) -> None:
        for outlet in list(self.held):
            self.give_back(outlet)
        _OWN.discard(self.token)

    def take(self, outlets: Iterable[str]) -> dict[str, str]:
        """Claim what nobody else holds; of the others, who does (a French phrase), by outlet."""
        now = datetime.now(UTC)
        wanted = list(outlets)
        others: dict[str, str] = {}
        with self.store.writing():
            there = self.store.get_notes("claim", wanted)
            for outlet in wanted:
                if outlet in there and (holder := _holder(there[outlet], now)):
                    others[outlet] = holder
                else:
                    self._put(outlet, now)
        return others

    def renew(self, outlet: str) -> None:
        now = datetime.now(UTC)
        if outlet in self.held and now - self.held[outlet] > _RENEW:
            self._put(outlet, now)

    def give_back(self, outlet: str) -> None:
        if self.held.pop(outlet, None) is None:
            return
        with self.store.writing():
            note = self.store.get_notes("claim", [outlet]).get(outlet)
            if note and note.data["token"] == self.token:
                self.store.drop_notes("claim", [outlet])

    def _put(self, outlet: str, now: datetime) -> None:
        data = {"token": self.token, "host": _HOST, "pid": os.getpid(), "until": (now + LEASE).isoformat()}
        self.store.put_notes([Note("claim", outlet, "", now.isoformat(), data)])
        self.held[outlet] = now


def _holder(note: Note, now: datetime) -> str | None:
    data = note.data
    if datetime.fromisoformat(data["until"]) < now:
        return None
    if data["host"] != _HOST:
        return f"une autre collecte, sur {data['host']}"
    if not _runs(data["pid"]) or (data["pid"] == os.getpid() and data["token"] not in _OWN):
        return None
    return f"une autre collecte, processus {data['pid']}"


def _runs(pid: int) -> bool:
    with suppress(ProcessLookupError):
        try:
            os.kill(pid, 0)
        except PermissionError:
            return True
        return True
    return False
