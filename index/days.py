"""How far an account is from an event by its dates, and which accounts of one facility are of one event by them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from index.account import Account

DAYS_APART = 3  # one night told as Friday here and Saturday there
DAYS_TOLD = 45  # how long after an attack an article that gives no date still speaks of it
DAYS_OF_COVERAGE = 14  # two articles on one facility, this close, speak of the same event unless dates forbid
_SURE = frozenset({"hour", "day", "night", "week"})
TIERS = ("sure", "month", "year", "unknown")


def tier(account: Account) -> str:
    """One of `TIERS`: how well the day of the attack is told."""
    precision = account.said.occurred.precision
    if not account.said.occurred.start:
        return "unknown"
    return "sure" if precision in _SURE else "year" if precision == "unknown" else precision


def runs(accounts: Sequence[Account]) -> list[list[Account]]:
    """Accounts of one facility and one tier, one list an event: dates, or days of publication, that follow closely."""
    apart, key = (DAYS_APART, _told) if accounts and accounts[0].said.occurred.start else (DAYS_TOLD, _published)
    found: list[list[Account]] = []
    reached = date.min
    for account in sorted(accounts, key=key):
        first, last = key(account)
        if found and (first - reached).days <= apart:
            found[-1].append(account)
        else:
            found.append([account])
        reached = max(reached, last)
    return found


class Days:
    """The days of an event: those on which it is told to have happened, and those of its articles."""

    def __init__(self, events: Iterable[Account]) -> None:
        events = list(events)
        self._published = sorted({a.published for a in events})
        self._dated = {_told(a) for a in events if a.said.occurred.start}
        # a year says too little for an article without a date to lean on
        placed = [_told(a) for a in events if tier(a) in ("sure", "month")]
        self._placed = (min(s for s, _ in placed), max(e for _, e in placed)) if placed else None

    def away(self, account: Account) -> int | None:
        """In days of publication; None when the account cannot be of the same event."""
        n = bisect_left(self._published, account.published)
        told = min(abs((account.published - day).days) for day in self._published[max(0, n - 1) : n + 1])
        if account.said.occurred.start and self._dated:
            first, last = _told(account)
            return told if any((max(first, s) - min(last, e)).days <= DAYS_APART for s, e in self._dated) else None
        if self._placed is None:
            return told if told <= DAYS_TOLD else None
        first, last = self._placed
        if account.published < first - timedelta(days=1):
            return None
        if account.published <= last + timedelta(days=DAYS_TOLD):
            return (account.published - first).days
        return told + DAYS_TOLD if told <= DAYS_OF_COVERAGE else None


def _told(account: Account) -> tuple[date, date]:
    start = account.said.occurred.start or account.published
    return start, max(start, account.said.occurred.end or start)


def _published(account: Account) -> tuple[date, date]:
    return account.published, account.published
