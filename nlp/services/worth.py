"""What a cue is worth for a service: the state once denials are counted, then the status of the vocabulary."""

from __future__ import annotations

import re

from nlp.services.cues import attacked
from nlp.services.grammar import words
from nlp.services.sentence import Cue, Mention, Unit
from nlp.services.states import OPPOSITE, status_of
from reference.folding import fold

# services of which "only" some work means that most do not
SHARED = frozenset(("bloc_chirurgie", "telephonie", "imagerie", "biologie", "consultations", "medecine"))
_WHOLE_LINES = frozenset(("telephone", "telephones", "telephonie", "standard", "standard telephonique"))
_A_TIMES = re.compile(r"\b(?:jours|semaines|mois|annees|ans|milliers|centaines) d(?:e|') ?$")
_NEW_ONES = re.compile(
    r"\b(?:creation|modification|mise a jour|creer|modifier|nouveaux)(?: (?:de|des|d'|les|un|nouveaux|tout|nouveau))* ?$"
)
_SAFE = ("intact", "indemne", "a l'abri", "en securite", "hors de danger", "preserve", "epargne", "en bon etat")
_UNREACHED = ("hors d'atteinte", "hors de portee")  # by the staff, or, of data, by the thieves
_ENTERED = ("compromis", "pirat", "concern")
_TO_CALL = ("joindre", "contacter", "appeler", "telephoner")
_CALLED = frozenset(("telephonie", "samu_regulation", "messagerie"))
_WHOLE_SYSTEM = (
    "systeme", "le systeme", "l'informatique", "son informatique", "reseau informatique", "le si", "si ",
    "application", "logiciel",
)  # fmt: skip
_STOPS = frozenset(",;:.!?()\n")
_IN_PART = words("in_part")
_BEDS = words("beds")
_PLANNED = frozenset(("consultations", "bloc_chirurgie", "imagerie", "radiotherapie", "medecine"))
_OUTSIDE = frozenset(("exterieur", "exterieurs", "exterieure", "exterieures"))
_THOSE = frozenset((("qui",), ("que",), ("qu'",), ("dont",)))
_AT_TIMES = frozenset(("intermittence", "moments", "hasard", "coups"))
# how appointments are booked, not whether they are kept
_WRITTEN_DOWN = frozenset(("sur papier", "papier", "par téléphone"))


# "fonctionne, mais seulement pour les urgences", "tournent uniquement en cas d'urgence"
_ONLY_FOR = re.compile(
    r"(?:normalement )?(?:, )?(?:mais |et |quoique )?(?:seulement|uniquement|exclusivement) (?:pour|en cas|dans|sur|aux?|les|le|de|a)\b|"
    r", mais (?:que|qu'|rien que|a titre exceptionnel|au compte)\b"
)


def state_told(cue: Cue) -> str | None:
    """The state told once denials are counted; None when the words leave nothing."""
    options = cue.entry.options
    if cue.state == "running":
        if cue.only and _AT_TIMES & set(cue.after):
            return None  # "ne répond que par intermittence": told by these words
        if cue.only or any(t in ("%", "pour cent") for t in cue.after):
            return "limited"
        if cue.after[:1] in (("celles",), ("ceux",)) and cue.after[1:2] in _THOSE:
            return "limited"  # "les consultations, il maintient celles qui ne peuvent attendre"
        if options.get("said") and (cue.after[:1] in (("que",), ("qu'",)) or _noun(cue)):
            return None
        if not cue.denied and _ONLY_FOR.match(" ".join(cue.after)):
            return "limited"
        if not cue.denied and "nouveau" in cue.after[:3]:
            return "restored"
    if not cue.denied:
        return cue.state
    if cue.not_wholly and cue.state in ("running", "restored"):
        return "hampered"
    if cue.not_wholly and cue.state in ("stopped", "closed"):
        return "limited"  # "n'a pas complètement fermé"
    if cue.state == "running" and fold(cue.term).startswith("epargn"):
        return "affected"  # "n'a pas épargné le Samu"
    if options.get("not") == "none":
        return None
    if cue.denied_plus and cue.state in ("stopped", "severed", "closed", "cut"):
        return "restored" if cue.voice != "active" and cue.dir != "intr" else OPPOSITE[cue.state]
    return OPPOSITE.get(cue.state)


def _noun(cue: Cue) -> bool:
    """ "La prise en charge" is what is done, not that it is done."""
    return fold(cue.term).startswith("pris") and cue.voice in ("participle", "active")


def value(unit: Unit, cue: Cue, mention: Mention, state: str, spared: list[Mention]) -> tuple[str, str] | None:
    """(service, status) of this state of this service; None when it tells nothing.

    `spared`: what the sentence excepts ("fermées sauf pour …").
    """
    options, service = cue.entry.options, mention.service
    if _conceded(unit, cue, mention) or (state == "restored" and _to_come(unit, cue)):
        return None
    if "as" in options and service == "si_global":
        return None  # "ne passe plus par l'ordinateur"
    passing = mention.kind == "back" and fold(cue.term).startswith("ne pass")  # "le tiers payant ne passe plus"
    if "as" in options and service not in _CALLED and mention.kind != "tool" and not passing:
        # "les urgences sont injoignables": it is their telephone
        if options.get("faint"):
            return None
        service = str(options["as"])
        status = status_of(_shaded(unit, cue, mention, state), service, "tool", partial=mention.share, deliberate=False)
        return (service, status) if status else None
    reached = state == "stopped" and options.get("lookup")
    if (reached or cue.entry.id in _WRITTEN_DOWN) and "access" in mention.entry.options:
        service = str(mention.entry.options["access"])
    if state == "stopped" and mention.kind != "tool" and _called(unit, cue, mention):
        return ("telephonie", "suspendu")  # "impossible de joindre les Ehpad": it is their telephone
    if cue.entry.id in mention.entry.options.get("else_of", ()):
        return (str(mention.entry.options["else"]), "degrade") if state == "degraded" else None
    if options.get("vague") and not cue.denied and service == unit.own and mention.wording == "laboratoires":
        return None  # "ses laboratoires ont été visés": the victims themselves
    if mention.wording == "appareils" and service == "si_global" and state == "running":
        return None  # which ones is not said
    if (
        mention.wording == "ambulances"
        and state == "stopped"
        and fold(cue.term).startswith(("accueill", "recev", "recoi"))
    ):
        return ("urgences", "reoriente")
    if cue.denied and options.get("vague") and not _runs_if_spared(mention):
        return None
    entered = cue.entry.id == "touché" and fold(cue.term).startswith(_ENTERED)
    if entered and (service in ("messagerie", "dpi") or (fold(cue.term).startswith("compromis") and _of_files(unit))):
        return None  # "leurs données compromises", "la messagerie d'un médecin piratée": what was got, not what stopped
    if cue.state == "postponed" and cue.voice == "active" and _own_patient(unit, cue):
        return None
    if mention.wording == "acces" and (cue.state in ("cut", "closed", "limited") or "verrouill" in cue.said):
        return None  # "les accès ont été verrouillés": the way the thieves came
    if cue.state == "cut" and cue.voice == "participle" and cue.said.startswith(("cloisonn", "segment")):
        return None  # "le logiciel, cloisonné, n'a rien eu": how it is built
    if cue.entry.id == "perdu" and _A_TIMES.search(fold(unit.text[max(0, mention.start - 20) : mention.start])):
        return None  # "deux mois de courriels sont perdus": what was stored, not the tool
    if cue.entry.id == "assuré" and _capacity(unit, cue):
        return None
    if cue.entry.id == "reparti" and any(m.role == "patients" and m.i < cue.i for m in unit.mentions):
        return None  # "un patient venu pour une coloscopie est reparti"
    if cue.state == "affected" and fold(cue.term).startswith("concern") and _of_files(unit):
        return None  # "sont concernés les fichiers de la maternité"
    if (service == "dpi" or mention.kind == "back") and _only_safe(unit, cue, mention):
        return None
    if mention.entry.options.get("data") and not _of_data(cue, mention, state):
        return None
    if state == "stopped" and mention.kind == "care":
        state = str(options.get("care", state))
    if state == "closed" and _BEDS & set(cue.after) and cue.voice in ("active", "infinitive"):
        state = "limited"  # "a fermé la moitié de ses lits"
    state = _shaded(unit, cue, mention, state)
    excepted = spared if service == "urgences" else [m for m in spared if m.service == "urgences"]
    if excepted and state in ("closed", "stopped") and mention.kind == "care":
        state = "limited"
    if (
        service == "dpi"
        and state == "stopped"
        and _NEW_ONES.search(fold(unit.text[max(0, mention.start - 25) : mention.start]))
    ):
        return (service, "partiel")  # "la création de dossiers est impossible": those that are there can be read
    partial = mention.partial if service == "si_global" or mention.kind == "care" else mention.share
    status = status_of(
        state,
        service,
        mention.kind,
        partial=partial or any(w in ("partiellement", "partie") for w in cue.before),
        deliberate=not cue.denied and cue.state != "restored" and _on_purpose(unit, cue),
        without=bool(options.get("bare")),
    )
    return (service, status) if status else None


_DESPITE = re.compile(r"\W*(?:mais |et )?(?:malgre|en depit d[eu']|outre|hormis|en dehors d[eu']) [^,;:.!?]{3,120},")
_RETURN = ("reprise", "reouverture", "retour", "retablissement", "redemarrage", "relance")
_EXPECTED = re.compile(
    r"[^.;:!?]{0,70}?\b(?:est|sont|serait|seraient) (?:desormais |toutefois |seulement )?"
    r"(?:prevue?s?|attendue?s?|esperee?s?|envisagee?s?|programmee?s?|annoncee?s? pour)\b"
)


def _conceded(unit: Unit, cue: Cue, mention: Mention) -> bool:
    """ "Malgré le report des consultations, les urgences fonctionnent": each is told of its own side of the comma."""
    start = unit.doc[unit.i].idx
    found = _DESPITE.match(fold(unit.text[start : start + 160]))
    if found is None:
        return False
    end = start + found.end()
    return (unit.doc[mention.i].idx < end) != (cue.start < end)


def _to_come(unit: Unit, cue: Cue) -> bool:
    """ "Une reprise des consultations est prévue dès mardi": not yet."""
    said = fold(unit.text[cue.start : cue.end + 100])
    return said.startswith(_RETURN) and bool(_EXPECTED.match(said))


def _only_safe(unit: Unit, cue: Cue, mention: Mention) -> bool:
    """Files told safe or out of the thieves' reach: no tool is told to run."""
    said = fold(cue.term)
    if said.startswith(_UNREACHED):
        return mention.kind == "back" or bool(mention.entry.options.get("data"))
    if said.startswith(_SAFE):
        return mention.kind != "back" or _of_files(unit)
    return mention.kind == "back" and cue.denied and bool(cue.entry.options.get("vague")) and _of_files(unit)


def _called(unit: Unit, cue: Cue, mention: Mention) -> bool:
    near = unit.doc[max(cue.i, mention.i - 5) : mention.i]
    return any(fold(t.text).startswith(_TO_CALL) for t in near)


_FILES = re.compile(
    r"\b(?:donnees?|fichiers?|documents?|fuites?|exfiltr\w+|publie\w*|informations (?:personnelles|medicales))\b"
)


def _of_files(unit: Unit) -> bool:
    """Whether this sentence or the text shortly before speaks of data: then whose data, not what stopped."""
    start = unit.doc[unit.i].idx
    return bool(_FILES.search(fold(unit.text[max(0, start - 200) : unit.doc[unit.j - 1].idx])))


_TAKES = ("accueill", "heberg", "prend en charge", "prennent en charge", "soign", "recoi")
# "accueille une soixantaine de résidents", "prend en charge chaque jour plus de 15 000 patients"
_MANY = re.compile(
    r"[^.;:!?]{0,30}?\b(?:\d[\d .]*|(?:un |une )?\w+aines? d|cent|mille|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|"
    r"quinze|seize|vingt|trente|quarante|cinquante|soixante|milliers d|millions? d)"
)


def _capacity(unit: Unit, cue: Cue) -> bool:
    """How many a house takes at any time, told with no word of these days: its size, no state."""
    if cue.voice != "active" or cue.denied or cue.only or not fold(cue.term).startswith(_TAKES):
        return False
    rest = fold(unit.text[cue.end : min(unit.doc[unit.j - 1].idx, cue.end + 70)])
    return bool(_MANY.match(rest)) and not _THESE_DAYS.search(rest)


_THESE_DAYS = re.compile(r"\b(?:toujours|encore|malgre|normalement|actuellement|comme d|tout de meme|quand meme)\b")


def _own_patient(unit: Unit, cue: Cue) -> bool:
    """ "Une patiente a annulé son rendez-vous": it is not the house that did."""
    return any(m.role == "patients" and m.j <= cue.g and cue.g - m.j <= 3 and m.free for m in unit.mentions)


def _of_data(cue: Cue, mention: Mention, state: str) -> bool:
    """Data are a record out of reach or damaged ("les informations de santé sont touchées"), never one that leaked."""
    if state == "stopped":
        return not cue.entry.options.get("bare")  # "pas de données de santé dans la nature"
    named_after = mention.i >= cue.j and cue.voice in ("passive", "participle")
    return state in ("affected", "disturbed") and not named_after


def _runs_if_spared(mention: Mention) -> bool:
    """Files or servers told untouched are no service that runs; the information system told untouched is."""
    if mention.service == "si_global":
        return mention.wording.startswith(_WHOLE_SYSTEM)
    return mention.service != "dpi"


def _shaded(unit: Unit, cue: Cue, mention: Mention, state: str) -> str:
    """The state, given how much of the service is meant and who did it."""
    if mention.none and cue.denied and cue.state == "running":
        state = "stopped"  # "aucun ordinateur ne marche"
    if state == "running" and mention.service != "si_global":
        vital = mention.wording.endswith("vitales")
        if mention.only and mention.wording in _WHOLE_LINES:
            return "running"  # "seuls les téléphones marchent encore": the rest does not
        if mention.share or (mention.only and (mention.service in SHARED or vital)):
            return "limited"
        if mention.kind == "tool" and any(unit.marked("backup", cue.start, _clause_end(unit, cue))):
            return "degraded"  # "le dossier est accessible sur des postes de secours"
    if state in ("stopped", "severed") and mention.wording.startswith("teleconsult"):
        return "limited"  # one of the ways of consulting
    if state == "stopped":
        if "panne" in cue.said and mention.wording == "d'informatique":
            return "hampered"  # "en panne d'informatique" says it of the house at large
        if cue.denied and mention.service in _PLANNED and "lieu" in fold(cue.term).split():
            return "postponed"  # "aucune consultation n'aura lieu"
        if mention.service == "messagerie" and "bare" not in cue.entry.options and _OUTSIDE & set(cue.after):
            return "limited"  # mails inside the house still go
        if mention.partial and "as" in cue.entry.options:
            return "hampered"
        if mention.kind == "care" and _after_hours(unit):
            return "limited"
        if mention.service == "pharmacie_pui" and cue.entry.options.get("lookup"):
            return "degraded"  # a pharmacy that no longer sees its stock still works
    if state == "cut" and unit.outage and not cue.deliberate:
        return "severed"
    if state == "cut" and not cue.deliberate:
        agent = "par" in cue.after[:3] and _struck(unit, cue)
        if agent or (cue.voice == "active" and attacked(unit, cue)):
            return "stopped"
    return state


def _clause_end(unit: Unit, cue: Cue) -> int:
    doc = unit.doc
    k = cue.j
    while k < unit.j and k - cue.j < 14 and doc[k].text not in _STOPS and k not in unit.barriers:
        k += 1
    return doc[k - 1].idx + len(doc[k - 1])


def _struck(unit: Unit, cue: Cue) -> bool:
    return any(True for _ in unit.marked("attacker", cue.end, cue.end + 40))


def _on_purpose(unit: Unit, cue: Cue) -> bool:
    if cue.voice == "active" and attacked(unit, cue):
        return False
    return cue.deliberate or _stopped_by_hand(unit, cue)


def _stopped_by_hand(unit: Unit, cue: Cue) -> bool:
    """ "Les serveurs ont été arrêtés": people did it, unless the attack is named as the agent."""
    named = cue.voice == "participle" and not unit.outage  # "ses serveurs arrêtés", in a title
    if not named and (cue.voice != "passive" or "ete" not in cue.before):
        return False
    if not fold(cue.term).startswith(("arret", "stopp", "{mis,mises,met")):
        return False
    return not ("par" in cue.after[:2] and _struck(unit, cue))


def in_part(cue: Cue) -> bool:
    """ "partiellement paralysé", "presque à l'arrêt"."""
    return any(w in _IN_PART for w in cue.before)


def _after_hours(unit: Unit) -> bool:
    """ "après 18 h", "passé 18 heures": stopped only a part of the day."""
    said = [fold(t.text) for t in unit.doc[unit.i : unit.j]]
    for k, word in enumerate(said):
        if word in ("apres", "passe", "dela") and any(x[:1].isdigit() for x in said[k + 1 : k + 3]):
            near = said[k + 1 : k + 4]
            if any(x in ("h", "heures", "heure") or (x[:1].isdigit() and "h" in x) for x in near):
                return True
    return False
