"""What the words right before and after a date say of it, whatever its clause."""

from __future__ import annotations

import re

from nlp.dates.clauses import Scene
from nlp.lexicon import Match

_STRUCK = re.compile(r"\b(?:victimes?|cibles?|proies?|objet),?\s(?:le |ce |dès |en |au )?$", re.IGNORECASE)
# "le réseau, aujourd'hui paralysé, a été attaqué lundi": how things stand now
_STATE = re.compile(r"\s(?:encore |toujours )?\w{3,}(?:é|i|u|s|t)e?s?\s?[,.;]")
# "X a été attaqué, a appris l'Agence lundi": when it was said
_TOLD_THEN = re.compile(
    r",\s(?:a|ont)(?:-t-(?:on|elle|il)|-(?:ils|elles))?\s(?:appris|indiqué|annoncé|déclaré|précisé|rapporté|fait savoir)\s"
    r"(?:l['’]|le |la |les )?(?:(?!\bqu[e'’])[^,.;:]){0,34}$"
)
_BY = re.compile(r",?\s(?:d['’]|de |du |des )")


def said_or_state(text: str, before: str, date: str, end: int) -> tuple[str, str, float, float] | None:
    """Kind, word, strength and weight of a date that is told to be another thing's: a statement, a state of now."""
    if date.startswith(("aujourd", "désormais")) and before.endswith(", ") and _STATE.match(text, end):
        return "effect", "« aujourd'hui », un état", 0.7, 0.5
    if _TOLD_THEN.search(before):
        return "saying", "« a appris … »", 1.0, -2.0
    return None


def struck_by(scene: Scene, before: str, end: int) -> Match | None:
    """ "annulées à la clinique, victime dans la nuit de jeudi d'une attaque": the event that the date stands before."""
    if not _STRUCK.search(before) or not _BY.match(scene.text, end):
        return None
    return next((m for m in scene.inside(end, end + 60) if m.id in ("attack", "trouble")), None)
