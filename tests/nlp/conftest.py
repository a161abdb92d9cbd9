"""One spaCy model for all the tests of `nlp`, with every component of ours that there is, in pipeline order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from importlib.util import find_spec

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from nlp.document import make_doc
from records import Article

_COMPONENTS = ("context", "facilities", "dates", "attacks", "services", "details", "relevance")


@pytest.fixture(scope="session")
def nlp() -> Language:
    """Layout, tagger and parser, then our components."""
    language = spacy.load("fr_core_news_md", exclude=["ner", "lemmatizer", "attribute_ruler"])
    import_module("nlp.layout")
    language.add_pipe("vigie_layout", first=True)
    for name in _COMPONENTS:
        if find_spec(f"nlp.{name}"):
            import_module(f"nlp.{name}")
            if language.has_factory(f"vigie_{name}"):
                language.add_pipe(f"vigie_{name}")
    return language


@pytest.fixture(scope="session")
def parse(nlp: Language) -> Callable[..., Doc]:
    """`parse(text, published="2024-03-14", title="")`: the Doc of such an article after every component."""

    def run(text: str, published: str = "2024-03-14", title: str = "") -> Doc:
        article = Article(url="https://example.org/a", title=title, published=date.fromisoformat(published), text=text)
        return nlp(make_doc(nlp, article))

    return run
