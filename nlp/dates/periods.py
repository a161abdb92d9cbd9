"""Rules for weeks, months, seasons, parts of a year and years: "la semaine dernière", "début mars", "fin 2025"."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from nlp.dates.calendar import MONTHS, days_before, month_range, months_before, season, week_of, year_of_month
from nlp.dates.rules import LONG_MONTH, MONTH, YEAR, Moment, Range, rule, told_day

_PART_OF_YEAR = {"debut": (1, 3), "mi": (5, 8), "milieu": (5, 8), "fin": (10, 12)}
# "en novembre de l'année dernière", "en juin de la même année"
_OF_YEAR = r"(?P<of>,? (?:de )?(?:l'annee (?:derniere|passee|precedente)|l'an (?:dernier|passe)|la meme annee|cette (?:meme )?annee))?"
_ORDINALS = {
    "premier": 1,
    "1er": 1,
    "deuxieme": 2,
    "second": 2,
    "2e": 2,
    "troisieme": 3,
    "3e": 3,
    "quatrieme": 4,
    "4e": 4,
    "dernier": 4,
}


@rule(
    "la semaine dernière",
    r"(?P<part>(?:en |a la )?fin de |(?:en |au )?debut de |(?:au |en )?milieu de |dans le courant de |"
    r"courant )?(?:la\s)?"
    r"semaine (?:derniere|passee|precedente|ecoulee)",
    needs=("semaine",),
)
def _last_week(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    monday = days_before(anchor, anchor.weekday() + 7)
    part = m["part"] or ""
    if "fin" in part:
        return monday + timedelta(days=4), monday + timedelta(days=6), "day"
    if "debut" in part:
        return monday, monday + timedelta(days=1), "day"
    return monday, monday + timedelta(days=6), "week"


@rule(
    "en fin de semaine",
    r"(?:en|a la|cette|ce) fin de semaine(?! (?:derniere|passee|precedente|ecoulee|prochaine))",
    needs=("fin de semaine",),
)
def _end_of_week(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    """Friday to Sunday: of the week under way once it is Friday, of the one before until then."""
    monday = days_before(anchor, anchor.weekday() + (7 if anchor.weekday() < 4 else 0))
    return monday + timedelta(days=4), monday + timedelta(days=6), "day"


@rule(
    "cette semaine",
    r"(?:(?:en |au )?debut de (?:la |cette )?semaine|(?:en )?ce debut de semaine|cette semaine)",
    needs=("semaine",),
)
def _this_week(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    monday, sunday = week_of(anchor)
    return (monday, monday + timedelta(days=1) if "debut" in m[0] else sunday, "week")


@rule(
    "semaine du 6 mars",
    rf"(?:la |dans la |cette )?semaine du (?:lundi )?(?P<d>1er|[12]\d|3[01]|"
    rf"[1-9])(?:\s(?P<m>{MONTH})(?!\w))?(?:\s(?P<y>{YEAR}))?",
    needs=("semaine du",),
)
def _week_of(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    told = told_day(m, anchor)
    return (*week_of(told), "week") if told else None


@rule(
    "début mars",
    r"(?P<part>(?:au |en |le |tout )?(?:tout )?debut(?: du mois)?(?: de| d')?|(?:a la |la )?mi|"
    r"(?:au )?milieu du mois (?:de|d')|"
    r"(?:a la |en |a la toute |la )?fin(?: du mois)?(?: de| d')?|courant(?: du mois)?(?: de| d')?)"
    rf"(?:\s|(?<='))(?:le )?(?P<m>{MONTH})(?!\w)(?:\s(?P<y>{YEAR}))?(?:\sdernier)?",
)
def _part_of_month(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    month = MONTHS[m["m"].rstrip(".")]
    first, last = month_range(year_of_month(month, m["y"], anchor), month)
    return third(m["part"], first, last)


def third(part: str, first: date, last: date) -> Range:
    if "debut" in part:
        return first, first.replace(day=10), "week"
    if "mi" in part.split() or "milieu" in part:
        return first.replace(day=11), first.replace(day=20), "week"
    if "fin" in part:
        return first.replace(day=21), last, "week"
    return first, last, "month"


@rule(
    "première quinzaine de mars",
    rf"(?P<part>premiere|seconde|deuxieme) quinzaine (?:du mois )?(?:de |d')(?P<m>{MONTH})(?!\w)(?:\s(?P<y>{YEAR}))?",
    needs=("quinzaine",),
)
def _fortnight(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    month = MONTHS[m["m"].rstrip(".")]
    first, last = month_range(year_of_month(month, m["y"], anchor), month)
    early = m["part"] == "premiere"
    return (first, first.replace(day=15), "week") if early else (first.replace(day=16), last, "week")


@rule(
    "premiers jours de mars",
    rf"(?P<part>premiers|derniers) jours (?:du mois )?(?:de |d')(?P<m>{MONTH})(?!\w)(?:\s(?P<y>{YEAR}))?",
    needs=("iers jours",),
)
def _first_days(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    month = MONTHS[m["m"].rstrip(".")]
    part = "debut" if m["part"] == "premiers" else "fin"
    return third(part, *month_range(year_of_month(month, m["y"], anchor), month))


@rule(
    "entre janvier et mars 2023",
    rf"(?:entre|de|d') ?(?P<a>{LONG_MONTH})(?:\s(?P<ay>{YEAR}))? (?:et|a) (?P<b>{LONG_MONTH})(?:\s(?P<y>{YEAR}))?(?! \d)",
)
def _months_between(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    end, begin = MONTHS[m["b"]], MONTHS[m["a"]]
    year = year_of_month(end, m["y"], anchor)
    start = int(m["ay"]) if m["ay"] else year if begin <= end else year - 1
    first, last = month_range(start, begin)[0], month_range(year, end)[1]
    return (first, last, "month") if first < last else None


@rule(
    "le mois dernier",
    r"(?P<part>(?:en |au )?debut |(?:a la |en )?fin )?(?:(?:le |du )mois (?:dernier|passe|precedent)|"
    r"(?:de ce|ce) mois ci)",
    needs=("mois",),
)
def _last_month(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return third(m["part"] or "", *months_before(anchor, 0 if m[0].endswith("ci") else 1))


@rule(
    "début du mois",
    r"(?:au |depuis le |en |des le )?(?P<part>debut|milieu|fin) (?:du|de ce|de) mois(?! (?:de|d'|dernier|passe|prochain))",
    needs=("mois",),
)
def _part_of_this_month(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return third(m["part"], *month_range(anchor.year, anchor.month)) if m["part"] != "fin" else None


@rule(
    "en mars 2021",
    r"(?:en plein mois de|en plein mois d'|en plein|en|au mois de|au mois d'|du mois de|du mois d'|courant|depuis|des|dans le courant du mois de|"
    r"(?:pendant|durant)(?: tout)?|tout|"
    r"(?:un|une) (?:\w{2,9} )?\w{2,9} (?:de|d')|dat(?:e|ent|ant|ait|aient|erait|eraient) (?:de|d')|remont(?:e|ent|ant|ait|aient|erait|eraient) a)"
    rf"(?:\s|(?<='))(?:le mois de |le mois d')?(?P<m>{LONG_MONTH})(?:\s(?P<y>{YEAR}))?(?:\sdernier)?{_OF_YEAR}",
)
def _month(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    month = MONTHS[m["m"].rstrip(".")]
    if m["of"]:
        same = before[-1].first.year if before else anchor.year
        year = same if "meme" in m["of"] else anchor.year - ("cette" not in m["of"])
        return (*month_range(year, month), "month")
    return (*month_range(year_of_month(month, m["y"], anchor), month), "month")


_AFFAIR = "".join(
    f"(?<={noun} )|"
    for noun in (
        "attaque",
        "piratage",
        "intrusion",
        "panne",
        "incident",
        "fuite",
        "vol",
        "informatique",
        "crise",
        "faits",
    )
).rstrip("|")


@rule(
    "l'attaque de mars",
    rf"(?:{_AFFAIR})(?:de |d'|du mois de |du mois d')(?:(?P<m>{LONG_MONTH})(?:\s(?P<y>{YEAR}))?(?:\sdernier)?|(?P<only>{YEAR}))",
)
def _month_of_affair(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if m["only"]:
        return _year_range(int(m["only"])) if int(m["only"]) <= anchor.year else None
    month = MONTHS[m["m"]]
    return (*month_range(year_of_month(month, m["y"], anchor), month), "month")


@rule("mars (en tête)", rf"(?<=[.!?:] )(?P<m>{LONG_MONTH})(?:\s(?P<y>{YEAR}))?(?=\s?[.:]\s)")
def _month_heading(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    """A paragraph's first word, in a list by months: the year goes on from the month told last."""
    month = MONTHS[m["m"]]
    year = year_of_month(month, m["y"], anchor)
    if before and not m["y"] and before[-1].precision in ("day", "hour", "night", "month"):
        last = before[-1].first
        year = last.year + (month < last.month)
    return (*month_range(year, month), "month")


@rule("mars dernier", rf"(?P<m>{LONG_MONTH})\s(?:(?P<y>{YEAR})|dernier)")
def _month_last(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    month = MONTHS[m["m"].rstrip(".")]
    return (*month_range(year_of_month(month, m["y"], anchor), month), "month")


@rule(
    "l'été dernier",
    r"(?:cet |ce |au |a l'|en plein |au (?:tout )?debut d[ue] (?:l')?|(?:a la )?fin d[ue] (?:l')?|a la fin de l'|durant l'|pendant l'|au cours de l'|depuis l'|des l'|l'|le )"
    rf"(?P<s>printemps|ete|automne|hiver)(?:\s(?P<y>{YEAR}))?(?P<old>\s(?:dernier|passe))?",
    needs=(
        "printemps",
        "ete",
        "automne",
        "hiver",
    ),
)
def _season(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if m[0].startswith(("l'", "le ")) and not m["y"] and not m["old"]:
        return None  # "l'été n'arrête pas les pirates"
    return (*season(m["s"], int(m["y"]) if m["y"] else None, anchor), "month")


@rule("fin 2025", rf"(?P<part>(?:tout )?debut|mi|(?:toute )?fin|courant)(?: de)?(?: l'annee)? (?P<y>{YEAR})")
def _part_of_year(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if "courant" in m["part"]:
        return _year_range(int(m["y"])) if int(m["y"]) <= anchor.year else None
    return _months(int(m["y"]), *_PART_OF_YEAR[m["part"].split()[-1]], anchor)


@rule(
    "début d'année",
    r"(?:en |au |depuis le |a la )?(?P<part>debut|fin) (?:de l'|d')annee(?P<old> derniere)?(?! 20)",
    needs=("annee",),
)
def _part_of_this_year(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    year = anchor.year - 1 if m["old"] or m["part"] == "fin" else anchor.year
    return _months(year, *_PART_OF_YEAR[m["part"]], anchor)


@rule(
    "au premier trimestre 2024",
    rf"(?P<n>{'|'.join(_ORDINALS)}) (?P<unit>trimestre|semestre)(?: de)?(?: l'annee)? (?P<y>{YEAR})",
    needs=("mestre",),
)
def _quarter(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    number, length = _ORDINALS[m["n"]], 3 if m["unit"] == "trimestre" else 6
    number = min(number, 12 // length)
    return _months(int(m["y"]), (number - 1) * length + 1, number * length, anchor)


def _months(year: int, first: int, last: int, anchor: date) -> Range | None:
    start = date(year, first, 1)
    return (start, date(year, last, monthrange(year, last)[1]), "month") if start <= anchor else None


@rule(
    "l'an dernier",
    r"l'an (?:dernier|passe)|l'annee (?:derniere|passee|precedente)|(?:depuis |courant )?cette annee",
    needs=(
        "l'an ",
        "annee",
    ),
)
def _last_year(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _year_range(anchor.year - (0 if "cette" in m[0] else 1))


@rule(
    "en 2019",
    rf"(?:en|depuis|des|au cours de l'annee|(?:le |dans le )?courant de l'annee|l'annee|(?:date|datant|datent|"
    rf"daterait) de|(?:remonte|remontent|remontant|remonterait|remonteraient|remontait) a) (?P<y>{YEAR})",
)
def _year(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _year_range(int(m["y"])) if int(m["y"]) <= anchor.year else None


def _year_range(year: int) -> Range:
    return date(max(1, year), 1, 1), date(max(1, year), 12, 31), "year"
