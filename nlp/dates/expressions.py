"""Expressions of time in French prose, turned into ranges of days with the publication date as anchor.

Works on folded text (see `reference.folding`). Weekdays in news mean the last one before publication (or the day
itself); a day and month without a year mean the latest such day not after publication. Every pattern is bounded, so
reading is linear in the text. dateparser is not used: it reads "sept." as July and a bare weekday inconsistently.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from records import Precision

WEEKDAYS = {"lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6}
MONTHS = {
    "janvier": 1, "janv": 1, "jan": 1, "fevrier": 2, "fevr": 2, "fev": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5, "juin": 6, "juillet": 7, "juil": 7,
    "aout": 8, "septembre": 9, "sept": 9, "octobre": 10, "oct": 10, "novembre": 11, "nov": 11, "decembre": 12, "dec": 12,
}  # fmt: skip
NUMBERS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12,
    "treize": 13, "quatorze": 14, "quinze": 15, "vingt": 20, "trente": 30,
}  # fmt: skip
# solstices and equinoxes, as the press and the labelling guide count seasons
SEASONS = {"printemps": ((3, 20), (6, 20)), "ete": ((6, 21), (9, 22)), "automne": ((9, 23), (12, 20)), "hiver": ((12, 21), (3, 19))}

_WD = r"(?P<{0}wd>lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DM = r"(?P<{0}d>1er|[12]\d|3[01]|0?[1-9])(?:\s(?P<{0}m>" + _MONTH + r")\b\.?(?:\s(?P<{0}y>(?:19|20)\d\d))?)?"
_FULL = r"(?P<{0}d>1er|[12]\d|3[01]|0?[1-9])\s(?P<{0}m>" + _MONTH + r")\b\.?(?:\s(?P<{0}y>(?:19|20)\d\d))?"


def _p(template: str, name: str = "") -> str:
    return template.replace("{0}", name)


@dataclass(frozen=True, slots=True)
class Moment:
    """A range of days, both included, with where it stands in the folded text. `hour`: a time of day was told."""

    first: date
    last: date
    precision: Precision
    start: int
    end: int
    rule: str


Reader = Callable[[re.Match[str], date, "list[Moment]"], tuple[date, date, Precision] | None]
_RULES: list[tuple[str, re.Pattern[str], Reader]] = []


def _rule(name: str, pattern: str) -> Callable[[Reader], Reader]:
    def add(reader: Reader) -> Reader:
        _RULES.append((name, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), reader))
        return reader

    return add


def last_weekday(weekday: int, anchor: date, strictly: bool = False) -> date:
    back = (anchor.weekday() - weekday) % 7
    return anchor - timedelta(days=back or (7 if strictly else 0))


def resolve(day: int, month: int | None, year: int | None, anchor: date, weekday: int | None = None) -> date | None:
    """A day with what is missing filled in: the latest such day not after the anchor (a week's grace for announcements)."""
    limit = anchor + timedelta(days=1)
    candidates: list[date] = []
    if month and year:
        candidates = [d for d in (_date(year, month, day),) if d]
    elif month:
        candidates = [d for y in (anchor.year, anchor.year - 1) if (d := _date(y, month, day))]
        soon = [d for d in candidates if anchor < d <= anchor + timedelta(days=60)]
        past = [d for d in candidates if d <= limit]
        # "le 15 mars" in an article of 10 March is to come, not a year ago
        candidates = soon if soon and not past[:1] else (soon[:1] if soon and (not past or (anchor - past[0]).days > 250) else past)
    else:
        y, m = anchor.year, anchor.month
        for _ in range(3):
            if (d := _date(y, m, day)) and d <= limit:
                candidates.append(d)
            y, m = (y, m - 1) if m > 1 else (y - 1, 12)
    if not candidates:
        return None
    if weekday is not None:
        # "samedi 4 décembre" when the Saturday was the 3rd: the weekday is what the reader remembers
        near = [d + timedelta(days=k) for d in candidates[:1] for k in (0, -1, 1) if (d + timedelta(days=k)).weekday() == weekday]
        exact = [d for d in candidates if d.weekday() == weekday]
        if near or exact:
            return (near or exact)[0]
    return candidates[0]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(match: re.Match[str], anchor: date, name: str = "", month: int | None = None, year: int | None = None) -> date | None:
    groups = match.groupdict()
    word = groups.get(f"{name}d")
    weekday = WEEKDAYS[w] if (w := groups.get(f"{name}wd")) else None
    if word is None:
        return last_weekday(weekday, anchor) if weekday is not None else None
    m = MONTHS[g] if (g := groups.get(f"{name}m")) else month
    y = int(g) if (g := groups.get(f"{name}y")) else year
    return resolve(1 if word == "1er" else int(word), m, y, anchor, weekday)


def _month_range(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _year_of(month: int, told: str | None, anchor: date) -> int:
    return int(told) if told else (anchor.year if month <= anchor.month else anchor.year - 1)


_NIGHT = r"(?:(?:dans|pendant|durant|au cours de|lors de)\s)?(?:la\s)?nuit"


@_rule("nuit du 6 au 7", _NIGHT + r"\s(?:du|de)\s(?:" + _p(_WD, "a") + r"\s)?" + _p(_DM, "a") + r"\s(?:au|a)\s(?:ce\s)?(?:" + _p(_WD, "b") + r"\s)?" + _p(_FULL, "b"))
def _night_between(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    last = _day(m, anchor, "b")
    if last is None:
        return None
    return last - timedelta(days=1), last, "night"


@_rule("nuit du 6 au 7 (sans mois)", _NIGHT + r"\s(?:du|de)\s(?:" + _p(_WD, "a") + r"\s)?(?P<ad>1er|[12]\d|3[01]|[1-9])\s(?:au|a)\s(?:ce\s)?(?:" + _p(_WD, "b") + r"\s)?(?P<bd>1er|[12]\d|3[01]|[1-9])")
def _night_days(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    last = _day(m, anchor, "b")
    return (last - timedelta(days=1), last, "night") if last else None


@_rule("nuit de mardi à mercredi", _NIGHT + r"\s(?:de\s|du\s)?(?:ce\s)?" + _p(_WD, "a") + r"(?:\s" + _p(_FULL, "a") + r")?\s(?:a|au)\s(?:ce\s)?" + _p(_WD, "b") + r"(?:\s" + _p(_FULL, "b") + r")?(?P<old>\sdernier)?")
def _night_weekdays(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    last = _day(m, anchor, "b") if m["bd"] else None
    if last is None and m["ad"]:
        first = _day(m, anchor, "a")
        last = first + timedelta(days=1) if first else None
    if last is None:
        last = last_weekday(WEEKDAYS[m["bwd"]], anchor)
    return last - timedelta(days=1), last, "night"


@_rule("nuit du 6", _NIGHT + r"\s(?:du|de)\s(?:" + _p(_WD) + r"\s)?" + _p(_FULL))
def _night_of(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    first = _day(m, anchor)
    return (first, first + timedelta(days=1), "night") if first else None


@_rule("nuit de samedi", _NIGHT + r"\s(?:de|du)\s" + _p(_WD) + r"(?P<old>\sdernier)?")
def _night_weekday(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    first = last_weekday(WEEKDAYS[m["wd"]], anchor - timedelta(days=1))
    return first, first + timedelta(days=1), "night"


@_rule("samedi dans la nuit", _p(_WD) + r"(?:\s" + _p(_FULL) + r")?\s(?:dans la nuit|en pleine nuit)")
def _weekday_night(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    first = _day(m, anchor)
    return (first, first + timedelta(days=1), "night") if first else None


@_rule("en pleine nuit, dimanche 9", r"(?:en pleine nuit,?|(?:aux |des |dans les )?(?:toutes )?premieres heures (?:de|du|de ce))\s(?:ce\s|le\s)?" + _p(_WD) + r"(?:\s" + _p(_FULL) + r")?")
def _small_hours(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    last = _day(m, anchor)
    return (last - timedelta(days=1), last, "night") if last else None


@_rule("cette nuit", r"cette nuit|la nuit derniere|la nuit passee")
def _tonight(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    return anchor - timedelta(days=1), anchor, "night"


@_rule("dans la nuit (du jour dit avant)", r"(?:dans|pendant|durant|au cours de) la nuit(?!\s(?:du|de|des|suivante)\b)")
def _that_night(m: re.Match[str], anchor: date, before: list[Moment]) -> tuple[date, date, Precision] | None:
    if not before or before[-1].precision != "day" or m.start() - before[-1].end > 120:
        return None
    return before[-1].first - timedelta(days=1), before[-1].first, "night"


@_rule("du 3 au 5 mars", r"du\s(?:" + _p(_WD, "a") + r"\s)?" + _p(_DM, "a") + r"\sau\s(?:" + _p(_WD, "b") + r"\s)?" + _p(_FULL, "b"))
def _between(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    last = _day(m, anchor, "b")
    if last is None:
        return None
    first = _day(m, last, "a", last.month if not m["am"] else None, None)
    return (first, last, "day") if first and first <= last else None


@_rule("week-end du 6 mars", r"week end\s(?:du|des)\s(?:" + _p(_WD) + r"\s)?" + _p(_DM) + r"(?:\s(?:et|au)\s(?:dimanche\s)?" + _p(_FULL, "b") + r")?")
def _weekend_of(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    day = _day(m, anchor) if m["m"] or not m["bm"] else _day(m, anchor, "", MONTHS[m["bm"]], int(m["by"]) if m["by"] else None)
    if day is None:
        return None
    saturday = day - timedelta(days=(day.weekday() - 5) % 7) if day.weekday() in (5, 6) else day + timedelta(days=(5 - day.weekday()) % 7)
    return saturday, saturday + timedelta(days=1), "day"


@_rule("ce week-end", r"(?:ce|le|durant le|pendant le|au cours du|cours du)\sweek end(?P<old>\s(?:dernier|passe))?")
def _weekend(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    sunday = last_weekday(6, anchor)
    if anchor.weekday() == 5 and not m["old"]:
        sunday = anchor + timedelta(days=1)
    return sunday - timedelta(days=1), sunday, "day"


@_rule("lundi 3 mars", r"(?:" + _p(_WD) + r"\s)?" + _p(_FULL))
def _full_day(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    day = _day(m, anchor)
    return (day, day, "day") if day else None


@_rule("02/03/2022", r"(?P<d>[0-3]?\d)[/.](?P<m>[01]?\d)[/.](?P<y>(?:19|20)\d\d)")
def _slashes(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    day = _date(int(m["y"]), int(m["m"]), int(m["d"]))
    return (day, day, "day") if day else None


@_rule("2022 03 02", r"(?P<y>20\d\d) (?P<m>[01]\d) (?P<d>[0-3]\d)")
def _iso(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    day = _date(int(m["y"]), int(m["m"]), int(m["d"]))
    return (day, day, "day") if day else None


@_rule("lundi 3", _p(_WD) + r"\s(?P<d>1er|[12]\d|3[01]|[1-9])(?!\s?(?:h|heures?|%|euros?|patients?|personnes?)\b)")
def _weekday_day(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    day = _day(m, anchor)
    return (day, day, "day") if day else None


@_rule("lundi dernier", _p(_WD) + r"(?P<old>\s(?:dernier|precedent))?(?P<next>\s(?:prochain|suivant|en huit))?")
def _weekday(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    weekday = WEEKDAYS[m["wd"]]
    if m["next"]:
        return None
    day = last_weekday(weekday, anchor, strictly=bool(m["old"]))
    return day, day, "day"


@_rule("hier", r"avant hier|hier|ce matin|aujourd'hui|(?<!a )ce jour|cet apres midi|ce midi|ce soir|la veille|le lendemain|l'avant veille")
def _near(m: re.Match[str], anchor: date, before: list[Moment]) -> tuple[date, date, Precision] | None:
    words = m[0]
    told = before[-1] if before else None
    if words == "la veille":
        day = (told.first if told and told.precision in ("day", "night", "hour") else anchor) - timedelta(days=1)
    elif words == "l'avant veille":
        day = (told.first if told else anchor) - timedelta(days=2)
    elif words == "le lendemain":
        if not told:
            return None
        day = told.last + timedelta(days=1)
    else:
        day = anchor - timedelta(days={"hier": 1, "avant hier": 2}.get(words, 0))
    return day, day, "day"


_COUNT = r"(?P<n>\d{1,3}|" + "|".join(NUMBERS) + r"|une dizaine de|une quinzaine de|une vingtaine de)"


@_rule("il y a trois jours", r"il y a(?: (?:environ|pres de|plus de|deja|tout juste|a peine))?\s" + _COUNT + r"\s?(?P<unit>jours?|semaines?|mois|ans?)")
def _ago(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    word = m["n"]
    dozens = {"une dizaine de": 10, "une quinzaine de": 15, "une vingtaine de": 20}
    count = int(word) if word.isdigit() else dozens.get(word, NUMBERS.get(word, 0))
    unit = m["unit"]
    if unit.startswith("jour"):
        # "huit jours" and "quinze jours" are one and two weeks
        count = {8: 7, 15: 14}.get(count, count)
        day = anchor - timedelta(days=count)
        return day, day, "day"
    if unit.startswith("semaine"):
        day = anchor - timedelta(weeks=count)
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6), "week"
    if unit == "mois":
        months = anchor.year * 12 + anchor.month - 1 - count
        return (*_month_range(months // 12, months % 12 + 1), "month")
    year = anchor.year - count
    return date(year, 1, 1), date(year, 12, 31), "year"


@_rule("la semaine dernière", r"(?P<end>(?:en |a la )?fin de )?(?:la\s)?semaine (?:derniere|passee|precedente)")
def _last_week(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    monday = anchor - timedelta(days=anchor.weekday() + 7)
    if m["end"]:
        return monday + timedelta(days=4), monday + timedelta(days=6), "day"
    return monday, monday + timedelta(days=6), "week"


@_rule("cette semaine", r"(?:(?P<start>(?:en |au )?debut de )(?:cette )?semaine|cette semaine)")
def _this_week(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    monday = anchor - timedelta(days=anchor.weekday())
    return monday, (monday + timedelta(days=1) if m["start"] else monday + timedelta(days=6)), "week"


@_rule("début mars", r"(?P<part>(?:au |en |le |tout )?debut(?: du mois)?(?: de| d')?|(?:a la |la )?mi|(?:a la |en |fin du mois de |la )?fin(?: du mois)?(?: de| d')?|courant)\s?(?P<m>" + _MONTH + r")\b(?:\s(?P<y>(?:19|20)\d\d))?(?P<old>\sdernier)?")
def _part_of_month(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    month = MONTHS[m["m"]]
    year = _year_of(month, m["y"], anchor)
    first, last = _month_range(year, month)
    if "debut" in m["part"]:
        return first, first.replace(day=10), "week"
    if "mi" in m["part"].split():
        return first.replace(day=11), first.replace(day=20), "week"
    if "fin" in m["part"]:
        return first.replace(day=21), last, "week"
    return first, last, "month"


@_rule("en mars 2021", r"(?:en|au mois de|au mois d'|courant|depuis|dans le courant du mois de)\s?(?P<m>janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)(?:\s(?P<y>(?:19|20)\d\d))?(?P<old>\sdernier)?")
def _month(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    month = MONTHS[m["m"]]
    return (*_month_range(_year_of(month, m["y"], anchor), month), "month")


@_rule("mars dernier", r"(?P<m>janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)\s(?:(?P<y>(?:19|20)\d\d)|dernier)")
def _month_last(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    month = MONTHS[m["m"]]
    return (*_month_range(_year_of(month, m["y"], anchor), month), "month")


@_rule("l'été dernier", r"(?:l'|cet |cet|ce |au |a l'|le |durant l'|pendant l')(?P<s>printemps|ete|automne|hiver)(?:\s(?P<y>(?:19|20)\d\d))?(?P<old>\sdernier)?")
def _season(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    (m1, d1), (m2, d2) = SEASONS[m["s"]]
    year = int(m["y"]) if m["y"] else (anchor.year if date(anchor.year, m1, d1) <= anchor else anchor.year - 1)
    return date(year, m1, d1), date(year + (m2 < m1), m2, d2), "month"


@_rule("en 2019", r"(?:en|courant|depuis|au cours de l'annee|l'annee)\s(?P<y>(?:19|20)\d\d)")
def _year(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    year = int(m["y"])
    return (date(year, 1, 1), date(year, 12, 31), "year") if year <= anchor.year else None


@_rule("depuis le 12", r"(?:depuis|des|date du|remonte au|remontent au)\s(?:le\s)?(?P<d>1er|[12]\d|3[01]|[1-9])(?!\s?(?:h|heures?|%|euros?|patients?|personnes?|jours?|ans?|mois|semaines?|etablissements?|hopitaux|,\d|" + _MONTH + r")\b)(?=[\s,.;)])")
def _day_only(m: re.Match[str], anchor: date, _: list[Moment]) -> tuple[date, date, Precision] | None:
    day = _day(m, anchor)
    return (day, day, "day") if day else None


_CLOCK = r"(?:\d{1,2}\s?(?:h|heures?)(?:\s?\d\d)?\b|\d{1,2}:\d\d|minuit|midi\b)"
_HOUR = re.compile(
    r"(?:\s(?:au |dans la |en )?(?:debut de |fin de )?(?:matin|matinee|soir|soiree|apres midi))?,?\s?"
    r"(?:vers|a|des|aux alentours de|autour de|un peu avant|un peu apres|peu apres|peu avant|aux environs de|entre)\s" + _CLOCK
)


def find(folded: str, anchor: date) -> Iterator[Moment]:
    """Expressions of time in text order, longest first where they overlap."""
    found: list[tuple[int, int, int, str, re.Match[str], Reader]] = []
    for rank, (name, pattern, reader) in enumerate(_RULES):
        for match in pattern.finditer(folded):
            found.append((match.start(), -match.end(), rank, name, match, reader))
    found.sort(key=lambda f: f[:3])
    reach = -1
    before: list[Moment] = []
    for start, minus_end, _, name, match, reader in found:
        if start < reach:
            continue
        value = reader(match, anchor, before)
        if value is None:
            if name == "lundi dernier":
                reach = -minus_end
            continue
        first, last, precision = value
        end = -minus_end
        reach = end
        if precision == "day" and first == last and (hour := _HOUR.match(folded, end, min(len(folded), end + 45))):
            precision = "hour"
            end = hour.end()
        moment = Moment(first, last, precision, start, end, name)
        before.append(moment)
        yield moment
