"""How likely each date of an article is the attack's: a second opinion, learnt, on what the rules make of them.

The rules weigh every date by itself; which of them all is the attack's depends on the others and on the article. A
logistic regression on what the rules found of each (kind, weight, why it was rejected) and on where it stands, how long ago
it is, who is named beside it and what other dates there are; no words of the text. It is fitted by `tools.learn_dates`
on `corpus/articles.jsonl`, short articles written for it, and on `dev.jsonl`; `choice.csv` holds its weights.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from spacy.tokens import Doc

from nlp.document import Finding, in_title, published, sentence_at
from nlp.linear import Linear

MODEL = Linear(Path(__file__).with_name("choice.csv"))
# the last of each band
_AGES = (-1, 0, 1, 3, 7, 14, 30, 60, 150, 400, 800)  # days before publication
_PLACES = (150, 400, 800, 1500)  # characters of the body
_WEIGHTS = (-1.0, 0.0, 0.3, 0.7, 1.2, 2.0, 3.0, 4.0)
_SAME_AFFAIR = 45  # days
_HEAVIER = 0.3
_MANY = 5


@dataclass(frozen=True, slots=True)
class Around:
    """Of which sentences, by their first characters, victims are named (`ours`), others (`others`), or another case told (`away`)."""

    ours: frozenset[int]
    others: frozenset[int]
    away: frozenset[int]


def likely(doc: Doc, told: Sequence[Finding], around: Around) -> dict[int, float]:
    """For the `id` of each finding of the field `occurred`, how likely it is the date of an attack told of in the article."""
    return {id(f): MODEL.likely(seen) for f, seen in zip(told, features(doc, told, around), strict=True)}


def features(doc: Doc, told: Sequence[Finding], around: Around) -> Iterator[dict[str, float]]:
    """What is seen of each date, in their order."""
    anchor = published(doc)
    among = _Among(told)
    for f in told:
        yield {**_alone(doc, f, anchor), **among.of(f), **_beside(doc, f, around)}


class _Among:
    """What other dates there are beside one; counted once for all, a hostile text has thousands."""

    def __init__(self, told: Sequence[Finding]) -> None:
        days = [f for f in told if not f.value.clock]
        self.count = len(days)
        self.weights = sorted(f.weight for f in days)
        self.kept = sorted(f.value.first for f in days if f.rejected is None)
        self.ranges = Counter((f.value.first, f.value.last) for f in told)

    def of(self, finding: Finding) -> dict[str, float]:
        value = finding.value
        same = self.ranges[value.first, value.last] - 1
        heavier = self.count - bisect_right(self.weights, finding.weight + _HEAVIER)
        earliest = value.first - timedelta(days=_SAME_AFFAIR)
        before = bisect_left(self.kept, value.first) - bisect_right(self.kept, earliest)
        names = (f"same={min(2, same)}", f"heavier={min(2, heavier)}", f"before={min(2, before)}")
        return dict.fromkeys([*names, f"n={min(self.count, _MANY)}"], 1.0)


def _alone(doc: Doc, finding: Finding, anchor: date) -> dict[str, float]:
    value = finding.value
    age = f"age={_band((anchor - value.last).days, _AGES)}"
    kind = f"kind={value.kind}"
    place = "title" if in_title(doc, finding.start) else _band(finding.start - doc._.body_start, _PLACES)
    names = (
        kind, age, f"{age}, {kind}", f"place={place}", f"place={place}, {kind}", f"precision={value.precision}",
        f"rejected={finding.rejected}", f"rule={finding.rule.split('»')[0]}»", f"clock={value.clock}",
        f"since={value.since}", f"weighs={_band(finding.weight, _WEIGHTS)}",
    )  # fmt: skip
    return {**dict.fromkeys(names, 1.0), "weight": max(-3.0, min(5.0, finding.weight)) / 2}


def _beside(doc: Doc, finding: Finding, around: Around) -> dict[str, float]:
    sentence = sentence_at(doc, finding.value.at)
    begin = sentence.start_char
    names = [f"victim={begin in around.ours}, other={begin in around.others}", f"away={begin in around.away}"]
    return dict.fromkeys([*names, *(f"flag={flag}" for flag in sentence._.flags)], 1.0)


def _band(value: float, lasts: Sequence[float]) -> str:
    at = bisect_left(lasts, value)
    return f"<={lasts[at]}" if at < len(lasts) else f">{lasts[-1]}"
