"""The reader: an `Article` in, a `Report` out. Opening it takes a few seconds; reading, a tenth of one an article.

The pipeline is spaCy's `fr_core_news_md` without the parts we do not use (its NER tags hospitals as places or
persons, design.md) and Vigie's own components around it.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import nlp.attacks
import nlp.context
import nlp.dates
import nlp.details
import nlp.facilities
import nlp.layout
import nlp.relevance
import nlp.services  # noqa: F401 - each registers its factory
from nlp.assemble import report
from nlp.document import make_doc
from nlp.embedding import remember_words
from nlp.matrix import use_numpy_products
from nlp.opening import quickly
from records import Article, Report

PIPELINE_VERSION = "2026.11.9"
MODEL = "fr_core_news_md"
COMPONENTS = (
    "vigie_context",
    "vigie_attacks",
    "vigie_facilities",
    "vigie_dates",
    "vigie_services",
    "vigie_details",
    "vigie_relevance",
)
# spaCy keeps each word it meets for good, some 200 bytes; a year of press brings as many new ones as French has
MOST_NEW_WORDS = 100_000
# longer texts are no news articles; the parser's memory grows with the text
MOST_CHARACTERS = 60_000


def load() -> Language:
    """The spaCy pipeline with Vigie's components, in their order."""
    language = spacy.load(MODEL, exclude=["ner", "lemmatizer", "attribute_ruler"])
    language.max_length = 2 * MOST_CHARACTERS
    language.add_pipe("vigie_layout", first=True)
    for name in COMPONENTS:
        language.add_pipe(name)
    use_numpy_products(language)
    remember_words(language)
    return language


class Reader:
    """Reads articles with one loaded pipeline. Not shared between threads."""

    def __init__(self) -> None:
        self.language = load()
        self._words = len(self.language.vocab)

    def _renew(self) -> None:
        """Load the pipeline anew, a few seconds, when it has met so many words that they weigh."""
        if len(self.language.vocab) - self._words <= MOST_NEW_WORDS:
            return
        del self.language  # before the next one is there: two would take twice the memory
        gc.unfreeze()
        gc.collect()
        with quickly():
            self.language = load()

    def doc(self, article: Article) -> Doc:
        """The Doc of an article after every component; what `--explain` draws from."""
        self._renew()
        return self.language(make_doc(self.language, _bounded(article)))

    def read(self, article: Article) -> Report:
        return report(self.doc(article), PIPELINE_VERSION)

    def read_together(self, articles: Sequence[Article]) -> list[Report]:
        """Reports of a few articles, in order: the model's products are larger and cost less an article."""
        self._renew()
        docs = [make_doc(self.language, _bounded(article)) for article in articles]
        return [report(doc, PIPELINE_VERSION) for doc in self.language.pipe(docs, batch_size=len(docs))]


def _bounded(article: Article) -> Article:
    """The article with a text short enough to parse: cut at a paragraph, else at a blank."""
    if len(article.text) <= MOST_CHARACTERS and len(article.title) <= 1000:
        return article
    cut = article.text[:MOST_CHARACTERS]
    at = max(cut.rfind("\n\n"), cut.rfind(" "))
    return article.model_copy(
        update={"text": cut[:at] if at > MOST_CHARACTERS // 2 else cut, "title": article.title[:1000]}
    )
