"""Putting right the misspelt names of a search that found nothing, from the names that the store holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

from index.french import Token, is_stop_word, tokens
from index.searchable import names
from index.words import MAX_LENGTH, parse
from records import Incident

_SHORTEST = 4

# Whether a word is found anywhere, and the words of names near it (folded, as written) at a distance up to a number.
IsFound = Callable[[Token], bool]
Near = Callable[[str, int], Iterable[tuple[str, str]]]


def learnt(incident: Incident) -> list[tuple[str, str]]:
    """The words of an incident's names, folded and as they are written."""
    return [word for name in names(incident) for word in _words(name)]


@lru_cache(maxsize=20_000)
def _words(name: str) -> tuple[tuple[str, str], ...]:
    words = [(t.folded, name[t.start : t.end]) for t in tokens(name, name=True)]
    return tuple((w, s) for w, s in words if len(w) >= _SHORTEST and w.isalpha() and not is_stop_word(w))


def corrected(words: str, is_found: IsFound, near: Near) -> str | None:
    """The same search with its misspelt names put right; None when there is nothing to."""
    read = tokens(words[:MAX_LENGTH], query=True)
    spellings = {token.folded: _spelling(token, is_found, near) for token in {t.folded: t for t in read}.values()}
    changed = words
    for token in reversed(read):
        if spelling := spellings[token.folded]:
            changed = changed[: token.start] + spelling + changed[token.end :]
    return changed if changed != words else None


def _spelling(token: Token, is_found: IsFound, near: Near) -> str | None:
    if len(token.folded) < _SHORTEST or not token.folded.isalpha() or _has_synonyms(token) or is_found(token):
        return None
    return _nearest(token.folded, near)


def _has_synonyms(token: Token) -> bool:
    terms = parse(token.folded)
    return len(terms) == 1 and len(terms[0].wordings) > 1


def _nearest(word: str, near: Near) -> str | None:
    allowed = 1 if len(word) < 6 else 2
    best: tuple[int, bool, str, str] | None = None
    for known, spelling in near(word, allowed):
        distance = OSA.distance(word, known, score_cutoff=allowed)
        if distance > allowed:
            continue
        found = (distance, known[0] != word[0], known, re.sub(r"\s+", " ", spelling))
        best = min(best, found) if best else found
    return best[3] if best else None
