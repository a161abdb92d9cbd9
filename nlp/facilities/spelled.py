"""Names whose last words bear no capital: told with their letters ("la Mutuelle générale des dockers (MGD)"), or with
the adjective of a place ("l'Hôpital fribourgeois").
"""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from nlp.document import text_of
from reference.folding import fold

_SMALL = frozenset(
    ["de", "du", "des", "d", "la", "le", "les", "l", "et", "en", "a", "au", "aux", "sur", "pour", "of", "the", "and"]
)
_BRACKET = re.compile(r"\s\(([A-Z][\w-]{1,9})\)")
_CUT = re.compile(r"[,;:.!?«»()\n]")


# "le CHUV", "au CHwapi", "les HUG": after an article, letters that begin as a hospital's do
_LETTERS = re.compile(
    r"\b(?:[Ll]e|[Dd]u|[Aa]u|[Ll]es|[Dd]es|[Aa]ux|[Cc]e|[Nn]otre|[Ll]eur|[Ss]on) ((?:CH|GH|HU)[A-Zw][A-Za-z]{0,5})(?![\w’'])"
)
_NOT_HOUSES = frozenset(["CHF", "CHSCT", "CHRU", "CHU", "CHR", "CHI", "CHIC", "CHD", "CHS", "CHSLD", "GHT", "GHU"])


def lettered(doc: Doc) -> dict[str, str]:
    """The letters that the text uses as the name of a hospital, and its type by them."""
    found = {m[1] for m in _LETTERS.finditer(text_of(doc)) if sum(c.isupper() for c in m[1]) > 2}
    return {word: "chu" if word.startswith(("CHU", "CHR", "HU")) else "ch" for word in found - _NOT_HOUSES}


def full_name(text: str, start: int, head_end: int) -> int | None:
    """The end of a name that starts at `start` and whose letters stand in brackets after it, else None.

    The capitals of the brackets must be the initials of its words, in order, from the first one on: "hôpital
    fribourgeois (HFR)" agrees, "hôpital de la ville (Jura)" does not. `head_end`: the end of its noun.
    """
    bracket = _BRACKET.search(text, head_end, head_end + 90)
    if bracket is None or _CUT.search(text[head_end : bracket.start()]):
        return None
    letters = [c for c in fold(bracket[1]) if c.isalpha()]
    if sum(c.isupper() for c in bracket[1]) < 2 or not _agree(letters, text[start : bracket.start()]):
        return None
    return bracket.start()


def _agree(letters: list[str], words: str) -> bool:
    """Whether the letters are read off the words in order, each new word giving its first one."""
    parts = [w for w in re.findall(r"[a-z0-9]+", fold(words)) if w not in _SMALL]
    if not parts or not letters or parts[0][0] != letters[0]:
        return False
    at = 0
    used = 0
    for part in parts:
        if at < len(letters) and part[0] == letters[at]:
            at += 1
            used += 1
            inside = 1
            while at < len(letters) and inside < len(part):  # "HFR": two letters of one word
                following = parts[parts.index(part) + 1 :]
                if following and following[0][0] == letters[at]:
                    break
                inside = part.find(letters[at], inside) + 1
                if not inside:
                    break
                at += 1
    return at == len(letters) and used * 2 >= len(parts)


_PLACE_ADJECTIVE = re.compile(
    r"[a-zà-ÿ-]{3,}(?:ois|oise|ais|aise|ien|ienne|éen|éenne|ains?|aine|in|ine|ote?|asque|and|ande|cain|aux|ique)$"
)
_NO_PLACE = frozenset(
    [
        "ancien",
        "ancienne",
        "quotidien",
        "quotidienne",
        "prochain",
        "prochaine",
        "certain",
        "certaine",
        "moyen",
        "moyenne",
        "voisin",
        "voisine",
        "informatique",
        "humain",
        "mauvais",
        "public",
        "publique",
        "mutualiste",
        "privé",
        "grand",
        "grande",
        "français",
        "française",
        "francais",
        "unique",
        "physique",
        "électronique",
        "technique",
        "numérique",
        "plastique",
        "psychiatrique",
        "pédiatrique",
        "gériatrique",
        "périphérique",
        "clinique",
        "sein",
        "mien",
        "sien",
        "chirurgien",
        "pharmacien",
        "soin",
        "désormais",
        "jamais",
        "mais",
        "mitoyen",
        "historique",
        "scientifique",
        "dynamique",
        "catholique",
        "laïque",
        "mois",
        "fois",
        "trois",
        "toujours",
        "frais",
        "parfois",
        "médicaux",
        "locaux",
        "nouveaux",
        "généraux",
        "régionaux",
        "nationaux",
        "loin",
        "matin",
        "enfin",
        "afin",
        "bien",
        "rien",
        "combien",
        "demain",
        "train",
        "main",
        "besoin",
        "magasin",
        "médecin",
        # verbs
        "indique",
        "explique",
        "communique",
        "implique",
        "pratique",
        "revendique",
        "complique",
        "critique",
        "applique",
        "termine",
        "examine",
        "détermine",
        "domine",
        "note",
        "vote",
        "demande",
        "commande",
        "recommande",
    ]
)


_COMPLEMENT = re.compile(r"\s(?:de l['’]|de la |du |des )([a-zà-ÿ-]{4,})")
_NO_COMPLEMENT = frozenset(
    ["ville", "département", "région", "secteur", "canton", "commune", "groupe", "jour", "coin", "territoire", "quartier", "pays", "centre", "nord", "est", "ouest", "groupement", "réseau", "province", "agglomération"]
)  # fmt: skip
_WITH_COMPLEMENT = frozenset(["hôpital", "clinique", "polyclinique", "maternité"])


def _by_complement(doc: Doc, first: Token, last: Token) -> int:
    """ "l'Hôpital de l'enfance", "la Clinique de la main": a noun with a capital and what it is for, else 0."""
    if first.i != last.i or first.lower_ not in _WITH_COMPLEMENT:
        return 0
    found = _COMPLEMENT.match(text_of(doc), last.idx + len(last))
    return found.end() if found and found[1] not in _NO_COMPLEMENT else 0


def by_adjective(doc: Doc, first: Token, last: Token) -> int:
    """ "l'Hôpital fribourgeois", "la Clinique valaisanne": a noun with a capital within its sentence and the adjective
    of a place or what it is for, else 0. The capital says that the two are a name; "l'hôpital voisin" is none.
    """
    following = doc[last.i + 1] if last.i + 1 < len(doc) else None
    if following is None or not first.text[:1].isupper() or first.text.isupper() or not first.i or first.is_sent_start:
        return 0
    low = following.text
    if low in _NO_PLACE or not _PLACE_ADJECTIVE.fullmatch(low):
        return _by_complement(doc, first, last)
    return following.idx + len(following)
