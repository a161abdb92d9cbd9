"""What analysts did is kept for ever, and so is what became of every id."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from index import open_store, sqlite_file
from index.store import Fate, Member, Query, Store
from tests.index.samples import NOW, act, article, incident

LATER = NOW + timedelta(hours=1)


def test_acts_come_back_as_they_were_in_the_order_of_time(store: Store, store_url: str) -> None:
    late = act(1, "correct", at=LATER, value={"actor": "Hive"}, before={"actor": None}, why="vu à l'audience")
    early = act(2, "merge", on=(1, 2), other="VIG-2022-0002", other_on=act(on=(3,)).on)
    assert store.add_act(late)
    assert store.add_act(early)
    assert store.acts() == (early, late)
    with open_store(store_url) as again:
        assert again.acts() == (early, late)
        assert again.check() == []


def test_an_act_is_kept_once_and_never_changed(store: Store) -> None:
    assert store.add_act(act(why="premier"))
    assert not store.add_act(act(why="second"))
    assert [a.why for a in store.acts()] == ["premier"]


def test_acts_are_found_by_the_articles_they_rest_on(store: Store) -> None:
    store.add_act(act(1, on=(1, 2)))
    store.add_act(act(2, "merge", on=(3,), other_on=act(on=(4,)).on))
    store.add_act(act(3, on=()))
    assert [a.id for a in store.acts([article(2).url, article(1).url])] == [act(1).id]
    assert [a.id for a in store.acts([article(4).url])] == [act(2).id]
    assert store.acts([article(9).url]) == ()
    assert store.acts([]) == ()
    assert len(store.acts()) == 3


def test_an_act_in_a_block_that_raises_is_not_kept(store: Store) -> None:
    def block() -> None:
        with store.writing():
            store.add_act(act())
            store.put_incident(incident(1))
            store.remove_incident("VIG-2022-0001")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        block()
    assert store.acts() == ()
    assert list(store.fates()) == []


def test_a_withdrawn_incident_leaves_its_tombstone(store: Store) -> None:
    store.put_incident(incident(1), [Member(article(1).url, 0)])
    store.remove_incident("VIG-2022-0001", at=LATER, why="a" * 32)
    store.remove_incident("VIG-2022-0009")
    gone = Fate("VIG-2022-0001", "withdrawn", LATER, None, "a" * 32, (Member(article(1).url, 0),))
    assert store.fate("VIG-2022-0001") == gone
    assert list(store.fates()) == [gone]
    assert store.incident("VIG-2022-0001") is None
    with pytest.raises(ValueError, match="withdrawn"):
        store.put_incident(incident(1))
    assert store.new_incident_id(2022) == "VIG-2022-0002"


def test_a_merge_says_what_the_merged_incident_stood_on(store: Store) -> None:
    for n in (1, 2):
        store.put_incident(incident(n), [Member(article(n).url, 0)])
    store.redirect("VIG-2022-0002", "VIG-2022-0001", at=LATER)
    merged = Fate("VIG-2022-0002", "merged", LATER, "VIG-2022-0001", None, (Member(article(2).url, 0),))
    assert store.fate("VIG-2022-0002") == merged
    assert store.fate("VIG-2022-0001") is None


def test_an_id_merged_into_one_that_was_withdrawn_leads_nowhere_and_that_is_no_fault(store: Store) -> None:
    for n in (1, 2):
        store.put_incident(incident(n))
    store.redirect("VIG-2022-0002", "VIG-2022-0001")
    store.remove_incident("VIG-2022-0001")
    assert store.incident("VIG-2022-0002") is None
    assert store.check() == []


def test_a_merged_id_can_come_back_as_itself(store: Store) -> None:
    for n in (1, 2, 3):
        store.put_incident(incident(n))
    store.redirect("VIG-2022-0001", "VIG-2022-0002")
    store.redirect("VIG-2022-0002", "VIG-2022-0003")
    store.revive("VIG-2022-0002")
    store.put_incident(incident(2))
    found = [store.incident(f"VIG-2022-000{n}") for n in (1, 2, 3)]
    assert [i.id for i in found if i] == ["VIG-2022-0002", "VIG-2022-0002", "VIG-2022-0003"]
    assert [f.id for f in store.fates()] == ["VIG-2022-0001"]
    assert store.check() == []


def test_a_split_is_told_beside_how_the_id_ended(store: Store) -> None:
    for n in (1, 2):
        store.put_incident(incident(n))
    split = Fate("VIG-2022-0002", "split", NOW, "VIG-2022-0001", "b" * 32, (Member(article(2).url, 0),))
    store.put_fate(split)
    assert store.fate("VIG-2022-0002") is None
    assert store.search(Query()).total == 2
    store.redirect("VIG-2022-0002", "VIG-2022-0001", at=LATER)
    assert [f.kind for f in store.fates()] == ["merged", "split"]


def test_fates_copied_from_another_store_hold_without_their_successors(store: Store) -> None:
    store.put_fate(Fate("VIG-2022-0007", "merged", NOW, "VIG-2022-0003"))
    assert store.incident("VIG-2022-0007") is None
    store.put_incident(incident(3))
    assert (found := store.incident("VIG-2022-0007"))
    assert found.id == "VIG-2022-0003"
    assert store.new_incident_id(2022) == "VIG-2022-0008", "an id that was merged is never given again"


def test_a_store_of_version_1_opens_and_its_redirects_lead_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with monkeypatch.context() as then:
        first = sqlite_file.migrations()[:1]
        then.setattr(sqlite_file, "migrations", lambda: first)
        sqlite_file.SqliteFile(tmp_path / "old.db").close()
    with closing(sqlite3.connect(tmp_path / "old.db")) as db, db:
        db.execute("INSERT INTO redirects VALUES ('VIG-2022-0002', 'VIG-2022-0001')")
    with open_store(url) as store:
        store.put_incident(incident(1))
        found = store.incident("VIG-2022-0002")
        assert found is not None
        assert found.id == "VIG-2022-0001"
        assert store.check() == []
