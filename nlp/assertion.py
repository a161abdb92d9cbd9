"""What a clause says of a thing named in it: stated, denied, supposed, unknown, averted, mistaken or general.

`stance(doc, start, end)` looks at the cues of `assertion.toml` around the characters `[start, end)`, inside the
sentence and, unless the cue says otherwise, inside the clause. It is the one place where the components of attacks
and details read negation and modality.

    « La piste d'une cyberattaque n'est pas exclue »         cyberattaque → supposed
    « Aucune donnée n'a été volée »                          volée → denied
    « On ignore si des données ont été volées »              volées → unknown
    « pour éviter une fuite de données »                     fuite → averted
    « On a d'abord cru à une cyberattaque »                  cyberattaque → mistaken
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from spacy.tokens import Doc

from nlp.asides import aside_at, in_past_aside
from nlp.document import text_of, token_at
from nlp.lexicon import Lexicon, Match
from reference.folding import fold

Stance = Literal["stated", "denied", "supposed", "unknown", "averted", "mistaken", "general"]
STANCES = ("denied", "supposed", "unknown", "averted", "mistaken", "general")
LEXICON = Lexicon(Path(__file__).with_name("assertion.toml"), {"cue": STANCES})
# the first of these that holds decides
_ORDER: tuple[Stance, ...] = ("unknown", "mistaken", "general", "averted", "denied", "supposed")
_CLAUSE = re.compile(
    r"[;:!?()]|\.(?=\s)|\b(?:mais|alors que|tandis que|en revanche|tout en|bien que|même si|car|puisque|pourtant|en\s+\w+ant)\b"
    r"|,\s+(?:et|qui|dont|seule?s?|où|ce qui|ce que|mais|puis|la|le|les|l['’]|il|elle|on|nous|un|une|des|selon|d['’]après)\b|,\s+(?=(?-i:[A-ZÀ-Þ]))",
    re.IGNORECASE,
)
# of these the next verb that « et » brings is free
_TO_THE_VERB = frozenset({"denied", "supposed", "averted"})
# what is denied, unknown or feared ends where the sentence says after what it happened
_AFTER = re.compile(r"\b(?:après|à la suite|suite à|lors d[eu]|depuis|en raison|à cause)\b", re.IGNORECASE)
# « On ignore si des données ont été volées, précise l'hôpital, qui a subi une cyberattaque »: the doubt ends there
_INCISE = re.compile(
    r",\s*(?:(?:a|ont|avait)\s+)?(?:précis|indiqu|affirm|assur|expliqu|déclar|ajout|soulign|reconn|annonc|rapport|insist|selon|d['’]après|admet)"
    r"[^,;:.]*,\s*(?:qui|dont|victime|touchée?|visée?|frappée?|cible|attaquée?|paralysée?|piratée?)\b",
    re.IGNORECASE,
)
# « aucune donnée, assure la direction, n'a été volée »: who says so stands in between and stops nothing
_SAYS = re.compile(
    r",\s*(?:(?:a|ont|avait)(?:-t-(?:il|elle|on))?\s+)?(?:précis|indiqu|affirm|assur|expliqu|déclar|ajout|soulign|reconn|annonc|"
    r"rapport|insist|selon|d['’]après|admet|poursuit|promet|estim|rassur|écri)[^,;:.]{0,80},(?!\s*(?:qui|dont|où|et|mais)\b)",
    re.IGNORECASE,
)
_VERB = re.compile(r"\bn['’e]", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_REACH = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """The stance and the words that set it (empty when plainly stated)."""

    stance: Stance
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The sentence around a place, cut to `_REACH` characters either side, and the flags of `vigie_context`.

    `begin`: where the whole sentence begins.
    """

    start: int
    end: int
    flags: frozenset[str]
    begin: int


def stretch_at(doc: Doc, at: int) -> Stretch:
    """The sentence of the character `at`. Logarithmic, however long the sentence; call it after `vigie_context`."""
    cached = doc.user_data.get("stretches")
    if cached is None:
        found = [(s.start_char, s.end_char, s._.flags) for s in doc.sents]
        cached = doc.user_data["stretches"] = (found, [start for start, _, _ in found])
    sentences, starts = cached
    start, end, flags = sentences[max(0, bisect_right(starts, at) - 1)]
    if in_past_aside(doc, at):
        flags = flags | {"past"}
    return Stretch(max(start, at - _REACH), min(max(end, at), at + _REACH), flags, start)


def stance(doc: Doc, start: int, end: int, noun: bool = False, term: str = "") -> Reading:
    """How the sentence of `[start, end)` takes what stands there; `noun`: it is a noun, not a verb or participle.

    `term`: the lexicon term that matched; a cue that is one of its own words (« accédé sans autorisation ») says
    nothing of it. Costs the cues within `_REACH` characters.
    """
    around = stretch_at(doc, start)
    text = text_of(doc)
    found: dict[Stance, str] = {}
    open_to = 0
    for cue in _cues(doc, around.start, max(around.end, end)):
        name: Stance = cue.entry.id  # type: ignore[assignment]
        if (aside := aside_at(doc, cue.start)) and not aside[0] <= start < aside[1]:
            continue
        if term and start <= cue.start and cue.end <= end and fold(text[cue.start : cue.end]) in fold(term):
            continue
        if name in _TO_THE_VERB and cue.end <= start and _next_verb(doc, text, start):
            continue
        if name == "supposed":
            open_to = max(open_to, cue.end)
        elif name == "denied" and cue.start < open_to:
            # « n'exclut pas une attaque » holds « pas une »
            continue
        if name not in found and _reaches(text, cue, start, end, noun):
            found[name] = text[cue.start : cue.end]
    for name in _ORDER:
        if name in found:
            return Reading(name, found[name])
    return Reading("stated")


def _next_verb(doc: Doc, text: str, start: int) -> bool:
    """« a revendiqué l'attaque et réclame une rançon »: at `start` stands a verb of its own, after « et »."""
    if not text[max(0, start - 4) : start].lower().endswith(" et "):
        return False
    token = token_at(doc, start)
    return token.pos_ in ("VERB", "AUX") and "Fin" in token.morph.get("VerbForm", [])


def _cues(doc: Doc, first: int, last: int) -> list[Match]:
    cached = doc.user_data.get("assertion_cues")
    if cached is None:
        matches = LEXICON.scan(doc._.folded)
        cached = doc.user_data["assertion_cues"] = (matches, [m.start for m in matches])
    matches, starts = cached
    return list(matches[bisect_left(starts, first) : bisect_left(starts, last)])


def _reaches(text: str, cue: Match, start: int, end: int, noun: bool) -> bool:
    options = cue.entry.options
    if cue.start < end and start < cue.end:
        return options["side"] != "after" or cue.start > start
    before = cue.end <= start
    if (before and options["side"] == "after") or (not before and options["side"] == "before"):
        return False
    between = text[cue.end : start] if before else text[end : cue.start]
    if len(between) > 240 or len(_WORD.findall(between)) > options["words"]:
        return False
    if before and (said := between.lstrip(" »")).count("»") > said.count("«"):
        # « sans aucune interruption », affirme l'hôpital, qui a prévenu …: what was quoted says nothing of the rest
        return False
    if options.get("comma") and "," in between:
        return False
    if not options.get("across"):
        between = _SAYS.sub(" ", between)
    if cue.entry.id != "supposed" and _AFTER.search(between):
        return False
    if noun and options.get("np") and _VERB.search(between):
        return False
    if options.get("across"):
        return not _INCISE.search(between)
    return not _CLAUSE.search(between)
