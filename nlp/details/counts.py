"""Which number of an article counts the persons concerned: a second opinion, learnt, on what the rules make of each.

The rules read a number with a noun of persons after it, where its sentence says that they are concerned. The press has more
nouns ("vies privées", "comptes rendus, un par patient") and more ways to count whom it does not concern. A logistic
regression on what the rules found of each number, its size, the other numbers, and the words around it. It is fitted by
`tools.learn_counts` on the articles of `corpus/articles.jsonl` whose counts are labelled, and on `dev.jsonl`; `counts.csv`
holds its weights. It is not asked of an article of a few lines.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spacy.tokens import Doc

from nlp.details.around import around, by_rules, most_likely, weighed_anew
from nlp.document import Finding, is_noise, share, text_of
from nlp.linear import Linear
from nlp.numbers import Number, find_numbers
from nlp.subject import long_enough

MODEL = Linear(Path(__file__).with_name("counts.csv"))
FIELD = "persons_affected"
# how likely a number must be to be kept, and to be taken where the rules do not
LEAST_KEPT, LEAST_ADDED = 0.3, 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that is no date, and what the rules made of it."""

    number: Number
    finding: Finding | None


def candidates(doc: Doc, found: Iterable[Finding]) -> list[Candidate]:
    """The numbers of the article, each with the finding of `found` that holds it."""
    found = sorted(found, key=lambda f: f.start)
    dated = sorted((f.start, f.end) for f in doc._.findings if f.field == "occurred")
    out = []
    at = nearest = 0
    for number in find_numbers(text_of(doc)):
        while at < len(dated) and dated[at][1] <= number.start:
            at += 1
        if (at < len(dated) and dated[at][0] <= number.start) or is_noise(doc, number.start):
            continue
        while nearest < len(found) and found[nearest].end <= number.start:
            nearest += 1
        here = (f for f in found[nearest : nearest + 3] if f.start <= number.start < f.end and f.value == number.value)
        out.append(Candidate(number, next(here, None)))
    return out


def weighed(doc: Doc, found: Sequence[Finding]) -> list[Finding]:
    """The findings after the second opinion; the likelier of two has the greater weight, above 1."""
    told = doc.user_data["counts"] = candidates(doc, found)
    if not long_enough(doc):
        return list(found)
    likelies = [MODEL.likely(seen) for seen in features(doc, told)]
    most = most_likely((c.number.value for c in told), likelies)
    changed: dict[int, Finding] = {}
    added = []
    for candidate, likely in zip(told, likelies, strict=True):
        finding, number = candidate.finding, candidate.number
        if finding is not None:
            now = weighed_anew(finding, likely, most[number.value], (LEAST_KEPT, LEAST_ADDED), "retenu")
            certain = now.rejected is None and by_rules(finding) != "possible"
            changed[id(finding)] = replace(now, weight=1 + likely) if certain else now
        elif likely > LEAST_ADDED:
            rule = f"nombre retenu d'après les mots voisins ({share(likely)})"
            added.append(Finding(FIELD, number.value, number.start, number.end, rule, weight=1 + likely))
    return [*(changed.get(id(f), f) for f in found), *added]


def features(doc: Doc, told: Sequence[Candidate]) -> Iterator[dict[str, float]]:
    """What is seen of each number, in their order."""
    values = Counter(c.number.value for c in told)
    kept = Counter(c.number.value for c in told if by_rules(c.finding) == "kept")
    largest = max(kept, default=0)
    for c in told:
        value = c.number.value
        digits = str(value)
        zeros = len(digits) - len(digits.rstrip("0"))
        size = round(2 * math.log10(value + 1))
        again = kept[value] - (by_rules(c.finding) == "kept")
        names = [
            f"rules={by_rules(c.finding)}", f"size={size}", f"size={size}, {c.finding is not None}", f"round={zeros}/{len(digits)}",
            f"largest={value >= largest}", f"kept={min(3, len(kept))}", f"same={min(2, values[value] - 1)}",
            f"kept elsewhere={again > 0}",
        ]  # fmt: skip
        yield dict.fromkeys([*names, *around(doc, c.number.start, c.number.end)], 1.0)
