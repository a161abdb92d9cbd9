"""The labelled texts of `corpus/`, and its articles as read Docs: what is labelled in a text stands between marks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from nlp.document import make_doc
from records import Article

_CORPUS = Path(__file__).parents[1] / "corpus"
_MARK = re.compile(r"<([^<>/][^<>]*)>([^<>]+)</>")
_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class Marked:
    """An article with its labels. `marks`: (start, end, label) in the Doc, title included; none in `dev.jsonl`."""

    article: Article
    relevant: bool
    incidents: list[dict[str, Any]]
    hand: str = ""
    title_marks: list[tuple[int, int, str]] = field(default_factory=list)
    body_marks: list[tuple[int, int, str]] = field(default_factory=list)

    def marks(self, doc: Doc) -> list[tuple[int, int, str]]:
        shift = doc._.body_start
        return [*self.title_marks, *((start + shift, end + shift, label) for start, end, label in self.body_marks)]


def made_up() -> Iterator[Marked]:
    for n, row in enumerate(rows_of("articles.jsonl")):
        title, title_marks = unmarked(row["title"])
        text, body_marks = unmarked(row["text"])
        article = _article(f"https://example.org/{n}", title, text, row["published"])
        yield Marked(article, row["relevant"], row["victims"], row["hand"], title_marks, body_marks)


def subjects() -> Iterator[Marked]:
    """The articles of `corpus/subjects.jsonl`, of which only relevance is told."""
    for n, row in enumerate(rows_of("subjects.jsonl")):
        article = _article(f"https://example.org/subjects/{n}", row["title"], row["text"], "2023-03-15")
        yield Marked(article, row["relevant"], [], row["hand"])


def labelled() -> Iterator[Marked]:
    for row in rows_of("dev.jsonl"):
        yield Marked(
            _article(row["url"], row["title"], row["text"], row["published"]), row["relevant"], row["incidents"]
        )


def docs(language: Language, rows: Iterable[Marked]) -> Iterator[tuple[Marked, Doc]]:
    """Each article after every component."""
    rows = list(rows)
    made = (make_doc(language, row.article) for row in rows)
    yield from zip(rows, language.pipe(made, batch_size=_TOGETHER), strict=True)


def unmarked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text without its marks, and (start, end, label) of each: `date oui`, `victime`, `urgences ferme+reoriente` …"""
    plain, marks, at = "", [], 0
    for mark in _MARK.finditer(text):
        plain += text[at : mark.start()]
        marks.append((len(plain), len(plain) + len(mark[2]), mark[1]))
        plain += mark[2]
        at = mark.end()
    return plain + text[at:], marks


def rows_of(name: str) -> list[dict[str, Any]]:
    """The lines of a file of `corpus/`."""
    return [json.loads(line) for line in (_CORPUS / name).read_text(encoding="utf-8").splitlines()]


def _article(url: str, title: str, text: str, published: str) -> Article:
    return Article(url=url, title=title, text=text, published=published, outlet="x")
