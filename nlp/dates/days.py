"""Rules for days and ranges of days: "lundi 3 mars", "hier", "du 3 au 5 mars", "ce week-end", "il y a trois jours"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlp.dates.calendar import (
    MONTHS,
    WEEKDAYS,
    day,
    days_before,
    feast,
    last_weekday,
    month_range,
    resolve,
    year_of_month,
)
from nlp.dates.rules import (
    LED,
    LONG_MONTH,
    MONTH,
    NUMBER,
    UNITS,
    YEAR,
    Moment,
    Range,
    full_day,
    month_told,
    one_day,
    rule,
    short_day,
    told_day,
    weekday,
)

_PART = r"(?:\s(?:au |en |dans la )?(?:petit )?(?:matin|soir|midi|matinee|soiree|apres midi|debut de soiree|fin de journee|fin d'apres midi))?(?:,? (?:a |vers )?\d{1,2}\s?h(?:eures)?(?:\s?\d\d)?)?"


def _range(m: re.Match[str], anchor: date) -> Range | None:
    """From the day of groups a… to that of groups b…, which tells the month when only one does."""
    last = told_day(m, anchor, "b")
    if last is None:
        return None
    first = told_day(m, last, "a", None if m["am"] or last.day < int(m["ad"].removesuffix("er")) else last)
    return (first, last, "day") if first and first <= last else None


@rule(
    "du 3 au 5 mars",
    rf"(?:du|entre le|entre)\s(?:{weekday('a')}\s)?{short_day('a')}{_PART}\s"
    rf"(?:au|et le|et)\s(?:(?:{weekday('b')}\s)?{full_day('b')}|{weekday('c')}\s(?P<cd>{NUMBER}){UNITS}|(?P<next>lendemain)(?! de))",
)
def _between(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if m["next"]:
        first = told_day(m, anchor, "a")
        return (first, days_before(first, -1), "day") if first else None
    if m["cd"]:
        # "entre le vendredi 6 juin au soir et le lundi 9"
        first = told_day(m, anchor, "a")
        last = told_day(m, anchor, "c", first)
        return (first, last, "day") if first and last and first <= last else None
    return _range(m, anchor)


@rule(
    "entre le 8 mars et mercredi",
    rf"(?:entre le|du)\s(?:{weekday('a')}\s)?{full_day('a')}{_PART}\s(?:et|a|au)\s(?:ce\s)?(?:{weekday('b')}(?!\s\d)|(?P<b>hier|aujourd'hui))",
)
def _until_weekday(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    first = told_day(m, anchor, "a")
    last = last_weekday(WEEKDAYS[m["bwd"]], anchor) if m["bwd"] else days_before(anchor, m["b"] == "hier")
    return (first, last, "day") if first and first <= last else None


@rule(
    "samedi 22 et dimanche 23 mars",
    rf"(?:les\s|ces\s|entre le\s|le\s)?{weekday('a')}\s{short_day('a')}\s"
    rf"(?:et|au|ou)\s(?:le\s)?{weekday('b')}\s{short_day('b')}",
)
def _two_days(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _range(m, anchor)


@rule("les 22 et 23 mars", rf"(?:les|des|ces|le)\s{short_day('a')}\s(?:et|au)\s(?:le\s)?{full_day('b')}")
def _pair(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _range(m, anchor)


_HALF = r"(?:,?\s(?:(?:au |en )?(?:matin|soir|midi|apres midi|soiree|matinee)|(?:a |vers )?\d{1,2}\s?h(?:eures)?(?:\s?\d\d)?))?"


@rule(
    "de samedi à lundi",
    rf"(?:(?:de|entre)\s(?:le\s)?{weekday('a')}(?P<late>{_HALF})\s(?:a|et)\s(?:le\s)?{weekday('b')}(?!\s\d)(?P<early>(?:\s(?:au |tot le )?(?:petit )?matin)?)"
    rf"|(?:le\s|ce\s|ces\s)?{weekday('c')}{_HALF},?\s(?:et|puis|ou)\s(?:le\s|ce\s)?{weekday('d')}(?:s)?(?!\s\d))",
)
def _between_weekdays(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    last = last_weekday(WEEKDAYS[m["bwd"] or m["dwd"]], anchor)
    first = last_weekday(WEEKDAYS[m["awd"] or m["cwd"]], last, strictly=True)
    if m["cwd"] and (last - first).days != 1:
        return None
    # "Nuit agitée à la clinique. De mardi à mercredi, …"
    night = m["awd"] and (last - first).days == 1 and _NIGHT.search(m.string, max(0, m.start() - 80), m.start())
    over = m["awd"] and (last - first).days == 1 and m["early"] and "soir" in m["late"]
    return first, last, "night" if night or over else "day"


_NIGHT = re.compile(r"\bnuit (?!de (?:garde|travail))")


@rule(
    "week-end du 6 mars",
    rf"{LED}week ?end\s(?:du|des|de ce)\s(?:{weekday('a')}\s)?{short_day('a')}"
    rf"(?:(?:\s(?:et|au|a)\s(?:du\s)?|[ /])(?:{weekday('b')}\s)?{full_day('b')})?",
    needs=("week",),
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


@rule(
    "pont de l'Ascension",
    r"(?:le |du |au cours du |durant le |pendant le |lors du |en plein |long )?pont (?:de (?:la |l')?(?P<f>ascension|toussaint|noel)|"
    rf"du (?P<d>{NUMBER})\s(?P<m>{MONTH})(?!\w))",
    needs=("pont d",),
)
def _bridge(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    """The feast and the week-end that it is joined to."""
    told = feast(m["f"], None, anchor) if m["f"] else told_day(m, anchor)
    if told is None:
        return None
    # Tuesday to Friday: back to Saturday, or on to Sunday
    before, after = {1: (3, 0), 0: (2, 0), 3: (0, 3), 4: (0, 2)}.get(told.weekday(), (0, 0))
    return days_before(told, before), days_before(told, -after), "day"


@rule(
    "premier week-end de mars",
    rf"(?:le |du |au cours du |pendant le )?(?P<n>premier|1er|deuxieme|second|troisieme|dernier) week ?end (?:du mois )?"
    rf"(?:de |d')(?P<m>{LONG_MONTH})(?:\s(?P<y>{YEAR}))?",
    needs=("week",),
)
def _nth_weekend(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    month = MONTHS[m["m"]]
    first, last = month_range(year_of_month(month, m["y"], anchor), month)
    if m["n"] == "dernier":
        saturday = last_weekday(5, last)
    else:
        weeks = {"premier": 0, "1er": 0, "troisieme": 2}.get(m["n"], 1)
        saturday = last_weekday(5, first + timedelta(days=6)) + timedelta(weeks=weeks)
    return saturday, saturday + timedelta(days=1), "day"


@rule(
    "ce week-end",
    r"(?:ce|le|tout le|durant le|pendant (?:tout )?le|au cours du|lors du|depuis le|du|dans le courant du|pendant ce|durant ce)\s"
    r"(?P<last>dernier |avant dernier )?week ?end"
    r"(?P<old>\s(?:dernier|passe|precedent|ecoule))?(?P<next>\s(?:prochain|suivant))?",
    swallow=True,
    needs=("week",),
)
def _weekend(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if m["next"]:
        return None
    sunday = last_weekday(6, anchor, strictly=bool(m["old"] or m["last"]))
    if (m["last"] or "").startswith("avant"):
        sunday = days_before(sunday, 7)
    if anchor.weekday() == 5 and not m["old"] and not m["last"]:
        sunday = anchor + timedelta(days=1)
    return sunday - timedelta(days=1), sunday, "day"


@rule("lundi 3 mars", rf"(?:{weekday()}\s(?:le\s)?)?{full_day()}")
def _full_day(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    told = None if m["y"] or m["wd"] else month_told(before, m.start())
    if told and told < anchor and told.month == MONTHS[m["m"].rstrip(".")]:
        # "Lannion, mai 2023. L'hôpital débranche ses serveurs le 16 mai"
        return one_day(day(told.year, told.month, int(m["d"].removesuffix("er"))))
    return one_day(told_day(m, anchor))


@rule("02/03/2022", rf"(?:{weekday()}\s)?(?P<d>[0-3]?\d)(?P<s>[/.])(?P<m>[01]?\d)(?P=s)(?P<y>{YEAR}|\d\d)(?![/.]\d)")
def _slashes(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if len(m["y"]) == 2 and m["s"] == ".":
        return None
    year = int(m["y"]) if len(m["y"]) == 4 else 2000 + int(m["y"])
    return one_day(day(year, int(m["m"]), int(m["d"])))


@rule("le 02/03", rf"(?:le|du|{weekday()})\s(?P<d>[0-3]?\d)/(?P<m>[01]?\d)(?!/)", needs=("/",))
def _day_month(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    month = int(m["m"])
    return one_day(resolve(int(m["d"]), month, None, anchor)) if 1 <= month <= 12 and int(m["d"]) else None


@rule("2022 03 02", r"(?P<y>20\d\d) (?P<m>[01]\d) (?P<d>[0-3]\d)")
def _iso(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return one_day(day(int(m["y"]), int(m["m"]), int(m["d"])))


@rule("lundi 3", rf"{weekday()}\s(?P<d>1er|[12]\d|3[01]|[1-9]){UNITS}")
def _weekday_day(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return one_day(told_day(m, anchor))


# "l'hôpital a vécu un mardi infernal", "week-end noir pour la clinique"
_BLACK = (
    r"(?:noire?|infernale?|cauchemardesque|(?:de|du) (?:cauchemar|pagaille|galere|chaos|crise|toutes les galeres)|mouvemente|agite|"
    r"chaotique|(?:tres |particulierement )?(?:difficile|eprouvant|complique)|catastrophe|catastrophique|sous (?:haute )?tension|pas comme les autres)"
)


@rule(
    "mardi noir",
    rf"(?:(?:un|ce|le)\s)?(?:(?:{weekday()}|week ?end)\s{_BLACK}|"
    rf"(?:sale|mauvais|drole de|triste|rude|dur|terrible)\s(?:{weekday('b')}|week ?end))|"
    rf"(?:un|ce)\s(?:{weekday('c')}|week ?end)\s(?:dont|que|qui)(?=[^.!?]{{0,60}}\s(?:se souvien|n'oubli|(?:reste|marque)ra|gardera))",
    needs=(
        "noir",
        "infernal",
        "cauchemar",
        "pagaille",
        "galere",
        "chao",
        "mouvement",
        "agite",
        "difficile",
        "eprouvant",
        "complique",
        "catastroph",
        "tension",
        "comme les autres",
        "de crise",
        "sale ",
        "mauvais ",
        "drole de ",
        "triste ",
        "rude ",
        "dur ",
        "terrible ",
        "se souvien",
        "oubli",
        "restera",
        "marquera",
        "gardera",
    ),
)
def _black_day(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if told := m["wd"] or m["bwd"] or m["cwd"]:
        return one_day(last_weekday(WEEKDAYS[told], anchor))
    sunday = last_weekday(6, anchor)
    return days_before(sunday, 1), sunday, "day"


@rule(
    "lundi dernier",
    rf"(?P<any>un\s(?:(?:beau|autre|seul|simple|certain|meme)\s)?)?{weekday()}(?P<old>(?:\s(?:matin|soir|apres midi|midi))?\s(?:dernier|passe)(?!e)|\sde la semaine (?:derniere|passee))?"
    rf"(?P<next>\s(?:prochain|en huit))?",
    swallow=True,
)
def _weekday(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if m["next"] or m["any"]:
        return None
    if (m["old"] or "").startswith(" de la semaine"):
        return one_day(days_before(anchor, anchor.weekday() + 7 - WEEKDAYS[m["wd"]]))
    return one_day(last_weekday(WEEKDAYS[m["wd"]], anchor, strictly=bool(m["old"])))


@rule(
    "hier",
    r"avant hier|hier|ce matin|cette apres midi|(?<!jusqu')aujourd'hui|cet apres midi|ce midi|ce soir(?! la\b)",
)
def _near(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return one_day(days_before(anchor, {"hier": 1, "avant hier": 2}.get(m[0], 0)))


@rule(
    "depuis le 12",
    # "neuf des 17 centres" is no day, "dès le 17" is
    r"(?:des le\s|(?:depuis|date du|remonte au|remontent au|remonterait au|a partir du|a compter du|ce)\s(?:le\s)?)"
    rf"(?P<d>{NUMBER}){UNITS}(?!\s(?:{LONG_MONTH})\b)(?!(?:\s\d\d)+\b)(?=[\s,.;)]|$)",
)
def _day_only(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return one_day(told_day(m, anchor))


@rule(
    "le 12 au matin",
    rf"(?:le|du)\s(?P<d>{NUMBER})\s(?:au (?:matin|soir|petit matin)|dans la (?:matinee|soiree|journee)|a l'aube)",
    needs=(
        "au matin",
        "au soir",
        "au petit",
        "dans la",
        "a l'aube",
    ),
)
def _day_part(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return one_day(told_day(m, anchor))


@rule(
    "la soirée du 14",
    r"(?:(?:dans|pendant|durant|au cours de|depuis) )?(?:la (?:soiree|matinee|journee)|le (?:soir|matin)|l'apres midi) du "
    rf"(?P<d>{NUMBER}){UNITS}(?!\s(?:{MONTH})(?!\w))(?!\sau\b)",
    needs=("soir", "matin", "journee du", "apres midi du"),
)
def _part_of_day(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    return one_day(told_day(m, anchor, like=month_told(before, m.start())) or told_day(m, anchor))
