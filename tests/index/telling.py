"""Telling a store what articles say, and looking at the incidents it makes of that."""

from __future__ import annotations

from typing import Any

from index.consolidate import consolidate
from index.store import Query, Store
from records import Article, Incident, ReportedIncident
from tests.index.samples import NOW, report


def tell(store: Store, of: Article, *told: ReportedIncident, **more: Any) -> list[str]:
    return consolidate(store, report(of, *told), of, **({"now": NOW} | more))


def all_of(store: Store) -> list[Incident]:
    assert store.check() == []
    return list(store.all(Query()))


def only(store: Store) -> Incident:
    found = all_of(store)
    assert len(found) == 1
    return found[0]
