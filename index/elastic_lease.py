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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from elasticsearch import ConflictError, NotFoundError, helpers

from index.elastic_cluster import Cluster, is_blocked
from index.elastic_dispute import ABSENT, in_dispute
from index.store import Overtaken, StoreError

WAIT = 5.0  # seconds for another writer to be done
LEASE = 30.0  # seconds after which a writer of which nothing is heard is given up
_RENEW = 10.0
_PART = 4_000_000  # characters of a journal in one document
_DOCUMENT = "lease"
log = logging.getLogger("vigie.store")
_NAMED = 5  # items named in a message

_CHUNK = 500
_PAUSES = (0.5, 1, 2, 4, 8, 16, 30)  # seconds before what was refused for want of room is sent again
_LATER = (429, 502, 503, 504)  # what may be taken later
_PRIMARY = "20s"  # how long Elasticsearch waits for a node before it says that it is not there
_JOURNAL = ("noted", "parts", "journal")
_HOST = socket.gethostname()
# The leases that this process holds: any other that bears its number was left by a write that broke off.
_OWN: set[str] = set()


class Change(NamedTuple):
    """One document to write, or to delete when `source` is None, in the index of that name.

    `after`: the version that was read (see `elastic_dispute`): when another one is there, nothing is written. None:
    whatever is there.
    """

    into: str
    id: str
    source: dict[str, Any] | None
    once: bool = False  # leave it when it is there already
    after: tuple[int, int] | None = None


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

    def commit(self, changes: Sequence[Change]) -> None:
        """Make all the changes; StoreError, which names what was rejected, when that cannot be done."""
        if len(changes) > 1:  # one document is all or nothing by itself
            self._journal = self._note(changes)
            self._tell()
        else:
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

    def moved(self) -> None:
        """The ledger with this lease in it is in use no more: there is nothing to give back."""
        self._moved = True

    def _redo(self) -> None:
        self._done(self._apply(read_journal(self._cluster, self._journal)))

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
        if self._journal.get("parts"):
            parts = [_part(self._journal["noted"], n) for n in range(self._journal["parts"])]
            apply(self._cluster, [Change("ledger", doc_id, None) for doc_id in parts], visible=False)
        self._journal = {}

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
    lines: list[str] = []
    size = 0
    for change in changes:
        line = json.dumps(change, ensure_ascii=False, separators=(",", ":"))
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


def apply(
    cluster: Cluster,
    changes: Sequence[Change],
    between: Callable[[], None] | None = None,
    names: Mapping[str, str] | None = None,
    disputed: list[Change] | None = None,
    visible: bool = True,
) -> list[str]:
    """Send changes in bulk, again what the cluster had no room for, and make them visible at once.

    `names`: other indices than those in use; not `visible`: by id only, until the next changes are. Returns what was rejected for good, one line each; not those of which
    another version is there than the one they rest on, which are added to `disputed` where that is given. StoreError
    when an index is blocked because the server's disk is full.
    """
    rejected: list[str] = []
    names = names or {change.into: cluster.index(change.into) for change in changes}
    waiting = list(changes)
    blocked = False
    for pause in (*_PAUSES, None):
        full: list[Change] = []
        why = ""
        for change, action, result in _sent(cluster, waiting, names, between, visible and len(changes) <= _CHUNK):
            if _kind(result) == "cluster_block_exception" and result["status"] != 503:
                blocked = True
            elif result.get("status") in _LATER and pause is not None:
                full.append(change)
                why = "est débordé" if result["status"] == 429 else "attend un nœud qui manque"
            elif disputed is not None and change.after and result.get("status") == 409:
                disputed.append(change)
            elif not _is_fine(action, result):
                rejected.append(f"{result.get('_id')} ({result.get('status')}, {_reason(result)})")
        waiting = full
        if not waiting or pause is None:
            break
        log.warning("Elasticsearch %s : %d documents seront renvoyés dans %g s.", why, len(waiting), pause)
        time.sleep(pause)
        if between:
            between()
    if blocked:  # somebody has to make room; what was noted waits for it
        raise StoreError(is_blocked(cluster.url))
    if visible and len(changes) > _CHUNK:
        with cluster.speaking() as client:
            client.indices.refresh(index=sorted({names[change.into] for change in changes}))
    return rejected


def _sent(
    cluster: Cluster,
    changes: Sequence[Change],
    names: Mapping[str, str],
    between: Callable[[], None] | None,
    refresh: bool,
) -> Iterator[tuple[Change, str, dict[str, Any]]]:
    """Every change with what became of it."""
    with cluster.speaking() as client:
        done = helpers.streaming_bulk(
            client,
            (_action(names[change.into], change) for change in changes),
            chunk_size=_CHUNK,
            max_chunk_bytes=10_000_000,
            raise_on_error=False,
            raise_on_exception=False,
            timeout=_PRIMARY,
            refresh=refresh,  # what is longer becomes visible when all of it is there
        )
        for n, (change, (_, item)) in enumerate(zip(changes, done, strict=True)):
            (action, result), *_ = item.items()
            fault = result.get("exception")
            if fault is not None and getattr(fault, "status_code", None) != 429:
                raise fault
            yield change, action, result
            if between and n % _CHUNK == _CHUNK - 1:
                between()


def _kind(result: dict[str, Any]) -> str:
    error = result.get("error")
    return str(error.get("type")) if isinstance(error, dict) else ""


def _action(index: str, change: Change) -> dict[str, Any]:
    action: dict[str, Any] = {"_index": index, "_id": change.id}
    there = change.after is not None and tuple(change.after) != ABSENT
    if change.after is not None and there:
        action |= {"if_seq_no": change.after[0], "if_primary_term": change.after[1]}
    if change.source is None:
        return {**action, "_op_type": "delete"}
    new = change.once or (change.after is not None and not there)
    return {**action, "_op_type": "create" if new else "index", "_source": change.source}


def _is_fine(action: str, result: dict[str, Any]) -> bool:
    status = result.get("status") or 0
    return 200 <= status < 300 or (action == "delete" and status == 404) or (action == "create" and status == 409)


def _reason(result: dict[str, Any]) -> str:
    error = result.get("error")
    return str(error.get("reason") if isinstance(error, dict) else error)[:200]


def _named(url: str, rejected: Sequence[str]) -> str:
    more = f" et {len(rejected) - _NAMED} autres" if len(rejected) > _NAMED else ""
    return f"Elasticsearch a rejeté des documents de {url} : {' ; '.join(rejected[:_NAMED])}{more}."
