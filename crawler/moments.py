"""Dates and times as pages and feeds write them, read as aware datetimes or days of France."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DayOrMoment = date | datetime

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan", "février fevrier févr fevr fev fév feb", "mars mar", "avril avr apr", "mai may",
            "juin jun", "juillet juil jul", "août aout aoû aug", "septembre sept sep", "octobre oct",
            "novembre nov", "décembre decembre déc dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:(?:[T\s]+|CES?T)(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$",
    re.I,
)
_TIME = r"(?:[^\d]{1,6}(?P<hour>\d{1,2})\s?(?:h|:)\s?(?P<minute>\d{2})?)?"
_WRITTEN = re.compile(r"(?P<day>\d{1,2})(?:er)?\s+(?P<name>[a-zéûùèà]{3,9})\.?\s+(?P<year>\d{4}|\d{2})\b" + _TIME, re.I)
_FIGURES = re.compile(r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4}|\d{2})\b" + _TIME, re.I)
_RELATIVE = re.compile(r"\b(?P<word>hier|aujourd['’]hui)\b" + _TIME, re.I)
_IN_PATH = re.compile(r"/((?:19|20)\d{2})[/-](\d{2})[/-](\d{2})(?=\D|$)")


def moment_of(text: str | None) -> DayOrMoment | None:
    """A date written for machines (ISO 8601, RFC 822), None when it is neither.

    Without a zone it is French local time; without a time, or at exactly midnight (how many systems write a day),
    it is a day.
    """
    text = (text or "").strip()
    if not text:
        return None
    found = _ISO.match(text)
    try:
        if found:
            year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups()[:6])
            if not found[4] or hour == minute == second == 0:
                return date(year, month, day)
            return datetime(year, month, day, hour, minute, second, tzinfo=_zone(found[7]))
        parsed = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # RFC 822 without a zone, or with "-0000", gives a naive datetime that is UTC by that standard
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def written_moment(text: str, fetched: datetime) -> DayOrMoment | None:
    """A date written for readers: "Publié le 07/01/2022 à 13h12", "le 27 Mar 20 à 9:21", "Publié hier à 19h25".

    Figures are day, then month. "hier" and "aujourd'hui" count from the day the page was fetched, in France.
    """
    relative = _RELATIVE.search(text)
    for found in (_WRITTEN.search(text), _FIGURES.search(text)):
        if not found or (relative and relative.start() < found.start()):
            continue
        parts = found.groupdict()
        month = _MONTHS.get(parts["name"].lower()) if parts.get("name") else int(parts["month"])
        if not month:
            continue
        year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
        return _moment(year, month, int(parts["day"]), parts)
    if relative:
        day = fetched.astimezone(PARIS).date() - timedelta(days=relative["word"].lower() == "hier")
        return _moment(day.year, day.month, day.day, relative.groupdict())
    return None


def day_in_path(url: str) -> date | None:
    """The day an address carries, as in `/2022/07/24/`."""
    found = _IN_PATH.search(url)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def in_future(moment: DayOrMoment, fetched: datetime) -> bool:
    """Whether it is more than a day after the page was fetched."""
    if isinstance(moment, datetime):
        return moment > fetched + timedelta(days=1)
    return moment > fetched.astimezone(PARIS).date() + timedelta(days=1)


def day_of(moment: DayOrMoment) -> date:
    """The day in France."""
    return moment.astimezone(PARIS).date() if isinstance(moment, datetime) else moment


def _moment(year: int, month: int, day: int, parts: dict[str, str | None]) -> DayOrMoment | None:
    try:
        if parts.get("hour") is None:
            return date(year, month, day)
        return datetime(year, month, day, int(parts["hour"] or 0), int(parts["minute"] or 0), tzinfo=PARIS)
    except ValueError:
        return None


def _zone(text: str | None) -> tzinfo:
    if not text:
        return PARIS
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    return datetime.strptime(text, "%z").tzinfo or UTC
