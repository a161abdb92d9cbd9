"""How much of a service its words mean: all, none, a part, only some, or another house's."""

from __future__ import annotations

import re

from nlp.lexicon import Match
from nlp.services.grammar import words
from nlp.services.sentence import Mention, Unit
from reference.folding import fold

# "deux des quatre blocs"
_SOME_OF = re.compile(
    r" ?(?:des|de ses|de nos|de leurs) (?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|vingt|\d+)\b"
)
_ALL_OF = frozenset(("les", "ses", "leurs", "nos"))
_PREPOSITIONS = words("prepositions")
_DETERMINERS = frozenset(("DET", "ADJ", "NUM"))
_SHARES = words("shares")
_SPANS = words("spans")
_NONE_OF = frozenset(("aucun", "aucune", "nul", "nulle"))
_DENIALS = frozenset(("pas", "plus", "jamais", "aucun", "aucune"))


def look_around(unit: Unit, mention: Mention) -> None:
    """Fill in what of the mention is meant, and whether it stands free of a preposition."""
    doc = unit.doc
    low = max(unit.i, mention.i - 5)
    for match in unit.marked("part", doc[low].idx, mention.end):
        if match.start < mention.start < match.end or match.start >= mention.start:
            continue  # "le tiers payant", "l'accès à distance"
        between = fold(unit.text[match.end : mention.start]) if match.end <= mention.start else ""
        near = 1 if "exterieur" in fold(match.term) or "distance" in fold(match.term) else 3
        parted = bool(re.search(r"[,;:.]", between)) or any(
            c.start < mention.start and match.end <= c.start for c in unit.cues
        )
        if match.id != "share" and fold(unit.text[max(0, match.start - 6) : match.start]).endswith(
            (" ses ", " les ", "leurs ")
        ):
            continue  # "ses trois accélérateurs" are all of them
        if match.id != "share" and between.strip().split(" ")[0] in _SPANS:
            continue  # "suspendre quelques jours les consultations": all of them
        if len(between.split()) <= near and not parted and not _whole(match):
            mention.partial = True
            mention.share = mention.share or match.id == "share" or bool(_SOME_OF.match(between))
    for match in unit.marked("part", mention.end, doc[min(unit.j, mention.j + 3) - 1].idx + 1):
        if fold(match.term).startswith("sur "):
            mention.partial = mention.share = True
    share = max((t.i for t in doc[low : mention.i] if t.text == "%"), default=None)
    if share is not None and not any(share < c.i < mention.i for c in unit.cues):
        mention.partial = mention.share = True
    after = [fold(t.text) for t in doc[mention.j : min(unit.j, mention.j + 4)]]
    mention.elsewhere = after[:1] in (["voisin"], ["voisine"], ["voisins"], ["voisines"]) or (
        "autres" in after[:3] and after[:1] in (["des"], ["d'"], ["de"], ["du"])
    )
    at, counted = mention.i - 1, False
    while at >= unit.i and (doc[at].pos_ in _DETERMINERS or doc[at].lower_ in ("l'", "l’", "un", "une")):
        word = fold(doc[at].text)
        if word in _NONE_OF or (word in ("un", "une") and at > unit.i and doc[at - 1].lower_ in ("pas", "plus")):
            mention.none = True
        elif word in ("seul", "seule", "seuls", "seules"):
            denied = {fold(t.text) for t in doc[max(unit.i, at - 5) : at]} & _DENIALS
            mention.only = not denied or fold(doc[at - 1].text) not in ("un", "une")
        elif mention.service == "si_global" and word in ("un", "une"):
            mention.partial = not mention.wording.startswith(("systeme", "reseau"))
        elif mention.service == "si_global" and (doc[at].pos_ == "NUM" or doc[at].like_num or word == "des"):
            mention.partial = counted = True
        elif counted and word in _ALL_OF:
            mention.partial = False  # "les 3 000 postes de travail" are all of them
        elif word in ("autre", "autres") and mention.role == "place":
            mention.elsewhere = True
        at -= 1
    if at >= unit.i and mention.service == "si_global" and doc[at].like_num:
        mention.partial = True
    word = fold(doc[at].text) if at >= unit.i else ""
    if counted and word == "sur":
        mention.partial = mention.share = True  # "sur les 1 200 ordinateurs, 300 sont …"
    if word in ("de", "d'", "des", "du") and at > unit.i and fold(doc[at - 1].text) in _SHARES:
        word = ""  # "une partie de l'activité"
    mention.free = word not in _PREPOSITIONS or (word == "pour" and at == unit.i)
    if fold(doc[mention.i].text) in ("du", "des", "de", "d'", "au", "aux"):
        mention.free = False


def _whole(match: Match) -> bool:
    """ "L'essentiel", "la plupart", "presque tous": for what counts, the whole."""
    return fold(match.term).startswith(("l'essentiel", "la plupart", "presque tout"))
