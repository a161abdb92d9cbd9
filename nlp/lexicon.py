"""French word lists: TOML files read, checked and compiled into one scan that is linear in the text.

A lexicon file holds arrays of tables. Each table is an entry: an `id`, its `terms`, and whatever options its
component knows. Terms are written without caring for case, accents, hyphens or apostrophes (texts and terms
are folded alike, see `reference.folding`), in a small notation:

    suspendu(e)(s)          what stands in brackets may be missing, (bien,toujours) is one of these or nothing
    {ferme,fermé} ses portes     one of these
    chiffr*                 any ending of the word
    cibl[er]                the forms of a verb in -er: cible, ciblent, ciblait, cibla, ciblant, cibler, ciblé(e)(s) …
    n'a … plus accès        `…` stands for at most four words, inside one sentence; a noun's complements before the
                            auxiliary of its participle may be longer

Errors (unknown id, duplicate, empty or malformed term) are raised at load with file and line.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import ahocorasick

from reference.folding import Folded, fold

GAP_WORDS = 4
GAP_CHARACTERS = 80
_LONG_CHARACTERS = 140
_MOST_FORMS = 200
_START = 0
_ER = ("e", "ent", "ait", "aient", "a", "èrent", "ant", "er", "é", "ée", "és", "ées", "erait", "eraient")
_SIGN = re.compile(r"[\W_]")
_SPELT = re.compile(r"[^\W\d_]+")
# "les identifiants [de trois médecins de l'hôpital de Sens ont été] usurpés": the complements of a noun and the auxiliary
# of its participle, however many words
_COMPLEMENTED = re.compile(
    r"^ (?:de |du |des |d'|appartenant |contenant |concernant |provenant )"
    r"(?:(?!\b(?:qui|que|qu|mais|et|dont|ou|a|ont|est|sont|avait|avaient) ).)* "
    r"(?:(?:a|ont|avait|avaient|aurait|auraient) (?:\w+ )?ete|est|sont|etait|etaient|serait|seraient|soit|soient)(?: \w+)? $"
)
# quotation marks around a word (« un « accès illégitime » à des données ») stop no gap; those of speech do
_STOPS_GAP = re.compile(r"[.!?;:()]|, ?[«\"]|[»\"] ?,")
_QUOTES = re.compile(r"[«»\"]")


class LexiconError(ValueError):
    """A lexicon file that cannot be used; the message names file, line and entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a lexicon: its section (the TOML array), id, terms as written, and other keys.

    `forms`: what each term stands for, folded.
    """

    section: str
    id: str
    terms: tuple[str, ...]
    options: Mapping[str, Any]
    file: str
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

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


@dataclass(slots=True)
class _Node:
    """A place in the tree of pieces: the terms that end there, and whether some go on."""

    terms: list[tuple[Entry, str]] = field(default_factory=list)
    goes_on: bool = False


class Lexicon:
    """The entries of one file, scanned for together.

    `sections` maps each expected section to the ids it may hold (None: any id). Raises LexiconError.
    """

    def __init__(self, path: Path, sections: Mapping[str, Collection[str] | None]) -> None:
        self.path = path
        self.entries = tuple(_read(path, sections))
        self._automaton, self._nodes = _compile(self.entries)
        self._last: tuple[Folded | None, list[Match]] = (None, [])

    def of(self, section: str) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries if e.section == section)

    def scan(self, folded: Folded, sections: Collection[str] | None = None) -> list[Match]:
        """All matches in text order; of matches of one section where one lies inside the other, the longer stays.

        The last text's matches are kept: components ask for one section after the other.
        """
        last, matches = self._last
        if last is not folded:
            matches = self._scan(folded)
            self._last = (folded, matches)
        return [m for m in matches if sections is None or m.entry.section in sections]

    def _scan(self, folded: Folded) -> list[Match]:
        found = sorted(self._raw(folded), key=lambda m: (m[0], -m[1]))
        kept: list[tuple[int, int, Entry, str]] = []
        reach: dict[str, int] = {}
        for start, end, entry, term in found:
            if end <= reach.get(entry.section, -1) and not _same_stretch(kept, start, end, entry):
                continue
            reach[entry.section] = max(end, reach.get(entry.section, -1))
            kept.append((start, end, entry, term))
        return [Match(*folded.original(s, e), entry, term) for s, e, entry, term in kept]

    def _raw(self, folded: Folded) -> Iterator[tuple[int, int, Entry, str]]:
        text = folded.text
        # begun terms with a gap, by node: where each starts and where its last piece ends
        begun: dict[int, list[tuple[int, int]]] = {}
        for last, hits in self._automaton.iter(_blanked(text)) if len(self._automaton) else ():
            for piece, key_length, open_end, alone, after in hits:
                if not alone and begun.keys().isdisjoint(after):
                    continue
                start = last - key_length + 1  # of the key's first blank in the blanked text: of the piece in the text
                if not text.startswith(piece, start):
                    continue
                end = start + len(piece)
                while open_end and end < len(text) and text[end].isalnum():
                    end += 1
                reached = [(alone, start)] if alone else []
                if after and begun:
                    reached += _continued(begun, after, folded, start)
                for at, term_start in reached:
                    node = self._nodes[at]
                    for entry, term in node.terms:
                        yield term_start, end, entry, term
                    if node.goes_on:
                        begun.setdefault(at, []).append((term_start, end))


def _continued(
    begun: Mapping[int, Sequence[tuple[int, int]]], after: Mapping[int, int], folded: Folded, start: int
) -> list[tuple[int, int]]:
    """The nodes that a piece at `start` reaches from terms begun near enough before it, with where those start."""
    reached: list[tuple[int, int]] = []
    for node in begun.keys() & after.keys():
        for term_start, piece_end in reversed(begun[node]):
            if _near(folded, piece_end, start):
                reached.append((after[node], term_start))
                break
            if start - piece_end >= _LONG_CHARACTERS:
                break
    return sorted(reached)  # in the order of the file: of one stretch under one id, the first term stays


def _same_stretch(kept: list[tuple[int, int, Entry, str]], start: int, end: int, entry: Entry) -> bool:
    """The same words under two ids of one section are both kept: the component decides."""
    return any(s == start and e == end and k.section == entry.section and k.id != entry.id for s, e, k, _ in kept[-4:])


def _near(folded: Folded, end: int, start: int) -> bool:
    if not 0 <= start - end < _LONG_CHARACTERS:
        return False
    between = folded.text[end:start]
    if _STOPS_GAP.search(between) or bisect_left(folded.breaks, start) > bisect_left(folded.breaks, end):
        return False
    if start - end < GAP_CHARACTERS and len(_QUOTES.sub(" ", between).split()) <= GAP_WORDS:
        return True
    return _COMPLEMENTED.match(between) is not None


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
            forms = {term: _forms(term, path.name, source) for term in terms}
            for term in terms:
                for form in forms[term]:
                    if where.setdefault((section, form), entry_id) != entry_id or not form:
                        raise LexiconError(
                            f"{path.name}:{_line(source, term)}: {term!r} of {entry_id!r} also belongs to "
                            f"{where[section, form]!r}"
                        )
            options = {k: v for k, v in table.items() if k not in ("id", "terms")}
            yield Entry(section, entry_id, tuple(terms), options, path.name, forms)


def _line(source: str, needle: str) -> int:
    """The line where a term is written, for messages: tomllib keeps no positions."""
    at = source.find(f'"{needle}"')
    at = source.find(needle) if at < 0 else at
    return source.count("\n", 0, max(at, 0)) + 1


def spellings(term: str) -> frozenset[str]:
    """The words of a term's forms as a French speaker writes them: lower case, with their accents."""
    return frozenset(w for choice in _choices(term, "", "") for w in _SPELT.findall(choice.lower()))


def _forms(term: str, file: str, source: str) -> tuple[str, ...]:
    """The folded forms a term stands for: `suspendu(e)(s)` → four; gaps stay as `…`."""
    forms = {"…".join(fold(piece.strip()) for piece in choice.split("…")) for choice in _choices(term, file, source)}
    for form in forms:
        pieces = form.split("…")
        if (
            len(pieces) > 8
            or any(not piece.strip("*").strip() for piece in pieces)
            or "*" in form.replace("*…", "").rstrip("*")
        ):
            raise LexiconError(f"{file}:{_line(source, term)}: malformed term {term!r}")
    return tuple(sorted(forms))


def _choices(term: str, file: str, source: str) -> list[str]:
    parts: list[list[str]] = []
    rest = term
    while rest:
        head = re.match(r"\(([^(){}]*)\)|\{([^(){}]*)\}|\[er\]|[^(){}\[\]]+", rest)
        if not head:
            raise LexiconError(f"{file}:{_line(source, term)}: brackets do not close in {term!r}")
        if head.group(1) is not None:
            parts.append([*head.group(1).split(","), ""])
        elif head.group(2) is not None:
            parts.append(head.group(2).split(","))
        elif head.group(0) == "[er]":
            # "juger": "jugeait"
            soft = bool(parts) and parts[-1] and all(p.endswith("g") for p in parts[-1])
            parts.append([f"e{e}" if soft and e[0] == "a" else e for e in _ER])
        else:
            parts.append([head.group(0)])
        rest = rest[head.end() :]
    choices = ["".join(choice) for choice in product(*parts)]
    if len(choices) > _MOST_FORMS:
        raise LexiconError(
            f"{file}:{_line(source, term)}: {term!r} stands for {len(choices)} forms, at most {_MOST_FORMS}"
        )
    return choices


def _compile(entries: Iterable[Entry]) -> tuple[Any, list[_Node]]:
    """The automaton of all pieces, and the tree that their terms form: a term is a path of pieces through it.

    The automaton's keys are pieces between blanks, for blanked texts: it stops at whole words by itself. What it holds
    of a piece: its text, its key's length, whether any ending will do, the node it leads to as a first piece (none: 0,
    which is the root's), and for each other node that it continues the node it leads to.
    """
    nodes = [_Node()]
    after: dict[tuple[str, bool], dict[int, int]] = {}
    for entry in entries:
        for term in entry.terms:
            for form in entry.forms[term]:
                node = _START
                for piece in form.split("…"):
                    nodes[node].goes_on |= node != _START
                    ways = after.setdefault((piece.rstrip("*"), piece.endswith("*")), {})
                    if node not in ways:
                        ways[node] = len(nodes)
                        nodes.append(_Node())
                    node = ways[node]
                nodes[node].terms.append((entry, term))
    by_key: dict[str, list[tuple[str, int, bool, int, dict[int, int]]]] = {}
    for (piece, open_end), ways in after.items():
        alone = ways.pop(_START, 0)
        key = _blanked(piece).rstrip(" ") if open_end or piece.endswith("'") else _blanked(piece)
        by_key.setdefault(key, []).append((piece, len(key), open_end, alone, ways))
    automaton: Any = ahocorasick.Automaton()
    for key, hits in by_key.items():
        automaton.add_word(key, hits)
    if by_key:
        automaton.make_automaton()
    return automaton, nodes


@lru_cache(maxsize=4)
def _blanked(text: str) -> str:
    """The text between blanks, and a blank for each of its signs: what stands in it between two blanks is whole words."""
    return f" {_SIGN.sub(' ', text)} "
