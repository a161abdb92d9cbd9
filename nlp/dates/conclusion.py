"""The attack's date, concluded from the findings that speak of one victim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from spacy.tokens import Doc

from nlp.dates.relative import AFTER
from nlp.dates.when import ABOUT, END, OF_THE_PAGE, THRESHOLD, TO_COME, UNSAID, When
from nlp.document import Finding, live, text_of
from records import Occurred

# on the learnt opinion: the least likely date that is taken, of those the rules let through, those of which they know
# nothing, and those they reject for a reason; and by how much it must pass that of the rules' choice
LEAST = 0.3
LEAST_UNSAID = 0.45
LEAST_REJECTED = 0.6
MARGIN = 0.25
_NEVER = (OF_THE_PAGE, END, TO_COME)
_ABOUT_AS_HEAVY = 0.5
_SAME_AFFAIR = 15
_SURE = 1.4
_EVENTS = ("attack", "trouble", "event", "discovery")
# what an hour weighs less than a day, and how far after it the hour may stand
_OF_AN_HOUR = 0.6
_SHORTLY = 400
# nights told without their days: an hour places better
_BARE_NIGHTS = ("« cette nuit", "« dans la nuit (", "« la nuit précédente")


def conclude(
    doc: Doc,
    findings: Sequence[Finding],
    loose: Sequence[Finding] = (),
    sure: Mapping[int, float] | None = None,
    beside: Sequence[Finding] = (),
) -> tuple[Occurred, list[Finding]]:
    """The attack's date and the findings that say it; `Occurred()` when nothing places it.

    By the rules the heaviest finding wins, a date told several times gaining a little. One of `findings` and `beside` that
    is much likelier by `sure` (see `choice.likely`) comes before it. A night, an hour or a shorter range that agrees with
    the one found is more precise and taken instead. `loose`: findings of which one that nothing makes the attack's will
    do where there is no other, as for a case of a round-up, told in a few words.
    """
    candidates = _candidates(findings, loose)
    days = [f for f in candidates if not f.value.clock] or candidates
    ranked = _ranked(days, candidates)
    best = ranked[0] if ranked else None
    if sure is not None:
        known = {id(f) for f in findings}
        pool = [*findings, *(f for f in beside if id(f) not in known)]
        likelier = _likelier(best, pool, sure)
        if likelier is not best:
            best = likelier
            days = ranked = sorted((f for f in pool if sure[id(f)] >= _least(f)), key=lambda f: -sure[id(f)])
            findings = pool
    if best is None:
        return Occurred(), []
    chosen = best
    for other in ranked:
        if other is best:
            continue
        if other.weight >= min(0.8, best.weight) and _sharpens(other.value, chosen.value):
            near = other.value.kind == "response" or "night" in (other.value.precision, chosen.value.precision)
            slack = 2.2 if near else 2.0
            chosen = other if other.weight >= best.weight - slack else chosen
    return _told(doc, _exactly(text_of(doc), chosen, days), days, findings)


def _candidates(findings: Sequence[Finding], loose: Sequence[Finding]) -> list[Finding]:
    """What may be the attack's date by the rules."""
    candidates = list(live(findings, "occurred"))
    if not candidates:
        candidates = [
            f
            for f in findings
            if f.field == "occurred" and f.rejected == UNSAID and f.weight >= 0.2 and _SPAN[f.value.precision] < 3
        ]
        # an hour told of nothing places nothing
        candidates = [f for f in candidates if not f.value.clock]
    return candidates or [f for f in loose if f.rejected == UNSAID][:1]


def _ranked(days: list[Finding], candidates: list[Finding]) -> list[Finding]:
    told = {id(f): f.weight + 0.25 * min(2, sum(o is not f and _same(o.value, f.value) for o in days)) for f in days}
    by_hour = {id(f): _by_its_hour(f, candidates) for f in days}
    told |= {i: weight for i, weight in by_hour.items() if weight > told[i]}
    ranked = sorted(days, key=lambda f: (-told[id(f)], f.start))
    return ranked if not ranked or by_hour[id(ranked[0])] else _earliest_first(ranked, told)


def _likelier(best: Finding | None, pool: Sequence[Finding], sure: Mapping[int, float]) -> Finding | None:
    """The finding of the pool that is much likelier the attack's than `best`, which the rules chose; else `best`."""
    days = [f for f in pool if not f.value.clock and f.rejected not in _NEVER]
    top = max(days, key=lambda f: sure[id(f)], default=None)
    if top is None or sure[id(top)] < _least(top):
        return best
    if best is None:
        return top
    own = max(sure[id(f)] for f in [best, *pool] if _same(f.value, best.value))
    return top if sure[id(top)] > own + MARGIN and not _same(top.value, best.value) else best


def _least(finding: Finding) -> float:
    if finding.rejected is None:
        return LEAST
    return LEAST_UNSAID if finding.rejected == UNSAID else LEAST_REJECTED


def _told(
    doc: Doc, chosen: Finding, days: list[Finding], findings: Sequence[Finding]
) -> tuple[Occurred, list[Finding]]:
    """The date of the finding chosen, with the hour told beside it."""
    when: When = chosen.value
    support = [chosen, *(f for f in days if f is not chosen and _agree(f.value, when))]
    precision = when.precision
    if precision == "day" and when.first == when.last:
        hour = next((f for f in findings if _is_hour_of(text_of(doc), f, chosen)), None)
        precision = "hour" if hour else "day"
        support += [hour] if hour else []
    headed = when.at != chosen.start
    if when.precision == "hour" and when.kind == "response" and not (when.since or when.clock or headed):
        # "le plan blanc a été déclenché à midi": the hour of what followed
        precision = "day"
    first, last = when.first, when.last
    bare = precision == "night" and chosen.rule.startswith(_BARE_NIGHTS)
    if bare and (
        hour := next((f for f in live(findings, "occurred") if _is_hour_of_night(text_of(doc), f, when)), None)
    ):
        first = last = hour.value.first
        precision = "hour"
        support += [hour]
    mention = text_of(doc)[chosen.start : chosen.end]
    return Occurred(start=first, end=last, precision=precision, mention=mention), support


def _by_its_hour(day: Finding, findings: list[Finding]) -> float:
    """ "Mardi matin, il a fallu composer un autre numéro. Le standard a cessé de fonctionner vers 7 heures": what the hour
    told after a day makes of that day, of which nothing else says what it is."""
    value: When = day.value
    if value.kind != "none" or value.precision != "day" or value.first != value.last:
        return 0.0
    hours = [
        f.weight + _OF_AN_HOUR
        for f in findings
        if f.value.clock
        and f.value.first == value.first
        and f.value.kind in _EVENTS
        and 0 <= f.start - day.end < _SHORTLY
    ]
    return max(hours, default=0.0)


def _earliest_first(ranked: list[Finding], told: dict[int, float]) -> list[Finding]:
    """Where no date is the attack's own, of those about as heavy as the first one the earliest comes first.

    What failed or was noticed on Friday tells more than what was still so on Monday.
    """
    best = ranked[0]
    if best.value.kind in ("attack", "event"):
        return ranked
    near = [f for f in ranked if f.weight >= 1.0 and told[id(f)] >= told[id(best)] - _ABOUT_AS_HEAVY]
    near = [f for f in near if _SPAN[f.value.precision] <= 1 and (best.value.first - f.value.last).days <= _SAME_AFFAIR]
    early = min([best, *near], key=lambda f: f.value.last)
    return ranked if _agree(early.value, best.value) else [early, *(f for f in ranked if f is not early)]


def _exactly(text: str, chosen: Finding, days: list[Finding]) -> Finding:
    """ "Une quinzaine de jours après l'attaque … Le 16, il avait fallu tout couper": the day told near the one counted."""
    said = text[chosen.start : chosen.end]
    if chosen.rule.startswith(_COUNTED_BACK):
        # "il y a dix jours, le week-end des 7 et 8": the days themselves follow
        beside = next((f for f in days if 0 < f.start - chosen.end <= 5), None)
        if beside and abs((beside.value.first - chosen.value.first).days) <= _ABOUT_DAYS:
            return beside
    if not chosen.rule.startswith(_COUNTED_BACK) or not ABOUT.search(said) or _SPAN[chosen.value.precision] > 1:
        return chosen
    near = [
        f
        for f in days
        if f is not chosen
        and f.value.precision in ("day", "night", "hour")
        and (f.value.last - f.value.first).days < 2
        and f.end - f.start > 5
        and abs((f.value.first - chosen.value.first).days) <= _ABOUT_DAYS
    ]
    return min(near, key=lambda f: (abs((f.value.first - chosen.value.first).days), -f.weight), default=chosen)


_COUNTED_BACK = (f"« {AFTER}", "« il y a trois jours")
_ABOUT_DAYS = 3
_LACKED = re.compile(r"[^.!?\n]{0,60}\b(?:ni|plus|aucune?|sans|privée?s?)\b")
_CUSTOM = re.compile(r"habitude|ordinaire|horaires|ouvert", re.IGNORECASE)


def _is_hour_of(text: str, finding: Finding, chosen: Finding) -> bool:
    """An hour told alone: of the attack, or a stretch of hours ("de 16h47 à 18h06") next to the day."""
    if finding.field != "occurred" or not finding.value.clock or finding.value.first != chosen.value.first:
        return False
    stretch = text[finding.start : finding.end].lower().startswith(("de ", "entre "))
    if stretch and _CUSTOM.search(text, max(0, finding.start - 40), finding.end + 40):
        return False
    if finding.rejected is None and finding.weight >= THRESHOLD:
        return True
    # "entre 8 heures et 14 heures, il n'y a eu ni dossiers ni téléphone"
    reach = 900 if _LACKED.match(text, finding.end) else 250
    return stretch and 0 <= finding.start - chosen.end < reach and finding.rejected in (None, UNSAID)


def _is_hour_of_night(text: str, finding: Finding, night: When) -> bool:
    """ "La nuit dernière … À 3 h 30, un virus a bloqué": the hour of what happened; midnight is of neither day."""
    told: When = finding.value
    if text[finding.start : finding.end].lower().endswith("minuit"):
        return False
    happened = told.kind in ("attack", "trouble", "event") and not told.since
    return told.clock and happened and finding.weight >= _SURE and told.first in (night.first, night.last)


def _same(a: When, b: When) -> bool:
    return a.first == b.first and a.last == b.last


def _agree(a: When, b: When) -> bool:
    return a.first <= b.last and b.first <= a.last


_SPAN = {"hour": 0, "day": 1, "night": 1, "week": 2, "month": 3, "year": 4, "unknown": 5}


def _sharpens(new: When, old: When) -> bool:
    """A night for one of its days; a day for the week or month that holds it; an hour for its day.

    A discovery makes no attack of a few days more precise, nor does the day since which something failed.
    """
    if not _agree(new, old):
        return False
    if old.kind in ("attack", "event") and new.precision != "night" and not _same(new, old):
        late = new.kind in ("effect", "discovery", "response") or (new.since and new.kind == "trouble")
        # found on the 5th, an attack "début février" is of the 5th for all that the text says
        found = new.kind == "discovery" and old.precision in ("week", "month", "year")
        # cut off at once on one day of that week
        found = found or (new.kind == "response" and old.precision == "week")
        if late and old.first != old.last and not found:
            return False
    if old.kind == "trouble" and old.since and new.kind == "response" and old.first != old.last:
        # "depuis le week-end, la mutuelle fait face à un virus … Elle a isolé ses serveurs dès dimanche"
        return False
    if new.precision == "night":
        return old.precision != "night"
    shorter = new.first == new.last and old.first != old.last and new.precision == old.precision
    return (
        (shorter or _SPAN[new.precision] < _SPAN[old.precision])
        and old.precision != "night"
        and old.first <= new.first
        and new.last <= old.last
    )
