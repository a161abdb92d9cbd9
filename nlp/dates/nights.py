"""Rules for nights: "dans la nuit de mardi à mercredi", "la nuit du 6 au 7", "en pleine nuit, dimanche 9"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlp.dates.calendar import WEEKDAYS, days_before, last_weekday
from nlp.dates.rules import NUMBER, UNITS, Moment, Range, full_day, month_told, rule, short_day, told_day, weekday

NIGHT = r"(?:(?:dans|pendant|durant|au cours de|lors de|au milieu de)\s)?(?:la\s|une\s|en pleine\s)?nuit(?:,? celle)?"
_IN_THE_NIGHT = r"(?:dans|pendant|durant|au cours de|au milieu de|au coeur de) la nuit"


def _until(last: date) -> Range:
    return last - timedelta(days=1), last, "night"


def _from(first: date) -> Range:
    return first, first + timedelta(days=1), "night"


@rule(
    "nuit du 6 au 7",
    rf"{NIGHT}\s(?:du|de|des)\s(?:ce\s)?(?:{weekday('a')}\s)?{short_day('a')}"
    rf"(?:\s(?:au|a|et)\s(?:ce\s)?|[ /])(?:{weekday('b')}\s)?{short_day('b')}{UNITS}",
    needs=("nuit",),
)
def _between_days(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    like = None if m["am"] or m["bm"] else month_told(before, m.start())
    last = told_day(m, anchor, "b", like)
    if like and (last is None or last > anchor):
        last = told_day(m, anchor, "b")
    return _until(last) if last else None


@rule(
    "nuit de mardi à mercredi",
    rf"{NIGHT}\s(?:de\s|du\s)?(?:ce\s)?{weekday('a')}(?:\s{short_day('a')}|\sdernier)?\s(?:a|au)\s(?:ce\s)?{weekday('b')}"
    rf"(?:\s{short_day('b')})?(?P<old>\sderniers?)?",
    needs=("nuit",),
)
def _between_weekdays(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    last = told_day(m, anchor, "b") if m["bd"] else None
    if last is None and m["ad"]:
        first = told_day(m, anchor, "a")
        return _from(first) if first else None
    return _until(last or last_weekday(WEEKDAYS[m["bwd"]], anchor))


@rule("nuit du 6", rf"{NIGHT}\s(?:du|de)\s(?:ce\s)?(?:{weekday()}\s)?{full_day()}", needs=("nuit",))
def _of_day(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    first = told_day(m, anchor)
    return _from(first) if first else None


@rule(
    "nuit de samedi",
    rf"{NIGHT}\s(?:de|du)\s(?:ce\s)?{weekday()}(?:\s(?P<d>[12]\d|3[01]|[1-9]))?(?P<old>\sdernier)?",
    needs=("nuit",),
)
def _of_weekday(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    first = told_day(m, anchor) if m["d"] else last_weekday(WEEKDAYS[m["wd"]], days_before(anchor, 1))
    return _from(first) if first else None


@rule(
    "samedi dans la nuit",
    rf"(?:{weekday()}(?:\s{short_day()})?|{full_day('b')}),?\s(?:dans la nuit|(?P<deep>en pleine nuit|(?:en|au) (?:beau )?milieu de (?:la )?nuit)|la nuit)(?!\s(?:du|de|des)\b)",
    needs=("nuit",),
)
def _weekday_night(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    told = told_day(m, anchor) or told_day(m, anchor, "b")
    return None if told is None else _until(told) if m["deep"] else _from(told)


@rule(
    "en pleine nuit, dimanche 9",
    rf"(?:en pleine nuit,?|(?:(?:aux |des |dans |dans les |les )?(?:toutes )?premieres heures|(?:au |"
    rf"le )?petit matin) (?:de|du)"
    rf"(?: la journee (?:de|du))?)\s(?:ce\s|le\s)?(?:{weekday()}(?:\s{short_day()})?|{full_day('b')})",
    needs=(
        "nuit",
        "heures",
        "petit matin",
    ),
)
def _small_hours(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    last = told_day(m, anchor) or told_day(m, anchor, "b")
    return _until(last) if last else None


@rule("nuit du 6 (du mois)", rf"{NIGHT}\s(?:du|de)\s(?P<d>{NUMBER}){UNITS}(?!\sau\b)", needs=("nuit",))
def _of_number(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    first = told_day(m, anchor)
    return _from(first) if first else None


@rule(
    "cette nuit",
    r"(?:au cours de |durant |pendant )?(?:cette nuit(?! la\b)|la nuit derniere|la nuit passee)|"
    rf"{NIGHT} d'(?P<day>hier|avant hier)",
    needs=("nuit",),
)
def _tonight(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _from(days_before(anchor, 1 if m["day"] == "hier" else 2)) if m["day"] else _until(anchor)


@rule(
    "la nuit suivante",
    r"(?:dans |pendant |durant |au cours de )?la nuit (?:qui a suivi|qui suit|suivante|d'apres)",
    needs=("nuit",),
)
def _night_after(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    told = before[-1] if before and before[-1].precision in ("day", "hour") else None
    return _from(told.last) if told else None


@rule("la nuit précédente", r"la nuit (?:precedente|d'avant)", needs=("nuit",))
def _night_before(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    told = before[-1].first if before and before[-1].precision in ("day", "hour") else anchor
    return _until(told)


@rule(
    "dans la nuit (du jour dit avant)",
    rf"(?:{_IN_THE_NIGHT}|en pleine nuit|nuitamment)(?!\s(?:du|de|des|suivante|derniere|passee|precedente|qui)\b|,\s(?:du|de|celle)\b)",
    needs=(
        "nuit",
        "nuitamment",
    ),
)
def _that_night(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    """The night before the day told last: "vendredi …, un incident s'est produit dans la nuit"."""
    told = next((b for b in reversed(before) if b.precision in ("day", "hour") and b.first == b.last), None)
    if told is None:
        return _until(anchor) if not before else None
    return _until(told.first) if m.start() - told.end < 700 else None
