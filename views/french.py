"""Numbers, dates and plurals as they are written in France, and dates as people type them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from records import Moment, Occurred
from reference.folding import fold

PARIS = ZoneInfo("Europe/Paris")
NARROW_SPACE = "\u202f"
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_MONTH_NUMBER = {fold(name): number for number, name in enumerate(MONTHS, start=1)}


def number(value: int | float) -> str:
    """Thousands apart by a narrow no-break space, a comma before decimals.

    >>> number(1234).replace(NARROW_SPACE, " ")
    '1 234'
    >>> number(1.5)
    '1,5'
    """
    return f"{value:,}".replace(",", NARROW_SPACE).replace(".", ",")


def decimal(value: float, places: int = 2) -> str:
    return f"{value:.{places}f}".replace(".", ",")


def counted(value: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: in French, 0 and 1 are singular.

    >>> counted(0, "article"), counted(2, "article")
    ('0 article', '2 articles')
    """
    return f"{number(value)} {singular if abs(value) < 2 else plural or singular + 's'}"


def joined(words: list[str], last: str = "et") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def day(value: date) -> str:
    """
    >>> day(date(2022, 1, 1)), day(date(2022, 1, 7))
    ('1er janvier 2022', '7 janvier 2022')
    """
    return f"{_day_number(value)} {MONTHS[value.month - 1]} {value.year}"


def moment(value: Moment) -> str:
    """A date, or a moment of Paris: `7 janvier 2022 à 14 h 05`."""
    if not isinstance(value, datetime):
        return day(value)
    local = value.astimezone(PARIS)
    return f"{day(local.date())} à {local.hour} h {local.minute:02d}"


def day_of(value: Moment) -> str:
    """The day alone, in Paris when the hour is known."""
    return day(value.astimezone(PARIS).date() if isinstance(value, datetime) else value)


def time_ago(value: datetime, now: datetime | None = None) -> str:
    """`il y a 5 minutes`, `dans 2 heures`; the date beyond two days."""
    delta = (now or datetime.now(UTC)) - value
    seconds = abs(delta.total_seconds())
    if seconds < 60:
        return "à l’instant" if delta >= timedelta(0) else "dans moins d’une minute"
    if seconds >= 2 * 86400:
        return f"le {moment(value)}"
    minutes, hours = round(seconds / 60), round(seconds / 3600)
    words = counted(minutes, "minute") if minutes < 60 else counted(hours, "heure")
    return f"il y a {words}" if delta > timedelta(0) else f"dans {words}"


def occurred(value: Occurred) -> str:
    """When an attack took place, no more precisely than it is known: `nuit du 6 au 7 janvier 2022`, `mars 2021`."""
    start, end = value.start, value.end or value.start
    if start is None or end is None:
        return "date inconnue"
    if value.precision == "year" or (start, end) == (date(start.year, 1, 1), date(start.year, 12, 31)):
        return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
    if value.precision == "night":
        return f"nuit du {_between(start, end)}" if start != end else f"nuit du {day(start)}"
    if start == end:
        return day(start)
    if start.day == 1 and end == _last_day(end):
        if (start.year, start.month) == (end.year, end.month):
            return f"{MONTHS[start.month - 1]} {start.year}"
        first = MONTHS[start.month - 1] + ("" if start.year == end.year else f" {start.year}")
        return f"de {first} à {MONTHS[end.month - 1]} {end.year}".replace("de a", "d’a").replace("de o", "d’o")
    if value.precision in ("week", "month", "unknown"):
        return f"entre le {_between(start, end, ' et le ')}"
    return f"du {_between(start, end)}"


def read_date(text: str, *, end: bool = False) -> date | None:
    """A date as typed: `7/1/2022`, `2022-01-07`, `7 janvier 2022`, `mars 2021`, `03/2021`, `2021`.

    A month or a year stands for its first day, or its last with `end`. Raises ValueError (a French sentence)
    for what is no date; None for nothing.
    """
    words = fold(text).strip()
    if not words:
        return None
    try:
        year, month, day_number = _parts(words)
        if month is None:
            return date(year, 12, 31) if end else date(year, 1, 1)
        if day_number is None:
            first = date(year, month, 1)
            return _last_day(first) if end else first
        return date(year, month, day_number)
    except ValueError:
        raise ValueError(
            f"« {text.strip()[:40]} » n’est pas une date reconnue : écrivez par exemple 07/01/2022, mars 2021 ou 2021."
        ) from None


_FORMS = (
    re.compile(r"(?P<y>\d{4})(?:[ /.](?P<m>\d{1,2})(?:[ /.](?P<d>\d{1,2}))?)?"),
    re.compile(r"(?:(?P<d>\d{1,2})[ /.])?(?P<m>\d{1,2})[ /.](?P<y>\d{4})"),
    re.compile(r"(?:(?P<d>\d{1,2})(?:er)? )?(?P<name>[a-z]+) (?P<y>\d{4})"),
)


def _parts(words: str) -> tuple[int, int | None, int | None]:
    for form in _FORMS:
        if match := form.fullmatch(words):
            found = match.groupdict()
            month = _MONTH_NUMBER.get(found["name"], 0) if "name" in found else found["m"]
            day_number = found["d"]
            return int(found["y"]), int(month) if month is not None else None, int(day_number) if day_number else None
    raise ValueError(words)


def _day_number(value: date) -> str:
    return "1er" if value.day == 1 else str(value.day)


def _last_day(value: date) -> date:
    return value.replace(day=monthrange(value.year, value.month)[1])


def _between(start: date, end: date, link: str = " au ") -> str:
    if start.year != end.year:
        return f"{day(start)}{link}{day(end)}"
    if start.month != end.month:
        return f"{_day_number(start)} {MONTHS[start.month - 1]}{link}{day(end)}"
    return f"{_day_number(start)}{link}{day(end)}"
