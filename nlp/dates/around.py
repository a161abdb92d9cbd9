"""What the words right before and after a date say of it, whatever its clause."""

from __future__ import annotations

import re

from nlp.dates.clauses import Scene
from nlp.document import token_at
from nlp.lexicon import Match

_STRUCK = re.compile(r"\b(?:victimes?|cibles?|proies?|objet),?\s(?:le |ce |dès |en |au )?$", re.IGNORECASE)
# "le réseau, aujourd'hui paralysé, a été attaqué lundi": how things stand now
_STATE = re.compile(r"\s(?:encore |toujours )?\w{3,}(?:é|i|u|s|t)e?s?\s?[,.;]")
# "X a été attaqué, a appris l'Agence lundi": when it was said
_TOLD_THEN = re.compile(
    r",\s(?:a|ont)(?:-t-(?:on|elle|il)|-(?:ils|elles))?\s(?:appris|indiqué|annoncé|déclaré|précisé|rapporté|fait savoir)\s"
    r"(?:l['’]|le |la |les )?(?:(?!\bqu[e'’])[^,.;:]){0,34}$"
)
# ", annonce l'agence régionale de santé (ARS) de Bretagne ce lundi", ", comme nous le révélions mardi"
_SAYS_THEN = re.compile(
    r",\s(?:(?:annonce|indique|précise|explique|confirme|déclare|affirme|révèle|rapporte|assure|apprend|relate|écrit|fait savoir)(?:nt)?"
    r"(?:-t-(?:on|elle|il))?\s(?:(?!\bqu[e'’])[^,.;:]){0,80}|comme (?:nous|on|vous) (?:l['’]|le |vous l['’])\s?\w+(?:\s\w+)?)\s(?:ce\s|le\s|dès\s)?$"
)
_BY = re.compile(r",?\s(?:d['’]|de |du |des )")


# « On fait tout à la main », soufflait mercredi une infirmière: whatever the verb, when it was said
_AFTER_QUOTE = re.compile(
    r"(?:[»”]\s?,|[!?…]\s?[»”])\s(?:(?:a|ont|avait|s['’]est|se|s['’]|nous|lui)\s?)?\w+(?:-t-(?:il|elle|on)|-(?:il|elle|ils|elles))?"
    r",?\s(?:dès\s|encore\s|hier\s|aussi\s)?(?:ce\s|le\s)?$"
)
# "l'hôpital, ouvert en 1998,", "sa directrice, arrivée en janvier,": since when it is so
_APPOSED = re.compile(
    r",\s(?:\w+ment\s|tout juste\s)?(?P<word>\w{3,}(?:é|i|u|is|it|ert|if|ue)(?:e|s|es|ive|ives)?|active?s?)\b(?:[^,;:.!?«»()\n]{0,50}?)\s"
    r"(?:depuis|en|le|dès|au|à l['’]|courant|début|fin|mi-)?\s?(?:le |l['’])?$"
)


# bodies of no health sector, as the subject of an attack: "la mairie avait été piratée en janvier"
_OTHER_BODY = re.compile(
    r"\b(?:mairies?|(?:la|les) villes?|métropole|(?:la|une|les|plusieurs) communes?|communauté (?:de communes|d['’]agglomération|urbaine)|"
    r"agglomération|agglo|(?:conseil|le|du) (?:départemental|régional|département)|(?:la|une) région|universités?|lycées?|collèges?|"
    r"(?:une?|des|plusieurs|les|d['’]autres|quelques) (?:\w+ )?(?:entreprises?|fournisseurs?|usines?|sociétés?|PME|collectivités?|industriels?|commerces?)|transporteur|banques?|"
    r"aéroport|port de|ministère|collectivités?|enseignes?|supermarchés?|constructeur|musée|stade|chambre de commerce|France Travail|"
    r"Pôle emploi|tribunal|préfecture|panne (?:nationale|mondiale|européenne)|opérateur (?:de )?télécoms?|fournisseur d['’]accès)\b",
    re.IGNORECASE,
)
_HEALTH = re.compile(
    r"\b(?:hôpita(?:l|ux)|hospitali\w+|cliniques?|polyclinique|CHU|CHRU?|CH|Ehpad|EHPAD|laboratoires?|maternité|centre de (?:santé|soins)|cabinet|"
    r"pharmacies?|établissement|mutuelles?|Samu|Sdis|médic\w+|santé|soins|patients)\b"
)
# "les opérations programmées jeudi ont été annulées": when they were to be
_PLANNED = re.compile(
    r"(?P<what>\b\w+)?\s(?:initialement |normalement |pourtant )?(?:programmée?s?|prévue?s?|planifiée?s?|fixée?s?|calée?s?|inscrite?s?)"
    r"(?:\s(?:initialement|ce|pour|le|en|au|dès|à partir de|pour le|ces))*\s?$",
    re.IGNORECASE,
)
_UPKEEP = re.compile(r"maintenance|mise|migration|jour|opération|intervention|bascule|coupure", re.IGNORECASE)


STILL = re.compile(
    r"(?<!s['’])\b(?!av(?:ait|aient)\b)(?:est|sont|reste|restent|demeure|demeurent|\w{2,}(?:ait|aient))\s(?:pas\s)?(?:encore|toujours)\b(?!\s(?:été|eu)\b)",
    re.IGNORECASE,
)
# "les informations dérobées datent de 2019"
OF_DATA = re.compile(
    r"\b(?:données|informations|fichiers|dossiers|documents|éléments|examens|résultats|clichés|sauvegardes?)(?:\s\w+){0,3}\s$",
    re.IGNORECASE,
)
# "dans la soirée de lundi": no noun that the date is of
PART_OF_DAY = re.compile(
    r"(?:(?:dans|au cours de|durant|pendant|lors de|en|a|à|le|au)\s)?(?:(?:la|le|"
    r"l['’])\s?)?(?:fin de (?:la )?|début de (?:la )?)?"
    r"(?:soirée|soir|matinée|matin|journée|après-midi|aube)\s(?:de|du)\s(?:ce\s)?$|"
    # "au cours du mois de septembre", "dans le courant de mars", "à la fin de l'hiver": no noun that the date is of
    r"(?:dans le|au|en|à la|vers la|vers le)\s(?:tout\s)?(?:courant|cours|début|milieu|fin)\s(?:de|du|d['’])\s?"
    r"(?:la\s|le\s|l['’])?(?:mois d(?:e\s|['’]))?$",
    re.IGNORECASE,
)


def planned(before: str) -> bool:
    """Whether the date is that of an appointment; a planned upkeep may be what failed."""
    told = _PLANNED.search(before)
    return told is not None and not ((told["what"] or "").endswith("e") and _UPKEEP.fullmatch(told["what"] or ""))


def of_another_body(scene: Scene, first: int, last: int) -> str | None:
    """The body of no health sector that the characters before a verb of attack make its subject."""
    told = _OTHER_BODY.search(scene.text, first, last)
    return told[0] if told and not _HEALTH.search(scene.text, first, last) else None


def quoted_then(before: str) -> bool:
    """Whether the date stands beside the verb that says who spoke, after the closing quote."""
    return bool(_AFTER_QUOTE.search(before))


def state_since(scene: Scene, start: int, end: int) -> str | None:
    """The participle or adjective of an apposition that the date belongs to, where it tells of nothing that befell."""
    if scene.text[end : end + 1] not in (",", ")", "."):
        return None
    first = max(scene.sentence(start)[0], start - 80)
    told = _APPOSED.search(scene.text, first, start)
    if told is None or scene.inside(max(first, told.start() - 60), start):
        # "l'attaque, lancée dans la nuit, …" too is the event's own date
        return None
    token = token_at(scene.doc, told.start("word"))
    return told["word"] if token.pos_ in ("ADJ", "VERB") and "Fin" not in token.morph.get("VerbForm", []) else None


def said_or_state(text: str, before: str, date: str, end: int) -> tuple[str, str, float, float] | None:
    """Kind, word, strength and weight of a date that is told to be another thing's: a statement, a state of now."""
    if date.startswith(("aujourd", "désormais")) and before.endswith(", ") and _STATE.match(text, end):
        return "effect", "« aujourd'hui », un état", 0.7, 0.5
    if _TOLD_THEN.search(before) or _SAYS_THEN.search(before):
        return "saying", "« a appris … »", 1.0, -2.0
    return None


def struck_by(scene: Scene, before: str, end: int) -> Match | None:
    """ "annulées à la clinique, victime dans la nuit de jeudi d'une attaque": the event that the date stands before."""
    if not _STRUCK.search(before) or not _BY.match(scene.text, end):
        return None
    return next((m for m in scene.inside(end, end + 60) if m.id in ("attack", "trouble")), None)
