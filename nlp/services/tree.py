"""What the parser says of a service and a state: whether one is the subject, object or epithet of the other."""

from __future__ import annotations

from spacy.tokens import Token

from nlp.services.sentence import Cue, Mention, Unit

_SUBJECTS = ("nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:mod", "obl:arg", "obl:agent", "dislocated", "expl:subj")


def other_subject(unit: Unit, cue: Cue) -> bool:
    """Whether the parser gives the cue a noun for its subject (which then is not the service at hand)."""
    core = unit.doc[cue.i : cue.j].root
    verbal = _climb(
        core, ("xcomp", "aux:pass", "aux:tense", "cop", "fixed", "case", "advmod", "obl:mod", "obl:arg"), ""
    )
    return any(
        child.dep_ in ("nsubj", "nsubj:pass") and child.pos_ in ("NOUN", "PROPN") and child.i < cue.i
        for token in verbal
        for child in token.children
    )


def linked(unit: Unit, mention: Mention, cue: Cue) -> bool:
    """Whether the parser makes the service subject, object or complement of the cue, or the cue its epithet."""
    doc = unit.doc
    head = doc[mention.i : mention.j].root
    nominal = _climb(
        head, ("nmod", "conj", "appos", "flat:name", "flat:foreign", "fixed", "case", "amod", "det"), "VERB"
    )
    core = doc[cue.i : cue.j].root
    verbal = _climb(
        core,
        ("xcomp", "aux:pass", "aux:tense", "cop", "fixed", "case", "advmod", "obl:mod", "obl:arg", "obj", "amod"),
        "",
    )
    for token in nominal:
        if token.head in verbal and token.head is not token and token.dep_ in _SUBJECTS:
            return True
        if token in verbal and token is not core and cue.dir in ("noun", "adj"):
            return True
    for token in verbal:
        if token.dep_ in ("acl", "acl:relcl", "amod", "nmod", "appos") and token.head in nominal:
            return True
        shared = token.dep_ == "conj" and not any(c.dep_.startswith("nsubj") for c in token.children)
        if shared and any(c in nominal for c in token.head.children if c.dep_ in ("nsubj", "nsubj:pass")):
            return True
    return False


def _climb(token: Token, relations: tuple[str, ...], stop: str) -> list[Token]:
    out = [token]
    for _ in range(4):
        if token.dep_ not in relations or token.head is token or (stop and token.head.pos_ == stop):
            break
        token = token.head
        out.append(token)
    return out
