"""From a name to the register: which facility of the gazetteer an entity is, or none when in doubt."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import fuzz

from nlp.document import text_of
from nlp.facilities.entities import HOSPITAL_LIKE, Entity, longer, tidy
from nlp.facilities.kinds import told_as
from nlp.facilities.mentions import core_words
from nlp.facilities.places import Place, Places
from nlp.facilities.seats import seat
from nlp.facilities.toponyms import department_code
from records import Facility as VictimFacility
from reference.communes import named
from reference.folding import fold
from reference.gazetteer import Facility, facilities

_PUBLIC = frozenset({"ch", "chu", "psychiatrie"})
# whose place is not where the article's people are
_ANYWHERE = frozenset({"groupement", "complementaire", "prestataire", "autre"})
_HOUSES = HOSPITAL_LIKE - {"groupement"} | {"imagerie", "ehpad", "pharmacie", "soins_ville", "medico_social"}


@cache
def _by_commune() -> dict[str, tuple[Facility, ...]]:
    table: dict[str, list[Facility]] = {}
    for facility in facilities():
        if facility.insee and facility.finess:
            table.setdefault(facility.insee, []).append(facility)
    return {k: tuple(v) for k, v in table.items()}


@cache
def _public_named() -> dict[tuple[str | None, frozenset[str]], tuple[Facility, ...]]:
    """Public hospitals by department and by the words of their name."""
    table: dict[tuple[str | None, frozenset[str]], list[Facility]] = {}
    for facility in facilities():
        if facility.finess and facility.type in ("ch", "chu") and not getattr(facility, "parent", None):
            table.setdefault((facility.department, core_words(facility.name)), []).append(facility)
    return {k: tuple(v) for k, v in table.items()}


def link(entity: Entity, places: Places) -> Facility | None:
    """The register's facility that the entity's names, type and place leave no doubt of, else None."""
    scored: dict[int, tuple[float, Facility]] = {}
    for mention in entity.mentions:
        for facility in mention.known:
            value = 2.0 if not mention.contextual or _kind_told(entity, facility, places) else 1.0
            value += 0.5 * len(mention.known) ** -1
            if mention.kind == "named" and _foreign_words(mention.core, facility):
                value -= 1.5  # "clinique Saint-Luc de Bouge" is not the Saint-Luc we know
            if entity.place and entity.place.insee:
                if facility.insee == entity.place.insee:
                    value += 1.5
                elif not entity.place.weak and facility.department != entity.place.department:
                    value -= 2.5
            elif entity.place and facility.commune and longer(entity.place.name, facility.commune):
                value -= 3.0  # "Loches-en-Montagne" is not Loches
            elif entity.place and not entity.place.weak and _elsewhere(entity.place.name, facility):
                value -= 2.5  # "la clinique Saint-Luc, à Bouge": no table holds Bouge, and it is not Schirmeck
            if facility.department in places.hints:
                value += 0.8
            elif facility.department in places.outlet:
                value += 0.6
            elif places.hints and facility.department:
                value -= 0.4
            if len(mention.core) > 1 or not getattr(facility, "parent", None):
                value += 0.1
            key = id(facility)
            if key not in scored or scored[key][0] < value:
                scored[key] = (value, facility)
    if scored:
        ranked = sorted(scored.values(), key=lambda v: -v[0])
        first = ranked[0]
        rivals = [f for v, f in ranked[1:] if v > first[0] - 0.3 and not _family(f, first[1])]
        if first[0] >= 1.9 and not rivals:
            return _main(first[1], [f for _, f in ranked])
        return (
            _by_place(entity)
            if entity.place and entity.place.insee and entity.core - core_words(entity.place.name)
            else None
        )
    return _by_place(entity)


def _kind_told(entity: Entity, facility: Facility, places: Places) -> bool:
    return any(told_as(places.text, m, facility) for m in entity.mentions if facility in m.known)


def _elsewhere(town: str, facility: Facility) -> bool:
    """Whether a town that no table holds is another than the facility's."""
    return bool(facility.commune) and not core_words(town) & core_words(f"{facility.commune} {facility.name}")


def _foreign_words(core: frozenset[str], facility: Facility) -> bool:
    """Whether a name holds words that the register's facility, its town and department do not."""
    names = " ".join(
        [facility.name, *facility.aliases, *facility.aliases_context, facility.commune or "", facility.group or ""]
    )
    return any(w not in core_words(names) and len(w) > 2 for w in core)


def _family(a: Facility, b: Facility) -> bool:
    pa, pb = getattr(a, "parent", None), getattr(b, "parent", None)
    return bool((pa and pa in (b.finess, pb)) or (pb and pb == a.finess))


def _main(facility: Facility, told: list[Facility]) -> Facility:
    """When a hospital and one of its sites are both named, the hospital."""
    parent = getattr(facility, "parent", None)
    return next((f for f in told if parent and f.finess == parent), facility)


def _by_place(entity: Entity) -> Facility | None:
    """ "l'hôpital de X" when X has one public hospital in the register, "la clinique Y, à X" when names agree."""
    if not entity.place or not entity.place.insee:
        return None
    here = _by_commune().get(entity.place.insee, ())
    town = core_words(entity.place.name)
    own = entity.core - town
    if not own:
        kind = _PUBLIC - {"psychiatrie"} if entity.type in ("ch", "chu") else {entity.type}
        fitting = [f for f in here if f.type in kind and not getattr(f, "parent", None)]
        if not fitting and entity.type in ("ch", "chu"):
            # "le CHU de Versailles": a centre hospitalier of that name, seated in the next commune
            fitting = list(_public_named().get((entity.place.department, town), ()))
        return fitting[0] if len(fitting) == 1 and not entity.place.weak else None
    name = " ".join(sorted(own))
    close = [
        f
        for f in here
        if any(fuzz.token_set_ratio(name, " ".join(sorted(core_words(n) - town))) >= 90 for n in (f.name, *f.aliases))
    ]
    return close[0] if len(close) == 1 and entity.compatible(close[0].type) else None


def record(entity: Entity, places: Places) -> VictimFacility:
    """The victim as a record: the register's name and place when linked, else what the text says."""
    mention = entity.best
    facility = entity.facility
    if facility is not None and facility.finess:
        town = _town(entity, facility, places)
        return VictimFacility(
            name=facility.name, mention=mention.text, finess=facility.finess, type=facility.type, commune=town[0],
            insee=town[1], department=facility.department, lat=facility.lat, lon=facility.lon,
        )  # fmt: skip
    place = entity.place
    if place is None and facility is not None and facility.commune:
        place = Place(facility.commune, facility.insee, facility.department, facility.lat, facility.lon)
    if entity.type in _ANYWHERE and (place is None or (place.weak and not _headlined(place, places))):
        scene = next((found for m in entity.mentions if (found := places.before(m))), None)
        place = scene or seat(places, entity.mentions)
    elif place is None and entity.type in _HOUSES:
        place = places.only_town()
    name = facility.name if facility is not None and mention.kind == "known" else tidy(mention.text)
    if _no_name(entity):
        # "l'hôpital", "l'hôpital universitaire": the fullest of the nouns
        name = tidy(max((m.text for m in entity.mentions if m.type != "any"), key=len, default=name))
    if _no_name(entity) and place is not None and fold(place.name) not in fold(name):
        if any(m.regional or m.place for m in entity.mentions if m.text.casefold() == name.casefold()):
            name = _REGION_TAIL.sub("", name)  # "Ehpad de la Manche", of a town that the text tells below
        link = "d'" if fold(place.name)[:1] in "aeiouy" else "de "
        name = f"{name.removeprefix('L’').removeprefix(chr(76) + chr(39))} {link}{place.name}"
    department = place.department if place else None
    if place is None:
        department = _told_department(entity) or (
            next(iter(places.hints)) if len(places.hints) == 1 and entity.type not in _ANYWHERE else None
        )
    return VictimFacility(
        name=name, mention=mention.text, type=entity.type if entity.type != "any" else "autre",
        commune=place.name if place else None, insee=place.insee if place else None, department=department,
        lat=place.lat if place else None, lon=place.lon if place else None,
    )  # fmt: skip


_REGION_TAIL = re.compile(r" (?:de la |de l['’]|du |des |de |d['’])[A-ZÀ-Þ].*$")


def _told_department(entity: Entity) -> str | None:
    """ "le CHU de La Réunion", "le groupement hospitalier de Dordogne": the department in the name."""
    tails = (re.split(r"\b(?:de la|de|du|des)\s|\b(?:de l|d)['’]", m.text)[-1] for m in entity.mentions)
    return next((code for tail in tails if (code := department_code(tail))), None)


def _headlined(place: Place, places: Places) -> bool:
    """ "Corvilliers : …", "Cyberattaque à Corvilliers : le groupe …": the town that the title puts it in."""
    title = places.doc._.article.title
    return bool(places.headline and place.name == places.headline.name) or f" à {place.name} : " in title


def _no_name(entity: Entity) -> bool:
    return all(m.kind in ("generic", "indefinite", "bare") for m in entity.mentions)


def _town(entity: Entity, facility: Facility, places: Places) -> tuple[str | None, str | None]:
    """The register's commune, unless the text says another of the same department with the facility's name.

    "l'hôpital de Villefranche-sur-Saône" stands in Gleizé; who reads the article looks for Villefranche.
    """
    place = entity.place
    if place is not None and place.insee == facility.insee and _short(place.name, facility, places):
        return place.name, facility.insee
    headline = places.headline is not None and place is not None and place.insee == places.headline.insee
    if place is None or (place.weak and not headline) or not place.insee or place.insee == facility.insee:
        return facility.commune, facility.insee
    sites = {f.insee for m in entity.mentions for f in m.known}
    if place.insee in sites and place.department != facility.department:
        return place.name, place.insee  # a site of a large group: "le Samu du Val-de-Marne"
    told = f" {fold(facility.commune or '')} " in f" {fold(text_of(places.doc))} "
    if place.department != facility.department or (told and facility.commune):
        return facility.commune, facility.insee
    return place.name, place.insee


def _short(name: str, facility: Facility, places: Places) -> bool:
    """ "l'hôpital de Cherbourg", in a text that never gives the whole name of the commune."""
    whole = facility.commune or ""
    return not named(name) and longer(whole, name) and fold(whole) not in fold(text_of(places.doc))


__all__ = ["fold", "link", "record"]
