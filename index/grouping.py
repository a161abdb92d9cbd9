"""Which accounts tell of the same incident.

The outcome depends on the set of accounts alone, never on the order in which they came: the surest accounts
(a distinct facility, a day) make the groups, then the vaguer ones join a group that was complete before, each
where it fits best, or stay apart when more than one facility would do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from index import details
from index.account import Account
from index.facility import identity, may_be, same_facility

DAYS_APART = 3  # one night told as Friday here and Saturday there
DAYS_TOLD = 45  # how long after an attack an article that gives no date still speaks of it
DAYS_OF_COVERAGE = 14  # two articles on one facility, this close, speak of the same event unless dates forbid
_SURE = frozenset({"hour", "day", "night", "week"})
_TIERS = (frozenset({"month"}), frozenset({"year"}), frozenset({"unknown"}))

Group = list[Account]
_Fit = Callable[[Account, Account], bool]


def group(accounts: Iterable[Account]) -> list[Group]:
    """Accounts of one incident together, each group oldest publication first, groups in that order too."""
    ordered = sorted(accounts, key=lambda a: a.order)
    numbered = [a for a in ordered if identity(a.facility).finess]
    placed = [a for a in ordered if not identity(a.facility).finess and identity(a.facility).distinct]
    named = [a for a in ordered if not identity(a.facility).distinct and not details.unnamed(a)]
    unnamed = [a for a in ordered if not identity(a.facility).distinct and details.unnamed(a)]
    facilities = _joined(numbered, _same)
    facilities = _with(facilities, placed)
    incidents = [(i, events) for i, facility in enumerate(facilities) for events in _by_date(facility)]
    homeless = _homed(named, incidents, lambda a, b: may_be(a.facility, b.facility))
    places = _joined(homeless, _same)
    incidents += [(len(facilities) + i, events) for i, place in enumerate(places) for events in _by_date(place)]
    nobody = _homed(unnamed, incidents, details.agree)
    groups = [events for _, events in incidents]
    groups += [events for some in _joined(nobody, details.agree) for events in _by_date(some)]
    return sorted((sorted(g, key=lambda a: a.order) for g in groups), key=lambda g: g[0].order)


def _homed(vague: Sequence[Account], incidents: Sequence[tuple[int, Group]], fit: _Fit) -> Group:
    """Put each vague account into the incident it fits best, when those it fits are one facility's; the others."""
    homeless: Group = []
    joined: list[tuple[Group, Account]] = []
    for account in vague:
        fits = [
            (away, n, i)
            for n, (i, events) in enumerate(incidents)
            if any(fit(account, e) for e in events) and (away := days_away(account, events)) is not None
        ]
        if fits and len({i for _, _, i in fits}) == 1:
            joined.append((incidents[min(fits)[1]][1], account))
        else:
            homeless.append(account)
    for events, account in joined:
        events.append(account)
    return homeless


def _with(facilities: list[Group], accounts: Sequence[Account]) -> list[Group]:
    """Accounts with a commune but no number join the one facility they fit, else make facilities of their own."""
    rest: Group = []
    joined: list[tuple[Group, Account]] = []
    for account in accounts:
        fits = [facility for facility in facilities if any(_same(account, other) for other in facility)]
        if len(fits) == 1:
            joined.append((fits[0], account))
        else:
            rest.append(account)
    for facility, account in joined:
        facility.append(account)
    return facilities + _joined(rest, _same)


def _same(a: Account, b: Account) -> bool:
    return same_facility(a.facility, b.facility)


def _by_date(facility: Group) -> list[Group]:
    """The accounts of one facility, one group an event."""
    groups = _joined([a for a in facility if a.said.occurred.precision in _SURE and _start(a)], _near)
    for precisions in _TIERS:
        vague = [a for a in facility if _tier(a) in precisions]
        rest: Group = []
        joined: list[tuple[Group, Account]] = []
        for account in sorted(vague, key=lambda a: a.order):
            fits = [(away, n) for n, g in enumerate(groups) if (away := days_away(account, g)) is not None]
            if fits:
                joined.append((groups[min(fits)[1]], account))
            else:
                rest.append(account)
        for events, account in joined:
            events.append(account)
        groups += _joined(rest, _near)
    return groups


def _tier(account: Account) -> str:
    precision = account.said.occurred.precision
    if not _start(account):
        return "unknown"
    return "sure" if precision in _SURE else ("year" if precision == "unknown" else precision)


def _start(account: Account) -> date | None:
    return account.said.occurred.start


def _end(account: Account) -> date | None:
    return account.said.occurred.end or account.said.occurred.start


def _near(a: Account, b: Account) -> bool:
    """Two accounts of one facility: dates that meet within a few days, or no dates and close publications."""
    if (start := _start(a)) and (other := _start(b)):
        latest, earliest = max(start, other), min(_end(a) or start, _end(b) or other)
        return (latest - earliest).days <= DAYS_APART
    return abs((a.published - b.published).days) <= DAYS_TOLD


def days_away(account: Account, events: Sequence[Account]) -> int | None:
    """How far an account is from a group of events; None when it cannot be the same event."""
    dated = [(s, e) for a in events if (s := _start(a)) and (e := _end(a))]
    told = min(abs((account.published - a.published).days) for a in events)
    start, end = _start(account), _end(account)
    if start and end and dated:
        meets = any((max(start, s) - min(end, e)).days <= DAYS_APART for s, e in dated)
        return told if meets else None
    if start and dated:
        return None
    placed = [(s, e) for a in events if _tier(a) in ("sure", "month") and (s := _start(a)) and (e := _end(a))]
    if not placed:  # a year says too little for an article without a date to lean on
        return told if told <= DAYS_TOLD else None
    first, last = min(s for s, _ in placed), max(e for _, e in placed)
    after = (account.published - first).days
    if account.published < first - timedelta(days=1):
        return None
    if account.published <= last + timedelta(days=DAYS_TOLD):
        return after
    return told + DAYS_TOLD if told <= DAYS_OF_COVERAGE else None


def _joined(accounts: Sequence[Account], linked: Callable[[Account, Account], bool]) -> list[Group]:
    """Connected components of the accounts under `linked`."""
    groups: list[Group] = []
    for account in accounts:
        touching = [g for g in groups if any(linked(account, other) for other in g)]
        merged = [a for g in touching for a in g] + [account]
        groups = [g for g in groups if not any(g is t for t in touching)] + [merged]
    return groups
