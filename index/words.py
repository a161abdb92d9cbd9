"""What a user types → terms to look for. Never a query language: quotes, `-word` and `word*`, nothing else.

`urgences fermées` must hold both words, in any form; `"urgences fermées"` these very words in this order;
`-mutuelle` leaves out what holds the word; `canc*` takes any ending. Everything else is plain text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.french import Token, is_stop_word, synonyms, tokens

MAX_TERMS = 32
MAX_LENGTH = 1000
_PIECE = re.compile(
    r"""(?P<minus>(?:(?<=\s)|^)-)?(?:"(?P<q1>[^"]*)"|«(?P<q2>[^»]*)»|“(?P<q3>[^”]*)”|(?P<word>[^\s"«“]+)|.)""", re.S
)
_APART = re.compile(r"\bcyber\s+(?=\w)", re.I)


@dataclass(frozen=True, slots=True)
class Word:
    """One word in its two readings; for a name both are the same."""

    folded: str
    stem: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Words to find together: adjacent and in order when `phrase`. `exact` compares folded words only."""

    words: tuple[Word, ...]
    phrase: bool = False
    exact: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One thing looked for: any of its wordings will do."""

    wordings: tuple[Wording, ...]
    excluded: bool = False


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a search, at most `MAX_TERMS`, of the first `MAX_LENGTH` characters."""
    text = _APART.sub("cyber-", text[:MAX_LENGTH].encode("utf-8", "ignore").decode())
    terms: list[Term] = []
    run: list[Wording] = []
    for piece in _PIECE.finditer(text):
        quoted = next((q for q in piece.group("q1", "q2", "q3") if q is not None), None)
        raw = piece.group("word")
        if quoted is None and raw is None:
            continue
        wording = _quoted(quoted) if quoted is not None else _word(raw)
        if wording is None:
            continue
        if piece.group("minus"):
            terms.append(Term((wording,), excluded=True))
        elif wording.exact:
            terms.append(Term((wording,)))
        else:
            run.append(wording)
    terms.extend(_with_synonyms(run, keep_stop_words=not terms))
    return tuple(dict.fromkeys(terms))[:MAX_TERMS]


def _quoted(text: str) -> Wording | None:
    words = _words(tokens(text, query=True))
    return Wording(words, phrase=True, exact=True) if words else None


def _word(raw: str) -> Wording | None:
    prefix = raw.endswith("*") and len(raw.rstrip("*")) > 0
    words = _words(tokens(raw, query=True))
    if not words:
        return None
    return Wording(words, phrase=len(words) > 1, exact=prefix, prefix=prefix)


def _words(found: Sequence[Token]) -> tuple[Word, ...]:
    return tuple(Word(t.folded, t.stem) for t in found)


def _with_synonyms(run: list[Wording], keep_stop_words: bool) -> list[Term]:
    telling = [w for w in run if not all(is_stop_word(x.folded) for x in w.words)]
    if not telling:
        return [Term((w,)) for w in run] if keep_stop_words else []
    terms = []
    at = 0
    while at < len(telling):
        length, others = _longest_synonym(telling, at)
        own = telling[at : at + length]
        together = own[0] if length == 1 else Wording(tuple(x for w in own for x in w.words))
        terms.append(Term((together, *others)))
        at += length
    return terms


def _longest_synonym(run: list[Wording], at: int) -> tuple[int, tuple[Wording, ...]]:
    for length in range(min(6, len(run) - at), 0, -1):
        key = tuple(x.stem for w in run[at : at + length] for x in w.words if not is_stop_word(x.folded))
        if others := synonyms().get(key):
            return length, tuple(_synonym(words) for words in others)
    return 1, ()


def _synonym(folded: tuple[str, ...]) -> Wording:
    words = _words(tokens(" ".join(folded), query=True))
    return Wording(words, phrase=len(words) > 1)
