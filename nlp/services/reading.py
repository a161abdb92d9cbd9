"""From paired cues to findings, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc

from nlp.document import Finding
from nlp.services.codas import codas, levels, take_codas
from nlp.services.cues import understand
from nlp.services.denials import denials
from nlp.services.elsewhere import sent_elsewhere
from nlp.services.findings import FIELD, finding_of
from nlp.services.grammar import words
from nlp.services.lists import groups
from nlp.services.mentions import units
from nlp.services.pairing import TOO_DEAR, Pair, fronted, pairs
from nlp.services.sentence import Cue, Mention, Unit, is_finite
from nlp.services.states import OPPOSITE, status_of, status_without_service
from nlp.services.told import (
    Told,
    ails_no_more,
    all_is_well,
    announced,
    antecedent,
    attending,
    beside,
    detailed,
    excepted,
    exceptions,
    noted,
    speakers,
    summed_up,
    the_others,
    tools_cut_off,
    troubled,
    well_where,
)
from nlp.services.urgent import urgent_only
from nlp.services.victim import (
    OWN_CARE,
    house_names,
    is_insurer,
    is_outage,
    is_publisher,
    name_products,
    name_psychiatry,
    not_services,
    own_care,
    own_service,
    victim_kind,
)
from nlp.services.worth import in_part, state_told, value
from reference.folding import fold

_ALONE_DEAR = 2.6
_VAGUE_DEAR = 2.8
_LIKEWISE = words("likewise")
_FATE = words("fate")
# a publisher's customers work with paper and pen
_AT_CUSTOMERS = (("si_global", "degrade"), ("soins_ville", "suspendu"))
_SAFETY = re.compile(r"\b(?:securite|sante) des (?:patients|malades)$")
_BRINGING = ("condui", "amen", "emmen", "transport", "achemin", "adress", "orient", "envo")
_FROM_HOME = re.compile(r"télétravail|de chez (?:eux|elles)|à distance|depuis leur domicile|à domicile", re.IGNORECASE)
# "des lignes de remplacement ont été ouvertes"
_OPENED = re.compile(
    r"\b(?:ouvert|mis(?:e|es)? en place|activé|communiqué|instauré|mis(?:e|es)? en service)", re.IGNORECASE
)
# a finding, the mention it rests on (when a service is named) and the state told
_Reading = tuple[Finding, Mention | None, str]


def read(doc: Doc, seen: list[Unit]) -> Iterator[Finding]:
    """The findings of the Doc, rejected ones included. `Finding.value` is (service, status). Its sentences go to `seen`."""
    before: list[Mention] = []
    history: list[Mention] = []
    speaking: list[Mention] = []
    left = 0
    last: tuple[Cue, str] | None = None
    house = victim_kind(doc)
    care = own_care(doc, house)
    names, insurer, outage = house_names(doc), is_insurer(doc), is_outage(doc)
    publisher, own = is_publisher(doc), own_service(doc)
    for unit in units(doc):
        seen.append(unit)
        _name_house(unit, house)
        not_services(unit, names, insurer)
        if publisher:
            name_products(unit)
        if care == "psychiatrie":
            name_psychiatry(unit)
        unit.outage, unit.own = outage, own
        spared = excepted(unit)
        heard = speakers(unit)
        speaking, left = (heard, 3) if heard else (speaking, left - 1) if left > 1 else ([], 0)
        unit.cues.extend((*denials(unit), *levels(unit)))
        unit.cues.sort(key=lambda c: c.i)
        understand(unit)
        told: list[Mention] = []
        states: list[tuple[Cue, str, Mention]] = []
        closing = take_codas(unit)
        found = pairs(unit)
        alike, opposed = codas(closing, found)
        for cue, pair in _with_pairs(unit, found + alike):
            ailing = frozenset(m.service for m in history)
            context = Told(told or before, spared, speaking, troubled(history), ailing)
            for finding, mention, state in _of_cue(unit, cue, pair, context):
                if care != "medecine" and finding.value == ("medecine", "maintenu") and mention is None:
                    finding = replace(finding, value=(care, "maintenu"))
                if publisher and finding.value in _AT_CUSTOMERS and mention is None:
                    finding = replace(finding, value=("soins_ville", "degrade"))
                yield finding
                if mention is not None and finding.rejected is None:
                    told.append(mention)
                    states.append((cue, state, mention))
                    if state not in ("running", "restored"):
                        history.append(mention)
                elif finding.rejected is None and finding.value[0] == "activite_programmee":
                    # "toutes les prises en charge, à l'exception des urgences"
                    states.extend((cue, state, m) for m in unit.mentions if m.role == "soins")
        if spared and not states:
            # "hormis les urgences, tous les services sont fermés"
            whole = [p for p in found if p.price <= TOO_DEAR and p.mentions[0].role in ("soins", "everything")]
            states = [(p.cue, p.cue.state, p.mentions[0]) for p in whole if not p.cue.denied and not p.cue.possible]
        yield from exceptions(FIELD, spared, states)
        yield from _opposed(unit, opposed)
        if states:
            last = states[-1][:2]
        elif last is not None:
            yield from _likewise(unit, *last)
        named = [m for m in unit.mentions if m.role == "service"]
        if named or told:
            before = told or named[:2]


def _name_house(unit: Unit, house: str | None) -> None:
    """The word that names the victim's kind of house means the whole house in this article."""
    for mention in unit.mentions:
        if house and mention.entry.options.get("site") == house:
            mention.role = "place"
            mention.service = OWN_CARE.get(house, "")


def _with_pairs(unit: Unit, found: list[Pair]) -> list[tuple[Cue, Pair | None]]:
    out: list[tuple[Cue, Pair | None]] = []
    for cue in unit.cues:
        mine = [p for p in found if p.cue is cue]
        out.extend((cue, p) for p in mine)
        if not mine:
            out.append((cue, None))
    return out


def _opposed(unit: Unit, found: list[Pair]) -> Iterator[Finding]:
    """ "Le téléphone fonctionne, la messagerie non"."""
    for pair in found:
        state = OPPOSITE.get(state_told(pair.cue) or "")
        worth = value(unit, pair.cue, pair.mentions[0], state, []) if state else None
        if worth is not None:
            yield finding_of(unit, pair.cue, pair.mentions[0], worth)


def _likewise(unit: Unit, cue: Cue, state: str) -> Iterator[Finding]:
    """ "Les consultations aussi.": no verb, the state is that of the sentence before."""
    if unit.cues or not unit.mentions or unit.mentions[0].role != "service":
        return
    if not any(t.is_punct or t.is_space for t in unit.doc[unit.mentions[-1].j : unit.j]):
        return  # a heading: what follows says what of them
    said = [fold(t.text) for t in unit.doc[unit.i : min(unit.j, unit.i + 6)]]
    with_it = said[:1] == ["avec"] and said[1:2] in (["lui"], ["elle"], ["eux"], ["elles"])
    same = (said[:1] == ["meme"] and bool(set(said[1:2]) & _FATE)) or said[:3] == ["de", "meme", "pour"]
    verb = not same and any(is_finite(t) for t in unit.doc[unit.i : unit.mentions[0].j + 4])
    if (with_it or same or set(said) & _LIKEWISE) and not verb:
        for mention in next(group for group in groups(unit) if unit.mentions[0] in group):
            worth = value(unit, cue, mention, state, [])
            if worth is not None:
                yield Finding(FIELD, worth, mention.start, mention.end, f"{mention.wording} + {cue.entry.id} (de même)")


def _of_cue(unit: Unit, cue: Cue, pair: Pair | None, context: Told) -> Iterator[_Reading]:
    options = cue.entry.options
    if "alone_only" in options:
        listed = announced(unit, cue) if cue.state == "running" and not cue.denied else []
        for each in listed:  # "Blocs, maternité, urgences : l'activité est normale"
            yield finding_of(unit, cue, each, (each.service, "maintenu")), each, "running"
        if listed:
            return
        for each in tools_cut_off(unit, cue, list(pair.mentions) if pair and pair.price <= 3 else [], context.before):
            yield finding_of(unit, cue, each, (each.service, "coupe_preventif")), each, "cut"
            return
        pair = None
    near = pair if pair and pair.price <= TOO_DEAR else None
    if near and near.mentions[0].elsewhere:
        return
    if cue.voice == "active" and any(
        m.role == "place" and m.elsewhere and 0 <= cue.g - m.j <= 5 for m in unit.mentions
    ):
        return  # "le CHU voisin, lui, n'a annulé aucune opération"
    state = state_told(cue)
    if "service" in options:
        yield from urgent_only(unit, cue, pair)
        return
    if state is None:
        bringing = cue.denied_plus and cue.state == "diverted" and cue.said.startswith(_BRINGING)
        if bringing and any(m.role == "patients" for m in unit.mentions):
            # "ne plus conduire de patients à l'hôpital"
            yield finding_of(unit, cue, None, ("urgences", "reoriente")), None, cue.state
        return
    if (
        state == "running"
        and not cue.denied
        and pair
        and any(ails_no_more(unit, cue, m, context) for m in pair.mentions)
    ):
        state = "restored"
    services = _services(unit, cue, pair, near, context)
    if not services and near and near.mentions[0].role == "patients" and near.mentions[0].j <= cue.g:
        services = attending(unit, near.mentions[0], cue)
    if cue.state in ("diverted", "transferred"):
        if not cue.denied or cue.denies_itself:
            for mention, worth in sent_elsewhere(unit, cue, near, services, context.before):
                named = mention if mention is not None and mention.role == "service" else None
                yield finding_of(unit, cue, mention, worth), named, cue.state
        return
    at_large = "alone" in options or fold(cue.term).startswith(("recevoir", "accueillir"))
    named_here = any(m.role == "service" and m.free and m.j <= cue.g for m in unit.mentions)
    if at_large and not services and not named_here and not cue.denied and cue.state in ("degraded", "running"):
        for mention in context.speakers:
            status = "degrade" if cue.state == "degraded" else "maintenu"
            yield finding_of(unit, cue, None, (mention.service, status), mention), None, state
    if cue.state == "degraded" and "alone" in options and not cue.denied:
        for mention in _also_degraded(unit, cue, services):
            yield finding_of(unit, cue, mention, (mention.service, "degrade")), mention, state
        if not services and any(m.service == "soins_ville" for m in unit.mentions):
            return  # "le papier a repris du service dans les cabinets": theirs, no hospital's
    if services:
        if state == "running" and (house := beside(unit, services[0])):
            yield finding_of(unit, cue, house, ("medecine", "maintenu")), None, state
        for mention in services:
            worth_it = value(unit, cue, mention, state, context.spared)
            if worth_it is not None:
                yield finding_of(unit, cue, mention, worth_it), mention, state
        return
    yield from _without_service(unit, cue, pair, near, state, context)


def _also_degraded(unit: Unit, cue: Cue, services: list[Mention]) -> list[Mention]:
    """Of which services it is told besides: a place at the head, what is listed after, the practices named."""
    if services and services[0].kind == "tool":
        return noted(unit, cue)  # "dans nos Ehpad, les prescriptions sont recopiées": where, not what
    at_work = "at_work" not in cue.entry.options or unit.marks.get("work")
    ahead = [m for m in unit.mentions if m.role == "service" and m.kind == "care" and fronted(unit, m)]
    practices = [m for m in unit.mentions if m.service == "soins_ville" and not services and at_work]
    found = dict.fromkeys(map(id, services))
    return [
        m for m in (*ahead, *noted(unit, cue), *practices) if id(m) not in found and not found.update({id(m): None})
    ]


def _services(unit: Unit, cue: Cue, pair: Pair | None, near: Pair | None, context: Told) -> list[Mention]:
    """The services the cue tells of: those paired with it, or those a summing-up word stands for."""
    if pair is None:
        return announced(unit, cue) if "alone" in cue.entry.options and cue.state == "running" else []
    first, options = pair.mentions[0], cue.entry.options
    if first.role == "resume":
        said = [m for m in unit.mentions if m.role == "service" and m.end <= first.start]
        return (said or context.before) if near else []
    if first.role == "others":
        return the_others(unit, first) if near else []
    house = first.role == "place" and cue.state == "running"
    summing = house or first.role in ("soins", "everything", "void") or first.service == "si_global"
    if summing and near and (listed := announced(unit, cue)):
        return listed  # "Dialyse, coronarographie, blocs : les appareils marchent"
    if (listed := detailed(unit, cue)) and cue.dir in ("verb", "adj", "intr"):
        return listed
    limit = _ALONE_DEAR if "alone" in options else _VAGUE_DEAR if options.get("vague") else TOO_DEAR
    if pair.price > limit:
        return []
    return [m for m in pair.mentions if m.role == "service" and not m.elsewhere]


def _without_service(
    unit: Unit, cue: Cue, pair: Pair | None, near: Pair | None, state: str, context: Told
) -> Iterator[_Reading]:
    """No service stands by the cue: a pronoun, the house, care in general, or the cue speaks for itself."""
    options = cue.entry.options
    if cue.denied and cue.state == "restored" and near and near.mentions[0].role == "everything":
        return  # "rien n'est réglé"
    if state == "restored" and not cue.denied and cue.dir == "intr":
        for mention in well_where(unit, cue):
            yield finding_of(unit, cue, mention, (mention.service, "retabli")), mention, state
            near = None
        if near is None and well_where(unit, cue):
            return
    if state == "restored" and all_is_well(cue, pair):
        everything = (pair is not None and pair.mentions[0].role == "everything") or cue.said.startswith("tout ")
        for mention in context.troubled:
            yield finding_of(unit, cue, None, (mention.service, "retabli"), mention), None, state
        if everything and not context.troubled:
            yield finding_of(unit, cue, None, ("si_global", "retabli")), None, state
        return
    if "as" in options and options.get("faint"):
        if "dedie" not in cue.said and _OPENED.search(unit.text, unit.doc[unit.i].idx, unit.doc[unit.j - 1].idx):
            yield finding_of(unit, cue, None, (str(options["as"]), "degrade")), None, state
        return
    if "as" in options:
        status = status_of(state, str(options["as"]), "tool", partial=False, deliberate=False)
        if near and near.mentions[0].role == "place" and status:
            yield finding_of(unit, cue, near.mentions[0], (str(options["as"]), status)), None, state
        return
    if fold(cue.term).startswith("tout") and not cue.denied:
        for mention in summed_up(unit, cue):
            worth = value(unit, cue, mention, state, [])
            if worth is not None:
                yield finding_of(unit, cue, mention, worth), mention, state
    meant = (
        []
        if options.get("bare")
        else [m for m in antecedent(unit, cue, context.before) if m.service in options.get("of", (m.service,))]
    )
    for mention in meant:
        if state == "running" and not cue.denied and ails_no_more(unit, cue, mention, context):
            state = "restored"
        worth = value(unit, cue, mention, state, context.spared)
        if worth is not None:
            yield finding_of(unit, cue, None, worth, mention), mention, state
    if meant:
        return
    if cue.entry.id == "session fermée" and _FROM_HOME.search(
        unit.text, unit.doc[unit.i].idx, unit.doc[unit.j - 1].idx
    ):
        return  # the way in from outside, not the system
    if near and near.mentions[0].wording.startswith("accueil") and cue.state == "degraded" and not cue.denied:
        # who arrives is written down by hand
        yield finding_of(unit, cue, near.mentions[0], ("rdv_admission", "degrade")), None, state
    if "alone" in options:
        at_work = any(m.end <= cue.start or cue.end <= m.start for m in unit.marks.get("work", ()))
        if not cue.denied and (at_work or "at_work" not in options):
            worth = (str(options.get("alone_service", "si_global")), str(options["alone"]))
            yield finding_of(unit, cue, None, worth), None, state
    elif near:
        first = near.mentions[0]
        if cue.entry.id == "plus long" and any(
            m.role == "service" and m.kind == "care" and m.free and m.j <= cue.i for m in unit.mentions
        ):
            return  # "aux urgences, les délais de prise en charge s'allongent": theirs
        worth = status_without_service(first.role, state, denied=cue.denied)
        if first.role == "everything" and cue.state == "postponed" and cue.denied:
            worth = ("activite_programmee", "maintenu")  # "rien n'est déprogrammé"
        if first.role == "place":
            worth = _of_house(cue, first, state, worth)
        if first.role == "patients" and "securite" in fold(cue.term):
            return  # patients safe is no service running
        safe = fold(unit.text[max(0, first.start - 14) : first.end])
        if _SAFETY.search(safe) and (cue.denied or cue.denies_itself):
            return
        if worth is not None and (not options.get("vague") or (state == "running" and first.role == "soins")):
            yield finding_of(unit, cue, first, worth), None, state


def _of_house(cue: Cue, house: Mention, state: str, generic: tuple[str, str] | None) -> tuple[str, str] | None:
    """A state told of the victim itself: of its only activity, when it is a maternity, a nursing home or a practice."""
    if house.service and state in ("closed", "limited"):
        return (house.service, "ferme" if state == "closed" else "partiel")
    if cue.state == "running" and state == "limited" and "%" in cue.after:
        return ("medecine", "partiel")  # "l'hôpital tourne à 60 % de ses capacités"
    if house.service == "soins_ville" and state == "stopped":
        return ("soins_ville", "suspendu")
    if generic and generic[1] == "suspendu" and (in_part(cue) or cue.said.endswith("en panne")):
        return (generic[0], "degrade")
    return generic
