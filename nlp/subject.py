"""Whether an article's words are those of one that reports an incident: a second opinion on relevance.

The rules of `nlp.relevance` look for a victim and what befell it. An article on an exercise, a budget or a trial may name
both, and a letter sent to the wrong patient is told in none of the words they know. `by_words` looks at all words and at
nothing else: a logistic regression on the folded words of title (twice) and body, each weighed by how rare it is;
`subject.csv` holds them, and reads as a lexicon: what is above zero speaks for a report. `opinion` weighs that
with what the rules counted (`opinion.csv`). Both are fitted by `tools.learn_subject` on `corpus/subjects.jsonl` and
`articles.jsonl`, short articles written for it, and `dev.jsonl`.

Measured (F1): .958 on 80 articles never opened (.949 with words that could only rule out, .918 with rules alone), .965 on
80 others by which thresholds were chosen (.947, .915). On `articles.jsonl`, made to be hard, each read by a fit without its
author's: of 1,157 reports the rules miss 278, both together 42; of 223 that are none the rules take 86 for one, both 70.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.tokens import Doc

from nlp.linear import Linear
from reference.folding import fold

WORDS = Path(__file__).with_name("subject.csv")
MODEL = Linear(Path(__file__).with_name("opinion.csv"))
RULES_SAY_SO = "rules say so"
# of a few lines too little is known: a title and two sentences may tell a report in any words
FEWEST_WORDS = 80
_WORD = re.compile(r"[a-z0-9]+")
_BIAS = ""
_MOST = 4.0  # log-odds
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of an article say: `weight` in log-odds, above zero for a report; those that say most on that side."""

    weight: float
    telling: tuple[str, ...]


def words(title: str, folded: str) -> list[str]:
    """What is counted: the words of title and body, folded, and those of the title once more."""
    return [*_WORD.findall(fold(title)), *_WORD.findall(folded)]


def long_enough(doc: Doc) -> bool:
    """Whether what was learnt on articles may be asked of this one; counted once, five ask."""
    known = doc.user_data.get("long enough")
    if known is None:
        words = sum(1 for _ in _WORD.finditer(doc._.folded.text))
        known = doc.user_data["long enough"] = words >= FEWEST_WORDS
    return bool(known)


def by_words(doc: Doc) -> Words | None:
    """None for an article too short to be judged by its words."""
    if not long_enough(doc):
        return None
    known = _words()
    said = words(doc._.article.title, doc._.folded.text)
    counts = Counter(word for word in said if word in known)
    rarity = {word: (1 + math.log(n)) * known[word][0] for word, n in counts.items()}
    length = math.sqrt(sum(value * value for value in rarity.values())) or 1.0
    shares = {word: value * known[word][1] / length for word, value in rarity.items()}
    weight = known[_BIAS][1] + sum(shares.values())
    side = 1.0 if weight > 0 else -1.0
    first = sorted(shares, key=lambda word: -side * shares[word])[:_SHOWN]
    return Words(weight, tuple(word for word in first if side * shares[word] > 0))


def opinion(counted: Mapping[str, float], by_rules: float, weight: float) -> float:
    """How likely the article reports an incident, 0 to 1.

    `counted`: what the rules counted; `by_rules`: their score; `weight`: see `Words`.
    """
    return MODEL.likely(features(counted, by_rules, weight))


def features(counted: Mapping[str, float], by_rules: float, weight: float) -> dict[str, float]:
    seen = {name: value for name, value in counted.items() if name != "bias"}
    return {**seen, "rules": by_rules, RULES_SAY_SO: float(by_rules >= 0.5), "words": max(-_MOST, min(_MOST, weight))}


@cache
def _words() -> dict[str, tuple[float, float]]:
    """Each word's rarity and weight."""
    with WORDS.open(encoding="utf-8", newline="") as file:
        return {row["word"]: (float(row["rarity"]), float(row["weight"])) for row in csv.DictReader(file)}
