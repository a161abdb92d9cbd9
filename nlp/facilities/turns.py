"""What a sentence says of a house that it does not name, or names as the next in turn."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from nlp.document import in_title, text_of, token_at
from nlp.facilities.cues import Cues
from nlp.facilities.mentions import Mention


def turns(doc: Doc, mentions: list[Mention]) -> None:
    """Whose turn it was, is one of several hit, unless the title tells of a single one."""
    named = {m.core for m in mentions if in_title(doc, m.start) and m.kind in ("named", "known")}
    for m in mentions:
        if m.has("turn"):
            reason = next(why for role, why in m.roles if role == "turn")
            alone = bool(named) and m.core not in named
            m.roles = [("other", reason)] if alone else [*m.roles, ("hit", reason), ("too", reason)]


# "… dirige l'hôpital de X. Dimanche, un virus y a chiffré trois serveurs."
_THERE = re.compile(r"\by (?:a|ont|avait|avaient|aurait|est|sont|était)\b", re.I)


def there(doc: Doc, mentions: list[Mention], cues: Cues) -> None:
    """A sentence that names no house and says "y" tells of the last one that the sentence before names."""
    text = text_of(doc)
    for match in _THERE.finditer(text, doc._.body_start):
        sentence = token_at(doc, match.start()).sent
        s, e = sentence.start_char, sentence.end_char
        if "il y a" in text[match.start() - 3 : match.end()] or not cues.within("attack_strong", s, e):
            continue
        before = [m for m in mentions if m.start < s and s - m.end < 200 and m.kind in ("named", "known")]
        here = any(s <= m.start < e and m.kind in ("named", "known") for m in mentions)
        flags = sentence._.flags & {"past", "general", "exercise"}
        if before and not here and not flags and not before[-1].aside and not before[-1].has("hit"):
            before[-1].roles.append(("hit", f"« {text[match.start() : e].strip()[:100]} »"))


def after_past(doc: Doc, start: int) -> bool:
    """Whether one of the two sentences before recalls earlier cases."""
    first = token_at(doc, start).sent.start
    for _ in range(2):
        if first == 0:
            return False
        sentence = doc[first - 1].sent
        if "past" in sentence._.flags:
            return True
        first = sentence.start
    return False
