"""Names that stand in one list, and the counts that tell of all of them: "deux hôpitaux touchés : …", "ces deux éditeurs"."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

from spacy.tokens import Doc

from nlp.document import text_of, token_at
from nlp.facilities.cues import Cues
from nlp.facilities.mentions import Mention
from nlp.facilities.receiving import JOINS

AND = re.compile(r"\b(?:et|ainsi que|mais aussi|ou|ni|puis)\b")
_BRACKET = re.compile(r"\s?\([^()\n]{2,90}\)")
_AND_ONE = re.compile(
    r"(?:,?\sà\s(?-i:[A-ZÀ-Þ])[\w'’-]+)?,?\s(?:et|ainsi que|puis|mais aussi)\s(?:d['’]|à |dans |chez )?une?\s"
)
_ONE_MORE = re.compile(r",\s(?:d['’]|à |dans |chez )?une?\s")


def joined(text: str, a: Mention, b: Mention) -> bool:
    """Whether the second stands after the first in one list; "X, un hôpital de Y," tells what X is."""
    between = _BRACKET.sub("", text[a.end : b.start])
    if len(between) >= 60:
        return False
    if JOINS.match(between):
        return True
    if not b.indefinite:
        return False
    return bool(_AND_ONE.fullmatch(between)) or (
        a.type != b.type and "any" not in (a.type, b.type) and bool(_ONE_MORE.fullmatch(between))
    )


_ATTACHED = re.compile(r"\s(?:des? |du |d['’])(?:la |l['’])?$")  # "quatre établissements de Ramsay"
_COUNTED = re.compile(
    r"\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|plusieurs|\d{1,2}) (?:autres )?(?:\w+ ){0,2}"
    r"(?:établissements|sites|hôpitaux|cliniques|sources|victimes|organismes|structures|laboratoires|centres|groupes|cabinets|Ehpad|pharmacies|officines|sociétés|entreprises|opérateurs|prestataires|gestionnaires|mutuelles|éditeurs|plateformes|sous-traitants|intermédiaires|noms|cibles|proies|entités|organisations|acteurs)\b",
    re.I,
)


_HOUSES_OF = re.compile(r"(?:cliniques|hôpitaux|établissements|sites|centres hospitaliers|laboratoires)\b", re.I)
# "…, deux opérateurs, X et Y, avaient été touchés": a case of before
_BEFORE_THEN = re.compile(r",? (?:avaient|avait) (?:\w+ ){0,2}été\b")


def announced(doc: Doc, mentions: list[Mention], cues: Cues) -> None:
    """ "deux centres hospitaliers touchés : …": the first names listed together after it are those."""
    named = _without_letters(text_of(doc), [m for m in mentions if m.kind in ("named", "known")])
    # "X (détenue par A et B) et Y": who owns it is in no list of it
    named = [m for m in named if not _in_brackets(text_of(doc), m.start)]
    starts = [m.start for m in named]
    heads = [
        (m.end, m.text)
        for m in mentions
        if m.plural
        and (m.kind != "named" or _HOUSES_OF.match(m.text))
        and (m.has("hit") or m.has("soft") or m.has("title"))
    ]
    for count in _COUNTED.finditer(text_of(doc)):
        sentence = token_at(doc, count.start()).sent
        if cues.within("attack_strong", sentence.start_char, sentence.end_char) or ":" in sentence.text:
            heads.append((count.end(), count[0]))
    for count in _THESE.finditer(text_of(doc)):
        sentence = token_at(doc, count.start()).sent
        if cues.within("attack_strong", sentence.start_char, sentence.end_char):
            _these(
                text_of(doc),
                [m for m in named if max(doc._.body_start, count.start() - 500) <= m.start < count.start()],
                count[0],
            )
    for end, text in sorted(heads):
        later = named[bisect_left(starts, end) :][:8]
        for first, second in pairwise(later):
            if first.start - end > 700 or _ATTACHED.match(text_of(doc)[end : first.start]):
                break
            if not first.aside and joined(text_of(doc), first, second):
                role = "soft" if _BEFORE_THEN.match(text_of(doc), second.end) else "hit"
                first.roles += [(role, f"annoncé : « {text} »"), ("listed", f"annoncé : « {text} »")]
                return


def _in_brackets(text: str, at: int) -> bool:
    return text.rfind("(", max(0, at - 90), at) > text.rfind(")", max(0, at - 90), at)


def _without_letters(text: str, named: list[Mention]) -> list[Mention]:
    """Without "(CHSF)" right after a name: the letters of the one before."""
    return [m for p, m in pairwise([None, *named]) if m and not (p and text[p.end : m.start].strip() == "(")]


_THESE = re.compile(
    r"\b(?:[Cc]es|[Ll]es|[Aa]ux|[Dd]es|[Cc]hez ces|[Cc]hez les) (?:deux|trois|quatre) (?:\w+ ){0,1}(?:établissements|hôpitaux|cliniques|organismes|structures|laboratoires|groupes"
    r"|sociétés|entreprises|gestionnaires|opérateurs|prestataires|mutuelles|éditeurs|plateformes|acteurs|Ehpad|sites)\b"
)


def _these(text: str, before: list[Mention], words: str) -> None:
    """ "X et Y …. Des intrusions chez ces deux gestionnaires": the two listed together before are told of."""
    for first, second in pairwise(before):
        if (
            not (first.aside or second.aside)
            and JOINS.match(text[first.end : second.start])
            and AND.search(text[first.end : second.start])
        ):
            for m in (first, second):
                if not m.has("hit"):
                    m.roles += [("hit", f"repris : « {words} »"), ("listed", f"repris : « {words} »")]
