from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from crawler.moments import PARIS, day_in_path, in_future, moment_of, written_moment

FETCHED = datetime(2024, 3, 2, 0, 30, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-01-07T13:12:00+01:00", datetime(2022, 1, 7, 13, 12, tzinfo=timezone(timedelta(hours=1)))),
        ("2022-01-07T12:12:00Z", datetime(2022, 1, 7, 12, 12, tzinfo=UTC)),
        ("2022-01-07T12:12:00.123+0000", datetime(2022, 1, 7, 12, 12, tzinfo=UTC)),
        ("2022-07-07 13:12", datetime(2022, 7, 7, 13, 12, tzinfo=PARIS)),
        ("2022-07-07CEST13:12:00+0200", datetime(2022, 7, 7, 13, 12, tzinfo=timezone(timedelta(hours=2)))),
        ("2022-01-07", date(2022, 1, 7)),
        ("2022-01-07T00:00:00+01:00", date(2022, 1, 7)),
        ("Fri, 07 Jan 2022 13:12:00 +0100", datetime(2022, 1, 7, 12, 12, tzinfo=UTC)),
        ("Fri, 07 Jan 2022 12:12:00 GMT", datetime(2022, 1, 7, 12, 12, tzinfo=UTC)),
        ("2022-02-31", None),
        ("vendredi", None),
        (None, None),
    ],
)
def test_dates_for_machines_are_read_with_their_zone(text: str | None, moment: date | None):
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Publié le 07/01/2022 à 13h12", datetime(2022, 1, 7, 13, 12, tzinfo=PARIS)),
        ("Publié le 27 Mar 20 à 9:21", datetime(2020, 3, 27, 9, 21, tzinfo=PARIS)),
        ("mardi 1er août 2023", date(2023, 8, 1)),
        ("Publié hier à 19h25", datetime(2024, 3, 1, 19, 25, tzinfo=PARIS)),
        ("Publié aujourd’hui à 0h10, mis à jour le 3 mars 2024", datetime(2024, 3, 2, 0, 10, tzinfo=PARIS)),
        ("le 31/02/2022", None),
        ("lundi prochain", None),
    ],
)
def test_dates_for_readers_are_french(text: str, moment: date | None):
    assert written_moment(text, FETCHED) == moment


def test_the_day_of_an_address_is_read():
    assert day_in_path("https://info.fr/tours/2022/07/24/titre/") == date(2022, 7, 24)
    assert day_in_path("https://info.fr/2022/13/24/titre/") is None


def test_the_future_begins_a_day_after_the_fetch():
    assert not in_future(FETCHED + timedelta(hours=20), FETCHED)
    assert in_future(FETCHED + timedelta(hours=25), FETCHED)
    assert not in_future(date(2024, 3, 3), FETCHED)
    assert in_future(date(2024, 3, 4), FETCHED)
