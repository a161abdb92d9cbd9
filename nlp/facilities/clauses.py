"""Sentences that tell of several victims one by one: "À Lens, les urgences sont fermées, tandis qu'à Béthune …".

Each victim, or each list of them, owns the clause it stands in, up to where the next one's begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.facilities.receiving import JOINS


@dataclass(frozen=True, slots=True)
class Clause:
    """`start`: its first character; `told`: whom it tells of; `sharp`: parted from the one before by more than a comma."""

    start: int
    told: frozenset[int]
    sharp: bool


_SHARP = re.compile(r"[;:]|\b(?:tandis qu|alors qu|pendant qu|quand|mais|contrairement)\b|,\set\s")
_SOFT = re.compile(r",\s|\set\s|\s[–—-]\s|\)\s")
# "A, tout comme B, …", "A ainsi que, à Lyon, B", "tant A que B": one group
_LIKE = re.compile(
    r"^[\s,]*(?:tout comme|comme|ainsi que|mais aussi|mais également|aussi bien que|de même que|au même titre que|que|puis|et|ou|ni|et aussi|et également|et même|ou encore)\s"
    r"(?:(?:à|au|aux|de|du|des|la|le|les|dans|chez|pour|contre|ceux|celui|celle)\s|d['’]|l['’])*$",
    re.I,
)  # fmt: skip
_NOTHING = re.compile(r"^[\s,.;:!?)»\"]*(?:(?:aussi|également|non plus|de même|à leur tour|à son tour|eux aussi|elle aussi|lui aussi|le même jour|notamment)[\s,.;:!?)»\"]*)?$", re.I)  # fmt: skip
_BRACKET = re.compile(r"\([^()\n]*\)?")
_ONLY_LINKS = re.compile(r"^[\s,;:]*(?:(?:et|ou|puis|mais|aussi|que|à|au|aux|de|du|des|la|le|les|dans|chez|comme|ainsi|tout)\s|d['’]|l['’])*$", re.I)  # fmt: skip


def clauses(text: str, start: int, end: int, named: list[tuple[int, int, int]]) -> list[Clause]:
    """The clauses of the sentence `[start, end)`; `named`: (start, end, number) of what speaks of victims, in order.

    Empty where it tells of one, or of all in one breath.
    """
    groups: list[tuple[int, int, frozenset[int]]] = []
    for a, b, number in named:
        if groups:
            first, last, told = groups[-1]
            between = text[last:a]
            if told == {number} or (JOINS.match(between) and ";" not in between) or _LIKE.match(between):
                groups[-1] = (first, max(last, b), told | {number})
                continue
        groups.append((a, b, frozenset({number})))
    begins = [start, *(_begin(text, groups[i - 1][1], groups[i][0]) for i in range(1, len(groups)))]
    out: list[Clause] = []
    for i, (a, b, told) in enumerate(groups):
        begin = begins[i]
        right = begins[i + 1] if i + 1 < len(groups) else end
        bare = _NOTHING.match(_BRACKET.sub("", text[b:right]))
        if out and bare and _ONLY_LINKS.match(text[begin:a]):
            out[-1] = Clause(out[-1].start, out[-1].told | told, out[-1].sharp)
        else:
            out.append(Clause(begin, told, i == 0 or bool(_SHARP.match(text, begin))))
    return out if len({c.told for c in out}) > 1 else []


def _begin(text: str, left: int, right: int) -> int:
    """Where the clause of the name at `right` begins, after the name that ends at `left`."""
    for marks in (_SHARP, _SOFT):
        if found := [m.start() for m in marks.finditer(text, left, right)]:
            return found[-1]
    return right
