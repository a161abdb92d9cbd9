"""Everything goes over, either way, and goes on where it was stopped."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from index import open_store
from index.backup import backup, restore
from index.copying import COMPARED, copy, unlike
from index.saved import SavedSearch, Sending, Told
from index.store import FACETS, Fate, Member, Note, OutletState, Query, Seen, Store, StoreError
from tests.index.samples import NOW, act, article, attacks, facility, incident, report, said, services, source


def fill(store: Store) -> None:
    for n in range(1, 13):
        of = article(n, text=f"Le scanner {n} est arrêté, l’hôpital Trousseau aide.", published="2022-01-07T08:00:00Z")
        store.put_article(of)
        store.put_report(report(of, said()))
        store.put_incident(
            incident(
                n,
                facility=facility(f"Clinique {n}", "Tours", lat=47.3 + n / 50, lon=0.7),
                attack_types=attacks("rancongiciel:confirmed", "vol_donnees:denied"),
                services=services("urgences:ferme"),
                reports=(source(of, services=("Le scanner est arrêté.",)),),
            ),
            [Member(of.url, 0)],
            [f"name:{n}", "at:tours"],
        )
    store.purge(NOW - timedelta(days=1))
    store.new_incident_id(2024)
    store.redirect("VIG-2022-0007", "VIG-2022-0006", NOW, "f" * 32)
    store.remove_incident("VIG-2022-0008", NOW)
    store.put_fate(Fate("VIG-2022-0005", "split", NOW, "VIG-2022-0004", None, (Member("https://j.example/4", 1),)))
    store.add_act(act(1))
    store.mark_seen([Seen("https://a.example/", "a", NOW, "kept"), Seen("https://b.example/", "b", NOW, "failed", "x")])
    store.put_outlet_state(OutletState("a", NOW, None, "HTTP 403", NOW + timedelta(hours=1), 4, 1, 3))
    store.put_notes([Note("waiting", "https://a.example/2", "a", "2026", {"x": [1, None, "é"]})])
    store.saved.put(
        SavedSearch("À Tours", Query(words="scanner", commune=("Tours",)), NOW, "ana", ("mailto:a@b.example",))
    )
    store.saved.put_told("À Tours", [Told("VIG-2022-0001", "Clinique 1, Tours", NOW, NOW, ("info:confirme",), ())])
    store.saved.put_sendings([Sending("f" * 32, "À Tours", "mailto:a@b.example", NOW, ({"id": "VIG-2022-0001"},))])


@pytest.fixture(params=["sqlite to elasticsearch", "elasticsearch to sqlite", "sqlite to sqlite"])
def there_and_here(request: pytest.FixtureRequest, tmp_path: Path, emptied_prefix: str) -> tuple[str, str]:
    there, here = request.param.split(" to ")
    urls = {"elasticsearch": emptied_prefix, "sqlite": f"sqlite:///{tmp_path / 'une.db'}"}
    return urls[there], f"sqlite:///{tmp_path / 'autre.db'}" if here == "sqlite" else urls[here]


def same_answers(one: Store, other: Store) -> bool:
    queries = (
        Query(),
        Query(words="scanners"),
        Query(words="trousseau", sort="relevance"),
        Query(certainty=("denied",)),
    )
    return all(one.search(q, limit=50, facets=FACETS) == other.search(q, limit=50, facets=FACETS) for q in queries)


def test_everything_goes_over_and_answers_alike(there_and_here: tuple[str, str]) -> None:
    there, here = there_and_here
    with open_store(there) as one, open_store(here) as other:
        fill(one)
        counts = copy(one, other)
        assert counts["incidents"] == 10
        assert all(counts.values())
        for part in COMPARED:
            assert list(one.dump(part)) == list(other.dump(part))
        assert same_answers(one, other)
        assert other.suggest("Trouseau") == one.suggest("Trouseau")
        assert other.incident("VIG-2022-0007") == one.incident("VIG-2022-0006")
        assert other.candidates(["name:3"]) == ("VIG-2022-0003",)
        assert other.new_incident_id(2024) == "VIG-2024-0002"
        assert other.acts() == one.acts()
        assert other.check() == []


def test_a_copy_that_was_stopped_goes_on_where_it_was(
    there_and_here: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.copying._BATCH", 3)
    there, here = there_and_here
    parts: list[tuple[str, int]] = []

    def stop(part: str, count: int, carried: int) -> None:
        parts.append((part, carried))
        if len(parts) == 3:
            raise KeyboardInterrupt

    with open_store(there) as one, open_store(here) as other:
        fill(one)
        with pytest.raises(KeyboardInterrupt):
            copy(one, other, stop)
        first = sum(1 for part in COMPARED for _ in other.dump(part))
        assert first > 0
        carried: dict[str, int] = {}
        copy(one, other, lambda part, count, n: carried.update({part: n}))
        everything = sum(1 for part in COMPARED for _ in one.dump(part))
        assert sum(n for part, n in carried.items() if part in COMPARED) == everything - first
        assert copy(one, other, lambda part, count, n: carried.update({part: n}))
        assert sum(n for part, n in carried.items() if part in COMPARED) == 0, "the second time there is nothing to do"


def test_a_store_that_holds_something_else_is_left_alone(there_and_here: tuple[str, str]) -> None:
    there, here = there_and_here
    with open_store(there) as one, open_store(here) as other:
        fill(one)
        other.put_incident(incident(99))
        with pytest.raises(StoreError, match="VIG-2022-0099"):
            copy(one, other)
        assert other.info().articles == 0


def test_what_differs_is_named(there_and_here: tuple[str, str]) -> None:
    there, here = there_and_here
    with open_store(there) as one, open_store(here) as other:
        fill(one)
        copy(one, other)
        one.put_incident(incident(3, actor="X"))
        assert list(unlike(one, other, "incidents")) == ["VIG-2022-0003"]


def test_a_backup_brings_everything_back(store: Store, tmp_path: Path) -> None:
    fill(store)
    file = tmp_path / "copie.db"
    assert backup(store, file) == 10
    before = file.read_bytes()
    assert restore(file, f"sqlite:///{tmp_path / 'dossier' / 'retour.db'}") == 10
    assert file.read_bytes() == before
    with open_store(f"sqlite:///{tmp_path / 'dossier' / 'retour.db'}") as back:
        assert not [key for part in COMPARED for key in unlike(store, back, part)]
        assert same_answers(store, back)
    with pytest.raises(StoreError, match="existe déjà"):
        backup(store, file)
    with pytest.raises(StoreError, match="existe déjà"):
        restore(file, f"sqlite:///{tmp_path / 'dossier' / 'retour.db'}")


def test_a_backup_goes_into_a_cluster(tmp_path: Path, emptied_prefix: str) -> None:
    with open_store(f"sqlite:///{tmp_path / 'une.db'}") as store:
        fill(store)
        backup(store, tmp_path / "copie.db")
        assert restore(tmp_path / "copie.db", emptied_prefix) == 10
        with open_store(emptied_prefix) as back:
            assert same_answers(store, back)


@pytest.mark.parametrize("bad", ["absente.db", "texte.db"])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, bad: str) -> None:
    (tmp_path / "texte.db").write_text("bonjour " * 1000)
    with pytest.raises(StoreError):
        restore(tmp_path / bad, f"sqlite:///{tmp_path / 'neuve.db'}")
    assert not (tmp_path / "neuve.db").exists()
