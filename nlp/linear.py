"""A linear model with named features, read from a CSV that a person can read too: what a feature adds, and the constant.

The tools of `make learn` write these files; `nlp/subject.py` and `nlp/services/learnt.py` hold larger models in forms of
their own.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

_CONSTANT = ""


class Linear:
    """The weights in the CSV at `path` (columns `feature`, `weight`; an empty feature is the constant), read when first asked."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def weights(self) -> dict[str, float]:
        with self.path.open(encoding="utf-8", newline="") as file:
            return {row["feature"]: float(row["weight"]) for row in csv.DictReader(file)}

    def likely(self, features: Mapping[str, float]) -> float:
        """The probability, 0 to 1; features that the model does not know tell nothing."""
        weights = self.weights
        z = weights[_CONSTANT] + sum(value * weights.get(name, 0.0) for name, value in features.items())
        return 1 / (1 + math.exp(-z))

    def write(self, weights: Mapping[str, float], constant: float) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("feature", "weight"))
            writer.writerow((_CONSTANT, round(constant, 3)))
            writer.writerows((name, round(weight, 3)) for name, weight in sorted(weights.items()))
