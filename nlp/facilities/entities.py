"""Which mentions name the same facility: mentions → entities, each with its place."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from nlp.facilities.mentions import Mention, core_words
from nlp.facilities.places import Place, Places
from reference.folding import fold
from reference.gazetteer import Facility

HOSPITAL_LIKE = frozenset(
    {"ch", "chu", "clinique", "psychiatrie", "clcc", "smr_usld", "groupement", "hopital_proximite", "had", "dialyse"}
)
OUTSIDE_CARE = frozenset({"autorite", "prestataire", "autre"})
_LEAD = 400  # characters of the body in which it says whom the title means
_SECTOR = "données santé logiciels services médicales"


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
    linked_in_vain: bool = False
    roles: Counter[str] = field(default_factory=Counter)

    @property
    def type(self) -> str:
        if self.facility is None and self.linked_in_vain:
            return "autre"
        types = Counter(m.type for m in self.mentions if m.type not in ("any", "autre"))
        return self.facility.type if self.facility else (types.most_common(1)[0][0] if types else "autre")

    @property
    def titled(self) -> bool:
        return any(m.has("title") or m.has("titled") for m in self.mentions)

    @property
    def nameless(self) -> bool:
        return all(m.kind in ("indefinite", "generic") for m in self.mentions)

    @property
    def best(self) -> Mention:
        """The mention to show: the fullest name in the body, else in the title."""
        named = [m for m in self.mentions if m.kind in ("known", "named")] or self.mentions
        named = [m for m in named if not m.regional] or named
        named = [m for m in named if not _COMPANY.match(m.text) or m.text[:1].isupper()] or named
        full = [m for m in named if not m.acronym or m.text != m.acronym] or named
        town = core_words(self.place.name) if self.place else frozenset()
        return max(full, key=lambda m: (len(m.core - town) > 0, len(m.core), m.kind == "named", -m.start))

    def compatible(self, type_: str) -> bool:
        mine = self.type
        if type_ in ("any", "autre") or mine in ("any", "autre"):
            return True
        return mine == type_ or (mine in HOSPITAL_LIKE and type_ in HOSPITAL_LIKE)


def gather(mentions: list[Mention], places: Places) -> list[Entity]:
    """Entities of the named mentions, then of what only nouns tell, in the order they first appear.

    "un hôpital d'Ajaccio" announces the facility named after it; "l'hôpital" goes back to the one named before. What
    finds nobody stands for itself.
    """
    entities: list[Entity] = []
    for mention in mentions:
        if mention.kind in ("generic", "bare"):
            continue
        mention.place = places.of_mention(mention)
        mention.regional = places.is_region(mention.core) or places.is_region(mention.core - core_words(_SECTOR))
        if (mention.indefinite and not mention.listed and _only_a_place(mention, places)) or (
            mention.plural and places.is_region(mention.core)
        ):
            mention.kind = "indefinite"
        if mention.regional and _THE_MOST.search(places.text[max(0, mention.start - 40) : mention.start]):
            known = [m for m in mentions[: mentions.index(mention)] if m.kind in ("known", "named") and not m.regional]
            if any(_alike(m, mention) for m in known):
                mention.kind = "generic"  # "le plus grand hôpital de Bretagne": the one named before
                continue
        if mention.kind == "indefinite":
            continue
        entity = _find(entities, mention)
        if entity is None:
            entity = Entity(len(entities))
            entities.append(entity)
        add(entity, mention, mention.place)
    entities = _merge_titled(_merge_by_place(_merge_by_name(entities)), places.doc._.body_start)
    entities = _merge_by_towns(entities, places.text)
    for number, entity in enumerate(entities):
        entity.number = number
        for mention in entity.mentions:
            mention.entity = number
    return entities


_THE_MOST = re.compile(
    r"\b(?:plus (?:grande?|gros(?:se)?|importante?|vaste|ancien(?:ne)?)|premi(?:er|ère)|deuxième|troisième|principale?|seule?|unique)\s$",
    re.I,
)


def _alike(a: Mention, b: Mention) -> bool:
    return a.type == b.type or {a.type, b.type} <= HOSPITAL_LIKE


def _only_a_place(mention: Mention, places: Places) -> bool:
    town = core_words(mention.place.name) if mention.place else frozenset()
    return mention.core <= town or places.is_region(mention.core)


def add(entity: Entity, mention: Mention, place: Place | None) -> None:
    entity.mentions.append(mention)
    if mention.kind != "indefinite":
        entity.core |= mention.core
    if place and (
        entity.place is None
        or (entity.place.weak and not place.weak)
        or explicit(mention, place, entity.place)
        or longer(place.name, entity.place.name)
    ):
        entity.place = place


def longer(name: str, short: str) -> bool:
    """ "Saint-Aubin-des-Marches" after "Saint-Aubin": the title cuts a compound name, the text gives it whole."""
    return fold(name).startswith(fold(short) + " ") and "-" in name[len(short) : len(short) + 1]


def explicit(mention: Mention, place: Place, old: Place) -> bool:
    """A town told after the name ("le centre hospitalier de Versailles, au Chesnay") says where it stands."""
    return not place.weak and place.department == old.department and fold(place.name) not in fold(mention.text)


def _find(entities: list[Entity], mention: Mention) -> Entity | None:
    for entity in reversed(entities):
        if not entity.compatible(mention.type):
            if _group_of_that_name(entity, mention):
                return entity
            continue
        if mention.acronym and any(mention.acronym == m.acronym for m in entity.mentions):
            return entity
        if _known_alike(entity, mention):
            return entity
        smallest = [m.core for m in entity.mentions if m.core and not _two_houses(m, mention)]
        if mention.core and any(mention.core <= core or core <= mention.core for core in smallest):
            return entity
        if mention.apposed_to is not None and mention.apposed_to in entity.mentions:
            return entity
    return None


def _group_of_that_name(entity: Entity, mention: Mention) -> bool:
    """ "le groupe Biovalmont" and "le laboratoire Biovalmont", "l'imagerie 4V": a group and the kind of its houses."""
    kinds = {entity.type, mention.type}
    if mention.core and _COMPANY.match(mention.text) and any(mention.core <= m.core for m in entity.mentions):
        return True  # "la société Viadoria", an operator told before: its legal form is no other kind
    return (
        "groupement" in kinds
        and not kinds & OUTSIDE_CARE
        and bool(mention.core)
        and mention.place is None
        and any(m.core == mention.core for m in entity.mentions)
    )


_COMPANY = re.compile(
    r"(?:la |l['’])?(?:société|entreprise|firme|compagnie|start-up|startup|plateforme|opérateur|gestionnaire)\b", re.I
)


def _two_houses(a: Mention, b: Mention) -> bool:
    """ "la polyclinique de Blois" and "le centre hospitalier de Blois" share no more than their town.

    Nor do "la polyclinique Reims-Bezannes" and "le CHU de Reims".
    """
    if {a.type, b.type} not in ({"clinique", "ch"}, {"clinique", "chu"}) or a.acronym or b.acronym:
        return False
    public = a if a.type != "clinique" else b
    other = b if public is a else a
    town = core_words(public.place.name) if public.place else frozenset()
    return a.core == b.core or (bool(public.core) and public.core < other.core and public.core <= town)


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


_WORDS = re.compile(r"[A-ZÀ-Þ][\w’]*")


def _letters(name: str) -> str | None:
    """What a name of several words is called for short: "CHR Sambre et Meuse" is the CHRSM; letters stand for themselves."""
    words = _WORDS.findall(name)
    if len(words) == 1:
        return fold(name) if len(name) > 3 and name.isupper() and name.isalpha() else None
    letters = "".join(w if w.isupper() else w[0] for w in words)
    return fold(letters) if len(letters) > 3 else None


def _merge_by_name(entities: list[Entity]) -> list[Entity]:
    """Two that bear one name are one, though the first was met before its other name was."""
    out: list[Entity] = []
    owners: dict[frozenset[str], Entity] = {}
    for entity in entities:
        names = {m.core for m in entity.mentions if m.core}
        names |= {frozenset([letters]) for m in entity.mentions if (letters := _letters(m.text))}
        twin = next(
            (
                owners[n]
                for n in names
                if n in owners
                and owners[n].compatible(entity.type)
                and not any(_two_houses(a, b) for a in owners[n].mentions for b in entity.mentions)
            ),
            None,
        )
        if twin is None:
            out.append(entity)
        else:
            for mention in entity.mentions:
                add(twin, mention, mention.place)
        for name in names:
            owners.setdefault(name, twin or entity)
    return out


def _merge_by_place(entities: list[Entity]) -> list[Entity]:
    """ "le centre hospitalier d'Issoire" and "l'hôpital Paul-Ardier, à Issoire" are one: a name that is its town."""
    out: list[Entity] = []
    for entity in entities:
        twin = next((e for e in out if _one_is_only_its_town(e, entity)), None)
        if twin is None:
            out.append(entity)
            continue
        for mention in entity.mentions:
            add(twin, mention, mention.place)
    return out


def _merge_titled(entities: list[Entity], body: int) -> list[Entity]:
    """ "L'Ehpad de Bar-sur-Seine" of the title is the one Ehpad that the lead names otherwise, without a town."""
    for titled in entities:
        if not titled.place or any(m.start >= body for m in titled.mentions):
            continue
        if not titled.core <= core_words(titled.place.name):
            continue
        same = [e for e in entities if e is not titled and e.type == titled.type]
        if len(same) != 1 or same[0].core <= titled.core:
            continue
        other = same[0]
        first = min(m.start for m in other.mentions)
        elsewhere = other.place is not None and not other.place.weak and other.place.name != titled.place.name
        known = [f for m in other.mentions for f in m.known]
        there = all(fold(f.commune or "") == fold(titled.place.name) for f in known)
        if body <= first < body + _LEAD and not elsewhere and there and not any(m.aside for m in other.mentions):
            for mention in other.mentions:
                add(titled, mention, mention.place)
            return [e for e in entities if e is not other]
    return entities


# "le centre hospitalier X, à Neufchâteau comme à Vittel", "sur ses sites de A et de B", "(A et B)"
_IN_TOWNS = re.compile(
    r",? (?:(?:à|au) ([A-ZÀ-Þ][\w’'-]+)(?: comme|,? et|,? ainsi qu['’e]?) (?:à |au )?([A-ZÀ-Þ][\w’'-]+)|(?:sur|dans) ses (?:deux )?(?:sites|hôpitaux) (?:de |d['’])([A-ZÀ-Þ][\w’'-]+) et (?:de |d['’])?([A-ZÀ-Þ][\w’'-]+)"
    r"|\(([A-ZÀ-Þ][\w’'-]+)(?: et |[-–/])([A-ZÀ-Þ][\w’'-]+)\))(?![\w’'-])"
)


def _merge_by_towns(entities: list[Entity], text: str) -> list[Entity]:
    """A house that the text puts in two towns is "l'hôpital de A" and "l'hôpital de B" at once."""
    for whole in entities:
        if whole.type not in HOSPITAL_LIKE:
            continue
        found = [told for m in whole.mentions if (told := _IN_TOWNS.match(text, m.end))]
        towns = {core_words(name) for told in found for name in told.groups() if name}
        parts = [e for e in entities if e is not whole and e.core in towns and e.compatible(whole.type)]
        if towns and parts:
            for part in parts:
                for mention in part.mentions:
                    whole.mentions.append(mention)
            return [e for e in entities if e not in parts]
    return entities


_OF_TOWN = re.compile(r"[A-ZÀ-Þ][\w’'-]+ (?:de |d['’]|du )([A-ZÀ-Þ][\w’'-]+)$")


def _one_is_only_its_town(a: Entity, b: Entity) -> bool:
    if not a.place or not b.place or fold(a.place.name) != fold(b.place.name):
        return False
    if not a.compatible(b.type) or not b.compatible(a.type) or {"chu", "clinique"} <= {a.type, b.type}:
        return False
    town = core_words(a.place.name)
    plain = [e for e in (a, b) if e.core <= town]
    named = [e for e in (a, b) if e not in plain]
    if len(plain) == 2:
        # "un hôpital de Dax" and "l'hôpital de Dax": one; two different kinds in one town: two
        return a.type == b.type or {a.type, b.type} <= {"ch", "chu"}
    if not plain:
        return False
    if any((other := _OF_TOWN.search(m.text)) and fold(other[1]) not in fold(a.place.name) for m in named[0].mentions):
        return False  # "le CHR de Lille" and "l'hôpital Saint-Philibert de Lomme", whose town no table holds
    if plain[0].type == "chu" != named[0].type and named[0].place and named[0].place.weak:
        return False  # a hospital that the surroundings alone put in the town of a CHU
    return plain[0].type == named[0].type or {plain[0].type, named[0].type} <= {"ch", "chu", "psychiatrie"}


_SPACES = re.compile(r"\s+")


def tidy(name: str) -> str:
    """A name for a record: single blanks, a capital first."""
    name = _SPACES.sub(" ", name).strip(' ,;:«»"“”')
    return name[:1].upper() + name[1:]
