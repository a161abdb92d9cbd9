"""Relative clauses that a sentence holds between two commas: what is said in one is not said of the rest.

« Le CHU de Lille, qui avait déjà été attaqué en 2019, a coupé son réseau lundi »   → « qui … 2019 »
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.document import text_of, token_at

_RELATIVE = re.compile(r",\s(?=(?:qui|que|qu['’]|dont|où|auquel|à laquelle|lequel|laquelle)\b)", re.IGNORECASE)
_WITHIN = re.compile(r"[^;:.!?\n]{0,160}")
_COMMA = re.compile(r",\s")
# what the main clause goes on with: its verb, or what stands before one
_CLITIC = frozenset(("n'", "n’", "ne", "s'", "s’", "se", "y", "en", "l'", "l’"))


def asides(doc: Doc) -> list[tuple[int, int]]:
    """Their characters, in order, from the relative to the last comma. Linear in the text; kept with the Doc."""
    cached = doc.user_data.get("asides")
    if cached is None:
        cached = doc.user_data["asides"] = list(_found(doc))
    found: list[tuple[int, int]] = cached
    return found


def aside_at(doc: Doc, at: int) -> tuple[int, int] | None:
    """The aside that holds the character `at`."""
    known = asides(doc)
    place = bisect_right(known, (at, len(text_of(doc)))) - 1 if known else -1
    return known[place] if place >= 0 and at < known[place][1] else None


def in_past_aside(doc: Doc, at: int) -> bool:
    """Whether the character stands in an aside that `vigie_context` found to tell of an earlier case."""
    past: set[tuple[int, int]] = doc.user_data.get("past_asides", set())
    return bool(past) and aside_at(doc, at) in past


def main_clause(doc: Doc, start: int, end: int) -> str:
    """The characters `[start, end)` with those of asides blanked; as long as before."""
    text = text_of(doc)[start:end]
    for a, b in asides(doc):
        if start < b and a < end:
            first, last = max(a, start) - start, min(b, end) - start
            text = text[:first] + " " * (last - first) + text[last:]
    return text


def _found(doc: Doc) -> Iterator[tuple[int, int]]:
    text = text_of(doc)
    for opening in _RELATIVE.finditer(text):
        reach = _WITHIN.match(text, opening.end())
        commas = (opening.end() + m.end() for m in _COMMA.finditer(reach[0] if reach else ""))
        if close := next((c for c in commas if _goes_on(doc, c)), None):
            yield opening.end(), close


def _goes_on(doc: Doc, start: int) -> bool:
    """Whether the main clause's verb stands at `start`."""
    token = token_at(doc, start)
    return token.lower_ in _CLITIC or (token.pos_ in ("AUX", "VERB") and "Fin" in token.morph.get("VerbForm", []))
