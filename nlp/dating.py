"""Whose date is whose: for each victim of a read article, when it was hit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from nlp import dates
from nlp.dates.choice import Around, likely
from nlp.document import Finding, is_noise, published, sentence_at, share
from nlp.elsewhere import told_elsewhere
from nlp.facilities import Reading
from nlp.subject import long_enough
from records import Occurred

Dated = tuple[Occurred, list[Finding]]
COMPARED = "comparée aux autres dates de l'article"
# kinds of dates that are the attack's own
_TELLS_OF_IT = ("attack", "event", "trouble", "discovery")
_LONG_AGO = 200
_NOW = 45
_ANOTHER_TIME = 60


def dates_told(doc: Doc, found: Reading) -> tuple[list[Finding], Around]:
    """The dates of the text, and who is named where."""
    told = [f for f in doc._.findings if f.field == "occurred" and not is_noise(doc, f.start)]
    victims = {v.number for v in found.victims}
    named = {True: set[int](), False: set[int]()}
    for mention in found.mentions:
        named[mention.entity in victims].add(sentence_at(doc, mention.start).start_char)
    return told, Around(frozenset(named[True]), frozenset(named[False]), frozenset(told_elsewhere(doc, found)))


def when_hit(doc: Doc, found: Reading) -> dict[int, Dated]:
    """For each victim, by its number, when it was hit; a victim told without a date shares the only one there is."""
    every, around = dates_told(doc, found)
    sure = likely(doc, every, around) if long_enough(doc) else None
    sentence = {id(f): sentence_at(doc, f.value.at).start_char for f in every}
    others = around.others
    back = _back_to_now(doc, every, {id(f) for f in every if sentence[id(f)] in around.away}, sentence, others)
    told = [f for f in every if sentence[id(f)] not in around.away or id(f) in back]
    beside: dict[int, list[int]] = {}
    for f in told:
        beside.setdefault(sentence[id(f)], []).append(f.start)
    named: dict[int, list[tuple[int, int]]] = {}
    for m in found.mentions:
        if m.entity is not None:
            named.setdefault(sentence_at(doc, m.start).start_char, []).append((m.start, m.entity))
    for pointer in found.pointers:
        begin = sentence_at(doc, pointer.start).start_char
        named[begin] = sorted([*named.get(begin, ()), (pointer.start, pointer.entity)])

    def whose(finding: Finding) -> frozenset[int]:
        """The victims of its sentence, the nearest where the sentence tells several dates."""
        at = sentence[id(finding)]
        clause = found.clause_at(at, finding.start)
        if clause and all(c.sharp for c in found.parted[at]):
            return clause.told
        here = found.topics.get(at, frozenset())
        if len(here) < 2:
            return here
        return dates.owners(finding.start, beside[at], [n for n in named.get(at, ()) if n[1] in here]) or here

    out: dict[int, Dated] = {}
    for victim in found.victims:
        own = [f for f in told if victim.number in whose(f)]
        if len(found.victims) == 1 and not any(f.rejected is None and f.value.kind in _TELLS_OF_IT for f in own):
            # in an article on one victim, what names nobody is its own
            own += [f for f in told if sentence[id(f)] not in others and not whose(f)]
        elif len(found.victims) == 1:
            # and so is an hour, which makes the day more precise
            own += [f for f in told if f.value.clock and sentence[id(f)] not in others and not whose(f)]
        loose = [f for f in own if any(n == victim.number for _, n in named.get(sentence[id(f)], ()))]
        if len(found.victims) == 1:
            out[victim.number] = dates.conclude(doc, own, sure=sure, beside=every)
        else:
            out[victim.number] = dates.conclude(doc, own, loose, sure)
    if sure is not None:
        _accept(doc, [f for _, support in out.values() for f in support if f.rejected], sure)
    ranges = {(o.start, o.end) for o, _ in out.values() if o.start}
    for number, (occurred, _) in out.items():
        if occurred.start is None and len(ranges) < 2 and not _hit_apart(doc, found, number):
            shared = dates.conclude(doc, told)
            if not _anothers_past(doc, shared, found, number, sentence):
                out[number] = shared
    return out


def _accept(doc: Doc, taken: Sequence[Finding], sure: Mapping[int, float]) -> None:
    """What the rules reject by itself and is taken all the same is told as such, not as left out."""
    kept = {id(f): replace(f, rejected=None, rule=f"{f.rule} + {COMPARED} ({share(sure[id(f)])})") for f in taken}
    doc._.findings = [kept.get(id(f), f) for f in doc._.findings]


def _back_to_now(
    doc: Doc, told: Sequence[Finding], away: set[int], sentence: dict[int, int], others: frozenset[int]
) -> frozenset[int]:
    """The findings among those of another case, `away`, that are of the article's own: "En 2021, Dax avait tout perdu.
    Dimanche, l'attaque a visé le serveur": a recent day after one long past, in a sentence that names nobody else."""
    out: set[int] = set()
    past: Finding | None = None
    for f in told:
        if id(f) not in away:
            past = None
            continue
        hit = f.rejected is None and f.value.kind in _TELLS_OF_IT
        recent = 0 <= (published(doc) - f.value.last).days <= _NOW and sentence[id(f)] not in others
        after = past and sentence[id(past)] != sentence[id(f)] and (f.value.first - past.value.last).days
        if hit and recent and after and after > _ANOTHER_TIME:
            out.add(id(f))
        else:
            past = f
    return frozenset(out)


def _anothers_past(doc: Doc, shared: Dated, found: Reading, number: int, sentence: dict[int, int]) -> bool:
    """Whether a date is long past and only told of other victims: a case recalled beside today's."""
    occurred, support = shared
    if occurred.end is None or (published(doc) - occurred.end).days < _LONG_AGO:
        return False
    topics = [found.topics.get(sentence[id(f)], frozenset()) for f in support if id(f) in sentence]
    return bool(topics) and all(t and number not in t for t in topics)


# "le groupement dit avoir été piraté lui aussi": another attack, with a date of its own
_ALSO_HIT = re.compile(
    r"\b(?:lui|elle|eux|elles) aussi\b|\bà (?:son|leur) tour\b|\begalement été\b|\bde son côté\b", re.IGNORECASE
)


def _hit_apart(doc: Doc, found: Reading, number: int) -> bool:
    if len(found.victims) < 2:
        return False
    named = [m for m in found.mentions if m.entity == number and m.start >= doc._.body_start]
    return any(_ALSO_HIT.search(sentence_at(doc, m.start).text) for m in named)
