"""Accounts that name nobody ("la clinique", "une trentaine de laboratoires") and the rare details that place them.

A figure, a group of attackers, a supplier or a ransom that another account of the same weeks and the same kind of
facility gives too leaves little doubt; the kind and the week alone leave too much.
"""

from __future__ import annotations

import math
from datetime import date

from index.account import Account
from reference.folding import fold

CLOSE = 30  # days between publications
ALIKE = 0.1  # "480 000", "491 840", "près de 500 000" are one figure
FEW = 1000  # persons; smaller numbers are alike by chance


def unnamed(account: Account) -> bool:
    return account.who.unnamed


def agree(a: Account, b: Account) -> bool:
    """Same kind of facility, published within weeks, a rare detail in common and none that differs."""
    one, two = a.who, b.who
    if not one.families & two.families or abs((a.published - b.published).days) > CLOSE:
        return False
    if one.department and two.department and one.department != two.department:
        return False
    verdicts = [_same_name(a.said.actor, b.said.actor), _same_name(a.said.supplier, b.said.supplier), _figures(a, b)]
    return any(v is True for v in verdicts) and not any(v is False for v in verdicts[:2])


def _same_name(one: str | None, other: str | None) -> bool | None:
    return fold(one) == fold(other) if one and other else None


def _figures(a: Account, b: Account) -> bool | None:
    one, other = a.said.persons_affected, b.said.persons_affected
    if not one or not other or min(one, other) < FEW:
        return None
    return abs(one - other) <= ALIKE * max(one, other)


def keys(account: Account) -> frozenset[str]:
    """What an account is stored under, beside its facility's keys."""
    kind = "unnamed" if unnamed(account) else "named"
    return frozenset(f"{kind}-{key}" for key in _keys(account, (0,), (0,)))


def lookups(account: Account) -> frozenset[str]:
    """One that names nobody meets all that share a detail; the others only those that name nobody."""
    kinds = ("unnamed", "named") if unnamed(account) else ("unnamed",)
    return frozenset(f"{kind}-{key}" for kind in kinds for key in _keys(account, (-1, 0, 1), (-1, 0, 1)))


def _keys(account: Account, months: tuple[int, ...], steps: tuple[int, ...]) -> list[str]:
    said = account.said
    details = [f"{name}:{fold(value)}" for name in ("actor", "supplier") if (value := getattr(said, name))]
    if said.persons_affected and said.persons_affected >= FEW:
        # figures within a tenth of each other are at most two such steps apart
        step = int(math.log(said.persons_affected) / -math.log(1 - ALIKE))
        details += [f"persons:{step + n}" for n in steps]
    families = account.who.families
    when = [month(account.published, n) for n in months]
    return [f"{detail}/{family}/{month}" for detail in details for family in sorted(families) for month in when]


def month(day: date, away: int) -> str:
    months = day.year * 12 + day.month - 1 + away
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
