"""What the search takes from the reference: names of communes, labels of departments, aliases of facilities."""

from __future__ import annotations

import re
from functools import cache

from reference import communes, gazetteer
from reference.folding import fold

KNOWN_FROM = 2000  # inhabitants


@cache
def commune_words() -> frozenset[str]:
    """Folded names of the communes whose name is one word (an article set aside: `Le Mans` → `mans`).

    Only those that a reader knows as towns, by size or for a care facility: nearly every French word is also the
    name of some hamlet (Ville, Place, Maire).
    """
    words = set()
    served = {f.insee for f in gazetteer.facilities() if f.insee}
    for commune in communes.communes():
        if (commune.population or 0) < KNOWN_FROM and commune.insee not in served:
            continue
        parts = [p for p in fold(commune.name).replace("'", " ").split() if p not in ("le", "la", "les", "l")]
        if len(parts) == 1 and len(parts[0]) > 3:
            words.add(parts[0])
    return frozenset(words)


def department_label(code: str) -> str:
    """`Indre-et-Loire (37)`; the code itself when it is unknown."""
    department = communes.departments().get(code)
    return f"{department.name} ({code})" if department else code


@cache
def department_words() -> frozenset[str]:
    """Folded words of the departments' names."""
    names = (fold(d.name) for d in communes.departments().values())
    return frozenset(word for name in names for word in re.findall(r"[a-z]+", name))


def department_names(code: str) -> tuple[str, ...]:
    """What people call a department: its code, its name, its region."""
    department = communes.departments().get(code)
    return (code, department.name, department.region) if department else (code,)


def facility_names(finess: str) -> tuple[str, ...]:
    """Register name and aliases of a facility; empty when the gazetteer does not have it."""
    facility = gazetteer.by_finess(finess)
    return (facility.name, *facility.aliases) if facility else ()


def place_of(finess: str) -> tuple[str | None, str | None]:
    """Commune and department of a facility, as far as the gazetteer knows it."""
    facility = gazetteer.by_finess(finess)
    return (facility.commune, facility.department) if facility else (None, None)


def parent_finess(finess: str) -> str | None:
    """The establishment that a site belongs to, or the main site of a legal entity, as far as the gazetteer tells."""
    facility = gazetteer.by_finess(finess)
    if facility is None:
        return None
    return facility.parent or facility.finess


def group_of(finess: str) -> str | None:
    """The name of the group a facility belongs to, as far as the gazetteer tells."""
    facility = gazetteer.by_finess(finess)
    return facility.group if facility else None


def numbers_of(name: str) -> tuple[str, ...]:
    """Register numbers of the facilities that bear this name or alias, compared folded."""
    return _numbers().get(fold(name), ())


@cache
def _numbers() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for facility in gazetteer.facilities():
        if facility.finess is None:
            continue
        for name in {fold(n) for n in (facility.name, *facility.aliases)}:
            found[name] = (*found.get(name, ()), facility.finess)
    return found
