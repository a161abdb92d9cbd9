"""Where a text writes the name of a known threat actor, from `reference/actors.csv`.

Names are looked for folded; a name that is an ordinary word too, or a family of malicious software as much as a
group (Ryuk, WannaCry), is `ambiguous`: the component asks for a word such as « groupe » beside it. Loaders, stealers
and worms are nobody's name. Linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import ahocorasick

from reference.actors import Actor, actors
from reference.folding import Folded, fold

# families told as software more often than as a group
_SOFTWARE = frozenset(
    fold(name)
    for name in (
        "Ryuk", "WannaCry", "NotPetya", "Locky", "CryptoLocker", "CryptoWall", "TeslaCrypt", "SamSam", "GandCrab", "Phobos",
        "Dharma", "Makop", "Mallox", "PYSA", "Egregor", "Avaddon", "Babuk", "NetWalker", "DoppelPaymer", "BitPaymer",
        "REvil", "Nefilim", "Nokoyawa", "Ragnarok", "Petya", "GoldenEye", "Sodinokibi", "Sodin", "Mespinoza",
    )
)  # fmt: skip


class Known(NamedTuple):
    """A name found: characters of the original text, its spelling in the table, whether it needs a group's context."""

    start: int
    end: int
    name: str
    ambiguous: bool


@cache
def _automaton() -> Any:
    automaton: Any = ahocorasick.Automaton()
    for actor in actors():
        if actor.kind == "malware" or actor.name.endswith("Forums"):
            # software, or the place where the stolen is sold
            continue
        for name in (actor.name, *actor.aliases):
            folded = fold(name)
            # « groupe Conti » is Conti
            shown = name.removeprefix("groupe ")
            automaton.add_word(folded, (len(folded), shown, _needs_context(actor, name)))
    automaton.make_automaton()
    return automaton


def _needs_context(actor: Actor, name: str) -> bool:
    # an alias of several words (« Akira ransomware », « groupe Conti ») is plain enough
    return (actor.ambiguous and (" " not in name or name == actor.name)) or fold(name) in _SOFTWARE


def known_groups(folded: Folded) -> Iterator[Known]:
    """The names of known actors in text order, the longest where several begin together or overlap."""
    text = folded.text
    hits = []
    for last, (length, name, ambiguous) in _automaton().iter(text):
        start, end = last - length + 1, last + 1
        if (start and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum()):
            continue
        hits.append((start, end, name, ambiguous))
    reach = 0
    for start, end, name, ambiguous in sorted(hits, key=lambda h: (h[0], -h[1])):
        if start >= reach:
            reach = end
            yield Known(*folded.original(start, end), name, ambiguous)
