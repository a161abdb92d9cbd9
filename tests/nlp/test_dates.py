"""Dates: each wording of `dates.toml` means these days, and of several dates the marked one is the attack's."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import Doc

from nlp.dates import conclude, owners
from nlp.dates.calendar import feast, resolve
from nlp.dates.expressions import find
from nlp.document import live
from reference.folding import fold_with_offsets

_TABLE = tomllib.loads(Path(__file__).with_name("dates.toml").read_text(encoding="utf-8"))
_ANCHOR = date(2024, 3, 14)


def _days(first: date | None, last: date | None) -> str:
    return "" if first is None else f"{first}" if first == last else f"{first}/{last}"


@pytest.mark.parametrize("row", _TABLE["expression"], ids=[e["says"] for e in _TABLE["expression"]])
def test_a_wording_means_these_days(row: dict[str, str]) -> None:
    anchor = date.fromisoformat(row.get("published", str(_ANCHOR)))
    read = find(fold_with_offsets(row["says"]).text, anchor)
    assert "; ".join(f"{_days(m.first, m.last)} {m.precision}" for m in read) == row["means"]


@pytest.mark.parametrize("case", _TABLE["case"], ids=[c["text"][:60] for c in _TABLE["case"]])
def test_the_marked_date_is_the_attack_s(case: dict[str, Any], parse: Callable[..., Doc]) -> None:
    doc = parse(re.sub(r"[\[\]]", "", case["text"]), published=case.get("published", str(_ANCHOR)))
    occurred, support = conclude(doc, list(live(doc._.findings, "occurred")))
    assert _days(occurred.start, occurred.end) == case["on"]
    if case["on"]:
        marked = re.findall(r"\[([^\]]+)\]", case["text"])
        told = doc.text[support[0].start : support[0].end]
        assert occurred.mention == told
        assert any(told in m or m in told for m in marked)


def test_dates_considered_and_rejected_say_why(parse: Callable[..., Doc]) -> None:
    doc = parse("La direction a annoncé mardi que l'hôpital avait été piraté. Il a porté plainte mercredi.")
    rejected = [f.rejected for f in doc._.findings if f.field == "occurred"]
    assert rejected == ["date d'une déclaration", "date d'une suite : plainte, enquête, réunion"]


def test_a_day_said_to_be_another_weekday_follows_the_weekday() -> None:
    assert resolve(4, 12, 2022, date(2022, 12, 5), weekday=5) == date(2022, 12, 3)


def test_an_hour_told_alone_makes_the_day_more_precise(parse: Callable[..., Doc]) -> None:
    doc = parse(
        "L'hôpital a connu mardi 12 mars une panne. Elle est survenue peu après 11 heures. À 16 heures, tout remarchait.",
        published=str(_ANCHOR),
    )
    occurred, support = conclude(doc, list(live(doc._.findings, "occurred")))
    assert (str(occurred.start), occurred.precision, occurred.mention) == ("2024-03-12", "hour", "mardi 12 mars")
    assert "peu après 11 heures" in [doc.text[f.start : f.end] for f in support]


@pytest.mark.parametrize(
    ("at", "whose"),
    [(10, {1}), (40, {2})],
    ids=["the first", "the second"],
)
def test_of_two_dates_in_a_sentence_each_goes_to_the_nearest_victim(at: int, whose: set[int]) -> None:
    # "Dax en 2021, et Rouen en 2019"
    assert owners(at, [10, 40], [(0, 1), (30, 2)]) == whose


def test_a_date_that_comes_first_goes_to_the_victim_after_it() -> None:
    # "En 2021 Dax, en 2019 Rouen"
    assert [owners(at, [0, 20], [(8, 1), (28, 2)]) for at in (0, 20)] == [{1}, {2}]


def test_a_single_date_is_every_victim_s() -> None:
    assert owners(30, [30], [(0, 1), (10, 2)]) == {1, 2}


def test_easter_moves() -> None:
    assert [feast("paques", y, _ANCHOR) for y in (2021, 2024)] == [date(2021, 4, 4), date(2024, 3, 31)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1" * 1_000_000,
        " " * 1_000_000,
        "é" * 1_000_000,
        "lundi " * 60_000,
        "la nuit du " * 40_000,
        "1er " * 100_000,
    ],
    ids=["empty", "digits", "blanks", "letters", "weekdays", "nights", "ordinals"],
)
def test_hostile_texts_are_read_in_linear_time(text: str) -> None:
    folded = fold_with_offsets(text).text
    began = time.process_time()
    for _ in find(folded, _ANCHOR):
        pass
    assert time.process_time() - began < 15


def test_many_dates_in_one_sentence_are_read_in_bounded_time(parse: Callable[..., Doc]) -> None:
    import spacy

    from nlp.dates import Dates
    from records import Article

    blank = spacy.blank("fr")
    doc = blank("attaque lundi , " * 1_500)
    for token in doc:
        token.is_sent_start = token.i == 0
    doc._.article = Article(url="https://example.org/a", title="", published=_ANCHOR, text="a")
    began = time.process_time()
    Dates()(doc)
    assert time.process_time() - began < 15
