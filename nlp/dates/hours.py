"""Hours of the day: beside a day ("lundi 3 mars à 4 h 30"), or alone in a sentence of their own ("peu après 11 heures").

An hour alone belongs to the day told last; it makes that day more precise and places nothing by itself when the text
tells a day.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from datetime import date

from nlp.dates.rules import Moment

CLOCK = "à 11 heures"
_HOUR = (
    r"(?:(?:[01]?\d|2[0-3])\s?(?:h|heures?)(?:\s?\d\d)?\b|(?:[01]?\d|2[0-3]):\d\d|minuit|midi\b|une heure|"
    r"(?:deux|trois|quatre|cinq|six|sept|huit) heures)"
)
_AT = (
    r"(?:vers|a|des|depuis|aux alentours de|aux environs de|autour de|un peu avant|un peu apres|peu apres|peu avant|"
    r"il (?:est|etait)(?: environ| pres de| a peine)?|entre|sur les coups de|sur le coup de|a partir de)"
)
_PART = (
    r"(?:au |dans la |en |a l')?(?:debut de |fin de |petit |milieu de )?"
    r"(?:matin|matinee|soir|soiree|apres midi|aube|aurore)"
)
_ABOUT = r"(?:\s(?:environ|a peu pres|a peine|deja|tout juste|pres de|precisement|exactement|a peu de chose pres))?"
_EVENING = re.compile(r"\D*(?:1[89]|2[0-3])\b|\D*(?:1[89]|2[0-3])\s?h")
_AFTER = re.compile(
    rf"(?:,?\s{_PART})?,?\s?(?:{_AT}\s)?«?\s?(?:{_AT}\s)?{_HOUR}(?!\s(?:de|d')\s?(?!l'apres|la nuit)\w)"
)
_BEFORE = re.compile(rf"{_AT}\s{_HOUR}(?: du (?:matin|soir))?,?[^\S\n](?:ce\s|le\s|du\s|de\s)?$")
_ALONE = re.compile(
    # "depuis trois heures" is how long
    rf"(?<!\w)(?!depuis (?:une|deux|trois|quatre|cinq|six|sept|huit) )(?:(?:de|entre)\s{_HOUR}\s(?:a|et)\s{_HOUR}|(?:il (?:est|etait){_ABOUT}|{_AT}){_ABOUT}\s{_HOUR}(?: et demie?)?)"
    r"(?!\s(?:de|d')\s?(?!l'apres|la nuit)\w)(?!\w)"
)
_SAME_STRETCH = 48
_REACH = 700


def with_hour(folded: str, moment: Moment) -> Moment:
    """ "lundi 3 mars à 4 h 30", "depuis 8 h 45 ce mardi": the hour told beside the day."""
    end = moment.end
    if after := _AFTER.match(folded, end, min(len(folded), end + _SAME_STRETCH)):
        return replace(moment, precision="hour", end=after.end())
    if _BEFORE.search(folded[max(0, moment.start - 36) : moment.start]):
        return replace(moment, precision="hour")
    return moment


def with_clocks(folded: str, moments: list[Moment], anchor: date) -> list[Moment]:
    """The moments and the hours that stand alone, in text order."""
    starts = [m.start for m in moments]
    out = list(moments)
    for match in _ALONE.finditer(folded):
        index = bisect_left(starts, match.start())
        last = moments[index - 1] if index else None
        if (last and last.end > match.start()) or (index < len(moments) and moments[index].start < match.end() + 6):
            continue
        while last and last.precision not in ("day", "night", "hour"):
            index -= 1
            last = moments[index - 1] if index else None
        day = anchor
        if last and match.start() - last.end < _REACH:
            # of a night, the evening is that of its first day
            day = last.first if last.precision == "night" and _EVENING.match(match[0]) else last.last
        out.append(Moment(day, day, "hour", match.start(), match.end(), CLOCK))
    return sorted(out, key=lambda m: m.start)
