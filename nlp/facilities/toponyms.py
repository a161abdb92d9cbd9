"""What places are called: communes for short, departments by name and number, towns abroad, accents."""

from __future__ import annotations

import re
from functools import cache

import ahocorasick

from nlp.facilities.mentions import LEXICON, core_words
from reference.communes import Commune, communes, departments, named
from reference.folding import fold

LARGE = 10_000  # inhabitants: a smaller commune is rather not meant where a town abroad has its name
# "l'hôpital situé au sud de Paris", "le parquet de Paris": the house need not stand there
BESIDE = re.compile(
    r"\b(?:sud|nord|(?<!c’)(?<!c')est|ouest|loin|kilomètres|km|minutes|heures?|portes|banlieue|région|parquet|procureure?|tribunal|judiciaire|correctionnel|cour d['’]appel|"
    r"porte-parole|opérateurs?|groupe|PDG|patronn?e?|techniciens?|ingénieurs?|abonnés|université|préfecture|préfete?|rectorat|aéroport|commissariat|police|gendarmerie|pompiers|hors|route|direction)\s(?:de\s)?$",
    re.IGNORECASE,
)


@cache
def shortened() -> dict[str, list[Commune]]:
    """Communes of compound names by their first word, where no commune is called so."""
    table: dict[str, list[Commune]] = {}
    for commune in communes():
        first = re.match(r"([^\W\d_]{5,})-(?:en|sur|sous|le|la|les|lès|lez|de|du|des|d|l|aux)\b", commune.name)
        if first and not named(first[1]):
            table.setdefault(fold(first[1]), []).append(commune)
    return table


@cache
def abroad_towns() -> frozenset[str]:
    return frozenset(term for entry in LEXICON.of("abroad") for term in entry.terms)


@cache
def department_names() -> object:
    automaton = ahocorasick.Automaton()
    for department in departments().values():
        name = fold(department.name)
        if name not in ("nord", "manche", "lot", "ain", "landes", "ardennes", "vienne", "paris", "la reunion"):
            automaton.add_word(name, (name, department.code))
    automaton.make_automaton()
    return automaton


def department_code(words: str) -> str | None:
    """The code of a department named in full or by number ("Loiret", "45"), else None."""
    codes = _department_codes()
    return codes.get(fold(words)) or codes.get(words.strip())


PROVINCES = (
    "Alsace", "Lorraine", "Champagne-Ardenne", "Champagne", "Aquitaine", "Limousin", "Poitou-Charentes", "Poitou", "Midi-Pyrénées",
    "Languedoc-Roussillon", "Languedoc", "Roussillon", "Auvergne", "Rhône-Alpes", "Bourgogne", "Franche-Comté", "Picardie",
    "Nord-Pas-de-Calais", "Haute-Normandie", "Basse-Normandie", "Provence", "Paca", "Côte d'Azur", "Dauphiné", "Savoie", "Béarn",
    "Pays basque", "Périgord", "Quercy", "Anjou", "Touraine", "Berry", "Sologne", "Beauce", "Perche", "Cotentin", "Outre-mer", "Antilles",
    "Québec", "Ontario", "Nouveau-Brunswick", "Nouvelle-Écosse", "Terre-Neuve", "Terre-Neuve-et-Labrador", "Labrador", "Manitoba", "Alberta",
    "Saskatchewan", "Colombie-Britannique", "Catalogne", "Lombardie", "Latium", "Toscane", "Bavière", "Saxe", "Hesse", "Brabant", "Hainaut",
    "Valais", "Vaud", "Jura", "Tessin", "Californie", "Texas", "Floride", "Écosse", "Irlande du Nord", "Londres", "Hexagone",
)  # fmt: skip
_QUARTERS = ("Nord", "Sud", "Est", "Ouest", "Nord-Est", "Nord-Ouest", "Sud-Est", "Sud-Ouest", "Midi", "Centre")


@cache
def regions() -> frozenset[frozenset[str]]:
    """The words of what is too wide to name a house: departments, regions, countries, "le Grand Ouest", "le Sud"."""
    wide = [name for d in departments().values() for name in (d.name, d.region)]
    wide += [f"{grand}{quarter}" for quarter in _QUARTERS for grand in ("", "Grand ", "Grand-")]
    wide += [term for entry in LEXICON.of("country") for term in entry.terms]
    wide += ["France", "Belgique", "Suisse", "Europe", *PROVINCES]
    return frozenset(core_words(name) for name in wide)


@cache
def _department_codes() -> dict[str, str]:
    by_name = {fold(department.name): code for code, department in departments().items()}
    return by_name | {code: code for code in departments()}


def same_accents(written: str, name: str) -> bool:
    """ "Champagne" is not Champagné, but capitals may lose their accent ("Saint-Etienne", "VENDOME")."""
    if written.isupper():
        return fold(written) == fold(name)
    return _strip_capitals(written) == _strip_capitals(name)


def _strip_capitals(name: str) -> str:
    out = "".join(fold(c).upper() if c.isupper() and c.isalpha() else c for c in name)
    return re.sub(r"[-’' ]+", " ", out.replace("œ", "oe").replace("Œ", "OE")).strip().casefold()


def has_accents(written: str, name: str) -> bool:
    """Whether the two differ by an accent on a small letter."""
    return _strip_capitals(written) != _strip_capitals(name) and fold(written) == fold(name)


def rather_not(told: str, commune: Commune) -> bool:
    """ "le CHU de La Réunion", "l'ARS": a department's name or initials, though a small commune has them too."""
    small = (commune.population or 0) < LARGE
    return small and (department_code(told) is not None or (told.isupper() and len(told) < 5))


def is_owner(text: str, name: str) -> bool:
    """Whether a text says "l'intercommunale X", "le directeur général de X": who runs houses, no town."""
    return bool(
        re.search(
            r"\b(?:intercommunale|groupe|réseau|société|association|fondation|mutuelle|enseigne|gestionnaire|opérateur|coopérative|"
            r"opérateur (?:téléphonique|télécom|historique|de téléphonie|français|mobile)|"
            r"(?:directeur|directrice|présidente?|PDG|porte-parole|patron|patronne|techniciens?|ingénieurs?)\s(?:générale?\s)?(?:de |du |d['’]))"
            rf"\s?{re.escape(name)}(?![\w-])",
            text,
        )
    )


# "explique l'entreprise à RTL", "confie le directeur de l'établissement à Ouest-France": whom they speak to
_IN_LETTERS = re.compile(r"[A-ZÀ-Þ]{2,5}\d?(?![\w’'-])")
_SPEAKS = re.compile(
    r"\b(?:expliqu|indiqu|précis|confi|déclar|racont|assur|affirm|témoign|détaill|confirm|annonc|répond|rapport|ajout|dit|glisse|lâche|résum|soulign)"
    r"(?:e|ent|ait|aient|é|ée|és)?\b[^.;:!?,\n]{0,60}$",
    re.I,
)


def is_listener(text: str, start: int, name: str) -> bool:
    """Whether a name that "à" brings after the house at `start`, and that no table holds, is whom it speaks to."""
    return bool(_IN_LETTERS.fullmatch(name) or _SPEAKS.search(text, max(0, start - 120), start))
