"""What the parser says a verb of taking takes: « a pris son poste », « un logiciel très répandu » take no data.

Words for data stand near such verbs in any article on stolen data; only what the verb governs was taken. Where the
parser names no noun (a pronoun, a name, nothing), it has no say.
"""

from __future__ import annotations

from spacy.tokens import Token

from nlp.attacks.wording import Wording
from nlp.document import tokens

_EPITHETS = ("acl", "amod")
_PASSIVE = ("aux:pass", "cop")
_UPWARDS = ("nmod", "appos", "conj", "flat:name", "flat:foreign")
_REACH = 12


def takes_other(wording: Wording) -> bool:
    """Whether the wording governs a noun that neither is data nor holds any in its complements."""
    span = tokens(wording.doc, wording.match.start, wording.match.end)
    verb = span.root
    if not verb.dep_:
        return False
    things = _things(verb, span.start, span.end)
    return bool(things) and all(_is_other(wording, thing, verb) for thing in things)


def _is_other(wording: Wording, thing: Token, verb: Token) -> bool:
    if thing.pos_ != "NOUN":
        return False
    if wording.places.inside("tool", thing.idx, thing.idx + len(thing)):
        return True
    first, last = _group(thing, verb)
    return not any(m.id != "none" for m in wording.places.inside("data", first, last))


def _things(verb: Token, start: int, end: int) -> list[Token]:
    """What the verb takes: its object, the subject of its passive, the noun that it is said of."""
    passive = verb.pos_ == "ADJ" or any(c.dep_ in _PASSIVE for c in verb.children)
    found = []
    for child in verb.children:
        if start <= child.i < end:
            continue
        subject = passive and child.dep_ in ("nsubj", "nsubj:pass")
        if child.dep_ == "obj" or subject or _partitive(child, verb):
            found.append(child)
    return found or ([verb.head] if verb.dep_ in _EPITHETS else [])


def _partitive(child: Token, verb: Token) -> bool:
    """« sortir des messages »: the parser takes the article for a preposition."""
    return child.dep_ == "obl:arg" and child.i > verb.i and child.left_edge.lower_ == "des"


def _group(thing: Token, verb: Token) -> tuple[int, int]:
    """The characters of the whole noun phrase, to the verb where that stands after it."""
    top = thing
    for _ in range(3):
        if top.dep_ not in _UPWARDS or top.head is top:
            break
        top = top.head
    doc = thing.doc
    first = doc[max(top.left_edge.i, thing.i - _REACH)]
    last = doc[min(thing.right_edge.i, thing.i + _REACH)]
    if thing.i < verb.i <= last.i:
        last = verb.nbor(-1)
    return first.idx, last.idx + len(last)
