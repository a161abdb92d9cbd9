"""The vectors that `tok2vec` starts from, kept a word: the same words come back in every article.

Before its convolution, the model turns each token by itself into a row (hashed norm, prefix, suffix, shape, and the
static vector of the word, mixed by one layer). That is two fifths of its work, and in French prose nine tokens of ten
were met in the articles read before. Rows are those that the model computes; a full table is emptied.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import numpy
from spacy.attrs import NORM, ORTH, SPACY
from spacy.language import Language
from spacy.tokens import Doc, Token
from thinc.api import Model

_MOST_WORDS = 60_000
_ODD = numpy.uint64(0x9E3779B97F4A7C15)


class Remembered:
    """Rows of `embed`, by what it looks at: the word as written, its norm, and whether a blank follows."""

    def __init__(self, embed: Model[Any, Any], most: int = _MOST_WORDS) -> None:
        self.embed = embed
        self._rows = numpy.zeros((most, embed.get_dim("nO")), dtype="float32")
        self._places: dict[int, int] = {}

    def __call__(self, docs: Sequence[Doc]) -> list[Any]:
        """For each Doc its matrix, a row a token."""
        told = [doc.to_array([ORTH, NORM, SPACY]) for doc in docs]
        keys, first, which = numpy.unique(
            numpy.concatenate([_keys(attributes) for attributes in told]), return_index=True, return_inverse=True
        )
        if len(keys) > len(self._rows):
            return list(self.embed.predict(docs))
        self._learn(keys, first, docs)
        places = numpy.array([self._places[key] for key in keys.tolist()], dtype="intp")[which]
        ends = numpy.cumsum([len(doc) for doc in docs])
        return [self._rows[places[end - len(doc) : end]] for doc, end in zip(docs, ends, strict=True)]

    def _learn(self, keys: Any, first: Any, docs: Sequence[Doc]) -> None:
        """Compute the rows of the words that are not known: as one Doc of these words alone."""
        new = [n for n, key in enumerate(keys.tolist()) if key not in self._places]
        if len(self._places) + len(new) > len(self._rows):
            self._places.clear()
            new = list(range(len(keys)))
        if not new:
            return
        starts = [0, *accumulate(len(doc) for doc in docs)]
        met = [_token(docs, starts, at) for at in first[new].tolist()]
        words = Doc(docs[0].vocab, words=[t.text for t in met], spaces=[bool(t.whitespace_) for t in met])
        for word, token in zip(words, met, strict=True):
            if word.norm != token.norm:
                word.norm_ = token.norm_
        start = len(self._places)
        self._rows[start : start + len(new)] = self.embed.predict([words])[0]
        self._places.update(zip(keys[new].tolist(), range(start, start + len(new)), strict=True))


def _token(docs: Sequence[Doc], starts: Sequence[int], at: int) -> Token:
    """The token that is the `at`th of all the Docs'."""
    n = bisect_right(starts, at) - 1
    return docs[n][at - starts[n]]


def _keys(attributes: Any) -> Any:
    """One number a token for (ORTH, NORM, SPACY)."""
    orth, norm, space = attributes.T
    return (orth * _ODD) ^ (norm + space)


def remember_words(language: Language) -> None:
    """Let the pipeline's `tok2vec` keep the rows of the words it met."""
    model = language.get_pipe("tok2vec").model  # type: ignore[attr-defined]
    embed = model.layers[0]
    rows = Remembered(embed)

    def forward(_: Model[Any, Any], docs: Sequence[Doc], is_train: bool) -> tuple[list[Any], Callable[[Any], Any]]:
        if is_train:
            return embed(docs, is_train)  # type: ignore[no-any-return]
        return rows(docs), lambda gradient: gradient

    model.layers[0] = Model("remembered", forward, layers=[embed], dims={"nO": embed.get_dim("nO")})
