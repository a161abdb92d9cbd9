"""States that no rule reads, by a model learnt from passages: what stands around a service tells how it fares.

Rules know constructions, and the press has more of them than anyone lists. Where they say nothing at all of a service
that the article names, a logistic regression for each status weighs the words before and after it, near and far, in its
clause and beyond, the cues that the lexicon knows, and the verb it depends on. It was fitted by `tools.learn_states` on
`corpus/passages.jsonl`; the weights are in `learnt.npz`, a row for each feature, and the words that carried a decision are
named in the finding's rule. It never changes what a rule has read.

What whole articles gain by it, and how often it is right, is in `corpus/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy

from nlp.document import Finding, is_noise
from nlp.services.findings import FIELD, REJECTING
from nlp.services.sentence import Mention, Unit
from reference.folding import fold, stem

WEIGHTS = Path(__file__).with_name("learnt.npz")
TOLD = "told"  # the model's first column: that any state is told at all
# of a mention, both must be this likely: that a state is told, and that it is this one
LEAST_TOLD = 0.7
LEAST_STATE = 0.5
RULE = "appris"  # in the rule of each of its findings
_CLIMB = 6  # heads looked at above a mention, up to its verb
_NEAR, _FAR = 3, 8
_CLAUSE = frozenset((",", ";", ":", "(", ")", "«", "»", ".", "mais", "et", "tandis", "alors"))
_TELLING = frozenset(("VERB", "ADJ", "NOUN", "ADV", "NUM", "PROPN"))  # what is shown of what carried a decision
_BESIDE_VERB = frozenset(("advmod", "xcomp", "aux", "aux:pass", "cop", "obj", "obl:mod", "obl:arg"))


def further(seen: Iterable[Unit], found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings for the services of these sentences of which `found`, what the rules read, tells nothing."""
    known = {f.value[0] for f in found if f.rejected is None}
    for unit in seen:
        for mention in candidates(unit):
            if mention.service not in known:
                yield from _weigh(unit, mention)


def candidates(unit: Unit) -> Iterator[Mention]:
    """The mentions that name a service of the victim."""
    for mention in unit.mentions:
        if mention.role == "service" and not mention.elsewhere and not is_noise(unit.doc, mention.start):
            yield mention


def _weigh(unit: Unit, mention: Mention) -> Iterator[Finding]:
    names, rows, weights, bias = _model()
    present = [(f, token) for f, token in features(unit, mention).items() if f in rows]
    likely = bias + weights[[rows[f] for f, _ in present]].sum(axis=0)
    likely = 1 / (1 + numpy.exp(-likely))
    best = 1 + int(likely[1:].argmax())
    if likely[0] < LEAST_TOLD or likely[best] < LEAST_STATE:
        return
    carried = sorted(((weights[rows[f], best], token) for f, token in present if token >= 0), reverse=True)
    words = [i for i in dict.fromkeys(token for weight, token in carried if weight > 0) if _says_something(unit, i)][:3]
    first = unit.doc[min(words[:1], default=mention.i)]
    start, end = min(mention.start, first.idx), max(mention.end, first.idx + len(first))
    flags = unit.doc[mention.i].sent._.flags
    rejected = next((why for flag, why in REJECTING.items() if flag in flags), None)
    said = ", ".join(unit.doc[i].text for i in words)
    yield Finding(
        FIELD, (mention.service, names[best]), start, end, f"{mention.wording} + {RULE} ({said})", rejected, 0.6
    )


def _says_something(unit: Unit, i: int) -> bool:
    return unit.doc[i].pos_ in _TELLING and len(unit.doc[i]) > 2


def features(unit: Unit, mention: Mention) -> dict[str, int]:
    """What is seen of a mention, each with the token that shows it (-1: none)."""
    doc = unit.doc
    seen = {f"service={mention.service}": -1}
    named = {k for m in unit.mentions for k in range(m.i, m.j)}
    _look(unit, range(mention.j, unit.j), "R", named, seen)
    _look(unit, range(mention.i - 1, unit.i - 1, -1), "L", named, seen)
    for cue in unit.cues:
        side = "R" if cue.i >= mention.j else "L"
        away = abs(cue.i - mention.i)
        band = "n" if away <= _NEAR + 1 else "m" if away <= _FAR + 2 else "f"
        seen[f"{side}{band}cue={cue.state}:{cue.denied:d}:{cue.possible:d}"] = cue.i
        seen[f"{side}cue={cue.entry.id}:{cue.denied:d}"] = cue.i
    token = last = doc[mention.j - 1]
    for _ in range(_CLIMB):
        if token.head.i == token.i:
            break
        seen[f"dep={token.dep_}"] = -1
        token = token.head
        seen[f"head={stem(fold(token.text))}"] = token.i
        if token.pos_ in ("VERB", "AUX"):
            seen[f"verb={stem(fold(token.text))}:{last.dep_}"] = token.i
            for child in token.children:
                if child.dep_ in _BESIDE_VERB:
                    seen[f"beside={stem(fold(child.text))}"] = child.i
            break
    return seen


def _look(unit: Unit, places: range, side: str, named: set[int], seen: dict[str, int]) -> None:
    """The words on one side of a mention, nearest first."""
    clause = away = 0
    before = ""
    for i in places:
        word = fold(unit.doc[i].text)
        if not word.strip():
            continue
        away += 1
        clause += word in _CLAUSE
        word = "¤" if i in named else "#" if word.isdigit() else word
        root = stem(word)
        band = "n" if away <= _NEAR else "m" if away <= _FAR else "f"
        keys = [f"{side}{band}:{root}", f"{side}:{word}", f":{root}"]
        if clause <= 1:
            keys.append(f"{side}d:{root}")
        if clause == 0:
            keys.append(f"{side}c:{root}")
        if before:
            keys.append(f"{side}2:{before} {root}" if side == "R" else f"{side}2:{root} {before}")
        for key in keys:
            seen.setdefault(key, i if word not in ("¤", "#") else -1)
        before = root


@cache
def _model() -> tuple[list[str], dict[str, int], Any, Any]:
    """Names of the columns, the row of each feature, the weights, the bias."""
    with numpy.load(WEIGHTS) as file:
        names = bytes(file["names"]).decode().split("\n")
        rows = {f: n for n, f in enumerate(bytes(file["features"]).decode().split("\n"))}
        return names, rows, file["weights"].astype(numpy.float32), file["bias"].astype(numpy.float32)
