"""What collecting remembers between runs, in every store."""

from __future__ import annotations

import pytest

from index.store import Note, Seen, Store
from tests.index.samples import NOW

A = Note("pending", "https://a.fr/é?1", "a", "2026-01-02", {"title": "é \u0301", "tries": 0})
B = Note("pending", "https://a.fr/2", "a", "2026-01-03", {})
C = Note("pending", "https://b.fr/1", "b", "2026-01-01", {})
OTHER = Note("feed", "https://a.fr/2", "a", "", {"etag": 'W/"1"'})


@pytest.fixture
def noted(store: Store) -> Store:
    store.put_notes([A, B, C, OTHER])
    return store


def test_notes_come_back_by_key_and_by_rank(noted: Store) -> None:
    assert noted.get_notes("pending", [A.key, C.key, "https://c.fr/"]) == {A.key: A, C.key: C}
    assert noted.notes("pending") == [B, A, C]
    assert noted.notes("pending", "a", limit=1) == [B]
    assert noted.notes("feed") == [OTHER]
    assert noted.notes("pending", "c") == []
    assert noted.count_notes("pending") == {"a": 2, "b": 1}


def test_a_note_is_replaced_by_kind_and_key_and_can_be_dropped(noted: Store) -> None:
    changed = A._replace(rank="2026-02-01", data={"tries": 1})
    noted.put_notes([changed])
    noted.drop_notes("pending", [B.key, "https://c.fr/"])
    assert noted.notes("pending") == [changed, C]
    assert noted.notes("feed") == [OTHER]


def test_notes_are_written_with_their_block_or_not_at_all(noted: Store) -> None:
    def broken() -> None:
        with noted.writing():
            noted.drop_notes("pending", [A.key])
            noted.put_notes([B._replace(data={"x": 1})])
            assert noted.get_notes("pending", [A.key, B.key]) == {B.key: B._replace(data={"x": 1})}
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert noted.notes("pending") == [B, A, C]


def test_what_was_seen_is_told_for_many_addresses_at_once(store: Store) -> None:
    one, two = Seen("https://a.fr/1", "a", NOW, "kept"), Seen("https://a.fr/2", "a", NOW, "failed", "x", "h")
    store.mark_seen([one, two])
    assert store.seen_all([one.url, two.url, "https://a.fr/3"]) == {one.url: one, two.url: two}
    assert store.seen_all([]) == {}
