"""Rules for feasts and days that have a name: "à la Chandeleur", "le lendemain de l'Ascension", "la nuit d'Halloween".

A saint's name is a day only with its article ("la Saint-Nicolas"): without it, it is a town or a clinic.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlp.dates.calendar import days_before, feast, last_weekday
from nlp.dates.rules import YEAR, Moment, Range, rule

# how a text calls a day that has a name, as in `calendar.feast`
_NAMES = {
    "noel": "noel", "jour de l'an": "jour de l'an", "nouvel an": "jour de l'an", "saint sylvestre": "saint sylvestre",
    "toussaint": "toussaint", "paques": "paques", "ascension": "ascension", "pentecote": "pentecote", "epiphanie": "epiphanie",
    "fete des rois": "epiphanie", "chandeleur": "chandeleur", "halloween": "halloween", "armistice": "armistice",
    "fete nationale": "fete nationale", "fete du travail": "fete du travail", "fete de la musique": "fete de la musique",
    "assomption": "assomption", "poisson d'avril": "poisson d'avril", "mardi gras": "mardi gras",
    "fete des meres": "fete des meres", "fete des peres": "fete des peres",
    "passage a l'heure d'ete": "heure d'ete", "passage a l'heure d'hiver": "heure d'hiver",
    "changement d'heure": "changement d'heure",
}  # fmt: skip
_SAINTS = {f"la saint {name}": f"saint {name}" for name in ("valentin", "jean", "nicolas", "sylvestre")}
_CALLED = {**_SAINTS, **_NAMES}
_NEEDS = tuple(name.removeprefix("la ") for name in _CALLED)
_FEAST = r"(?P<f>" + "|".join(sorted(_CALLED, key=len, reverse=True)) + rf")\b(?:\s(?:de\s)?(?P<y>{YEAR}))?"
_OF = r"(?:de\s(?:la\s|l')?|du\s|d'|des\s)"
_IN_THE_NIGHT = r"(?:(?:dans|pendant|durant|au cours de|lors de|depuis|des|a)\s)?la\snuit"
# nights that end with the feast; the others begin with it
_EVES = {"noel", "jour de l'an", "saint jean", "paques", "heure d'ete", "heure d'hiver", "changement d'heure"}


def _told(m: re.Match[str], anchor: date) -> date:
    return feast(_CALLED[m["f"]], int(m["y"]) if m["y"] else None, anchor)


def _one(day: date) -> Range:
    return day, day, "day"


@rule("nuit de Noël", rf"{_IN_THE_NIGHT} {_OF}{_FEAST}", needs=("nuit d",))
def _night(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    day = _told(m, anchor)
    first = days_before(day, 1) if _CALLED[m["f"]] in _EVES else day
    return first, first + timedelta(days=1), "night"


@rule("lendemain de Noël", rf"(?:au |le |du |depuis le |des le )?lendemain {_OF}{_FEAST}", needs=("lendemain d",))
def _day_after(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _one(days_before(_told(m, anchor), -1))


@rule(
    "veille de Noël",
    rf"(?:a |depuis |des )?(?:la |l'avant )?(?:veille|reveillon) {_OF}{_FEAST}",
    needs=("veille d", "reveillon d"),
)
def _eve(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    told = _told(m, anchor)
    if _CALLED[m["f"]] == "saint sylvestre" and "reveillon" in m[0]:
        return _one(told)
    return _one(days_before(told, 2 if "l'avant" in m[0] else 1))


@rule("soir du réveillon", r"(?:le )?(?:soir|jour) du reveillon|(?:le )?reveillon(?! d)", needs=("reveillon",))
def _christmas_eve(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _one(days_before(feast("noel", None, anchor), 1))


@rule(
    "à Noël",
    rf"(?:(?:le |au |du |depuis le |des le )?(?:jour|matin|soir|apres midi|lundi|dimanche|jeudi|mardi|samedi|vendredi|mercredi) {_OF}|"
    rf"(?:depuis |des )?(?:a |la |le |l')(?:la |l')?|(?:depuis|des) (?:la |l'|le )?)(?<!avant l')(?<!avant la )(?<!avant le ){_FEAST}",
    needs=_NEEDS,
)
def _feast(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    told = _told(m, anchor)
    monday = "lundi" in m[0] and _CALLED[m["f"]] in ("paques", "pentecote")
    return _one(days_before(told, -1) if monday else told)


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
    r"(?:le |du |au cours du |durant le |pendant le |lors du |ce )?(?:long )?week ?end (?:pascal|de (?:la |l')?(?P<f>paques|pentecote|ascension|toussaint|noel|epiphanie|assomption))",
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
