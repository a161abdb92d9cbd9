"""Dates of an event that the clause's verb comes of: "il a reconnu être à l'origine du piratage des hôpitaux cet été"."""

from __future__ import annotations

import re

from nlp.dates.clauses import Clause, Scene
from nlp.lexicon import Match

# long stretches of time, as one dates an attack by and no statement about it
_LONG = re.compile(
    r"(?:à la |à l['’]|au |en |de |d['’])?(?:fin |début |mi[- ]|cet (?:été|automne|hiver)|ce printemps|été|automne|hiver|printemps|l['’](?:été|automne|hiver|an(?:née)?)\b|le printemps|"
    r"mois de |(?:\d{4}|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b|il y a)"
)
# "à l'origine du piratage", "publiées par suite d'une attaque": the event is what the clause's verb comes of
_CAUSE = re.compile(
    r"\b(?:à l['’]origine|par suite|suite|(?:auteure?|coupable|responsable|instigateur|cerveau)s?(?: présumée?s?)?|accusée?s?|soupçonnée?s?|lors|au cours|issue?s?|provenant|victimes?|après|depuis|pendant|liée?s?|consécuti\w+)"
    r"(?:\s(?:de la|de l['’]|d['’]une?|du|des|de|à la|à l['’]|à une?|au|la|l['’]|une?|le|cette?))?\s?(?:\w+\s)?$"
)
# "similaire à celle subie par le CHU de X en novembre 2019": the date of the case compared
COMPARED = re.compile(
    r"\b(?:similaires?|semblables?|comparables?|identiques?|analogues?|rappel\w+|(?:même|autant|plus|moins)[^.;:]{0,30} que|comme|après|avant|contrairement|différente?s?)\s(?:[àa] |de )?"
    r"(?:celles?|celui|ceux)\s(?:contre|de la|de l['’]|du|des|de|d['’]|subie?s?|essuyée?s?|visant|qui (?:a|avait|ont|avaient))\b[^.;:!?]{0,80}$"
)
# ", a appris mercredi la rédaction", ", apprend-on auprès de la direction": who says so, the verb first
INCISE = re.compile(
    r",\s(?:(?:a|ont|avait|avaient)(?:-t-(?:on|il|elle))?\s(?:appris|indiqué|annoncé|précisé|expliqué|confirmé|déclaré|affirmé|révélé|fait savoir|rapporté|assuré|communiqué|dit|écrit|ajouté|reconnu)"
    r"|(?:apprend|indique|annonce|précise|explique|confirme|déclare|affirme|révèle|rapporte|assure)(?:-t-|\s|-))"
)
# what may stand between the event and its date: whose it was
_WHOSE = re.compile(
    r"(?:\s(?:informatiques?|massi\w+|majeure?|d['’]ampleur|de grande ampleur))?(?:\s(?:de|du|des|d['’]|contre|à|au|aux|dans|chez|subie? par|survenue?)(?:\s?(?:la|le|les|l['’]))?\s?[^,;:.!?\n]{0,50})?(?:\s\([^)]{1,20}\))?\s*(?:à (?:la |l['’])?)?"
)


def cause_of(scene: Scene, clause: Clause, start: int, whole: str) -> Match | None:
    """The event noun whose date stands at `start`: that of a long stretch of time, told `whole`, after what it came of."""
    if not _LONG.match(whole):
        return None
    words = scene.inside(max(clause.start, start - 90), start)
    noun = words[-1] if words else None
    if noun is None or noun.id not in ("attack", "trouble") or any(noun.end <= v.idx < start for v in clause.verbs):
        return None
    before = scene.text[max(0, noun.start - 60) : noun.start]
    return noun if _CAUSE.search(before) and _WHOSE.fullmatch(scene.text, noun.end, start) else None
