"""`make learn`: fits `nlp/dates/choice.csv` on `corpus/articles.jsonl` and `dev.jsonl`.

Expressions of time stand between marks in `articles.jsonl`: `<date oui>lundi</>` dates an attack told of in the article,
`fin` is the end of a range, `non` anything else. In `dev.jsonl` a date is the attack's when it has the labelled range.
`--without HAND …` leaves out the articles of these hands, to measure on them. scikit-learn is asked for by the target
only: reading needs none of it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

from nlp.dates import choice
from nlp.dating import dates_told
from nlp.document import Finding
from nlp.facilities import reading
from nlp.linear import Linear
from nlp.reader import Reader
from tools.marked import Marked, docs, labelled, made_up

_SEEN_AT_LEAST = 3
_STRENGTH = 0.3

Example = tuple[dict[str, float], bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", nargs="*", default=[])
    without = parser.parse_args().without
    rows = [*(row for row in made_up() if row.hand not in without), *labelled()]
    dated: list[Example] = []
    for row, doc in docs(Reader().language, rows):
        if row.relevant:
            dated += _dates(row, doc)
    fit(dated, choice.MODEL)


def _dates(row: Marked, doc: Doc) -> Iterator[Example]:
    told, around = dates_told(doc, reading(doc))
    for finding, seen in zip(told, choice.features(doc, told, around), strict=True):
        yield seen, _dates_the_attack(row, doc, finding)


def _dates_the_attack(row: Marked, doc: Doc, finding: Finding) -> bool:
    marks = [what for start, end, what in row.marks(doc) if finding.start < end and start < finding.end]
    if row.hand:
        return "oui" in marks
    ranges = [(i["occurred"]["start"], i["occurred"]["end"]) for i in row.incidents]
    return (finding.value.first.isoformat(), finding.value.last.isoformat()) in ranges


def fit(examples: list[Example], model: Linear) -> None:
    counts = Counter(feature for features, _ in examples for feature in features)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(
        [{f: value for f, value in features.items() if counts[f] >= _SEEN_AT_LEAST} for features, _ in examples]
    )
    fitted = LogisticRegression(C=_STRENGTH, max_iter=3000).fit(matrix, [right for _, right in examples])
    weights = dict(zip(vectorizer.feature_names_, fitted.coef_[0], strict=True))
    model.write(weights, fitted.intercept_[0])
    print(f"{model.path.name}: {len(examples)} examples, {len(weights)} features")


if __name__ == "__main__":
    main()
