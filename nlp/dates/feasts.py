"""Rules for feasts and days that have a name: "à la Chandeleur", "le lendemain de l'Ascension", "la nuit d'Halloween".

A saint's name is a day only with its article ("la Saint-Nicolas"): without it, it is a town or a clinic.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlp.dates.calendar import CLOCK_CHANGES, FEASTS, days_before, feast, last_weekday
from nlp.dates.nights import NIGHT
from nlp.dates.rules import LED, YEAR, Moment, Range, one_day, rule

# what a text calls otherwise than `calendar.feast` does
_OTHER_NAMES = {"nouvel an": "jour de l'an", "fete des rois": "epiphanie"}
_SAINTS = {f"la {name}": name for name in FEASTS if name.startswith("saint ")}
_CALLED = {
    **_SAINTS,
    **{name: name for name in FEASTS if name not in _SAINTS.values() or name == "saint sylvestre"},
    **_OTHER_NAMES,
}
_NEEDS = tuple(name.removeprefix("la ") for name in _CALLED)
_FEAST = r"(?P<f>" + "|".join(sorted(_CALLED, key=len, reverse=True)) + rf")\b(?:\s(?:de\s)?(?P<y>{YEAR}))?"
_OF = r"(?:de\s(?:la\s|l')?|du\s|d'|des\s)"
# nights that end with the feast; the others begin with it
_EVES = {"noel", "jour de l'an", "saint jean", "paques", *CLOCK_CHANGES}


def _told(m: re.Match[str], anchor: date) -> date:
    return feast(_CALLED[m["f"]], int(m["y"]) if m["y"] else None, anchor)


@rule("nuit de Noël", rf"(?:(?:depuis|des|a) )?{NIGHT} {_OF}{_FEAST}", needs=("nuit d",))
def _night(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    day = _told(m, anchor)
    first = days_before(day, 1) if _CALLED[m["f"]] in _EVES else day
    return first, first + timedelta(days=1), "night"


@rule("lendemain de Noël", rf"(?:au |le |du |depuis le |des le )?lendemain {_OF}{_FEAST}", needs=("lendemain d",))
def _day_after(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return one_day(days_before(_told(m, anchor), -1))


@rule(
    "veille de Noël",
    rf"(?:a |depuis |des )?(?:la |l'avant )?(?:veille|reveillon) {_OF}{_FEAST}",
    needs=("veille d", "reveillon d"),
)
def _eve(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    told = _told(m, anchor)
    if _CALLED[m["f"]] == "saint sylvestre" and "reveillon" in m[0]:
        return one_day(told)
    return one_day(days_before(told, 2 if "l'avant" in m[0] else 1))


@rule("soir du réveillon", r"(?:le )?(?:soir|jour) du reveillon|(?:le )?reveillon(?! d)", needs=("reveillon",))
def _christmas_eve(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return one_day(days_before(feast("noel", None, anchor), 1))


@rule(
    "à Noël",
    rf"(?:(?:le |au |du |depuis le |des le )?(?:jour|matin|soir|apres midi|lundi|dimanche|jeudi|mardi|samedi|vendredi|mercredi) {_OF}|"
    rf"(?:depuis |des )?(?:a |la |le |l')(?:la |l')?|(?:depuis|des) (?:la |l'|le )?)(?<!avant l')(?<!avant la )(?<!avant le ){_FEAST}",
    needs=_NEEDS,
)
def _feast(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    told = _told(m, anchor)
    monday = "lundi" in m[0] and _CALLED[m["f"]] in ("paques", "pentecote")
    return one_day(days_before(told, -1) if monday else told)


@rule(
    "entre Noël et le Nouvel An",
    r"entre (?:la )?noel et (?:le )?(?:jour de l'an|nouvel an)|(?:pendant|durant|au cours d|lors d)(?:e)?s? (?:les )?fetes(?: de fin d'annee)?",
    needs=("noel", "fetes"),
)
def _holidays(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    christmas = feast("noel", None, anchor)
    return christmas, days_before(christmas, -7), "week" if "fetes" in m[0] else "day"


@rule(
    "week-end de Pâques",
    rf"{LED}(?:long )?week ?end (?:pascal|de (?:la |l')?(?P<f>paques|pentecote|ascension|toussaint|noel|epiphanie|assomption))",
    needs=("week",),
)
def _weekend(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    name = m["f"] or "paques"
    told = feast(name, None, anchor)
    if name == "ascension":
        return told, told + timedelta(days=3), "day"
    saturday = days_before(last_weekday(6, told + timedelta(days=3)), 1)
    # Easter and Whitsun end with their Monday
    return saturday, saturday + timedelta(days=2 if name in ("paques", "pentecote") else 1), "day"
