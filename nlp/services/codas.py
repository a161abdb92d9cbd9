"""Services named after a state without a verb of their own: "… fonctionne, les consultations aussi, la messagerie non"."""

from __future__ import annotations

from nlp.services.grammar import words
from nlp.services.pairing import TOO_DEAR, Pair
from nlp.services.sentence import Cue, Mention, Unit, is_finite
from reference.folding import fold

_TOO = words("too")
_STOPS = frozenset(",;.:!?)\n")


def take_codas(unit: Unit) -> list[tuple[Mention, str]]:
    """The services that share (`too`) or turn (`not`) the state told before; taken out of the unit's mentions."""
    first = min((c.i for c in unit.cues), default=unit.j)
    services = [m for m in unit.mentions if m.role == "service"]
    found = [(m, _coda(unit, m)) for m in services[1:] if m.i > first]
    taken = [(m, kind) for m, kind in found if kind is not None]
    unit.mentions = [m for m in unit.mentions if all(m is not t for t, _ in taken)]
    return taken


def codas(taken: list[tuple[Mention, str]], found: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """(pairs that share the state told before, pairs that have the opposite one). Costs mentions times cues."""
    alike: list[Pair] = []
    opposed: list[Pair] = []
    for mention, kind in taken:
        told = [p for p in found if p.cue.j <= mention.i and p.price <= TOO_DEAR and mention not in p.mentions]
        if told:
            cue: Cue = max(told, key=lambda p: p.cue.i).cue
            (alike if kind == "too" else opposed).append(Pair(cue, (mention,), 0.5))
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


def _ends(unit: Unit, k: int) -> bool:
    """Whether no verb follows before the clause ends: "le téléphone aussi a sauté" tells its own state."""
    doc = unit.doc
    while k < unit.j and doc[k].text not in _STOPS:
        if is_finite(doc[k]):
            return False
        k += 1
    return True
