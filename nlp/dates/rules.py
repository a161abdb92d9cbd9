"""The table of rules that read expressions of time: a name, a bounded pattern on folded text, a reader.

A reader gets the match, the anchor (publication date) and the expressions read before it, and gives a range of days
with its precision, or None when the words are no date after all. Patterns hold no unbounded repetition.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from nlp.dates.calendar import MONTHS, NUMBERS, WEEKDAYS, last_weekday, resolve
from records import Precision


@dataclass(frozen=True, slots=True)
class Moment:
    """A range of days, both included, with where it stands in the folded text and the rule that read it.

    `after`: the text says that the attack came so many days before ("mardi, deux jours après l'attaque").
    """

    first: date
    last: date
    precision: Precision
    start: int
    end: int
    rule: str
    after: bool = False


Range = tuple[date, date, Precision]
Reader = Callable[[re.Match[str], date, list[Moment]], Range | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """`swallow`: where the reader says None, nothing else is read in the matched words either.

    `needs`: words of which a text must hold one for the pattern to be tried (none: always); it saves most of the time.
    """

    name: str
    pattern: re.Pattern[str]
    reader: Reader
    swallow: bool
    needs: tuple[str, ...]


RULES: list[Rule] = []

_WHOLE = tuple(m for m in MONTHS if len(m) > 5 or m in ("mars", "avril", "mai", "juin", "aout"))
LONG_MONTH = "|".join(_WHOLE)
# only what is cut short takes a full stop
MONTH = LONG_MONTH + "|(?:" + "|".join(sorted(MONTHS.keys() - set(_WHOLE), key=len, reverse=True)) + r")\b\.?"
YEAR = r"(?:19|20)\d\d"
# what leads a week-end
LED = r"(?:(?:ce|le|tout le|durant le|pendant le|au cours du|lors du|depuis le|du)\s)?"
# "trois", "12", "une quinzaine de"
COUNT = r"(?P<n>\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
NUMBER = r"(?:1er|[12]\d|3[01]|0?[1-9])"
# what a number must not be followed by to be a day of the month
UNITS = (
    r"(?!\s?(?:h|heures?|%|euros?|patients?|personnes?|jours?|ans?|mois|semaines?|etablissements?|hopitaux|sites|lits|"
    r"ordinateurs|postes|serveurs|millions?|milliers?|fois|minutes?|fevrier|mille|go|to|giga|,\d|\.\d|\d{3})\b)"
)


def counted(match: re.Match[str]) -> int:
    """The number that `COUNT` matched."""
    return int(match["n"]) if match["n"].isdigit() else NUMBERS[match["n"]]


def weekday(name: str = "") -> str:
    return rf"(?P<{name}wd>lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"


def full_day(name: str = "") -> str:
    """ "3 mars", "1er mars 2021"."""
    return rf"(?P<{name}d>{NUMBER})\s(?P<{name}m>{MONTH})(?!\w)(?:\s(?P<{name}y>{YEAR}))?"


def short_day(name: str = "") -> str:
    """ "3", or "3 mars" and its year."""
    return rf"(?P<{name}d>{NUMBER})(?:\s(?P<{name}m>{MONTH})(?!\w)(?:\s(?P<{name}y>{YEAR}))?)?"


def rule(name: str, pattern: str, swallow: bool = False, needs: tuple[str, ...] = ()) -> Callable[[Reader], Reader]:
    """Enter a reader into the table."""

    def add(reader: Reader) -> Reader:
        RULES.append(Rule(name, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), reader, swallow, needs))
        return reader

    return add


def one_day(told: date | None) -> Range | None:
    return (told, told, "day") if told else None


def month_told(before: list[Moment], at: int) -> date | None:
    """The first day of the month told shortly before the character `at`, for a number without one."""
    last = before[-1] if before else None
    near = last is not None and at - last.end < 250 and last.precision in ("day", "hour", "night", "week", "month")
    return last.first.replace(day=1) if last and near and last.first.month == last.last.month else None


def told_day(match: re.Match[str], anchor: date, name: str = "", like: date | None = None) -> date | None:
    """The day that the groups `name`wd, d, m and y tell; month and year missing are those of `like`."""
    groups = match.groupdict()
    number = groups.get(f"{name}d")
    told = WEEKDAYS[w] if (w := groups.get(f"{name}wd")) else None
    if number is None:
        return last_weekday(told, anchor) if told is not None else None
    month = MONTHS[g.rstrip(".")] if (g := groups.get(f"{name}m")) else like.month if like else None
    year = int(g) if (g := groups.get(f"{name}y")) else like.year if like else None
    return resolve(1 if number == "1er" else int(number), month, year, anchor, told)
