"""Whose date it is, where one sentence tells of several victims: "Armentières en février …, et Cannes en avril"."""

from __future__ import annotations

from collections.abc import Sequence


def owners(at: int, dates: Sequence[int], mentions: Sequence[tuple[int, int]]) -> frozenset[int]:
    """The victims that the date at the character `at` is told of.

    `dates`: where the dates of the sentence begin, in order, this one among them; `mentions`: where its victims are
    named, in order, with their numbers. Names with no date between them share one; a single date is everyone's.
    """
    everyone = frozenset(number for _, number in mentions)
    if len(everyone) < 2 or len(dates) < 2:
        return everyone
    groups: list[list[tuple[int, int]]] = []
    for mention in mentions:
        parted = not groups or any(groups[-1][-1][0] < d < mention[0] for d in dates)
        groups.append([mention]) if parted else groups[-1].append(mention)
    # what stands before is nearer: "Dax en 2021, Rouen en 2019"
    near = min(groups, key=lambda g: at - g[-1][0] if g[-1][0] < at else g[0][0] - at + 15)
    return frozenset(number for _, number in near)
