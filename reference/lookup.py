"""Forgiving look-up of a facility by a few words: `clinique vinci`, `trouseau`, `hopital blois`.

Every word of the query is compared with the words of each facility's names, aliases and commune (typing errors
and unfinished words count for less, rare words for more); the best candidates are then ranked on how well a whole
name fits.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from math import log
from re import findall

from rapidfuzz import fuzz, process

from reference.gazetteer import Facility, Match, by_finess, facilities
from reference.wordings import folded

CANDIDATES = 60
LEAST_SCORE = 0.45
_CLOSE_ENOUGH = 74
_SMALL_WORDS = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"])
_SAME_WORDS = {
    "hopitaux": "hopital",
    "hospitalier": "hopital",
    "ch": "hopital",
    "chu": "chu",
    "chru": "chu",
    "chr": "chu",
    "polyclinique": "clinique",
    "cliniques": "clinique",
    "labo": "laboratoire",
    "laboratoires": "laboratoire",
    "lbm": "laboratoire",
    "st": "saint",
    "ste": "sainte",
}


def _words(text: str) -> list[str]:
    words = [_SAME_WORDS.get(w, w) for w in findall(r"\w+\+?", folded(text))]
    return [w for w in words if w not in _SMALL_WORDS] or words


@cache
def _index() -> tuple[dict[str, dict[int, float]], dict[str, float]]:
    """For each word the facilities that have it (with the weight of where), and how telling the word is."""
    having: dict[str, dict[int, float]] = defaultdict(dict)
    for i, f in enumerate(facilities()):
        sources = [(f.commune or "", 0.85), (f.department or "", 0.6), (f.group or "", 0.7)]
        sources += [(name, 0.95) for name in (*f.aliases, *f.aliases_context)] + [(f.name, 1.0)]
        for text, weight in sources:
            for word in _words(text):
                having[word][i] = max(weight, having[word].get(i, 0.0))
    count = len(facilities())
    return dict(having), {word: log(1 + count / len(owners)) for word, owners in having.items()}


def best(words: str, department: str | None, limit: int) -> list[Match]:
    """The facilities nearest to `words`, best first. A FINESS number finds its facility."""
    query = _words(words)
    if not query or limit < 1:
        return []
    if numbered := by_finess(words.replace(" ", "")):
        return [Match(numbered, 1.0)] if department in (None, numbered.department) else []
    having, telling = _index()
    vocabulary = list(having)
    points: dict[int, float] = defaultdict(float)
    most = 0.0
    for word in query:
        near = {word: 1.0} if word in having else _near(word, vocabulary)
        weight = max((telling[w] for w in near), default=log(1 + len(facilities())))
        most += weight
        gained: dict[int, float] = {}
        for found, likeness in near.items():
            for i, place in having[found].items():
                gained[i] = max(gained.get(i, 0.0), likeness * place)
        for i, gain in gained.items():
            points[i] += weight * gain
    known = facilities()
    kept = [i for i in points if department is None or known[i].department == department]
    kept = sorted(kept, key=lambda i: -points[i])[:CANDIDATES]
    wanted = " ".join(query)
    town = folded(words)  # with its article: « le blanc » is a town of the Indre before it is a colour
    matches = (Match(f, _score(points[i] / most, wanted, town, f)) for i in kept if (f := known[i]))
    return sorted((m for m in matches if m.score >= LEAST_SCORE), key=lambda m: -m.score)[:limit]


def _score(share: float, wanted: str, town: str, facility: Facility) -> float:
    here = 0.04 if facility.commune and folded(facility.commune) == town else 0.0
    return min(1.0, round(0.65 * share + 0.27 * _fit(wanted, facility) + _standing(facility) + here, 3))


def _standing(facility: Facility) -> float:
    """What a bare town name is likelier to mean: its hospital before its dialysis centre."""
    if facility.parent:
        return 0.0
    return {"chu": 0.08, "ch": 0.08, "hopital_proximite": 0.05, "clinique": 0.04, "psychiatrie": 0.03}.get(
        facility.type, 0.0
    )


def _near(word: str, vocabulary: list[str]) -> dict[str, float]:
    """Words that `word` may be a typing error or the beginning of, with their likeness from 0 to 1."""
    near = {w: 0.9 for w in vocabulary if len(word) >= 3 and w.startswith(word)}
    if len(word) >= 4:
        found = process.extract(word, vocabulary, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH, limit=12)
        near |= {w: max(near.get(w, 0.0), score / 100) for w, score, _ in found}
    return near


def _fit(wanted: str, facility: Facility) -> float:
    """How well one whole name of the facility (with or without its commune) says what is wanted, 0 to 1."""
    names = [" ".join(_words(name)) for name in (facility.name, *facility.aliases, *facility.aliases_context)]
    commune = " ".join(_words(facility.commune or ""))
    names += [f"{name} {commune}" for name in names]
    found = process.extractOne(wanted, names, scorer=fuzz.token_sort_ratio)
    return float(found[1]) / 100 if found else 0.0
