"""Triage: may this text concern health care and an incident of information systems? Cheap, and generous.

One Aho-Corasick scan of the folded text. Words are in `triage.toml`. What is dropped here is lost, so recall comes
first. Measured 2026-11-27: 120 of 120 relevant articles of the development corpus kept and 31 of the 45 that were
chosen to be hard; of 45 relevant articles written apart and never looked at 44 (42 before); of texts cut
from 38 stored news pages one in three hundred is kept; 0.06 ms for 2,400 characters on one core.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ahocorasick

from reference.folding import fold_char
from reference.gazetteer import FOLDER, read_table

_PUNCTUATION = re.compile(r"[^a-z0-9']")
Places = list[tuple[int, str]]  # where a word ends in the folded text, and the word
_KINDS = ("health", "incident", "trouble", "systems", "trouble_otherwise", "systems_otherwise")
_KIND_OF = {
    "health_bodies": "health",
    "incident_otherwise": "incident",
}  # lists of `triage.toml` read as one with another
_LISTS = (*_KINDS, *_KIND_OF)
_TELLING = 4  # letters: a shorter name is too many other things
LONGEST = 60_000  # characters of a text that are looked at


def _letters(text: str) -> str:
    """Letters and digits folded, all else blanks, as `reference.folding` does it but for runs of blanks.

    By bytes, which is many times as fast as `str.translate`: nearly all that French is written with is Latin-1.
    """
    for char, letters in _WIDER.items():
        if char in text:
            text = text.replace(char, letters)
    return text.encode("latin-1", _HANDLER).translate(_TABLE).decode("latin-1")


def _folded(char: str) -> str:
    return _PUNCTUATION.sub(" ", fold_char(char))


def _beyond_latin(error: UnicodeError) -> tuple[str, int]:
    """For `codecs`: what stands for the characters that Latin-1 does not have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_folded, error.object[error.start : error.end])), error.end


_HANDLER = "vigie.letters"
codecs.register_error(_HANDLER, _beyond_latin)
_LATIN = {chr(byte): _folded(chr(byte)) for byte in range(256)}
_WIDER = {char: letters for char, letters in _LATIN.items() if len(letters) != 1}
_TABLE = "".join(letters[:1] or " " for letters in _LATIN.values()).encode("latin-1")


@dataclass(frozen=True, slots=True)
class Reasons:
    """The wordings that stand near each other. `incident` holds words that suffice and pairs that do."""

    health: tuple[str, ...]
    incident: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.health and self.incident)


def matters(title: str, text: str) -> bool:
    """Whether a text may be about an incident in health care.

    >>> matters("L'hôpital privé d'ordinateurs", "Une attaque virale a touché ses serveurs.")
    True
    >>> matters("Grippe", "L'épidémie remplit les urgences de l'hôpital.")
    False
    """
    return bool(why(title, text))


def why(title: str, text: str) -> Reasons:
    """The wordings that make a text matter; true when it does."""
    automaton, vague, reaches = _automaton()
    # every run of punctuation and blanks becomes one blank, so that words of the list are met across both
    folded = f" {' '.join(_letters(f'{title} {text[:LONGEST]}').split())} "
    found: dict[str, Places] = {kind: [] for kind in _KINDS}
    for end, entries in automaton.iter(folded):
        whole = _ends_word(folded, end)
        for kind, word, prefix in entries:
            if whole or prefix:
                found[kind].append((end, word))
    if not found["health"]:
        return Reasons((), ())
    near, nearer = _pairs(found, reaches)
    clear = [(place, word) for place, word in found["health"] if word not in vague]
    both = [
        (about, incident)
        for _, incident, about in (
            *_neighbours(found["incident"], found["health"], reaches["together"]),
            *_neighbours(near, clear, reaches["together"]),
            *_neighbours(nearer, clear, reaches["together_otherwise"]),
        )
    ]
    return Reasons(tuple(dict.fromkeys(h for h, _ in both)), tuple(dict.fromkeys(i for _, i in both)))


def _pairs(found: dict[str, Places], reaches: dict[str, int]) -> tuple[Places, Places]:
    """A trouble and a system near each other; and those of the wider lists, whose words more often mean something else."""
    wide_trouble, wide_systems = found["trouble_otherwise"], found["systems_otherwise"]
    all_systems = sorted((*found["systems"], *wide_systems)) if wide_systems else found["systems"]
    near = _neighbours(found["trouble"], found["systems"], reaches["near"])
    nearer = (
        *_neighbours(found["trouble"], wide_systems, reaches["near_otherwise"]),
        *_neighbours(wide_trouble, all_systems, reaches["near_otherwise"]),
    )
    return [(at, f"{word} … {system}") for at, word, system in near], [
        (at, f"{word} … {system}") for at, word, system in nearer
    ]


def _neighbours(ones: Places, others: Places, near: int) -> Iterator[tuple[int, str, str]]:
    """Each of `ones` with the first of `others` that stands within `near` characters. `others` is in order."""
    places = [place for place, _ in others]
    for place, word in ones:
        at = bisect_left(places, place - near)
        if at < len(places) and places[at] <= place + near:
            yield place, word, others[at][1]


def _ends_word(folded: str, end: int) -> bool:
    after = folded[end + 1]
    return after == " " or (after in "sx" and folded[end + 2] == " ")


def _bodies() -> Iterator[str]:
    """Mutuals, suppliers, groups and agencies that a text may name without a word of health care."""
    for table in (*sorted(FOLDER.glob("bodies*.csv")), FOLDER / "groups.csv", FOLDER / "suppliers.csv"):
        for body in read_table(table):
            for name in {body.name, *body.aliases} - {*body.aliases_context}:  # ordinary words stay out
                words = " ".join(_letters(name).split())
                if len(words) >= (_TELLING - name.isupper()):  # "MNT", "DKV"
                    yield words


@cache
def _automaton() -> tuple[ahocorasick.Automaton, frozenset[str], dict[str, int]]:
    data = tomllib.loads((Path(__file__).parent / "triage.toml").read_text(encoding="utf-8"))
    automaton = ahocorasick.Automaton()
    entries: dict[str, list[tuple[str, str, bool]]] = {}
    data["health"] = [*dict.fromkeys((*data["health"], *_bodies()))]
    for name in _LISTS:
        kind = _KIND_OF.get(name, name)
        for word in data[name]:
            stem = word.removesuffix("*")
            for start in (" ", "'"):  # "l'hôpital" has no blank before it
                entries.setdefault(start + stem, []).append((kind, stem, word != stem))
    for key, values in entries.items():
        automaton.add_word(key, values)
    automaton.make_automaton()
    vague = frozenset(word.removesuffix("*") for word in data["vague"])
    reaches = {name: int(data[name]) for name in ("near", "near_otherwise", "together", "together_otherwise")}
    return automaton, vague, reaches
