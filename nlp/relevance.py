"""Whether an article reports an incident at a health organisation, with a score and the words that carried it.

Component `vigie_relevance`, last in the pipeline: it weighs the victim that `vigie_facilities` found, the incident
words of title and body, and topic words (exercise, prevention, funding …) of `relevance.toml`. The score is a
logistic function of a few counted features; the weights were fitted on half of the project's corpus.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.document import in_title, is_noise, live, text_of, token_at
from nlp.facilities import reading
from nlp.facilities.entities import Entity
from nlp.facilities.roles import Cues
from nlp.lexicon import Lexicon

LEXICON = Lexicon(Path(__file__).with_name("relevance.toml"), {"topic": None, "health": None, "sector": None})
THRESHOLD = 0.5
WEIGHTS = {
    "bias": -2.31,
    "victim": 0.18,
    "hit": 0.44,
    "title_attack": 0.67,
    "lead_attack": 0.70,
    "body_attack": 0.03,
    "title_health": 0.26,
    "topic_title": 1.97,
    "topic_body": 0.24,
    "exercise": -1.89,
    "general": -1.43,
    "victim_titled": 0.56,
    "sector_title": -3.20,
    "told": 0.78,
    "states": 0.27,
}


@dataclass(frozen=True, slots=True)
class Relevance:
    score: float
    terms: tuple[str, ...]
    features: dict[str, float]


def relevance(doc: Doc) -> Relevance:
    """The score of a Doc that went through `vigie_relevance`."""
    found: Relevance = doc.user_data["relevance"]
    return found


def is_health(doc: Doc, entity: Entity) -> bool:
    """Whether a victim belongs to the health sector: by its kind, or by health words where it is named."""
    if entity.facility is not None or entity.type not in ("autre", "any", "prestataire"):
        return True
    words = [m for m in LEXICON.scan(doc._.folded) if not is_noise(doc, m.start)]
    sentences = [token_at(doc, m.start).sent for m in entity.mentions[:6]]
    spans = [(s.start_char, s.end_char) for s in sentences]
    near = {
        section: sum(m.entry.section == section and any(a <= m.start < b for a, b in spans) for m in words)
        for section in ("health", "sector")
    }
    everywhere = sum(m.entry.section == "health" for m in words)
    told = bool(entity.roles["title"] or entity.roles["titled"] or entity.roles["hit"])
    return (near["health"] > near["sector"] and (near["health"] >= 2 or everywhere >= 4)) or (
        told and everywhere >= 6 and not near["sector"]
    )


class RelevanceScorer:
    """Writes a `Relevance` on the Doc."""

    def __call__(self, doc: Doc) -> Doc:
        doc.user_data["relevance"] = score(doc)
        return doc


def score(doc: Doc) -> Relevance:
    found = reading(doc)
    cues = Cues(doc)
    attacks = [m for m in cues.matches.get("attack_strong", []) if not is_noise(doc, m.start)]
    words = LEXICON.scan(doc._.folded)
    lead_end = doc._.body_start + 450
    chosen = [e for e in found.victims if is_health(doc, e)]
    sentences = list(doc.sents)
    flagged = {f: sum(f in s._.flags for s in sentences) / max(1, len(sentences)) for f in ("exercise", "general")}
    topics = [m for m in words if m.entry.section == "topic" and not is_noise(doc, m.start)]
    features = {
        "bias": 1.0,
        "victim": min(chosen[0].score, 10.0) if chosen else -4.0,
        "hit": float(min(chosen[0].roles["hit"], 2)) if chosen else 0.0,
        "title_attack": float(any(in_title(doc, m.start) for m in attacks)),
        "lead_attack": float(any(doc._.body_start <= m.start < lead_end for m in attacks)),
        "body_attack": float(min(len(attacks), 6)),
        "title_health": float(any(m.entry.section == "health" and in_title(doc, m.start) for m in words)),
        "topic_title": sum(float(m.entry.options["weight"]) for m in topics if in_title(doc, m.start)),
        "topic_body": max(-6.0, sum(float(m.entry.options["weight"]) for m in topics if not in_title(doc, m.start))),
        "exercise": min(1.0, 4 * flagged["exercise"]),
        "general": flagged["general"],
        "victim_titled": float(bool(chosen and (chosen[0].roles["title"] or chosen[0].roles["titled"]))),
        "sector_title": float(
            any(m.entry.section == "sector" and in_title(doc, m.start) for m in words)
            and not any(m.entry.section == "health" and in_title(doc, m.start) for m in words)
        ),
        "told": float(min(sum(1 for _ in live(doc._.findings, "attack_types")), 5)),
        "states": float(min(sum(1 for _ in live(doc._.findings, "services")), 6)),
    }
    z = sum(WEIGHTS[k] * v for k, v in features.items())
    value = 1 / (1 + math.exp(-z))
    if not chosen:
        value = min(value, 0.4)
    terms = tuple(dict.fromkeys(text_of(doc)[m.start : m.end].lower() for m in attacks))[:8]
    return Relevance(round(value, 3), terms, features)


@French.factory("vigie_relevance")
def make_relevance(nlp: Language, name: str) -> RelevanceScorer:
    return RelevanceScorer()
