"""`make learn`: fits `nlp/details/acting.csv` on `dev.jsonl` and the articles of `corpus/articles.jsonl` with authorities.

A mention is of an authority that acts when the article's one victim has it among its authorities. `--without HAND …` leaves
out the articles of these hands, to measure on them. scikit-learn is asked for by the target only: reading needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.details import acting
from nlp.reader import Reader
from tools.fitting import Example, counting, fit, left_out
from tools.marked import Marked, docs, labelled, made_up

_SEEN_AT_LEAST = 3
# an article told after a real one counts as much as two that were made up
_TOLD_AFTER_A_REAL_ONE = 2.0


def main() -> None:
    without = left_out(__doc__)
    every = [row for row in (*made_up(), *labelled()) if row.hand not in without]
    rows = [row for row in every if len(row.incidents) == 1 and "authorities" in row.incidents[0]]
    told = ((row, example) for row, doc in docs(Reader().language, rows) for example in _examples(row, doc))
    examples, weights = counting(told, _TOLD_AFTER_A_REAL_ONE)
    acting.MODEL.write(*fit(examples, _SEEN_AT_LEAST, weights))
    print(f"{len(examples)} mentions, {sum(right for _, right in examples)} of them of an authority that acts")


def _examples(row: Marked, doc: Doc) -> Iterator[Example]:
    found = doc.user_data["acting"]
    for finding, seen in zip(found, acting.features(doc, found), strict=True):
        yield seen, finding.value in row.incidents[0]["authorities"]


if __name__ == "__main__":
    main()
