"""Details of an incident: each sentence of `details.toml` tells these values; numbers in digits and in words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import Doc

from nlp.details import conclude
from nlp.numbers import find_numbers
from records import Ransom, ServiceState

CASES = tomllib.loads(Path(__file__).with_name("details.toml").read_text(encoding="utf-8"))["case"]


def _plain(value: Any) -> Any:
    if isinstance(value, Ransom):
        return [value.amount, value.currency]
    if isinstance(value, tuple):
        return sorted(value)
    return "null" if value is None else value


@pytest.mark.parametrize("case", CASES, ids=[c["text"][:60] for c in CASES])
def test_a_sentence_tells_these_details(case: dict[str, Any], parse: Callable[..., Doc]) -> None:
    wanted = {k: v for k, v in case.items() if k != "text"}
    doc = parse(case["text"])
    told = conclude(doc, doc._.findings, [])
    assert {k: _plain(told.values()[k]) for k in wanted} == wanted
    for field in wanted:
        value = told.values()[field]
        if value not in (None, ()) and field not in ("care_impact", "information_status"):
            keys = [f"{field}/{v}" for v in value] if isinstance(value, tuple) else [field]
            assert all(told.support.get(key) for key in keys), f"no evidence for {field}"


@pytest.mark.parametrize(
    ("status", "impact"),
    [("reporte", "interruption"), ("reoriente", "interruption"), ("maintenu", "aucun"), ("degrade", "mode_degrade")],
)
def test_the_state_of_a_care_service_makes_the_impact(status: str, impact: str, parse: Callable[..., Doc]) -> None:
    doc = parse("Une cyberattaque a touché l'hôpital.")
    services = [ServiceState(service="consultations", status=status, mention="les consultations")]
    assert conclude(doc, doc._.findings, services).care_impact == impact


@pytest.mark.parametrize(
    ("service", "status", "impact"),
    [
        ("si_global", "coupe_preventif", "inconnu"),
        ("site_web", "suspendu", "inconnu"),
        ("si_global", "suspendu", "mode_degrade"),
        ("si_global", "degrade", "mode_degrade"),
        ("dpi", "coupe_preventif", "mode_degrade"),
        ("samu_regulation", "reoriente", "interruption"),
    ],
)
def test_a_stopped_tool_alone_says_of_care_what_it_hampers(
    service: str, status: str, impact: str, parse: Callable[..., Doc]
) -> None:
    doc = parse("Une cyberattaque a touché l'hôpital.")
    services = [ServiceState(service=service, status=status, mention="l'outil")]
    assert conclude(doc, doc._.findings, services).care_impact == impact


def test_data_of_persons_outweigh_a_network_cut_to_be_safe(parse: Callable[..., Doc]) -> None:
    doc = parse("Les données de 3 000 patients ont été volées à la clinique.")
    services = [ServiceState(service="si_global", status="coupe_preventif", mention="le réseau")]
    assert conclude(doc, doc._.findings, services).care_impact == "donnees"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("480 000 patients", [480000]),
        ("480.000 dossiers", [480000]),
        ("480\u202f000 dossiers", [480000]),
        ("300’000 patients", [300000]),
        ("1,4 million de personnes", [1400000]),
        ("3 millions et demi de clients", [3500000]),
        ("un million et demi de personnes", [1500000]),
        ("un demi-million de Français", [500000]),
        ("un demi-millier de patients", [500]),
        ("33 M d'assurés", [33000000]),
        ("450 k€", [450000]),
        ("une centaine de milliers de clients", [100000]),
        ("une quarantaine de patients", [40]),
        ("quatre-vingt-douze mille patients", [92000]),
        ("cent quatre-vingt-dix-neuf", [199]),
        ("soixante-dix-huit", [78]),
        ("vingt et un patients", [21]),
        ("deux mille cinq cents patients", [2500]),
        ("entre 200 et 300 patients", [200, 300]),
        ("en 2022 300 patients", [2022, 300]),
        ("plusieurs centaines de patients", []),
        ("des millions de données", []),
        ("un patient", []),
        ("d’un million d’assurés", [1000000]),
        ("04 79 89", [4, 79, 89]),
    ],
)
def test_numbers_in_digits_and_words(text: str, values: list[int]) -> None:
    found = find_numbers(text)
    assert [n.value for n in found] == values
    assert all(0 <= n.start < n.end <= len(text) for n in found)


@pytest.mark.parametrize("text", ["9" * 200_000, "mille " * 40_000, "cent-" * 40_000, "1 000 " * 30_000])
def test_endless_numerals_are_read_in_bounded_time(text: str) -> None:
    find_numbers(text)


@pytest.mark.parametrize(
    ("service", "status", "impact"),
    [
        ("si_global", "degrade", "donnees"),
        ("dpi", "degrade", "mode_degrade"),
        ("site_web", "coupe_preventif", "mode_degrade"),
        ("facturation_logistique", "suspendu", "mode_degrade"),
        ("imagerie", "suspendu", "mode_degrade"),
        ("urgences", "suspendu", "interruption"),
    ],
)
def test_stolen_data_are_the_impact_unless_a_tool_of_care_or_of_customers_fails(
    service: str, status: str, impact: str, parse: Callable[..., Doc]
) -> None:
    doc = parse("Les données de 3 000 patients ont été volées à la clinique.")
    services = [ServiceState(service=service, status=status, mention="l'outil")]
    assert conclude(doc, doc._.findings, services).care_impact == impact
