"""Rules for days and ranges of days: "lundi 3 mars", "hier", "du 3 au 5 mars", "ce week-end", "il y a trois jours"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlp.dates.calendar import NUMBERS, WEEKDAYS, day, days_before, feast, last_weekday, resolve
from nlp.dates.rules import LONG_MONTH, NUMBER, UNITS, YEAR, Moment, Range, full_day, rule, short_day, told_day, weekday

_LED = r"(?:(?:ce|le|tout le|durant le|pendant le|au cours du|lors du|depuis le|du)\s)?"


def _one(day: date | None) -> Range | None:
    return (day, day, "day") if day else None


def _range(m: re.Match[str], anchor: date) -> Range | None:
    """From the day of groups a… to that of groups b…, which tells the month when only one does."""
    last = told_day(m, anchor, "b")
    if last is None:
        return None
    first = told_day(m, last, "a", None if m["am"] or last.day < int(m["ad"].removesuffix("er")) else last)
    return (first, last, "day") if first and first <= last else None


@rule(
    "du 3 au 5 mars",
    rf"(?:du|entre le|entre)\s(?:{weekday('a')}\s)?{short_day('a')}\s"
    rf"(?:au|et le|et)\s(?:{weekday('b')}\s)?{full_day('b')}",
)
def _between(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _range(m, anchor)


@rule(
    "samedi 22 et dimanche 23 mars",
    rf"(?:les\s|ces\s|entre le\s|le\s)?{weekday('a')}\s{short_day('a')}\s"
    rf"(?:et|au|ou)\s(?:le\s)?{weekday('b')}\s{short_day('b')}",
)
def _two_days(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _range(m, anchor)


@rule("les 22 et 23 mars", rf"(?:les|des|ces)\s{short_day('a')}\s(?:et|au)\s{full_day('b')}")
def _pair(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _range(m, anchor)


@rule("de samedi à lundi", rf"(?:de|entre)\s{weekday('a')}(?:\s(?:matin|soir|midi))?\s(?:a|et)\s{weekday('b')}")
def _between_weekdays(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    last = last_weekday(WEEKDAYS[m["bwd"]], anchor)
    return last_weekday(WEEKDAYS[m["awd"]], last, strictly=True), last, "day"


@rule(
    "week-end du 6 mars",
    rf"{_LED}week end\s(?:du|des)\s(?:{weekday('a')}\s)?{short_day('a')}"
    rf"(?:\s(?:et|au)\s(?:du\s)?(?:{weekday('b')}\s)?{full_day('b')})?",
)
def _weekend_of(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    last = told_day(m, anchor, "b") if m["bd"] else None
    told = told_day(m, anchor, "a", last if last and not m["am"] else None)
    if told is None:
        return None
    saturday = (
        told - timedelta(days=told.weekday() - 5) if told.weekday() >= 5 else told + timedelta(days=5 - told.weekday())
    )
    return saturday, saturday + timedelta(days=1), "day"


@rule("week-end de Pâques", rf"{_LED}week end (?:pascal|de (?:la )?(?P<f>paques|pentecote|l'ascension|toussaint|noel))")
def _feast_weekend(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    told = feast((m["f"] or "paques").removeprefix("l'"), None, anchor)
    if m["f"] == "l'ascension":
        return told, told + timedelta(days=3), "day"
    saturday = days_before(last_weekday(6, told + timedelta(days=3)), 1)
    # Easter and Whitsun end with their Monday
    return saturday, saturday + timedelta(days=2 if (m["f"] or "paques") in ("paques", "pentecote") else 1), "day"


@rule(
    "ce week-end",
    r"(?:ce|le|tout le|durant le|pendant le|au cours du|lors du|depuis le|du|dans le courant du)\sweek end"
    r"(?P<old>\s(?:dernier|passe|precedent|ecoule))?(?P<next>\s(?:prochain|suivant))?",
    swallow=True,
)
def _weekend(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if m["next"]:
        return None
    sunday = last_weekday(6, anchor, strictly=bool(m["old"]))
    if anchor.weekday() == 5 and not m["old"]:
        sunday = anchor + timedelta(days=1)
    return sunday - timedelta(days=1), sunday, "day"


@rule("lundi 3 mars", rf"(?:{weekday()}\s(?:le\s)?)?{full_day()}")
def _full_day(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _one(told_day(m, anchor))


@rule("02/03/2022", rf"(?:{weekday()}\s)?(?P<d>[0-3]?\d)(?P<s>[/.])(?P<m>[01]?\d)(?P=s)(?P<y>{YEAR}|\d\d)(?![/.]\d)")
def _slashes(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if len(m["y"]) == 2 and m["s"] == ".":
        return None
    year = int(m["y"]) if len(m["y"]) == 4 else 2000 + int(m["y"])
    return _one(day(year, int(m["m"]), int(m["d"])))


@rule("le 02/03", rf"(?:le|du|{weekday()})\s(?P<d>[0-3]?\d)/(?P<m>[01]?\d)(?!/)")
def _day_month(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    month = int(m["m"])
    return _one(resolve(int(m["d"]), month, None, anchor)) if 1 <= month <= 12 and int(m["d"]) else None


@rule("2022 03 02", r"(?P<y>20\d\d) (?P<m>[01]\d) (?P<d>[0-3]\d)")
def _iso(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _one(day(int(m["y"]), int(m["m"]), int(m["d"])))


@rule("lundi 3", rf"{weekday()}\s(?P<d>1er|[12]\d|3[01]|[1-9]){UNITS}")
def _weekday_day(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _one(told_day(m, anchor))


@rule(
    "lundi dernier",
    rf"{weekday()}(?P<old>\s(?:dernier|precedent|passe)|\sde la semaine (?:derniere|passee))?"
    rf"(?P<next>\s(?:prochain|suivant|en huit))?",
    swallow=True,
)
def _weekday(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if m["next"]:
        return None
    if (m["old"] or "").startswith(" de la semaine"):
        return _one(days_before(anchor, anchor.weekday() + 7 - WEEKDAYS[m["wd"]]))
    return _one(last_weekday(WEEKDAYS[m["wd"]], anchor, strictly=bool(m["old"])))


@rule(
    "hier",
    r"avant hier|hier|ce matin|cette apres midi|(?<!jusqu')aujourd'hui|cet apres midi|ce midi|ce soir(?! la\b)|"
    r"la veille(?! (?:de|des|du|en|au|a|sanitaire|juridique)\b)|le lendemain(?! (?:de|des|du)\b)|"
    r"l'avant veille|le surlendemain",
)
def _near(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    words = m[0]
    if words in ("la veille", "l'avant veille", "le lendemain", "le surlendemain"):
        told = next((b for b in reversed(before) if b.precision in ("day", "night", "hour")), None)
        if words.startswith("le "):
            return _one(days_before(told.last, -1 if words == "le lendemain" else -2)) if told else None
        return _one(days_before(told.first if told else anchor, 1 if words == "la veille" else 2))
    return _one(days_before(anchor, {"hier": 1, "avant hier": 2}.get(words, 0)))


@rule(
    "à Noël",
    r"(?:(?P<eve>veille|reveillon|soir) de |(?:le )?(?:jour|lundi|dimanche|jeudi) de |a |la |le )(?:la |l')?"
    rf"(?P<f>noel|jour de l'an|saint sylvestre|toussaint|paques|ascension|pentecote)(?:\s(?P<y>{YEAR}))?",
)
def _feast(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    told = feast(m["f"], int(m["y"]) if m["y"] else None, anchor)
    if m["eve"] in ("veille", "reveillon") and m["f"] != "saint sylvestre":
        return _one(days_before(told, 1))
    return _one(days_before(told, -1) if "lundi" in m[0] else told)


_COUNT = r"(?P<n>\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
_ABOUT = r"(?:\s(?:environ|pres de|plus de|deja|tout juste|a peine|maintenant|presque|quelque))?"


@rule(
    "il y a trois jours",
    rf"(?:il y a|voila|voici|cela fait|ca fait|depuis){_ABOUT}{_ABOUT}\s{_COUNT}\s?(?P<unit>jours?|semaines?|heures)",
)
def _ago(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _counted(m, anchor)


@rule(
    "trois jours plus tôt",
    rf"{_COUNT}\s(?P<unit>jours?|semaines?)\s(?P<way>plus tot|auparavant|avant)(?! (?:le|la|les|l'|de|d'|que)\b)",
)
def _relative(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    told = next((b.first for b in reversed(before) if b.precision in ("day", "night", "hour")), None)
    return _counted(m, told or anchor)


def _counted(m: re.Match[str], anchor: date) -> Range | None:
    word = m["n"]
    count = int(word) if word.isdigit() else NUMBERS[word]
    if m["unit"] == "heures":
        # "depuis 48 heures"; "depuis 16 heures" is a time of day
        return _one(days_before(anchor, count // 24)) if count and count % 24 == 0 else None
    if m["unit"].startswith("jour"):
        return _one(days_before(anchor, count))
    told = days_before(anchor, 7 * count)
    monday = days_before(told, told.weekday())
    return monday, monday + timedelta(days=6), "week"


@rule(
    "depuis le 12",
    r"(?:depuis|des|date du|remonte au|remontent au|remonterait au|a partir du|a compter du|ce)\s(?:le\s)?"
    rf"(?P<d>{NUMBER}){UNITS}(?!\s(?:{LONG_MONTH})\b)(?=[\s,.;)]|$)",
)
def _day_only(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _one(told_day(m, anchor))


@rule(
    "le 12 au matin",
    rf"(?:le|du)\s(?P<d>{NUMBER})\s(?:au (?:matin|soir|petit matin)|dans la (?:matinee|soiree|journee)|a l'aube)",
)
def _day_part(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _one(told_day(m, anchor))
