"""Services named after a state without a verb of their own: "… fonctionne, les consultations aussi, la messagerie non",
"… fonctionnent, tout comme la dialyse et le laboratoire"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from nlp.document import tokens
from nlp.lexicon import Entry
from nlp.services.grammar import words
from nlp.services.pairing import TOO_DEAR, Pair
from nlp.services.sentence import Cue, Mention, Unit, is_finite
from reference.folding import fold

_BY_NOW = words("now") | {"encore", "deja", "toujours", "ce", "lundi", "mardi", "mercredi", "jeudi", "vendredi"}
_TOO = words("too")
_BE = words("be")
_LEVEL = Entry("state", "à tant pour cent", ("a … %",), {"state": "limited", "dir": "intr", "not": "none"}, "codas.py")
_PERCENT = re.compile(
    r"à (\d{1,3})\s?%(?=\s?(?:[.,;:!?)»\n]|et\b|de (?:ses|leurs?|son|sa|l['’]activité|la capacité)\b|$))"
)
_LEVEL_AT = Entry(
    "state", "à tant pour cent", ("a … %",), {"state": "limited", "dir": "after", "not": "none"}, "codas.py"
)
# "l'activité tourne à 40 % au bloc et à 60 % en consultation"
_LEVEL_BEFORE = re.compile(r"à (\d{1,3})\s?% (?:au|aux|en|à la|à l['’]|dans les?|pour les?|pour la)\s?$")
_LIKE = re.compile(
    r",\s(?:tout comme|de même que|au même titre que|pas plus que)\s(?:l['’]|la\s|le\s|les\s|ses\s|leurs?\s|celles?\s)?$",
    re.I,
)
_AND = re.compile(r"(?:,|\set)\s(?:l['’]|la\s|le\s|les\s|ses\s|leurs?\s)?")
_STOPS = frozenset(",;.:!?)\n")
_WHO = frozenset(("qui", "que", "qu'", "dont", "où"))
# "… est rétablie mardi, la téléphonie jeudi": since when, until when, for how long, with no verb
_WHEN = re.compile(
    r"\s(?:(?:seulement |déjà |enfin |presque )?(?:depuis|dès|jusqu['’]|à partir d|vers|à compter d|avant|après|le \d|le lendemain|la veille|ce (?:matin|midi|soir)|"
    r"(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|hier|avant-hier|demain|d['’]un[e ]|de (?:deux|trois|quatre|cinq|six|dix|\d))|"
    r"(?:\w+ ){1,3}plus tard)[^,;:.!?()«»\n]{0,40}(?=[,;.:!?)\n»]|$)",
    re.I,
)
_APART = re.compile(r"(?:,|,? et| puis)\s(?:l['’]|la |le |les |ses |leurs? |celles? |ceux )?$")


def take_codas(unit: Unit) -> list[tuple[Mention, str]]:
    """The services that share (`too`) or turn (`not`) the state told before; taken out of the unit's mentions."""
    first = min((c.i for c in unit.cues), default=unit.j)
    services = [m for m in unit.mentions if m.role == "service"]
    found: list[tuple[Mention, str | None]] = []
    for last, m in pairwise(services):
        if m.i > first:
            goes_on = bool(found) and found[-1] == (last, "like") and _joined(unit, last, m)
            found.append((m, "like" if goes_on or _compared(unit, m) or _dated(unit, m) else _coda(unit, m)))
    taken = [(m, kind) for m, kind in found if kind is not None]
    unit.mentions = [m for m in unit.mentions if all(m is not t for t, _ in taken)]
    return taken


def levels(unit: Unit) -> Iterator[Cue]:
    """ "Les urgences en sont à 70 %, la maternité à 90 %": how much of a care runs, with or without a verb."""
    doc = unit.doc
    for mention in unit.mentions:
        k = mention.j
        if mention.role != "service" or mention.kind != "care":
            continue
        before = _LEVEL_BEFORE.search(unit.text, max(doc[unit.i].idx, mention.start - 60), mention.start)
        if before is not None and before.group(1) != "100":
            span = tokens(doc, before.start(), mention.start)
            at = span.start
            yield Cue(
                "limited", "after", before.start(), mention.start - 1, at, mention.i, _LEVEL_AT, _LEVEL_AT.terms[0]
            )
            continue
        if not mention.free:
            continue
        if k + 1 < unit.j and fold(doc[k].text) == "en" and fold(doc[k + 1].text) in _BE:
            k += 2
            while k < unit.j - 1 and fold(doc[k].text) in _BY_NOW:
                k += 1
        if k >= unit.j:
            continue
        share = _PERCENT.match(unit.text, doc[k].idx)
        if share is not None and share.group(1) != "100":
            span = tokens(doc, share.start(), share.end())
            yield Cue("limited", "intr", share.start(), share.end(), k, span.end, _LEVEL, _LEVEL.terms[0])


def codas(taken: list[tuple[Mention, str]], found: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """(pairs that share the state told before, pairs that have the opposite one). Costs mentions times cues."""
    alike: list[Pair] = []
    opposed: list[Pair] = []
    for mention, kind in taken:
        told = [p for p in found if p.cue.j <= mention.i and p.price <= TOO_DEAR and mention not in p.mentions]
        if told:
            cue: Cue = max(told, key=lambda p: p.cue.i).cue
            (opposed if kind == "not" else alike).append(Pair(cue, (mention,), 0.5))
    return alike, opposed


def _coda(unit: Unit, mention: Mention) -> str | None:
    """`too` ("aussi", "non plus"), `not` ("non") or None, of the words right after the service."""
    doc = unit.doc
    for k in range(mention.j, min(unit.j, mention.j + 4)):
        word = fold(doc[k].text)
        if is_finite(doc[k]) or doc[k].text in ";.:!?":
            return None
        if word == "non":
            after = fold(doc[k + 1].text) if k + 1 < unit.j else "."
            if after == "plus":
                return "too" if _ends(unit, k + 2) else None
            return "not" if doc[k + 1 : k + 2].text in ("", *_STOPS) or k + 1 >= unit.j else None
        if word in _TOO:
            return "too" if _ends(unit, k + 1) else None
    return None


def _compared(unit: Unit, mention: Mention) -> bool:
    """Whether the service stands after ", tout comme", ", de même que": it shares what was told before the comma."""
    before = unit.text[unit.doc[unit.i].idx : mention.start]
    if not _LIKE.search(before):
        return False
    # "de même que les consultations qui peuvent attendre": the verb is the relative clause's
    of_it = mention.j < unit.j and unit.doc[mention.j].lower_ in _WHO
    return of_it or _ends(unit, mention.j)


def _dated(unit: Unit, mention: Mention) -> bool:
    """ "Le dossier est accessible depuis le 22, la messagerie depuis lundi": with a time of its own and no verb."""
    if not _WHEN.match(unit.text, mention.end):
        return False
    return bool(_APART.search(unit.text[unit.doc[unit.i].idx : mention.start])) and _ends(unit, mention.j)


def _joined(unit: Unit, last: Mention, mention: Mention) -> bool:
    return bool(_AND.fullmatch(unit.text, last.end, mention.start)) and _ends(unit, mention.j)


def _ends(unit: Unit, k: int) -> bool:
    """Whether no verb follows before the clause ends: "le téléphone aussi a sauté" tells its own state."""
    doc = unit.doc
    while k < unit.j and doc[k].text not in _STOPS:
        if is_finite(doc[k]):
            return False
        k += 1
    return True
