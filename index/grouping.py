"""Which accounts tell of the same incident.

The outcome depends on the set of accounts alone, never on the order in which they came: the surest accounts
(a distinct facility, a day) make the groups, then the vaguer ones join a group that was complete before, each
where it fits best, or stay apart when more than one facility would do.

Facilities are compared by what tells them apart, once a spelling; days are put in order, not compared with one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from index import details
from index.account import Account
from index.days import TIERS, Days, runs, tier
from index.facility import Identity, may_be, same_facility
from index.sites import with_sites

Group = list[Account]
_Fit = Callable[[Account, Sequence[Account]], bool]


def group(accounts: Iterable[Account]) -> list[Group]:
    """Accounts of one incident together, each group oldest publication first, groups in that order too."""
    ordered = sorted(accounts, key=lambda a: a.order)
    numbered = [a for a in ordered if a.who.finess]
    placed = [a for a in ordered if not a.who.finess and a.who.distinct]
    named = [a for a in ordered if not a.who.distinct and not a.who.unnamed]
    unnamed = [a for a in ordered if not a.who.distinct and a.who.unnamed]
    facilities = _with(_by_facility(numbered), placed)
    incidents = [(i, events) for i, facility in enumerate(facilities) for events in _by_date(facility)]
    homeless = _homed(named, incidents, _may_be_of)
    places = _by_facility(homeless)
    incidents += [(len(facilities) + i, events) for i, place in enumerate(places) for events in _by_date(place)]
    nobody = _homed(unnamed, incidents, lambda a, events: any(details.agree(a, e) for e in events))
    groups = [events for _, events in incidents]
    groups += [events for some in _agreeing(nobody) for events in _by_date(some)]
    return sorted((sorted(g, key=lambda a: a.order) for g in with_sites(groups)), key=lambda g: g[0].order)


def days_away(account: Account, events: Sequence[Account]) -> int | None:
    """How far an account is from a group of events; None when it cannot be the same event."""
    return Days(events).away(account)


def _homed(vague: Sequence[Account], incidents: Sequence[tuple[int, Group]], fit: _Fit) -> Group:
    """Put each vague account into the incident it fits best, when those it fits are one facility's; the others."""
    homeless: Group = []
    joined: list[tuple[Group, Account]] = []
    days = [Days(events) for _, events in incidents] if vague else []
    for account in vague:
        fits = [
            (away, n, i)
            for n, (i, events) in enumerate(incidents)
            if (away := days[n].away(account)) is not None and fit(account, events)
        ]
        if fits and len({i for _, _, i in fits}) == 1:
            joined.append((incidents[min(fits)[1]][1], account))
        else:
            homeless.append(account)
    for events, account in joined:
        events.append(account)
    return homeless


def _may_be_of(account: Account, events: Sequence[Account]) -> bool:
    return any(may_be(account.who, who) for who in {e.who for e in events})


def _with(facilities: list[Group], accounts: Sequence[Account]) -> list[Group]:
    """Accounts with a commune but no number join the one facility they fit, else make facilities of their own."""
    known = [{a.who for a in facility} for facility in facilities]
    rest: Group = []
    joined: list[tuple[Group, Account]] = []
    for who, some in _by_identity(accounts).items():
        fits = [n for n, others in enumerate(known) if any(same_facility(who, other) for other in others)]
        if len(fits) == 1:
            joined += [(facilities[fits[0]], account) for account in some]
        else:
            rest += some
    for facility, account in joined:
        facility.append(account)
    return facilities + _by_facility(rest)


def _by_date(facility: Group) -> list[Group]:
    """The accounts of one facility, one group an event."""
    groups: list[Group] = []
    for one in TIERS:
        vague = [a for a in facility if tier(a) == one]
        rest: Group = []
        joined: list[tuple[Group, Account]] = []
        days = [Days(events) for events in groups]
        for account in sorted(vague, key=lambda a: a.order):
            fits = [(away, n) for n, known in enumerate(days) if (away := known.away(account)) is not None]
            if fits:
                joined.append((groups[min(fits)[1]], account))
            else:
                rest.append(account)
        for events, account in joined:
            events.append(account)
        groups += runs(rest)
    return groups


def _by_identity(accounts: Iterable[Account]) -> dict[Identity, Group]:
    found: dict[Identity, Group] = {}
    for account in accounts:
        found.setdefault(account.who, []).append(account)
    return found


def _by_facility(accounts: Sequence[Account]) -> list[Group]:
    """Accounts of one facility together: connected components under `same_facility`."""
    alone: list[Group] = []
    groups: list[tuple[list[Identity], Group]] = []
    for who, some in _by_identity(accounts).items():
        if not same_facility(who, who):  # "la clinique": not even two of them are surely one
            alone += [[account] for account in some]
            continue
        touching = [g for g in groups if any(same_facility(who, other) for other in g[0])]
        merged = ([i for g in touching for i in g[0]] + [who], [a for g in touching for a in g[1]] + some)
        groups = [g for g in groups if not any(g is t for t in touching)] + [merged]
    return [some for _, some in groups] + alone


def _agreeing(accounts: Sequence[Account]) -> list[Group]:
    """Connected components of accounts that name nobody, under `details.agree`."""
    groups: list[Group] = []
    for account in accounts:
        touching = [g for g in groups if any(details.agree(account, other) for other in g)]
        merged = [a for g in touching for a in g] + [account]
        groups = [g for g in groups if not any(g is t for t in touching)] + [merged]
    return groups
