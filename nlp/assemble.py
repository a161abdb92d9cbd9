"""From a read Doc to a Report: one reported incident a victim, each value with the characters that say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from nlp import attacks, details, opinions, services
from nlp.dating import Dated, when_hit
from nlp.document import Finding, sentence_at, share, split_offsets
from nlp.elsewhere import told_earlier, told_elsewhere
from nlp.facilities import Reading, reading
from nlp.facilities.entities import Entity, tidy
from nlp.facilities.linking import record
from nlp.relevance import THRESHOLD, is_health, relevance
from nlp.scope import attacks_of_event, one_event, scope, shared
from nlp.subject import long_enough
from records import AttackClaim, Receiver, Report, ReportedIncident, ServiceState, Span
from reference.folding import fold

Claims = list[tuple[AttackClaim, list[Finding]]]


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
    # second opinions change what is told as found and left out: from the components' findings each time
    doc._.findings = doc.user_data.setdefault("findings", doc._.findings)
    found = reading(doc)
    weighed = relevance(doc)
    relevant = weighed.score >= THRESHOLD
    dated = when_hit(doc, found) if relevant else {}
    incidents = tuple(_incident(doc, found, v, dated) for v in _of_health(doc, found)) if relevant else ()
    return Report(
        url=doc._.article.url,
        relevant=relevant,
        relevance=weighed.score,
        relevance_terms=weighed.terms,
        incidents=incidents,
        pipeline=pipeline,
    )


def _of_health(doc: Doc, found: Reading) -> list[Entity]:
    """The victims of the health sector; in an article that reports an incident, the first where none is known to be."""
    return [v for v in found.victims if is_health(doc, v)] or found.victims[:1]


def by_rules(doc: Doc) -> opinions.ByRules | None:
    """What the rules conclude of the only victim of an article that reports an incident: what second opinions are weighed with."""
    found = reading(doc)
    if relevance(doc).score < THRESHOLD or len(found.victims) != 1:
        return None
    return _concluded(doc, found, found.victims[0]).by_rules()


@dataclass(slots=True)
class _Concluded:
    """What is told of one victim, each value with the findings that say it."""

    claims: Claims
    states: list[tuple[ServiceState, list[Finding]]]
    details: details.Details

    def by_rules(self) -> opinions.ByRules:
        claims = tuple(claim for claim, _ in self.claims)
        return opinions.ByRules(claims, self.details.information_status, self.details.data_stolen)


def _concluded(doc: Doc, found: Reading, victim: Entity) -> _Concluded:
    told_of = scope(doc, found, victim)
    claims = _attacks(doc, found, told_of)
    states = services.conclude(doc, told_of)
    if all(claim.certainty == "denied" for claim, _ in claims):
        claims = [*attacks.by_effects(states), *claims]
    told_of += shared(doc, found, told_of)
    # what the attack types rest on may stand in sentences that name nobody
    known = {id(f) for f in told_of}
    told_of += [f for _, support in claims for f in support if f.field == "attack_types" and id(f) not in known]
    return _Concluded(claims, states, details.conclude(doc, told_of, [s for s, _ in states], [c for c, _ in claims]))


def _reconsidered(doc: Doc, told: _Concluded) -> _Concluded:
    """The same after a second opinion; what it gives up is told as left out, what it adds as found."""
    second = opinions.second(doc, told.by_rules())
    had = {claim.type: support for claim, support in told.claims}
    lost = {
        id(f): second.given_up[f"attack_types/{kind}"]
        for kind in had
        for f in had[kind]
        if f"attack_types/{kind}" in second.given_up and f.field == "attack_types"
    }
    support = dict(told.details.support)
    for field, value in (("information_status", second.status), ("data_stolen", second.stolen)):
        if value != getattr(told.details, field):
            likely = second.given_up.get(field)
            lost |= {id(f): likely for f in support.pop(field, ()) if likely is not None}
            support |= {field: [second.support[field]]} if field in second.support else {}
    doc._.findings = [f.reject(_why_given_up(lost[id(f)])) if id(f) in lost else f for f in doc._.findings]
    doc._.findings += second.support.values()
    claims = [
        (c, [second.support[f"attack_types/{c.type}"]] if f"attack_types/{c.type}" in second.support else had[c.type])
        for c in second.claims
    ]
    said = replace(told.details, information_status=second.status, data_stolen=second.stolen, support=support)
    return _Concluded(claims, told.states, details.without_deed(said) if second.status == "dementi" else said)


def _why_given_up(likely: float) -> str:
    if likely >= opinions.LEAST_KEPT:
        return "un type plus précis l'emporte"
    return f"peu probable d'après les mots de l'article ({share(likely)})"


def _incident(doc: Doc, found: Reading, victim: Entity, dated: dict[int, Dated]) -> ReportedIncident:
    evidence = Evidence(doc)
    evidence.add("facility", ((m.start, m.end) for m in sorted(victim.mentions, key=lambda m: m is not victim.best)))
    occurred, support = dated[victim.number]
    evidence.add("occurred", _spans(support))

    concluded = _concluded(doc, found, victim)
    if len(found.victims) == 1 and long_enough(doc):
        concluded = _reconsidered(doc, concluded)
    for claim, support in concluded.claims:
        evidence.add(f"attack_types/{claim.type}", _spans(support))
    for state, support in concluded.states:
        evidence.add(f"services/{state.service}/{state.status}", _spans(support))

    told = concluded.details
    if told.supplier and any(fold(told.supplier) == fold(m.text) for m in victim.mentions):
        told = replace(told, supplier=None, support={k: v for k, v in told.support.items() if k != "supplier"})
    for name, support in told.support.items():
        evidence.add(name, _spans(support))

    receivers = _receivers(doc, found, victim, evidence)
    return ReportedIncident(
        facility=record(victim, found.places),
        occurred=occurred,
        attack_types=tuple(c for c, _ in concluded.claims),
        services=tuple(s for s, _ in concluded.states),
        diverted_to=receivers,
        **told.values(),
        **evidence.record(),
    )


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
