"""What the tools of `make learn` share: which articles are left out, and the fit of a `nlp.linear.Linear`."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from tools.marked import Marked

_STRENGTH = 0.3
_TOLERANCE = 1e-8  # with the default the fit stops where the order of the examples still shows

Example = tuple[dict[str, float], bool]


def left_out(description: str | None) -> list[str]:
    """The hands whose texts are left out, to measure on them: `--without HAND …`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--without", nargs="*", default=[])
    hands: list[str] = parser.parse_args().without
    return hands


def counting(told: Iterable[tuple[Marked, Example]], after_a_real_one: float) -> tuple[list[Example], list[float]]:
    """The examples, and how much each counts: one of an article told after a real one that much, of a made-up one 1."""
    pairs = list(told)
    return [example for _, example in pairs], [1.0 if row.hand else after_a_real_one for row, _ in pairs]


def fit(
    examples: Sequence[Example], seen_at_least: int = 1, counts: Sequence[float] | None = None
) -> tuple[dict[str, float], float]:
    """The weight of each feature seen that often, and the constant. `counts`: how much each example counts."""
    seen = Counter(feature for features, _ in examples for feature in features)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(
        [{f: value for f, value in features.items() if seen[f] >= seen_at_least} for features, _ in examples]
    )
    model = LogisticRegression(C=_STRENGTH, max_iter=5000, tol=_TOLERANCE)
    model.fit(matrix, [right for _, right in examples], sample_weight=counts)
    return dict(zip(vectorizer.feature_names_, model.coef_[0], strict=True)), model.intercept_[0]
