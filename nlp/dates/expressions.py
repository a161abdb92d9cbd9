"""Expressions of time in French prose, as ranges of days with the publication date as anchor.

`find` works on folded text (`reference.folding`) with the rules of `nights`, `days`, `feasts`, `periods`, `ranges` and `relative`. Every
pattern is bounded, so reading is linear in the text. dateparser is not used: it reads "sept." as July and bare weekdays
inconsistently.

    >>> [m.first.isoformat() for m in find("dans la nuit du 6 au 7 janvier", date(2022, 1, 7))]
    ['2022-01-06']
"""

from __future__ import annotations

import re
from datetime import date

from nlp.dates import days, feasts, nights, periods, ranges, relative  # noqa: F401 - each enters its rules into the table
from nlp.dates.hours import with_clocks, with_hour
from nlp.dates.relative import settle_after, settle_eves
from nlp.dates.rules import RULES, Moment, Rule


def find(folded: str, anchor: date) -> list[Moment]:
    """Expressions of time in text order, the longest where they overlap."""
    found: list[tuple[int, int, int, Rule, re.Match[str]]] = []
    for rank, rule in enumerate(RULES):
        if rule.needs and not any(word in folded for word in rule.needs):
            continue
        for match in rule.pattern.finditer(folded):
            found.append((match.start(), -match.end(), rank, rule, match))
    found.sort(key=lambda f: f[:3])
    reach = -1
    told: list[Moment] = []
    for start, minus_end, _, rule, match in found:
        if start < reach:
            continue
        value = rule.reader(match, anchor, told)
        if value is None:
            if rule.swallow:
                reach = -minus_end
            continue
        first, last, precision = value
        moment = Moment(first, last, precision, start, -minus_end, rule.name)
        if precision == "day" and first == last:
            moment = with_hour(folded, moment)
        reach = moment.end
        told.append(moment)
    return with_clocks(folded, settle_eves(folded, settle_after(folded, told)), anchor)
