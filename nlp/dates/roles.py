"""What a date is the date of: the attack, its discovery, a statement, a complaint, a reopening, another case …

A sentence is cut into clauses; a stretch without a verb belongs to the clause before it, or to the next one where it
opens the sentence ("Mardi, l'établissement …"). Inside its clause a date hangs on the noun it follows with "de" or
"du" ("l'attaque du 11 février", "un communiqué du 17"), else on the nearest verb before it, else on the first verb
after it; the kind of that word (`dates.toml`) is the date's. A verb of no kind leaves it to the event nouns beside.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc, Token

from nlp.document import text_of, token_at
from nlp.lexicon import Lexicon, Match

KINDS = (
    "attack", "trouble", "event", "effect", "discovery", "response", "saying", "claim", "aftermath", "restored",
    "ongoing", "future", "elsewhere",
)  # fmt: skip
LEXICON = Lexicon(Path(__file__).with_name("dates.toml"), {"event": KINDS})
REACH = 320
_STRONG = {";", ":", "(", ")", "«", "»", "–", "—", "-"}
_OPENERS = {
    "et", "mais", "ou", "car", "puis", "qui", "que", "qu'", "où", "dont", "lorsque", "lorsqu'", "quand", "alors",
    "tandis", "comme", "si", "sans", "pour", "avant",
}  # fmt: skip
_RELATIVE = {"qui", "que", "qu'", "dont", "où"}
_SUBORDINATE = {*_RELATIVE, "lorsque", "lorsqu'", "quand", "alors", "tandis"}
_COORDINATE = {"et", "mais", "puis"}
_VERBAL = {"VERB", "AUX"}
_PART_OF_DAY = re.compile(
    r"(?:(?:dans|au cours de|durant|pendant|lors de|en|a|à|le|au)\s)?(?:(?:la|le|"
    r"l['’])\s?)?(?:fin de (?:la )?|début de (?:la )?)?"
    r"(?:soirée|soir|matinée|matin|journée|après-midi|aube)\s(?:de|du)\s(?:ce\s)?$",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"\b(?:depuis|dès|à (?:partir|compter) d[ue]?|remonte(?:nt|rait|raient)? (?:au|à)|dat(?:e|ent|ant|erait) d[ue])"
    r"\s?(?:le |la |l['’]|ce |cette |au )?$",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:jusqu['’](?:au|à|en)?|d['’]ici(?: au| à)?|\bavant|au plus tard|\bpour|reporté\w* (?:au|à)|"
    r"\bultimatum au|au[- ]delà(?: d[ue])?)\s?(?:le |la |l['’]|ce |cette )?$",
    re.IGNORECASE,
)
_OF = re.compile(r"\s(?:de|du|des|d['’])\s?(?:ce\s|cette\s|le\s|l['’])?$", re.IGNORECASE)
_APPOSED = re.compile(r",\s(?:ce\s|cet\s|cette\s|le\s)?$", re.IGNORECASE)
_PARTICIPLE = re.compile(r"^\w+é(?:e|s|es)?$")
_CLEFT = re.compile(
    r"\bc['’](?:est|était)\s(?:bien |donc |justement |seulement )?(?:le |la |ce |dès |au |à |en |dans )?(?:l['’])?$",
    re.IGNORECASE,
)
_APART = re.compile(
    r"^\W*(?:après|comme|outre|à l['’]instar|à l['’]image|contrairement|à la différence)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Role:
    """`kind`: one of KINDS or `none`; `word`: what says so; `strength`: how much its weight bears, 0 to 1."""

    kind: str
    word: str = ""
    strength: float = 1.0
    weight: float = 0.0
    since: bool = False
    until: bool = False


@dataclass(slots=True)
class Clause:
    start: int
    end: int
    opener: str
    verbs: list[Token]
    aside: bool = False


class Scene:
    """What is looked up for every date of a text: sentences, words of the lexicon, dates."""

    def __init__(self, doc: Doc, dates: Iterable[tuple[int, int]]) -> None:
        self.doc = doc
        self.text = text_of(doc)
        self.words = LEXICON.scan(doc._.folded)
        self._word_starts = [m.start for m in self.words]
        # the tagger takes some of them for nouns
        self._verbal = {m.start for m in self.words if m.id == "event" or _PARTICIPLE.match(self.text[m.start : m.end])}
        self.dates = list(dates)
        self._date_starts = [s for s, _ in self.dates]
        self.sentences = [(s.start_char, s.end_char, s._.flags) for s in doc.sents]
        self._sentence_starts = [s for s, _, _ in self.sentences]

    def sentence(self, start: int) -> tuple[int, int, frozenset[str]]:
        return self.sentences[max(0, bisect_right(self._sentence_starts, start) - 1)]

    def after_past(self, start: int) -> bool:
        """Whether a sentence before this one, in the same paragraph, recalls earlier cases."""
        index = max(0, bisect_right(self._sentence_starts, start) - 1)
        for first, last, flags in reversed(self.sentences[max(0, index - 4) : index]):
            if "\n" in self.text[first:last].rstrip("\n ") or self.text[last - 1 : last + 1].count("\n"):
                return False
            if "past" in flags:
                return True
        return False

    def inside(self, start: int, end: int) -> list[Match]:
        """The words of the lexicon that lie in `[start, end)`, dates aside."""
        found = self.words[bisect_left(self._word_starts, start) : bisect_left(self._word_starts, end)]
        return [m for m in found if m.end <= end and not self._in_date(m.start)]

    def _in_date(self, at: int) -> bool:
        index = bisect_right(self._date_starts, at) - 1
        return index >= 0 and at < self.dates[index][1]

    def bounds(self, start: int, end: int) -> tuple[int, int]:
        """The sentence around a date, inside its paragraph and at most REACH characters either side."""
        first, last, _ = self.sentence(start)
        first = max(first, start - REACH, self.text.rfind("\n", max(0, start - REACH), start) + 1)
        stop = self.text.find("\n", end, end + REACH)
        return first, max(end, min(last, end + REACH, stop if stop >= 0 else last))

    def clauses(self, start: int, end: int) -> list[Clause]:
        """The clauses of the sentence around a date, in order."""
        first, last = self.bounds(start, end)
        token = token_at(self.doc, first)
        pieces = [Clause(first, first, "", [])]
        for index in range(token.i, len(self.doc)):
            token = self.doc[index]
            if token.idx >= last:
                break
            word = token.lower_.replace("’", "'")
            if (word in _STRONG or word == "," or word in _OPENERS) and not self._in_date(token.idx):
                pieces.append(Clause(token.idx, token.idx, word, []))
            piece = pieces[-1]
            piece.end = token.idx + len(token)
            if (token.pos_ in _VERBAL or token.idx in self._verbal) and not self._in_date(token.idx):
                piece.verbs.append(token)
        pieces = [p for p in pieces if p.end > p.start]
        for piece in pieces:
            piece.aside = piece.opener == "," and self._incise(piece)
        return _joined(pieces, self.text, self.dates)

    def _incise(self, piece: Clause) -> bool:
        """ ", selon la direction", ", raconte un soignant": who says it, no date of its own."""
        at = piece.start + 1 + (self.text[piece.start + 1 : piece.start + 2] == " ")
        index = bisect_left(self._word_starts, at)
        if (
            index >= len(self.words)
            or self.words[index].start > at + 2
            or self.words[index].id not in ("saying", "claim")
        ):
            return False
        return not any(
            piece.start <= s < piece.end for s, _ in self.dates[bisect_left(self._date_starts, piece.start) :][:1]
        )


def _joined(pieces: list[Clause], text: str, dates: list[tuple[int, int]]) -> list[Clause]:
    """Stretches without a verb join the clause before them, or the next one where they open a sentence or clause.

    What stands in brackets and incises ("selon elle", "rapporte Le Progrès") are clauses of their own.
    """
    out: list[Clause] = []
    main: Clause | None = None
    waiting: Clause | None = None
    for piece in pieces:
        if piece.opener == "(" or piece.aside:
            out.append(piece)
            continue
        if waiting is not None:
            if piece.opener in _RELATIVE and piece.verbs:
                # "Le 4 mars, un pirate qui se fait appeler … a déposé": the date goes with the verb after the relative
                piece.verbs = piece.verbs[-2:]
            piece = Clause(waiting.start, piece.end, waiting.opener, piece.verbs)
            waiting = None
        empty = not text[piece.start + len(piece.opener) : piece.end].strip()
        opening = piece.opener in _COORDINATE and _opens_with_date(piece, text, dates)
        if piece.verbs:
            main = piece
            out.append(piece)
        elif main is None or piece.opener in (";", ":") or opening or (empty and piece.opener in _SUBORDINATE):
            waiting = piece
        else:
            main.end = piece.end
    if waiting is not None:
        out.append(waiting)
    return sorted(out, key=lambda c: c.start)


def _opens_with_date(piece: Clause, text: str, dates: list[tuple[int, int]]) -> bool:
    at = piece.start + len(piece.opener)
    index = bisect_left(dates, (at, 0))
    return index < len(dates) and dates[index][0] < piece.end and len(text[at : dates[index][0]].strip()) <= 6


def role(scene: Scene, start: int, end: int) -> Role:
    """What the date at the characters `[start, end)` is the date of."""
    text = scene.text
    whole = text[start:end].lower()
    if whole.startswith(("du ", "de ", "d'", "d’")) and " au " not in whole:
        start += 3 if whole[2] == " " else 2
    before = text[max(0, start - 48) : start]
    since = bool(_SINCE.search(before)) or whole.startswith(("depuis", "dès ", "à partir", "date d", "datant"))
    until = bool(_UNTIL.search(before)) or whole.startswith("jusqu")
    clauses = scene.clauses(start, end)
    holding = [i for i, c in enumerate(clauses) if c.start <= start < c.end]
    at = min(holding, key=lambda i: clauses[i].end - clauses[i].start, default=len(clauses) - 1)
    clause = clauses[at]
    part = _PART_OF_DAY.search(before)
    anchor = start - len(part[0]) if part else start
    found = None if since or part else _attached(scene, clause, start, end, before)
    found = found or _by_verb(scene, clauses, at, anchor, end)
    return Role(found.kind, found.word, found.strength, found.weight, since, until)


def _of(match: Match, strength: float = 1.0) -> Role:
    return Role(match.id, f"« {match.term} »", strength, float(match.entry.options["weight"]))


def _attached(scene: Scene, clause: Clause, start: int, end: int, before: str) -> Role | None:
    """The noun that the date follows with "de" or "du" (a noun of no kind makes it another thing's date) or between
    commas ("le piratage, cet été, des serveurs")."""
    preposition = _OF.search(before)
    apposed = _APPOSED.search(before) if scene.text[end : end + 1] == "," else None
    if not preposition and not apposed:
        return None
    noun_end = start - len((preposition or apposed or [""])[0])
    words = scene.inside(max(clause.start, noun_end - 60), noun_end)
    if not preposition:
        held = words and words[-1].end >= noun_end and words[-1].id in ("attack", "trouble")
        return _of(words[-1]) if held and clause.verbs[-1:] != [token_at(scene.doc, words[-1].start)] else None
    if any(w.id == "elsewhere" for w in words):
        return _of(next(w for w in words if w.id == "elsewhere"))
    token = token_at(scene.doc, max(0, noun_end - 1))
    if words and words[-1].end >= noun_end - 1:
        return _of(words[-1], 1.1)
    if token.pos_ in _VERBAL:
        return None
    if words and (token.pos_ in ("ADJ", "PROPN") or words[-1].id in ("attack", "trouble")):
        return _of(words[-1], 0.9)
    return Role("elsewhere", f"« {token.text} »", 0.8, -2.0)


def _by_verb(scene: Scene, clauses: list[Clause], at: int, start: int, end: int) -> Role:
    clause = clauses[at]
    follower = clauses[at + 1] if at + 1 < len(clauses) else None
    if (
        follower
        and follower.opener in ("que", "qu'")
        and _CLEFT.search(scene.text[max(clause.start, start - 30) : start])
    ):
        # "c'est le 28 mars qu'un virus a été découvert"
        return _by_verb(scene, clauses, at + 1, follower.start, follower.start)
    left = [v for v in clause.verbs if v.idx < start]
    right = [v for v in clause.verbs if v.idx >= end]
    piece = scene.text[clause.start : start]
    if _APART.match(piece.removeprefix(clause.opener)) and not left and not scene.inside(clause.start, start):
        return Role("elsewhere", f"« {piece.split()[0]} »", 1.0, -2.5)
    if not clause.verbs:
        return _by_noun(scene, clause, start, end) or Role("none")
    verb = left[-1] if left else right[0]
    group_start, group_end = _group(verb, left if left else right, scene.doc)
    told = [
        m
        for m in scene.inside(max(clause.start, group_start - 25), min(clause.end, group_end + 25))
        if m.start < group_end and m.end > group_start
    ]
    asides = [c for c in clauses if c is not clause and clause.start <= c.start and c.end <= clause.end]
    nouns = [m for m in scene.inside(clause.start, clause.end) if m not in told]
    nouns = [m for m in nouns if not any(c.start <= m.start < c.end for c in asides)]
    if any("Tense=Fut" in str(t.morph) for t in clause.verbs if group_start <= t.idx < group_end):
        return Role("future", f"« {verb.text} »", 1.0, -4.0)
    if told:
        best = max(told, key=lambda m: abs(float(m.entry.options["weight"])))
        if best.id == "discovery" and any(m.id == "saying" for m in nouns if m.start < best.start):
            # "plusieurs médias ont constaté"
            best = next(m for m in nouns if m.id == "saying")
        against = [m for m in nouns if m.id in ("aftermath", "restored", "claim") and m.end <= group_start]
        if best.id in ("event", "response") and against:
            # "l'enquête a débuté mardi"
            best = against[-1]
        return _of(best)
    objects = [m for m in nouns if group_end <= m.start < end + 60 and float(m.entry.options["weight"]) < 0]
    if left and objects:
        # "le piratage a donné lieu mardi à une interpellation"
        return _of(objects[0], 0.75)
    near = [m for m in nouns if m.end <= start] if left else nouns
    if near:
        return _of(near[-1] if left else near[0], 0.75)
    if nouns:
        return _of(nouns[0], 0.6)
    if clause.opener in _RELATIVE and (antecedent := scene.inside(max(0, clause.start - 40), clause.start)):
        return _of(antecedent[-1], 0.8)
    if follower and not left and follower.opener in _COORDINATE | {"qui", ","}:
        words = scene.inside(follower.start, follower.end)
        if words:
            return _of(words[0], 0.7)
    return Role("none")


def _group(verb: Token, verbs: list[Token], doc: Doc) -> tuple[int, int]:
    """The verb with its auxiliaries: "a été attaqué", "s'est rendu compte" → the characters of the whole."""
    first, last = verb, verb
    for other in reversed([v for v in verbs if v.i < verb.i]):
        if first.i - other.i <= 3 and other.pos_ == "AUX":
            first = other
    for other in [v for v in verbs if v.i > verb.i]:
        if last.pos_ == "AUX" and other.i - last.i <= 4:
            last = other
    before = doc[max(0, first.i - 1)]
    start = before.idx if before.lower_ in ("s'", "s’", "se", "n'", "n’", "ne", "l'", "l’") else first.idx
    return start, last.idx + len(last)


def _by_noun(scene: Scene, clause: Clause, start: int, end: int) -> Role | None:
    """Without a verb (headlines, "C'était mercredi" cut short): the nearest event noun before, else after."""
    left = scene.inside(clause.start, start)
    right = scene.inside(end, clause.end)
    return _of(left[-1], 0.9) if left else _of(right[0], 0.8) if right else None
