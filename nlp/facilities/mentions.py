"""A place where a text names a facility, the words that distinguish a name, and the lexicon of the component."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from nlp.lexicon import Lexicon
from reference.folding import fold
from reference.gazetteer import Facility
from reference.vocabulary import term_ids

ROLE_SECTIONS = (
    "hit_subject", "hit_object", "borrowed", "receive_after", "receive_to", "receive_before", "other_before", "other_link", "other_after",
    "attack_strong", "attack_weak", "patients", "cargo", "taken", "gathers",
)  # fmt: skip
SECTIONS = {
    "head": term_ids("facility_types"),
    "anaphor": None,
    "industry": None,
    "rival": None,
    "abroad": None,
    "country": None,
    "acronym": None,
    **dict.fromkeys(ROLE_SECTIONS),
}
# a proper name: words with a capital, linked by small words and hyphens
PROPER = r"(?:L[ae]s?[ -]|L['’])?[A-ZÀ-ÖØ-Þ][\w’'-]*(?:[ -](?:(?:de|du|des|la|le|les|sur|sous|en|lès|lez|et|d['’]|l['’]|aux|au)[ -]?){0,2}[A-ZÀ-ÖØ-Þ][\w’'-]*){0,5}"
# a commune's name with its river or saint: "Saint-Aubin-sur-Cher", "Langeac-le-Pont"
COMPOUND = re.compile(
    r"(?:[LD]['’])?[A-ZÀ-Þ][\w’']+(?:-[\w’']+)*-(?:sur|sous|le|la|les|lès|lez|en|de|du|des|d['’]\w+|l['’]\w+|aux?)(?:-[\w’']+)+"
    r"|[A-ZÀ-Þ][\w’']+(?:-[\w’']+)*-[dl]['’][A-ZÀ-Þ]\w+"
    r"|Sainte?(?:-[\w’']+)+"
)
_HOUSE = r"(?:hôpital|hospitalier|clinique|Ehpad|CH|maternité|pharmacie|maison de retraite) (?:de |d['’]|à )"
LEXICON = Lexicon(Path(__file__).with_name("facilities.toml"), SECTIONS)


def told_as_town(text: str, name: str) -> bool:
    """Whether a text says "à Corvilliers" or "l'hôpital de Corvilliers": a town, though no table holds it."""
    return bool(re.search(rf"(?:(?<!\w)[àÀ] |{_HOUSE}){re.escape(name)}(?![\w-])", text))


@dataclass(slots=True)
class Mention:
    """One place where a facility is spoken of.

    `kind`: `known` (the register's name), `named` (by grammar), `generic` ("l'hôpital"), `indefinite` ("une clinique"),
    `bare` (a noun without article). `text` may differ from the Doc's words: "Coutances" of "les hôpitaux de Saint-Lô et
    Coutances" is "hôpital de Coutances". `opens`: it opens its sentence; `site`: it opens a
    paragraph on one of several facilities hit at once; `listed`: it stands in a list with one told to be hit; `row`: where the list
    that it stands in begins; `where`: the words in which its town is told, when not in its name;
    `regional`: its name is no more than a noun and a department ("un hébergeur de données de santé du Lot-et-Garonne").
    """

    start: int
    end: int
    text: str
    type: str
    kind: str
    name: str = ""
    core: frozenset[str] = frozenset()
    known: tuple[Facility, ...] = ()
    contextual: bool = False
    plural: bool = False
    acronym: str | None = None
    entity: int | None = None
    indefinite: bool = False
    apposed_to: Mention | None = None
    place: Any = None
    opens: bool = False
    site: bool = False
    listed: bool = False
    row: int | None = None
    where: str = ""
    regional: bool = False
    roles: list[tuple[str, str]] = field(default_factory=list)

    @property
    def aside(self) -> bool:
        """Told as another case, a neighbour, or a place where patients go."""
        return any(role in ("receiver", "other", "past", "spared", "exercise") for role, _ in self.roles)

    def has(self, role: str) -> bool:
        return any(r == role for r, _ in self.roles)


GENERIC = frozenset(
    [
        "le",
        "la",
        "les",
        "l",
        "de",
        "du",
        "des",
        "d",
        "un",
        "une",
        "a",
        "au",
        "aux",
        "et",
        "en",
        "ch",
        "chu",
        "chr",
        "chru",
        "chi",
        "chic",
        "centre",
        "centres",
        "hospitalier",
        "hospitaliers",
        "hopital",
        "hopitaux",
        "clinique",
        "cliniques",
        "pole",
        "sante",
        "groupe",
        "groupement",
        "reseau",
        "universitaire",
        "universitaires",
        "regional",
        "general",
        "etablissement",
        "prive",
        "privee",
        "site",
        "ehpad",
        "residence",
        "polyclinique",
        "medical",
        "laboratoire",
        "laboratoires",
        "pharmacie",
        "maternite",
        "maison",
        "retraite",
        "cabinet",
        "mutuelle",
        "intercommunal",
        "psychiatrique",
        "mentale",
        "epsm",
        "medicale",
        "biologie",
        "imagerie",
        "radiologie",
        "analyses",
        "ght",
        "ghu",
        "territoire",
        "hospitalo",
        "public",
        "local",
        "entreprise",
        "societe",
        "plateforme",
        "editeur",
        "prestataire",
        "operateur",
        "application",
        "logiciel",
        "dentaire",
    ]
)


@lru_cache(maxsize=1 << 14)
def core_words(name: str) -> frozenset[str]:
    """The distinguishing words of a name, folded: "Centre hospitalier d'Issoudun" → {issoudun}."""
    return frozenset(re.findall(r"[a-z0-9+]+", _in_letters(fold(name)))) - GENERIC


@cache
def _letters() -> tuple[re.Pattern[str], dict[str, str]]:
    short = {form: entry.id for entry in LEXICON.of("acronym") for forms in entry.forms.values() for form in forms}
    return re.compile("|".join(sorted(map(re.escape, short), key=len, reverse=True))), short


def _in_letters(folded: str) -> str:
    """ "agence regionale de sante de Normandie" → "ars de Normandie"."""
    pattern, short = _letters()
    return pattern.sub(lambda m: short[m[0]], folded)
