"""What a store tells of itself, and emptying old texts: alike in every store, without reading through it."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from index import open_store
from index.saved import SavedSearch
from index.store import Query, Store, StoreError
from tests.index.samples import NOW, article, incident, report, said, source

OLD, RECENT = NOW - timedelta(days=90), NOW - timedelta(days=1)
LIMIT = NOW - timedelta(days=30)


def fill(store: Store) -> None:
    for n, fetched in enumerate((OLD, RECENT, None, LIMIT, LIMIT - timedelta(microseconds=1)), start=1):
        of = article(n, fetched=fetched, text=f"Le scanner {n} est arrêté.")
        store.put_article(of)
        store.put_report(report(of, said()))
        store.put_incident(incident(n, reports=(source(of),), last_changed=NOW - timedelta(microseconds=n % 3)))


def test_a_store_tells_how_much_it_holds_and_when_it_last_changed(store: Store) -> None:
    empty = store.info()
    assert (empty.articles, empty.reports, empty.incidents, empty.searches, empty.last_changed) == (0, 0, 0, 0, None)
    fill(store)
    store.saved.put(SavedSearch("Scanner", Query(words="scanner"), NOW))
    store.remove_article("https://journal.example/5")
    store.redirect("VIG-2022-0002", "VIG-2022-0001", NOW)
    told = store.info()
    assert (told.articles, told.reports, told.incidents, told.searches) == (4, 4, 4, 1)
    assert told.last_changed == NOW
    store.remove_incident("VIG-2022-0003")
    assert store.info().last_changed == NOW - timedelta(microseconds=1)


def test_purging_empties_the_texts_fetched_before_a_moment_once(store: Store) -> None:
    fill(store)
    assert store.purge(LIMIT) == 2
    texts = {n: of.text for n in range(1, 6) if (of := store.article(f"https://journal.example/{n}"))}
    assert [n for n, text in texts.items() if not text] == [1, 5]
    assert store.search(Query(words="scanner")).total == 3
    assert store.purge(LIMIT) == 0
    store.put_article(article(1, fetched=OLD, text="Le scanner 1 est arrêté."))  # collected anew
    assert store.purge(LIMIT) == 1
    assert store.check() == []


def test_purging_a_store_with_an_article_that_cannot_be_read_empties_none(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'vigie.db'}") as store:
        fill(store)
        with sqlite3.connect(tmp_path / "vigie.db") as db:
            db.execute("UPDATE articles SET json = '{}' WHERE url LIKE '%/5'")
        with store.writing(), pytest.raises(StoreError, match="illisible"):
            store.purge(LIMIT)
        of = store.article("https://journal.example/1")
        assert of is not None
        assert of.text


def test_a_file_answers_both_from_its_indexes(tmp_path: Path) -> None:
    asked: list[str] = []
    with open_store(f"sqlite:///{tmp_path / 'vigie.db'}") as store:
        fill(store)
        with store.reading() as db:  # type: ignore[attr-defined]
            db.set_trace_callback(asked.append)
        store.info()
        store.purge(LIMIT)
        with store.reading() as db:  # type: ignore[attr-defined]
            db.set_trace_callback(None)
            chosen = [sql for sql in asked if sql.startswith("SELECT") and ("articles" in sql or "count(" in sql)]
            assert len(chosen) > 4
            plans = {sql: [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in chosen}
    whole = [sql for sql, plan in plans.items() for step in plan if step.startswith("SCAN") and "INDEX" not in step]
    assert whole == ["SELECT count(*) FROM saved_searches"]
