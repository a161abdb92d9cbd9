"""A group and those of its houses that were hit: "deux cliniques du groupe X", then each named, with facts of its own.

When the text counts the houses, names them in one list and comes back to one of them, they are the victims and the
group is who owns them; when it only names them, the group stands for all.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc

from nlp.document import in_title, text_of, token_at
from nlp.facilities.entities import Entity
from nlp.facilities.lists import is_department
from nlp.facilities.mentions import Mention
from reference.folding import fold

_NUMBER = r"(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|plusieurs|\d{1,2})"
_HOUSES = r"(?:établissements|hôpitaux|cliniques|polycliniques|sites|maternités|laboratoires|labos|Ehpad|maisons de retraite|résidences|pharmacies|officines|centres|cabinets|structures|maisons)"
_SOME_OF = re.compile(
    rf"\b{_NUMBER}\s(?:de\s(?:ses|leurs|nos)\b|(?:des\s)?(?:autres\s)?{_HOUSES}\b(?:\s[a-zéè]+){{0,3}}\s(?:de\s(?:la\s|l['’])?|du\s|d['’])(?:groupe\b|réseau\b|fondation\b|association\b|mutuelle\b|enseigne\b|[A-ZÀ-Þ]))",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"\b{_NUMBER}\s(?:\w+\s)?{_HOUSES}\b", re.IGNORECASE)
_NEAR = 900  # characters between the count and the list
_OWNERS = frozenset({"groupement", "autre", "complementaire"})


def houses_told_apart(doc: Doc, entities: list[Entity], chosen: list[Entity], mentions: list[Mention]) -> list[Entity]:
    """The victims, with the houses of a group in its place where the text tells of some of them one by one."""
    owners = [e for e in chosen if e.type in _OWNERS or all(m.plural for m in e.mentions)]
    title = text_of(doc)[: doc._.body_start]
    count = (_SOME_OF.search(text_of(doc)) or _COUNTED.search(title)) if owners else None
    titled = any(in_title(doc, m.start) for e in owners for m in e.mentions)
    if count is None or (titled and not (_SOME_OF.search(title) or _COUNTED.search(title))):
        return chosen  # "Le groupe X victime d'une cyberattaque": it stays the victim, whatever is told of its houses
    rows: dict[int, list[Mention]] = {}
    for mention in mentions:
        if mention.row is not None and mention.entity is not None and not mention.aside and not mention.has("member"):
            rows.setdefault(mention.row, []).append(mention)
    for row in rows.values():
        houses = {m.entity for m in row} - {e.number for e in owners}
        first, last = row[0].start, token_at(doc, row[-1].start).sent.end_char
        told = [e for e in entities if e.number in houses and e.type not in _OWNERS]
        if len(told) > 1 and -40 < first - count.end() < _NEAR and any(_told_again(doc, e, last) for e in told):
            return [*(e for e in chosen if e not in owners and e not in told), *told]
    return chosen


def _told_again(doc: Doc, entity: Entity, end: int) -> bool:
    """Whether the text comes back to a house after the list, by its name or its town."""
    if any(m.start > end and m.kind in ("named", "known") for m in entity.mentions):
        return True
    after = fold(text_of(doc)[end:])
    if entity.place and re.search(rf"\b{re.escape(fold(entity.place.name))}\b", after):
        return True
    name = max((m.text for m in entity.mentions), key=len)
    tail = re.search(r"((?:[A-ZÀ-Þ][\w’'-]*[ -]?)+(?:[a-zà-ÿ]+ais|[a-zà-ÿ]+ois)?)$", name)
    return bool(tail and not is_department(tail[1]) and re.search(rf"\b{re.escape(fold(tail[1]).strip())}\b", after))
