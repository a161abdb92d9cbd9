"""What was known on a day, and what changed since."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from index.acting import Analyst
from index.asof import as_of, changes, differences, fates_since
from index.consolidate import consolidate
from index.store import Store
from records import Article, ReportedIncident
from tests.index.samples import NOW, article, facility, incident, on, report, said, services


def tell(store: Store, of: Article, *told: ReportedIncident, now: datetime = NOW) -> str:
    """In the store from the day it was published, unless the article says when it was fetched."""
    if of.fetched == NOW:
        of = of.model_copy(update={"fetched": datetime.combine(of.published_on, time(12), UTC)})
    return next(iter(consolidate(store, report(of, *told), of, now=now)), "")


@pytest.fixture
def story(store: Store) -> str:
    """An attack told on the 7th, denied to have taken data on the 8th, owned up to on the 20th, over on the 30th."""
    tell(store, article(1), said(services=services("urgences:ferme")))
    tell(store, article(2, published="2022-01-08T09:00:00+01:00"), said(data_stolen=False))
    tell(store, article(3, published="2022-01-20"), said(data_stolen=True, persons_affected=12_000))
    return tell(store, article(4, published="2022-01-30"), said(services=services("urgences:retabli")))


def test_an_incident_is_what_was_published_by_that_day(store: Store, story: str) -> None:
    assert as_of(store, story, date(2022, 1, 6)) is None
    days = {day: as_of(store, story, date(2022, 1, day)) for day in (7, 8, 19, 20, 30)}
    assert [i.data_stolen for i in days.values() if i] == [None, False, False, True, True]
    assert [len(i.reports) for i in days.values() if i] == [1, 2, 2, 3, 4]
    assert [i.outages[0].until for i in days.values() if i][-2:] == [None, date(2022, 1, 30)]
    now = store.incident(story)
    assert now is not None
    assert days[30] is not None
    assert differences(days[30], now) == ()
    assert as_of(store, "VIG-1999-0001", date(2022, 1, 30)) is None


def test_an_act_is_known_from_the_day_it_was_made(store: Store, story: str) -> None:
    made = datetime(2022, 1, 25, 12, tzinfo=UTC)
    Analyst(store, "Ana", made).correct(story, {"persons_affected": 15_000})
    known = [as_of(store, story, date(2022, 1, day)) for day in (24, 25)]
    assert [i.persons_affected for i in known if i] == [12_000, 15_000]


def test_a_facility_linked_by_hand_is_known_so_from_that_day(store: Store, story: str) -> None:
    made = datetime(2022, 1, 25, 12, tzinfo=UTC)
    Analyst(store, "Ana", made).link(story, facility("Clinique des Ormes", "Blois"))
    known = [as_of(store, story, date(2022, 1, day)) for day in (24, 25)]
    assert [i.facility.commune for i in known if i] == ["Chambray-lès-Tours", "Blois"]


def test_what_changed_since_a_day_says_from_what_to_what(store: Store, story: str) -> None:
    (change,) = changes(store, date(2022, 1, 20))
    assert (change.kind, change.articles) == ("changed", (article(3).url, article(4).url))
    told = {d.field: (d.before, d.after) for d in change.differences}
    assert told["data_stolen"] == (False, True)
    assert told["persons_affected"] == (None, 12_000)
    assert set(told) == {"data_stolen", "persons_affected", "services"}
    (first,) = changes(store, date(2022, 1, 7))
    assert (first.kind, first.differences) == ("new", ())


def test_more_articles_that_say_the_same_are_told_as_such(store: Store) -> None:
    one = said(actor="Hive")
    tell(store, article(1), one)
    tell(store, article(2, published="2022-01-20"), one)
    (change,) = changes(store, date(2022, 1, 15))
    assert (change.kind, change.articles) == ("told", (article(2).url,))
    assert list(changes(store, date(2026, 12, 1))) == []


def test_old_articles_that_come_in_late_are_not_told_as_new(store: Store) -> None:
    late = NOW + timedelta(minutes=1)
    one = tell(store, article(1, fetched=late), said())
    (change,) = changes(store, NOW.date())
    assert (change.kind, change.articles) == ("older", (article(1).url,))
    other = facility("Ehpad de la Charmille", "Loches", type="ehpad")
    tell(store, article(3), said(other), now=NOW - timedelta(days=9))
    tell(store, article(4, fetched=late), said(other, actor="Hive"))
    changed = {c.incident.facility.name: c for c in changes(store, NOW.date()) if c.incident.id != one}[other.name]
    assert (changed.kind, changed.articles) == ("changed", (article(4).url,))
    assert [(d.field, d.after) for d in changed.differences] == [("actor", "Hive")]


def test_ids_that_went_since_a_day_are_told(store: Store) -> None:
    one = tell(store, article(1), said())
    other = tell(store, article(2), said(facility("Ehpad de la Charmille", "Loches", type="ehpad"), on("2022-01-06")))
    Analyst(store, "Ana", NOW).merge(one, other)
    assert [(f.id, f.kind) for f in fates_since(store, NOW.date())] == [(other, "merged")]
    assert fates_since(store, NOW.date() + timedelta(days=1)) == []


def test_an_incident_put_by_hand_is_known_from_its_day_on(store: Store) -> None:
    store.put_incident(incident(5))
    assert as_of(store, "VIG-2022-0005", date(2022, 1, 5)) is None
    assert as_of(store, "VIG-2022-0005", date(2022, 1, 6)) is not None
