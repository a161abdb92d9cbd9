"""Whether an article's words are those of one that reports an incident: a second opinion on relevance.

The rules of `nlp.relevance` look for a victim and what befell it; an article on an exercise, a budget or a trial may name both.
This looks at all words and at nothing else: a logistic regression on the folded words of title (twice) and body, each
weighed by how rare it is, fitted by `tools.learn_subject` on `corpus/subjects.jsonl`, short articles written for it, and
`dev.jsonl`. `subject.csv` holds the words, and reads as a lexicon: what is
above zero speaks for a report.

Measured out of what it was fitted on: of 120 reports of `dev.jsonl`, a fifth left out in turn, it rules out none; of 160
articles of other hands, no report, and 5 of the 11 others that the rules took for one.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from functools import cache
from pathlib import Path

from spacy.tokens import Doc

from reference.folding import fold

WORDS = Path(__file__).with_name("subject.csv")
# less than this likely to report an incident, whatever the rules found
LEAST = 0.35
# of a few lines too little is known: a title and two sentences may tell a report in any words
FEWEST_WORDS = 80
_WORD = re.compile(r"[a-z0-9]+")
_BIAS = ""


def words(title: str, folded: str) -> list[str]:
    """What is counted: the words of title and body, folded, and those of the title once more."""
    return [*_WORD.findall(fold(title)), *_WORD.findall(folded)]


def reports(doc: Doc) -> tuple[float, tuple[str, ...]]:
    """How likely the article reports an incident (0 to 1; 1 where it is too short), and the words that speak most against it."""
    known = _words()
    said = words(doc._.article.title, doc._.folded.text)
    if len(said) < FEWEST_WORDS:
        return 1.0, ()
    counts = Counter(word for word in said if word in known)
    rarity = {word: (1 + math.log(n)) * known[word][0] for word, n in counts.items()}
    length = math.sqrt(sum(value * value for value in rarity.values())) or 1.0
    shares = {word: value * known[word][1] / length for word, value in rarity.items()}
    against = sorted(shares, key=shares.__getitem__)[:8]
    z = known[_BIAS][1] + sum(shares.values())
    return 1 / (1 + math.exp(-z)), tuple(word for word in against if shares[word] < 0)


@cache
def _words() -> dict[str, tuple[float, float]]:
    """Each word's rarity and weight."""
    with WORDS.open(encoding="utf-8", newline="") as file:
        return {row["word"]: (float(row["rarity"]), float(row["weight"])) for row in csv.DictReader(file)}
