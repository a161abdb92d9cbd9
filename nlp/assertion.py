"""What a clause says of a thing named in it: stated, denied, supposed, unknown, averted or a general remark.

`stance(doc, start, end)` looks at the cues of `assertion.toml` around the characters `[start, end)`, inside the
sentence and, unless the cue says otherwise, inside the clause. It is the one place where the components of attacks
and details read negation and modality.

    « La piste d'une cyberattaque n'est pas exclue »         cyberattaque → supposed
    « Aucune donnée n'a été volée »                          volée → denied
    « On ignore si des données ont été volées »              volées → unknown
    « pour éviter une fuite de données »                     fuite → averted
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from spacy.tokens import Doc

from nlp.document import sentence_at
from nlp.lexicon import Lexicon, Match

Stance = Literal["stated", "denied", "supposed", "unknown", "averted", "general"]
STANCES = ("denied", "supposed", "unknown", "averted", "general")
LEXICON = Lexicon(Path(__file__).with_name("assertion.toml"), {"cue": STANCES})
# the first of these that holds decides
_ORDER: tuple[Stance, ...] = ("unknown", "general", "averted", "supposed", "denied")
_CLAUSE = re.compile(
    r"[;:!?()]|\.(?=\s)|\b(?:mais|alors que|tandis que|en revanche|tout en|bien que|même si|car|puisque|pourtant)\b"
    r"|,\s+(?:et|qui|dont|où|ce qui|ce que|mais|puis|la|le|les|l['’]|il|elle|on|nous|un|une|des|selon|d['’]après)\b",
    re.IGNORECASE,
)
# after a negation in « ni … ni », « aucune …, ni » the list goes on over commas
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Reading:
    """The stance and the words that set it (empty when plainly stated)."""

    stance: Stance
    cue: str = ""


def stance(doc: Doc, start: int, end: int) -> Reading:
    """How the sentence of `[start, end)` takes what stands there. Cost: the cues of one sentence."""
    sentence = sentence_at(doc, start)
    first, last = sentence.start_char, max(sentence.end_char, end)
    found: dict[Stance, str] = {}
    for cue in _cues(doc, first, last):
        name: Stance = cue.entry.id  # type: ignore[assignment]
        if name not in found and _reaches(doc.text, cue, start, end):
            found[name] = doc.text[cue.start : cue.end]
    for name in _ORDER:
        if name in found:
            return Reading(name, found[name])
    return Reading("stated")


def _cues(doc: Doc, first: int, last: int) -> list[Match]:
    cached = doc.user_data.get("assertion_cues")
    if cached is None:
        matches = LEXICON.scan(doc._.folded)
        # "une" must not read as "un… e", and a cue said inside a longer one is hidden by the scan already
        cached = doc.user_data["assertion_cues"] = (matches, [m.start for m in matches])
    matches, starts = cached
    return list(matches[bisect_left(starts, first) : bisect_left(starts, last)])


def _reaches(text: str, cue: Match, start: int, end: int) -> bool:
    options = cue.entry.options
    if cue.start < end and start < cue.end:
        return options["side"] != "after" or cue.start > start
    before = cue.end <= start
    if (before and options["side"] == "after") or (not before and options["side"] == "before"):
        return False
    between = text[cue.end : start] if before else text[end : cue.start]
    if len(between) > 240 or len(_WORD.findall(between)) > options["words"]:
        return False
    return bool(options.get("across")) or not _CLAUSE.search(between)
