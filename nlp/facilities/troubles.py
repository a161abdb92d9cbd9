"""An incident told by no word of its own: a thing and what befell it, near each other in one sentence.

"Le logiciel de régulation est tombé", "un disque laissé dans un train", "les ordonnances d'inconnus": neither word says
anything alone, both together do. Words in `troubles.toml`, by pairs of sections.
"""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

from spacy.tokens import Doc

from nlp.document import is_noise, sentence_at
from nlp.lexicon import Lexicon, Match

# what befalls what, and at most how many characters lie between
_PAIRS = {
    ("machine", "breaks"): 60,
    ("carrier", "lost"): 60,
    ("data", "open"): 50,
    ("record", "looked"): 50,
    ("access", "misused"): 50,
    ("money", "cheated"): 80,
    ("calls", "flooded"): 60,
}
LEXICON = Lexicon(
    Path(__file__).with_name("troubles.toml"), {**{kind: None for pair in _PAIRS for kind in pair}, "wrong": None}
)
_RECORDS = frozenset({"data", "record"})


def troubles(doc: Doc) -> list[Match]:
    """Where a pair stands, from its first word to its last, in text order."""
    cached: list[Match] | None = doc.user_data.get("troubles")
    if cached is None:
        cached = doc.user_data["troubles"] = _read(doc)
    return cached


def _read(doc: Doc) -> list[Match]:
    by_section: dict[str, list[Match]] = {}
    for match in LEXICON.scan(doc._.folded):
        if not is_noise(doc, match.start):
            by_section.setdefault(match.entry.section, []).append(match)
    found: list[Match] = []
    for (thing, trouble), reach in _PAIRS.items():
        things, befalls = by_section.get(thing, []), by_section.get(trouble, [])
        if not things or not befalls:
            continue
        if thing == "carrier" and not _RECORDS & by_section.keys():
            continue  # a thing of value was stolen, and nothing told of what it held
        if thing == "record" and "wrong" not in by_section:
            continue  # reading records is what they are for
        found += _beside(doc, things, befalls, reach)
    return sorted(found, key=lambda m: (m.start, m.end))


def _beside(doc: Doc, things: list[Match], befalls: list[Match], reach: int) -> list[Match]:
    """For each thing the nearest trouble of its own sentence."""
    starts = [m.start for m in befalls]
    out = []
    for thing in things:
        at = bisect_left(starts, thing.start)
        near = [(_between(thing, m), m) for m in befalls[max(0, at - 2) : at + 2]]
        near = [(gap, m) for gap, m in near if 0 <= gap <= reach]
        if not near:
            continue
        _, trouble = min(near, key=lambda n: n[0])
        first, last = sorted((thing, trouble), key=lambda m: m.start)
        if sentence_at(doc, first.start) == sentence_at(doc, last.start):
            out.append(Match(first.start, max(first.end, last.end), trouble.entry, f"{thing.term} … {trouble.term}"))
    return out


def _between(a: Match, b: Match) -> int:
    """Characters between two matches; negative where they overlap."""
    return max(a.start, b.start) - min(a.end, b.end)
