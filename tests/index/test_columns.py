"""What a process has read of a SQLite file, part by part, is what a fresh one reads. SQLite only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index import open_store
from index.store import FACETS, Query, Store
from tests.index.samples import attacks, facility, incident, services
from tests.index.test_asking import fill

CHANGES: tuple[Callable[[Store], None], ...] = (
    lambda store: store.remove_incident("VIG-2022-0001"),
    lambda store: store.put_incident(incident(90, attack_types=attacks("hameconnage_fraude:suspected"))),
    lambda store: store.redirect("VIG-2022-0036", "VIG-2022-0035"),
    lambda store: store.put_incident(
        incident(3, services=services("biologie:ferme"), facility=facility("Nom", "Blois"))
    ),
)


@pytest.mark.parametrize("backwards", [False, True])
def test_parts_read_at_different_times_agree_with_a_fresh_reading(tmp_path: Path, backwards: bool) -> None:
    url = f"sqlite:///{tmp_path / 'vigie.db'}"
    order = FACETS[::-1] if backwards else FACETS
    with open_store(url) as store:
        fill(store)
    with open_store(url) as store, open_store(url) as writer:
        for n, change in enumerate(CHANGES):
            store.search(Query(), facets=order[: 3 * n])
            change(writer)
        told = store.search(Query(), facets=FACETS, limit=100)
        cells, months = store.cells(Query(), 9), store.histogram(Query())
    with open_store(url) as fresh:
        assert fresh.search(Query(), facets=FACETS, limit=100) == told
        assert (fresh.cells(Query(), 9), fresh.histogram(Query())) == (cells, months)
