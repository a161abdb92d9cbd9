"""Services told in one breath: "le standard, les urgences et la maternité"."""

from __future__ import annotations

from spacy.tokens import Token

from nlp.services.cues import is_strong
from nlp.services.grammar import words
from nlp.services.sentence import Mention, Unit, is_finite
from reference.folding import fold

_JOINS, _ARTICLES, _INCLUDED = words("joins"), words("articles"), words("included")


def groups(unit: Unit) -> list[list[Mention]]:
    """Mentions in lists: "le standard, les urgences et la maternité" is one group."""
    out: list[list[Mention]] = []
    for mention in unit.mentions:
        if out and _listed(unit, out[-1][-1], mention):
            out[-1].append(mention)
        else:
            out.append([mention])
    for group in list(out):
        # "le 15, des opérations …": two said with nothing but a comma between them are no list
        if len(group) == 2 and not _joined(unit, group):
            at = out.index(group)
            out[at : at + 1] = [[group[0]], [group[1]]]
    for group in out:
        if any(m.partial for m in group):
            for mention in group:
                mention.partial = mention.partial or mention.service == "si_global"
    return out


def _joined(unit: Unit, group: list[Mention]) -> bool:
    """Whether more than a comma joins the two, or a third thing follows: "les hospitalisations, les opérations et …"."""
    words_between = {fold(t.text) for t in unit.doc[group[0].j : group[1].i]}
    after = [fold(t.text) for t in unit.doc[group[1].j : min(unit.j, group[1].j + 3)]]
    if after[:1] and after[0] in _INCLUDED:
        return True  # "coupé tout le réseau, Internet compris"
    return bool(words_between & (_JOINS - {","})) or ("et" in after[:1] and len(after) > 1 and after[1] in _ARTICLES)


def _listed(unit: Unit, left: Mention, right: Mention) -> bool:
    if (left.role == "service") != (right.role == "service") and right.role != "soins":
        return False
    if left.role in ("place", "void") or right.j - left.j > 22:
        return False
    gap = outside_brackets(unit, left.j, right.i)
    if len(gap) > 9 or any(c.i < right.i and c.j > left.j for c in unit.cues):
        return False
    if [t.lower_ for t in gap[:2]] == [",", "et"] or _own_subject(unit, left, right):
        return False
    if any(fold(t.text) == "presque" for t in gap):
        return False
    if _where_only(unit, left, right):
        return False  # "plus de téléphone à l'hôpital ni dans ses Ehpad"
    if any(t.lower_ == "dont" for t in gap) and right.j < unit.j and is_finite(unit.doc[right.j]):
        return False  # "les Ehpad, dont les lignes sont coupées"
    joined = False
    for token in gap:
        word = fold(token.text)
        if word == "commencer" or word == "compris":
            continue
        if token.pos_ == "VERB" or is_finite(token) or (is_strong(token) and token.text != "("):
            return False
        if token.i in unit.barriers:
            return False
        if any(True for _ in unit.marked("exception", token.idx, token.idx + 1)):
            return False
        joined = joined or word in _JOINS
    return joined


def _where_only(unit: Unit, left: Mention, right: Mention) -> bool:
    """Whether the right one says where, and the left one what."""
    doc = unit.doc
    before = [fold(t.text) for t in doc[max(left.j, right.i - 3) : right.i]]
    ahead = {fold(t.text) for t in doc[max(unit.i, left.i - 3) : left.i + 1]}
    return bool({"dans", "chez"} & set(before)) and not {"dans", "chez"} & ahead


def _own_subject(unit: Unit, left: Mention, right: Mention) -> bool:
    """Whether the right one is the subject of a clause of its own that the left one has no part in."""
    one, other = unit.doc[left.i : left.j].root, unit.doc[right.i : right.j].root
    if not other.dep_.startswith("nsubj") or other.head.i < other.i:
        return False
    return (
        not one.dep_.startswith("nsubj")
        and one.head is not other
        and other.head not in one.ancestors
        and one.dep_ in ("obj", "obl:arg", "obl:mod", "obl")
    )


def outside_brackets(unit: Unit, start: int, stop: int) -> list[Token]:
    """The tokens `[start, stop)` without what stands in closed brackets."""
    out: list[Token] = []
    opened: int | None = None
    for k in range(start, stop):
        token = unit.doc[k]
        if token.text == "(" and opened is None:
            opened = len(out)
        elif token.text == ")" and opened is not None:
            del out[opened:]
            opened = None
            continue
        out.append(token)
    return out
