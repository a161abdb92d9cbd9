"""From paired cues to findings: polarity, possibility, exceptions, pronouns, patients sent elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc

from nlp.document import Finding
from nlp.services.cues import attacked, understand
from nlp.services.mentions import Cue, Mention, Unit, is_finite, units
from nlp.services.pairing import TOO_DEAR, Pair, pairs
from nlp.services.states import OPPOSITE, status_of, status_without_service
from nlp.services.victim import OWN_CARE, victim_kind
from reference.folding import fold

FIELD = "services"
_ALONE_DEAR = 1.8
_VAGUE_DEAR = 2.8
_NOW = frozenset(("aujourd'hui", "aujourd’hui", "désormais", "maintenant"))
_LIKEWISE = frozenset("aussi idem egalement pareil itou".split())
_PRONOUNS = frozenset(("il", "ils", "elle", "elles", "celui", "celle", "ceux", "celles"))


def read(doc: Doc) -> Iterator[Finding]:
    """The findings of the Doc, rejected ones included. `Finding.value` is (service, status)."""
    told_before: list[Mention] = []
    speakers: list[Mention] = []
    left = 0
    history: list[Mention] = []
    last: tuple[Cue, str, Mention] | None = None
    house = victim_kind(doc)
    for unit in units(doc):
        for mention in unit.mentions:
            if house and mention.entry.options.get("site") == house:
                mention.role = "place"
                mention.service = OWN_CARE.get(house, "")
        excepted = _excepted(unit)
        heard = _speakers(unit)
        speakers, left = (heard, 3) if heard else (speakers, left - 1) if left > 1 else ([], 0)
        understand(unit)
        told: list[Mention] = []
        states: list[tuple[Cue, str, Mention]] = []
        paired: set[int] = set()
        by_cue = {id(p.cue): p for p in pairs(unit)}
        for cue in unit.cues:
            for finding, mention, state in _of_cue(unit, cue, by_cue.get(id(cue)), told or told_before, bool(excepted), speakers, troubled(history)):
                if house in OWN_CARE and finding.value == ("medecine", "maintenu") and mention is None:
                    finding = replace(finding, value=(OWN_CARE[house], "maintenu"))
                yield finding
                if mention is not None and finding.rejected is None:
                    told.append(mention)
                    if state not in ("running", "restored"):
                        history.append(mention)
                    states.append((cue, state, mention))
                    paired.add(id(mention))
        yield from _exceptions(unit, excepted, states)
        if states:
            last = states[-1]
        elif last is not None and not unit.cues and unit.mentions and unit.mentions[0].role == "service":
            # "Les consultations aussi."
            words = {fold(t.text) for t in unit.doc[unit.i : min(unit.j, unit.i + 6)]}
            if words & _LIKEWISE and not any(is_finite(t) for t in unit.doc[unit.i : min(unit.j, unit.i + 8)]):
                value = _value(unit, last[0], unit.mentions[0], last[1], False)
                if value is not None:
                    first = unit.mentions[0]
                    yield Finding(FIELD, value, first.start, first.end, f"{first.wording} + {last[0].entry.id} (de même)")
        named = [m for m in unit.mentions if m.role == "service"]
        if named or told:
            told_before = told or named[:2]


def troubled(history: list[Mention]) -> list[Mention]:
    """One mention for each service in trouble so far; the last three services, or the information system if it is one."""
    last: dict[str, Mention] = {}
    for mention in history:
        last[mention.service] = mention
    if "si_global" in last:
        return [last["si_global"]]
    return list(last.values()) if len(last) <= 2 else []


def _of_cue(
    unit: Unit, cue: Cue, pair: Pair | None, before: list[Mention], has_exception: bool, speakers: list[Mention],
    troubled: list[Mention],
) -> Iterator[tuple[Finding, Mention | None, str]]:
    state = _state(cue)
    options = cue.entry.options
    if state == "running" and pair and any(t.lower_ in _NOW for t in unit.doc[unit.i : unit.j]):
        ailing = {m.service for m in troubled}
        if any(m.service in ailing for m in pair.mentions) and not cue.denied:
            state = "restored"
    subject = pair.mentions[0] if pair and pair.price <= 2 else None
    if "service" in options and subject is not None and subject.role == "service" and subject.service in _SHARED:
        yield _finding(unit, cue, subject, (subject.service, "partiel")), subject, "limited"
        return
    if fixed := options.get("service"):
        if not cue.denied:
            yield _finding(unit, cue, None, (fixed, "partiel")), None, state
        return
    if state is None:
        return
    services = [m for m in pair.mentions if m.role == "service" and not m.elsewhere] if pair else []
    if pair and pair.mentions[0].elsewhere and pair.price <= TOO_DEAR:
        return
    if pair and not services and pair.mentions[0].role in ("soins", "everything", "void", "resume") and pair.price <= TOO_DEAR:
        services = _announced(unit, cue)
    if options.get("alone_only"):
        pair, services = None, []
    if pair and pair.mentions[0].role == "resume":
        first = pair.mentions[0]
        services = [m for m in unit.mentions if m.role == "service" and m.end <= first.start] or before
    limit = _ALONE_DEAR if "alone" in options else _VAGUE_DEAR if options.get("vague") else TOO_DEAR
    if pair and pair.price > limit:
        services = []
    denied = cue.denied
    if cue.state in ("diverted", "transferred"):
        yield from _sent_elsewhere(unit, cue, pair if pair and pair.price <= TOO_DEAR else None, services, before)
        return
    if speakers and cue.state in ("degraded", "running") and "alone" in options or fold(cue.term).startswith(("recevoir", "accueillir")):
        for mention in speakers:
            if not denied:
                status = "degrade" if cue.state == "degraded" else "maintenu"
                yield _finding(unit, cue, None, (mention.service, status)), None, state
    if services:
        for mention in services:
            value = _value(unit, cue, mention, state, has_exception)
            if value is not None:
                yield _finding(unit, cue, mention, value), mention, state
        return
    if state == "restored" and _all_is_well(cue, pair):
        for mention in troubled:
            yield _finding(unit, cue, None, (mention.service, "retabli"), mention), None, state
        return
    if "as" in options and not services and not options.get("faint"):
        close = pair is not None and pair.price <= TOO_DEAR and pair.mentions[0].role == "place"
        if close and pair is not None:
            status = status_of(state, "telephonie", "tool", partial=False, deliberate=False)
            if status:
                yield _finding(unit, cue, pair.mentions[0], (str(options["as"]), status)), None, state
        return
    pronoun = _antecedent(unit, cue, before)
    if pronoun:
        for mention in pronoun:
            value = _value(unit, cue, mention, state, has_exception)
            if value is not None:
                yield _finding(unit, cue, None, value, mention), mention, state
        return
    if "alone" in options:
        if not denied:
            yield _finding(unit, cue, None, (str(options.get("alone_service", "si_global")), str(options["alone"]))), None, state
        return
    if pair and pair.price <= TOO_DEAR and not options.get("vague"):
        first = pair.mentions[0]
        generic = status_without_service(first.role, state, denied=denied)
        if first.role == "place":
            generic = _of_house(cue, first, state, generic)
        if generic is not None:
            yield _finding(unit, cue, pair.mentions[0], generic), None, state
    elif pair and pair.price <= TOO_DEAR and state == "running" and pair.mentions[0].role == "soins":
        yield _finding(unit, cue, pair.mentions[0], ("medecine", "maintenu")), None, state


def _announced(unit: Unit, cue: Cue) -> list[Mention]:
    """ "Prescriptions, admissions, comptes rendus : tout est bloqué": the list that a colon sums up."""
    colon = next((k for k in range(unit.i, cue.i) if unit.doc[k].text == ":"), None)
    if colon is None or any(is_finite(unit.doc[k]) for k in range(unit.i, colon)):
        return []
    listed = [m for m in unit.mentions if m.role == "service" and m.j <= colon]
    return listed if len(listed) > 1 else []


def _all_is_well(cue: Cue, pair: Pair | None) -> bool:
    """ "La panne est réparée", "tout est rentré dans l'ordre": whatever was in trouble is restored."""
    if pair is not None and pair.price <= TOO_DEAR:
        return pair.mentions[0].role in ("trouble", "everything")
    return fold(cue.term).startswith(("repare", "resolu", "regle", "rentre", "tout est rentre", "revenu(e)(s) a la normale", "fin de la panne", "incident clos"))


def _of_house(cue: Cue, house: Mention, state: str, generic: tuple[str, str] | None) -> tuple[str, str] | None:
    """A state told of the victim itself: of its only activity, when it is a maternity, a nursing home or a practice."""
    if house.service and state in ("closed", "limited"):
        return (house.service, "ferme" if state == "closed" else "partiel")
    if house.service == "soins_ville" and state == "stopped":
        return ("soins_ville", "suspendu")
    if generic and generic[1] == "suspendu" and any(w in ("partiellement", "presque", "quasiment", "partie", "quasi") for w in cue.before):
        return (generic[0], "degrade")
    return generic


def _state(cue: Cue) -> str | None:
    """The state told once denials are counted; None when the denial leaves nothing."""
    if cue.only and cue.state == "running" or cue.state == "running" and _share(cue):
        return "limited"
    if cue.state == "running" and cue.entry.options.get("said") and (cue.after[:1] in (("que",), ("qu'",)) or _noun(cue)):
        return None
    if cue.state == "running" and not cue.denied and "nouveau" in cue.after[:3]:
        return "restored"
    if not cue.denied:
        return cue.state
    override = cue.entry.options.get("not")
    if override == "none":
        return None
    if override == "same":
        return cue.state
    if cue.denied_plus and cue.state in ("stopped", "severed", "closed", "cut"):
        return "restored" if cue.voice != "active" and cue.dir != "intr" else OPPOSITE[cue.state]
    return OPPOSITE.get(cue.state)


def _noun(cue: Cue) -> bool:
    """ "La prise en charge" is what is done, not that it is done."""
    return fold(cue.term).startswith("pris") and cue.voice == "participle"


def _value(unit: Unit, cue: Cue, mention: Mention, state: str, has_exception: bool) -> tuple[str, str] | None:
    service = mention.service
    if state == "stopped" and cue.entry.options.get("lookup") and "access" in mention.entry.options:
        service = str(mention.entry.options["access"])
    if mention.share and state == "running" and service != "si_global":
        state = "limited"
    if mention.partial and state == "stopped" and "as" in cue.entry.options:
        state = "hampered"
    if mention.none and cue.denied and cue.state == "running":
        state = "stopped"
    if "as" in cue.entry.options and service not in ("telephonie", "samu_regulation", "messagerie"):
        if cue.entry.options.get("faint"):
            return None
        service, kind = str(cue.entry.options["as"]), "tool"
        status = status_of(state, service, kind, partial=mention.share, deliberate=False)
        return (service, status) if status else None
    if service == "si_global" and cue.denied and cue.entry.options.get("vague") and not _whole_system(mention):
        return None
    if mention.only and state == "running" and (service in _SHARED or fold(unit.doc.text[mention.start : mention.end]).endswith("vitales")):
        state = "limited"
    if mention.kind == "care" and state == "stopped" and _after_hours(unit):
        state = "limited"
    if service == "pharmacie_pui" and state == "stopped" and cue.entry.options.get("lookup"):
        state = "degraded"  # a pharmacy that no longer sees its stock still works
    if has_exception and state in ("closed", "stopped") and service == "urgences":
        state = "limited"
    if cue.denied and OPPOSITE.get(cue.state) == "running" and cue.entry.options.get("vague") and service in ("dpi",):
        return None  # files told untouched are no service that runs
    deliberate = cue.deliberate or _stopped_by_hand(unit, cue)
    deliberate = deliberate and not (cue.voice == "active" and attacked(unit, cue))
    if state == "cut" and not cue.deliberate and "par" in cue.after[:3] and any(
        True for _ in unit.marked("attacker", cue.end, cue.end + 40)
    ):
        state = "stopped"
    if state == "cut" and attacked(unit, cue) and cue.voice == "active" and not cue.deliberate:
        state = "stopped"
    if mention.entry.options.get("data") and state not in ("stopped", "affected", "disturbed"):
        return None
    partial = mention.partial if service == "si_global" or mention.kind == "care" else mention.share
    partial = partial or any(w in ("partiellement", "partie") for w in cue.before)
    without = bool(cue.entry.options.get("bare"))
    status = status_of(state, service, mention.kind, partial=partial, deliberate=deliberate, without=without)
    return (service, status) if status else None


_SHARED = frozenset(("bloc_chirurgie", "telephonie", "imagerie", "biologie", "consultations", "medecine"))


def _whole_system(mention: Mention) -> bool:
    return mention.wording.startswith(("systeme", "le systeme", "l'informatique", "son informatique", "reseau informatique", "le si", "si "))


def _stopped_by_hand(unit: Unit, cue: Cue) -> bool:
    """ "Les serveurs ont été arrêtés": people did it, unless the attack is named as the agent."""
    stopped = fold(cue.term).startswith(("arret", "stopp", "mis", "{mis"))
    passive = cue.voice == "passive" and "ete" in cue.before and "arret" in fold(unit.doc.text[cue.start : cue.end]) + "stopp"
    agent = any(True for _ in unit.marked("attacker", cue.end, cue.end + 40)) and "par" in cue.after[:2]
    return stopped and passive and not agent


def _share(cue: Cue) -> bool:
    """ "fonctionnaient à 50 %"."""
    doc_tokens = cue.after
    return any(t in ("%", "pour cent") for t in doc_tokens)


def _after_hours(unit: Unit) -> bool:
    """ "après 18 h", "passé 18 heures": stopped only a part of the day."""
    words = [fold(t.text) for t in unit.doc[unit.i : unit.j]]
    return any(
        w in ("apres", "passe", "dela") and any(x[:1].isdigit() for x in words[k + 1 : k + 3])
        and any(x in ("h", "heures", "heure") or (x[:1].isdigit() and "h" in x) for x in words[k + 1 : k + 4])
        for k, w in enumerate(words)
    )


def _speakers(unit: Unit) -> list[Mention]:
    """Services named only as those of who speaks ("la cheffe des urgences"); taken out of the unit's mentions."""
    out = []
    for mention in unit.mentions:
        before = fold(unit.doc[max(unit.i, mention.i - 7) : mention.i].text)
        if mention.role == "service" and _SPEAKER.search(before + " "):
            out.append(mention)
    unit.mentions = [m for m in unit.mentions if m not in out]
    return out


_SPEAKER = re.compile(
    r"\b(?:chefs?|cheffe|responsable|patronn?e?|direct(?:eur|rice)|medecin|infirmiere?|cadre|interne|praticien(?:ne)?|secretaire|coordinat(?:eur|rice)|dirige|professeur)"
    r" (?:du |des |de |d'|aux? |en |a )(?:la |l')?(?:(?:service|pole|departement|unite)s? (?:du |des |de |d')?(?:la |l')?)?$"
)


def _sent_elsewhere(
    unit: Unit, cue: Cue, pair: Pair | None, services: list[Mention], before: list[Mention]
) -> Iterator[tuple[Finding, Mention | None, str]]:
    if cue.denied and not cue.denies_itself:
        return
    care = [m for m in services if m.kind == "care" and m.service not in _CARRIERS]
    care = _patients_of(unit, cue) or care or _object_of(unit, cue)
    role = pair.mentions[0].role if pair else ""
    if cue.state == "diverted" and not _somewhere(unit, cue) or (services and not care and cue.voice == "passive"):
        if all(m.service == "transferts_patients" for m in services) and _somewhere(unit, cue):
            yield _finding(unit, cue, services[0], ("urgences", "reoriente")), None, cue.state
        return
    if care:
        for mention in care:
            yield _finding(unit, cue, mention, (mention.service, "reoriente")), mention, cue.state
    elif cue.state == "transferred":
        if role == "patients" or services or (pair is None and _people(unit)):
            yield _finding(unit, cue, pair.mentions[0] if pair else None, ("transferts_patients", "reoriente")), None, cue.state
    elif role in ("patients", "") or services:
        back = [m for m in before if m.kind == "care" and m.service not in _CARRIERS]
        same = [m for m in back if unit.i <= m.i < cue.i]
        these = any(fold(t.text) in ("ces", "ceux", "concernes", "celles") for t in unit.doc[max(unit.i, cue.g - 8) : cue.i])
        called = any(m.service in _CARRIERS for m in unit.mentions)
        service = same[-1].service if same else back[0].service if back and (these or not called and cue.dir == "noun") else "urgences"
        yield _finding(unit, cue, pair.mentions[0] if pair else None, (service, "reoriente")), None, cue.state


_CARRIERS = frozenset(("samu_regulation", "smur", "transferts_patients"))


def _patients_of(unit: Unit, cue: Cue) -> list[Mention]:
    """ "six patients transférés : trois de réanimation, trois nouveau-nés": the list after the colon says whose."""
    colon = next((k for k in range(cue.j, min(unit.j, cue.j + 8)) if unit.doc[k].text == ":"), None)
    if colon is None:
        return []
    return [m for m in unit.mentions if m.role == "service" and m.i > colon and m.kind == "care" and m.service not in _CARRIERS]


def _object_of(unit: Unit, cue: Cue) -> list[Mention]:
    """ "le Samu a réorienté une partie des urgences": what follows the active verb."""
    if cue.voice not in ("active", "infinitive"):
        return []
    return [
        m for m in unit.mentions
        if m.role == "service" and m.kind == "care" and m.service not in _CARRIERS and 0 <= m.i - cue.j <= 6
        and not any(fold(t.text) == "vers" for t in unit.doc[cue.j : m.i])
    ]


def _somewhere(unit: Unit, cue: Cue) -> bool:
    """Whether patients are sent to a house or a town, not to a telephone number or a web page."""
    doc = unit.doc
    near = doc[cue.j : min(unit.j, cue.j + 10)]
    words = {fold(t.text) for t in near}
    if words & {"numero", "page", "pages", "site", "formulaire", "plateforme", "images", "lien"}:
        return False
    aim = fold(doc[cue.i : cue.j].text).split()[-1] in ("vers", "dans", "a")
    return not aim or bool(words & _HOUSES) or any(t.pos_ == "PROPN" or t.text[:1].isupper() for t in near)


_HOUSES = frozenset(
    "autre autres ailleurs voisin voisins voisine voisines prive privé structures structure etablissement etablissements hopital hopitaux "
    "clinique cliniques chu maison maternite urgences medecine region departement public".split()
)


def _people(unit: Unit) -> bool:
    return any(m.role == "patients" for m in unit.mentions)


def _antecedent(unit: Unit, cue: Cue, before: list[Mention]) -> list[Mention]:
    """The services a subject pronoun stands for ("elles ont rouvert"), when gender and number agree."""
    doc = unit.doc
    for k in range(cue.g - 1, max(unit.i, cue.g - 1) - 1, -1):
        word = fold(doc[k].text)
        if word not in _PRONOUNS:
            continue
        plural, feminine = word.endswith("s") or word == "ceux", word.startswith(("elle", "celle"))
        fitting = []
        for mention in before:
            head = doc[mention.i : mention.j].root
            gender, number = head.morph.get("Gender"), head.morph.get("Number")
            many = "Plur" in number or len(before) > 1
            if many == plural and ("Fem" in gender) == feminine:
                fitting.append(mention)
        return fitting
    return []


def _excepted(unit: Unit) -> list[Mention]:
    """Services named as exceptions ("sauf les urgences"); they are taken out of the unit's mentions."""
    out: list[Mention] = []
    doc = unit.doc
    for mark in unit.marks.get("exception", ()):
        for mention in unit.mentions:
            if mark.end <= mention.start and mention not in out:
                between = fold(doc.text[mark.end : mention.start])
                linked = out and out[-1].end <= mention.start and len(fold(doc.text[out[-1].end : mention.start]).split()) <= 3
                if len(between.split()) <= 5 or linked:
                    out.append(mention)
    unit.mentions = [m for m in unit.mentions if m not in out]
    return out


def _exceptions(unit: Unit, excepted: list[Mention], states: list[tuple[Cue, str, Mention]]) -> Iterator[Finding]:
    if not states:
        return
    for mention in excepted:
        if mention.role != "service":
            continue
        cue, state, base = min(states, key=lambda s: abs(s[0].i - mention.i))
        if base.service == mention.service or any(m.service == mention.service for _, _, m in states):
            continue
        if state == "running":
            status = "reporte" if base.service == "consultations" else "suspendu"
        elif OPPOSITE.get(state) == "running":
            status = "maintenu"
        else:
            continue
        start, end = min(cue.start, mention.start), max(cue.end, mention.end)
        yield Finding(FIELD, (mention.service, status), start, end, f"exception : {cue.entry.id}")


def _finding(unit: Unit, cue: Cue, mention: Mention | None, value: tuple[str, str], named: Mention | None = None) -> Finding:
    start = min(cue.start, mention.start) if mention else cue.start
    end = max(cue.end, mention.end) if mention else cue.end
    bare = bool(cue.entry.options.get("bare")) and mention is not None and mention.kind == "care"
    weight = 0.3 if cue.entry.options.get("faint") or bare else 1.0 if mention else 0.8
    rejected = None
    flags = unit.doc[cue.i].sent._.flags
    if cue.possible:
        rejected = "effet possible ou à venir, non constaté"
    elif "general" in flags:
        rejected = "remarque générale"
    elif "exercise" in flags:
        rejected = "exercice"
    elif "question" in flags:
        rejected = "question"
    wording = mention or named
    name = f"{cue.entry.id}" + (" (nié)" if cue.denied else "")
    rule = f"{fold(unit.doc.text[wording.start : wording.end])} + {name}" if wording else name
    return Finding(FIELD, value, start, end, rule, rejected, weight)
