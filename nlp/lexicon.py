"""French word lists: TOML files read, checked and compiled into one scan that is linear in the text.

A lexicon file holds arrays of tables. Each table is an entry: an `id`, its `terms`, and whatever options its
component knows. Terms are written without caring for case, accents, hyphens or apostrophes (texts and terms
are folded alike, see `reference.folding`), in a small notation:

    suspendu(e)(s)          what stands in brackets may be missing
    {ferme,fermé} ses portes     one of these
    chiffr*                 any ending of the word
    n'a … plus accès        `…` stands for at most four words, inside one sentence

Errors (unknown id, duplicate, empty or malformed term) are raised at load with file and line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import ahocorasick

from reference.folding import Folded, fold

GAP_WORDS = 4
_MOST_FORMS = 200
_STOPS_GAP = re.compile(r"[.!?;:\n«»\"()]")


class LexiconError(ValueError):
    """A lexicon file that cannot be used; the message names file, line and entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a lexicon: its section (the TOML array), id, terms as written, and other keys."""

    section: str
    id: str
    terms: tuple[str, ...]
    options: Mapping[str, Any]
    file: str

    def __hash__(self) -> int:
        return hash((self.file, self.section, self.id, self.terms))

    def __str__(self) -> str:
        return f"{self.file}: {self.section} {self.id}"


@dataclass(frozen=True, slots=True)
class Match:
    """Where a term stands: character offsets into the original text; `entry` and the term's own wording."""

    start: int
    end: int
    entry: Entry
    term: str

    @property
    def id(self) -> str:
        return self.entry.id


class Lexicon:
    """The entries of one file, scanned for together.

    `sections` maps each expected section to the ids it may hold (None: any id). Raises LexiconError.
    """

    def __init__(self, path: Path, sections: Mapping[str, Collection[str] | None]) -> None:
        self.path = path
        self.entries = tuple(_read(path, sections))
        self._automaton, self._patterns = _compile(self.entries)

    def of(self, section: str) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries if e.section == section)

    def scan(self, folded: Folded, sections: Collection[str] | None = None) -> list[Match]:
        """All matches in text order; of matches of one section where one lies inside the other, the longer stays."""
        found = [m for m in self._raw(folded) if sections is None or m[2].section in sections]
        found.sort(key=lambda m: (m[0], -m[1]))
        kept: list[tuple[int, int, Entry, str]] = []
        reach: dict[str, int] = {}
        for start, end, entry, term in found:
            if end <= reach.get(entry.section, -1) and not _same_stretch(kept, start, end, entry):
                continue
            reach[entry.section] = max(end, reach.get(entry.section, -1))
            kept.append((start, end, entry, term))
        return [Match(*folded.original(s, e), entry, term) for s, e, entry, term in kept]

    def _raw(self, folded: Folded) -> Iterable[tuple[int, int, Entry, str]]:
        text = folded.text
        pieces: dict[int, list[tuple[int, int]]] = {}
        seen: set[tuple[int, int, int]] = set()
        for last, hits in self._automaton.iter(text) if len(self._automaton) else ():
            for length, open_end, uses in hits:
                start, end = last - length + 1, last + 1
                if start and text[start - 1].isalnum():
                    continue
                if open_end:
                    while end < len(text) and text[end].isalnum():
                        end += 1
                elif end < len(text) and text[end].isalnum() and text[end - 1] != "'":
                    continue
                for pattern, position in uses:
                    entry, term, size = self._patterns[pattern]
                    if size == 1:
                        if (start, end, pattern) not in seen:
                            seen.add((start, end, pattern))
                            yield start, end, entry, term
                        continue
                    # gapped terms: position k extends a chain whose previous piece ended near enough
                    key = pattern * 8 + position
                    if position == 0:
                        pieces.setdefault(key, []).append((start, end))
                        continue
                    for chain_start, chain_end in reversed(pieces.get(key - 1, ())[-3:]):
                        if chain_end <= start and _near(text[chain_end:start]):
                            if position == size - 1:
                                yield chain_start, end, entry, term
                            else:
                                pieces.setdefault(key, []).append((chain_start, end))
                            break


def _same_stretch(kept: list[tuple[int, int, Entry, str]], start: int, end: int, entry: Entry) -> bool:
    """The same words under two ids of one section are both kept: the component decides."""
    return any(s == start and e == end and k.section == entry.section and k.id != entry.id for s, e, k, _ in kept[-4:])


def _near(between: str) -> bool:
    return len(between) < 80 and not _STOPS_GAP.search(between) and len(between.split()) <= GAP_WORDS


def _read(path: Path, sections: Mapping[str, Collection[str] | None]) -> Iterable[Entry]:
    source = path.read_text(encoding="utf-8")
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{path.name}: {error}") from error
    where: dict[tuple[str, str], str] = {}
    for section, tables in data.items():
        if section not in sections:
            raise LexiconError(f"{path.name}:{_line(source, section)}: unknown section [[{section}]]")
        allowed = sections[section]
        for table in tables:
            entry_id, terms = table.get("id"), table.get("terms")
            if not isinstance(entry_id, str) or not isinstance(terms, list) or not terms:
                raise LexiconError(f"{path.name}:{_line(source, str(entry_id))}: an entry needs an id and terms")
            if allowed is not None and entry_id not in allowed:
                raise LexiconError(f"{path.name}:{_line(source, entry_id)}: unknown id {entry_id!r} in [[{section}]]")
            for term in terms:
                for form in _forms(term, path.name, source):
                    if where.setdefault((section, form), entry_id) != entry_id or not form:
                        raise LexiconError(
                            f"{path.name}:{_line(source, term)}: {term!r} of {entry_id!r} also belongs to "
                            f"{where[section, form]!r}"
                        )
            options = {k: v for k, v in table.items() if k not in ("id", "terms")}
            yield Entry(section, entry_id, tuple(terms), options, path.name)


def _line(source: str, needle: str) -> int:
    """The line where a term is written, for messages: tomllib keeps no positions."""
    at = source.find(f'"{needle}"')
    at = source.find(needle) if at < 0 else at
    return source.count("\n", 0, max(at, 0)) + 1


def _forms(term: str, file: str, source: str) -> list[str]:
    """The folded forms a term stands for: `suspendu(e)(s)` → four; gaps stay as `…`."""
    parts: list[list[str]] = []
    rest = term
    while rest:
        head = re.match(r"\(([^(){}]*)\)|\{([^(){}]*)\}|[^(){}]+", rest)
        if not head:
            raise LexiconError(f"{file}:{_line(source, term)}: brackets do not close in {term!r}")
        if head.group(1) is not None:
            parts.append([head.group(1), ""])
        elif head.group(2) is not None:
            parts.append(head.group(2).split(","))
        else:
            parts.append([head.group(0)])
        rest = rest[head.end() :]
    choices = ["".join(choice) for choice in product(*parts)]
    if len(choices) > _MOST_FORMS:
        raise LexiconError(
            f"{file}:{_line(source, term)}: {term!r} stands for {len(choices)} forms, at most {_MOST_FORMS}"
        )
    forms = {"…".join(fold(piece.strip()) for piece in choice.split("…")) for choice in choices}
    for form in forms:
        pieces = form.split("…")
        if (
            len(pieces) > 8
            or any(not piece.strip("*").strip() for piece in pieces)
            or "*" in form.replace("*…", "").rstrip("*")
        ):
            raise LexiconError(f"{file}:{_line(source, term)}: malformed term {term!r}")
    return sorted(forms)


def _compile(entries: Iterable[Entry]) -> tuple[Any, list[tuple[Entry, str, int]]]:
    automaton: Any = ahocorasick.Automaton()
    patterns: list[tuple[Entry, str, int]] = []
    words: dict[tuple[str, bool], list[tuple[int, int]]] = {}
    for entry in entries:
        for term in entry.terms:
            for form in _forms(term, entry.file, ""):
                pieces = form.split("…")
                patterns.append((entry, term, len(pieces)))
                for position, piece in enumerate(pieces):
                    key = (piece.rstrip("*"), piece.endswith("*"))
                    words.setdefault(key, []).append((len(patterns) - 1, position))
    by_text: dict[str, list[tuple[int, bool, tuple[tuple[int, int], ...]]]] = {}
    for (piece, open_end), uses in words.items():
        by_text.setdefault(piece, []).append((len(piece), open_end, tuple(uses)))
    for piece, hits in by_text.items():
        automaton.add_word(piece, hits)
    if by_text:
        automaton.make_automaton()
    return automaton, patterns
