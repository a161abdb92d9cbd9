"""What stands around the dates of a text: its sentences cut into clauses, and the words that tell kinds of event.

A stretch without a verb belongs to the clause before it, or to the next one where it opens the sentence ("Mardi,
l'établissement …"). What stands in brackets and says who speaks ("selon elle", "rapporte Le Progrès") is a clause of
its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from spacy.tokens import Doc, Token

from nlp.document import text_of, token_at
from nlp.lexicon import Lexicon, Match
from reference.folding import Folded, fold

KINDS = (
    "attack", "trouble", "event", "effect", "discovery", "response", "saying", "claim", "aftermath", "restored",
    "ongoing", "future", "elsewhere",
)  # fmt: skip
# `event`: verbs, participles and event nouns; `noun`: nouns that only the accent tells from a participle of `homograph`
_SECTIONS = ("event", "noun")
LEXICON = Lexicon(Path(__file__).with_name("dates.toml"), {**dict.fromkeys(_SECTIONS, KINDS), "homograph": None})
REACH = 320
VERBAL = frozenset({"VERB", "AUX"})
AUXILIARY = frozenset({
    "a", "ont", "ai", "as", "avons", "avez", "avait", "avaient", "avais", "aura", "auront", "aurait", "auraient", "avoir",
    "ayant", "eu", "est", "sont", "suis", "sommes", "êtes", "était", "étaient", "étais", "sera", "seront", "serait",
    "seraient", "être", "été", "étant", "fut", "furent", "fût", "soit", "soient", "ait", "aient",
})  # fmt: skip
RELATIVE = frozenset({"qui", "que", "qu'", "dont", "où"})
COORDINATE = frozenset({"et", "mais", "puis"})
_STRONG = {";", ":", "(", ")", "«", "»", "–", "—", "-"}
_OPENERS = {
    "et", "mais", "ou", "car", "puis", "qui", "que", "qu'", "où", "dont", "lorsque", "lorsqu'", "quand", "alors",
    "tandis", "comme", "si", "sans", "pour", "avant",
}  # fmt: skip
_SUBORDINATE = {*RELATIVE, "lorsque", "lorsqu'", "quand", "alors", "tandis"}
_PARTICIPLE = re.compile(r"^\w+é(?:e|s|es)?$")
_ACUTE = re.compile(r"é(?:\(e\)|e)?(?:\(s\)|s)?$")
_BRACKETS = re.compile(r"\([^)]*\)")
# "un pirate qui se fait appeler « host1337 » a déposé": a name, no speech
_QUOTED_NAME = re.compile(r"«\s?[^\s»]{1,25}(?:\s[^\s»,]{1,20}){0,2}\s?»")
_SOURCE = re.compile(r"\W*(?:selon|d['’]après|à en croire|de source|comme l['’])\b", re.IGNORECASE)


_HOMOGRAPHS = frozenset(fold(_BRACKETS.sub("", t)) for e in LEXICON.of("homograph") for t in e.terms)


def _accented_alike(match: Match, text: str) -> bool:
    """Whether a homograph ends in é where the term does: the scan folds accents, "pirates" are not "piratés"."""
    told = text[match.start : match.end]
    return (
        fold(_BRACKETS.sub("", match.term)) not in _HOMOGRAPHS
        or bool(_ACUTE.search(match.term)) == bool(_ACUTE.search(told.lower()))
        or told.isupper()
    )


# "s'est brutalement arrêté", "a sans doute commencé", "aurait en fait été lancée"
_ADVERB = re.compile(
    r"\b(?:[ns]'(?:est|a|etait|etaient)|est|sont|a|ont|avait|avaient|aurait|auraient|serait|seraient|etait|etaient|ete) "
    r"(?P<adverb>(?:(?:tres|assez|tout|bien|plus|si) )?"
    r"(?:\w{3,14}ment|sans doute|sans prevenir|d'un coup|d'abord|en fait|en realite|en effet|d'ailleurs|bel et bien|bien|"
    r"aussi|ainsi|meme|vite|soudain|aussitot|sitot|peut etre) )(?=\w)"
)
_BESIDE_ADVERB = 60


def _words(folded: Folded) -> list[Match]:
    """The words of the lexicon, those with an adverb after their auxiliary too."""
    found = LEXICON.scan(folded, _SECTIONS)
    split = [m for adverb in _ADVERB.finditer(folded.text) for m in _over(folded, *adverb.span("adverb"))]
    if not split:
        return found
    alone = [m for m in found if not any(s.start <= m.start and m.end <= s.end for s in split)]
    return sorted([*alone, *split], key=lambda m: m.start)


def _over(folded: Folded, start: int, end: int) -> list[Match]:
    first, last = max(0, start - _BESIDE_ADVERB), min(len(folded.text), end + _BESIDE_ADVERB)
    left, right = slice(first, start), slice(end, last)
    text, starts = folded.text[left] + folded.text[right], folded.starts[left] + folded.starts[right]
    end_of_all = folded.starts[last] if last < len(folded.text) else folded.length
    before, after = folded.starts[start], folded.starts[end]
    return [m for m in LEXICON.scan(Folded(text, starts, end_of_all), _SECTIONS) if m.start < before and m.end > after]


_SHORT_BRACKET = re.compile(r"\([^()\n]{1,30}\)")
# what ends a sentence; the parser starts one after "(CHU)" or a name now and then
_ENDS = (".", "!", "?", "…", ":", ";", "»", "”", '"')


def _whole_sentences(doc: Doc, text: str) -> list[tuple[int, int, frozenset[str]]]:
    """The sentences, those that the parser cut in two joined again."""
    out: list[tuple[int, int, frozenset[str]]] = []
    for sentence in doc.sents:
        start, end, flags = sentence.start_char, sentence.end_char, sentence._.flags
        before = text[max(0, start - 4) : start]
        if out and "\n" not in before and before.strip() and not before.rstrip().endswith(_ENDS):
            out[-1] = (out[-1][0], end, out[-1][2] | flags)
        else:
            out.append((start, end, flags))
    return out


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
        self.words = [m for m in _words(doc._.folded) if _accented_alike(m, self.text)]
        self._word_starts = [m.start for m in self.words]
        # the tagger takes some of them for nouns
        self._verbal = {
            m.start
            for m in self.words
            if m.id == "event"
            or _PARTICIPLE.match(self.text[m.start : m.end])
            or ("(e)" in m.term and m.id not in ("future", "elsewhere", "ongoing"))
        }
        self.dates = list(dates)
        self._date_starts = [s for s, _ in self.dates]
        self.sentences = _whole_sentences(doc, self.text)
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
        return [m for m in found if m.end <= end and not self.in_date(m.start)]

    def dated(self, match: Match, at: int) -> bool:
        """Whether a word has a date of its own, another than the one at `at`: "après l'attaque du 9"."""
        index = bisect_left(self._date_starts, match.end)
        if index >= len(self._date_starts) or self._date_starts[index] == at:
            return False
        return self._date_starts[index] - match.end <= 5 and " d" in self.text[match.end : self.dates[index][1]][:4]

    def over(self, token: Token) -> Match | None:
        """The word of the lexicon that the token is part of."""
        index = bisect_right(self._word_starts, token.idx)
        return next((m for m in reversed(self.words[max(0, index - 4) : index]) if token.idx < m.end), None)

    def is_verbal(self, token: Token) -> bool:
        if token.lower_ == "partir" and token.i and token.nbor(-1).lower_ in ("à", "a"):
            # "à partir de mardi"
            return False
        return token.pos_ in VERBAL or token.idx in self._verbal

    def in_date(self, at: int) -> bool:
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
        names = [m.span() for m in _QUOTED_NAME.finditer(self.text, first, last)]
        skipped = first
        for index in range(token.i, len(self.doc)):
            token = self.doc[index]
            if token.idx >= last:
                break
            if (
                token.text == "("
                and (aside := _SHORT_BRACKET.match(self.text, token.idx))
                and not self._dated_within(*aside.span())
            ):
                # "le groupe hospitalier (GHT) a été frappé": no clause of its own
                skipped = aside.end()
            if token.idx < skipped:
                pieces[-1].end = token.idx + len(token)
                continue
            word = token.lower_.replace("’", "'")
            if (
                (word in _STRONG or word == "," or word in _OPENERS)
                and not self.in_date(token.idx)
                and not (names and any(a <= token.idx < b for a, b in names))
            ):
                pieces.append(Clause(token.idx, token.idx, word, []))
            piece = pieces[-1]
            piece.end = token.idx + len(token)
            if self.is_verbal(token) and not self.in_date(token.idx):
                piece.verbs.append(token)
        pieces = [p for p in pieces if p.end > p.start]
        for piece in pieces:
            piece.aside = self._incise(piece)
        return _joined(pieces, self.text, self.dates, start)

    def _dated_within(self, start: int, end: int) -> bool:
        index = bisect_left(self._date_starts, start)
        return index < len(self._date_starts) and self._date_starts[index] < end

    def _incise(self, piece: Clause) -> bool:
        """ "Selon elle,", ", selon la direction", ", raconte un soignant": who says it, no date of its own."""
        if piece.opener not in ("", ","):
            return False
        index = bisect_left(self._date_starts, piece.start)
        if any(piece.start <= s < piece.end for s, _ in self.dates[index : index + 1]):
            return False
        if _SOURCE.match(self.text, piece.start, piece.end):
            return True
        at = piece.start + 1 + (self.text[piece.start + 1 : piece.start + 2] == " ")
        index = bisect_left(self._word_starts, at)
        return (
            piece.opener == ","
            and index < len(self.words)
            and self.words[index].start <= at + 2
            and self.words[index].id in ("saying", "claim")
        )


def _joined(pieces: list[Clause], text: str, dates: list[tuple[int, int]], at: int) -> list[Clause]:
    """Stretches without a verb join the clause before them, or the next one where they open a sentence or clause."""
    out: list[Clause] = []
    main: Clause | None = None
    waiting: Clause | None = None
    for piece, follower in zip_longest(pieces, pieces[1:]):
        if piece.opener == "(" or piece.aside:
            out.append(piece)
            continue
        resumed = waiting is not None and waiting.opener in RELATIVE
        if waiting is not None:
            if piece.opener in RELATIVE and piece.verbs and at < piece.start:
                # "Le 4 mars, un pirate qui se fait appeler … a déposé": the date goes with the verb after the relative
                piece.verbs = piece.verbs[-2:]
            piece = Clause(waiting.start, piece.end, waiting.opener, piece.verbs)
            waiting = None
        # "que le groupement hospitalier (GHT) a été frappé": the verb follows the brackets
        cut = follower is not None and follower.opener == "("
        empty = cut or not text[piece.start + len(piece.opener) : piece.end].strip()
        opening = piece.opener in COORDINATE and _opens_with_date(piece, text, dates)
        if piece.verbs:
            main = piece
            out.append(piece)
        elif (
            main is None or piece.opener in (";", ":") or opening or (empty and piece.opener in _SUBORDINATE) or resumed
        ):
            # "des infirmières qui, dimanche soir, ont signalé": the date goes with the verb of the relative
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


def verb_group(verb: Token, verbs: list[Token], doc: Doc) -> tuple[int, int]:
    """The verb with its auxiliaries: "a été attaqué", "s'est rendu compte" → the characters of the whole."""
    first, last = verb, verb
    for other in reversed([v for v in verbs if v.i < verb.i]):
        if first.i - other.i > 3 or other.lower_ not in AUXILIARY:
            # "a indiqué jeudi avoir été victime": another verb's
            break
        first = other
    for other in [v for v in verbs if v.i > verb.i]:
        if last.lower_ in AUXILIARY and other.i - last.i <= 4:
            last = other
    before = doc[max(0, first.i - 1)]
    start = before.idx if before.lower_ in ("s'", "s’", "se", "n'", "n’", "ne", "l'", "l’") else first.idx
    return start, last.idx + len(last)
