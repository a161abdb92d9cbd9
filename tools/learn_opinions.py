"""`make learn`: fits `nlp/opinions.npz` and `nlp/opinions.csv` on `corpus/articles.jsonl` and `dev.jsonl`.

First the words, for each value; then what they and the rules say together, where the words' weight of each article is that
of a fit without the articles of its hand. Only articles on one victim, which the rules find, are learnt from.
`--without HAND …` leaves out these hands, to measure on them. scikit-learn is asked for by the target only: reading needs
none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

from nlp.assemble import by_rules
from nlp.facilities import reading
from nlp.opinions import LABELS, MODEL, STATUSES, STOLEN, TYPES, ByRules, features, sentences, write
from nlp.reader import Reader
from tools.fitting import fit, left_out
from tools.marked import Marked, docs, labelled, made_up

_SEEN_AT_LEAST = 3  # articles
_STRENGTH = 3.0
_FEWEST = 8  # articles that have a value, for it to be learnt


@dataclass(frozen=True, slots=True)
class _Learnt:
    hand: str
    words: tuple[str, ...]
    told: ByRules
    labels: dict[str, bool]
    """Without those of which the article's labels say nothing."""


def main() -> None:
    without = left_out(__doc__)
    rows = [row for row in (*made_up(), *labelled()) if row.hand not in without and len(row.incidents) == 1]
    read = docs(Reader().language, rows)
    learnt = [one for row, doc in read for one in _learnt(row, doc)]
    vectorizer = TfidfVectorizer(analyzer=_words, min_df=_SEEN_AT_LEAST, sublinear_tf=True)
    matrix = vectorizer.fit_transform(learnt)
    columns = []
    examples = []
    for label in LABELS:
        here = [n for n, one in enumerate(learnt) if label in one.labels]
        known = [learnt[n] for n in here]
        weights, constant, left = _by_words(label, known, matrix[here])
        columns.append((weights, constant))
        examples += [
            (features(label, one.told, weight), one.labels[label]) for one, weight in zip(known, left, strict=True)
        ]
    MODEL.write(*fit(examples, _SEEN_AT_LEAST))
    write(
        vectorizer.get_feature_names_out(),
        vectorizer.idf_,
        numpy.stack([weights for weights, _ in columns], axis=1),
        [constant for _, constant in columns],
    )
    print(f"{len(learnt)} articles, {len(vectorizer.idf_)} words and pairs")


def _learnt(row: Marked, doc: Doc) -> Iterator[_Learnt]:
    told = by_rules(doc)
    if told is None or (row.hand and not _the_victim(row, doc)):
        return
    words = tuple(word for s in sentences(doc) for word in s.words)
    yield _Learnt(row.hand, words, told, _labels(row))


def _the_victim(row: Marked, doc: Doc) -> bool:
    """Whether what the rules take for the victim is marked so."""
    marks = [(start, end) for start, end, label in row.marks(doc) if label == "victime"]
    (victim,) = reading(doc).victims
    return any(m.start < end and start < m.end for m in victim.mentions for start, end in marks)


def _labels(row: Marked) -> dict[str, bool]:
    (incident,) = row.incidents
    if row.hand:
        kinds = {t.lstrip("?") for t in incident["types"]}
        stolen, status = incident["stolen"], incident.get("status")
    else:
        kinds = {t["type"] for t in incident["attack_types"] if t["certainty"] != "denied"}
        stolen, status = incident["data_stolen"], incident["information_status"]
    labels = {f"type {t}": t in kinds for t in TYPES}
    labels |= {label: stolen is value for value, label in STOLEN.items()}
    return labels | ({f"status {s}": status == s for s in STATUSES} if status else {})


def _by_words(label: str, known: Sequence[_Learnt], matrix: Any) -> tuple[Any, float, list[float]]:
    """The weights and the constant of one value, and for each article what a fit without its hand says of it."""
    right = numpy.array([one.labels[label] for one in known])
    left = numpy.zeros(len(known))
    if right.sum() < _FEWEST:
        return numpy.zeros(matrix.shape[1]), 0.0, left.tolist()
    for hand in sorted({one.hand for one in known}):
        own = numpy.array([one.hand == hand for one in known])
        if right[~own].sum() >= _FEWEST:
            left[own] = _fit(matrix[~own], right[~own]).decision_function(matrix[own])
    fitted = _fit(matrix, right)
    return fitted.coef_[0], float(fitted.intercept_[0]), left.tolist()


def _fit(matrix: Any, right: Any) -> LogisticRegression:
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", solver="liblinear", max_iter=1000)
    return model.fit(matrix, right)


def _words(one: _Learnt) -> tuple[str, ...]:
    return one.words


if __name__ == "__main__":
    main()
