"""Reports that come again, changed, or turn out to be nothing: incidents follow, and keep their ids."""

from __future__ import annotations

from datetime import timedelta

from index.consolidate import consolidate
from index.store import Store
from records import Review
from tests.index.samples import NOW, article, incident, on, report, said
from tests.index.telling import all_of, only, tell

LATER = NOW + timedelta(days=1)


def test_the_same_report_again_changes_nothing(store: Store) -> None:
    tell(store, article(1), said(actor="LockBit"))
    before = only(store)
    tell(store, article(1), said(actor="LockBit"), now=LATER)
    assert only(store) == before
    tell(store, article(1, fetched=LATER), said(actor="LockBit"), now=LATER)
    assert only(store) == before


def test_a_report_of_another_event_leaves_its_neighbours_as_they_were(store: Store) -> None:
    (one,) = tell(store, article(1), said())
    tell(store, article(2, published="2023-05-02"), said(when=on("2023-05-01")), now=LATER)
    found = store.incident(one)
    assert found is not None
    assert found.last_changed == NOW


def test_a_changed_report_replaces_what_it_said(store: Store) -> None:
    ids = tell(store, article(1), said(actor="LockBit"))
    assert tell(store, article(1), said(actor="Hive"), now=LATER) == ids
    assert only(store).actor == "Hive"
    assert (only(store).first_seen, only(store).last_changed) == (NOW, LATER)


def test_a_report_that_turns_out_irrelevant_is_withdrawn(store: Store) -> None:
    tell(store, article(1), said())
    tell(store, article(2), said(actor="Hive"))
    assert consolidate(store, report(article(2), relevant=False), article(2)) == []
    assert only(store).actor is None
    assert store.article(article(2).url) is None
    (gone,) = tell(store, article(1), said())
    consolidate(store, report(article(1), relevant=False), article(1))
    assert all_of(store) == []
    assert store.incident(gone) is None
    assert tell(store, article(1), said()) != [gone]


def test_a_relevant_report_that_names_nobody_is_kept_without_an_incident(store: Store) -> None:
    assert tell(store, article(1)) == []
    assert store.report(article(1).url) is not None


def test_an_analyst_s_correction_outlives_new_reports(store: Store) -> None:
    tell(store, article(1), said(actor="LockBit"))
    reviewed = Review(by="ana", at=NOW, changed={"actor": "Hive"})
    store.put_incident(only(store).model_copy(update={"actor": "Hive", "reviewed": reviewed}))
    tell(store, article(2), said(actor="LockBit", supplier="Éditeur X"))
    assert (only(store).actor, only(store).supplier, only(store).reviewed) == ("Hive", "Éditeur X", reviewed)


def test_an_incident_put_by_hand_is_left_alone(store: Store) -> None:
    store.put_incident(incident(7))
    tell(store, article(9), said())
    assert len(all_of(store)) == 2
