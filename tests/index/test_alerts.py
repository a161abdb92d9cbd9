"""Alerts tell each incident once, and again when its state changes, in the order in which it came into the store."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import pytest

from index.acting import Analyst
from index.alerts import run
from index.consolidate import consolidate
from index.feed import feed
from index.noticing import ahead, begin, note, title
from index.saved import SavedSearch
from index.state import facts, sentences
from index.store import Note, Query, Store
from index.targets import Busy, checked_webhook, shown
from tests.index.samples import NOW, article, attacks, facility, incident, on, report, said, services, source

ALL = SavedSearch("Tout", Query(), NOW)
CLOSED = SavedSearch("Fermées", Query(service=("urgences",), status=("ferme",)), NOW, None, ("mailto:a@b.example",))


def told(store: Store, search: SavedSearch = ALL) -> list[tuple[str, str]]:
    """What a run notices: kind and number."""
    return [(notice.kind, notice.told.incident[-4:].lstrip("0")) for notice in note(store, search, NOW)]


@pytest.fixture
def watched(store: Store) -> Store:
    """One incident that was there when the search was saved."""
    store.put_incident(incident(1))
    begin(store, ALL)
    return store


def test_what_was_there_is_known_and_what_comes_is_told_once_in_the_order_it_came(watched: Store) -> None:
    assert told(watched) == []
    watched.put_incident(incident(3, occurred=on("2026-11-01")))
    watched.put_incident(incident(2, occurred=on("2016-02-01")))
    assert told(watched) == [("new", "3"), ("new", "2")]
    assert told(watched) == []
    watched.put_incident(incident(3, occurred=on("2026-11-02"), persons_affected=7))
    assert told(watched) == [], "what is no part of the state is not told"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"services": services("urgences:ferme")}, "Services : Urgences (fermé)"),
        ({"attack_types": attacks("rancongiciel:suspected")}, "Nature de l’attaque : Rançongiciel (soupçonné)"),
        ({"information_status": "dementi"}, "Statut de l’information : démenti"),
        ({"facility": facility("Clinique du Lac", "Blois")}, "Établissement touché : Clinique du Lac, Blois"),
    ],
)
def test_a_change_of_state_is_a_sentence(fields: dict[str, Any], sentence: str) -> None:
    before, after = incident(1), incident(1, **fields)
    added, removed = set(facts(after)) - set(facts(before)), set(facts(before)) - set(facts(after))
    assert sentences(added, removed, title(after)) == [sentence]


def test_a_value_that_is_no_longer_told_is_told_too(watched: Store) -> None:
    watched.put_incident(incident(1, information_status="rapporte", services=services("urgences:ferme")))
    note(watched, ALL, NOW)
    watched.put_incident(incident(1, information_status="confirme"))
    (notice,) = note(watched, ALL, NOW)
    assert notice.changes == (
        "Statut de l’information : rapporté par la presse → confirmé",
        "Services : n’est plus dit : Urgences (fermé)",
    )


def test_an_incident_that_comes_to_match_is_new_and_one_that_stops_is_told_once(store: Store) -> None:
    store.put_incident(incident(1))
    begin(store, CLOSED)
    store.put_incident(incident(1, services=services("urgences:ferme")))
    assert told(store, CLOSED) == [("new", "1")]
    store.put_incident(incident(1, services=services("urgences:degrade")))
    assert told(store, CLOSED) == [("left", "1")]
    store.put_incident(incident(1, services=services("urgences:maintenu")))
    assert told(store, CLOSED) == []
    store.put_incident(incident(1, services=services("urgences:ferme")))
    assert told(store, CLOSED) == [("changed", "1")]


def test_a_merge_of_what_was_told_tells_nothing_and_neither_does_undoing_it(watched: Store) -> None:
    watched.put_incident(incident(2, services=services("urgences:ferme")))
    assert told(watched) == [("new", "2")]
    watched.redirect("VIG-2022-0002", "VIG-2022-0001", NOW)
    watched.put_incident(incident(1, services=services("urgences:ferme")))
    assert told(watched) == []
    watched.put_incident(incident(1, services=services("urgences:ferme", "imagerie:ferme")))
    (notice,) = note(watched, ALL, NOW)
    assert notice.changes == ("Services : Imagerie médicale (fermé)",)
    watched.put_incident(incident(1))
    assert told(watched) == [("changed", "1")]
    watched.revive("VIG-2022-0002")
    watched.put_incident(incident(2, services=services("urgences:ferme")))
    assert told(watched) == []


def test_a_merge_into_one_that_nobody_was_told_of_tells_only_what_is_new(store: Store) -> None:
    begin(store, CLOSED)
    store.put_incident(incident(1, information_status="confirme"))
    store.put_incident(incident(2, services=services("urgences:ferme")))
    assert told(store, CLOSED) == [("new", "2")]
    store.redirect("VIG-2022-0002", "VIG-2022-0001", NOW)
    store.put_incident(incident(1, information_status="confirme", services=services("urgences:ferme")))
    (notice,) = note(store, CLOSED, NOW)
    assert (notice.kind, notice.changes) == ("changed", ("Statut de l’information : confirmé",))


def test_an_incident_that_is_withdrawn_is_told_once_and_again_when_it_comes_back(watched: Store) -> None:
    watched.remove_incident("VIG-2022-0001", NOW)
    assert told(watched) == [("withdrawn", "1")]
    assert told(watched) == []
    watched.revive("VIG-2022-0001")
    watched.put_incident(incident(1))
    assert told(watched) == [("changed", "1")]


def test_articles_of_any_age_in_any_order_tell_their_incident_once(store: Store) -> None:
    """The whole way: reports consolidated, an old article found late, a merge by an analyst, and its undoing."""
    begin(store, ALL)
    late, early = article(1, published="2022-01-09"), article(2, published="2022-01-07")
    consolidate(store, report(late, said(services=services("urgences:ferme"))), late, NOW)
    assert [kind for kind, _ in told(store)] == ["new"]
    consolidate(store, report(early, said(services=services("urgences:ferme"))), early, NOW + timedelta(days=1))
    assert told(store) == []
    other = article(3, published="2022-03-01")
    consolidate(store, report(other, said(facility("Ehpad du Lac", "Blois"))), other, NOW)
    assert [kind for kind, _ in told(store)] == ["new"]
    one, two = sorted(i.id for i in store.all(Query()))
    ana = Analyst(store, "Ana")
    merging = ana.merge(one, two)
    assert told(store) == []
    ana.undo(merging.id)
    assert told(store) == []


def test_a_pause_and_a_look_at_everything_anew_tell_nothing_twice(watched: Store) -> None:
    watched.put_incident(incident(2))
    assert told(watched) == [("new", "2")]
    watched.saved.put_mark(ALL.name, "")  # as after a move to another store
    assert told(watched) == []
    watched.put_incident(incident(1, actor="X"))
    watched.put_incident(incident(1, actor="Y"))
    assert told(watched) == [("changed", "1")], "what happened in between is told as one change"


def test_looking_ahead_writes_nothing_and_many_arrivals_are_looked_at_in_slices(
    watched: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.noticing.SLICE", 2)
    with watched.writing():
        for n in range(2, 7):
            watched.put_incident(incident(n))
    expected = [f"VIG-2022-{n:04d}" for n in range(2, 7)]
    assert [notice.told.incident for notice in ahead(watched, ALL)] == expected
    assert [notice.told.incident for notice in note(watched, ALL, NOW)] == expected
    assert ahead(watched, ALL) == []
    begin(watched, CLOSED, announce_known=True)
    assert told(watched, CLOSED) == []


def test_known_incidents_can_be_announced_too(store: Store) -> None:
    store.put_incident(incident(1))
    begin(store, ALL, announce_known=True)
    assert told(store) == [("new", "1")]


def test_only_one_run_at_a_time_and_one_that_died_is_given_up(watched: Store) -> None:
    def held(pid: int) -> None:
        who = {"token": "x", "host": os.uname().nodename, "pid": pid, "until": (NOW + timedelta(days=9999)).isoformat()}
        watched.put_notes([Note("alerts", "run", "", "", who)])

    held(os.getpid())
    with pytest.raises(Busy, match="en cours"):
        run(watched, [ALL], NOW, print)
    held(2**22 + 1)  # no process has this number
    assert run(watched, [ALL], NOW, print).noticed == {"Tout": 0}
    assert watched.get_notes("alerts", ["run"]) == {}


# the feed
SPACE = {"a": "http://www.w3.org/2005/Atom"}


def entries(store: Store, search: SavedSearch = ALL) -> dict[str, tuple[str, ...]]:
    root = ET.fromstring(feed(store, search, "https://vigie.example/app/"))
    return {
        str(one.findtext("a:id", "", SPACE)).rpartition("/")[2]: tuple(
            one.findtext(f"a:{name}", "", SPACE) for name in ("title", "published", "updated")
        )
        for one in root.findall("a:entry", SPACE)
    }


def test_a_feed_is_updated_by_a_change_of_state_and_by_nothing_else(watched: Store) -> None:
    day = timedelta(days=1)
    watched.put_incident(incident(2, attack_types=attacks("rancongiciel:confirmed"), last_changed=NOW + day))
    name = "Clinique des Trois-Ormes, Chambray-lès-Tours"
    expected = {
        "VIG-2022-0002": (f"{name} — Rançongiciel", "2026-11-23T12:00:00Z", "2026-11-24T12:00:00Z"),
        "VIG-2022-0001": (name, "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"),
    }
    assert entries(watched) == expected, "before the run that tells it"
    note(watched, ALL, NOW)
    watched.put_incident(incident(1, last_changed=NOW + 2 * day))
    assert entries(watched) == expected
    watched.put_incident(incident(1, actor="X", last_changed=NOW + 3 * day))
    assert list(entries(watched)) == ["VIG-2022-0001", "VIG-2022-0002"]
    assert entries(watched)["VIG-2022-0001"][2] == "2026-11-26T12:00:00Z"
    watched.remove_incident("VIG-2022-0001", NOW + 4 * day)
    note(watched, ALL, NOW)
    assert entries(watched)["VIG-2022-0001"] == (f"Retiré : {name}", "2026-11-23T12:00:00Z", "2026-11-27T12:00:00Z")


def test_a_feed_is_what_the_format_demands_whatever_the_texts_hold(store: Store) -> None:
    begin(store, ALL)
    bad = article(1).model_copy(update={"title": "<script>alert(1)</script> & \x0b ]]>"})
    store.put_incident(incident(1, facility=facility("<b>Clinique</b> & \ufffe", None), reports=(source(bad),)))
    root = ET.fromstring(feed(store, ALL, None, "https://vigie.example/flux/tout.atom"))
    for name in ("id", "title", "updated", "author/a:name"):
        assert root.findtext(f"a:{name}", None, SPACE)
    (entry,) = root.findall("a:entry", SPACE)
    for name in ("id", "title", "published", "updated"):
        assert entry.findtext(f"a:{name}", None, SPACE)
    links = {one.get("rel"): one.get("href") for one in entry.findall("a:link", SPACE)}
    assert links == {"alternate": bad.url, "related": bad.url}
    assert [one.get("rel") for one in root.findall("a:link", SPACE)] == ["self"]
    content = entry.find("a:content", SPACE)
    assert content is not None
    assert content.get("type") == "html"
    assert "<script" not in str(content.text)


def test_an_empty_feed_is_a_feed(store: Store) -> None:
    begin(store, ALL)
    root = ET.fromstring(feed(store, ALL))
    assert root.findtext("a:updated", None, SPACE) == "2026-11-23T12:00:00Z"


# targets
def test_what_logs_name_of_a_target_holds_nothing_secret() -> None:
    assert shown("mailto:ana.martin@chu.example") == "a…@chu.example"
    assert shown("https://hooks.example:8443/T0/secret?token=x") == "https://hooks.example:8443/…"


@pytest.mark.parametrize(
    "url", ["", "hooks.example", "ftp://a.example/", "https://", "https://u:p@a.example/", "http://a b/", "http://[/"]
)
def test_what_is_no_webhook_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="webhook"):
        checked_webhook(url)
    assert checked_webhook("https://a.example/x?y=1")
