"""Rules for stretches between two parts of a year: "entre fin janvier et début février", "de 2021 à 2023"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlp.dates.calendar import MONTHS, month_range, year_of_month
from nlp.dates.periods import third
from nlp.dates.rules import LONG_MONTH, YEAR, Moment, Range, rule

_PART = r"(?:(?:le |la |tout )?(?:debut|fin|mi|milieu|courant)(?: du mois)?(?: de| d')?\s?)"


def _end(name: str, part: str) -> str:
    return rf"(?P<{name}p>{_PART}){part}(?:le )?(?P<{name}m>{LONG_MONTH})(?!\w)(?:\s(?P<{name}y>{YEAR}))?"


@rule(
    "entre fin janvier et début février",
    rf"(?:entre|de|du|depuis|d')\s?(?:la )?(?:{_end('a', '')} (?:et|a|au|jusqu'a) (?:la )?{_end('b', '?')}|"
    rf"{_end('c', '?')} (?:et|a|au|jusqu'a) (?:la )?{_end('d', '')})",
    needs=("debut", "fin ", "mi ", "milieu"),
)
def _parts_of_months(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    a, b = ("a", "b") if m["am"] else ("c", "d")
    end, begin = MONTHS[m[f"{b}m"]], MONTHS[m[f"{a}m"]]
    year = year_of_month(end, m[f"{b}y"], anchor)
    start = int(m[f"{a}y"]) if m[f"{a}y"] else year if begin <= end else year - 1
    first = third(m[f"{a}p"] or "", *month_range(start, begin))[0]
    last = third(m[f"{b}p"] or "", *month_range(year, end))[1]
    return (first, last, "week" if (last - first).days <= 31 else "month") if first < last else None


@rule(
    "entre 2021 et 2023",
    rf"(?:entre (?P<a>{YEAR}) et|de (?P<b>{YEAR}) (?:a|jusqu'en)) (?P<y>{YEAR})",
    needs=("entre ", "de "),
)
def _years(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    first, last = int(m["a"] or m["b"]), int(m["y"])
    return (date(first, 1, 1), date(last, 12, 31), "year") if first < last <= anchor.year else None


_NTH = {"premiere": 0, "deuxieme": 1, "seconde": 1, "troisieme": 2, "quatrieme": 3}


@rule(
    "première semaine de mars",
    rf"(?:la |dans la |au cours de la |durant la |pendant la |lors de la )?(?P<n>{'|'.join(_NTH)}|derniere|toute derniere) "
    rf"semaine (?:du mois )?(?:de |d')(?P<m>{LONG_MONTH})(?!\w)(?:\s(?P<y>{YEAR}))?",
    needs=("semaine d",),
)
def _week_of_month(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    """Seven days each from the 1st on, the last week the month's last seven."""
    month = MONTHS[m["m"]]
    first, last = month_range(year_of_month(month, m["y"], anchor), month)
    if m["n"] not in _NTH:
        return last - timedelta(days=6), last, "week"
    start = first + timedelta(weeks=_NTH[m["n"]])
    return start, min(last, start + timedelta(days=6)), "week"
