"""`make learn`: fits `nlp/details/counts.csv` on `dev.jsonl` and the articles of `corpus/articles.jsonl` with counts.

A number counts the persons concerned when it is the labelled count of a victim of its article. `--without HAND …` leaves out
the articles of these hands, to measure on them. scikit-learn is asked for by the target only: reading needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.details import counts
from nlp.reader import Reader
from tools.fitting import Example, counting, fit, left_out
from tools.marked import Marked, docs, labelled, made_up

_SEEN_AT_LEAST = 3
# an article told after a real one counts as much as two that were made up
_TOLD_AFTER_A_REAL_ONE = 2.0


def main() -> None:
    without = left_out(__doc__)
    rows = [row for row in (*made_up(), *labelled()) if row.hand not in without and row.relevant]
    told = (
        (row, example)
        for row, doc in docs(Reader().language, [row for row in rows if _persons(row) is not None])
        for example in _examples(row, doc)
    )
    examples, weights = counting(told, _TOLD_AFTER_A_REAL_ONE)
    counts.MODEL.write(*fit(examples, _SEEN_AT_LEAST, weights))
    print(f"{len(examples)} numbers, {sum(right for _, right in examples)} of them counts of persons")


def _examples(row: Marked, doc: Doc) -> Iterator[Example]:
    told, right = doc.user_data["counts"], _persons(row) or set()
    for candidate, seen in zip(told, counts.features(doc, told), strict=True):
        yield seen, candidate.number.value in right


def _persons(row: Marked) -> set[int] | None:
    """The counts of the article's victims; None where they are not labelled."""
    field = "persons" if row.hand else "persons_affected"
    if any(field not in incident for incident in row.incidents):
        return None
    return {incident[field] for incident in row.incidents if incident[field]}


if __name__ == "__main__":
    main()
