"""All or nothing, ids for ever, several writers, and what is kept."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index import open_store
from index.store import Member, OutletState, Query, Seen, Store
from records import AttackClaim, ServiceState
from tests.index.samples import NOW, article, facility, incident, report, said, source

ROOT = Path(__file__).parents[2]


def test_what_is_put_comes_back_the_same(store: Store) -> None:
    of = article(published="2022-01-07T10:30:00+01:00", text="é\u0301 œ \u00ad 💥\n\nFin.")
    told = report(of, said())
    one = incident(reports=(source(of, services=("Les urgences.",)),))
    store.put_article(of)
    store.put_report(told)
    store.put_incident(one, [Member(of.url, 0)])
    assert store.article(of.url) == of
    assert store.report(of.url) == told
    assert store.incident(one.id) == one
    assert list(store.articles()) == [of]
    assert list(store.reports()) == [told]
    assert list(store.all(Query())) == [one]
    assert store.members(one.id) == (Member(of.url, 0),)
    assert [i.id for i in store.incidents_of_report(of.url)] == [one.id]
    assert store.article("https://other.example/") is None
    assert store.incident("VIG-1999-0001") is None


def test_putting_twice_changes_nothing(store: Store) -> None:
    for _ in range(2):
        store.put_article(article())
        store.put_incident(incident())
    info = store.info()
    assert (info.articles, info.incidents) == (1, 1)
    assert store.check() == []


def test_a_block_that_raises_leaves_nothing(store: Store) -> None:
    def block() -> None:
        with store.writing():
            store.put_article(article())
            store.put_incident(incident())
            store.mark_seen([Seen("https://a.example/", "a", NOW, "kept")])
            store.new_incident_id(2022)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        block()
    assert store.info().articles == store.search(Query()).total == 0
    assert store.seen("https://a.example/") is None
    assert store.new_incident_id(2022) == "VIG-2022-0001"


def test_a_failed_part_of_a_block_leaves_the_rest(store: Store) -> None:
    def part() -> None:
        with store.writing():
            store.put_article(article(2))
            raise RuntimeError

    with store.writing():
        store.put_article(article(1))
        with pytest.raises(RuntimeError):
            part()
        store.put_article(article(3))
    assert [a.title for a in store.articles()] == ["Titre 1", "Titre 3"]


def test_others_see_a_block_only_when_it_is_over(store: Store, store_url: str) -> None:
    with open_store(store_url) as other:
        with store.writing():
            store.put_incident(incident(), [Member("https://a.example/", 0)], ["name:ormes"])
            assert store.incident(incident().id) == incident()
            assert store.candidates(["name:ormes"]) == (incident().id,)
            assert other.incident(incident().id) is None
            assert other.candidates(["name:ormes"]) == ()
            assert other.search(Query()).total == 0
        assert other.incident(incident().id) == incident()
        assert other.search(Query()).total == store.search(Query()).total == 1


def test_a_store_with_incidents_opens_again_and_is_sound(store: Store, store_url: str) -> None:
    hit = incident(
        attack_types=(
            AttackClaim(type="rancongiciel", certainty="confirmed"),
            AttackClaim(type="panne", certainty="suspected"),
        ),
        services=(ServiceState(service="urgences", status="ferme", mention="les urgences"),),
    )
    store.put_incident(hit)
    store.close()
    with open_store(store_url) as again:
        assert again.search(Query()).total == 1
        assert again.check() == []


def test_reading_goes_on_while_others_write(store: Store) -> None:
    for n in range(1, 30):
        store.put_incident(incident(n))
    stream = store.all(Query())
    first = next(stream)
    store.put_incident(incident(99))
    store.remove_incident("VIG-2022-0001")
    assert len([first, *stream]) == 29


def test_many_threads_share_a_store(store: Store) -> None:
    faults: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for n in range(8):
                store.put_incident(incident(seed * 100 + n + 1))
                assert store.search(Query(words="ormes")).total > 0
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert store.search(Query()).total == 40


def test_ids_are_never_given_twice(store: Store, store_url: str) -> None:
    first = store.new_incident_id(2022)
    store.put_incident(incident(1, id=first))
    store.remove_incident(first)
    with open_store(store_url) as other:
        assert other.new_incident_id(2022) == "VIG-2022-0002"
    store.put_incident(incident(40))
    assert store.new_incident_id(2022) == "VIG-2022-0041"
    assert store.new_incident_id(2023) == "VIG-2023-0001"


def test_a_merged_id_leads_to_its_successor_for_ever(store: Store) -> None:
    for n in (1, 2, 3):
        store.put_incident(incident(n))
    store.redirect("VIG-2022-0001", "VIG-2022-0002")
    store.redirect("VIG-2022-0002", "VIG-2022-0003")
    for n in (1, 2, 3):
        found = store.incident(f"VIG-2022-{n:04d}")
        assert found is not None
        assert found.id == "VIG-2022-0003"
    assert store.search(Query()).total == 1
    with pytest.raises(ValueError, match="merged"):
        store.put_incident(incident(1))
    with pytest.raises(ValueError, match="no incident"):
        store.redirect("VIG-2022-0003", "VIG-2022-0001")
    assert store.check() == []


def test_facilities_are_found_by_their_keys_until_withdrawn(store: Store) -> None:
    store.put_incident(incident(1), keys=("at:tours/ormes", "name:ormes"))
    assert store.candidates(["name:ormes", "other"]) == ("VIG-2022-0001",)
    store.put_incident(incident(1, actor="X"))
    assert store.candidates(["name:ormes"]) == ("VIG-2022-0001",)
    store.remove_incident("VIG-2022-0001")
    assert store.candidates(["name:ormes"]) == ()


def test_what_was_seen_and_how_outlets_fare_is_kept(store: Store) -> None:
    seen = Seen("https://a.example/1", "a", NOW, "irrelevant", "peu de termes", "ff")
    store.mark_seen([seen, Seen("https://a.example/2", "a", NOW, "kept")])
    assert store.seen(seen.url) == seen
    state = OutletState("a", NOW, None, "HTTP 403", NOW + timedelta(hours=1), 4, 1, 3)
    store.put_outlet_state(OutletState("a"))
    store.put_outlet_state(state)
    assert store.outlet_states() == {"a": state}


def test_a_purge_takes_the_texts_and_leaves_facts_and_extracts(store: Store) -> None:
    old = article(1, text="Le scanner est arrêté.\n\nUne phrase à part.", fetched=NOW - timedelta(days=400))
    new = article(2, text="La radiologie est arrêtée.")
    for n, of in enumerate((old, new), start=1):
        store.put_article(of)
        store.put_incident(incident(n, reports=(source(of, services=(of.text.split("\n")[0],)),)))
    assert store.purge(NOW - timedelta(days=365)) == 1
    assert store.purge(NOW - timedelta(days=365)) == 0
    kept = store.article(old.url)
    assert kept is not None
    assert kept.text == ""
    assert kept.title == old.title
    assert store.search(Query(words="scanner")).hits[0].extract == "Le \ue000scanner\ue001 est arrêté."
    assert store.search(Query(words="phrase")).total == 0
    assert store.search(Query(words="radiologie")).total == 1
    assert store.check() == []


def test_an_extract_is_of_the_article_as_it_is_now(store: Store) -> None:
    def extract() -> str | None:
        (hit,) = store.search(Query(words="titre scanner")).hits
        assert store.search(Query(words="titre scanner")).hits == (hit,)
        return hit.extract

    first = article(text="Le scanner de titre douteux est arrêté.")
    store.put_article(first)
    store.put_incident(incident(reports=(source(first, services=("Scanner arrêté.",)),)))
    assert extract() == "Le \ue000scanner\ue001 de \ue000titre\ue001 douteux est arrêté."
    store.put_article(article(text="Le titre du scanner."))
    assert extract() == "Le \ue000titre\ue001 du \ue000scanner\ue001."
    store.purge(NOW + timedelta(seconds=1))
    assert extract() == "\ue000Scanner\ue001 arrêté."


def test_info_tells_what_is_there(store: Store) -> None:
    assert store.info().last_changed is None
    store.put_incident(incident())
    info = store.info()
    assert info.incidents == 1
    assert info.bytes > 0
    assert info.last_changed == NOW
    assert info.url == store.url


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(Exception, match="fermée"):
        store.search(Query())


def test_a_lone_surrogate_in_a_page_stops_nothing(store: Store) -> None:
    store.put_article(article(text="avant \ud800 après"))
    kept = store.article(article().url)
    assert kept is not None
    assert kept.text == "avant \ufffd après"


LOAD = """
import sys
from index import open_store
from index.store import Member
from records import AttackClaim, ServiceState
from tests.index.samples import article, incident, report, said, source
with open_store(sys.argv[1]) as store:
    print("ready", flush=True)
    for n in range(1, 100000):
        with store.writing():
            of = article(n, text="Le scanner est arrêté. " * 20)
            store.put_article(of)
            store.put_report(report(of, said()))
            store.put_incident(incident(n, reports=(source(of),)), [Member(of.url, 0)])
        print(n, flush=True)
"""


@pytest.mark.parametrize("round_", range(3))
def test_killed_while_loading_nothing_acknowledged_is_lost(store_url: str, round_: int) -> None:
    command = [sys.executable, "-c", LOAD, store_url]
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    time.sleep(random.Random(round_).uniform(0.1, 0.8))
    child.send_signal(signal.SIGKILL)
    told = [int(line) for line in child.stdout.read().splitlines() if line]
    child.wait()
    with open_store(store_url) as store:
        assert store.check() == []
        info = store.info()
        acknowledged = max(told, default=0)
        assert info.articles == info.reports == info.incidents
        assert acknowledged <= info.incidents <= acknowledged + 1
        assert store.search(Query(words="scanners")).total == info.incidents


def test_moments_come_back_in_utc(store: Store) -> None:
    paris = datetime.fromisoformat("2026-11-23T13:00:00+01:00")
    store.mark_seen([Seen("https://a.example/", "a", paris, "kept")])
    seen = store.seen("https://a.example/")
    assert seen is not None
    assert seen.at == paris
    assert seen.at.tzinfo == UTC


def test_facility_keys_of_an_incident_put_by_hand_are_its_own(store: Store) -> None:
    from index.facility import lookups

    store.put_incident(incident())
    assert store.candidates(lookups(facility())) == ("VIG-2022-0001",)
