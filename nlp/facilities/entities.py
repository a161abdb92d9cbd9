"""Which mentions name the same facility: mentions → entities, each with its place."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from spacy.tokens import Doc

from nlp.facilities.mentions import Mention, core_words
from nlp.facilities.places import Place, Places
from reference.folding import fold
from reference.gazetteer import Facility

HOSPITAL_LIKE = frozenset({"ch", "chu", "clinique", "psychiatrie", "clcc", "smr", "groupement", "had", "dialyse"})
OUTSIDE_CARE = frozenset({"autorite", "prestataire", "autre"})


@dataclass(slots=True)
class Entity:
    """One facility of the text. `score`: evidence that it is a victim (see `roles`)."""

    number: int
    mentions: list[Mention] = field(default_factory=list)
    core: frozenset[str] = frozenset()
    place: Place | None = None
    facility: Facility | None = None
    score: float = 0.0
    reasons: list[str] = field(default_factory=list)
    roles: Counter[str] = field(default_factory=Counter)

    @property
    def type(self) -> str:
        types = Counter(m.type for m in self.mentions if m.type not in ("any", "autre"))
        return self.facility.type if self.facility else (types.most_common(1)[0][0] if types else "autre")

    @property
    def best(self) -> Mention:
        """The mention to show: the fullest name in the body, else in the title."""
        named = [m for m in self.mentions if m.kind in ("known", "named")] or self.mentions
        full = [m for m in named if not m.acronym or m.text != m.acronym] or named
        return max(full, key=lambda m: (len(m.core), m.kind == "named", -m.start))

    def compatible(self, type_: str) -> bool:
        mine = self.type
        if type_ in ("any", "autre") or mine in ("any", "autre"):
            return True
        return mine == type_ or (mine in HOSPITAL_LIKE and type_ in HOSPITAL_LIKE)


def gather(doc: Doc, mentions: list[Mention], places: Places) -> list[Entity]:
    """Entities of the named and indefinite mentions, in the order they first appear."""
    entities: list[Entity] = []
    located: dict[int, Place | None] = {}
    for mention in mentions:
        if mention.kind in ("generic", "bare"):
            continue
        place = places.of_mention(mention)
        located[id(mention)] = place
        entity = _find(entities, mention, place)
        if entity is None:
            entity = Entity(len(entities))
            entities.append(entity)
        _add(entity, mention, place)
    entities = _merge_by_place(entities)
    for number, entity in enumerate(entities):
        entity.number = number
        for mention in entity.mentions:
            mention.entity = number
    return entities


def _add(entity: Entity, mention: Mention, place: Place | None) -> None:
    entity.mentions.append(mention)
    if mention.kind != "indefinite":
        entity.core |= mention.core
    if place and (entity.place is None or (entity.place.weak and not place.weak)):
        entity.place = place


def _find(entities: list[Entity], mention: Mention, place: Place | None) -> Entity | None:
    if mention.kind == "indefinite":
        return None
    for entity in reversed(entities):
        if all(m.kind == "indefinite" for m in entity.mentions) or not entity.compatible(mention.type):
            continue
        if mention.acronym and any(mention.acronym == m.acronym for m in entity.mentions):
            return entity
        if _known_alike(entity, mention):
            return entity
        smallest = [m.core for m in entity.mentions if m.core]
        if mention.core and any(mention.core <= core or core <= mention.core for core in smallest):
            return entity
    return None


def _known_alike(entity: Entity, mention: Mention) -> bool:
    if not mention.known:
        return False
    mine = {f.finess or f.name for f in mention.known}
    parents = {p for f in mention.known if (p := getattr(f, "parent", None))}
    for other in entity.mentions:
        theirs = {f.finess or f.name for f in other.known}
        above = {p for f in other.known if (p := getattr(f, "parent", None))}
        if mine & theirs or parents & theirs or above & mine:
            return True
    return False


def _merge_by_place(entities: list[Entity]) -> list[Entity]:
    """ "le centre hospitalier d'Issoire" and "l'hôpital Paul-Ardier, à Issoire" are one: a name that is only its town."""
    out: list[Entity] = []
    for entity in entities:
        twin = next((e for e in out if _one_is_only_its_town(e, entity)), None)
        if twin is None:
            out.append(entity)
            continue
        for mention in entity.mentions:
            _add(twin, mention, entity.place)
    return out


def _one_is_only_its_town(a: Entity, b: Entity) -> bool:
    if not a.place or not b.place or fold(a.place.name) != fold(b.place.name):
        return False
    if not a.compatible(b.type) or not b.compatible(a.type) or {a.type, b.type} & {"chu"} and "clinique" in {a.type, b.type}:
        return False
    town = core_words(a.place.name)
    plain = [e for e in (a, b) if e.core <= town or all(m.kind == "indefinite" for m in e.mentions)]
    named = [e for e in (a, b) if e not in plain]
    if len(plain) == 2:
        # "un hôpital de Dax" and "l'hôpital de Dax": one; two different kinds in one town: two
        return a.type == b.type or {a.type, b.type} <= {"ch", "chu"}
    if not plain:
        return False
    return plain[0].type == named[0].type or {plain[0].type, named[0].type} <= {"ch", "chu", "psychiatrie"} or (
        all(m.kind == "indefinite" for m in plain[0].mentions)
    )  # fmt: skip


_SPACES = re.compile(r"\s+")


def tidy(name: str) -> str:
    """A name for a record: single blanks, a capital first."""
    name = _SPACES.sub(" ", name).strip(" ,;:«»\"“”")
    return name[:1].upper() + name[1:]
