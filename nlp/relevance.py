"""Whether an article reports an incident at a health organisation, with a score and the words that carried it.

Component `vigie_relevance`, last in the pipeline: it weighs the victim that `vigie_facilities` found, the incident
words of title and body, and topic words (exercise, prevention, funding …) of `relevance.toml`. The score is a
logistic function of a few counted features, put right by what all its words say (`nlp.subject`) where there are enough;
the weights were fitted on the even lines of the project's corpus, the short articles of the tests and sixty articles of the same make.

Measured (F1): 1.0 on the labelled articles they were fitted on (three of the short ones are read wrongly and marked
pending); 1.0 on the corpus's odd lines, of which a few had been read for kinds of
error; .918 on the sixty articles when they were first read, with earlier weights and words.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.borrowed import borrowed_name
from nlp.document import Finding, in_title, is_noise, live, sentence_at, text_of, token_at
from nlp.facilities import reading
from nlp.facilities.cues import Cues
from nlp.facilities.entities import Entity
from nlp.facilities.mentions import LEXICON as FACILITIES
from nlp.facilities.troubles import troubles
from nlp.lexicon import Lexicon, Match
from nlp.subject import by_words, opinion

LEXICON = Lexicon(
    Path(__file__).with_name("relevance.toml"), {"topic": None, "health": None, "digital": None, "sector": None}
)
THRESHOLD = 0.5
# told of in words of computing, whichever they are; « pirates » and « virus » may be others
_BY_COMPUTER = frozenset(
    {
        "rancongiciel",
        "vol_donnees",
        "exposition_accidentelle",
        "deni_service",
        "defiguration",
        "compromission_compte",
        "intrusion",
        "hameconnage_fraude",
    }
)
_LEAD = 450  # characters of the body in which an article says what it is about
WEIGHTS = {
    "bias": -1.47,
    "late": -2.49,
    "victim": 0.40,
    "hit": 0.69,
    "victim_titled": -0.31,
    "nameless": -2.04,
    "several": -0.78,
    "silent": -2.75,
    "title_attack": 0.70,
    "lead_attack": 1.83,
    "body_attack": 0.04,
    "told": 0.95,
    "states": 0.34,
    "title_health": -0.12,
    "topic_title": 2.50,
    "topic_body": 0.94,
    "exercise": -1.50,
    "exercise_top": -1.50,
    "general": -1.28,
    "sector_title": -3.04,
    "digital": 0.37,
}


@dataclass(frozen=True, slots=True)
class Relevance:
    """`by_rules`: the score before the second opinion of `nlp.subject`."""

    score: float
    terms: tuple[str, ...]
    features: dict[str, float]
    by_rules: float


def relevance(doc: Doc) -> Relevance:
    """The score of a Doc that went through `vigie_relevance`."""
    found: Relevance = doc.user_data["relevance"]
    return found


def is_health(doc: Doc, entity: Entity) -> bool:
    """Whether a victim belongs to the health sector: by its kind, or by health words where it is named."""
    if entity.facility is not None or entity.type not in ("autre", "any", "prestataire", "groupement"):
        return True
    if entity.type == "groupement" and any(m.kind == "known" for m in entity.mentions):
        return True
    if entity.type == "groupement" and _ITS_HOUSES.search(text_of(doc)):
        return True
    if entity.type in ("groupement", "autre") and _HEALTH_NAME.search(" ".join(m.text for m in entity.mentions)):
        return True
    words = [m for m in LEXICON.scan(doc._.folded) if not is_noise(doc, m.start)]
    own = [m for m in entity.mentions[:6] if m.kind in ("named", "known")]
    called = [(_begin_of_noun(doc, m.start), _end_of_apposition(doc, m.end)) for m in own]
    if any(w.entry.section == "health" and a <= w.start < b for a, b in called for w in words):
        return True  # "X, un hébergeur de données de santé": it is called so
    sentences = [token_at(doc, m.start).sent for m in entity.mentions[:6]]
    spans = [(s.start_char, s.end_char) for s in sentences]
    near = {
        section: sum(m.entry.section == section and any(a <= m.start < b for a, b in spans) for m in words)
        for section in ("health", "sector")
    }
    # "opérations supprimées, examens annulés" are told of no town hall
    care = {f.value[0] for f in live(doc._.findings, "services")} - _NO_CARE
    everywhere = sum(m.entry.section == "health" for m in words) + len(care)
    told = bool(entity.roles["title"] or entity.roles["titled"] or entity.roles["hit"])
    title = any(m.entry.section == "health" and in_title(doc, m.start) for m in words)
    firm = title and any(m.text[:1].islower() for m in own)  # "la société X", "l'éditeur X"
    return (near["health"] > near["sector"] and (near["health"] >= 2 or everywhere >= 4 or title)) or (
        told and everywhere >= (2 if firm else 6) and not near["sector"]
    )


_NO_CARE = frozenset(
    {
        "si_global",
        "messagerie",
        "internet",
        "telephonie",
        "site_web",
        "facturation_logistique",
        "rh_paie",
        "rdv_admission",
    }
)
# "trois de ses cliniques", "ses 27 Ehpad"
_ITS_HOUSES = re.compile(
    r"\b(?:ses|leurs) (?:[\w-]+ ){0,2}(?:cliniques|hôpitaux|Ehpad|EHPAD|maisons de retraite|laboratoires d['’]analyses|centres de soins|établissements de (?:santé|soins))\b"
)
_HEALTH_NAME = re.compile(
    r"hospital|hôpit|clinique|santé|soins|médic|ehpad|retraite|GHT|mutual|rééduc|Pasteur|Croix-Rouge|cancer|laborato|\bNHS\b|health|clinic|klinik|imagerie|radiolog",
    re.I,
)
# "X, spécialiste du tiers payant", "X, qui gère onze Ehpad", "X (groupe de cliniques)"
_APPOSITION = re.compile(
    r"(?:,| \(|\s[–—-]) ?(?:une?|l['’]|le|la|qui (?:gère|exploite|édite|regroupe|réunit|accueille|propose|compte|équipe|fournit|emploie|assure|prend|œuvre|agit|aide|accompagne|soigne|héberge|conseille|rééduque|suit|traite|intervient|s['’]occupe)|dont|au service|active?|présente?|spécialis\w+|gestionnaire|filiale|éditeur|éditrice|fournisseur|prestataire"
    r"|numéro|leader|premi\w+|deuxième|troisième|acteur|poids lourd|géant|groupe|réseau|plateforme|propriétaire|organis\w+|association|fondation)\b ?[^,.;:()\n]{0,90}"
)


# "Alain Afflelou, opticien": the trade, with no article
_TRADE = re.compile(
    r",\s(?:opticiens?|audioprothésistes?|ambulanciers?|pharmaciens?|prothésistes?|assureurs?|mutuelle|courtier|médecins?|dentistes?|laboratoires?|hébergeur|éditeur)\b[^,.;:()\n]{0,60}"
)
_NOUN_BEFORE = re.compile(r"(?:l['’]|la |le |une? |leur |son |cette )[a-zà-ÿ’' -]{3,40}$", re.I)


def _begin_of_noun(doc: Doc, start: int) -> int:
    """ "l'intercommunale de soins X": where the noun before the name begins."""
    begin = max(0, start - 45)
    noun = _NOUN_BEFORE.search(text_of(doc)[begin:start])
    return begin + noun.start() if noun else start


def _end_of_apposition(doc: Doc, end: int) -> int:
    told = _APPOSITION.match(text_of(doc), end) or _TRADE.match(text_of(doc), end)
    return told.end() if told else end


class RelevanceScorer:
    """Writes a `Relevance` on the Doc."""

    def __call__(self, doc: Doc) -> Doc:
        doc.user_data["relevance"] = score(doc)
        return doc


def score(doc: Doc) -> Relevance:
    found = reading(doc)
    cues = Cues(doc)
    attacks = [m for m in cues.matches.get("attack_strong", []) if not is_noise(doc, m.start)]
    if not attacks:  # "attaqué le 28 février, l'hôpital …": of computers, when the text speaks of them
        attacks = [m for m in cues.matches.get("attack_weak", []) if m.term in _ATTACK and _of_now(doc, m)]
    words = [m for m in LEXICON.scan(doc._.folded) if not is_noise(doc, m.start)]
    chosen = [e for e in found.victims if is_health(doc, e) and not _only_money(doc, e, words)]
    if found.rivals and (not any(e.roles["hit"] for e in chosen) or _crowd(chosen)):
        chosen = []  # a town hall or a firm was hit, and the hospital is only named
    features = {"bias": 1.0, **_of_victim(doc, chosen), **_of_attack(doc, attacks, chosen), **_of_words(doc, words)}
    z = sum(WEIGHTS[k] * v for k, v in features.items())
    value = 1 / (1 + math.exp(-z))
    named = any(in_title(doc, m.start) for m in cues.matches.get("attack_weak", []))
    if not chosen or (_untold(features) and not (named and features["digital"] > 3)):
        value = min(value, 0.4)
    aside = chosen and (_apart(chosen, features) or _in_passing(features) or _borrowed(doc, chosen, words))
    if aside or (chosen and _supplier_at_work(chosen, features)):
        value = min(value, 0.4)
    terms = tuple(dict.fromkeys(text_of(doc)[m.start : m.end].lower() for m in attacks))[:8]
    by_rules, said = value, by_words(doc)
    if said:
        value = opinion(features, by_rules, said.weight)
        if not found.victims:
            value = min(value, 0.4)
        if (value >= THRESHOLD) != (by_rules >= THRESHOLD):
            terms = said.telling
    return Relevance(round(value, 3), terms, features, by_rules)


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ATTACK = frozenset({"attaque", "attaques", "{attaqué,attaquée,attaqués,attaquées}"})


def _only_money(doc: Doc, entity: Entity, words: list[Match]) -> bool:
    """Whether a firm was swindled of money by no computer: a wholesaler that a false supplier never delivered."""
    digital = (text_of(doc)[m.start : m.end].lower() for m in words if m.entry.section == "digital")
    if entity.type != "prestataire" or any("bancaire" not in word for word in digital):
        return False
    types = {f.value.type for f in live(doc._.findings, "attack_types")}
    return types == {"hameconnage_fraude"}


def _supplier_at_work(chosen: list[Entity], features: dict[str, float]) -> bool:
    """Whether a firm is in the news for a contract or a product, and attacks are only what it protects from."""
    if features["hit"] or features["title_attack"] or features["states"]:
        return False
    if features["told"]:  # a body without a number, an attack spoken of once, and nothing between the two
        bodies = all(e.facility is not None and e.facility.finess is None for e in chosen)
        return bodies and features["body_attack"] <= 1 and features["digital"] <= 1
    return all(e.type == "prestataire" and not e.roles["near"] for e in chosen)


def _crowd(chosen: list[Entity]) -> bool:
    """ "des ministères, des écoles et des hôpitaux": hospitals without a name beside another body that has one."""
    return all(e.nameless and all(m.plural for m in e.mentions) for e in chosen)


def _of_now(doc: Doc, attack: Match) -> bool:
    """Whether the sentence tells of this incident: no remark in general, no earlier case, no year of before."""
    sentence = sentence_at(doc, attack.start)
    years = [int(y) for y in _YEAR.findall(text_of(doc)[sentence.start_char : sentence.end_char])]
    earlier = bool(years) and max(years) < doc._.article.published_on.year
    return not (
        is_noise(doc, attack.start) or earlier or sentence._.flags & {"past", "general", "exercise", "possible"}
    )


def _apart(chosen: list[Entity], features: dict[str, float]) -> bool:
    """Whether it is of hospitals in general, of which no harm is told."""
    general = features["several"] and features["nameless"] and not features["hit"] and not features["title_attack"]
    return bool(general and not any(e.roles["near"] for e in chosen))


def _borrowed(doc: Doc, chosen: list[Entity], words: list[Match]) -> bool:
    """Whether swindlers only borrow a body's name, and it warns of them: "Faux courriels de l'Assurance maladie"."""
    if borrowed_name(doc):
        return True
    bodies = all(e.type == "autorite" and not (e.roles["hit"] or e.roles["soft"]) for e in chosen)
    return bodies and any(m.entry.id == "scam" and in_title(doc, m.start) for m in words)


def _in_passing(features: dict[str, float]) -> bool:
    """Whether the only house of care stands far below the lead, and nothing tells it to be hit: another was."""
    return bool(features["late"] and not (features["hit"] or features["victim_titled"] or features["title_health"]))


def _untold(features: dict[str, float]) -> bool:
    """Whether nothing tells of an incident, or nothing of computers: a portrait of a hospital, a virus that gives fever."""
    named = features["title_attack"] or features["lead_attack"] or features["body_attack"]
    told = features["told"] > 1 or (features["told"] and features["states"])
    # "une attaque comme celle de X nous mettrait à genoux", in an article on something else
    once = features["body_attack"] <= 1 and not (features["title_attack"] or features["victim_titled"])
    if once and not (features["hit"] or features["told"] or features["states"]):
        return True
    return not (features["hit"] or named or told) or not features["digital"]


def _of_victim(doc: Doc, chosen: list[Entity]) -> dict[str, float]:
    """How surely the article names one that was hit."""
    if not chosen:
        return {"victim": -4.0, "hit": 0.0, "victim_titled": 0.0, "nameless": 0.0, "several": 0.0, "late": 0.0}
    best = chosen[0]
    return {
        "late": float(min(m.start for m in best.mentions) > doc._.body_start + _LEAD),
        "victim": min(best.score, 10.0),
        "hit": min(best.roles["hit"] + 0.5 * best.roles["soft"], 2.0),
        "victim_titled": float(bool(best.roles["title"] or best.roles["titled"])),
        "nameless": float(best.nameless or all(m.kind == "bare" for m in best.mentions)),
        "several": float(all(m.plural for m in best.mentions)),
    }


def _of_attack(doc: Doc, attacks: list[Match], chosen: list[Entity]) -> dict[str, float]:
    """How much is told of an incident, and of its effects, where the article speaks of the victim."""
    lead_end = doc._.body_start + _LEAD
    numbers = {e.number for e in chosen}
    topics = reading(doc).topics

    def of_victim(finding: Finding) -> bool:
        return bool(numbers & topics.get(sentence_at(doc, finding.start).start_char, frozenset()))

    told = sum(of_victim(f) for f in live(doc._.findings, "attack_types"))
    return {
        "silent": float(not attacks and not told),
        "title_attack": float(any(in_title(doc, m.start) for m in attacks)),
        "lead_attack": float(any(doc._.body_start <= m.start < lead_end for m in attacks)),
        "body_attack": float(min(len(attacks), 6)),
        "told": float(min(told, 5)),
        "states": float(min(sum(1 for _ in live(doc._.findings, "services")), 6)),
    }


def _of_words(doc: Doc, words: list[Match]) -> dict[str, float]:
    """What the words of other subjects (drills, money, law …) and sectors say, in the title and below."""
    sentences = [s for s in doc.sents if not is_noise(doc, s.start_char)]
    flagged = {f: [f in s._.flags for s in sentences] for f in ("exercise", "general")}
    title = [m for m in words if in_title(doc, m.start)]
    topics = {
        where: max(-6.0, sum(float(m.entry.options["weight"]) for m in words
                             if m.entry.section == "topic" and in_title(doc, m.start) == where))
        for where in (True, False)
    }  # fmt: skip
    other = {m.start for m in words if m.entry.id == "other_crisis"}  # "les réseaux électriques": of no computers
    digital = sum(m.entry.section == "digital" and m.start not in other for m in words)
    health = any(m.entry.section == "health" for m in title)
    maker = any(in_title(doc, m.start) for m in FACILITIES.scan(doc._.folded, ("industry",)))
    return {
        "title_health": float(health),
        "topic_title": topics[True],
        "topic_body": topics[False],
        "exercise": min(1.0, 4 * sum(flagged["exercise"]) / max(1, len(sentences))),
        "exercise_top": float(any(flagged["exercise"][:3])),
        "general": sum(flagged["general"]) / max(1, len(sentences)),
        "sector_title": float(maker or (not health and any(m.entry.section == "sector" for m in title))),
        "digital": float(min(digital + _by_computer(doc) + len(troubles(doc)) + _known_gang(doc), 5)),
    }


def _known_gang(doc: Doc) -> int:
    """ "attaqué par le groupe RansomHouse": who is named attacks computers."""
    return int(any(f.value for f in live(doc._.findings, "actor")))


def _by_computer(doc: Doc) -> int:
    """How much is told in the words of computing that the attack lexicon knows."""
    types = sum(1 for f in live(doc._.findings, "attack_types") if f.value.type in _BY_COMPUTER)
    return types + sum(1 for f in live(doc._.findings, "attack_signal") if f.value[0] == "encryption")


@French.factory("vigie_relevance")
def make_relevance(nlp: Language, name: str) -> RelevanceScorer:
    return RelevanceScorer()
