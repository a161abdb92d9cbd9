"""Expressions of time in French prose, as ranges of days with the publication date as anchor.

`find` works on folded text (`reference.folding`) with the rules of `nights`, `days` and `periods`. Every pattern is
bounded, so reading is linear in the text. dateparser is not used: it reads "sept." as July and bare weekdays
inconsistently.

    >>> [m.first.isoformat() for m in find("dans la nuit du 6 au 7 janvier", date(2022, 1, 7))]
    ['2022-01-06']
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from nlp.dates import days, nights, periods, relative  # noqa: F401 - each enters its rules into the table
from nlp.dates.relative import settle_after
from nlp.dates.rules import RULES, Moment, Rule

_CLOCK = (
    r"(?:\d{1,2}\s?(?:h|heures?)(?:\s?\d\d)?\b|\d{1,2}:\d\d|minuit|midi\b|une heure|"
    r"(?:deux|trois|quatre|cinq|six|sept|huit) heures)"
)
_AT = (
    r"(?:vers|a|des|depuis|aux alentours de|aux environs de|autour de|un peu avant|un peu apres|peu apres|peu avant|"
    r"entre|sur les coups de|a partir de)"
)
_PART = (
    r"(?:au |dans la |en |a l')?(?:debut de |fin de |petit |milieu de )?"
    r"(?:matin|matinee|soir|soiree|apres midi|aube|aurore)"
)
_HOUR_AFTER = re.compile(
    rf"(?:,?\s{_PART})?,?\s?(?:{_AT}\s)?«?\s?(?:{_AT}\s)?{_CLOCK}(?!\s(?:de|d')\s?(?!l'apres|la nuit)\w)"
)
_HOUR_BEFORE = re.compile(rf"{_AT}\s{_CLOCK}(?: du (?:matin|soir))?,?\s(?:ce\s|le\s|du\s|de\s)?$")
_SAME_STRETCH = 48


def find(folded: str, anchor: date) -> list[Moment]:
    """Expressions of time in text order, the longest where they overlap."""
    found: list[tuple[int, int, int, Rule, re.Match[str]]] = []
    for rank, rule in enumerate(RULES):
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
            moment = _with_hour(folded, moment)
        reach = moment.end
        told.append(moment)
    return settle_after(folded, told)


def _with_hour(folded: str, moment: Moment) -> Moment:
    """ "lundi 3 mars à 4 h 30", "depuis 8 h 45 ce mardi": the hour told beside the day."""
    end = moment.end
    if after := _HOUR_AFTER.match(folded, end, min(len(folded), end + _SAME_STRETCH)):
        return replace(moment, precision="hour", end=after.end())
    if _HOUR_BEFORE.search(folded[max(0, moment.start - 36) : moment.start]):
        return replace(moment, precision="hour")
    return moment
