"""`make learn`: fits `nlp/subject.csv` and `nlp/opinion.csv` on `corpus/subjects.jsonl`, `articles.jsonl` and `dev.jsonl`.

First the words, on all articles; then what they and the rules say together, where the words' weight of each article is
that of a fit without the articles of its hand. `--without HAND …` leaves out these hands, to measure on them.
scikit-learn is asked for by the target only: reading needs none of it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from nlp.reader import Reader
from nlp.relevance import relevance
from nlp.subject import MODEL, RULES_SAY_SO, WORDS, features, words
from reference.folding import fold
from tools.fitting import fit, left_out
from tools.marked import Marked, docs, labelled, made_up, subjects

_SEEN_AT_LEAST = 2  # articles
_STRENGTH = 10.0
# an article told after a real one counts as much as four that were made up: chosen with five folds of dev.jsonl left out
_TOLD_AFTER_A_REAL_ONE = 4.0
_FOLDS = 5
# log-odds: what the rules' yes counts beyond its fitted weight. A page leaves other articles' leads in a text, whose words
# say nothing of a report; with this the words of four paragraphs on other things do not outweigh three that tell one
_CREDIT = 0.6


def main() -> None:
    without = left_out(__doc__)
    rows = [row for row in (*subjects(), *made_up(), *labelled()) if row.hand not in without]
    counted = [relevance(doc) for _, doc in docs(Reader().language, rows)]
    weights = _left_out(rows)
    seen = [features(c.features, c.by_rules, w) for c, w in zip(counted, weights, strict=True)]
    together, constant = fit([(f, row.relevant) for f, row in zip(seen, rows, strict=True)], counts=_counts(rows))
    together[RULES_SAY_SO] += _CREDIT
    MODEL.write(together, constant)
    _write_words(_fit(rows))
    print(f"{len(rows)} articles")


def _left_out(rows: Sequence[Marked]) -> list[float]:
    """For each article what its words say in a fit without those of its hand (of `dev.jsonl`, without a fifth)."""
    group = [row.hand or f"dev {n % _FOLDS}" for n, row in enumerate(rows)]
    out = [0.0] * len(rows)
    for one in sorted(set(group)):
        fitted = _fit([row for row, g in zip(rows, group, strict=True) if g != one])
        here = [n for n, g in enumerate(group) if g == one]
        for n, weight in zip(here, fitted.decision_function([rows[n] for n in here]), strict=True):
            out[n] = float(weight)
    return out


def _counts(rows: Sequence[Marked]) -> list[float]:
    return [1.0 if row.hand else _TOLD_AFTER_A_REAL_ONE for row in rows]


def _fit(rows: Sequence[Marked]) -> Pipeline:
    fitted = make_pipeline(
        TfidfVectorizer(analyzer=_analysed, sublinear_tf=True, min_df=_SEEN_AT_LEAST),
        LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=2000),
    )
    return fitted.fit(rows, [row.relevant for row in rows], logisticregression__sample_weight=_counts(rows))


def _analysed(row: Marked) -> list[str]:
    return words(row.article.title, fold(f"{row.article.title} {row.article.text}"))


def _write_words(fitted: Pipeline) -> None:
    vectorizer, model = fitted[0], fitted[1]
    told = zip(vectorizer.get_feature_names_out(), vectorizer.idf_, model.coef_[0], strict=True)
    with WORDS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("word", "rarity", "weight"))
        writer.writerow(("", 0, round(model.intercept_[0], 3)))
        writer.writerows((word, round(rarity, 3), round(weight, 3)) for word, rarity, weight in told)


if __name__ == "__main__":
    main()
