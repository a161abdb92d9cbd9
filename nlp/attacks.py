"""What kind of incident it was, and how surely: ransomware, theft of data, outage …

Component `vigie_attacks` writes findings of two fields: `attack_types` (an `AttackClaim`) where words name a type,
and `attack_signal` (encryption, demand, blocked) where several must come together. `conclude` weighs them for one
victim by the rules of GUIDE.md: encryption with a demand is ransomware, a demand for stolen data is theft, the
unspecified attack stands only alone, an outage only where no attack is stated.

    >>> doc = nlp("Aucune rançon n'a été demandée, mais des données ont été volées par les pirates.")
    >>> [(c.type, c.certainty) for c, _ in conclude(doc, doc._.findings)]
    [('vol_donnees', 'confirmed')]

Words in `attacks.toml`, stances (denied, supposed …) from `nlp.assertion`. Types other than denied, F1 over all labelled
victims (a missed victim loses all its types): .93 on the half of dev.jsonl the words were written on, .90 on the other
half, of which only classes of error were looked at, .92 on sixty later articles once their errors had been read. Of 86
sentences of our own written before looking, 62 were read right at first. Thirty articles of a third set, kept for measuring: .67,
for want of victims mostly (of the 15 victims found, 12 have all their types right).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path

from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.assertion import Reading, Stretch, stance, stretch_at
from nlp.document import Finding, in_title, is_noise, live, text_of
from nlp.lexicon import Lexicon, Match
from records import AttackClaim, Certainty, ServiceState
from reference.vocabulary import term_ids, vocabulary

SIGNALS = ("encryption", "demand", "blocked", "none")
LEXICON = Lexicon(
    Path(__file__).with_name("attacks.toml"),
    {
        "word": term_ids("attack_types"),
        "access": term_ids("attack_types"),
        "signal": SIGNALS,
        "data": None,
        "outsider": None,
        "it": None,
        "illness": None,
        "hostile": None,
    },
)
_WORDS = re.compile(r"\w+")
_CERTAINTY: dict[str, Certainty] = {"stated": "confirmed", "supposed": "suspected", "denied": "denied"}
# of what a text says of one type, what it states outweighs what it rules out, and that what it supposes
_SURE_ORDER: tuple[Certainty, ...] = ("confirmed", "denied", "suspected")
_REASONS = {
    "unknown": "le texte dit qu'on l'ignore",
    "averted": "crainte, risque ou mise en garde",
    "mistaken": "cru un temps, puis écarté",
    "general": "remarque générale",
}
_KNOWN_ONCE = {"rancongiciel", "maliciel", "cyberattaque_non_precisee"}
# « les dossiers n'ont pas été dérobés, mais des données administratives l'ont été »
_BUT_OTHERS = re.compile(r"\b(?:mais|en revanche|contrairement)\b[^.;]*\bl['’](?:a|ont|avaient) été\b", re.IGNORECASE)
_INVERTED = re.compile(r"\b(?:a|ont|est|sont)-(?:t-)?(?:ils?|elles?|on)\b", re.IGNORECASE)
_TAKEN = re.compile(r"(?:volé|dérobé|exfiltré|subtilisé|piraté|copié)e?s?$", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:le|la|l['’]|ce|cet|cette|du|au)\s*[«\"“]?\s*$", re.IGNORECASE)
_ANAPHOR = re.compile(r"\b(?:ce|cet|cette|ces)\s+[«\"“]?\s*$", re.IGNORECASE)
# « ce rançongiciel chiffre les données et réclame … », « un rançongiciel, un programme qui chiffre … »: what such a
# program does; « frappé par un virus qui a chiffré … » tells what this one did
_PROGRAM = re.compile(
    r"(?:\b(?:ce|cet|ces|tel|tels|les)\s+|(?:[,:(]|\best|\bsont|\bdésigne)\s+(?:un|des|ce sont des|c['’]est un)\s+)[«\"“]?\s*"
    r"(?:rançongiciels?|ransomwares?|virus|logiciels?|programmes?|ver|cryptovirus)\b[^.;:!?,]*$",
    re.IGNORECASE,
)
_PERFECT = re.compile(
    r"\b(?:a|ont|avait|avaient|aurait|auraient|été)\s+(?:tout\s+)?(?:chiffré|crypté|encrypté|verrouillé)", re.IGNORECASE
)
# weights of findings: told as a consequence or warning as often as a fact; « cyberattaques », as often general;
# « ce virus », which only takes up another. CARRIED: data on a stolen thing
WEAK, CARRIED, PLURAL, ANAPHORIC = 0.5, 0.6, 0.7, 0.9
# how far before its sentence the data that an error exposed may be told, in characters
_BACK = 200
_STOPPED = {"suspendu", "partiel", "degrade", "ferme"}
HOSTILE = term_ids("attack_types") - {"panne", "exposition_accidentelle"}


class Attacks:
    """Adds the findings of attack types and signals."""

    def __call__(self, doc: Doc) -> Doc:
        doc.user_data.pop("stretches", None)
        matches = LEXICON.scan(doc._.folded)
        places = _Places(doc, matches)
        for match in matches:
            if match.entry.section in ("word", "access", "signal") and not is_noise(doc, match.start):
                doc._.findings.extend(_findings(doc, match, places))
        return doc


class _Places:
    """Where the words for data and the context words stand, for look-ups by sentence."""

    def __init__(self, doc: Doc, matches: Iterable[Match]) -> None:
        self.text = text_of(doc)
        self.kinds: dict[str, list[Match]] = {}
        for match in matches:
            if match.entry.section in ("data", "outsider", "it", "illness", "hostile"):
                self.kinds.setdefault(match.entry.section, []).append(match)
        self.starts = {kind: [m.start for m in found] for kind, found in self.kinds.items()}

    def inside(self, kind: str, start: int, end: int) -> list[Match]:
        starts = self.starts.get(kind, [])
        return self.kinds.get(kind, [])[bisect_left(starts, start) : bisect_left(starts, end)]

    def nearest_data(self, match: Match, sentence: Stretch, words: int, back: bool = False) -> Match | None:
        """The word for data nearest to `match`, at most so many words away; `back`: in the sentence before, too."""
        best: tuple[int, Match] | None = None
        for data in self.inside("data", sentence.start - (_BACK if back else 0), sentence.end):
            if data.id == "none":
                continue
            if data.start < match.end and match.start < data.end:
                return data
            between = self.text[min(data.end, match.end) : max(data.start, match.start)]
            if len(between) > 400:
                continue
            distance = len(_WORDS.findall(between))
            if distance <= words and (best is None or distance < best[0]):
                best = distance, data
        return best[1] if best else None


def _findings(doc: Doc, match: Match, places: _Places) -> Iterator[Finding]:
    options = match.entry.options
    if match.id == "none" or options.get("skip"):
        return
    sentence = stretch_at(doc, match.start)
    start, end = match.start, match.end
    rule = f"{match.id} « {match.term} »"
    if options.get("it") and not _about_computing(sentence, places):
        return
    if options.get("computing") and not _beside_computing(match, sentence, places):
        return
    data = None
    if options.get("data"):
        data = places.nearest_data(match, sentence, options["near"], options.get("back", False))
        if data is None:
            return
        if options.get("personal") and not places.inside("hostile", sentence.start, sentence.end):
            return
        if options.get("outsider") and not places.inside("outsider", sentence.start, sentence.end):
            return
    reading = Reading("stated") if options.get("plain") else stance(doc, start, end, data is None, match.term)
    if (
        reading.stance == "averted"
        and match.id in _KNOWN_ONCE
        and _DEFINITE.search(places.text[max(0, start - 12) : start])
    ):
        # « pour empêcher le rançongiciel de se répandre »: it is there
        reading = Reading("stated")
    if data is not None and reading.stance == "stated" and data.end <= start:
        # « aucune donnée … n'a été », « des données auraient été »: the cue may stand before the word for data
        reading = stance(doc, data.start, data.end)
        reading = reading if reading.stance in ("denied", "unknown") and data.end <= start else Reading("stated")
    if reading.stance == "denied" and _BUT_OTHERS.search(places.text[end : min(end + 120, sentence.end)]):
        reading = Reading("stated")
    if reading.stance == "averted" and reading.cue.lower().startswith("mena") and _TAKEN.search(places.text[start:end]):
        # « menacent de publier les données volées »: the attackers' word that they have them
        reading = Reading("supposed", reading.cue)
    if options.get("denies"):
        reading = Reading("denied", match.term)
    if reading.stance in ("supposed", "mistaken") and match.id == "panne":
        # « évoque une panne »: an outage is told either way
        reading = Reading("stated")
    if reading.stance == "stated" and "question" in sentence.flags and ":" not in places.text[end : sentence.end]:
        # « Fuite de données : qui est touché ? » asks nothing of the leak; « ont-elles été prises ? » tells nothing
        asked = match.id == "vol_donnees" and _INVERTED.search(places.text[max(sentence.start, start - 60) : end])
        reading = Reading("unknown" if asked else "supposed", "?")
    rule += f" ({reading.cue})" if reading.cue else ""
    rejected = _REASONS.get(reading.stance)
    if "exercise" in sentence.flags:
        rejected = "exercice"
    certainty = _CERTAINTY.get(reading.stance, "suspected")
    weight = WEAK if options.get("weak") else 1.0
    if options.get("plural"):
        weight = PLURAL
    elif options.get("carrier"):
        weight = CARRIED
    elif weight == 1.0 and (_DEFINITE if options.get("computing") else _ANAPHOR).search(
        places.text[max(0, start - 12) : start]
    ):
        weight = ANAPHORIC
    if match.entry.section == "signal":
        if _PROGRAM.search(places.text[max(sentence.start, start - 70) : start]) and not _PERFECT.search(
            places.text[start:end]
        ):
            rejected = rejected or _REASONS["general"]
        yield Finding("attack_signal", (match.id, certainty), start, end, rule, rejected, weight)
        return
    if options.get("family"):
        rule = f"famille de rançongiciel « {match.term} »"
    for attack in (match.id, *options.get("also", ())):
        yield Finding("attack_types", AttackClaim(type=attack, certainty=certainty), start, end, rule, rejected, weight)


def _about_computing(sentence: Stretch, places: _Places) -> bool:
    """« virus » alone: computing in the sentence and no illness, or no illness anywhere near and an attack told."""
    if places.inside("illness", sentence.start, sentence.end):
        return False
    return bool(places.inside("it", sentence.start, sentence.end)) or "illness" not in places.kinds


def _beside_computing(match: Match, sentence: Stretch, places: _Places) -> bool:
    """« une attaque »: another word of computing in the sentence."""
    near = places.inside("it", sentence.start, sentence.end)
    return any(m.end <= match.start or m.start >= match.end for m in near if m.term != "attaque")


def conclude(doc: Doc, findings: Iterable[Finding]) -> list[tuple[AttackClaim, list[Finding]]]:
    """The attack types of one victim, from the live findings in its scope, each with what says it."""
    findings = list(findings)
    told = _by_certainty(findings)
    signals: dict[tuple[str, str], list[Finding]] = {}
    for f in live(findings, "attack_signal"):
        signals.setdefault(f.value, []).append(f)
    sure = {t: next((c for c in _SURE_ORDER if c in by), None) for t, by in told.items()}
    support = {t: told[t][c] for t, c in sure.items() if c}
    certain: dict[str, Certainty] = {t: c for t, c in sure.items() if c}
    if "atteinte_physique" not in certain and all(f.weight == CARRIED for f in support.get("vol_donnees", ())):
        _drop(certain, support, "vol_donnees")
    if any(f.value == "denial" for f in live(findings, "information_status")):
        _rumour(certain, support, told)
    requalified = any(f.value == "requalified" for f in live(findings, "information_status"))
    _outage(doc, certain, support, told, requalified)
    _ransomware(certain, support, signals)
    _all_denied(certain)
    _exposure(certain, support)
    _leftovers(doc, certain, support, signals)
    order = list(term_ids_in_order())
    return [
        (AttackClaim(type=t, certainty=certain[t]), support[t]) for t in sorted(certain, key=lambda t: order.index(t))
    ]


def by_effects(states: Iterable[tuple[ServiceState, list[Finding]]]) -> list[tuple[AttackClaim, list[Finding]]]:
    """An outage, where the text names no kind of incident and tells only what stopped, with what tells it."""
    stopped = [f for state, found in states if state.status in _STOPPED for f in found]
    return [(AttackClaim(type="panne", certainty="confirmed"), stopped)] if stopped else []


def term_ids_in_order() -> tuple[str, ...]:

    return tuple(vocabulary("attack_types"))


def _by_certainty(findings: Iterable[Finding]) -> dict[str, dict[Certainty, list[Finding]]]:
    told: dict[str, dict[Certainty, list[Finding]]] = {}
    for f in live(findings, "attack_types"):
        told.setdefault(f.value.type, {}).setdefault(f.value.certainty, []).append(f)
    for by in told.values():
        # « dément toute fuite : le fichier mis en vente ne vient pas de là »: the sale is told, not the theft
        if "denied" in by and all("vente" in f.rule or "vendre" in f.rule for f in by.get("confirmed", ())):
            by.pop("confirmed", None)
        # « serait WannaCry … ce rançongiciel »: what is taken up again is no surer than before
        if "suspected" in by and all(f.weight == ANAPHORIC for f in by.get("confirmed", ())):
            by["suspected"] += by.pop("confirmed", [])
    return told


def _active(certain: dict[str, Certainty], *types: str) -> bool:
    return any(certain.get(t) in ("confirmed", "suspected") for t in types)


def _drop(certain: dict[str, Certainty], support: dict[str, list[Finding]], attack: str) -> None:
    certain.pop(attack, None)
    support.pop(attack, None)


def _rumour(
    certain: dict[str, Certainty], support: dict[str, list[Finding]], told: dict[str, dict[Certainty, list[Finding]]]
) -> None:
    """« Hôpital piraté, n'y allez pas »: what a rumour states and a source denies is denied, if nothing else is told."""
    denied = told.get("cyberattaque_non_precisee", {}).get("denied", [])
    if denied and not any(certain.get(t) == "confirmed" for t in HOSTILE - {"cyberattaque_non_precisee"}):
        certain["cyberattaque_non_precisee"], support["cyberattaque_non_precisee"] = "denied", denied


def _outage(
    doc: Doc,
    certain: dict[str, Certainty],
    support: dict[str, list[Finding]],
    told: dict[str, dict[Certainty, list[Finding]]],
    requalified: bool,
) -> None:
    """An outage stands where the attack is denied or only supposed; else it is the attack's effect."""
    if certain.get("panne") != "confirmed":
        _drop(certain, support, "panne")
        return
    attack = told.get("cyberattaque_non_precisee", {})
    if "denied" in attack:
        certain["cyberattaque_non_precisee"] = "denied"
        support["cyberattaque_non_precisee"] = attack["denied"]
        for other in HOSTILE - {"cyberattaque_non_precisee"}:
            if certain.get(other) == "suspected":
                _drop(certain, support, other)
        return
    others = [t for t in HOSTILE if certain.get(t) == "confirmed"]
    stated = attack.get("confirmed", [])
    headed = any(in_title(doc, f.start) for f in support["panne"]) and not any(in_title(doc, f.start) for f in stated)
    if others == ["cyberattaque_non_precisee"] and (
        requalified
        or all(f.weight == PLURAL for f in stated)
        or (headed and len(attack.get("suspected", ())) >= len(stated))
    ):
        # an outage, and attacks spoken of in general, or rather supposed than stated
        _drop(certain, support, "cyberattaque_non_precisee")
        if "suspected" in attack:
            certain["cyberattaque_non_precisee"] = "suspected"
            support["cyberattaque_non_precisee"] = attack["suspected"]
    elif others:
        _drop(certain, support, "panne")


def _ransomware(
    certain: dict[str, Certainty], support: dict[str, list[Finding]], signals: dict[tuple[str, str], list[Finding]]
) -> None:
    demand = signals.get(("demand", "confirmed"), [])
    maybe = signals.get(("demand", "suspected"), [])
    encryption = signals.get(("encryption", "confirmed"), [])
    encrypted_maybe = signals.get(("encryption", "suspected"), [])
    blocked = signals.get(("blocked", "confirmed"), [])
    if certain.get("rancongiciel") in ("confirmed", "denied"):
        return
    theft = _active(certain, "vol_donnees", "exposition_accidentelle")
    if (demand and encryption) or (demand and blocked) or (demand and not theft and _active(certain, *HOSTILE)):
        certain["rancongiciel"] = "confirmed"
        support["rancongiciel"] = demand + encryption[:2] + ([] if encryption else blocked[:1])
    elif encryption or encrypted_maybe or (maybe and not theft) or (demand and not theft):
        certain["rancongiciel"] = "suspected"
        support["rancongiciel"] = support.get("rancongiciel", []) + encryption + encrypted_maybe + maybe + demand


def _all_denied(certain: dict[str, Certainty]) -> None:
    """Where the attack as a whole is denied, what others only supposed of it is denied with it."""
    if certain.get("cyberattaque_non_precisee") != "denied" or any(certain.get(t) == "confirmed" for t in HOSTILE):
        return
    for attack in ("rancongiciel", "maliciel", "intrusion", "deni_service"):
        if certain.get(attack) == "suspected":
            certain[attack] = "denied"


def _exposure(certain: dict[str, Certainty], support: dict[str, list[Finding]]) -> None:
    if "exposition_accidentelle" not in certain:
        return
    strong = any(f.weight > WEAK for f in support["exposition_accidentelle"])
    if certain["exposition_accidentelle"] == "denied":
        _drop(certain, support, "exposition_accidentelle")
        return
    if not strong and certain.get("panne") == "confirmed":
        # « une erreur humaine » that stopped a system, and exposed nothing
        _drop(certain, support, "exposition_accidentelle")
        return
    hostile = [
        t
        for t in HOSTILE - {"vol_donnees", "hameconnage_fraude", "cyberattaque_non_precisee"}
        if certain.get(t) == "confirmed"
    ]
    attacked = certain.get("cyberattaque_non_precisee") == "confirmed"
    if (hostile or attacked) and not strong:
        # « les données exposées lors de l'attaque »: by the attackers
        exposed = [f for f in support["exposition_accidentelle"] if "exposé" in f.rule]
        if exposed and "vol_donnees" not in certain:
            certain["vol_donnees"], support["vol_donnees"] = certain["exposition_accidentelle"], exposed
        _drop(certain, support, "exposition_accidentelle")
        return
    # a mere « fuite » beside a mistake is that mistake, not a theft
    theft = support.get("vol_donnees", [])
    if strong and not hostile and theft and all(_mere_leak(f) for f in theft):
        _drop(certain, support, "vol_donnees")
    elif not strong and certain.get("vol_donnees") == "confirmed":
        _drop(certain, support, "exposition_accidentelle")


def _mere_leak(finding: Finding) -> bool:
    return any(
        w in finding.rule for w in ("fuit", "violation", "accès", "consult", "publi", "diffus", "divulg", "ligne")
    )


def _leftovers(
    doc: Doc,
    certain: dict[str, Certainty],
    support: dict[str, list[Finding]],
    signals: dict[tuple[str, str], list[Finding]],
) -> None:
    encrypted = ("encryption", "confirmed") in signals
    if certain.get("rancongiciel") == "confirmed" or (encrypted and _active(certain, "rancongiciel")):
        _drop(certain, support, "maliciel")
    if certain.get("maliciel") == "suspected" and _active(certain, "rancongiciel"):
        _drop(certain, support, "maliciel")
    others = [t for t in certain if t not in ("hameconnage_fraude", "cyberattaque_non_precisee", "panne")]
    fraud = support.get("hameconnage_fraude", [])
    weak_fraud = bool(fraud) and all(f.weight == WEAK and not in_title(doc, f.start) for f in fraud)
    if weak_fraud and (any(certain[t] == "confirmed" for t in others) or certain["hameconnage_fraude"] != "confirmed"):
        _drop(certain, support, "hameconnage_fraude")
    specific = [t for t in certain if t not in ("cyberattaque_non_precisee", "panne") and certain[t] != "denied"]
    if specific and certain.get("cyberattaque_non_precisee") != "denied":
        _drop(certain, support, "cyberattaque_non_precisee")


@French.factory("vigie_attacks")
def make_attacks(nlp: Language, name: str) -> Attacks:
    return Attacks()
