"""New indices in the place of the old ones, while others go on reading and writing.

They are filled from the old; then, for the time in which nobody else writes, with what was written meanwhile; when
counts and checksums of the ids agree, the aliases are moved, all at once. The old ones are kept until told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from itertools import islice
from typing import Any

from elasticsearch.dsl.query import Bool, MatchAll, Range, Terms
from elasticsearch.dsl.query import Query as Question

from index.elastic_bulk import Change, apply
from index.elastic_cluster import Cluster
from index.elastic_incident import renewed
from index.elastic_indices import INDICES, create, in_use, out_of_use
from index.elastic_lease import Lease
from index.elastic_scan import scan
from index.elastic_transaction import Documents
from index.elastic_words import with_words
from index.store import StoreError

_BATCH = 500
_PATIENCE = 600.0  # seconds that writers wait for the last part
_OF_WRITING = ["lease", "journal"]  # entries of the ledger that are of no use in another index


Between = Callable[[], None]  # called now and then


def reindex(cluster: Cluster, documents: Documents) -> int:
    """The number of documents that went over. StoreError, and all as it was, when the new indices differ."""
    cluster.writes = True
    fresh: dict[str, str] = {}
    try:
        for name in INDICES:
            fresh[name] = create(cluster, name, alias=False)
        marks = {name: _fill(cluster, documents, name, fresh, -1) for name in INDICES}
        with Lease(cluster, _PATIENCE) as lease:
            count = 0
            for name in INDICES:
                _fill(cluster, documents, name, fresh, marks[name], lease.renew)
                count += _same_ids(cluster, name, fresh, lease.renew)
            _swap(cluster, fresh)
            lease.moved()
    except BaseException:
        _drop(cluster, [index for index in out_of_use(cluster) if index in fresh.values()])
        raise
    return count


def drop_old(cluster: Cluster) -> list[str]:
    """Delete the indices that reindexing left behind; their names. Not while another reindexing goes on."""
    cluster.writes = True
    old = out_of_use(cluster)
    _drop(cluster, old)
    return old


def _fill(
    cluster: Cluster,
    documents: Documents,
    name: str,
    fresh: Mapping[str, str],
    beyond: int,
    between: Between | None = None,
) -> int:
    """Take over the documents written after a sequence number; the highest there is now."""
    highest = beyond
    found = scan(cluster, name, _kept(name, Range("_seq_no", {"gt": beyond})), ["_shard_doc"])
    while batch := list(islice(found, _BATCH)):
        highest = max(highest, *(hit["_seq_no"] for hit in batch))
        if rejected := apply(cluster, _changes(documents, name, batch), between, fresh):
            raise StoreError(f"Elasticsearch a rejeté des documents : {' ; '.join(rejected[:5])}.")
    return highest


def _changes(documents: Documents, name: str, batch: list[dict[str, Any]]) -> list[Change]:
    if name == "incidents":
        return with_words([Change(name, hit["_id"], renewed(hit["_source"])) for hit in batch], documents.get_all)
    return [Change(name, hit["_id"], hit["_source"]) for hit in batch]


def _same_ids(cluster: Cluster, name: str, fresh: Mapping[str, str], between: Between) -> int:
    """How many documents both indices hold; what was deleted meanwhile is deleted in the new one too."""
    old, new = _ids(cluster, name, between), _ids(cluster, name, between, fresh[name])
    if gone := sorted(set(new) - set(old)):
        apply(cluster, [Change(name, doc_id, None) for doc_id in gone], names=fresh)
        new = _ids(cluster, name, between, fresh[name])
    if len(old) != len(new) or _checksum(old) != _checksum(new):
        raise StoreError(f"Le nouvel index {fresh[name]} ne contient pas ce que contient l'ancien : rien n'a changé.")
    return len(new)


def _ids(cluster: Cluster, name: str, between: Between, index: str | None = None) -> list[str]:
    ids = []
    for n, hit in enumerate(scan(cluster, name, _kept(name, MatchAll()), ["_shard_doc"], [], index)):
        ids.append(hit["_id"])
        if n % _BATCH == 0:
            between()
    return sorted(ids)


def _kept(name: str, question: Question) -> Question:
    return Bool(filter=[question], must_not=[Terms("kind", _OF_WRITING)] if name == "ledger" else [])


def _checksum(ids: list[str]) -> str:
    return sha256("\n".join(ids).encode()).hexdigest()


def _swap(cluster: Cluster, fresh: Mapping[str, str]) -> None:
    old = in_use(cluster)
    actions: list[dict[str, Any]] = []
    for name in INDICES:
        alias = cluster.index(name)
        actions.append({"remove": {"index": old[name], "alias": alias}})
        actions.append({"add": {"index": fresh[name], "alias": alias, "is_write_index": True}})
    with cluster.speaking() as client:
        client.indices.update_aliases(actions=actions)


def _drop(cluster: Cluster, indices: list[str]) -> None:
    if indices:
        with cluster.speaking() as client:
            client.indices.delete(index=indices)
