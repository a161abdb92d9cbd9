"""The words of `details.toml` found in a Doc, to be looked up by section and stretch."""

from __future__ import annotations

import re
from bisect import bisect_left
from pathlib import Path

from spacy.tokens import Doc

from nlp.assertion import Stretch, stretch_at
from nlp.document import Finding, is_noise, text_of
from nlp.lexicon import Lexicon, Match

AUTHORITIES = ("anssi", "cert_sante", "cnil", "ars", "parquet", "police", "gendarmerie", "ministere")
LEXICON = Lexicon(
    Path(__file__).with_name("details.toml"),
    {
        "authority": AUTHORITIES,
        "authority_not": None,
        "act_before": None,
        "act_after": None,
        "act_statement": None,
        "quoting": None,
        "voice": ("official", "witness", "claimant", "media"),
        "speech": None,
        "according": None,
        "act": None,
        "press": None,
        "claim": None,
        "tentative": None,
        "requalified": ("requalified", "weak"),
        "rumour": None,
        "cleared": None,
        "actor_context": ("actor_context", "strong"),
        "untouched": None,
        "touched": None,
        "data_noun": None,
        "accessed": None,
        "person": ("person", "staff", "letter"),
        "person_cue": ("concerned", "leak"),
        "person_not": ("not", "staff"),
        "supplier": ("role", "known", "cause", "helper"),
        "care": ("none", "means", "danger", "harm"),
        "care_noun": None,
        "effect": None,
    },
)
_WORD = re.compile(r"\w+")


class Hits:
    """Matches by section, without those in noise. Look-ups cost the matches of the stretch."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.text = text_of(doc)
        self.by_section: dict[str, list[Match]] = {}
        for match in LEXICON.scan(doc._.folded):
            if not is_noise(doc, match.start):
                self.by_section.setdefault(match.entry.section, []).append(match)
        # findings of the actors named, put here by `vigie_details` before the other fields are read
        self.actors: list[Finding] = []
        self._starts = {section: [m.start for m in found] for section, found in self.by_section.items()}

    def all(self, section: str, *ids: str) -> list[Match]:
        return [m for m in self.by_section.get(section, ()) if not ids or m.id in ids]

    def inside(self, section: str, start: int, end: int, *ids: str) -> list[Match]:
        starts = self._starts.get(section, [])
        found = self.by_section.get(section, [])[bisect_left(starts, start) : bisect_left(starts, end)]
        return [m for m in found if not ids or m.id in ids]

    def in_sentence(self, section: str, at: int, *ids: str) -> list[Match]:
        sentence = self.sentence(at)
        return self.inside(section, sentence.start, sentence.end, *ids)

    def sentence(self, at: int) -> Stretch:
        return stretch_at(self.doc, at)

    def flags(self, at: int) -> frozenset[str]:
        return self.sentence(at).flags

    def words_between(self, a: int, b: int) -> int:
        """Words in the characters `[a, b)`; a large number when the stretch is too long to belong together."""
        return len(_WORD.findall(self.text[a:b])) if b - a < 400 else 999
