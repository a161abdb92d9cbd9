"""A group and its sites hit at once: one incident, or one each when their facts differ."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest

from index.asof import changes
from index.export import write
from index.store import NOT_SAID, Box, Near, Query, Store
from records import Facility, ReportedIncident
from tests.index.samples import NOW, article, attacks, facility, incident, on, said, services
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


def test_a_group_is_found_in_the_departments_of_its_sites(store: Store) -> None:
    told = facility("Groupe des Ormes", None, type="groupement")
    store.put_incident(incident(1, facility=told, sites=(SITE, OTHER)))
    store.put_incident(incident(2, facility=SITE))
    store.put_incident(incident(3, facility=told))

    def ids(query: Query) -> list[str]:
        found = [i.id for i in store.all(query)]
        assert [hit.incident.id for hit in store.search(query).hits] == found
        assert sum(bucket.count for bucket in store.histogram(query)) == len(found)
        return sorted(found)

    assert ids(Query(department=("52",))) == ["VIG-2022-0001"]
    assert ids(Query(department=("51",))) == ids(Query(department=("51", "52"))) == ["VIG-2022-0001", "VIG-2022-0002"]
    assert ids(Query(department=(NOT_SAID,))) == ["VIG-2022-0003"]
    assert ids(Query(words="Haute-Marne")) == ["VIG-2022-0001"]
    facet = store.search(Query(department=("52",)), facets=["department"]).facets["department"]
    assert [(b.value, b.count) for b in facet] == [("51", 2), ("52", 1), (NOT_SAID, 1)]
    table = BytesIO()
    write(store, Query(department=("52",)), "csv", table)
    (row,) = csv.DictReader(StringIO(table.getvalue().decode()))
    assert (row["department"], row["departments"]) == ("", "51|52")


ALONE = facility("Clinique du Mont", "Bourges", insee="18033", lat=47.0802, lon=2.3902)
# A group at Tours with a site there, two near each other at Bourges, one that nobody can place.
SITES = (
    facility("Clinique du Parc", "Tours", insee="37261", department="37", lat=47.394, lon=0.685),
    facility("Centre hospitalier du Mont", "Bourges", finess="180000010", insee="18033", lat=47.08, lon=2.39),
    ALONE,
    facility("Annexe", None),
)
OWN = facility("Groupe des Ormes", "Tours", type="groupement", insee="37261", lat=47.38, lon=0.69)
PLACELESS = facility("Groupe des Ormes", None, type="groupement")
AT_BOURGES = [
    Query(commune=("18033",)),
    Query(commune=("Bourges",)),
    Query(facility=("Clinique du Mont",)),
    Query(facility=("nom:clinique du mont, bourges",)),
    Query(near=Near(47.08, 2.39, 2)),
    Query(box=Box(47.0, 2.3, 47.1, 2.5)),
    Query(box=Box(47.0, 2.3, 47.1, 2.5), commune=("Bourges",), facility=("Clinique du Mont",)),
]
OF_THE_GROUP = [
    Query(facility=("Groupe des Ormes",)),
    Query(facility=("180000010",)),
    Query(facility=("Annexe",)),
    Query(commune=("Tours",)),
    Query(near=Near(47.394, 0.685, 1)),
    Query(box=Box(47.3, 0.6, 47.5, 0.7), commune=("Bourges",)),
]


@pytest.mark.parametrize("group", [OWN, PLACELESS], ids=["placed", "placeless"])
def test_a_group_is_found_by_each_of_its_sites(store: Store, group: Facility) -> None:
    store.put_incident(incident(1, facility=group, sites=SITES))
    store.put_incident(incident(2, facility=ALONE))
    store.put_incident(incident(3, facility=PLACELESS.model_copy(update={"name": "Groupe sans site"})))

    def ids(query: Query) -> list[int]:
        found = [int(i.id[-4:]) for i in store.all(query)]
        page = store.search(query, facets=["department"])
        assert [int(hit.incident.id[-4:]) for hit in page.hits] == found
        assert page.total == len(found)
        return sorted(found)

    for query in AT_BOURGES:
        assert ids(query) == [1, 2], query
    for query in OF_THE_GROUP:
        assert ids(query) == [1], query
    assert ids(Query(commune=(NOT_SAID,))) == [3]
    assert ids(Query(near=Near(47.23, 1.53, 30))) == [], "no site is in the middle between them"
    assert ids(Query(box=Box(47.39, 2.3, 47.5, 2.5))) == [], "the latitude of one with the longitude of another"


@pytest.mark.parametrize("group", [OWN, PLACELESS], ids=["placed", "placeless"])
def test_a_group_counts_once_for_each_facility_commune_and_tile(store: Store, group: Facility) -> None:
    store.put_incident(incident(1, facility=group, sites=(*SITES, SITES[1])))
    store.put_incident(incident(2, facility=ALONE))
    facets = store.search(Query(), facets=["facility", "commune"]).facets
    assert [(b.value, b.label, b.count) for b in facets["commune"]] == [
        ("18033", "Bourges", 2),
        ("37261", "Tours", 1),
    ]
    assert {b.label: b.count for b in facets["facility"]} == {
        "Clinique du Mont, Bourges": 2,
        "Clinique du Parc, Tours": 1,
        "Centre hospitalier du Mont": 1,
        "Annexe": 1,
        f"Groupe des Ormes{', Tours' if group is OWN else ''}": 1,
    }
    assert [cell.count for cell in store.cells(Query(), 8)] == [1, 2]
    assert [cell.count for cell in store.cells(Query(), 0)] == [2]
    bourges = store.cells(Query(facility=("Annexe",)), 8)[1]
    assert (bourges.count, bourges.lat, bourges.lon) == (1, 47.0801, 2.3901), "the middle of both"


def test_a_group_that_loses_a_site_is_not_found_by_it_any_more(store: Store) -> None:
    store.put_incident(incident(1, facility=PLACELESS, sites=SITES))
    assert store.search(AT_BOURGES[0]).total == 1
    store.put_incident(incident(1, facility=PLACELESS, sites=SITES[:1]))
    assert [store.search(query).total for query in AT_BOURGES] == [0] * len(AT_BOURGES)
    assert store.search(Query(commune=("Tours",)), facets=["facility"]).total == 1
    store.remove_incident("VIG-2022-0001")
    assert store.search(Query(), facets=["facility", "commune"]).facets == {"facility": (), "commune": ()}
    assert store.cells(Query(), 8) == ()


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
