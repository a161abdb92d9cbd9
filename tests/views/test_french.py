from __future__ import annotations

import doctest
from datetime import UTC, date, datetime, timedelta

import pytest

from records import Occurred
from views import french

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(start: str, end: str | None, precision: str) -> str:
    return french.occurred(Occurred.model_validate({"start": start, "end": end, "precision": precision}))


@pytest.mark.parametrize(
    ("start", "end", "precision", "words"),
    [
        ("2022-01-06", "2022-01-07", "night", "nuit du 6 au 7 janvier 2022"),
        ("2022-01-31", "2022-02-01", "night", "nuit du 31 janvier au 1er février 2022"),
        ("2021-12-31", "2022-01-01", "night", "nuit du 31 décembre 2021 au 1er janvier 2022"),
        ("2022-01-07", None, "day", "7 janvier 2022"),
        ("2022-01-01", "2022-01-01", "hour", "1er janvier 2022"),
        ("2022-01-03", "2022-01-05", "day", "du 3 au 5 janvier 2022"),
        ("2021-03-01", "2021-03-31", "month", "mars 2021"),
        ("2021-08-01", "2021-09-30", "month", "d’août à septembre 2021"),
        ("2021-09-10", "2021-09-20", "month", "entre le 10 et le 20 septembre 2021"),
        ("2021-08-02", "2021-08-08", "week", "entre le 2 et le 8 août 2021"),
        ("2021-01-01", "2021-12-31", "year", "2021"),
    ],
)
def test_a_date_is_said_no_more_precisely_than_it_is_known(
    start: str, end: str | None, precision: str, words: str
) -> None:
    assert at(start, end, precision) == words


def test_an_unknown_date_says_so() -> None:
    assert french.occurred(Occurred()) == "date inconnue"


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("7/1/2022", date(2022, 1, 7), date(2022, 1, 7)),
        ("07.01.2022", date(2022, 1, 7), date(2022, 1, 7)),
        ("2022-01-07", date(2022, 1, 7), date(2022, 1, 7)),
        ("1er février 2022", date(2022, 2, 1), date(2022, 2, 1)),
        ("7 Janvier 2022", date(2022, 1, 7), date(2022, 1, 7)),
        ("mars 2021", date(2021, 3, 1), date(2021, 3, 31)),
        ("02/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
    ],
)
def test_dates_are_read_as_people_type_them(typed: str, first: date, last: date) -> None:
    assert french.read_date(typed) == first
    assert french.read_date(typed, end=True) == last


@pytest.mark.parametrize("typed", ["hier", "31/2/2022", "2022-13-01", "7 brumaire 2022", "99999", "0000"])
def test_what_is_no_date_gets_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match="n’est pas une date reconnue"):
        french.read_date(typed)


def test_nothing_typed_is_no_limit() -> None:
    assert french.read_date("  ") is None


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        (timedelta(seconds=5), "à l’instant"),
        (timedelta(minutes=5), "il y a 5 minutes"),
        (timedelta(hours=1), "il y a 1 heure"),
        (-timedelta(minutes=42), "dans 42 minutes"),
        (timedelta(days=40), "le 14 octobre 2026 à 14 h 00"),
    ],
)
def test_moments_are_told_from_now(delta: timedelta, words: str) -> None:
    assert french.time_ago(NOW - delta, NOW) == words


def test_moments_are_told_in_the_time_of_paris() -> None:
    assert french.moment(datetime(2022, 1, 6, 23, 5, tzinfo=UTC)) == "7 janvier 2022 à 0 h 05"
    assert french.day_of(datetime(2022, 1, 6, 23, 5, tzinfo=UTC)) == "7 janvier 2022"
    assert french.day_of(date(2022, 1, 7)) == "7 janvier 2022"


def test_the_examples_of_the_docstrings_hold() -> None:
    assert doctest.testmod(french).failed == 0
