"""States told of another year than the article's, or put down to something else than the incident."""

from __future__ import annotations

import re

from nlp.document import published
from nlp.services.sentence import Unit

_EARLIER = re.compile(
    r"\b[Ee]n (?:\w+ )?((?:19|20)\d\d)\b[^.]{0,40}\bdéjà\b|\bdéjà\b[^.]{0,60}\ben (?:\w+ )?((?:19|20)\d\d)\b"
)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_BEFORE_THAT = re.compile(
    r"\b(?:avai(?:t|ent)|s['’]étai(?:t|ent)|étai(?:t|ent)) (?:\w+ )?(?:été )?\w+(?:[éuit]|ée|és|ées|ues?|its?|ites?)\b"
)


def earlier(unit: Unit, end: int) -> bool:
    """ "En avril 2021 déjà, une défaillance avait …", of a year before that of the article."""
    start = unit.doc[unit.i].idx
    told = unit.text[start : min(start + 400, max(end, start))]
    match = _EARLIER.search(told)
    day = published(unit.doc)
    if match is not None:
        return int(match.group(1) or match.group(2)) < day.year
    year = _YEAR.search(told)
    # "le dimanche d'avril 2021 où la clinique s'était retrouvée sans ordinateurs", not of last winter
    return year is not None and int(year[1]) < day.year - (day.month < 4) and bool(_BEFORE_THAT.search(told))


_BEFORE_IT = re.compile(r"[^.;:]{0,60}?\bavant (?:l['’]attaque|la cyberattaque|la panne|l['’]incident|le piratage)\b")


def other_cause(unit: Unit, start: int, end: int) -> bool:
    """ "A fermé plusieurs nuits faute de médecins", "étaient déjà saturées avant l'attaque"."""
    for mark in unit.marked("othercause", unit.doc[unit.i].idx, end + 70):
        between = unit.text[end : mark.start] if mark.start >= end else unit.text[mark.end : start]
        if not _PARTING.search(between) and len(between) < 70:
            return True
    return "déjà" in unit.text[max(0, start - 40) : end] and bool(_BEFORE_IT.match(unit.text, end))


_PARTING = re.compile(r"[;:.]|\bmais\b|\bet\b")
