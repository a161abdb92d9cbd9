"""Words that folding makes alike and accents tell apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from nlp.lexicon import spellings
from reference.folding import fold

_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1 << 14)
def spelt_otherwise(written: str, term: str) -> bool:
    """Whether a word of the text has an é where the term has none, or none where the term has one."""
    for word in _WORD.findall(unicodedata.normalize("NFC", written)):
        if word.isupper():
            continue
        # accents left out on a capital, and those that the reform of 1990 moved, make no other word
        said = _without_slight_accents(word)
        alike = [_without_slight_accents(w) for w in spellings(term) if fold(w) == fold(word)]
        if alike and all(w[1:] != said[1:] or (word[0].islower() and w[0] != said[0]) for w in alike):
            return True
    return False


def _without_slight_accents(word: str) -> str:
    return "".join("é" if c in "éè" else fold(c) for c in word.lower())
