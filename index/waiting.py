"""Which incidents are not surely ones of their own (« à rapprocher »), and those they may belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from index.days import Days
from index.details import unnamed
from index.facility import may_be
from index.grouping import Group

UNDATED_FOR = 365  # days after an incident within which an article without a date may still speak of it

Doubt = tuple[Literal["several", "undated", "unnamed"], list[int]]


def doubts(groups: Sequence[Group]) -> dict[int, Doubt]:
    """By number of the group: why it waits, and the numbers of those it may belong to."""
    found: dict[int, Doubt] = {}
    for n, waiting in enumerate(groups):
        others = [(i, g) for i, g in enumerate(groups) if i != n]
        if all(unnamed(a) for a in waiting):
            found[n] = ("unnamed", [])
        elif not any(a.who.distinct for a in waiting):
            fits = [i for i, g in others if _distinct(g) and _alike(waiting, g) and _possible(waiting, g)]
            if len(fits) > 1:
                found[n] = ("several", fits)
        elif not any(a.said.occurred.start for a in waiting):
            fits = [i for i, g in others if _alike(waiting, g) and _after(waiting, g)]
            if fits:
                found[n] = ("undated", fits)
    return found


def _distinct(events: Group) -> bool:
    return any(a.who.distinct for a in events)


def _alike(one: Group, other: Group) -> bool:
    whos = {b.who for b in other}
    return any(may_be(who, b) for who in {a.who for a in one} for b in whos)


def _possible(waiting: Group, events: Group) -> bool:
    days = Days(events)
    return any(days.away(a) is not None for a in waiting)


def _after(waiting: Group, events: Group) -> bool:
    dated = [a for a in events if a.said.occurred.start]
    if not dated:
        return False
    first, told = min(a.published for a in dated), min(a.published for a in waiting)
    return 0 <= (told - first).days <= UNDATED_FOR
