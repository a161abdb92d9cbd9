"""Days, weeks, months, seasons and feasts: from what a French text says of a date to a range of days.

Anchored on the publication date. A bare weekday in news is the last one before publication (or that day itself); a
day and month without a year are the latest such day not after publication, unless it is to come within two months.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

WEEKDAYS = {"lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6}
MONTHS = {
    "janvier": 1, "janv": 1, "jan": 1, "fevrier": 2, "fevr": 2, "fev": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5,
    "juin": 6, "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "octobre": 10, "oct": 10,
    "novembre": 11, "nov": 11, "decembre": 12, "dec": 12,
}  # fmt: skip
NUMBERS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "trente": 30, "quarante": 40, "une dizaine de": 10, "une quinzaine de": 15, "une vingtaine de": 20,
    "une trentaine de": 30, "vingt quatre": 24, "quarante huit": 48, "soixante douze": 72,
}  # fmt: skip
# the astronomical seasons, as the labelling guide counts them
SEASONS = {
    "printemps": ((3, 20), (6, 20)),
    "ete": ((6, 21), (9, 22)),
    "automne": ((9, 23), (12, 20)),
    "hiver": ((12, 21), (3, 19)),
}
# feasts with a fixed day, as (month, day), and those that follow Easter Sunday, in days; others are computed by `feast`
FIXED_FEASTS = {
    "jour de l'an": (1, 1), "epiphanie": (1, 6), "chandeleur": (2, 2), "saint valentin": (2, 14), "poisson d'avril": (4, 1),
    "fete du travail": (5, 1), "fete de la musique": (6, 21), "saint jean": (6, 24), "fete nationale": (7, 14),
    "assomption": (8, 15), "halloween": (10, 31), "toussaint": (11, 1), "armistice": (11, 11), "saint nicolas": (12, 6),
    "noel": (12, 25), "saint sylvestre": (12, 31),
}  # fmt: skip
EASTER_FEASTS = {"mardi gras": -47, "paques": 0, "ascension": 39, "pentecote": 49}
CLOCK_CHANGES = ("passage a l'heure d'ete", "passage a l'heure d'hiver", "changement d'heure")
FEASTS = (*FIXED_FEASTS, *EASTER_FEASTS, "fete des meres", "fete des peres", *CLOCK_CHANGES)
_MARCH, _MAY, _JUNE, _OCTOBER = 3, 5, 6, 10


def day(year: int, month: int, number: int) -> date | None:
    """That day, None when the month has no such day."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def last_weekday(weekday: int, anchor: date, strictly: bool = False) -> date:
    """The last such weekday up to the anchor; `strictly`: before it ("lundi dernier" in a Monday's article)."""
    back = (anchor.weekday() - weekday) % 7
    return anchor - timedelta(days=back or (7 if strictly else 0))


def month_range(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def months_before(anchor: date, count: int) -> tuple[date, date]:
    """The whole month that lies `count` months before the anchor's."""
    months = max(12, anchor.year * 12 + anchor.month - 1 - count)
    return month_range(months // 12, months % 12 + 1)


def days_before(anchor: date, count: int) -> date:
    """The day `count` days before the anchor (after it when negative); within what `date` can hold."""
    return date.fromordinal(min(max(1, anchor.toordinal() - count), date.max.toordinal()))


def week_of(anchor: date) -> tuple[date, date]:
    """Monday to Sunday of the anchor's week."""
    monday = days_before(anchor, anchor.weekday())
    return monday, monday + timedelta(days=6)


def year_of_month(month: int, told: str | None, anchor: date) -> int:
    """The year of a month: the one told, else that of the latest such month begun by the anchor."""
    return int(told) if told else (anchor.year if month <= anchor.month else anchor.year - 1)


def resolve(number: int, month: int | None, year: int | None, anchor: date, weekday: int | None = None) -> date | None:
    """A day from what is told of it, the rest filled in; None for a day that does not exist.

    Where day and weekday disagree by one day ("samedi 4 décembre" when the 4th was a Sunday), the weekday is right:
    it is what people remember.
    """
    limit = anchor + timedelta(days=1)
    candidates: list[date] = []
    if month and year:
        candidates = [d for d in (day(year, month, number),) if d]
    elif month:
        candidates = [d for y in (anchor.year, anchor.year - 1) if (d := day(y, month, number))]
        if anchor.month > 10:
            # an article of December on an appointment of January
            candidates += [d for d in (day(anchor.year + 1, month, number),) if d]
        soon = [d for d in candidates if limit < d <= anchor + timedelta(days=60)]
        past = [d for d in candidates if d <= limit]
        candidates = soon if soon and (not past or (anchor - past[0]).days > 250) else past
    else:
        y, m = anchor.year, anchor.month
        for _ in range(3):
            if (d := day(y, m, number)) and d <= anchor:
                candidates.append(d)
            y, m = (y, m - 1) if m > 1 else (y - 1, 12)
    if not candidates:
        return None
    if weekday is not None:
        near = [n for k in (0, -1, 1) if (n := candidates[0] + timedelta(days=k)).weekday() == weekday]
        exact = [d for d in candidates if d.weekday() == weekday]
        if near or exact:
            return (near or exact)[0]
    return candidates[0]


def season(name: str, year: int | None, anchor: date) -> tuple[date, date]:
    """First and last day of a season; without a year, of the latest one begun by the anchor."""
    (m1, d1), (m2, d2) = SEASONS[name]
    if year is None:
        year = anchor.year if date(anchor.year, m1, d1) <= anchor else anchor.year - 1
    return date(year, m1, d1), date(year + (m2 < m1), m2, d2)


def feast(name: str, year: int | None, anchor: date) -> date:
    """The day of a feast; without a year, the latest up to the day after the anchor."""
    years = (year,) if year else (anchor.year, anchor.year - 1)
    days = sorted((d for y in years for d in _days_of(name, y)), reverse=True)
    return next((d for d in days if d <= anchor + timedelta(days=1)), days[-1])


def _days_of(name: str, year: int) -> tuple[date, ...]:
    """The day of a feast in a year; clocks change twice."""
    if name in FIXED_FEASTS:
        return (date(year, *FIXED_FEASTS[name]),)
    if name in EASTER_FEASTS:
        return (_after_easter(year, name),)
    if name == "fete des meres":
        # the last Sunday of May, or the first of June where that one is Whitsun
        last = _last_sunday(year, _MAY)
        return (last + timedelta(days=7) if last == _after_easter(year, "pentecote") else last,)
    if name == "fete des peres":
        return (last_weekday(6, date(year, _JUNE, 21)),)
    summer, winter = _last_sunday(year, _MARCH), _last_sunday(year, _OCTOBER)
    return dict(zip(CLOCK_CHANGES, ((summer,), (winter,), (summer, winter)), strict=True))[name]


def _last_sunday(year: int, month: int) -> date:
    return last_weekday(6, month_range(year, month)[1])


def _after_easter(year: int, name: str) -> date:
    """Easter by the anonymous Gregorian computation, and the feasts counted from it."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    r = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * r) // 451
    month, number = divmod(h + r - 7 * m + 114, 31)
    return date(year, month, number + 1) + timedelta(days=EASTER_FEASTS[name])
