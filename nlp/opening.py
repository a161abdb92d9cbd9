"""Opening spaCy's French in half the time: what the first article does not need is put off.

Two things take 2 of the 4.5 seconds that the first result costs, and neither is needed for it. `spacy.lang.fr` compiles
one pattern of 1.4 million characters, hundreds of kinds of hyphenated words each with its own copy of all the world's
letters; here its branches are compiled one by one, when a word comes that may be one. And `import spacy` imports its
command line, for `spacy.info`; here that is imported by who asks for it.
"""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any

_HUGE = 500_000  # characters of a pattern; the next largest have some 50,000
_FLAGS = "(?iu)"
_BRANCH_START = re.compile(r"\(\?:\^(?P<literal>(?:\w(?![?*+{|]))*)")
_HYPHEN = "[-–—‐‑]"  # as the pattern writes it
_PIECE = re.compile(rf"(?P<hyphen>{re.escape(_HYPHEN)}(?![?*{{]))|\[(?:\\.|[^\]\\])*\]|\\.|[()|]")
_CASED_BEYOND_LATIN = re.compile(r"[^\x00-\xff]")


@contextmanager
def quickly() -> Iterator[None]:
    """Within it, spaCy may be imported and a French pipeline loaded quickly. For one thread at a time.

    The collector rests meanwhile: none of the words and tables being loaded is garbage, now or later.
    """
    compile_all = re.compile

    def compile_(pattern: Any, flags: Any = 0) -> Any:
        huge = isinstance(pattern, str) and len(pattern) >= _HUGE and not flags
        return Branches.of(pattern) if huge else compile_all(pattern, flags)

    gc.disable()
    re.compile = compile_
    try:
        with _without_commands():
            yield
    finally:
        re.compile = compile_all
        gc.freeze()
        gc.enable()


@contextmanager
def _without_commands() -> Iterator[None]:
    """A stand-in for `spacy.cli` while `spacy` is imported; `spacy.info` imports the real one."""
    if "spacy" in sys.modules:
        yield
        return
    cli, info = ModuleType("spacy.cli"), ModuleType("spacy.cli.info")
    info.info = _info  # type: ignore[attr-defined]
    stand_ins = {"spacy.cli": cli, "spacy.cli.info": info}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, module in stand_ins.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


def _info(*args: Any, **options: Any) -> Any:
    from spacy.cli.info import info

    return info(*args, **options)


class Branches:
    """A pattern `(?iu)(?:^…$)|(?:^…$)|…` whose branches are compiled when a word begins as they do.

    It answers `match` as the compiled pattern would: the first branch that matches, or None. `pattern` is its source,
    which spaCy writes down with a tokeniser.
    """

    def __init__(self, pattern: str, branches: list[str]) -> None:
        self.pattern = pattern
        self._branches = branches
        self._hyphens = [_least_hyphens(branch) for branch in branches]
        self._without_hyphen = [n for n, least in enumerate(self._hyphens) if not least]
        self._by_literal: dict[str, list[int]] = {}
        for n, branch in enumerate(branches):
            start = _BRANCH_START.match(branch)
            self._by_literal.setdefault(start["literal"].lower() if start else "", []).append(n)
        self._longest = max(map(len, self._by_literal))

    @staticmethod
    @cache
    def of(pattern: str) -> Any:
        """The Branches of a pattern; one that is made otherwise is compiled as it stands."""
        branches = _split(pattern)
        return Branches(pattern, branches) if branches else re.compile(pattern)

    def match(self, word: str) -> re.Match[str] | None:
        for n in self._candidates(word):
            found = self._compiled(n).match(word)
            if found:
                return found
        return None

    def _candidates(self, word: str) -> list[int]:
        """The numbers of the branches that may match, in order."""
        if any(c.lower() != c.upper() for c in _CASED_BEYOND_LATIN.findall(word)):
            return list(range(len(self._branches)))  # letters that Unicode takes for others: "ſ" is an s
        hyphens = sum(map(word.count, _HYPHEN[1:-1]))
        if not hyphens:
            return self._without_hyphen
        low = word[: self._longest].lower()
        begun = (self._by_literal.get(low[:end], ()) for end in range(len(low) + 1))
        return sorted(n for some in begun for n in some if self._hyphens[n] <= hyphens)

    @cache  # noqa: B019 - there is one of each pattern, kept for good
    def _compiled(self, n: int) -> re.Pattern[str]:
        return re.compile(_FLAGS + self._branches[n])


def _split(pattern: str) -> list[str]:
    """The branches of `(?iu)(?:^…$)|(?:^…$)|…`; none when the pattern is made otherwise."""
    if not pattern.startswith(_FLAGS):
        return []
    cuts, depth = [len(_FLAGS) - 1], 0
    for piece in _PIECE.finditer(pattern, len(_FLAGS)):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if piece[0] == "|" and depth == 1:
            return []
        if piece[0] == "|" and depth == 0:
            cuts.append(piece.start())
    cuts.append(len(pattern))
    branches = [pattern[a + 1 : b] for a, b in pairwise(cuts)]
    return branches if all(b.startswith("(?:^") and b.endswith("$)") for b in branches) else []


def _least_hyphens(branch: str) -> int:
    """How many hyphens a word must have that the branch matches: those of its outermost level."""
    depth = count = 0
    for piece in _PIECE.finditer(branch):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        count += depth == 1 and piece["hyphen"] is not None
    return count
