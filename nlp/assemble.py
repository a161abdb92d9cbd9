"""From a read Doc to a Report: one reported incident a victim, each value with the characters that say it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Doc

from nlp import attacks, dates, details, services
from nlp.document import Finding, is_noise, sentence_at, split_offsets
from nlp.elsewhere import told_earlier, told_elsewhere
from nlp.facilities import Reading, reading
from nlp.facilities.entities import Entity, tidy
from nlp.facilities.linking import record
from nlp.relevance import THRESHOLD, is_health, relevance
from nlp.scope import attacks_of_event, one_event, scope, shared
from records import AttackClaim, Occurred, Receiver, Report, ReportedIncident, Span
from reference.folding import fold


class Evidence:
    """Collects the spans of each field, body and title apart."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.body: dict[str, list[Span]] = {}
        self.title: dict[str, list[Span]] = {}

    def add(self, key: str, spans: Iterable[tuple[int, int]]) -> None:
        body, title = split_offsets(self.doc, spans)
        for store, found in ((self.body, body), (self.title, title)):
            for span in found:
                for name in dict.fromkeys((key.split("/", 1)[0], key)):
                    known = store.setdefault(name, [])
                    if span not in known:
                        known.append(span)

    def record(self) -> dict[str, dict[str, tuple[Span, ...]]]:
        return {
            "evidence": {k: tuple(v) for k, v in self.body.items()},
            "title_evidence": {k: tuple(v) for k, v in self.title.items()},
        }


def report(doc: Doc, pipeline: str) -> Report:
    """The report of a Doc that went through the whole pipeline."""
    found = reading(doc)
    weighed = relevance(doc)
    relevant = weighed.score >= THRESHOLD
    dated = _dates(doc, found) if relevant else {}
    incidents = tuple(_incident(doc, found, v, dated) for v in found.victims if is_health(doc, v)) if relevant else ()
    return Report(
        url=doc._.article.url,
        relevant=relevant,
        relevance=weighed.score,
        relevance_terms=weighed.terms,
        incidents=incidents,
        pipeline=pipeline,
    )


Dated = tuple[Occurred, list[Finding]]


def _dates(doc: Doc, found: Reading) -> dict[int, Dated]:
    """For each victim, by its number, when it was hit; a victim told without a date shares the only one there is."""
    told = [f for f in doc._.findings if f.field == "occurred" and not is_noise(doc, f.start)]
    victims = {v.number for v in found.victims}
    sentence = {id(f): sentence_at(doc, f.value.at).start_char for f in told}
    elsewhere = told_elsewhere(doc, found)
    others = {sentence_at(doc, m.start).start_char for m in found.mentions if m.entity not in victims}
    back = _back_to_now(doc, told, {id(f) for f in told if sentence[id(f)] in elsewhere}, sentence, others)
    told = [f for f in told if sentence[id(f)] not in elsewhere or id(f) in back]
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
        out[victim.number] = dates.conclude(doc, own, loose if len(found.victims) > 1 else ())
    ranges = {(o.start, o.end) for o, _ in out.values() if o.start}
    for number, (occurred, _) in out.items():
        if occurred.start is None and len(ranges) < 2 and not _hit_apart(doc, found, number):
            shared = dates.conclude(doc, told)
            if not _anothers_past(doc, shared, found, number, sentence):
                out[number] = shared
    return out


# kinds of dates that are the attack's own
_TELLS_OF_IT = ("attack", "event", "trouble", "discovery")
_LONG_AGO = 200
_NOW = 45
_ANOTHER_TIME = 60


def _back_to_now(
    doc: Doc, told: list[Finding], away: set[int], sentence: dict[int, int], others: set[int]
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
        recent = 0 <= (doc._.article.published_on - f.value.last).days <= _NOW and sentence[id(f)] not in others
        after = past and sentence[id(past)] != sentence[id(f)] and (f.value.first - past.value.last).days
        if hit and recent and after and after > _ANOTHER_TIME:
            out.add(id(f))
        else:
            past = f
    return frozenset(out)


def _anothers_past(doc: Doc, shared: Dated, found: Reading, number: int, sentence: dict[int, int]) -> bool:
    """Whether a date is long past and only told of other victims: a case recalled beside today's."""
    occurred, support = shared
    if occurred.end is None or (doc._.article.published_on - occurred.end).days < _LONG_AGO:
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


def _incident(doc: Doc, found: Reading, victim: Entity, dated: dict[int, Dated]) -> ReportedIncident:
    told_of = scope(doc, found, victim)
    evidence = Evidence(doc)
    evidence.add("facility", ((m.start, m.end) for m in sorted(victim.mentions, key=lambda m: m is not victim.best)))

    occurred, support = dated[victim.number]
    evidence.add("occurred", _spans(support))

    claims = _attacks(doc, found, told_of)
    states = services.conclude(doc, told_of)
    if all(claim.certainty == "denied" for claim, _ in claims):
        claims = [*attacks.by_effects(states), *claims]
    for claim, support in claims:
        evidence.add(f"attack_types/{claim.type}", _spans(support))

    for state, support in states:
        evidence.add(f"services/{state.service}/{state.status}", _spans(support))

    told_of += shared(doc, found, told_of)
    # what the attack types rest on may stand in sentences that name nobody
    known = {id(f) for f in told_of}
    told_of += [f for _, support in claims for f in support if f.field == "attack_types" and id(f) not in known]
    told = details.conclude(doc, told_of, [s for s, _ in states], [c for c, _ in claims])
    if told.supplier and any(fold(told.supplier) == fold(m.text) for m in victim.mentions):
        told = replace(told, supplier=None, support={k: v for k, v in told.support.items() if k != "supplier"})
    for name, support in told.support.items():
        evidence.add(name, _spans(support))

    receivers = _receivers(doc, found, victim, evidence)
    return ReportedIncident(
        facility=record(victim, found.places),
        occurred=occurred,
        attack_types=tuple(c for c, _ in claims),
        services=tuple(s for s, _ in states),
        diverted_to=receivers,
        **told.values(),
        **evidence.record(),
    )


Claims = list[tuple[AttackClaim, list[Finding]]]


def _attacks(doc: Doc, found: Reading, told_of: list[Finding]) -> Claims:
    """The attack types of one victim. Where its own sentences name none, those told of who was hit with it are supposed."""
    claims: Claims = []
    steps = iter(attacks_of_event(doc, found, told_of))
    for findings in steps:
        claims = attacks.conclude(doc, findings) or claims
        if any(claim.certainty != "denied" or claim.type == "cyberattaque_non_precisee" for claim, _ in claims):
            break
    active = {claim.type for claim, _ in claims if claim.certainty != "denied"}
    if len(found.victims) > 1 and active == {"cyberattaque_non_precisee"} and one_event(doc, found):
        for findings in steps:
            wider = [(c, s) for c, s in attacks.conclude(doc, findings) if c.certainty != "denied"]
            if wider and all(c.type != "cyberattaque_non_precisee" for c, _ in wider):
                return [(AttackClaim(type=c.type, certainty="suspected"), s) for c, s in wider]
    return claims


def _receivers(doc: Doc, found: Reading, victim: Entity, evidence: Evidence) -> tuple[Receiver, ...]:
    if victim is not found.victims[0]:
        return ()
    out: dict[str, Receiver] = {}
    elsewhere = told_elsewhere(doc, found)
    for finding in doc._.findings:
        if finding.field != "diverted_to" or finding.rejected is not None:
            continue
        sentence = sentence_at(doc, finding.start)
        ours = any(sentence.start_char <= m.start < sentence.end_char for v in found.victims for m in v.mentions)
        if sentence.start_char in elsewhere or (not ours and told_earlier(sentence.text)):
            continue
        entity = found.entities[finding.value]
        # as the article calls it; where its letters or noun alone stand, as the register does
        told = entity.best.core and entity.best.kind in ("known", "named") and entity.best.text != entity.best.acronym
        name = tidy(entity.best.text) if told or not entity.facility else entity.facility.name
        out.setdefault(name, Receiver(name=name, finess=entity.facility.finess if entity.facility else None))
        evidence.add(f"diverted_to/{name}", [(finding.start, finding.end)])
    return tuple(out.values())


def _spans(findings: Iterable[Finding]) -> list[tuple[int, int]]:
    return [(f.start, f.end) for f in findings]
