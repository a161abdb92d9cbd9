"""When an outlet's silence, failure or empty pages are told: a table of histories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.events import OutletDone
from crawler.outlets import Outlet
from index import crawl
from index.health import health
from index.store import OutletState, Store

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
OUTLET = Outlet(id="a", name="A", hosts=("a.fr",), feeds=("https://a.fr/rss",))


def lived(store: Store, fresh: list[int], **last: object) -> None:
    """One run a day up to today, with so many new addresses each; `last` changes the last one."""
    with store.writing():
        for back, count in enumerate(reversed(fresh)):
            at = NOW - timedelta(days=back)
            told = {"outlet": "a", "status": "OK", "fresh": count, "new": count, "dropped": count, "at": at}
            crawl.put_run(store, OutletDone.model_validate(told | (last if back == 0 else {})))
        ok = not last or last.get("status") != "FAILED"
        store.put_outlet_state(OutletState("a", last_attempt=NOW, last_success=NOW if ok else NOW - timedelta(days=4)))


@pytest.mark.parametrize(
    ("fresh", "last", "alarm"),
    [
        ([300, 9, 8, 10, 7, 9, 8, 11, 9], {}, None),
        ([300, 9, 8, 10, 7, 9, 8, 11, 0, 0], {}, None),  # a weekend
        ([300, 9, 8, 10, 7, 9, 8, 11, 0, 0, 0], {}, "silencieux depuis 3 jours"),
        ([300, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1] + [0] * 5, {}, None),  # a rare one
        ([300, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1] + [0] * 12, {}, "tous les 3 jours"),
        ([300, 9, 0, 0, 0], {}, None),  # too little is known of it
        (
            [300, 9, 8, 10, 7, 9],
            {"status": "FAILED", "reason": "aucun flux lisible"},
            "en échec depuis 4 jours : aucun",
        ),
        ([300, 9, 8, 10, 7, 9], {"status": "PARTIAL", "mute": True}, "ne donnent plus de texte"),
        ([300, 9, 8, 10, 7, 0], {"dropped": 5, "refused": 600}, "% de ses pages refusent"),
    ],
)
def test_what_is_told_of_a_history(store: Store, fresh: list[int], last: dict[str, object], alarm: str | None) -> None:
    lived(store, fresh, **last)
    found = health(store, [OUTLET], NOW)["a"]
    if alarm is None:
        assert found.alarms == ()
    else:
        assert len(found.alarms) == 1
        assert alarm in found.alarms[0]


def test_silence_is_not_told_of_an_outlet_that_was_not_looked_at(store: Store) -> None:
    lived(store, [300, 9, 8, 10, 7, 9, 8, 11, 9])
    assert health(store, [OUTLET], NOW + timedelta(days=20))["a"].alarms == ()


def test_shares_and_the_usual_day_are_told_when_enough_is_known(store: Store) -> None:
    lived(store, [300, 9, 8, 10, 7, 9, 8, 11, 9], failed=3, refused=1)
    found = health(store, [OUTLET, OUTLET.model_copy(update={"id": "new"})], NOW)
    assert found["a"].usual == 9
    assert found["a"].extracted == pytest.approx(62 / 66)
    assert found["a"].blocked == pytest.approx(1 / 66)
    assert (found["new"].last, found["new"].usual, found["new"].alarms) == (None, None, ())
    assert "b" not in health(store, [OUTLET.model_copy(update={"id": "b", "closed": "non"})], NOW)


def test_only_the_last_runs_and_days_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawl, "RUNS_KEPT", 3)
    monkeypatch.setattr(crawl, "DAYS_KEPT", 5)
    for back in reversed(range(8)):
        crawl.put_run(store, OutletDone(outlet="a", status="OK", fresh=5, at=NOW - timedelta(days=back)))
    crawl.put_run(store, OutletDone(outlet="a", status="OK", fresh=1, at=NOW + timedelta(hours=1)))
    assert [run.fresh for run in crawl.runs(store, "a")] == [1, 5, 5]
    assert [told["fresh"] for told in crawl.days(store, "a", 1000).values()] == [6, 5, 5, 5, 5]
