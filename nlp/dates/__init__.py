"""When the attack took place.

Component `vigie_dates`: finds expressions of time (`expressions`), reads what each is the date of (`roles`: the attack,
its discovery, a statement, a complaint, a reopening …) and appends a finding of the field `occurred` with a `When`
and a weight; those that cannot be the attack's are rejected with the reason. `conclude` picks the attack's date among
the findings that speak of one victim.

    >>> doc = nlp("Mardi, l'hôpital a annoncé avoir subi une attaque dans la nuit du 6 au 7 mars.")
    >>> conclude(doc, doc._.findings)[0].mention
    'dans la nuit du 6 au 7 mars'

Exact range, whole reader, a missed victim having no date: .87 of the 142 victims of dev.jsonl, on which it was developed;
.66 of 64 in 80 articles never opened (.56 before `choice`, the learnt opinion), .80 of 61 in 80 others by which the
thresholds were chosen (.72 before). Of the 22 wrong ones of the 64, 9 are victims missed. Wordings are in
tests/nlp/dates.toml.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.dates.against import against, in_quotes
from nlp.dates.clauses import Scene
from nlp.dates.conclusion import conclude
from nlp.dates.expressions import find
from nlp.dates.hours import CLOCK
from nlp.dates.page import heading, page_date
from nlp.dates.relative import AFTER, LATER
from nlp.dates.roles import Role, first_told_after, role
from nlp.dates.rules import Moment
from nlp.dates.sharing import owners
from nlp.dates.when import ABOUT, END, OF_THE_PAGE, THRESHOLD, TO_COME, UNSAID, When
from nlp.document import Finding, in_title, is_noise, published

__all__ = ["Dates", "When", "conclude", "owners"]

# a recent, precise finding counts already from here on (see `when.THRESHOLD`)
FALLBACK = 0.5
_LEAD = 350
# a date that nothing makes the attack's counts for less from here on
_FAR = 500
# what no word makes the attack's weighs less than what a verb of attack does
_MOST_UNSAID = 2.6
_POSITIVE = ("attack", "trouble", "event", "effect", "discovery", "response")
_REASONS = {
    "saying": "date d'une déclaration", "claim": "date d'une publication ou d'une revendication",
    "aftermath": "date d'une suite : plainte, enquête, réunion", "restored": "date d'un rétablissement",
    "ongoing": "date d'un état qui dure", "future": TO_COME, "elsewhere": "date d'autre chose",
}  # fmt: skip


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
            if page_date(scene.text, doc._.body_start, start, end):
                line = _finding(moment, Role("elsewhere", "ligne de date"), start, end, start, 0.0)
                found.append(line.reject(OF_THE_PAGE))
                continue
            at = heading(scene, start, end) or start
            told = _role(scene, moment, start, end, at, anchor)
            moment = _lasting(scene, moment, told, start, anchor)
            weight = _weigh(doc, scene, moment, told, start, end, anchor, first_told)
            first_told = first_told and start < doc._.body_start
            finding = _finding(moment, told, start, end, at, weight)
            found.append(_judged(finding, moment, told, weight, anchor))
        doc._.findings = [*doc._.findings, *found]
        return doc


def _role(scene: Scene, moment: Moment, start: int, end: int, at: int, anchor: date) -> Role:
    if moment.rule == AFTER:
        # counted back, a day off at times: what tells the day itself is better
        return Role("attack", weight=1.0)
    if moment.rule == LATER and at == start:
        return _next_attack(scene, start, end)
    if moment.after:
        return Role("ongoing", "un jour d'après l'attaque", weight=-2.5)
    if at != start:
        return first_told_after(scene, at)
    return role(scene, start, end, (anchor - moment.last).days, moment.rule == CLOCK)


def _next_attack(scene: Scene, start: int, end: int) -> Role:
    """ "La mairie est piratée le 3. Une semaine plus tard, c'est la clinique que vise une attaque": nothing else told."""
    kinds = {m.id for m in scene.inside(end, min(scene.sentence(start)[1], end + 160))}
    another = "attack" in kinds and kinds <= {"attack", "trouble", "event"}
    return Role("attack", weight=3.9) if another else Role("ongoing", "un jour d'après", weight=-2.5)


# what is told to go on since then is no series of frauds any more
_LONGEST_SERIES = 120


def _lasting(scene: Scene, moment: Moment, told: Role, start: int, anchor: date) -> Moment:
    """ "Depuis le 3 mars, des escrocs appellent les patients": from that day to the article's."""
    goes_on = told.since and 2 <= (anchor - moment.first).days <= _LONGEST_SERIES and moment.last <= anchor
    if goes_on and any(m.entry.options.get("series") for m in scene.inside(*scene.sentence(start)[:2])):
        return replace(moment, last=anchor, precision="week" if (anchor - moment.first).days <= 31 else "month")
    return moment


def _finding(moment: Moment, told: Role, start: int, end: int, at: int, weight: float) -> Finding:
    clock = moment.rule == CLOCK
    value = When(moment.first, moment.last, moment.precision, clock, at, told.kind, told.since)
    return Finding("occurred", value, start, end, f"« {moment.rule} », {told.kind} {told.word}".strip(), weight=weight)


def _judged(finding: Finding, moment: Moment, told: Role, weight: float, anchor: date) -> Finding:
    tomorrow = anchor + timedelta(days=1)
    if moment.first > tomorrow or (
        told.kind in ("none", "effect") and moment.last > tomorrow and moment.first > anchor
    ):
        return finding.reject(TO_COME)
    if told.until:
        return finding.reject(END)
    certain = told.kind in ("attack", "trouble", "event", "discovery") or _recent(moment, anchor)
    if weight < FALLBACK or (weight < THRESHOLD and not certain):
        return finding.reject(_REASONS.get(told.kind, UNSAID))
    return finding


def _recent(moment: Moment, anchor: date) -> bool:
    return (anchor - moment.last).days <= 60 and moment.precision in ("hour", "day", "night", "week")


def _weigh(
    doc: Doc, scene: Scene, moment: Moment, told: Role, start: int, end: int, anchor: date, first_told: bool
) -> float:
    weight = told.weight * told.strength
    sure = told.kind in ("attack", "event", "trouble") and weight > 1.7
    if told.since and (moment.rule != CLOCK or told.kind != "none"):
        # "depuis lundi": the state named began that day
        began = 1.0 if (moment.last - moment.first).days < 2 or told.kind == "effect" else 0.4
        weight += began if told.kind in ("none", *_POSITIVE) else 0.0
    elif told.kind in ("none", "effect") and moment.first == anchor and moment.precision == "day":
        # "les consultations sont suspendues ce lundi": as of now
        weight -= 0.6 if told.kind == "none" else 1.2
    if told.kind in ("none", "effect") and moment.first != moment.last:
        # "fermé du 17 au 19", "pas de consultations cette semaine": how long, not when
        weight -= 1.2 if moment.rule in ("du 3 au 5 mars", "cette semaine") and told.kind == "effect" else 0.0
    if told.kind == "none":
        # "dans la nuit" alone may be anybody's
        late = not (told.since or in_title(doc, start) or start < doc._.body_start + _FAR)
        weight -= 0.4 if late or in_quotes(scene, start) else 0.0
        weight += 0.5 if moment.precision != "night" else -0.9 if moment.rule.startswith("dans la nuit") else 1.2
    weight += {"night": 0.8, "hour": 0.4, "month": -0.3, "year": -0.8}.get(moment.precision, 0.0)
    if not sure:
        weight += {"month": -0.2, "year": -1.0}.get(moment.precision, 0.0)
    if moment.rule == CLOCK:
        weight -= 0.6
    if in_title(doc, start):
        weight += 0.3
    elif start < doc._.body_start + _LEAD:
        weight += 0.3 + (0.3 if first_told else 0.0)
    if told.kind == "none":
        weight = min(weight, _MOST_UNSAID)
    weight -= against(scene, moment, start, end)
    if ABOUT.search(scene.text, start, end):
        weight -= 1.0
    age = (anchor - moment.last).days
    return weight - (0.0 if age <= 45 else 0.3 if age <= 500 else 0.8 if sure else 1.5)


@French.factory("vigie_dates")
def make_dates(nlp: Language, name: str) -> Dates:
    return Dates()
