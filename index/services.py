"""The services of an incident: every state told, who contradicts whom, and the states day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from index.account import Account
from records import Occurred, ServiceState, Statement, TimelineEntry
from reference.vocabulary import vocabulary

_DAYS = frozenset({"hour", "day", "night"})
_RUNNING = frozenset({"maintenu", "retabli"})
_LATER_ONLY = "retabli"


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
    entries: dict[tuple[date, str, str], TimelineEntry] = {}
    for account in told:
        for state in account.said.services:
            at_once = attack and attack <= first and account.published == first and state.status != _LATER_ONLY
            day = attack if at_once and attack else account.published
            key = (day, state.service, state.status)
            entries.setdefault(
                key, TimelineEntry(date=day, service=state.service, status=state.status, report=account.url)
            )
    return tuple(entries[key] for key in sorted(entries, key=lambda k: (k[0], _order(k[1], k[2]))))
