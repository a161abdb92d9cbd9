"""A group and its sites hit at once: one incident, or one each when their facts differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from index.asof import changes
from index.store import Store
from records import ReportedIncident
from tests.index.samples import NOW, article, attacks, facility, on, said, services
from tests.index.telling import all_of, only, tell
from views.differences import words

GROUP = facility("GHT Cœur Grand Est", None, type="groupement")
SITE = facility("Centre hospitalier de Val-Fleuri", "Val-Fleuri", type="ch", department="51", lat=48.7, lon=4.6)
OTHER = facility("Hôpital de Montclair", "Montclair", type="ch", department="52")
NAMING = "Le centre hospitalier, l’un des neuf du GHT Coeur Grand Est, a été attaqué."


def test_a_site_whose_article_names_the_group_is_in_the_group_s_incident(store: Store) -> None:
    first = tell(store, article(1, text=NAMING), said(SITE))
    assert tell(store, article(2, published="2022-01-09"), said(GROUP)) == first
    found = only(store)
    assert (found.facility.name, found.facility.commune, found.facility.lat) == (GROUP.name, "Val-Fleuri", 48.7)
    assert found.sites == (SITE,)
    tell(store, article(3, text=NAMING), said(OTHER))
    found = only(store)
    assert found.sites == (SITE, OTHER)
    assert (found.facility.commune, found.facility.department) == (None, None)


def test_a_site_that_comes_later_is_told_as_a_change_of_the_group_s_incident(store: Store) -> None:
    (one,) = tell(store, article(1, fetched=datetime(2022, 1, 7, tzinfo=UTC)), said(GROUP))
    tell(store, article(2, published="2022-01-09", text=NAMING), said(SITE))
    (change,) = changes(store, date(2022, 1, 9))
    assert (change.incident.id, change.kind) == (one, "changed")
    assert {d.field: words(d.field, d.after) for d in change.differences}["sites"] == SITE.name


def test_what_ties_a_site_to_its_group_outlives_the_text(store: Store) -> None:
    tell(store, article(1, text=NAMING), said(SITE))
    tell(store, article(2), said(GROUP))
    store.purge(NOW + timedelta(seconds=1))
    tell(store, article(3), said(GROUP))
    assert len(only(store).reports) == 3


APART: list[tuple[ReportedIncident, ReportedIncident, str]] = [
    (said(SITE, services=services("urgences:ferme")), said(GROUP), "services stopped there alone"),
    (said(SITE, persons_affected=900), said(GROUP, persons_affected=70_000), "figures"),
    (said(SITE, actor="Hive"), said(GROUP, actor="LockBit"), "attackers"),
    (said(SITE, on("2022-02-01")), said(GROUP), "dates"),
    (
        said(SITE, attack_types=attacks("deni_service:confirmed")),
        said(GROUP, attack_types=attacks("rancongiciel:confirmed")),
        "kinds of attack",
    ),
]


@pytest.mark.parametrize(("site", "group", "why"), APART, ids=[a[2] for a in APART])
def test_a_site_with_facts_of_its_own_is_an_incident_of_its_own(store: Store, site: Any, group: Any, why: str) -> None:
    tell(store, article(1, text=NAMING), site)
    tell(store, article(2), group)
    assert len(all_of(store)) == 2


def test_a_site_and_its_group_told_apart_in_one_article_stay_apart(store: Store) -> None:
    tell(store, article(1, text=NAMING), said(SITE), said(GROUP))
    tell(store, article(2), said(GROUP))
    assert len(all_of(store)) == 2


def test_a_facility_that_nothing_ties_to_the_group_stays_apart(store: Store) -> None:
    tell(store, article(1, text="Un hôpital a été attaqué."), said(SITE))
    tell(store, article(2), said(GROUP))
    assert len(all_of(store)) == 2
