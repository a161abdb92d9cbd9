"""Whose state a verb tells when the nearest words are not it: who receives, whose activity, whose tools, what is acted on."""

from __future__ import annotations

from nlp.services.grammar import words
from nlp.services.sentence import Cue, Mention, Unit, is_finite
from reference.folding import fold

_NEAR = frozenset(("DET", "ADJ", "NUM", "ADV"))
_POSSESSIVES = words("possessives")


def owner(unit: Unit, cue: Cue, best: list[Mention], grouped: list[list[Mention]]) -> list[Mention]:
    """The group that the state is told of, given the cheapest one."""
    group = _actor(unit, cue, _receivers(cue, best, grouped), grouped)
    return _object(unit, cue, group, grouped)


def _receivers(cue: Cue, best: list[Mention], grouped: list[list[Mention]]) -> list[Mention]:
    """ "Les urgences accueillent toujours les malades": of whom it is told is the subject, not the object."""
    if best[0].role != "patients" or cue.state != "running" or cue.voice != "active":
        return best
    for group in grouped:
        first = group[0]
        if first.role == "service" and first.kind == "care" and group[-1].j <= cue.g and cue.g - group[-1].j <= 3:
            return group
    return best


def _actor(unit: Unit, cue: Cue, best: list[Mention], grouped: list[list[Mention]]) -> list[Mention]:
    """ "Le centre de rééducation n'a pas interrompu son activité", "le laboratoire a récupéré ses outils": of whose."""
    first = best[0]
    tools = first.service == "si_global" and cue.state == "restored"
    if not (first.role == "soins" or tools) or first.i < cue.j or fold(unit.doc[first.i - 1].text) not in _POSSESSIVES:
        return best
    for group in grouped:
        if group[0].role == "service" and group[0].free and group[0].service != "si_global" and _acts(unit, group, cue):
            for mention in best if tools else ():
                mention.free = False  # given back to them, not to the house at large
            return group
    return best


def _acts(unit: Unit, group: list[Mention], cue: Cue) -> bool:
    """Whether the group is the subject: right before the verb, or before a "qui" that opens its clause."""
    doc, last = unit.doc, group[-1]
    if last.j > cue.g:
        return False
    gap = doc[last.j : cue.g]
    if len(gap) <= 2:
        return True
    said = [t.lower_ for t in gap]
    return len(gap) <= 8 and "qui" in said[-2:] and not any(is_finite(t) for t in gap)


def _object(unit: Unit, cue: Cue, best: list[Mention], grouped: list[list[Mention]]) -> list[Mention]:
    """ "La maternité a annulé ses consultations": the state is that of the object, not of the one who acts."""
    if cue.dir != "verb" or cue.voice != "active" or cue.state in ("running", "restored") or best[0].i > cue.i:
        return best
    for group in grouped:
        gap = unit.doc[cue.j : group[0].i]
        if group[0].role == "service" and 0 <= group[0].i - cue.j <= 3 and all(t.pos_ in _NEAR for t in gap):
            return group
    return best
