"""The attack types of one victim, weighed from all that is told of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spacy.tokens import Doc

from nlp.attacks.mentions import ANAPHORIC, CARRIED, PLURAL, WEAK
from nlp.document import Finding, in_title, live
from records import AttackClaim, Certainty, ServiceState
from reference.vocabulary import term_ids, vocabulary

# of what a text says of one type, what it states outweighs what it rules out, and that what it supposes
_SURE_ORDER: tuple[Certainty, ...] = ("confirmed", "denied", "suspected")
_OPEN = ("libre", "accessible", "consultable", "moteur", "google", "indexé", "référencé", "serveur ouvert")
_MISTAKEN = ("erreur", "maladresse", "manipulation", "mauvais")
_FAULTS = ("bug", "bogue", "anomalie", "dysfonctionnement")
# what may be shown or sold though nobody stole it from the victim
_OFFERED = ("vente", "vendre")
_SHOWN = (*_OFFERED, "en ligne", "publi", "diffus", "circul", "déposé")
# how far apart two words on one fraud stand, in characters
_BESIDE = 120
# « menacent de publier des données »: what extortion goes with, where nobody says that they hold any
_THREAT = re.compile(
    r"« (?:publi|diffus|divulg|dévoil|mettre|\{(?:publierons|diffuser|divulguer|dévoiler)).*\((?:menac|\{publierons)",
    re.I,
)
_STOPPED = {"suspendu", "partiel", "degrade", "ferme"}
HOSTILE = term_ids("attack_types") - {"panne", "exposition_accidentelle"}


def conclude(doc: Doc, findings: Iterable[Finding]) -> list[tuple[AttackClaim, list[Finding]]]:
    """The attack types of one victim, from the live findings in its scope, each with what says it."""
    findings = _without_disguise(findings)
    told = _by_certainty(findings)
    signals: dict[tuple[str, str], list[Finding]] = {}
    for f in live(findings, "attack_signal"):
        signals.setdefault(f.value, []).append(f)
    sure = {t: next((c for c in _SURE_ORDER if c in by), None) for t, by in told.items()}
    support = {t: told[t][c] for t, c in sure.items() if c}
    certain: dict[str, Certainty] = {t: c for t, c in sure.items() if c}
    if "atteinte_physique" not in certain and all(f.weight == CARRIED for f in support.get("vol_donnees", ())):
        _drop(certain, support, "vol_donnees")
    if any(f.value == "cleared" for f in live(findings, "information_status")):
        # « Mis en cause à tort, l'éditeur n'y est pour rien »: what is told of it did not happen there
        certain = dict.fromkeys(certain, "denied")
    if any(f.value == "denial" for f in live(findings, "information_status")):
        _rumour(certain, support, told)
    requalified = any(f.value == "requalified" for f in live(findings, "information_status"))
    _outage(doc, certain, support, told, requalified, ("demand", "confirmed") in signals)
    _only_plurals(certain, support)
    _ransomware(certain, support, signals)
    _all_denied(certain)
    _exposure(certain, support)
    _leftovers(doc, certain, support, signals)
    if "atteinte_physique" in certain and all("effraction" in f.rule for f in support.get("intrusion", ())):
        # a drawer was forced, not a network
        _drop(certain, support, "intrusion")
    order = list(term_ids_in_order())
    return [
        (AttackClaim(type=t, certainty=certain[t]), support[t]) for t in sorted(certain, key=lambda t: order.index(t))
    ]


def _without_disguise(findings: Iterable[Finding]) -> list[Finding]:
    """« se sont fait passer pour un médecin » to get in is no fraud upon the patients."""
    findings = list(findings)
    disguised = [f for f in live(findings, "attack_types") if f.value.type == "compromission_compte"]
    return [
        f
        for f in findings
        if f.field != "attack_types"
        or f.value.type != "hameconnage_fraude"
        or not any(d.start < f.end and f.start < d.end for d in disguised)
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
    fraud = told.get("hameconnage_fraude", {})
    supposed = [f.start for f in fraud.get("suspected", ()) if f.weight != WEAK]
    if supposed and all(_named_beside(f, supposed) for f in fraud.get("confirmed", ())):
        # « serait tombé dans le piège d'un hameçonnage »: the mere word is no surer
        fraud.pop("confirmed", None)
    for by in told.values():
        # « dément toute fuite : le fichier mis en vente ne vient pas de là »: the sale is told, not the theft
        offered = all(any(w in f.rule for w in _OFFERED) for f in by.get("confirmed", ()))
        shown = all(any(w in f.rule for w in _SHOWN) for f in by.get("confirmed", ()))
        if "denied" in by and (offered or (shown and len(by["denied"]) > 1)):
            by.pop("confirmed", None)
        # « serait WannaCry … ce rançongiciel »: what is taken up again is no surer than before
        if "suspected" in by and all(f.weight == ANAPHORIC for f in by.get("confirmed", ())):
            by["suspected"] += by.pop("confirmed", [])
    return told


def _named_beside(finding: Finding, starts: list[int]) -> bool:
    return finding.weight == WEAK and any(abs(finding.start - start) < _BESIDE for start in starts)


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
    demand: bool,
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
        or (all(f.weight == PLURAL for f in stated) and not demand)
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
    if certain.get("deni_service") == "confirmed" and not encryption and "rancongiciel" not in certain:
        # sites flooded, and money asked for to stop
        return
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
    faults = all(any(w in f.rule for w in _FAULTS) for f in support.get("panne", ()))
    if faults and (strong or any("autre" in f.rule for f in support["exposition_accidentelle"])):
        # « un bug a affiché le dossier d'un autre »: nothing stopped
        _drop(certain, support, "panne")
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
    # a mere « fuite » beside a mistake, or of what lay open to all, is that mistake, not a theft
    theft = support.get("vol_donnees", [])
    opened = any(w in f.rule for f in support["exposition_accidentelle"] for w in (*_OPEN, *_MISTAKEN))
    leaked = bool(theft) and all(_mere_leak(f) for f in theft)
    if leaked and certain["exposition_accidentelle"] == "suspected":
        return
    if leaked and not hostile and (strong or (opened and not attacked)):
        _drop(certain, support, "vol_donnees")
    elif not strong and certain.get("vol_donnees") == "confirmed":
        _drop(certain, support, "exposition_accidentelle")


def _mere_leak(finding: Finding) -> bool:
    return any(
        w in finding.rule
        for w in ("fuit", "retrouv", "violation", "accès", "consult", "publi", "diffus", "divulg", "ligne")
    )


def _only_plurals(certain: dict[str, Certainty], support: dict[str, list[Finding]]) -> None:
    """« Dax et Villefranche, victimes de rançongiciels »: where nothing else says so, others'."""
    told = support.get("rancongiciel", ())
    if told and all(f.weight == PLURAL and "rançongiciels" in f.rule for f in told):
        _drop(certain, support, "rancongiciel")


def _leftovers(
    doc: Doc,
    certain: dict[str, Certainty],
    support: dict[str, list[Finding]],
    signals: dict[tuple[str, str], list[Finding]],
) -> None:
    encrypted = ("encryption", "confirmed") in signals
    if certain.get("rancongiciel") == "confirmed" or (encrypted and _active(certain, "rancongiciel")):
        _drop(certain, support, "maliciel")
    if certain.get("rancongiciel") == "confirmed" and all("remplac" in f.rule for f in support.get("defiguration", ())):
        # « les fichiers ont été remplacés par un message qui exige … »
        _drop(certain, support, "defiguration")
    if certain.get("maliciel") == "suspected" and _active(certain, "rancongiciel"):
        _drop(certain, support, "maliciel")
    others = [t for t in certain if t not in ("hameconnage_fraude", "cyberattaque_non_precisee", "panne")]
    fraud = support.get("hameconnage_fraude", [])
    weak_fraud = bool(fraud) and all(f.weight == WEAK and not in_title(doc, f.start) for f in fraud)
    if weak_fraud and (any(certain[t] == "confirmed" for t in others) or certain["hameconnage_fraude"] != "confirmed"):
        _drop(certain, support, "hameconnage_fraude")
    threats = support.get("vol_donnees", ())
    extorted = certain.get("vol_donnees") == "suspected" and certain.get("rancongiciel") == "confirmed"
    if extorted and all(_THREAT.search(f.rule) for f in threats):
        _drop(certain, support, "vol_donnees")
    specific = [t for t in certain if t not in ("cyberattaque_non_precisee", "panne") and certain[t] != "denied"]
    if specific and certain.get("cyberattaque_non_precisee") != "denied":
        _drop(certain, support, "cyberattaque_non_precisee")
