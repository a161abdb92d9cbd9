"""Names told once in full with their letters: "la Mutuelle générale des dockers (MGD)", "le Health Board (HB)"."""

from __future__ import annotations

import re

from reference.folding import fold

_SMALL = frozenset(
    ["de", "du", "des", "d", "la", "le", "les", "l", "et", "en", "a", "au", "aux", "sur", "pour", "of", "the", "and"]
)
_BRACKET = re.compile(r"\s\(([A-Z][\w-]{1,9})\)")
_CUT = re.compile(r"[,;:.!?«»()\n]")


def full_name(text: str, start: int, head_end: int) -> int | None:
    """The end of a name that starts at `start` and whose letters stand in brackets after it, else None.

    The capitals of the brackets must be the initials of its words, in order, from the first one on: "hôpital
    fribourgeois (HFR)" agrees, "hôpital de la ville (Jura)" does not. `head_end`: the end of its noun.
    """
    bracket = _BRACKET.search(text, head_end, head_end + 90)
    if bracket is None or _CUT.search(text[head_end : bracket.start()]):
        return None
    letters = [c for c in fold(bracket[1]) if c.isalpha()]
    if sum(c.isupper() for c in bracket[1]) < 2 or not _agree(letters, text[start : bracket.start()]):
        return None
    return bracket.start()


def _agree(letters: list[str], words: str) -> bool:
    """Whether the letters are read off the words in order, each new word giving its first one."""
    parts = [w for w in re.findall(r"[a-z0-9]+", fold(words)) if w not in _SMALL]
    if not parts or not letters or parts[0][0] != letters[0]:
        return False
    at = 0
    used = 0
    for part in parts:
        if at < len(letters) and part[0] == letters[at]:
            at += 1
            used += 1
            inside = 1
            while at < len(letters) and inside < len(part):  # "HFR": two letters of one word
                following = parts[parts.index(part) + 1 :]
                if following and following[0][0] == letters[at]:
                    break
                inside = part.find(letters[at], inside) + 1
                if not inside:
                    break
                at += 1
    return at == len(letters) and used * 2 >= len(parts)
