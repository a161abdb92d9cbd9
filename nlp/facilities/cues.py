"""The wordings of `facilities.toml` that give a facility its part, where they stand in one Doc."""

from __future__ import annotations

import re
from bisect import bisect_left

from spacy.tokens import Doc

from nlp.attacks.mentions import WEAK
from nlp.document import live, text_of
from nlp.facilities.mentions import LEXICON, ROLE_SECTIONS
from nlp.facilities.troubles import troubles
from nlp.lexicon import Entry, Match

_TOLD = Entry("attack_strong", "told", (), {}, "attacks.toml")
# of these the section has its own words: « pirates » may be of the sea, cables be stolen for their copper
_OWN_WORDS = frozenset({"cyberattaque_non_precisee", "panne", "atteinte_physique"})
_ONLY_PARTICIPLES = re.compile(r"^\{[^,}é]*é[^,}]*(?:,[^,}é]*é[^,}]*)*\}(?: \w+)?$")


def _loses_its_accent(term: str, words: str) -> bool:
    """Folding makes "pirates" of "piratés", "vise" of "visé": a noun or a present is no participle."""
    return bool(_ONLY_PARTICIPLES.match(term)) and words.islower() and "é" not in words


class Cues:
    """The role wordings of a Doc by section, for look-ups by stretch of text."""

    def __init__(self, doc: Doc) -> None:
        self.matches: dict[str, list[Match]] = {}
        text = text_of(doc)
        for match in LEXICON.scan(doc._.folded, ROLE_SECTIONS):
            if _loses_its_accent(match.term, text[match.start : match.end]):
                continue
            self.matches.setdefault(match.entry.section, []).append(match)
        self._add_attacks(doc)

    def _add_attacks(self, doc: Doc) -> None:
        """What `vigie_attacks` found of one kind or another counts as words for an attack, too, and so do pairs of words."""
        told = [f for f in live(doc._.findings, "attack_types") if f.value.type not in _OWN_WORDS]
        told += [f for f in live(doc._.findings, "attack_signal") if f.value[0] in ("encryption", "demand")]
        told = [f for f in told if f.weight > WEAK]
        pairs = troubles(doc)
        if told or pairs:
            strong = self.matches.setdefault("attack_strong", [])
            strong += [Match(f.start, f.end, _TOLD, f.rule) for f in told] + pairs
            strong.sort(key=lambda m: (m.start, m.end))

    def within(self, kind: str, start: int, end: int) -> list[Match]:
        found = self.matches.get(kind, [])
        first = bisect_left(found, start, key=lambda m: m.start)
        out = []
        for match in found[first:]:
            if match.start >= end:
                break
            if match.end <= end:
                out.append(match)
        return out
