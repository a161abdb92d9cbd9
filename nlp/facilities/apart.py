"""Houses of one group hit at once that the text then tells of one by one: they are the victims, and not their group.

    "Deux cliniques du groupe X sont visées : la clinique A et la clinique B. À la clinique A, les urgences sont fermées ;
    à B, le bloc est à l'arrêt."

The group stays the victim of a text that only lists its houses, or goes on about one of them.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc

from nlp.document import text_of, token_at
from nlp.facilities.clauses import clauses
from nlp.facilities.entities import OUTSIDE_CARE, Entity
from nlp.facilities.mentions import Mention
from nlp.facilities.pointers import pointers

_A_PLURAL = re.compile(r"Cliniques|Hôpitaux|Pharmacies|Laboratoires|Ehpad|Mutuelles|Centres|Cabinets")
_COUNT = re.compile(
    r"\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|plusieurs|\d{1,2})\s(?:autres\s|grand\w+\s|petit\w+\s)?"
    r"(?:(?:sites|établissements|hôpitaux|cliniques)\s(?:des|du|de|d['’])\s?)?$",
    re.I,
)


def tell_apart(doc: Doc, entities: list[Entity], mentions: list[Mention]) -> None:
    """Give the role `apart` to such houses, and `crowd` to what is named only as several ("deux cliniques de Toulouse")."""
    text = text_of(doc)
    for entity in entities:
        own = [m for m in entity.mentions if m.kind != "known"]
        # "Pharmacies piratées" of the title: the plural of a noun, and no name
        if own and len(own) == len(entity.mentions) and all(m.plural or _A_PLURAL.fullmatch(m.text) for m in own):
            entity.roles["crowd"] += any(_COUNT.search(text, max(0, m.start - 45), m.start) is not None for m in own)
    if not any(e.type == "groupement" and (e.titled or e.roles["hit"]) for e in entities):
        return
    rows: dict[int, list[Mention]] = {}
    for m in mentions:
        if m.row is not None and m.entity is not None and m.has("hit") and not m.aside:
            rows.setdefault(m.row, []).append(m)
    for row in rows.values():
        houses = [entities[n] for n in dict.fromkeys(m.entity for m in row) if n is not None]
        houses = [e for e in houses if e.type not in OUTSIDE_CARE and e.type not in ("groupement", "complementaire")]
        if len(houses) > 1 and len(_singled_out(doc, mentions, houses, row[-1].end)) > 1:
            for house in houses:
                house.roles["apart"] += 1


def _singled_out(doc: Doc, mentions: list[Mention], houses: list[Entity], after: int) -> set[int]:
    """Which of the houses a sentence after that character tells of without telling of all."""
    everyone = {h.number for h in houses}
    named = [
        (m.start, m.end, m.entity)
        for m in mentions
        if m.entity is not None and m.entity in everyone and m.kind in ("known", "named")
    ]
    named += [(p.start, p.end, p.entity) for p in pointers(doc, mentions, houses)]
    by_sentence: dict[int, list[tuple[int, int, int]]] = {}
    for start, end, number in sorted(n for n in named if n[0] > after):
        sentence = token_at(doc, start).sent
        if sentence.start_char > after:
            by_sentence.setdefault(sentence.start_char, []).append((start, end, number))
    out: set[int] = set()
    for begin, told in by_sentence.items():
        parts = clauses(text_of(doc), begin, token_at(doc, begin).sent.end_char, told)
        for one in [c.told for c in parts] or [frozenset(n for _, _, n in told)]:
            if one < everyone:
                out |= one
    return out
