"""The services of an incident: every state told, who contradicts whom, and the states day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from index.account import Account
from records import Occurred, Outage, ServiceState, Statement, TimelineEntry
from reference.vocabulary import vocabulary

_DAYS = frozenset({"hour", "day", "night"})
_RUNNING = frozenset({"maintenu", "retabli"})
_LATER_ONLY = "retabli"
_KEPT_UP = "maintenu"


def _order(service: str, status: str) -> tuple[int, int]:
    return list(vocabulary("services")).index(service), list(vocabulary("impact_status")).index(status)


def service_states(told: Sequence[Account]) -> tuple[ServiceState, ...]:
    """Each pair of service and state once, in the order of the vocabularies, in the words of the first to tell it."""
    found: dict[tuple[str, str], ServiceState] = {}
    for account in told:
        for state in sorted(account.said.services, key=lambda s: s.mention):
            found.setdefault((state.service, state.status), state)
    return tuple(found[pair] for pair in sorted(found, key=lambda pair: _order(*pair)))


def contradictory_services(told: Sequence[Account]) -> dict[str, tuple[Statement, ...]]:
    """Services of which articles of the same day say, the ones that they run, the others that they do not."""
    found: dict[str, tuple[Statement, ...]] = {}
    days: dict[tuple[str, date], dict[str, list[str]]] = {}
    for account in told:
        for state in account.said.services:
            days.setdefault((state.service, account.published), {}).setdefault(state.status, []).append(account.url)
    for (service, _), states in sorted(days.items()):
        running = {url for status in _RUNNING & states.keys() for url in states[status]}
        stopped = {url for status in states.keys() - _RUNNING - {"inconnu"} for url in states[status]}
        if running - stopped and stopped - running:
            statements = (
                Statement(value=status, reports=tuple(dict.fromkeys(urls))) for status, urls in sorted(states.items())
            )
            found[f"services/{service}"] = (*found.get(f"services/{service}", ()), *statements)
    return found


def timeline(told: Sequence[Account], occurred: Occurred) -> tuple[TimelineEntry, ...]:
    """States by day: the day of publication, or of the attack for what the first article tells of it."""
    attack = occurred.start if occurred.precision in _DAYS else None
    first = min(account.published for account in told)
    entries: dict[tuple[date, str, str], list[str]] = {}
    for account in told:
        for state in account.said.services:
            at_once = attack and attack <= first and account.published == first and state.status != _LATER_ONLY
            day = attack if at_once and attack else account.published
            entries.setdefault((day, state.service, state.status), []).append(account.url)
    return tuple(
        TimelineEntry(date=day, service=service, status=status, reports=tuple(dict.fromkeys(urls)))
        for (day, service, status), urls in sorted(entries.items(), key=lambda e: (e[0][0], _order(*e[0][1:])))
    )


def outages(days: Sequence[TimelineEntry], occurred: Occurred) -> tuple[Outage, ...]:
    """For each service its stops, from the first day it was told to be hit to the day it was told to be restored.

    A recovery told on the day of a stop comes after it. "Maintained" neither begins a stop nor ends one: it is what
    somebody else says of the same days.
    """
    found: list[Outage] = []
    for service in dict.fromkeys(entry.service for entry in days):
        told = [e for e in days if e.service == service and e.status != _KEPT_UP]
        told.sort(key=lambda e: (e.date, e.status == _LATER_ONLY))
        stop: list[TimelineEntry] = []
        earliest = occurred.start
        for entry in told:
            if entry.status != _LATER_ONLY:
                if stop and stop[-1].status == _LATER_ONLY:
                    found.append(_outage(stop, earliest))
                    earliest, stop = stop[-1].date, []
                stop.append(entry)
            elif stop and stop[-1].status != _LATER_ONLY:
                stop.append(entry)
        if stop:
            found.append(_outage(stop, earliest))
    return tuple(sorted(found, key=lambda o: (o.since, _order(o.service, o.status))))


def _outage(stop: Sequence[TimelineEntry], earliest: date | None) -> Outage:
    """`earliest`: the first day on which the stop can have begun, as far as that is known."""
    last = stop[-1]
    down = max(entry.date for entry in stop if entry.status != _LATER_ONLY)
    until = last.date if last.status == _LATER_ONLY else None
    worst = min((e for e in stop if e.date == last.date), key=lambda e: _order(e.service, e.status)[1])
    return Outage(
        service=last.service,
        since=stop[0].date,
        until=until,
        days=(until - stop[0].date).days if until else None,
        least=(down - stop[0].date).days,
        most=(until - min(earliest, stop[0].date)).days if until and earliest else None,
        status=_LATER_ONLY if until else worst.status,
        told=last.date,
        reports=tuple(dict.fromkeys(url for entry in stop for url in entry.reports)),
    )
