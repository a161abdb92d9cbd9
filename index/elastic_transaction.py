"""What a block has written so far, kept aside until the block ends and then sent together.

Within the block, what is asked by id or by key sees what was written; searches see it when the block is over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from pydantic import BaseModel

from index.elastic_bulk import Change
from index.elastic_cluster import Cluster
from index.elastic_dispute import version_of
from index.elastic_lease import Lease

_Key = tuple[str, str]
Source = dict[str, Any]
_MOST = 10_000  # documents of one look-up
_CHUNK = 1000


class Transaction:
    """Changes by index and id, and the addresses of the articles that were changed."""

    def __init__(self) -> None:
        self.changes: dict[_Key, Change] = {}
        self.articles: set[str] = set()
        self.read: dict[_Key, Source | None] = {}  # as nobody else writes meanwhile, asked for once
        self._versions: dict[_Key, tuple[int, int]] = {}  # of what was read, as it was first
        self.records: dict[_Key, BaseModel] = {}  # what was put, as it came
        self.waiting: list[tuple[Sequence[_Key], Callable[[], None]]] = []  # see `Documents.later`
        self._undo: list[tuple[_Key, Change | None]] = []
        self._ids: dict[tuple[str, str, str], set[str]] = {}  # of what was written, by a value it has or had

    def put(self, change: Change, record: BaseModel | None = None) -> None:
        """`record`: that of which the change's JSON was made."""
        key = (change.into, change.id)
        self._undo.append((key, self.changes.get(key)))
        self.changes[key] = change
        if record:
            self.records[key] = record
        else:
            self.records.pop(key, None)
        for field in LOOKED_UP[change.into] if change.source else ():
            for value in _values(change.source, field):
                self._ids.setdefault((change.into, field, value), set()).add(change.id)

    def rests_on(self, key: _Key, told: Mapping[str, Any]) -> None:
        """What Elasticsearch told of a document, before it is changed."""
        self._versions.setdefault(key, version_of(told))

    def to_send(self) -> list[Change]:
        return [change._replace(after=self._versions.get(key)) for key, change in self.changes.items()]

    def mark(self) -> int:
        return len(self._undo)

    def back_to(self, mark: int) -> None:
        """Undo what was put after the mark."""
        while len(self._undo) > mark:
            key, before = self._undo.pop()
            self.records.pop(key, None)
            if before is None:
                del self.changes[key]
            else:
                self.changes[key] = before

    def having(self, index: str, field: str, values: Iterable[str]) -> dict[str, Source]:
        wanted = list(values)
        found = {}
        for doc_id in {i for value in wanted for i in self._ids.get((index, field, value), ())}:
            change = self.changes.get((index, doc_id))
            if change and change.source and not set(wanted).isdisjoint(_values(change.source, field)):
                found[doc_id] = change.source
        return found


# The fields by which documents are looked up within a block.
LOOKED_UP: dict[str, tuple[str, ...]] = {
    "articles": (),
    "reports": (),
    "incidents": ("urls", "keys"),
    "seen": (),
    "notes": (),
    "alerts": (),
    "ledger": ("kind", "urls"),
}


def _values(source: Source | None, field: str) -> list[str]:
    told = (source or {}).get(field) or []
    return [told] if isinstance(told, str) else list(told)


class Ending(NamedTuple):
    """What the changes of a block are sent with, and what is done when they are."""

    complete: Callable[[Sequence[Change]], Sequence[Change]]
    sent: Callable[[], None]


# Adds to a block what its end adds.
Finish = Callable[["Documents", Transaction], Ending]


class Documents:
    """The documents of a store, with what the thread's own block has written on top."""

    def __init__(self, cluster: Cluster, finish: Finish) -> None:
        self._cluster = cluster
        self._finish = finish
        self._writer = threading.RLock()
        self._own = threading.local()

    @property
    def transaction(self) -> Transaction | None:
        own: Transaction | None = getattr(self._own, "transaction", None)
        return own

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """All or nothing; inside another block, all or nothing of this part of it."""
        if own := self.transaction:
            self._settle()
            mark = own.mark()
            try:
                yield own
                self._settle()
            except BaseException:
                own.waiting.clear()
                own.back_to(mark)
                raise
            return
        self._cluster.writes = True
        with self._writer, Lease(self._cluster) as lease:
            own = self._own.transaction = Transaction()
            try:
                yield own
                self._settle()
                ending = self._finish(self, own)
                if own.changes:
                    lease.commit(own.to_send(), ending.complete)
                    ending.sent()
            finally:
                self._own.transaction = None

    @contextmanager
    def putting(self) -> Iterator[Transaction]:
        """Within a block that block, else one of its own. For what puts one document, or fails before it puts any."""
        if own := self.transaction:
            yield own
            return
        with self.writing() as own:
            yield own

    def later(self, wanted: Sequence[_Key], do: Callable[[], None]) -> None:
        """Do something of this block that needs these documents, at the latest when the block asks for others or ends:
        what is put one by one is looked up together."""
        own = self.transaction
        assert own is not None
        own.waiting.append((wanted, do))
        if len(own.waiting) >= _CHUNK:
            self._settle()

    def _settle(self) -> None:
        own = self.transaction
        if own is None or not own.waiting:
            return
        waiting, own.waiting = own.waiting, []
        self.get_all([key for wanted, _ in waiting for key in wanted])
        for _, do in waiting:
            do()

    def get(self, index: str, doc_id: str) -> Source | None:
        return self.get_all([(index, doc_id)])[0]

    def get_all(self, wanted: Sequence[_Key]) -> list[Source | None]:
        """Documents by index and id, in that order; what others are writing is seen when they are done."""
        self._settle()
        transaction = self.transaction
        own = transaction.changes if transaction else {}
        found = transaction.read if transaction else {}
        asked = list(dict.fromkeys(key for key in wanted if key not in own and key not in found))
        for start in range(0, len(asked), _CHUNK):
            chunk = asked[start : start + _CHUNK]
            docs = [{"_index": self._cluster.index(index), "_id": doc_id} for index, doc_id in chunk]
            for key, doc in zip(chunk, self._cluster.look_up(docs, realtime=False), strict=True):
                found[key] = doc["_source"] if doc["found"] else None
                if transaction:
                    transaction.rests_on(key, doc)
        return [own[key].source if key in own else found[key] for key in wanted]

    def having(self, index: str, field: str, values: Iterable[str]) -> dict[str, Source]:
        """Documents by id of which a field (one of `LOOKED_UP`) has one of the values."""
        self._settle()
        wanted = sorted(set(values))
        found: dict[str, Source] = {}
        for start in range(0, len(wanted), _CHUNK):
            query = {"bool": {"filter": [{"terms": {field: wanted[start : start + _CHUNK]}}]}}
            with self._cluster.speaking() as client:
                answer = client.search(
                    index=self._cluster.index(index), query=query, size=_MOST, seq_no_primary_term=True
                )
            for hit in answer["hits"]["hits"]:
                found[hit["_id"]] = hit["_source"]
                if own := self.transaction:
                    own.rests_on((index, hit["_id"]), hit)
        if own := self.transaction:
            found = {i: source for i, source in found.items() if (index, i) not in own.changes}
            found |= own.having(index, field, wanted)
        return found
