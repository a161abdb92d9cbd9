"""Whether an authority that is named acts in the case: a second opinion, learnt, on what the rules make of each mention.

The rules know verbs and nouns of doing; the press has more of them than anyone lists. A logistic regression on what the
rules found of each mention, which authority it is, what others act, and the words around it. It is fitted by
`tools.learn_acting` on the articles of `corpus/articles.jsonl` whose authorities are labelled, and on `dev.jsonl`;
`acting.csv` holds its weights. It is not asked of an article of a few lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from spacy.tokens import Doc

from nlp.details.around import around, by_rules, most_likely, weighed_anew
from nlp.document import Finding
from nlp.linear import Linear
from nlp.subject import long_enough

MODEL = Linear(Path(__file__).with_name("acting.csv"))
# how likely an authority must be to act to be kept, and a mention to be taken that the rules leave out
LEAST_KEPT, LEAST_ADDED = 0.2, 0.7


def weighed(doc: Doc, found: list[Finding]) -> list[Finding]:
    """The findings after the second opinion."""
    doc.user_data["acting"] = found
    if not long_enough(doc):
        return found
    likelies = [MODEL.likely(seen) for seen in features(doc, found)]
    most = most_likely((f.value for f in found), likelies)
    least = LEAST_KEPT, LEAST_ADDED
    return [weighed_anew(f, sure, most[f.value], least, "agit") for f, sure in zip(found, likelies, strict=True)]


def features(doc: Doc, found: Sequence[Finding]) -> Iterator[dict[str, float]]:
    """What is seen of each mention, in their order."""
    acting = {f.value for f in found if f.rejected is None}
    named = Counter(f.value for f in found)
    for f in found:
        rules = by_rules(f)
        others = len(acting - {f.value})
        names = [f"rules={rules}", f.value, f"{f.value}, {rules}", f"others={min(3, others)}"]
        names.append(f"same={min(3, named[f.value] - 1)}")
        yield dict.fromkeys([*names, *around(doc, f.start, f.end)], 1.0)
