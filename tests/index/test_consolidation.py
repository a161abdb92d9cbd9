"""From what articles say to one entry an event."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import open_store
from index.consolidate import consolidate
from index.store import Query, Store
from records import Article, Incident, Ransom, ReportedIncident, Review
from tests.index.samples import NOW, article, attacks, facility, on, receivers, report, said, services

ORMES = facility()
LATER = NOW + timedelta(days=1)


def tell(store: Store, of: Article, *told: ReportedIncident, **more: Any) -> list[str]:
    return consolidate(store, report(of, *told), of, **({"now": NOW} | more))


def all_of(store: Store) -> list[Incident]:
    assert store.check() == []
    return list(store.all(Query()))


def only(store: Store) -> Incident:
    found = all_of(store)
    assert len(found) == 1
    return found[0]


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


# again, changed, withdrawn
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
    from tests.index.samples import incident

    store.put_incident(incident(7))
    tell(store, article(9), said())
    assert len(all_of(store)) == 2


# what the incident says
def test_an_official_statement_outweighs_the_press_and_the_press_a_claim(store: Store) -> None:
    tell(store, article(1), said(information_status="confirme", actor="Hive"))
    tell(store, article(2), said(information_status="rapporte", actor="LockBit"))
    tell(store, article(3, published="2022-01-09"), said(information_status="revendique", actor="BlackCat"))
    found = only(store)
    assert (found.information_status, found.actor) == ("confirme", "Hive")
    assert [s.value for s in found.contradictions["actor"]] == ["BlackCat", "LockBit"]
    assert found.support["actor"] == (article(1).url,)


def test_figures_that_grow_take_the_later_one_and_keep_the_earlier(store: Store) -> None:
    tell(store, article(1, published="2022-01-20"), said(persons_affected=30000, ransom=Ransom()))
    tell(
        store, article(2, published="2022-01-08"), said(persons_affected=12000, ransom=Ransom(amount=5, currency="EUR"))
    )
    found = only(store)
    assert found.persons_affected == 30000
    assert [(s.value, s.reports) for s in found.contradictions["persons_affected"]] == [(12000, (article(2).url,))]
    assert found.ransom == Ransom(amount=5, currency="EUR")
    assert "ransom" not in found.contradictions


def test_the_more_precise_date_wins_and_another_day_is_shown(store: Store) -> None:
    tell(store, article(1), said(when=on("2022-01-01", "2022-01-31", "month")))
    tell(store, article(2), said(when=on("2022-01-06", "2022-01-07", "night")))
    tell(store, article(3), said(when=on("2022-01-08")))
    found = only(store)
    assert (found.occurred.start, found.occurred.precision) == (date(2022, 1, 6), "night")
    assert found.support["occurred"] == (article(1).url, article(2).url)
    assert found.contradictions["occurred"][0].value["start"] == "2022-01-08"


def test_types_add_up_and_the_vague_one_gives_way(store: Store) -> None:
    tell(store, article(1), said(attack_types=attacks("cyberattaque_non_precisee:confirmed")))
    assert [c.type for c in only(store).attack_types] == ["cyberattaque_non_precisee"]
    tell(store, article(2), said(attack_types=attacks("rancongiciel:suspected", "vol_donnees:confirmed")))
    tell(store, article(3), said(attack_types=attacks("rancongiciel:confirmed")))
    assert [(c.type, c.certainty) for c in only(store).attack_types] == [
        ("rancongiciel", "confirmed"),
        ("vol_donnees", "confirmed"),
    ]


def test_an_outage_does_not_drive_out_a_suspected_attack(store: Store) -> None:
    tell(store, article(1), said(attack_types=attacks("panne:confirmed", "cyberattaque_non_precisee:suspected")))
    assert {c.type for c in only(store).attack_types} == {"panne", "cyberattaque_non_precisee"}


@pytest.mark.parametrize(("status", "shown"), [("confirme", "denied"), ("revendique", "confirmed")])
def test_a_type_ruled_out_by_a_later_and_better_source_is_shown_as_denied(
    store: Store, status: Any, shown: str
) -> None:
    tell(store, article(1), said(information_status="rapporte", attack_types=attacks("rancongiciel:confirmed")))
    of = article(2, published="2022-01-09")
    tell(store, of, said(information_status=status, attack_types=attacks("rancongiciel:denied")))
    found = only(store)
    assert [c.certainty for c in found.attack_types] == [shown]
    assert len(found.contradictions["attack_types/rancongiciel"]) == 1


def test_care_impact_is_the_worst_that_an_article_tells(store: Store) -> None:
    tell(store, article(1), said(care_impact="interruption"))
    tell(store, article(2, published="2022-01-15"), said(care_impact="mode_degrade"))
    assert only(store).care_impact == "interruption"
    assert only(store).contradictions == {}


def test_a_notice_never_outweighs_an_article(store: Store) -> None:
    official = {"information_status": "confirme", "persons_affected": 9, "attack_types": attacks("rancongiciel:denied")}
    tell(
        store,
        article(1, kind="notice", published="2022-02-01"),
        said(when=on("2022-01-06", precision="hour"), **official),
    )
    press = {"information_status": "rapporte", "persons_affected": 5, "attack_types": attacks("rancongiciel:confirmed")}
    tell(store, article(2), said(when=on("2022-01-07"), **press))
    found = only(store)
    assert (found.information_status, found.persons_affected) == ("rapporte", 5)
    assert found.attack_types[0].certainty == "confirmed"
    assert found.occurred.start == date(2022, 1, 7)


def test_a_notice_gives_way_to_the_article_it_tells_of_and_does_not_come_back(store: Store) -> None:
    tell(store, article(1, kind="notice"), said())
    tell(store, article(1), said(actor="Hive"))
    tell(store, article(1, kind="notice"), said())
    assert only(store).actor == "Hive"
    assert only(store).reports[0].kind == "article"


def test_services_keep_every_state_and_tell_when(store: Store) -> None:
    tell(store, article(1), said(when=on("2022-01-06", "2022-01-07", "night"), services=services("urgences:ferme")))
    tell(store, article(2, published="2022-01-12"), said(services=services("urgences:retabli", "imagerie:degrade")))
    found = only(store)
    assert {(s.service, s.status) for s in found.services} == {
        ("urgences", "ferme"),
        ("urgences", "retabli"),
        ("imagerie", "degrade"),
    }
    assert [(e.date.isoformat(), e.service, e.status) for e in found.timeline] == [
        ("2022-01-06", "urgences", "ferme"),
        ("2022-01-12", "urgences", "retabli"),
        ("2022-01-12", "imagerie", "degrade"),
    ]
    assert found.support["services/urgences/ferme"] == (article(1).url,)
    assert found.contradictions == {}


def test_articles_of_one_day_that_disagree_on_a_service_are_both_shown(store: Store) -> None:
    tell(store, article(1), said(services=services("urgences:ferme")))
    tell(store, article(2), said(services=services("urgences:maintenu")))
    assert {s.value for s in only(store).contradictions["services/urgences"]} == {"ferme", "maintenu"}


def test_receivers_and_authorities_add_up(store: Store) -> None:
    tell(store, article(1), said(diverted_to=receivers("CHU Trousseau"), authorities=("parquet",)))
    tell(store, article(2), said(diverted_to=receivers("chu trousseau", "Clinique X"), authorities=("cnil", "parquet")))
    found = only(store)
    assert len(found.diverted_to) == 2
    assert found.authorities == ("cnil", "parquet")
    assert found.support["authorities/parquet"] == (article(1).url, article(2).url)


def test_extracts_are_the_article_s_own_sentences_and_outlive_its_text(store: Store) -> None:
    text = (
        "Tout va mal. Les urgences de l’hôpital sont fermées, dit M. Martin. " + "Un mot " * 100 + "fin.\n\nAilleurs."
    )
    start = text.index("fermées")
    last = text.index("fin.")
    evidence = {"services/urgences/ferme": ((start, start + 7),), "actor": ((last, last + 3),)}
    of = article(1, text=text, title="Urgences fermées à Tours")
    tell(
        store, of, said(services=services("urgences:ferme"), evidence=evidence, title_evidence={"services": ((0, 8),)})
    )
    extracts = only(store).reports[0].extracts
    assert extracts["services/urgences/ferme"] == ("Les urgences de l’hôpital sont fermées, dit M. Martin.",)
    assert extracts["services"] == ("Urgences fermées à Tours",)
    assert all(len(e) <= 300 and (e in text or e in of.title) for field in extracts.values() for e in field)
    assert extracts["actor"][0].endswith("fin.")
    store.purge(NOW + timedelta(seconds=1))
    tell(store, article(2), said(actor="Hive"))
    assert only(store).reports[0].extracts == extracts


def test_the_victim_is_named_by_the_register_and_placed_by_whoever_knows(store: Store) -> None:
    tell(store, article(1), said(facility("CHRU", "Tours", type="chu")))
    tell(store, article(2), said(facility("CHRU de Tours", "Tours", finess="370000481", type="chu", lat=47.4, lon=0.7)))
    assert (only(store).facility.name, only(store).facility.lat) == ("CHRU de Tours", 47.4)


# order
NAMES = [
    facility("Clinique Saint-Martin", "Tours"),
    facility("Clinique Saint-Martin", "Blois"),
    facility("clinique Saint-Martin", None),
    facility("CHRU de Tours", "Tours", finess="370000481", type="chu"),
    facility("CHRU de Tours", "Tours", type="chu"),
    facility("la clinique", "Tours"),
    facility("la clinique", None),
    facility("une vingtaine de cliniques (dont deux à Tours)", None),
]
DATES = [
    on("2022-01-06"),
    on("2022-01-09"),
    on("2022-01-12"),
    on("2022-03-01"),
    on("2022-01-01", "2022-01-31", "month"),
    on("2022-01-01", "2022-12-31", "year"),
    on(None),
]
ACCOUNT = st.builds(
    lambda where, when, day, actor, persons, types, states, kind: (
        said(
            where, when, actor=actor, persons_affected=persons, attack_types=attacks(*types), services=services(*states)
        ),
        day,
        kind,
    ),
    st.sampled_from(NAMES),
    st.sampled_from(DATES),
    st.sampled_from(["2022-01-07", "2022-01-10", "2022-02-20", "2022-03-02"]),
    st.sampled_from([None, "Hive", "LockBit"]),
    st.sampled_from([None, 480_000, 500_000]),
    st.sampled_from([("rancongiciel:confirmed",), ("rancongiciel:denied", "panne:confirmed"), ()]),
    st.sampled_from([("urgences:ferme",), ("urgences:retabli", "imagerie:degrade"), ()]),
    st.sampled_from(["article", "article", "notice"]),
)


@given(accounts=st.lists(ACCOUNT, min_size=2, max_size=7), order=st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_arrival_changes_nothing_but_ids(
    accounts: list[Any], order: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = [(article(n, published=day, kind=kind), account) for n, (account, day, kind) in enumerate(accounts)]
    shuffled = list(told)
    order.shuffle(shuffled)
    outcomes = []
    for arrival in (told, shuffled):
        with open_store(f"sqlite:///{tmp_path_factory.mktemp('order') / 'v.db'}") as store:
            for of, account in arrival:
                tell(store, of, account)
            outcomes.append([i.model_dump(mode="json", exclude={"id"}) for i in all_of(store)])
            assert sum(len(i["reports"]) for i in outcomes[-1]) == len(told)
    assert sorted(outcomes[0], key=str) == sorted(outcomes[1], key=str)
