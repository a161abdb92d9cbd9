"""A text without the words that float in a clause: "auront bien lieu", "ne peut pas non plus ouvrir"."""

from __future__ import annotations

import re
from bisect import bisect_left

from nlp.services.grammar import words
from reference.folding import Folded

_FLOATING = re.compile(
    r"(?<=[a-z'] )(?:" + "|".join(sorted(map(re.escape, words("floating")), key=len, reverse=True)) + r") (?=[a-z])"
)


_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?! )[^.!?]*)*[.!?]*\s*")


def without_floating(folded: Folded) -> Folded | None:
    """The sentences that hold such words, without them, offsets kept; None when there are none. Linear in the text."""
    kept: list[str] = []
    starts: list[int] = []
    floats = _FLOATING.finditer(folded.text)
    found = next(floats, None)
    for sentence in _SENTENCE.finditer(folded.text):
        at, end = sentence.span()
        if found is None:
            break
        if found.start() >= end:
            continue
        while found is not None and found.start() < end:
            kept.append(folded.text[at : found.start()])
            starts += folded.starts[at : found.start()]
            at, found = found.end(), next(floats, None)
        kept.append(folded.text[at:end])
        starts += folded.starts[at:end]
    if not kept:
        return None
    breaks = [bisect_left(starts, folded.starts[b]) for b in folded.breaks]
    return Folded("".join(kept), starts, folded.length, breaks)
