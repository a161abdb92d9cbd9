"""One writer at a time, and a mark of what it was about to write.

The document `lease` of the ledger says who writes. A writer notes in it everything it is about to change (the
journal), changes it, and removes the document. If it dies in between, whoever writes next, or `vigie store check
--repair`, does what the journal says: all of it, or, when it died before the journal was whole, nothing.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from elasticsearch import ConflictError, NotFoundError

from index.elastic_bulk import Change, apply
from index.elastic_cluster import Cluster
from index.elastic_dispute import in_dispute
from index.elastic_words import Key, Source, with_words
from index.row import plain_json
from index.store import Overtaken, StoreError

WAIT = 5.0  # seconds for another writer to be done
LEASE = 30.0  # seconds after which a writer of which nothing is heard is given up
_RENEW = 10.0
_PART = 4_000_000  # characters of a journal in one document
_DOCUMENT = "lease"
log = logging.getLogger("vigie.store")
_MANY = 500  # changes
_NAMED = 5  # items named in a message

_JOURNAL = ("noted", "parts", "journal")
_HOST = socket.gethostname()
Complete = Callable[[Sequence[Change]], Sequence[Change]]
# The leases that this process holds: any other that bears its number was left by a write that broke off.
_OWN: set[str] = set()


class Lease:
    """`with Lease(cluster) as lease: … lease.commit(changes)`: nobody else writes in the block."""

    def __init__(self, cluster: Cluster, patience: float = WAIT) -> None:
        """`patience`: seconds that others shall wait for this writer before they give up."""
        self._cluster = cluster
        self._patience = patience
        self._moved = False
        self._ledger = cluster.index("ledger")
        self._token = uuid.uuid4().hex
        self._version = (0, 0)
        self._told = 0.0
        self._journal: dict[str, Any] = {}  # not empty: begun and not done

    def __enter__(self) -> Lease:
        """Wait for other writers; finish what one that died had begun. StoreError when one stays too long."""
        _OWN.add(self._token)
        try:
            self._take()
        except BaseException:
            _OWN.discard(self._token)
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        try:
            if not self._journal and not self._moved:  # else it stays, for the next writer to finish
                self._release()
        finally:
            _OWN.discard(self._token)

    def _take(self) -> None:
        start = time.monotonic()
        while not self._create():
            held = look(self._cluster)
            if held is None:
                continue
            source, version = held
            if source["owner"] == self._token:  # our own request came through though its answer was lost
                self._version, self._told = version, time.monotonic()
                return
            if is_over(source):
                self._journal = {key: source.get(key) for key in _JOURNAL}
                if self._write(version):
                    self._redo()
                    return
            elif time.monotonic() - start > source.get("patience", WAIT):
                raise StoreError(
                    f"La base {self._cluster.url} est occupée par un autre programme : réessayez quand il aura fini."
                )
            else:
                time.sleep(0.03)

    def renew(self) -> None:
        """Tell the others that we are still writing, now and then. StoreError when they had given us up."""
        if time.monotonic() - self._told > _RENEW:
            self._tell()

    def commit(self, changes: Sequence[Change], complete: Complete = list) -> None:
        """Make all the changes; StoreError, which names what was rejected, when that cannot be done.

        `complete`: gives them what is not noted."""
        if len(changes) > 1:  # one document is all or nothing by itself
            changes = self._begin(changes, complete)
            self._tell()
        else:
            changes = complete(changes)
            self.renew()
        try:
            rejected = self._apply(changes)
        except StoreError as error:
            if not self._journal:
                raise
            raise StoreError(f"{error} Ce qui était commencé sera fini dès qu'elle se laissera écrire.") from error
        self._done(rejected)
        if rejected:
            raise StoreError(_named(self._cluster.url, rejected))

    def _begin(self, changes: Sequence[Change], complete: Complete) -> Sequence[Change]:
        """Complete the changes and note them, as they came; when they are many, the one while the other is done."""
        if len(changes) <= _MANY:
            completed = complete(changes)
            self._journal = self._note(changes)
            return completed
        with ThreadPoolExecutor(1) as aside:
            noting = aside.submit(self._note, changes)
            try:
                completed = complete(changes)
            except BaseException:
                self._forget(noting.result())
                raise
            self._journal = noting.result()
        return completed

    def moved(self) -> None:
        """The ledger with this lease in it is in use no more: there is nothing to give back."""
        self._moved = True

    def _redo(self) -> None:
        changes = read_journal(self._cluster, self._journal)
        noted = {(change.into, change.id): change.source for change in changes}

        def get_all(wanted: Sequence[Key]) -> list[Source | None]:
            asked = [key for key in wanted if key not in noted]
            docs = [{"_index": self._cluster.index(index), "_id": doc_id} for index, doc_id in asked]
            there = self._cluster.look_up(docs, realtime=False) if docs else []
            found = noted | {k: doc["_source"] if doc["found"] else None for k, doc in zip(asked, there, strict=True)}
            return [found[key] for key in wanted]

        self._done(self._apply(with_words(changes, get_all)))

    def _apply(self, changes: Sequence[Change]) -> list[str]:
        """What was rejected. Whoever gave this writer up has first done what its journal says, and gone on from there:
        then nothing of it is written again. Overtaken when there was no journal."""
        rejected: list[str] = []
        while changes:
            disputed: list[Change] = []
            rejected += apply(self._cluster, changes, self.renew, disputed=disputed)
            changes = in_dispute(self._cluster, disputed)
            if changes and not self._is_ours():
                if not self._journal:
                    raise Overtaken(self._cluster.url)
                self._journal = {}
                return rejected
        return rejected

    def _is_ours(self) -> bool:
        held = look(self._cluster)
        return held is not None and bool(held[0]["owner"] == self._token)

    def _done(self, rejected: Sequence[str]) -> None:
        if rejected:
            source = {"kind": "rejected", "key": self._token, "data": {"items": list(rejected[:100])}}
            apply(self._cluster, [Change("ledger", f"rejected:{self._token}", source)])
        self._forget(self._journal)
        self._journal = {}

    def _forget(self, journal: dict[str, Any]) -> None:
        parts = [_part(journal["noted"], n) for n in range(journal.get("parts") or 0)]
        apply(self._cluster, [Change("ledger", doc_id, None) for doc_id in parts], visible=False)

    def _note(self, changes: Sequence[Change]) -> dict[str, Any]:
        """The journal: in the lease itself, or in documents beside it when it is long."""
        parts = list(_cut(changes))
        if len(parts) == 1:
            return {"noted": self._token, "parts": 0, "journal": parts[0]}
        notes = [
            Change("ledger", _part(self._token, n), {"kind": "journal", "key": self._token, "data": {"is": text}})
            for n, text in enumerate(parts)
        ]
        if rejected := apply(self._cluster, notes, self.renew, visible=False):  # they are asked for by id alone
            raise StoreError(_named(self._cluster.url, rejected))
        return {"noted": self._token, "parts": len(parts), "journal": None}

    def _create(self) -> bool:
        with self._cluster.speaking() as client:
            try:
                done = client.create(index=self._ledger, id=_DOCUMENT, document=self._document())
            except ConflictError:
                return False
        self._version, self._told = (done["_seq_no"], done["_primary_term"]), time.monotonic()
        return True

    def _tell(self) -> None:
        if not self._write(self._version):
            held = look(self._cluster)
            if held is None or held[0]["owner"] != self._token:
                self._journal = {}
                raise Overtaken(self._cluster.url)
            self._version, self._told = held[1], time.monotonic()  # ours came through, its answer was lost

    def _write(self, version: tuple[int, int]) -> bool:
        number, term = version
        with self._cluster.speaking() as client:
            try:
                done = client.index(
                    index=self._ledger,
                    id=_DOCUMENT,
                    document=self._document(),
                    if_seq_no=number,
                    if_primary_term=term,
                )
            except (ConflictError, NotFoundError):
                return False
        self._version, self._told = (done["_seq_no"], done["_primary_term"]), time.monotonic()
        return True

    def _document(self) -> dict[str, Any]:
        who = {"owner": self._token, "host": _HOST, "pid": os.getpid(), "until": time.time() + LEASE}
        who["patience"] = self._patience
        return {"kind": "lease", "data": {**who, **self._journal}}

    def _release(self) -> None:
        number, term = self._version
        with self._cluster.speaking() as client, suppress(ConflictError, NotFoundError):
            client.delete(index=self._ledger, id=_DOCUMENT, if_seq_no=number, if_primary_term=term)


def look(cluster: Cluster) -> tuple[dict[str, Any], tuple[int, int]] | None:
    """What the lease says, if anyone holds it, and the version to replace."""
    with cluster.speaking() as client:
        try:
            found = client.get(index=cluster.index("ledger"), id=_DOCUMENT)
        except NotFoundError:
            return None
    return found["_source"]["data"], (found["_seq_no"], found["_primary_term"])


def is_over(source: dict[str, Any]) -> bool:
    """Whether a writer is gone: silent for too long, or a process of this machine that no longer is."""
    if time.time() > source["until"]:
        return True
    if source["host"] != _HOST:
        return False
    if source["pid"] == os.getpid():
        return source["owner"] not in _OWN
    try:
        os.kill(source["pid"], 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _cut(changes: Sequence[Change]) -> Iterator[str]:
    """As lines of JSON, without the words."""
    lines: list[str] = []
    size = 0
    for change in changes:
        line = plain_json(change[:-1]).decode()
        if lines and size + len(line) > _PART:
            yield "\n".join(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    yield "\n".join(lines)


def read_journal(cluster: Cluster, left: dict[str, Any]) -> list[Change]:
    """The changes noted by a writer that died; none when its journal was not whole."""
    texts = [left["journal"]] if left.get("journal") else []
    for n in range(left.get("parts") or 0):
        with cluster.speaking() as client:
            part = client.get(index=cluster.index("ledger"), id=_part(left["noted"], n))
        texts.append(part["_source"]["data"]["is"])
    return [Change(*json.loads(line)) for text in texts for line in text.split("\n")]


def _part(noted: str, n: int) -> str:
    return f"journal:{noted}:{n}"


def _named(url: str, rejected: Sequence[str]) -> str:
    more = f" et {len(rejected) - _NAMED} autres" if len(rejected) > _NAMED else ""
    return f"Elasticsearch a rejeté des documents de {url} : {' ; '.join(rejected[:_NAMED])}{more}."
