"""Which reports are brought together in one incident."""

from __future__ import annotations

from typing import Any

import pytest

from index.store import Store
from records import ReportedIncident
from tests.index.samples import article, facility, on, said
from tests.index.telling import all_of, only, tell

ORMES = facility()


# which reports belong together
SAME = [
    (said(ORMES, on("2022-01-06")), said(ORMES, on("2022-01-07")), "a day apart"),
    (said(ORMES, on("2022-01-06", "2022-01-07", "night")), said(ORMES, on("2022-01-09")), "within three days"),
    (said(ORMES), said(facility("clinique des Trois Ormes", "Chambray lès Tours")), "spelling"),
    (said(ORMES), said(facility("Clinique Trois-Ormes", None)), "no commune, one facility of that name"),
    (said(ORMES), said(facility("la clinique", "Chambray-lès-Tours")), "a kind in town"),
    (said(ORMES), said(facility("Pôle santé des Trois-Ormes", type="autre")), "another generic word"),
    (said(ORMES), said(ORMES, on(None)), "no date, published within weeks"),
    (said(ORMES), said(ORMES, on("2022-01-01", "2022-01-31", "month")), "the month"),
    (said(ORMES), said(ORMES, on("2022-01-01", "2022-12-31", "year")), "the year"),
    (said(facility("CH de Dax", "Dax", type="ch")), said(facility("hôpital", "Dax", type="ch")), "the town's hospital"),
    (
        said(facility("CH de Dax", "Dax", type="ch")),
        said(facility("hôpital de Dax", None, type="ch")),
        "town in the name",
    ),
    (
        said(facility("CHRU de Tours", "Tours", finess="370000481", type="chu")),
        said(facility("Centre hospitalier régional universitaire", "Tours", finess="370000481", type="chu")),
        "register number",
    ),
]


@pytest.mark.parametrize(("one", "other", "why"), SAME, ids=[s[2] for s in SAME])
def test_reports_of_one_event_make_one_incident(
    store: Store, one: ReportedIncident, other: ReportedIncident, why: str
) -> None:
    first = tell(store, article(1), one)
    assert tell(store, article(2, published="2022-01-10"), other) == first
    assert len(only(store).reports) == 2


OTHER = [
    (said(ORMES, on("2022-01-06")), said(ORMES, on("2022-01-12")), "six days apart"),
    (said(facility("Clinique Saint-Martin", "Tours")), said(facility("Clinique Saint-Martin", "Blois")), "communes"),
    (
        said(facility("centre hospitalier", "Tours", type="ch")),
        said(facility("centre hospitalier", "Blois", type="ch")),
        "a generic name",
    ),
    (said(facility("Clinique Saint-Jean", "Tours")), said(facility("Clinique Saint-Jeanne", "Tours")), "close names"),
    (said(facility("Clinique de Dax", "Dax")), said(facility("Hôpital de Dax", "Dax", type="ch")), "kinds of facility"),
    (
        said(facility("Clinique des Trois-Ormes", "Chambray-lès-Tours", department="37")),
        said(facility("Clinique des Trois-Ormes", None, department="75")),
        "departments",
    ),
    (said(facility("la clinique", None)), said(facility("la clinique", None)), "no name at all"),
    (
        said(facility("Clinique des Ormes", "Tours", finess="370000001")),
        said(facility("Clinique des Ormes", "Tours", finess="370000002")),
        "register numbers",
    ),
]


@pytest.mark.parametrize(("one", "other", "why"), OTHER, ids=[s[2] for s in OTHER])
def test_reports_of_two_events_stay_apart(
    store: Store, one: ReportedIncident, other: ReportedIncident, why: str
) -> None:
    first = tell(store, article(1), one)
    assert tell(store, article(2), other) != first
    assert len(all_of(store)) == 2


def test_an_undated_article_months_later_is_another_story(store: Store) -> None:
    tell(store, article(1), said())
    tell(store, article(2, published="2022-06-01"), said(when=on(None)))
    assert len(all_of(store)) == 2


def test_a_bare_name_that_fits_two_places_waits_apart(store: Store) -> None:
    tell(store, article(1), said(facility("Clinique Saint-Martin", None)))
    tell(store, article(2), said(facility("Clinique Saint-Martin", "Tours")))
    assert len(all_of(store)) == 1
    tell(store, article(3), said(facility("Clinique Saint-Martin", "Blois")))
    assert len(all_of(store)) == 3


def test_one_article_on_several_victims_makes_one_incident_each(store: Store) -> None:
    ids = tell(store, article(1), said(), said(facility("Ehpad de la Charmille", "Loches", type="ehpad")))
    assert len(set(ids)) == 2
    assert tell(store, article(2), said()) == [ids[0]]


def test_a_report_that_joins_two_incidents_merges_them_and_both_ids_live_on(store: Store) -> None:
    (first,) = tell(store, article(1), said(when=on("2022-01-06")))
    (second,) = tell(store, article(2), said(when=on("2022-01-12")))
    assert tell(store, article(3), said(when=on("2022-01-09"))) == [first]
    assert only(store).id == first
    merged = store.incident(second)
    assert merged is not None
    assert merged.id == first
    # and apart again when that report is corrected: the old id stays a redirect, the part gets a new one
    tell(store, article(3), said(when=on("2022-01-05")))
    assert len(all_of(store)) == 2


UNNAMED = [
    ("Une trentaine de laboratoires", "laboratoires (fuite de 491 840 dossiers)", {"persons_affected": 500_000}, 1),
    ("Laboratoires du Loiret", "des laboratoires", {"persons_affected": 500_000}, 1),
    ("Laboratoire Lumen", "un laboratoire", {"persons_affected": 500_000}, 1),
    ("Laboratoire Lumen", "un laboratoire", {"actor": "Hive"}, 1),
    ("Laboratoire Lumen", "un laboratoire", {}, 2),
    ("Une trentaine de laboratoires", "des laboratoires", {}, 2),
    ("Une trentaine de laboratoires", "une clinique", {"persons_affected": 500_000}, 2),
]


@pytest.mark.parametrize(("one", "other", "detail", "count"), UNNAMED)
def test_who_is_not_named_is_known_by_a_rare_detail_alone(
    store: Store, one: str, other: str, detail: dict[str, Any], count: int
) -> None:
    kind = "clinique" if "clinique" in other else "laboratoire"
    tell(store, article(1), said(facility(one, None, type="laboratoire"), on(None), **detail))
    detail |= {"persons_affected": 491_840} if "persons_affected" in detail else {}
    tell(store, article(2, published="2022-02-03"), said(facility(other, None, type=kind), on(None), **detail))
    assert len(all_of(store)) == count


def test_who_is_not_named_and_fits_two_places_waits_apart(store: Store) -> None:
    for n, name in enumerate(("Laboratoire Lumen", "Laboratoire Aurore")):
        tell(store, article(n), said(facility(name, None, type="laboratoire"), actor="Hive"))
    tell(store, article(3), said(facility("un laboratoire", None, type="laboratoire"), actor="Hive"))
    assert len(all_of(store)) == 3


def test_a_name_that_the_register_knows_is_the_facility_of_its_number(store: Store) -> None:
    tell(store, article(1), said(facility("CHU de Rouen", "Rouen", finess="760780239", type="chu", department="76")))
    tell(store, article(2), said(facility("Hôpital Charles-Nicolle de Rouen", None, type="ch", department="76")))
    assert len(all_of(store)) == 1
