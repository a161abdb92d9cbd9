"""Where a group, a mutual or a firm has its seat, when the text says so: "dont le siège est à …", "basée à …"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from nlp.document import is_noise, token_at
from nlp.facilities.entities import Entity
from nlp.facilities.mentions import PROPER, Mention
from nlp.facilities.places import Place, Places

# "dont le siège est à Corvilliers", "Le siège, à Corvilliers, …", "basée à Corvilliers"
_SEAT = re.compile(
    rf"\b(?:(?:siège(?: social| régional| national)?|bureaux|locaux)\b[^.;:\n]{{0,40}}?|(?:bas|install|implant|domicili|situ|établi|localis|inscrit)\w{{0,3}},?)\s(à|au|aux) ({PROPER})"
)


def seat(places: Places, mentions: list[Mention]) -> Place | None:
    """The town of the seat, told in a sentence that names the body or in the next."""
    doc = places.doc
    for mention in mentions:
        if is_noise(doc, mention.start):
            continue
        sentence = token_at(doc, mention.start).sent
        after = doc[sentence.end].sent if sentence.end < len(doc) else sentence
        for found in _SEAT.finditer(places.text, sentence.start_char, after.end_char):
            article = {"au": "Le ", "aux": "Les "}.get(found[1], "")
            if place := places.longest(article + found[2], None):
                return place
            if not article and found[2] in places.abroad:
                return Place(found[2])
    return None


_IN_HOUSE = re.compile(
    r",? (?:qui est )?(?:basé|installé|situé|implanté|hébergé|logé|abrité|adossé|rattaché)e?s?,? (?:à |au |aux |dans |par )(?:le |la |l['’]|les (?:murs|locaux) d(?:u |e la |e l['’]))?"
)


def lodge(entities: list[Entity], mentions: list[Mention], text: str) -> None:
    """ "le Samu 25, installé à l'hôpital Minjoz de Besançon": it lies where its host does."""
    named = [m for m in mentions if m.entity is not None and m.kind in ("known", "named")]
    for guest, host in pairwise(named):
        mine, its = entities[guest.entity], entities[host.entity]  # type: ignore[index]
        if mine is not its and mine.place is None and its.place and _IN_HOUSE.fullmatch(text, guest.end, host.start):
            mine.place = replace(its.place, weak=True)
