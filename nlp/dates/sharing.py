"""Whose date it is, where one sentence tells of several victims: "Armentières en février …, et Cannes en avril"."""

from __future__ import annotations

from collections.abc import Sequence

# a sentence with more dates is a list of another kind
_MOST = 40


def owners(at: int, dates: Sequence[int], mentions: Sequence[tuple[int, int]]) -> frozenset[int]:
    """The victims that the date at the character `at` is told of.

    `dates`: where the dates of the sentence begin, in order, this one among them; `mentions`: where its victims are
    named, in order, with their numbers. Names with no date between them share one; a single date is everyone's.
    """
    everyone = frozenset(number for _, number in mentions)
    if len(everyone) < 2 or not 2 <= len(dates) <= _MOST:
        return everyone
    groups: list[list[tuple[int, int]]] = []
    for mention in mentions:
        parted = not groups or any(groups[-1][-1][0] < d < mention[0] for d in dates)
        groups.append([mention]) if parted else groups[-1].append(mention)
    # "Dax en 2021, Rouen en 2019", or "en 2021 Dax, en 2019 Rouen"
    if dates[0] < mentions[0][0]:
        near = min(groups, key=lambda g: at - g[-1][0] + 15 if g[-1][0] < at else g[0][0] - at)
    else:
        near = next((g for g in reversed(groups) if g[0][0] < at), groups[0])
    return frozenset(number for _, number in near)
