"""What an incident says, of all that its articles say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from index.store import Store
from records import Ransom
from tests.index.samples import NOW, article, attacks, facility, on, receivers, said, services
from tests.index.telling import only, tell


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


VOICES = [
    (["a:confirmed", "b:confirmed", "c:denied"], "confirmed", "two voices of the press outweigh one that is later"),
    (["a:confirmed", "b:denied", "c:denied"], "denied", "more voices"),
    (
        ["a:confirmed", "a:confirmed", "b:denied"],
        "denied",
        "an outlet that repeats itself is one voice: the later wins",
    ),
]


@pytest.mark.parametrize(("told", "shown", "why"), VOICES, ids=[v[2] for v in VOICES])
def test_of_a_type_said_and_denied_by_the_press_independent_voices_decide(
    store: Store, told: list[str], shown: str, why: str
) -> None:
    for n, one in enumerate(told):
        outlet, certainty = one.split(":")
        of = article(n, outlet=outlet, published=f"2022-01-{10 + n}")
        tell(store, of, said(information_status="rapporte", attack_types=attacks(f"rancongiciel:{certainty}")))
    assert [c.certainty for c in only(store).attack_types] == [shown]


def test_the_last_official_word_on_a_type_wins_over_many_that_repeat_the_first(store: Store) -> None:
    for n in range(3):
        of = article(n, outlet=f"o{n}")
        tell(store, of, said(information_status="confirme", attack_types=attacks("rancongiciel:confirmed")))
    of = article(9, outlet="z", published="2022-01-20")
    tell(store, of, said(information_status="requalifie", attack_types=attacks("rancongiciel:denied")))
    assert [c.certainty for c in only(store).attack_types] == ["denied"]


def test_what_attackers_alone_claim_is_suspected(store: Store) -> None:
    claim = attacks("vol_donnees:confirmed")
    tell(store, article(1), said(information_status="revendique", attack_types=claim))
    assert only(store).attack_types == attacks("vol_donnees:suspected")
    tell(store, article(2), said(information_status="confirme", attack_types=claim))
    assert only(store).attack_types == claim


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
