"""Reading through an index without a cap, from one state of it, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from elasticsearch.dsl import Search
from elasticsearch.dsl.query import Query as Question

from index.elastic_cluster import Cluster
from index.store import StoreError

_BATCH = 500
_KEEP = "5m"  # how long Elasticsearch keeps the state between two batches


def scan(
    cluster: Cluster,
    name: str,
    question: Question,
    order: Sequence[Any],
    fields: Sequence[str] | None = None,
    index: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Documents (`_id`, `_seq_no`, `_source`) in a total order; of another index than the one in use if one is named."""
    with cluster.speaking() as client:
        pit = client.open_point_in_time(index=index or cluster.index(name), keep_alive=_KEEP)["id"]
    search = Search().query(question).sort(*order)
    search = search.extra(size=_BATCH, track_total_hits=False, seq_no_primary_term=True)
    if fields is not None:
        search = search.source(list(fields))
    after: list[Any] | None = None
    try:
        while True:
            body = search.to_dict() | {"pit": {"id": pit, "keep_alive": _KEEP}}
            with cluster.speaking() as client:
                answer = client.search(body=body | ({"search_after": after} if after else {}))
            pit = answer["pit_id"]
            hits = answer["hits"]["hits"]
            yield from hits
            if len(hits) < _BATCH:
                return
            after = hits[-1]["sort"]
    finally:
        with suppress(StoreError), cluster.speaking() as client:
            client.close_point_in_time(id=pit)
