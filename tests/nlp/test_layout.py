"""What is the article and what the page left in it: lines of `layout.toml`."""

from __future__ import annotations

import tomllib
import warnings
from datetime import date
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from nlp.document import is_noise, make_doc
from nlp.layout import Layout
from records import Article

TABLES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("layout.toml").read_text(encoding="utf-8"))
BEFORE = "La clinique a été attaquée dans la nuit de lundi à mardi, selon la direction."
AFTER = "Les opérations prévues mardi sont reportées, et les patients sont rappelés un par un par les secrétaires."
_BLANK = spacy.blank("fr")


def laid_out(*paragraphs: str, title: str = "Un titre") -> Doc:
    text = "\n\n".join(paragraphs)
    article = Article(url="https://example.org/a", title=title, published=date(2024, 3, 14), text=text)
    return Layout()(make_doc(_BLANK, article))


def noisy(doc: Doc, words: str) -> bool:
    return is_noise(doc, doc.text.rindex(words))


@pytest.mark.parametrize("line", TABLES["noise"])
def test_what_the_page_left_is_noise_and_the_paragraphs_around_it_are_not(line: str) -> None:
    doc = laid_out(BEFORE, line, AFTER)
    assert noisy(doc, line)
    assert not noisy(doc, BEFORE)
    assert not noisy(doc, AFTER)


@pytest.mark.parametrize("line", TABLES["article"])
def test_the_article_s_own_lines_are_no_noise(line: str) -> None:
    assert not noisy(laid_out(BEFORE, line, AFTER), line)


@pytest.mark.parametrize("block", TABLES["blocks"])
def test_the_titles_under_a_teaser_are_noise_until_the_article_goes_on(block: str) -> None:
    doc = laid_out(BEFORE, block, AFTER)
    assert all(noisy(doc, line) for line in block.split("\n"))
    assert not noisy(doc, AFTER)


@pytest.mark.parametrize("line", TABLES["inside"])
def test_a_teaser_at_the_end_of_a_paragraph_leaves_the_paragraph(line: str) -> None:
    doc = laid_out(BEFORE, line, AFTER)
    assert not noisy(doc, line)
    assert noisy(doc, "Lire aussi")
    assert is_noise(doc, doc.text.index(line) + len(line) - 2)


def test_the_title_is_never_noise() -> None:
    doc = laid_out(BEFORE, title="À lire aussi : Publicité")
    assert not noisy(doc, "Publicité")


def test_a_line_starts_a_sentence_and_a_comma_does_not() -> None:
    doc = laid_out("Une journée difficile", "Les urgences, la maternité, le bloc sont fermés.")
    starts = {t.text for t in doc if t.is_sent_start}
    assert {"Une", "Les"} <= starts
    assert not starts & {"la", "le", ","}


def test_lines_still_pending_are_reported() -> None:
    for kind in ("noise", "article"):
        for line in TABLES.get(f"pending_{kind}", []):
            right = noisy(laid_out(BEFORE, line, AFTER), line) == (kind == "noise")
            warnings.warn(f"en attente ({kind}, {'juste : à ranger' if right else 'faux'}) : {line}", stacklevel=1)


def test_there_are_enough_lines() -> None:
    assert len(TABLES["noise"]) + len(TABLES["article"]) >= 40
