"""What a sentence takes from around the cue: who speaks, exceptions, pronouns, lists summed up, troubles so far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Span

from nlp.document import Finding
from nlp.services.grammar import words
from nlp.services.lists import groups
from nlp.services.pairing import TOO_DEAR, Pair
from nlp.services.sentence import Cue, Mention, Unit, is_finite
from nlp.services.states import OPPOSITE
from reference.folding import fold

_PRONOUNS = words("pronouns")
_SPEAKER = re.compile(
    r"\b(?:chefs?|cheffe|responsable|patronn?e?|direct(?:eur|rice)|medecin|infirmiere?|cadre|interne|praticien(?:ne)?"
    r"|secretaire|coordinat(?:eur|rice)|dirige|professeur)"
    r" (?:du |des |de |d'|aux? |en |a )(?:la |l')?"
    r"(?:(?:service|pole|departement|unite)s? (?:du |des |de |d')?(?:la |l')?)?$"
)
_UNLESS = re.compile(
    r"\s(?:contre-ordre|avis contraire|indication|imprévu|exception|urgence(?!s? vitale))", re.IGNORECASE
)
_VITAL = ("urgence vitale", "urgences vitales")
_WELL = (
    "repare",
    "resolu",
    "regle",
    "rentre",
    "tout est rentre",
    "revenu(e)(s) a la",
    "fin de la",
    "incident clos",
    "{a,ont,avait} pris",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What was said before a cue: services a pronoun may stand for, exceptions, who speaks, what is in trouble.

    `troubled`: what "the trouble is over" may mean; `ailing`: every service told in trouble so far.
    """

    before: list[Mention]
    spared: list[Mention]
    speakers: list[Mention]
    troubled: list[Mention]
    ailing: frozenset[str]


def troubled(history: list[Mention]) -> list[Mention]:
    """One mention for each service in trouble so far: the information system if it is one, else at most two."""
    last = {mention.service: mention for mention in history}
    if "si_global" in last:
        return [last["si_global"]]
    return list(last.values()) if len(last) <= 2 else []


def speakers(unit: Unit) -> list[Mention]:
    """Services named only as those of who speaks ("la cheffe des urgences"); taken out of the unit's mentions."""
    out = []
    for mention in unit.mentions:
        before = fold(unit.doc[max(unit.i, mention.i - 7) : mention.i].text)
        if mention.role == "service" and _SPEAKER.search(before + " "):
            out.append(mention)
    unit.mentions = [m for m in unit.mentions if m not in out]
    return out


def excepted(unit: Unit) -> list[Mention]:
    """Services named as exceptions ("sauf les urgences"); taken out of the unit's mentions."""
    out: list[Mention] = []
    text = unit.text
    for mark in unit.marks.get("exception", ()):
        stop = _front_end(unit, mark.start, mark.end)
        if _UNLESS.match(text, mark.end) or any(c.start <= mark.start < c.end for c in unit.cues):
            continue  # "hors service" excepts nothing
        for mention in unit.mentions:
            if mark.end > mention.start or mention in out:
                continue
            if stop is not None and mention.start > stop:
                break
            near = len(fold(text[mark.end : mention.start]).split()) <= 5
            last = out[-1].end if out else None
            if out and out[-1].wording.startswith(_VITAL) and "," in text[out[-1].end : mention.start]:
                break  # "hors urgence vitale, l'imagerie est à l'arrêt"
            if near or (last is not None and last <= mention.start and len(text[last : mention.start].split()) <= 3):
                out.append(mention)
    unit.mentions = [m for m in unit.mentions if m not in out]
    return out


def _front_end(unit: Unit, start: int, end: int) -> int | None:
    """Where an exception that opens the sentence ends: "hormis les urgences et la dialyse, tout est reporté"."""
    doc = unit.doc
    if any(t.is_alpha for t in doc[unit.i : unit.i + 3] if t.idx < start):
        return None
    verb = next((t.idx for t in doc[unit.i : unit.j] if t.idx >= end and is_finite(t)), None)
    if verb is None:
        return None
    commas = [t.idx for t in doc[unit.i : unit.j] if t.text == "," and end <= t.idx < verb]
    if not commas:
        return None
    listed = bool(_LIST_OF_SPARED.search(fold(unit.text[end : commas[-1]])))
    return commas[-1] if listed else commas[0]


_LIST_OF_SPARED = re.compile(r"\b(?:et|ou|ni)\b")


def exceptions(field: str, spared: list[Mention], states: list[tuple[Cue, str, Mention]]) -> Iterator[Finding]:
    """The opposite of what is told of the others, for the services excepted."""
    for mention in spared if states else ():
        if mention.role != "service":
            continue
        cue, state, base = min(states, key=lambda s: abs(s[0].i - mention.i))
        if any(m.service == mention.service for _, _, m in states):
            continue
        if state == "running":
            status = "reporte" if base.service == "consultations" else "suspendu"
        elif state == "restored":
            status = "ferme" if cue.entry.id == "rouvrir" and mention.kind == "care" else "suspendu"
        elif OPPOSITE.get(state) == "running":
            status = "maintenu"
        else:
            continue
        start, end = min(cue.start, mention.start), max(cue.end, mention.end)
        yield Finding(field, (mention.service, status), start, end, f"exception : {cue.entry.id}")


_ATTENDING = re.compile(
    r"\s?(?:,\s)?(?:(?:qui|se|s'|ayant|devant|ont|sont|etaient|avaient|doivent|devaient|ayant|deja|actuellement|spontanement|presentes?|presentant|presentent|"
    r"rendent|rendant|rendus?|arrivent|arrives?|arrivant|venus?|viennent|attendus?|suivis?|hospitalises?|traites?|admis|accueillis|pris|prises?|charge|necessit\w+|"
    r"ont besoin|besoin|souffrant|victimes?|atteints?|touches?|convoques?|programmes?|inscrits?|places?|par|pour|en|a|au|aux|de|des|du|d'|la|le|les|l'|un|une|leur|leurs|ce|cette|services?|notre|nos)\s?)+"
)


def attending(unit: Unit, patients: Mention, cue: Cue) -> list[Mention]:
    """ "Les patients qui se présentent aux urgences sont soignés": the service whose patients they are."""
    for group in groups(unit):
        first = group[0]
        if first.role != "service" or first.kind != "care" or first.i < patients.j or group[-1].j > cue.g:
            continue
        if any(patients.j <= c.i < first.i for c in unit.cues if c is not cue):
            return []
        gap = fold(unit.text[patients.end : first.start])
        return group if _ATTENDING.fullmatch(gap) and first.service not in _CARRIED else []
    return []


_CARRIED = frozenset(("samu_regulation", "smur", "transferts_patients", "ehpad_hebergement"))
_WHERE = frozenset(("a", "au", "aux", "dans", "pour", "cote", "en", "sur"))


def well_where(unit: Unit, cue: Cue) -> list[Mention]:
    """ "La situation est revenue à la normale aux urgences": where the trouble is over."""
    for group in groups(unit):
        first = group[0]
        gap = unit.doc[cue.j : first.i]
        if first.role != "service" or first.i < cue.j or len(gap) > 6:
            continue
        said = {fold(t.text) for t in gap} | {fold(unit.doc[first.i].text)}
        return group if said & _WHERE and not any(t.is_punct or t.pos_ == "VERB" for t in gap) else []
    return []


def the_others(unit: Unit, others: Mention) -> list[Mention]:
    """ "Seules les opérations urgentes sont maintenues, les autres sont reportées": the kind named before."""
    named = [m for m in unit.mentions if m.role == "service" and m.kind == "care" and m.j <= others.i]
    return named[-1:]


_PEOPLE = re.compile(
    r"\b(?:soignants|salaries|agents|medecins|infirmiers|personnels|employes|praticiens|chirurgiens)\b"
)


# "la paie inquiète : l'outil est inaccessible"
_TOOL_MEANT = re.compile(r"(?:l['’](?:outil|application)|le (?:logiciel|programme)) $", re.I)
# "même si l'attente y a doublé"
_THERE = frozenset(("degraded", "hampered"))


def antecedent(unit: Unit, cue: Cue, before: list[Mention]) -> list[Mention]:
    """The services a subject pronoun stands for ("elles ont rouvert"), when gender and number agree."""
    doc = unit.doc
    if cue.state in _THERE and any(t.lower_ == "y" for t in doc[max(unit.i, cue.g - 2) : cue.j]):
        return ([m for m in unit.mentions if m.role == "service" and m.kind == "care" and m.j <= cue.g] or before)[-1:]
    tool = _TOOL_MEANT.search(unit.text, max(doc[unit.i].idx, doc[cue.g].idx - 20), doc[cue.g].idx)
    if tool is not None:
        same = [m for m in unit.mentions if m.role == "service" and m.kind != "care" and m.end <= tool.start()]
        if len(same) == 1:
            return same
    for k in range(cue.g - 1, max(unit.i - 1, cue.g - 7), -1):
        if doc[k].pos_ in ("NOUN", "PROPN", "PUNCT") or k in unit.barriers or (is_finite(doc[k]) and k < cue.g - 4):
            break
        word = fold(doc[k].text)
        if word not in _PRONOUNS or _emphatic(unit, k):
            continue
        if _PEOPLE.search(fold(unit.text[doc[unit.i].idx : doc[k].idx])):
            return []  # "les salariés …: ils composent avec des dossiers papier"
        plural, feminine = word.endswith("s") or word == "ceux", word.startswith(("elle", "celle"))
        fitting = []
        same = [m for m in unit.mentions if m.role == "service" and m.j <= k and m not in before]
        for mention in same[-1:] or before:
            head = doc[mention.i : mention.j].root
            gender, number = head.morph.get("Gender", []), head.morph.get("Number", [])
            many = "Plur" in number or len({m.service for m in before}) > 1
            if many == plural and ("Fem" in gender) == feminine:
                fitting.append(mention)
        return fitting
    return []


def tools_cut_off(unit: Unit, cue: Cue, subjects: list[Mention], before: list[Mention]) -> list[Mention]:
    """ "La messagerie est coupée de l'extérieur": one tool is, not the way to the internet."""
    if cue.state != "cut" or cue.entry.options.get("alone_service") != "internet" or cue.denied:
        return []
    named = [m for m in subjects if m.role == "service" and 0 <= cue.i - m.j <= 4] or antecedent(unit, cue, before)
    return [m for m in named if m.kind == "tool" and m.service not in ("si_global", "internet")]


def _emphatic(unit: Unit, k: int) -> bool:
    """ "La ville et sa voisine avaient elles aussi été visées": the pronoun stresses a subject named before the verb."""
    after = fold(unit.doc[k + 1].text) if k + 1 < unit.j else ""
    return k > unit.i and unit.doc[k - 1].pos_ in ("VERB", "AUX") and after in ("aussi", "meme", "memes", "egalement")


def announced(unit: Unit, cue: Cue) -> list[Mention]:
    """ "Prescriptions, admissions, comptes rendus : tout est bloqué": the list that a colon sums up."""
    colon = next((k for k in range(unit.i, cue.i) if unit.doc[k].text == ":"), None)
    if colon is None or any(is_finite(unit.doc[k]) for k in range(unit.i, colon)):
        return []
    listed = [m for m in unit.mentions if m.role == "service" and m.j <= colon]
    return listed if len(listed) > 1 else []


def summed_up(unit: Unit, cue: Cue) -> list[Mention]:
    """ "Tout s'est arrêté en même temps : dossiers, prescriptions, analyses": the list after the colon."""
    colon = next((k for k in range(cue.j, min(unit.j, cue.j + 30)) if unit.doc[k].text == ":"), None)
    if colon is None:
        return []
    end = next(
        (k for k in range(colon + 1, unit.j) if unit.doc[k].text in (".", ";") or is_finite(unit.doc[k])), unit.j
    )
    listed = [m for m in unit.mentions if m.role == "service" and colon < m.i and m.j <= end]
    return listed if len(listed) > 1 else []


_LISTING = frozenset(("meme", "jusqu'aux", "jusqu'", "jusque", "y", "notamment", "surtout", "comme", "dont"))


def noted(unit: Unit, cue: Cue) -> list[Mention]:
    """ "Tout se fait à la main : prescriptions, plannings", "… à la main, même les prescriptions": the list after."""
    for group in groups(unit):
        first = group[0]
        gap = unit.doc[cue.j : first.i]
        if first.role != "service" or not 0 < len(gap) <= 5:
            continue
        said = [fold(t.text) for t in gap]
        opened = said[0] in (":", "(", "pour") or (said[0] == "," and said[1:2] and said[1] in _LISTING)
        if opened and not any(is_finite(t) for t in gap) and not any(is_finite(t) for t in _tail(unit, group)):
            return group
    return []


def _tail(unit: Unit, group: list[Mention]) -> Span:
    return unit.doc[group[-1].j : min(unit.j, group[-1].j + 2)]


_AND = frozenset(("et", "que", "comme", "ni", "ainsi", "les", "le", "la", "l'", ",", "des", "leurs", "aussi", "bien"))


def beside(unit: Unit, service: Mention) -> Mention | None:
    """ "Les hôpitaux comme les services numériques", "ni les soins ni les consultations": told in one breath with a service."""
    house = next(
        (m for m in unit.mentions if m.role in ("place", "soins") and m.free and 0 < service.i - m.j <= 4), None
    )
    if house is None:
        return None
    gap = {fold(t.text) for t in unit.doc[house.j : service.i]}
    return house if gap <= _AND and gap & {"et", "que", "comme", "ni"} else None


_HEADS = (
    "tout",
    "service",
    "secteur",
    "activite",
    "outil",
    "application",
    "logiciel",
    "specialite",
    "unite",
    "domaine",
)


def detailed(unit: Unit, cue: Cue) -> list[Mention]:
    """ "Plusieurs services sont touchés : laboratoire, radiologie": the list that tells which of them."""
    colon = next((k for k in range(cue.j, min(unit.j, cue.j + 12)) if unit.doc[k].text == ":"), None)
    if colon is None:
        return []
    if not any(fold(t.text).startswith(_HEADS) for t in unit.doc[max(unit.i, cue.g - 8) : colon]):
        return []
    stops = (".", ";", "»", '"', "\n")
    end = next((k for k in range(colon + 1, unit.j) if unit.doc[k].text in stops or is_finite(unit.doc[k])), unit.j)
    if end < unit.j and is_finite(unit.doc[end]):
        return []  # a clause of its own
    listed = [m for m in unit.mentions if m.role == "service" and colon < m.i and m.j <= end]
    return listed if listed and listed[0].i - colon <= 4 else []


def all_is_well(cue: Cue, pair: Pair | None) -> bool:
    """ "La panne est réparée", "tout est rentré dans l'ordre": whatever was in trouble is restored."""
    if pair is not None and pair.price <= TOO_DEAR:
        return pair.mentions[0].role in ("trouble", "everything")
    return fold(cue.term).startswith(_WELL)


_NOW = words("now")


def ails_no_more(unit: Unit, cue: Cue, mention: Mention, context: Told) -> bool:
    """ "Aujourd'hui, tous les sites fonctionnent", "il marche depuis 14 heures", of what was told stopped before."""
    said = {fold(t.text) for t in unit.doc[unit.i : unit.j]}
    since = "depuis" in cue.after[:3] or {"totalite", "integralite"} & set(cue.after[:4])
    return (mention.service in context.ailing and bool(said & _NOW or since)) or _since_a_day(cue, mention)


def _since_a_day(cue: Cue, mention: Mention) -> bool:
    """ "Le dossier est accessible depuis mardi": a tool that one can use since a day could not be used before."""
    if mention.kind != "tool" or cue.after[:1] != ("depuis",) or not fold(cue.term).startswith(_AT_HAND):
        return False
    day = cue.after[1:3]
    return (
        day[:1] in _DAYS
        or day in (("ce", "matin"), ("cette", "nuit"))
        or (day[:1] == ("le",) and day[1:2] != () and day[1][:1].isdigit())
    )


_AT_HAND = ("accessible", "disponible", "consultable", "utilisable", "fonctionnel", "operationnel")
_DAYS = frozenset(
    (d,) for d in ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "hier", "avant-hier")
)
