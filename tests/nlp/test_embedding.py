"""`nlp.embedding`: what is kept of words is what the model computes, however full the table."""

from __future__ import annotations

import numpy
import pytest
import spacy

from nlp.embedding import Remembered
from nlp.reader import MODEL

TEXTS = (
    "Les urgences de la clinique sont fermées.",
    "Les urgences rouvrent, les  urgences ferment : aujourd'hui, l'accueil est ouvert.",
    "Un tout autre sujet, en somme.",
)


@pytest.mark.parametrize("most", [1000, 20, 3])
def test_rows_are_those_of_the_model(most: int) -> None:
    """1000: all is kept; 20: the table is emptied on the way; 3: no text fits."""
    language = spacy.load(MODEL, enable=["tok2vec"])
    embed = language.get_pipe("tok2vec").model.layers[0]  # type: ignore[attr-defined]
    rows = Remembered(embed, most)
    for together in (TEXTS[:1], TEXTS, TEXTS[::-1], TEXTS[1:]):
        docs = [language.make_doc(text) for text in together]
        for kept, computed in zip(rows(docs), embed.predict(docs), strict=True):
            numpy.testing.assert_allclose(kept, computed, atol=1e-5)
