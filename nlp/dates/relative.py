"""Rules for what is counted from today or from another date: "il y a trois jours", "la veille", "la semaine d'avant".

"La veille", "le vendredi précédent", "trois jours plus tôt" start from the date told last, within `_REACH` characters,
else from the publication; "le 2" takes the month of a date told shortly before.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from nlp.dates.calendar import WEEKDAYS, day, days_before, last_weekday, months_before, week_of
from nlp.dates.rules import (
    COUNT,
    LONG_MONTH,
    NUMBER,
    UNITS,
    Moment,
    Range,
    counted,
    month_told,
    one_day,
    rule,
    told_day,
    weekday,
)

_REACH = 700
_SENTENCE = 160
_EXACT = ("day", "night", "hour")
# "une semaine plus tôt, le 4 mars": the date itself follows
_NOT_TOLD_NEXT = r"(?!,? (?:le |ce )?(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) )?\d)"
# "plus d'une semaine", "un peu moins de deux semaines", "pas moins de"
_ABOUT = (
    r"(?:\s(?:environ|pres d(?:e|'(?=un))|(?:un (?:petit )?peu |pas |a peine )?(?:plus|moins) d(?:e|'(?=un))|deja|tout juste|a peine|"
    r"maintenant|presque|quelque|bientot|desormais|exactement|precisement|quasiment|a peu pres))?"
)


def _told(m: re.Match[str], before: list[Moment], precisions: tuple[str, ...] = _EXACT) -> Moment | None:
    """The date that the text told last."""
    last = next((b for b in reversed(before) if b.precision in precisions), None)
    return last if last and m.start() - last.end < _REACH else None


AGO = "il y a trois jours"


@rule(
    AGO,
    rf"(?:il y a|voila|voici|cela fait|ca fait|depuis){_ABOUT}{_ABOUT}[ ']?{COUNT}\s?(?:bonne |bon |grosse |petite )?"
    rf"(?P<unit>jours?|semaines?|heures|mois|ans?)(?P<exact>,? jour pour jour)?(?! (?:plus tot|auparavant))",
)
def _ago(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if m["unit"] == "heures":
        # "depuis 48 heures"; "depuis 16 heures" is a time of day
        count = counted(m)
        return one_day(days_before(anchor, count // 24)) if count and count % 24 == 0 else None
    if m["exact"]:
        return one_day(_same_day_back(counted(m), m["unit"], anchor))
    return _back(counted(m), m["unit"], anchor)


def _same_day_back(count: int, unit: str, anchor: date) -> date | None:
    """The same day of the week, month or year so far back: "il y a un mois jour pour jour"."""
    if unit.startswith(("jour", "semaine")):
        return days_before(anchor, count * (7 if unit.startswith("semaine") else 1))
    month = months_before(anchor, count * (1 if unit == "mois" else 12))[0]
    return day(month.year, month.month, anchor.day)


@rule(
    "trois jours plus tôt",
    rf"(?:il y a )?{COUNT}\s(?P<unit>jours?|semaines?|mois|ans?)\s"
    rf"(?:plus tot|auparavant|avant)(?! (?:la|les|l'|de|d'|que|son|sa|ses|un|une|cette)\b){_NOT_TOLD_NEXT}",
    needs=(
        "plus tot",
        "auparavant",
        "avant",
    ),
)
def _earlier(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    told = _told(m, before)
    return _back(counted(m), m["unit"], told.first if told else anchor)


LATER = "trois jours plus tard"


@rule(
    LATER,
    rf"{COUNT}\s(?P<unit>jours?|semaines?)\s(?:plus tard|apres)(?=\s?,){_NOT_TOLD_NEXT}",
    needs=("plus tard", " apres"),
)
def _later(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    """ "La mairie est piratée le 3. Une semaine plus tard, c'est la clinique que vise une attaque"."""
    told = _told(m, before, ("day", "night"))
    later = days_before(told.last, -counted(m) * (7 if m["unit"].startswith("semaine") else 1)) if told else None
    return one_day(later) if later and later <= anchor else None


def _back(count: int, unit: str, start: date) -> Range:
    """A day for days and one week, the calendar week, month or year that lies so far back for more."""
    if unit.startswith("jour") or (unit == "semaine" and count == 1):
        told = days_before(start, count * (1 if unit.startswith("jour") else 7))
        return told, told, "day"
    if unit.startswith("semaine"):
        return (*week_of(days_before(start, 7 * count)), "week")
    if unit == "mois":
        return (*months_before(start, count), "month")
    year = max(1, start.year - count)
    return date(year, 1, 1), date(year, 12, 31), "year"


_ATTACK = (
    r"(?:(?:le debut |le declenchement |le lancement )?(?:de |d')?(?:la |l'|cette |cet |ce |le |son |leur |une |un |"
    r"avoir (?:subi |ete (?:la )?|(?=ete (?:pirate|attaque|frappe|vise|touche|cible|paralyse|hacke|infecte|mis)e?s?\b)))(?:violente |grave |vaste )?"
    r"(?:cyberattaque|cyber attaque|attaque|piratage|intrusion|panne|incident|cyberincident|victime|cible|une cyberattaque|"
    r"une attaque|un piratage|decouverte|detection|signalement|ete [a-z]{3,9}e?s?))"
)
# what dates the attack itself
_DATED = (
    rf"(?: informatique)? (?:d[ue]|d'|de la|de l'|survenue?|subie?)\s?(?:ce |en |le |la )?(?:{'|'.join(WEEKDAYS)}|\d|"
    rf"(?:(?:debut|fin|courant|mi)[ -](?:de |du |d'|mois )?)?(?:{LONG_MONTH})\b)"
)
AFTER = "deux jours après l'attaque"


@rule(
    AFTER,
    rf"apres {COUNT}\s(?P<unit>jours?|semaines?|mois) (?:d'|de )(?:interruption|panne|arret|coupure|paralysie|black out)(?!\w)",
    needs=("apres ",),
)
def _after_a_stop(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    return _back(counted(m), m["unit"], anchor)


@rule(
    AFTER,
    rf"(?:{COUNT}\s(?P<unit>jours?|semaines?|mois|ans?)(?P<exact> jour pour jour)?\sapres|(?P<eve>(?:au|le) (?:sur)?lendemain) (?:de|d'))"
    rf"\s?{_ATTACK}(?!\w)(?!{_DATED})",
    needs=(" apres ", "lendemain d"),
)
def _after_attack(m: re.Match[str], anchor: date, _: list[Moment]) -> Range | None:
    if m["eve"]:
        return _back(2 if "sur" in m["eve"] else 1, "jour", anchor)
    if m["exact"]:
        return one_day(_same_day_back(counted(m), m["unit"], anchor))
    return _back(counted(m), m["unit"], anchor)


def settle_after(folded: str, moments: list[Moment]) -> list[Moment]:
    """Count "deux jours après l'attaque" from the day that its sentence tells ("mercredi, …"), not from today."""
    out = list(moments)
    for index, moment in enumerate(moments):
        if moment.rule != AFTER:
            continue
        for other in (index + 1, index - 1):
            if not 0 <= other < len(moments) or moments[other].precision not in ("day", "hour"):
                continue
            near = moments[other]
            if near.rule == AGO:
                continue
            between = folded[moment.end : near.start] if other > index else folded[near.end : moment.start]
            if (
                len(between) > 110
                or re.search(r"[.!?;\n]|\b(?:depuis|qui|que|dont|subie?|survenue?)\b|\bdu $", between)
                or near.first != near.last
            ):
                continue
            match = re.match(
                rf"(?:(?:apres )?{COUNT}\s(?P<unit>jours?|semaines?|mois|ans?)|(?P<eve>\w+ (?:sur)?lendemain))",
                folded[moment.start :][:60],
            )
            if match:
                count = (2 if "sur" in match["eve"] else 1) if match["eve"] else counted(match)
                first, last, precision = _back(count, "jour" if match["eve"] else match["unit"], near.first)
                out[index] = replace(moment, first=first, last=last, precision=precision)
                out[other] = replace(out[other], after=True)
                break
    return out


EVE = "la veille"


def settle_eves(folded: str, moments: list[Moment]) -> list[Moment]:
    """Count "une attaque découverte la veille, a dit la ministre dimanche" from the day its sentence tells after it."""
    out = list(moments)
    told = -_REACH
    for index, (moment, after) in enumerate(pairwise(moments)):
        alone = moment.start - told >= _REACH
        if moment.precision in _EXACT and moment.rule != EVE:
            told = moment.end
        if moment.rule != EVE or not alone or after.precision not in ("day", "hour") or after.first != after.last:
            continue
        between = folded[moment.end : after.start]
        if len(between) <= _SENTENCE and not re.search(r"[.!?;\n]", between):
            day = days_before(after.first, 2 if folded.startswith("l'avant", moment.start) else 1)
            out[index] = replace(moment, first=day, last=day)
    return out


@rule(
    EVE,
    r"(?:la veille(?! (?:de|des|du|d'|en|au(?! (?:soir|matin|petit matin|midi)\b)|a(?! (?:la|l'|une?|cette|son)\b)|sanitaire|juridique|technologique)\b)|"
    rf"le lendemain(?! (?:de|des|du|d')\b)|l'avant veille|le surlendemain){_NOT_TOLD_NEXT}",
    needs=(
        "veille",
        "lendemain",
    ),
)
def _eve(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    told = _told(m, before)
    if m[0].startswith("le "):
        return one_day(days_before(told.last, -1 if m[0] == "le lendemain" else -2)) if told else None
    return one_day(days_before(told.first if told else anchor, 1 if m[0] == "la veille" else 2))


# the folded text knows no accent: "ce matin-là, …", not "ce matin la direction"
_THERE = (
    r"la(?=\s?[,.;:!?)»–]|$| (?:le|les|l'|un|une|des|du|au|aux|a|en|dans|par|pour|sur|vers|avec|sans|que|qu'|il|elle|ils|"
    r"elles|on|nous|je|j'|tout|tous|toute|plus|ce|cet|cette|ses|son|sa|leur|leurs|deux|trois|plusieurs|et|mais|quand|lorsqu\w*)(?!\w))"
)


@rule(
    "ce jour-là",
    rf"ce jour la|(?:le |ce )meme jour|le jour meme|(?:des |dans |durant |pendant |au cours de )?"
    rf"(?P<part>ce matin|cet apres midi|ce midi|ce soir|cette matinee|cette soiree|cette journee|cette nuit|ce (?:{'|'.join(WEEKDAYS)})) {_THERE}",
    swallow=True,
    needs=("jour", " la"),
)
def _same_day(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    told = _told(m, before)
    part = m["part"] or ""
    if told is None or not part:
        return (told.first, told.last, "night" if told.precision == "night" else "day") if told else None
    if "nuit" in part:
        return told.first, told.last if told.precision == "night" else days_before(told.first, -1), "night"
    if (number := WEEKDAYS.get(part.rpartition(" ")[2])) is not None:
        return one_day(next((d for d in (told.first, told.last) if d.weekday() == number), None))
    return one_day(told.first if "soir" in part else told.last)


@rule(
    "le vendredi précédent",
    rf"(?:le\s|du\s|des le\s)?{weekday()}\s(?P<way>precedent|d'avant|suivant|d'apres)",
    needs=(
        "precedent",
        "d'avant",
        "suivant",
        "d'apres",
    ),
)
def _weekday_beside(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    told = _told(m, before)
    number = WEEKDAYS[m["wd"]]
    if m["way"] in ("precedent", "d'avant"):
        return one_day(last_weekday(number, told.first if told else anchor, strictly=True))
    return one_day(days_before(last_weekday(number, told.last), -7)) if told else None


@rule(
    "la semaine d'avant",
    r"(?P<way>(?:la|cette|durant la|au cours de la) (?:meme )?semaine (?:la|precedente|d'avant)|la meme semaine|"
    r"une semaine avant)(?! (?:le|la|les|l'|que|de|d'|son|sa)\b)",
    needs=("semaine",),
)
def _week_beside(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    told = _told(m, before) or _told(m, before, ("week",))
    if "meme" in m["way"] or m["way"].endswith(" la"):
        return (*week_of(told.first), "week") if told else None
    return (*week_of(days_before(told.first if told else anchor, 7)), "week")


@rule(
    "le 2",
    rf"(?P<opens>(?<=[.;:(,«?!]\s)|(?<=\n)|(?<=c'etait\s)|(?<=c'est\s))?"
    rf"le\s(?P<d>{NUMBER}){UNITS}(?!\s(?:{LONG_MONTH})\b)(?P<ends>(?=\s?[,;.)»]))?"
    r"(?=\s?[,.;)]|$|\s(?:par|a|au|mais|et|que|qui|dans|pour|en|vers|lors|sur|l'|la|les|des|un|une|contre|avec)\b)",
)
def _day_of_same_month(m: re.Match[str], anchor: date, before: list[Moment]) -> Range | None:
    """Of the month told before; with none, the latest up to publication, where a clause is nothing but that day."""
    # 15, 17, 18: the numbers one calls
    if m["d"] in ("15", "17", "18", "1er"):
        return None
    told = month_told(before, m.start())
    if told is None:
        return one_day(told_day(m, anchor)) if m["opens"] is not None and m["ends"] is not None else None
    number = int(m["d"])
    found = day(told.year, told.month, number)
    if found and found > anchor:
        earlier = months_before(told, 1)[0]
        found = day(earlier.year, earlier.month, number)
    return one_day(found)
