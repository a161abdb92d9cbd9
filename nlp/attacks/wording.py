"""One wording of `attacks.toml` found in an article, with its sentence and the words of context around it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc

from nlp.assertion import Stretch
from nlp.document import text_of
from nlp.lexicon import Match

_WORDS = re.compile(r"\w+")
# « les données de l'hôpital, attaqué dimanche, ont été mises en ligne »: what stands between commas is no distance
_ASIDE = re.compile(r",[^,.;:!?]{0,90},")
# the sections of words that give an attack word its meaning, wherever they stand beside it
_BESIDE = frozenset({"data", "outsider", "it", "illness", "hostile", "entry", "tool", "house", "system"})
# how far from its sentence the data that an error exposed may be told, in characters
_BACK = 200


class Places:
    """Where the words for data and the context words stand, for look-ups by sentence."""

    def __init__(self, doc: Doc, matches: Iterable[Match]) -> None:
        self.text = text_of(doc)
        self.kinds: dict[str, list[Match]] = {}
        for match in matches:
            if match.entry.section in _BESIDE:
                self.kinds.setdefault(match.entry.section, []).append(match)
        self.starts = {kind: [m.start for m in found] for kind, found in self.kinds.items()}

    def inside(self, kind: str, start: int, end: int) -> list[Match]:
        starts = self.starts.get(kind, [])
        return self.kinds.get(kind, [])[bisect_left(starts, start) : bisect_left(starts, end)]

    def nearest_data(self, match: Match, sentence: Stretch, words: int, back: bool = False) -> Match | None:
        """The word for data nearest to `match`, at most so many words away; `back`: in the sentences beside, too."""
        return self.nearest("data", match, sentence, words, back)

    def nearest(self, kind: str, match: Match, sentence: Stretch, words: int, back: bool = False) -> Match | None:
        """The same for a context word of any kind."""
        best: tuple[int, Match] | None = None
        reach = _BACK if back else 0
        for found in self.inside(kind, sentence.start - reach, sentence.end + reach):
            if found.id == "none":
                continue
            if found.start < match.end and match.start < found.end:
                return found
            between = self.text[min(found.end, match.end) : max(found.start, match.start)]
            if len(between) > 400:
                continue
            distance = len(_WORDS.findall(_ASIDE.sub(" ", between)))
            if distance <= words and (best is None or distance < best[0]):
                best = distance, found
        return best[1] if best else None


@dataclass(frozen=True, slots=True)
class Wording:
    """A match of the lexicon where it stands; `data`: the word for data that it counts beside, if it needs one."""

    doc: Doc
    match: Match
    places: Places
    sentence: Stretch
    data: Match | None = None

    @property
    def id(self) -> str:
        return self.match.id

    @property
    def options(self) -> Mapping[str, Any]:
        return self.match.entry.options

    @property
    def said(self) -> str:
        return self.places.text[self.match.start : self.match.end]

    def before(self, most: int) -> str:
        """At most so many characters of its sentence before it."""
        return self.places.text[max(self.sentence.start, self.match.start - most) : self.match.start]

    def after(self, most: int) -> str:
        """At most so many characters of its sentence after it."""
        return self.places.text[self.match.end : min(self.match.end + most, self.sentence.end)]

    def just_before(self, most: int = 12) -> str:
        """So many characters before it, whatever the sentence."""
        return self.places.text[max(0, self.match.start - most) : self.match.start]
