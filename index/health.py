"""How collecting from each outlet goes, and what is not as it should be: silence, failure, pages without text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median

from crawler.events import OutletDone
from crawler.moments import day_of
from crawler.outlets import Outlet
from index import crawl
from index.store import Store

WINDOW = 28  # days that an outlet's usual rhythm is taken from
LEAST_DAYS = 5  # of history, before silence can be told
QUIET = timedelta(days=3)  # an outlet that publishes daily may be quiet so long
RARE = 4  # and one that does not, so many times its usual gap
FAILING = timedelta(days=1)  # without success, before it is an alarm
BLOCKED = 0.5  # share of pages that refuse us, from which on it is one
_ENOUGH = 10  # pages that a share is worth telling of


@dataclass(frozen=True, slots=True)
class Health:
    """One outlet. `usual` is its median of new addresses a day, None when too little is known; `extracted` and
    `blocked` are shares of the pages asked for in the last week, None when there were too few. `alarms` are French
    sentences; empty when nothing is wrong. `last` is the last run."""

    outlet: str
    last: OutletDone | None
    usual: float | None
    last_fresh: date | None
    extracted: float | None
    blocked: float | None
    alarms: tuple[str, ...]


def health(store: Store, outlets: Iterable[Outlet], now: datetime | None = None) -> dict[str, Health]:
    """The health of the outlets that are collected, by id."""
    moment = now or datetime.now(UTC)
    states = store.outlet_states()
    found = {}
    for outlet in outlets:
        if outlet.closed:
            continue
        state = states.get(outlet.id)
        last = next(iter(crawl.runs(store, outlet.id, 1)), None)
        told = crawl.days(store, outlet.id, WINDOW)
        found[outlet.id] = _health(outlet, last, told, state.last_success if state else None, moment)
    return found


def _health(
    outlet: Outlet,
    last: OutletDone | None,
    days: dict[date, dict[str, int]],
    success: datetime | None,
    now: datetime,
) -> Health:
    today = day_of(now)
    active = sorted(day for day, told in days.items() if told["fresh"])
    week = [told for day, told in days.items() if today - day < timedelta(days=7)]
    read = sum(told[name] for told in week for name in ("kept", "dropped", "unchanged"))
    refused, failed = (sum(told[name] for told in week) for name in ("refused", "failed"))
    asked = read + refused + failed
    extracted, blocked = (read / asked, refused / asked) if asked >= _ENOUGH else (None, None)
    usual = _usual(days, today)
    alarms = []
    if last and last.status == "FAILED" and (success is None or now - success >= FAILING):
        alarms.append(f"en échec {_since(success, now)} : {last.reason}")
    elif last and last.mute:
        alarms.append("ses pages ne donnent plus de texte : le site a sans doute changé")
    elif quiet := _quiet(active, days, today):
        alarms.append(quiet)
    if blocked is not None and blocked >= BLOCKED:
        alarms.append(f"{round(blocked * 100)} % de ses pages refusent d'être lues")
    return Health(outlet.id, last, usual, active[-1] if active else None, extracted, blocked, tuple(alarms))


def _usual(days: dict[date, dict[str, int]], today: date) -> float | None:
    """The median of the days looked at but today; the first day, when all its feeds held was new, is left out."""
    counts = [told["fresh"] for day, told in days.items() if day != today and day != min(days)]
    return float(median(counts)) if len(counts) >= LEAST_DAYS else None


def _quiet(active: list[date], days: dict[date, dict[str, int]], today: date) -> str | None:
    """Whether nothing new came for longer than is usual, although its feeds answered."""
    if len(active) < LEAST_DAYS or (today - min(days)).days < LEAST_DAYS:
        return None
    silent = today - active[-1]
    gap = median((later - earlier).days for earlier, later in pairwise(active))
    if silent < (QUIET if gap <= 1 else max(QUIET, timedelta(days=RARE * gap))):
        return None
    if not any(told["answered"] for day, told in days.items() if day > active[-1]):
        return None  # we did not look, or could not: that is told otherwise
    return f"silencieux depuis {silent.days} jours, alors qu'il publie d'ordinaire tous les {_days(gap)}"


def _days(gap: float) -> str:
    return "jours" if gap <= 1 else f"{gap:g} jours"


def _since(success: datetime | None, now: datetime) -> str:
    if success is None:
        return "depuis le début"
    days = (now - success).days
    return f"depuis {days} jour{'s' if days > 1 else ''}"
