"""How a state that was read is written down, and why some do not count: possible, not planned, of before, of another cause."""

from __future__ import annotations

import re

from nlp.document import Finding
from nlp.services.earlier import earlier, other_cause
from nlp.services.sentence import Cue, Mention, Unit

FIELD = "services"
REJECTING = {"general": "remarque générale", "exercise": "exercice", "question": "question"}
# "aucune déprogrammation n'est prévue" tells that all goes on
_SELF_SAID = frozenset(("aucune déprogrammation",))
# "plus généralement" sums up, "d'ordinaire automatisés" tells of one thing only
_SUMMING = re.compile(r"plus généralement|(?:,|«) ?d'ordinaire [a-zé]+s?\b(?! d)")
_AS_USUAL = re.compile(r"(?:comme|que) (?:d'|à l')(?:ordinaire|habitude|accoutumée)")

# "La fermeture des urgences n'est pas envisagée", "des transferts n'étaient pas à l'ordre du jour": of a state told as a noun
_NOT_COMING = re.compile(
    r"[^.;:!?\n,«»]{0,40}?\b(?:n['’]|ne\s)(?:\w+\s){1,2}[\"«]?\s?(?:pas|jamais|plus|nullement|guère)\s(?:\w+\s){0,3}?[\"«]?\s?"
    r"(?:envisag|prév|nécess|à l['’]ordre|programm|d['’]actualité|question|annonc|décid|souhait|requis|justifi|à craindre|à redouter|au programme|exig|impos)",
    re.IGNORECASE,
)


def finding_of(
    unit: Unit, cue: Cue, mention: Mention | None, worth: tuple[str, str], named: Mention | None = None
) -> Finding:
    """`mention`: the words the span reaches to; `named`: those that only name the service, elsewhere in the text."""
    start = min(cue.start, mention.start) if mention else cue.start
    end = max(cue.end, mention.end) if mention else cue.end
    bare = bool(cue.entry.options.get("bare")) and mention is not None and mention.kind == "care"
    weight = 0.3 if cue.entry.options.get("faint") or bare else 1.0 if mention else 0.8
    flags = unit.doc[cue.i].sent._.flags
    rejected = "effet possible ou à venir, non constaté" if cue.possible and cue.entry.id not in _SELF_SAID else None
    said = unit.text[unit.doc[unit.i].idx : unit.doc[unit.j - 1].idx] if flags else ""
    if flags and (_AS_USUAL.search(said[: end + 40 - unit.doc[unit.i].idx]) or _SUMMING.search(said)):
        flags = flags - {"general"}
    if rejected is None and not cue.denied and cue.entry.id not in _SELF_SAID and _NOT_COMING.match(unit.text, end):
        rejected = "ni prévu ni nécessaire"
    if rejected is None and earlier(unit, end):
        rejected = "cas antérieur"
    if rejected is None and other_cause(unit, start, end):
        rejected = "autre cause"
    rejected = rejected or next((why for flag, why in REJECTING.items() if flag in flags), None)
    wording = mention or named
    name = cue.entry.id + (" (nié)" if cue.denied else "")
    return Finding(FIELD, worth, start, end, f"{wording.wording} + {name}" if wording else name, rejected, weight)
