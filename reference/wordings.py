"""Other wordings of a facility's name: `Centre hospitalier de Vierzon` → `CH de Vierzon`, `hôpital de Vierzon`…

The heads that stand for one another are data: `facilities/wordings.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from reference.folding import fold

FILE = Path(__file__).parent / "facilities" / "wordings.toml"
_LINKS = ("de ", "d'", "d’")
_NEVER_BARE = ("hôpital", "clinique", "maison de retraite", "résidence")


class _Folding(dict[int, str]):
    """A translation table that agrees with `fold` for every character, filled as characters appear."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold(f"x{chr(code)}x")[1:-1]
        return folded


_FOLDING = _Folding()


def folded(name: str) -> str:
    """Same as `fold`, some thirty times faster: for the tens of thousands of names of the gazetteer."""
    return " ".join(name.translate(_FOLDING).split())


@cache
def _heads() -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """For each facility type: (folded head, the wordings that may stand for it), the longest heads first."""
    with FILE.open("rb") as file:
        lines = tomllib.load(file)["head"]
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for line in lines:
        for kind in line["types"]:
            found.setdefault(kind, []).extend((folded(when) + " ", tuple(line["also"])) for when in line["when"])
    return {kind: tuple(sorted(heads, key=lambda h: -len(h[0]))) for kind, heads in found.items()}


def variants(name: str, facility_type: str) -> Iterator[str]:
    """Other wordings of `name`, itself not included; none when its head is not a known one.

    >>> sorted(variants("Centre hospitalier d'Issoudun", "ch"))
    ['CH Issoudun', "CH d'Issoudun", 'centre hospitalier Issoudun', "hôpital d'Issoudun"]
    """
    key = folded(name)
    heads = _heads().get(facility_type, ())
    longest = next((head for head, _ in heads if key.startswith(head)), "")
    if not longest or len(longest) >= len(key):
        return
    tail = name[len(longest) :]
    bare = next((tail[len(link) :] for link in _LINKS if tail.startswith(link)), "")
    for said in dict.fromkeys(said for head, also in heads if head == longest for said in also):
        if folded(said) + " " != longest:
            yield f"{said} {tail}"
        if bare and said not in _NEVER_BARE:
            yield f"{said} {bare}"


def of_place(commune: str) -> tuple[str, ...]:
    """`Blois` → `de Blois`; `Le Blanc` → `du Blanc`; `Orléans` → `d'Orléans`; both for an h (`d'`, `de`).

    >>> of_place("Le Mans"), of_place("Hyères")
    (('du Mans',), ("d'Hyères", 'de Hyères'))
    """
    if commune.startswith("Le "):
        return (f"du {commune[3:]}",)
    if commune.startswith("Les "):
        return (f"des {commune[4:]}",)
    first = folded(commune[:1])[:1]
    if first == "h":
        return (f"d'{commune}", f"de {commune}")
    return (f"d'{commune}",) if first in "aeiouy" else (f"de {commune}",)
