"""`make learn`: fits `nlp/subject.csv` and `nlp/opinion.csv` on `corpus/subjects.jsonl`, `articles.jsonl` and `dev.jsonl`.

First the words, on all articles; then what they and the rules say together, where the words' weight of each article is
that of a fit without the articles of its hand. `--without HAND …` leaves out these hands, to measure on them.
scikit-learn is asked for by the target only: reading needs none of it.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Sequence

import numpy
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from nlp.reader import Reader
from nlp.relevance import relevance
from nlp.subject import MODEL, WORDS, features, words
from reference.folding import fold
from tools.marked import Marked, docs, labelled, made_up, subjects

_SEEN_AT_LEAST = 2  # articles
_STRENGTH = 10.0
_STRENGTH_TOGETHER = 0.3
# an article told after a real one counts as much as four that were made up: chosen with five folds of dev.jsonl left out
_TOLD_AFTER_A_REAL_ONE = 4.0
_FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", nargs="*", default=[])
    without = parser.parse_args().without
    rows = [row for row in (*subjects(), *made_up(), *labelled()) if row.hand not in without]
    counted = [relevance(doc) for _, doc in docs(Reader().language, rows)]
    weights = _left_out(rows)
    seen = [features(c.features, c.by_rules, w) for c, w in zip(counted, weights, strict=True)]
    vectorizer = DictVectorizer()
    fitted = LogisticRegression(C=_STRENGTH_TOGETHER, max_iter=3000).fit(
        vectorizer.fit_transform(seen), [row.relevant for row in rows], sample_weight=_counts(rows)
    )
    MODEL.write(dict(zip(vectorizer.feature_names_, fitted.coef_[0], strict=True)), fitted.intercept_[0])
    _write_words(rows)


def _left_out(rows: Sequence[Marked]) -> list[float]:
    """For each article what its words say in a fit without those of its hand (of `dev.jsonl`, without a fifth)."""
    group = [row.hand or f"dev {n % _FOLDS}" for n, row in enumerate(rows)]
    out = [0.0] * len(rows)
    for one in sorted(set(group)):
        weigh = _fit([row for row, g in zip(rows, group, strict=True) if g != one])[2]
        here = [n for n, g in enumerate(group) if g == one]
        for n, weight in zip(here, weigh([rows[n] for n in here]), strict=True):
            out[n] = weight
    return out


def _counts(rows: Sequence[Marked]) -> list[float]:
    return [1.0 if row.hand else _TOLD_AFTER_A_REAL_ONE for row in rows]


def _fit(
    rows: Sequence[Marked],
) -> tuple[TfidfVectorizer, LogisticRegression, Callable[[Sequence[Marked]], list[float]]]:
    vectorizer = TfidfVectorizer(analyzer=_analysed, sublinear_tf=True, min_df=_SEEN_AT_LEAST)
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=2000).fit(
        vectorizer.fit_transform(rows), [row.relevant for row in rows], sample_weight=_counts(rows)
    )

    def weigh(others: Sequence[Marked]) -> list[float]:
        weights: numpy.ndarray[tuple[int], numpy.dtype[numpy.float64]] = model.decision_function(
            vectorizer.transform(others)
        )
        return weights.tolist()

    return vectorizer, model, weigh


def _analysed(row: Marked) -> list[str]:
    return words(row.article.title, fold(f"{row.article.title} {row.article.text}"))


def _write_words(rows: Sequence[Marked]) -> None:
    vectorizer, model, _ = _fit(rows)
    told = zip(vectorizer.get_feature_names_out(), vectorizer.idf_, model.coef_[0], strict=True)
    with WORDS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("word", "rarity", "weight"))
        writer.writerow(("", 0, round(model.intercept_[0], 3)))
        writer.writerows((word, round(rarity, 3), round(weight, 3)) for word, rarity, weight in told)
    print(f"{len(rows)} articles, {len(vectorizer.vocabulary_)} words")


if __name__ == "__main__":
    main()
