"""A text without the words that float in a clause: "auront bien lieu", "ne peut pas non plus ouvrir"."""

from __future__ import annotations

import re
from bisect import bisect_left

from nlp.services.grammar import words
from reference.folding import Folded

_FLOATING = re.compile(
    r"(?<=[a-z'] )(?:" + "|".join(sorted(map(re.escape, words("floating")), key=len, reverse=True)) + r") (?=[a-z])"
)


def without_floating(folded: Folded) -> Folded | None:
    """The same text without them, offsets kept; None when there are none. Linear in the text's length."""
    kept: list[str] = []
    starts: list[int] = []
    at = 0
    for found in _FLOATING.finditer(folded.text):
        kept.append(folded.text[at : found.start()])
        starts += folded.starts[at : found.start()]
        at = found.end()
    if at == 0:
        return None
    kept.append(folded.text[at:])
    starts += folded.starts[at:]
    breaks = [bisect_left(starts, folded.starts[b]) for b in folded.breaks]
    return Folded("".join(kept), starts, folded.length, breaks)
