"""Extracts of the hits of a search, from the texts of the articles, which stand in another index.

Who opens the next page, sorts otherwise or sets a filter asks for many of them again: they are kept for a minute, for
the state of the incident they were cut for (an incident is written anew whenever an article it cites is).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from index.elastic_cluster import Cluster
from index.extract import found_in
from index.searchable import passages_of
from index.words import Term
from records import Article, Incident, article_id

KEPT = 60.0  # seconds
_MOST = 10_000

_State = tuple[str, str, int, int]
_Key = tuple[tuple[Term, ...], _State]


class Extracts:
    """Of one store; threads may share it. `read`: makes a record of its JSON."""

    def __init__(self, cluster: Cluster, read: Callable[[type[Any], str], Any]) -> None:
        self._cluster = cluster
        self.read = read
        self._kept: dict[_Key, str | None] = {}
        self._since = 0.0
        self._guard = threading.Lock()

    def of(
        self, terms: tuple[Term, ...], hits: Sequence[Mapping[str, Any]], incidents: Sequence[Incident]
    ) -> list[str | None]:
        """Of the hits as Elasticsearch gave them, and the incidents they are."""
        keys = [(terms, _state(hit)) for hit in hits]
        known = self._known()
        lacking = [n for n, key in enumerate(keys) if key not in known]
        cut = zip(lacking, self._cut(terms, [incidents[n] for n in lacking]), strict=True)
        fresh = {keys[n]: extract for n, extract in cut}
        with self._guard:
            self._kept.update(fresh)
        return [fresh[key] if key in fresh else known[key] for key in keys]

    def _known(self) -> dict[_Key, str | None]:
        with self._guard:
            if time.monotonic() - self._since > KEPT or len(self._kept) > _MOST:
                self._kept, self._since = {}, time.monotonic()
            return self._kept

    def _cut(self, terms: Sequence[Term], incidents: Sequence[Incident]) -> list[str | None]:
        urls = list(dict.fromkeys(source.url for incident in incidents for source in incident.reports))
        docs = [
            {"_index": self._cluster.index(index), "_id": article_id(url), "_source": [field]}
            for index, field in (("articles", "json"), ("reports", "victims"))
            for url in urls
        ]
        told = [doc.get("_source") for doc in self._cluster.look_up(docs, realtime=False)] if docs else []
        articles = {u: self.read(Article, s["json"]) for u, s in zip(urls, told[: len(urls)], strict=True) if s}
        victims = {u: s["victims"] for u, s in zip(urls, told[len(urls) :], strict=True) if s}
        return [found_in(terms, _passages(incident, articles, victims)) for incident in incidents]


def _passages(incident: Incident, articles: Mapping[str, Article], victims: Mapping[str, int]) -> Iterator[str]:
    for source in incident.reports:
        yield from passages_of(source, articles.get(source.url), victims.get(source.url, 1))
    yield from (source.title for source in incident.reports)


def _state(hit: Mapping[str, Any]) -> _State:
    return hit["_index"], hit["_id"], hit["_seq_no"], hit["_primary_term"]
