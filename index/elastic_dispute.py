"""Documents that were not written because another version was there than the one that the change rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from index.elastic_cluster import Cluster
from index.elastic_indices import WORD_FIELDS

if TYPE_CHECKING:
    from index.elastic_bulk import Change

ABSENT = (-1, 0)  # the version of a document that is not there


def version_of(told: Mapping[str, Any]) -> tuple[int, int]:
    """The version of a document as Elasticsearch gave it, found or not."""
    return (told["_seq_no"], told["_primary_term"]) if "_seq_no" in told else ABSENT


def in_dispute(cluster: Cluster, changes: Sequence[Change]) -> list[Change]:
    """Those of these changes that are not there, resting on what is there instead.

    A change that is there came through although its answer was lost."""
    left: list[Change] = []
    if not changes:
        return left
    docs = [{"_index": cluster.index(change.into), "_id": change.id} for change in changes]
    for change, doc in zip(changes, cluster.look_up(docs, realtime=True), strict=True):
        if _as_kept(change.source) != (doc["_source"] if doc.get("found") else None):
            left.append(change._replace(after=version_of(doc)))
    return left


def _as_kept(source: dict[str, Any] | None) -> dict[str, Any] | None:
    """As it comes back: plain JSON, without the words."""
    if source is None:
        return None
    kept: dict[str, Any] = json.loads(json.dumps({k: v for k, v in source.items() if k not in WORD_FIELDS}))
    return kept
