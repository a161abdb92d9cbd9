"""One pipeline for all the tests of `nlp`: the reader's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from nlp.document import make_doc
from nlp.reader import load
from records import Article


@pytest.fixture(scope="session")
def nlp() -> Language:
    return load()


@pytest.fixture(scope="session")
def parse(nlp: Language) -> Callable[..., Doc]:
    """`parse(text, published="2024-03-14", title="")`: the Doc of such an article after every component."""

    def run(text: str, published: str = "2024-03-14", title: str = "") -> Doc:
        article = Article(url="https://example.org/a", title=title, published=date.fromisoformat(published), text=text)
        return nlp(make_doc(nlp, article))

    return run
