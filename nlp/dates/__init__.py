"""When the attack took place.

Component `vigie_dates`: finds expressions of time (`expressions`), reads what each is the date of (`roles`: the attack,
its discovery, a statement, a complaint, a reopening …) and appends a finding of the field `occurred` with a `When`
and a weight; those that cannot be the attack's are rejected with the reason. `conclude` picks the attack's date among
the findings that speak of one victim.

    >>> doc = nlp("Mardi, l'hôpital a annoncé avoir subi une attaque dans la nuit du 6 au 7 mars.")
    >>> conclude(doc, doc._.findings)[0].mention
    'dans la nuit du 6 au 7 mars'

SCORES
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.dates.expressions import find
from nlp.dates.clauses import Scene
from nlp.dates.roles import Role, role
from nlp.dates.relative import AFTER
from nlp.dates.rules import Moment
from nlp.document import Finding, in_title, is_noise, live, published, text_of
from records import Occurred, Precision

# a finding counts from THRESHOLD on; a recent, precise one already from FALLBACK on
THRESHOLD = 0.7
FALLBACK = 0.5
_LEAD = 350
_POSITIVE = ("attack", "trouble", "event", "effect", "discovery", "response")
_REASONS = {
    "saying": "date d'une déclaration", "claim": "date d'une publication ou d'une revendication",
    "aftermath": "date d'une suite : plainte, enquête, réunion", "restored": "date d'un rétablissement",
    "ongoing": "date d'un état qui dure", "future": "date à venir", "elsewhere": "date d'autre chose",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class When:
    """The value of a finding: a range of days, both included, and its precision."""

    first: date
    last: date
    precision: Precision


class Dates:
    """Appends a finding for every expression of time; those that cannot be the attack's are rejected."""

    def __call__(self, doc: Doc) -> Doc:
        folded = doc._.folded
        anchor = published(doc)
        moments = [(m, *folded.original(m.start, m.end)) for m in find(folded.text, anchor)]
        if not moments:
            return doc
        scene = Scene(doc, [(start, end) for _, start, end in moments])
        found: list[Finding] = []
        first_told = True
        for moment, start, end in moments:
            if is_noise(doc, start):
                continue
            if _page_date(scene.text, doc._.body_start, start, end):
                found.append(_finding(moment, start, end, 0.0, "ligne de date").reject("date de la page"))
                continue
            told = _role(scene, moment, start, end, anchor)
            weight = _weigh(doc, scene, moment, told, start, anchor, first_told)
            first_told = first_told and start < doc._.body_start
            finding = _finding(moment, start, end, weight, f"{told.kind} {told.word}".strip())
            found.append(_judged(finding, moment, told, weight, anchor))
        doc._.findings = [*doc._.findings, *found]
        return doc


def _role(scene: Scene, moment: Moment, start: int, end: int, anchor: date) -> Role:
    if moment.rule == AFTER:
        # counted back, a day off at times: what tells the day itself is better
        return Role("attack", weight=1.0)
    if moment.after:
        return Role("ongoing", "un jour d'après l'attaque", weight=-2.5)
    return role(scene, start, end, moment.last < anchor)


def _finding(moment: Moment, start: int, end: int, weight: float, why: str) -> Finding:
    value = When(moment.first, moment.last, moment.precision)
    return Finding("occurred", value, start, end, f"« {moment.rule} », {why}", weight=weight)


def _judged(finding: Finding, moment: Moment, told: Role, weight: float, anchor: date) -> Finding:
    if moment.first > anchor + timedelta(days=1):
        return finding.reject("date à venir")
    if told.until:
        return finding.reject("fin d'une durée")
    if weight < FALLBACK or (weight < THRESHOLD and not _recent(moment, anchor)):
        return finding.reject(_REASONS.get(told.kind, "rien n'en fait la date de l'attaque"))
    return finding


_STAMPED = re.compile(
    r"(?:publiée?|postée?|modifiée?|actualisée?|mise? à jour|mise? en ligne)\s(?:le\s)?$", re.IGNORECASE
)
_STAMP = re.compile(
    r"(?:publié|posté|modifié|actualisé|mise? à jour|mise? en ligne|écrit|rédigé|paru|par|du|le)\b[^.\n]{0,25}$",
    re.IGNORECASE,
)


def _page_date(text: str, body_start: int, start: int, end: int) -> bool:
    """ "Publié le 3 mars à 12h22", "20/08/2021 Par …": a short line that only dates the page."""
    if start < body_start:
        return False
    first = text.rfind("\n", max(0, start - 80), start) + 1 or max(0, start - 80)
    if (stamped := _STAMPED.search(text[max(first, start - 25) : start])) and stamped[0][0].isupper():
        return True
    last = text.find("\n", end, end + 80)
    line = text[first : last if last >= 0 else end + 80]
    if len(line) >= 70 or line.rstrip().endswith((".", "!", "?", "»", ":")):
        return False
    return start - first < 3 or bool(_STAMP.search(text[first:start]))


def _recent(moment: Moment, anchor: date) -> bool:
    return (anchor - moment.last).days <= 60 and moment.precision in ("hour", "day", "night", "week")


def _weigh(doc: Doc, scene: Scene, moment: Moment, told: Role, start: int, anchor: date, first_told: bool) -> float:
    weight = told.weight * told.strength
    if told.since:
        # "depuis lundi": the state named began that day
        began = 1.0 if (moment.last - moment.first).days < 2 else 0.4
        weight += began if told.kind in ("none", *_POSITIVE) else 0.0
    elif told.kind in ("none", "effect") and moment.first == anchor and moment.precision == "day":
        weight -= 0.6
    if told.kind in ("none", "effect") and moment.precision == "day" and moment.first != moment.last:
        # "fermé du 17 au 19": how long, not when
        weight -= 0.8 if moment.rule.startswith("du 3") else 0.0
    if told.kind == "none":
        weight += 1.2 if moment.precision == "night" else 0.5
    weight += {"night": 0.8, "hour": 0.4, "month": -0.5, "year": -1.8}.get(moment.precision, 0.0)
    if in_title(doc, start):
        weight += 0.3
    elif start < doc._.body_start + _LEAD:
        weight += 0.3 + (0.3 if first_told else 0.0)
    flags = scene.sentence(start)[2]
    if "past" in flags:
        weight -= 2.0
    elif "general" in flags or "exercise" in flags:
        weight -= 1.5
    elif scene.after_past(start):
        weight -= 1.0
    age = (anchor - moment.last).days
    return weight - (1.5 if age > 500 else 0.3 if age > 45 else 0.0)


def conclude(doc: Doc, findings: list[Finding]) -> tuple[Occurred, list[Finding]]:
    """The attack's date and the findings that say it; `Occurred()` when nothing places it.

    The heaviest finding wins, a date told several times gaining a little; a night, an hour or a shorter range that
    agrees with it is more precise and taken instead.
    """
    candidates = list(live(findings, "occurred"))
    if not candidates:
        return Occurred(), []
    told = {
        id(f): f.weight + 0.25 * min(2, sum(o is not f and _same(o.value, f.value) for o in candidates))
        for f in candidates
    }
    ranked = sorted(candidates, key=lambda f: (-told[id(f)], f.start))
    best = chosen = ranked[0]
    for other in ranked[1:]:
        slack = 2.2 if other.value.precision == "night" else 1.3
        if (
            other.weight >= min(0.8, best.weight)
            and other.weight >= best.weight - slack
            and _sharpens(other.value, chosen.value)
        ):
            chosen = other
    support = [chosen, *(f for f in candidates if f is not chosen and _agree(f.value, chosen.value))]
    when: When = chosen.value
    mention = text_of(doc)[chosen.start : chosen.end]
    return Occurred(start=when.first, end=when.last, precision=when.precision, mention=mention), support


def _same(a: When, b: When) -> bool:
    return a.first == b.first and a.last == b.last


def _agree(a: When, b: When) -> bool:
    return a.first <= b.last and b.first <= a.last


_SPAN = {"hour": 0, "day": 1, "night": 1, "week": 2, "month": 3, "year": 4, "unknown": 5}


def _sharpens(new: When, old: When) -> bool:
    """A night for one of its days; a day for the week or month that holds it; an hour for its day."""
    if not _agree(new, old):
        return False
    if new.precision == "night":
        return old.precision != "night"
    return (
        _SPAN[new.precision] < _SPAN[old.precision]
        and old.precision != "night"
        and old.first <= new.first
        and new.last <= old.last
    )


@French.factory("vigie_dates")
def make_dates(nlp: Language, name: str) -> Dates:
    return Dates()
