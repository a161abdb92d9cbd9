"""Which articles report an incident in health care: `relevance.toml`."""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.tokens import Doc

from crawler.triage import matters
from nlp.assemble import report
from nlp.relevance import THRESHOLD, relevance

FAMILIES: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("relevance_families.toml").read_text(encoding="utf-8")
)
TABLES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("relevance.toml").read_text(encoding="utf-8"))


def read(parse: Callable[..., Doc], case: str) -> Doc:
    title, text = case.split(" || ")
    return parse(text, title=title)


@pytest.mark.parametrize("case", TABLES["relevant"])
def test_an_incident_told_of_a_health_organisation_is_relevant(parse: Callable[..., Doc], case: str) -> None:
    doc = read(parse, case)
    assert relevance(doc).score >= THRESHOLD, relevance(doc)
    assert report(doc, "test").incidents


@pytest.mark.parametrize("case", TABLES["irrelevant"])
def test_anything_else_is_not_and_gives_no_incident(parse: Callable[..., Doc], case: str) -> None:
    doc = read(parse, case)
    assert relevance(doc).score < THRESHOLD, relevance(doc)
    assert not report(doc, "test").incidents


@pytest.mark.parametrize("case", [case for cases in FAMILIES["relevant"].values() for case in cases])
def test_the_rarer_kinds_of_incident_are_relevant_and_not_dropped_before(parse: Callable[..., Doc], case: str) -> None:
    assert matters(*case.split(" || "))
    weighed = relevance(read(parse, case))
    assert weighed.score >= THRESHOLD, weighed


@pytest.mark.parametrize("case", [case for cases in FAMILIES["irrelevant"].values() for case in cases])
def test_what_looks_like_one_of_them_is_not(parse: Callable[..., Doc], case: str) -> None:
    assert relevance(read(parse, case)).score < THRESHOLD or not matters(*case.split(" || "))


@pytest.mark.parametrize("case", [*TABLES["relevant"], *TABLES["irrelevant"]])
def test_the_score_lies_between_0_and_1_and_its_words_are_the_text_s(parse: Callable[..., Doc], case: str) -> None:
    doc = read(parse, case)
    weighed = relevance(doc)
    assert 0 <= weighed.score <= 1
    assert all(word in doc.text.lower() for word in weighed.terms)


def test_cases_still_pending_are_reported(parse: Callable[..., Doc]) -> None:
    for kind in ("relevant", "irrelevant"):
        for case in TABLES.get(f"pending_{kind}", []):
            weighed = relevance(read(parse, case))
            told = "lu juste : à ranger" if (weighed.score >= THRESHOLD) == (kind == "relevant") else "lu faux"
            warnings.warn(f"en attente ({kind}, {weighed.score}, {told}) : {case}", stacklevel=1)


def test_there_are_enough_articles() -> None:
    assert len(TABLES["relevant"]) + len(TABLES["irrelevant"]) >= 40
