"""Saved searches, what was told and what has to be sent, in every store; and the order in which incidents came."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from index import open_store
from index.saved import SavedSearch, Sending, Told, checked_name, query_json, query_of, slug
from index.store import Box, Near, Query, Store
from tests.index.samples import NOW, article, incident

EVERYTHING = Query(
    words='urgences "nuit du 6" -exercice',
    id=("VIG-2022-0001",),
    department=("37", "2A"),
    certainty=("denied",),
    near=Near(47.39, 0.69, 20.0, "Tours"),
    box=Box(46.3, 0.0, 48.6, 3.2),
    since=date(2022, 1, 1),
    until=date(2022, 12, 31),
    sort="relevance",
)
LOIRE = SavedSearch("Centre-Val de Loire", EVERYTHING, NOW, "Ana", ("mailto:ana@chu.example",))
OTHER = SavedSearch("Âge", Query(), NOW, paused=True)


def told(n: int, minutes: int = 0, **fields: str) -> Told:
    return Told(
        f"VIG-2022-{n:04d}", f"Clinique {n}", NOW, NOW + timedelta(minutes=minutes), ("a",), ("a", "b"), **fields
    )


def sending(n: int, search: str = LOIRE.name, minutes: int = 0) -> Sending:
    return Sending(f"{n:032x}", search, "mailto:ana@chu.example", NOW + timedelta(minutes=minutes), ({"id": n},))


def test_a_search_comes_back_as_it_was_saved(store: Store) -> None:
    store.saved.put(LOIRE)
    store.saved.put(OTHER)
    assert store.saved.get(LOIRE.name) == LOIRE
    assert store.saved.get("loire") is None
    assert store.saved.all() == [LOIRE, OTHER]
    store.saved.put_mark(LOIRE.name, "12")
    store.saved.put(replace(LOIRE, paused=True))
    assert store.saved.get(LOIRE.name) == replace(LOIRE, paused=True)
    assert (store.saved.mark(LOIRE.name), store.saved.mark(OTHER.name)) == ("12", "")


def test_only_what_a_query_asks_for_is_kept() -> None:
    assert query_json(Query(words="a")) == {"words": "a"}
    assert query_of(query_json(EVERYTHING)) == EVERYTHING


def test_what_was_told_is_found_by_incident_and_by_time(store: Store) -> None:
    store.saved.put_told(LOIRE.name, [told(1, 5), told(2, 9), told(3, 7), told(4, 99, within="VIG-2022-0001")])
    store.saved.put_told(OTHER.name, [told(1)])
    store.saved.put_told(LOIRE.name, [told(3, 8, gone="left")])
    assert store.saved.told(LOIRE.name, ["VIG-2022-0003", "VIG-2022-0009"]) == {
        "VIG-2022-0003": told(3, 8, gone="left")
    }
    assert store.saved.latest(LOIRE.name, 2) == [told(2, 9), told(3, 8, gone="left")]
    assert store.saved.latest(LOIRE.name, 9)[-1] == told(1, 5)


def test_what_has_to_be_sent_is_sent_in_order_and_forgotten(store: Store) -> None:
    store.saved.put_sendings([sending(2, minutes=1), sending(1, minutes=2), sending(3, OTHER.name)])
    assert store.saved.sendings() == [sending(3, OTHER.name), sending(2, minutes=1), sending(1, minutes=2)]
    store.saved.sent(sending(2, minutes=1))
    assert store.saved.sendings(LOIRE.name) == [sending(1, minutes=2)]


def test_a_search_is_removed_with_all_that_belongs_to_it(store: Store) -> None:
    for search in (LOIRE, OTHER):
        store.saved.put(search)
        store.saved.put_told(search.name, [told(1)])
        store.saved.put_sendings([sending(len(search.name), search.name)])
    store.saved.remove(LOIRE.name)
    assert store.saved.all() == [OTHER]
    assert store.saved.told(LOIRE.name, ["VIG-2022-0001"]) == {}
    assert [one.search for one in store.saved.sendings()] == [OTHER.name]
    assert store.saved.latest(OTHER.name, 5) == [told(1)]


def test_they_are_written_with_their_block_or_not_at_all(store: Store) -> None:
    def broken() -> None:
        with store.writing():
            store.saved.put(LOIRE)
            store.saved.put_mark(LOIRE.name, "3")
            assert (store.saved.get(LOIRE.name), store.saved.mark(LOIRE.name)) == (LOIRE, "3")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert store.saved.all() == []


def test_incidents_arrive_in_the_order_in_which_they_are_written(store: Store) -> None:
    for n in (3, 1, 2):
        store.put_incident(incident(n))
    first = store.saved.arrived("", 10)
    assert first.ids == ("VIG-2022-0003", "VIG-2022-0001", "VIG-2022-0002")
    assert store.saved.arrived(store.saved.arrived("", 1).mark, 1).ids == ("VIG-2022-0001",)
    assert store.saved.arrived(first.mark, 10) == (first.mark, ())
    store.put_incident(incident(3, actor="X"))
    then = store.saved.arrived(first.mark, 10)
    assert then.ids == ("VIG-2022-0003",)
    store.remove_incident("VIG-2022-0003", NOW)
    store.put_incident(incident(4))
    assert store.saved.arrived(then.mark, 10).ids == ("VIG-2022-0004",), "the number of what is gone is not given again"


def test_a_mark_of_an_index_that_was_replaced_is_worth_nothing(emptied_prefix: str) -> None:
    with open_store(emptied_prefix) as store:
        store.put_incident(incident(1))
        old = store.saved.arrived("", 10).mark.replace("-first:", "-20260101t000000000000:")
        assert store.saved.arrived(old, 10).ids == ("VIG-2022-0001",)


def test_a_text_that_changed_makes_its_incidents_arrive_again(store: Store) -> None:
    store.put_article(article(1))
    store.put_incident(incident(1))
    store.put_incident(incident(2))
    mark = store.saved.arrived("", 10).mark
    store.put_article(article(1, text="Le scanner est arrêté."))
    assert store.saved.arrived(mark, 10).ids == ("VIG-2022-0001",)


def test_incidents_are_searched_by_their_numbers(store: Store) -> None:
    for n in range(1, 4):
        store.put_incident(incident(n, actor="X" if n == 2 else None))
    wanted = Query(id=("VIG-2022-0001", "VIG-2022-0003", "VIG-1999-0001"))
    assert sorted(i.id for i in store.all(wanted)) == ["VIG-2022-0001", "VIG-2022-0003"]


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "…", "x" * 81])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="nom de recherche"):
        checked_name(name)


def test_a_name_is_tidied_and_becomes_part_of_an_address() -> None:
    assert checked_name("  L’été\n à  Tours ") == "L’été à Tours"
    assert slug("L’été à Tours") == "l-ete-a-tours"


def test_what_is_left_of_a_search_that_is_gone_is_told_and_forgotten(store: Store) -> None:
    store.saved.put(LOIRE)
    store.saved.put_told(LOIRE.name, [told(1)])
    assert (store.check(), store.repair(), store.info().searches) == ([], [], 1)
    store.saved.put_told("Perdue", [told(1)])
    (fault,) = store.check()
    assert "Perdue" in fault
    (done,) = store.repair()
    assert "Perdue" in done
    assert store.check() == []
    assert store.saved.told(LOIRE.name, ["VIG-2022-0001"])
