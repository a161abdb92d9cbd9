"""What a block makes at its end, and what others' searches know of it."""

from __future__ import annotations

import pytest

from index import open_store
from index.store import FACETS, Query, Store
from tests.index.samples import article, facility, incident, source


def test_words_follow_the_article_whichever_is_put_first_and_whatever_part_failed(store: Store) -> None:
    old, new = article(1, text="Le scanner est arrêté."), article(1, text="La pharmacie est fermée.")

    def part() -> None:
        with store.writing():
            store.put_article(article(1, text="La maternité est fermée."))
            store.put_incident(incident(2))
            raise RuntimeError

    with store.writing():
        store.put_incident(incident(1, reports=(source(old),)))
        store.put_article(old)
        with pytest.raises(RuntimeError):
            part()
    found = {words: store.search(Query(words=words)).total for words in ("scanners", "maternité", "ormes")}
    assert found == {"scanners": 1, "maternité": 0, "ormes": 1}
    store.put_article(new)
    assert [store.search(Query(words=words)).total for words in ("scanners", "pharmacies")] == [0, 1]
    assert store.check() == []


def test_an_incident_that_is_gone_fails_its_part_of_a_block_alone(store: Store) -> None:
    store.put_incident(incident(1))
    store.remove_incident(incident(1).id)

    def part() -> None:
        with store.writing():
            store.put_incident(incident(2))
            store.put_incident(incident(1))

    with store.writing():
        store.put_incident(incident(3))
        with pytest.raises(ValueError, match="withdrawn"):
            part()
    assert [i.id for i in store.all(Query())] == [incident(3).id]


def test_a_search_knows_what_another_program_put_changed_and_withdrew_since(store: Store, store_url: str) -> None:
    for n in range(1, 6):
        store.put_incident(incident(n))
    assert store.search(Query()).total == 5
    with open_store(store_url) as other:
        other.remove_incident(incident(5).id)
        other.put_incident(incident(6, facility=facility("Clinique des Saules", "Blois", department="41")))
        other.put_incident(incident(2, care_impact="aucun"))
        assert store.search(Query(), facets=FACETS) == other.search(Query(), facets=FACETS)
        assert store.search(Query(department=("41",))).total == 1
        other.remove_incident(incident(6).id)
    assert store.search(Query(department=("41",))).total == 0
    assert store.search(Query()).total == 4
