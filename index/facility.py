"""Whether two reports speak of the same facility, and the keys by which a store finds those that may.

A facility is *distinct* when it has a register number, or a commune and a name of its own. A name alone ("clinique
Saint-Joseph") or a kind and a town ("l'hôpital de Dax") is not: the caller must see to it that it fits one place only.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz.fuzz import token_sort_ratio

from index.french import tokens
from index.places import department_words, facility_names, numbers_of, parent_finess, place_of
from records import Facility
from reference.folding import fold

SAME_NAME = 88.0  # token-sort ratio (0-100) of two core names; a plural or a typing slip stays above

Core = tuple[str, ...]
_BRACKETS = re.compile(r"\([^()]*\)")  # a remark of the article's, not a name


@dataclass(frozen=True, slots=True)
class _Names:
    generic: frozenset[str]
    small: frozenset[str]
    frequent: frozenset[str]
    families: dict[str, str]
    types: dict[str, str]


@cache
def _names() -> _Names:
    data = tomllib.loads((Path(__file__).parent / "facility.toml").read_text(encoding="utf-8"))
    return _Names(
        generic=frozenset(data["generic"].split()),
        small=frozenset(data["small"].split()),
        frequent=frozenset(data["frequent"].split()),
        families={word: family for family, words in data["families"].items() for word in words.split()},
        types={word: family for family, words in data["types"].items() for word in words.split()},
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a facility from another.

    `local`: cores of its names without its commune's words; `full`: the same with them, or the commune alone.
    """

    finess: frozenset[str]
    local: frozenset[Core]
    full: frozenset[Core]
    commune: str
    department: str
    families: frozenset[str]

    @property
    def generic(self) -> bool:
        """Known by its kind and town alone: "l'hôpital de Dax"."""
        return bool(self.commune and self.families) and not self.finess and not any(self.local)

    @property
    def unnamed(self) -> bool:
        """Known by its kind alone, or by its kind and department: "la clinique", "des laboratoires du Loiret"."""
        if self.commune or self.finess or not self.families:
            return False
        return all(set(core) <= department_words() for core in self.full)

    @property
    def distinct(self) -> bool:
        return bool(self.finess) or bool(self.commune and not self.generic)


@lru_cache(maxsize=20_000)
def _words(text: str) -> Core:
    return tuple(t.folded for t in tokens(text, query=True))


@lru_cache(maxsize=20_000)
def identity(facility: Facility) -> Identity:
    known = _names()
    number = facility.finess or _registered(facility)
    place = tuple(w for w in _words(facility.commune or "") if w not in known.small)
    local: set[Core] = set()
    full: set[Core] = set()
    also = (facility.mention, *(facility_names(number) if number else ()))
    for name in dict.fromkeys(_BRACKETS.sub(" ", name).strip() or name for name in (facility.name, *also)):
        core = tuple(w for w in _words(name) if w not in known.generic and w not in known.small)
        if not core and local:
            continue  # "la clinique" names nothing
        local.add(tuple(w for w in core if w not in place))
        full.add(core or place)
    families = {known.families[w] for w in _words(facility.name) if w in known.families}
    families |= {known.types[facility.type]} if facility.type in known.types else set()
    numbers = (number, parent_finess(number)) if number else ()
    return Identity(
        finess=frozenset(n for n in numbers if n),
        local=frozenset(local),
        full=frozenset(c for c in full if c),
        commune=" ".join(place),
        department=facility.department or "",
        families=frozenset(families),
    )


def _registered(facility: Facility) -> str | None:
    """The number of the one facility of the register that bears this very name, where the place agrees.

    The commune may differ when the name holds it: the hospital "de Versailles" stands in Le Chesnay-Rocquencourt.
    """
    numbers = numbers_of(facility.name)
    if len(numbers) != 1:
        return None
    commune, department = place_of(numbers[0])
    if facility.department and facility.department != department:
        return None
    if facility.commune and fold(facility.commune) != fold(commune or ""):
        named = set(_words(facility.commune)) <= set(_words(facility.name))
        return numbers[0] if facility.department and named else None
    return numbers[0] if facility.department or facility.commune else None


def same_facility(one: Identity, two: Identity) -> bool:
    """Same register number (or establishment); else names that agree and places that do not contradict."""
    if one.finess and two.finess:
        return bool(one.finess & two.finess)
    if one.commune and two.commune and one.commune != two.commune:
        return False
    if one.department and two.department and one.department != two.department:
        return False
    if one.families and two.families and not one.families & two.families:
        return False
    if one.commune and two.commune:
        return any(_same_in_town(x, y, one, two) for x in one.local for y in two.local)
    return any(_alike(x, y) for x in one.full for y in two.full)


def may_be(one: Identity, two: Identity) -> bool:
    """As `same_facility`, or one is called by the kind and town of the other ("l'hôpital de Dax")."""
    if (one.generic or two.generic) and one.commune == two.commune and one.families & two.families:
        return True
    return same_facility(one, two)


def _same_in_town(x: Core, y: Core, one: Identity, two: Identity) -> bool:
    if not x or not y:
        return x == y and bool(one.families and two.families)
    shared = set(x) & set(y)
    return set(x) == shared or set(y) == shared or _alike(x, y)


def _alike(x: Core, y: Core) -> bool:
    """Nearly the same words, a telling one the same (Saint-Jean is not Saint-Jeanne)."""
    return bool(set(_telling(x)) & set(_telling(y))) and token_sort_ratio(" ".join(x), " ".join(y)) >= SAME_NAME


def telling_words(name: str) -> Core:
    """The words of a name that tell it from others; all of them when none does."""
    words = _words(name)
    known = _names()
    return tuple(w for w in words if w not in known.generic | known.small | known.frequent) or words


def keys(facility: Facility) -> frozenset[str]:
    """What a facility is stored under."""
    who = identity(facility)
    found = _own_keys(who) | _named("placed" if who.commune else "named", who)
    return found | _kinds(who, "kind" if who.generic else "known") if who.commune else found


def lookups(facility: Facility) -> frozenset[str]:
    """Under which keys to look for the same facility: any pair that `same_facility` accepts meets in one."""
    who = identity(facility)
    found = _own_keys(who) | _named("named", who) | (frozenset() if who.commune else _named("placed", who))
    if not who.commune:
        return found
    # One known by its kind meets all of that kind in town; the others need only meet those known by their kind.
    kinds = ("kind", "known") if who.generic else ("kind",)
    return found.union(*(_kinds(who, kind) for kind in kinds))


def _own_keys(who: Identity) -> frozenset[str]:
    found = {f"finess:{number}" for number in who.finess}
    if who.commune:
        found |= {f"at:{who.commune}/{word}" for core in who.local for word in core or ("",)}
    return frozenset(found)


def _kinds(who: Identity, kind: str) -> frozenset[str]:
    return frozenset(f"{kind}:{who.commune}/{family}" for family in who.families)


def _named(kind: str, who: Identity) -> frozenset[str]:
    return frozenset(f"{kind}:{word}" for core in who.full for word in _telling(core))


def _telling(core: Core) -> Core:
    return tuple(w for w in core if w not in _names().frequent) or core
