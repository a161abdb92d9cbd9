"""Documents to write, and how they are sent: in bulk, again what the cluster had no room for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from elasticsearch import helpers

from index.elastic_cluster import Cluster, is_blocked
from index.elastic_dispute import ABSENT
from index.row import plain_json
from index.store import StoreError

_CHUNK = 500
_THREADS = 2
_PAUSES = (0.5, 1, 2, 4, 8, 16, 30)  # seconds before what was refused for want of room is sent again
_LATER = (429, 502, 503, 504)  # what may be taken later
_PRIMARY = "20s"  # how long Elasticsearch waits for a node before it says that it is not there
log = logging.getLogger("vigie.store")


class Change(NamedTuple):
    """One document to write, or to delete when `source` is None, in the index of that name.

    `after`: the version that was read (see `elastic_dispute`): when another one is there, nothing is written. None:
    whatever is there. `words`: of an incident, what is searched and not kept (`elastic_words`).
    """

    into: str
    id: str
    source: dict[str, Any] | None
    once: bool = False  # leave it when it is there already
    after: tuple[int, int] | None = None
    words: dict[str, str] | None = None


def apply(
    cluster: Cluster,
    changes: Sequence[Change],
    between: Callable[[], None] | None = None,
    names: Mapping[str, str] | None = None,
    disputed: list[Change] | None = None,
    visible: bool = True,
) -> list[str]:
    """Send changes in bulk, again what the cluster had no room for, and make them visible at once.

    `names`: other indices than those in use; not `visible`: by id only, until the next changes are. Returns what was
    rejected for good, one line each; not those of which another version is there than the one they rest on, which are
    added to `disputed` where that is given. StoreError when an index is blocked because the server's disk is full.
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
        several = {"thread_count": _THREADS} if len(changes) > _CHUNK else {}
        send: Callable[..., Any] = helpers.parallel_bulk if several else helpers.streaming_bulk
        done = send(
            client,
            changes,
            **several,
            expand_action_callback=lambda change: _action(names[change.into], change),
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


def _action(index: str, change: Change) -> tuple[dict[str, Any], bytes | None]:
    """What the bulk helpers send: what is to be done, and the document as JSON."""
    target: dict[str, Any] = {"_index": index, "_id": change.id}
    there = change.after is not None and tuple(change.after) != ABSENT
    if change.after is not None and there:
        target |= {"if_seq_no": change.after[0], "if_primary_term": change.after[1]}
    if change.source is None:
        return {"delete": target}, None
    new = change.once or (change.after is not None and not there)
    return {"create" if new else "index": target}, plain_json({**change.source, **(change.words or {})})


def _is_fine(action: str, result: dict[str, Any]) -> bool:
    status = result.get("status") or 0
    return 200 <= status < 300 or (action == "delete" and status == 404) or (action == "create" and status == 409)


def _reason(result: dict[str, Any]) -> str:
    error = result.get("error")
    return str(error.get("reason") if isinstance(error, dict) else error)[:200]
