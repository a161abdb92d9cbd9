"""What is found in a sentence: mentions of services, cues of states, marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from spacy.tokens import Doc, Token

from nlp.lexicon import Entry, Match
from reference.folding import fold

_SELF_DENYING = re.compile(r"(?:^|[ …])(?:ne|n'|pas|plus|aucune?|sans|rien|ni|jamais)(?:$|[ …*])|^n'|…n'")


@dataclass(slots=True)
class Mention:
    """A service (or, by its role, the house, care, patients, everything) named in `[start, end)`."""

    service: str
    role: str
    kind: str
    start: int
    end: int
    i: int
    j: int
    entry: Entry
    wording: str
    partial: bool = False
    none: bool = False
    only: bool = False
    share: bool = False
    elsewhere: bool = False
    free: bool = True
    taken: list[Cue] = field(default_factory=list)


@dataclass(slots=True)
class Cue:
    """Words of a state in `[start, end)`, tokens `[i, j)`; `g` is where its verb group begins, `said` its words, folded."""

    state: str
    dir: str
    start: int
    end: int
    i: int
    j: int
    entry: Entry
    term: str
    g: int = 0
    voice: str = ""
    denied: bool = False
    denied_plus: bool = False
    not_wholly: bool = False
    only: bool = False
    possible: bool = False
    deliberate: bool = False
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    said: str = ""

    @property
    def denies_itself(self) -> bool:
        return _denies_itself(self.term)


@dataclass(slots=True)
class Unit:
    """A sentence: its tokens `[i, j)`, mentions, cues and marks; `outage`: nobody attacked, says the article;
    `own`: the service that the victims are themselves (a laboratory)."""

    doc: Doc
    text: str
    i: int
    j: int
    mentions: list[Mention] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    marks: dict[str, list[Match]] = field(default_factory=dict)
    barriers: set[int] = field(default_factory=set)
    outage: bool = False
    own: str = ""

    def marked(self, section: str, start: int, end: int) -> Iterator[Match]:
        return (m for m in self.marks.get(section, ()) if start <= m.start < end)


@lru_cache(maxsize=4096)
def _denies_itself(term: str) -> bool:
    return bool(_SELF_DENYING.search(fold(term.replace("*", " "))))


def is_finite(token: Token) -> bool:
    return token.pos_ in ("VERB", "AUX") and "Fin" in token.morph.get("VerbForm", [])
