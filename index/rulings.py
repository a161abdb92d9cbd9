"""What analysts decided, applied to the groups that the reports make of themselves.

An act is tied to the reported incidents it was made on (its anchors), not to an id: it finds them again after every
re-extraction. Acts are applied in the order of time, each to the group that holds most of its anchors; an undone act
is as if it had never been made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from index.account import Account
from index.facility import identity, may_be
from index.grouping import Group, days_away, group
from index.store import Member
from records import Act, Anchor, Facility

_NEVER = 10_000  # days


class Rulings:
    """Acts in the order of time; `standing`: those that nobody undid; `first_seen`: of the incidents they were made on."""

    def __init__(self, acts: Iterable[Act]) -> None:
        self.all = sorted(acts, key=lambda act: (act.at, act.id))
        self.undone: set[str] = set()
        for act in reversed(self.all):  # an undo may itself be undone
            if act.kind == "undo" and act.other and act.id not in self.undone:
                self.undone.add(act.other)
        self.first_seen: dict[str, datetime] = {}
        for act in self.all:
            if act.kind == "split" and act.other:
                self.first_seen.setdefault(act.other, act.at)
            for incident_id, moment in act.before.get("first_seen", {}).items():
                self.first_seen.setdefault(incident_id, datetime.fromisoformat(moment))
        self.standing = [act for act in self.all if act.kind != "undo" and act.id not in self.undone]


@dataclass
class Parted:
    """Accounts by incident. `rejected`: those an analyst said are no incident, with the act that says so."""

    groups: list[Group]
    rejected: dict[Member, str] = field(default_factory=dict)


def parted(accounts: Sequence[Account], rulings: Rulings) -> Parted:
    """The groups that the accounts and the acts together make. The outcome depends on nothing else."""
    for n, act in enumerate(rulings.standing):
        if act.kind == "link":
            found = _folded(accounts, rulings.standing[:n])
            place = located(act.on, found.groups)
            if place is not None:
                linked = {a.member for a in found.groups[place]}
                facility = Facility.model_validate(act.value["facility"])
                accounts = [replace(a, linked=facility) if a.member in linked else a for a in accounts]
    return _folded(accounts, rulings.standing)


def _folded(accounts: Sequence[Account], acts: Iterable[Act]) -> Parted:
    found = Parted(group(accounts))
    for act in acts:
        if act.kind == "reject":
            _reject(found, act)
        elif act.kind in ("merge", "add"):
            _merge(found.groups, act)
        elif act.kind == "split":
            _split(found.groups, act)
    found.groups = sorted((sorted(g, key=lambda a: a.order) for g in found.groups if g), key=lambda g: g[0].order)
    return found


def _reject(found: Parted, act: Act) -> None:
    """Only what the analyst saw: a report that came later makes an incident that somebody has to look at."""
    out = {account.member for _, account in _anchored(act.on, found.groups)}
    found.rejected |= dict.fromkeys(out, act.id)
    found.groups = [left for g in found.groups if (left := [a for a in g if a.member not in out])]


def _merge(groups: list[Group], act: Act) -> None:
    one, other = located(act.on, groups), located(act.other_on, groups)
    if one is not None and other is not None and one != other:
        groups[one] = groups[one] + groups[other]
        del groups[other]


def _split(groups: list[Group], act: Act) -> None:
    """What was taken out becomes one group; a report that came later goes where its date is nearer, else it stays."""
    out = {account.member for _, account in _anchored(act.on, groups)}
    stay = {account.member for _, account in _anchored(act.other_on, groups)}
    made: Group = []
    for n, old in enumerate(groups):
        taken = [a for a in old if a.member in out]
        left = [a for a in old if a.member in stay]
        if not taken or not left:
            continue
        for later in (a for a in old if a.member not in out | stay):
            (taken if _away(later, taken) < _away(later, left) else left).append(later)
        made += taken
        groups[n] = left
    if made:
        groups.append(made)


def _away(account: Account, events: Group) -> int:
    away = days_away(account, events)
    return _NEVER if away is None else away


def located(anchors: Sequence[Anchor], groups: Sequence[Group]) -> int | None:
    """The group that holds most of the anchors; None when none holds any."""
    places = [n for n, _ in _anchored(anchors, groups)]
    return max(sorted(set(places)), key=places.count, default=None)


def _anchored(anchors: Sequence[Anchor], groups: Sequence[Group]) -> Iterator[tuple[int, Account]]:
    """The accounts that anchors mean, with the number of their group."""
    for anchor in anchors:
        here = [(n, a) for n, g in enumerate(groups) for a in g if a.url == anchor.url]
        account = matching(anchor, [a for _, a in here])
        if account is not None:
            yield next((n, a) for n, a in here if a.member == account.member)


def matching(anchor: Anchor, accounts: Sequence[Account]) -> Account | None:
    """Of one article's accounts the one an anchor means: the facility it named decides, then the place, then being alone."""
    named = identity(anchor.facility)
    alike = [a for a in accounts if a.url == anchor.url and may_be(identity(a.said.facility), named)]
    best = next((a for a in alike if a.position == anchor.position), alike[0] if alike else None)
    return best or (accounts[0] if len(accounts) == 1 else None)


def ids(rulings: Rulings, groups: Sequence[Group]) -> dict[int, tuple[str, Act]]:
    """Which id acts want for which group (by number).

    Of acts that stand the later wins. An undone act gives back what it took; of several the first has the last word,
    as what it took is older. Acts that stand outweigh them.
    """
    wanted: dict[int, tuple[str, Act]] = {}

    def want(anchors: Sequence[Anchor], incident_id: str | None, act: Act) -> None:
        place = located(anchors, groups)
        if place is None or incident_id is None:
            return
        for n in [n for n, (taken, _) in wanted.items() if taken == incident_id]:
            del wanted[n]
        wanted[place] = (incident_id, act)

    undone = [act for act in rulings.all if act.id in rulings.undone]
    for act in (*reversed(undone), *rulings.standing):
        stands = act.id not in rulings.undone
        if act.kind in ("merge", "split"):
            apart = stands == (act.kind == "split")
            if apart:
                want(act.other_on if act.kind == "merge" else act.on, act.other, act)
            want(act.on if act.kind == "merge" else act.other_on, act.incident, act)
        elif act.kind == "reject" and not stands:
            want(act.on, act.incident, act)
    return wanted
