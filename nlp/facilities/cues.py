"""The wordings of `facilities.toml` that give a facility its part, where they stand in one Doc."""

from __future__ import annotations

import re
from bisect import bisect_left

from spacy.tokens import Doc

from nlp.document import text_of
from nlp.facilities.mentions import LEXICON, ROLE_SECTIONS
from nlp.lexicon import Match

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
