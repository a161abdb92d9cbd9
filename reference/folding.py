"""Folding French for comparison, with the way back to the original offsets.

Folded text is lower case, without accents or soft hyphens; ligatures are spelt out, apostrophes are
straight, hyphens, dashes and every kind of space become one blank each run. Used by the gazetteer, the
lexicons and the search, so that all of them agree on when two wordings are the same.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

_APOSTROPHES = "’‘ʼ′`´＇"
_DROPPED = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "…": "..."}
_STEM, _LONG = 6, 7  # characters


@lru_cache(maxsize=4096)
def fold_char(char: str) -> str:
    """One character's folded form: none, one or several characters; a blank for every kind of space and hyphen."""
    if char in _DROPPED or unicodedata.combining(char):
        return ""
    if char in _LIGATURES:
        return _LIGATURES[char]
    if char in _APOSTROPHES:
        return "'"
    if char.isspace() or unicodedata.category(char) == "Pd":
        return " "
    base = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return "".join(" " if c.isspace() else c for c in base.lower())


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and, for each of its characters, the offset of the original character it came from.

    `breaks`: the folded text's blanks that stand for the end of a line, in order.
    """

    text: str
    starts: list[int]
    length: int
    breaks: list[int] = field(default_factory=list)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text (code points) that the folded span `[start, end)` came from."""
        first = self.starts[start]
        last = self.starts[end - 1]
        after = bisect_right(self.starts, last, lo=end - 1)
        return first, self.starts[after] if after < len(self.starts) else self.length


def fold_with_offsets(text: str) -> Folded:
    """Fold `text`, keeping for each folded character where it came from. Linear in the text's length."""
    even = text.translate(_EVEN)
    if "\0" in even:
        return _fold_each(text)
    out: list[str] = []
    starts: list[int] = []
    at = 0
    for seam in _SEAM.finditer(even):
        form = _LIGATURES.get(seam[0], " " if seam.start() else "")
        out += (even[at : seam.start()], form)
        starts += range(at, seam.start())
        starts += [seam.start()] * len(form)
        at = seam.end()
    out.append(even[at:])
    starts += range(at, len(even))
    breaks = dict.fromkeys(max(0, bisect_right(starts, line.start()) - 1) for line in _LINE_END.finditer(text))
    return Folded("".join(out), starts, len(text), list(breaks))


def _fold_each(text: str) -> Folded:
    """The same, character by character: for texts with some that are dropped, or rare ones that become several."""
    out: list[str] = []
    starts: list[int] = []
    breaks: list[int] = []
    blank = True
    for i, char in enumerate(text):
        if char == "\n":
            at = len(out) - blank if out else 0
            if not breaks or breaks[-1] != at:
                breaks.append(at)
        for c in fold_char(char):
            if c == " ":
                if blank:
                    continue
                blank = True
            else:
                blank = False
            out.append(c)
            starts.append(i)
    return Folded("".join(out), starts, len(text), breaks)


class _FoldTable(dict[int, str]):
    """What `str.translate` asks for: each character's folded form, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = fold_char(chr(code))
        return folded


_TABLE = _FoldTable()


class _EvenTable(dict[int, str]):
    """Each character's folded form where that is one character; ligatures stay, all else becomes NUL."""

    def __missing__(self, code: int) -> str:
        char, folded = chr(code), fold_char(chr(code))
        self[code] = even = char if char in _LIGATURES else folded if len(folded) == 1 else "\0"
        return even


_EVEN = _EvenTable()
_LINE_END = re.compile("\n")
_SEAM = re.compile("^ +| {2,}|[" + "".join(_LIGATURES) + "]")


def stem(folded: str) -> str:
    """The first six characters of a longer word: what the forms of one word share, for what is learnt."""
    return folded[:_STEM] if len(folded) > _LONG else folded


def fold(text: str) -> str:
    """Fold for comparison: `Pôle Santé « Léonard-de-Vinci »` → `pole sante « leonard de vinci »`.

    >>> fold("L’Hôpital  du Cœur-de-Ville")
    "l'hopital du coeur de ville"
    """
    return _fold_words(text) if len(text) <= _FEW_WORDS else _fold(text)


def _fold(text: str) -> str:
    return " ".join(text.translate(_TABLE).split())


_FEW_WORDS = 40  # characters; the same words are folded again and again
_fold_words = lru_cache(maxsize=1 << 16)(_fold)
