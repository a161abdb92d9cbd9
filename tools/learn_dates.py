"""`make learn`: fits `nlp/dates/choice.csv` on `corpus/articles.jsonl` and `dev.jsonl`.

Expressions of time stand between marks in `articles.jsonl`: `<date oui>lundi</>` dates an attack told of in the article,
`fin` is the end of a range, `non` anything else. In `dev.jsonl` a date is the attack's when it has the labelled range.
`--without HAND …` leaves out the articles of these hands, to measure on them. scikit-learn is asked for by the target
only: reading needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.dates import choice
from nlp.dating import dates_told
from nlp.document import Finding
from nlp.facilities import reading
from nlp.reader import Reader
from tools.fitting import Example, fit, left_out
from tools.marked import Marked, docs, labelled, made_up

_SEEN_AT_LEAST = 3


def main() -> None:
    without = left_out(__doc__)
    rows = [row for row in (*made_up(), *labelled()) if row.hand not in without]
    read = docs(Reader().language, [row for row in rows if row.relevant])
    examples = [example for row, doc in read for example in _dates(row, doc)]
    choice.MODEL.write(*fit(examples, _SEEN_AT_LEAST))
    print(f"{len(examples)} dates")


def _dates(row: Marked, doc: Doc) -> Iterator[Example]:
    told, around = dates_told(doc, reading(doc))
    for finding, seen in zip(told, choice.features(doc, told, around), strict=True):
        yield seen, _dates_the_attack(row, doc, finding)


def _dates_the_attack(row: Marked, doc: Doc, finding: Finding) -> bool:
    if row.hand:
        labels = [label for start, end, label in row.marks(doc) if finding.start < end and start < finding.end]
        return "date oui" in labels
    ranges = [(i["occurred"]["start"], i["occurred"]["end"]) for i in row.incidents]
    return (finding.value.first.isoformat(), finding.value.last.isoformat()) in ranges


if __name__ == "__main__":
    main()
