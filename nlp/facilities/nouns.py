"""Which facility a noun without a name means: "l'hôpital", "un Ehpad", the nouns of a text that names none."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from nlp.facilities.entities import OUTSIDE_CARE, Entity, add, explicit
from nlp.facilities.mentions import Mention, core_words
from nlp.facilities.places import Place, Places
from reference.folding import fold
from reference.gazetteer import facilities


def attach(entities: list[Entity], mentions: list[Mention], places: Places) -> None:
    """Resolve nouns without a name to entities; indefinite ones that announce nobody become entities of their own."""
    named = [m for m in mentions if m.entity is not None]
    starts = [m.start for m in named]
    for mention in mentions:
        if mention.entity is not None or mention.plural or mention.kind == "bare":
            continue
        if mention.kind == "generic":
            target = _antecedent(entities, named, mention)
            if target is not None:
                entity = entities[target.entity]  # type: ignore[index]
                if (town := places.before(mention)) and _of_another_town(entity, mention, town):
                    _begin(entities, mention, town)
                    continue
                mention.entity = target.entity
                told = places.of_noun(mention)
                old = entity.place
                if (told and (old is None or (old.weak and not told.weak))) or (
                    (told := places.after(mention)) and old and explicit(mention, told, old)
                ):
                    entity.place = told
            elif mention.type == "chu" and places.headline and mention.start < places.doc._.body_start and named:
                # "Nancy : une attaque frappe le CHRU", and the text names another house only
                _begin(entities, mention, replace(places.headline, weak=False))
                named.insert(0, mention)
            elif mention.has("receiver"):
                # "redirigés vers le CHU": a facility of its own, when no other is named so
                entity = Entity(len(entities))
                entities.append(entity)
                add(entity, mention, None)
                mention.entity = entity.number
        elif mention.kind == "indefinite":
            apposed = named[at - 1] if (at := bisect_left(starts, mention.start)) else None
            told_so = apposed and _APPOSED.fullmatch(places.text, apposed.end, mention.start)
            if apposed and told_so and entities[apposed.entity].compatible(mention.type):  # type: ignore[index]
                mention.entity = apposed.entity
                if mention.place and not mention.place.weak:
                    entities[apposed.entity].place = mention.place  # type: ignore[index]
                continue
            after = [
                m for m in named
                if m.start > mention.start and not m.aside and _fits(entities[m.entity], mention)  # type: ignore[index]
            ]  # fmt: skip
            if after and after[0].start - mention.start < 900:
                mention.entity = after[0].entity
                add(entities[after[0].entity], mention, mention.place)  # type: ignore[index]
    for mention in mentions:
        if mention.kind == "indefinite" and mention.entity is None:
            twin = next(
                (
                    e
                    for e in entities
                    if e.nameless
                    and e.type == mention.type
                    and (not mention.place or not e.place or e.place.name == mention.place.name)
                ),
                None,
            )
            if twin is None:
                twin = Entity(len(entities))
                entities.append(twin)
            add(twin, mention, mention.place)
            mention.entity = twin.number


_APPOSED = re.compile(r",\sune?\s")  # "la résidence Les Jardins, un Ehpad de Challans"


def _of_another_town(entity: Entity, mention: Mention, town: Place) -> bool:
    """ "À Vichy, l'hôpital est également touché", after the hospital of Moulins: a house of its own."""
    return (
        mention.has("too")
        and entity.place is not None
        and not entity.place.weak
        and fold(entity.place.name) != fold(town.name)
    )


def _begin(entities: list[Entity], mention: Mention, town: Place) -> None:
    link = "d'" if fold(town.name)[:1] in "aeiouy" else "de "
    mention.kind, mention.core, mention.place = "named", core_words(town.name), town
    mention.text = mention.name = f"{mention.text} {link}{town.name}"
    entity = Entity(len(entities))
    entities.append(entity)
    add(entity, mention, town)
    mention.entity = entity.number


# "l'entreprise": a publisher, a supplier, no hospital
_FIRM = re.compile(r"\b(?:entreprise|societe|firme|start-?up|compagnie)$")
_NO_FIRM = frozenset({"autorite", "ch", "chu", "ehpad", "psychiatrie"})


def _antecedent(entities: list[Entity], named: list[Mention], mention: Mention) -> Mention | None:
    """The named mention a noun goes back to: the last one before that fits, else the first after."""
    firm = bool(_FIRM.search(fold(mention.text)))

    groups = [e for e in entities if e.type == "groupement" and not e.nameless]
    of_group = bool(groups) and fold(mention.text) in ("le groupe", "ce groupe")

    def fits(m: Mention) -> bool:
        entity = entities[m.entity]  # type: ignore[index]
        if of_group and entity not in groups:
            return False
        if mention.has("receiver"):
            return m.has("receiver") and entity.type == mention.type
        if m.aside or (mention.type == "any" and entity.type in (_NO_FIRM if firm else OUTSIDE_CARE)):
            return False
        if mention.type == "chu" and entity.type in ("clcc", "clinique", "psychiatrie", "smr_usld"):
            return False  # "le CHRU" is not the institute named below
        return entity.compatible(mention.type)

    before = [m for m in named if m.start < mention.start and fits(m)]
    after = [m for m in named if m.start > mention.start and fits(m)]
    if not before:
        return after[0] if after else None
    last = before[-1]
    titled = [m for m in before if entities[m.entity].titled]  # type: ignore[index]
    if titled and not entities[last.entity].titled and not last.opens:  # type: ignore[index]
        return titled[-1]  # named in passing, the subject of the article stays who is spoken of
    return last


def stand_in(entities: list[Entity], mentions: list[Mention], places: Places) -> None:
    """No facility is named: "Cyberattaque de Corbeil-Essonnes : l'hôpital …" is the hospital of that town."""
    if any(not e.nameless for e in entities if e.type not in OUTSIDE_CARE):
        return
    free = [
        m
        for m in mentions
        if m.kind in ("generic", "bare", "indefinite")
        and m.type not in ("any", "prestataire", "autre")
        and m.entity is None
    ]
    nouns = [m for m in free if not m.plural and (m.type != "autorite" or m.has("hit"))]
    if not nouns:
        # "une trentaine de laboratoires": the group stands for itself
        plural = [m for m in free if m.plural]
        if plural:
            entity = Entity(len(entities))
            entities.append(entity)
            for mention in plural:
                if mention.type == plural[0].type:
                    mention.entity = entity.number
                    entity.mentions.append(mention)
        return
    entity = Entity(len(entities), place=places.headline or places.told_first())
    entities.append(entity)
    dispatch = [m for m in nouns if fold(m.text) in ("samu", "centre 15")]
    if not any(m.has("hit") or m.has("title") or m.has("titled") or m.has("near") for m in dispatch):
        nouns = [m for m in nouns if m not in dispatch] or nouns
        dispatch = [m for m in dispatch if m in nouns]
    if dispatch and places.hints:
        # "le Samu" of the one department told of is the register's "Samu de l'Indre"
        entity.facility = next(
            (f for f in facilities() if f"Samu {places.hints.most_common(1)[0][0]}" in f.aliases), None
        )
        nouns = dispatch
    for mention in nouns:
        mention.entity = entity.number
        entity.mentions.append(mention)


# "un groupement de pharmacies", "un réseau de laboratoires": the one of those houses that is named below
_HOUSES_OF = {
    "pharmacie": re.compile(r"pharmac|officine"),
    "laboratoire": re.compile(r"laborato|biologie"),
    "ehpad": re.compile(r"ehpad|maisons de retraite"),
    "clinique": re.compile(r"cliniques"),
    "imagerie": re.compile(r"imagerie|radiolog"),
    "soins_ville": re.compile(r"centres|cabinets|opticiens|dentaires"),
}


def _fits(entity: Entity, mention: Mention) -> bool:
    """Whether the noun may announce this entity: same kind, and no other town."""
    if mention.type == "groupement" and entity.type not in ("groupement", "autre"):
        houses = _HOUSES_OF.get(entity.type)
        return bool(houses and houses.search(fold(mention.text)))
    head = fold(mention.text).split(" ")[0]
    if entity.type == "autre" and mention.type not in OUTSIDE_CARE:
        # "une association d'aide …": X, below; "un service de médecine du travail": Y, whom the title names too
        return any(fold(m.text).startswith(head) for m in entity.mentions) or any(
            m.has("title") for m in entity.mentions
        )
    if not entity.compatible(mention.type) or entity.type in OUTSIDE_CARE:
        return False
    if (
        mention.place
        and not mention.place.weak
        and entity.place
        and not entity.place.weak
        and entity.place.department != mention.place.department
        and not fold(entity.place.name).startswith(fold(mention.place.name))
    ):
        return False
    return (mention.type == "ehpad") == (entity.type == "ehpad")
