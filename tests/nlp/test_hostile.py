"""Texts that no newspaper wrote: read in a time that grows with their length and no faster, and soundly.

Time is processor time, at n and at 4 n characters; the margin is wide, quadratic reading (16 times) is not within it.
"""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest

from nlp.assemble import report
from nlp.document import make_doc
from nlp.reader import MOST_CHARACTERS, Reader
from records import Article, Report

SIZE = 4_000
# what starting to read costs whatever the length
FLOOR = 0.15
_HOSPITAL = "L'hôpital de Vierzon est victime d'une cyberattaque. Les urgences sont fermées. "


class _Opened(Reader):
    """A reader around a pipeline that is loaded already."""

    def __init__(self, language: Any) -> None:
        self.language, self._words = language, len(language.vocab)


@pytest.fixture(scope="module")
def reader(nlp: Any) -> Reader:
    return _Opened(nlp)


def article(text: str, title: str = "Cyberattaque à l'hôpital de Vierzon") -> Article:
    return Article(url="https://example.org/a", title=title, published=date(2024, 3, 14), text=text)


def filled(piece: str, size: int) -> str:
    return (piece * (size // len(piece) + 1))[:size]


def seconds(reader: Reader, text: str) -> float:
    start = time.process_time()
    reader.read(article(text))
    return time.process_time() - start


def sound(found: Report, read: Article) -> bool:
    return all(
        0 <= a < b <= len(source) and source[a:b].strip()
        for incident in found.incidents
        for source, spans in ((read.text, incident.evidence), (read.title, incident.title_evidence))
        for span in spans.values()
        for a, b in span
    )


PIECES = {
    "one_letter": "a",
    "one_capital": "A",
    "one_digit": "7",
    "blanks": " ",
    "line_breaks": "\n",
    "quotes": "«»\"'“”’",
    "brackets": "((([[[{{{",
    "closed_brackets": "()[]{}",
    "ordinals": "le 1er ",
    "days": "lundi mardi 3 au 4 ",
    "numbers": "1 000 000 € et ",
    "dashes": "Saint-",
    "commas": "les urgences, ",
    "negations": "n'a pas ne plus ",
    "facilities": "l'hôpital de Vierzon et la clinique de Blois, ",
    "attacks": "une cyberattaque contre ",
    "incidents": _HOSPITAL,
    "capitals": "Le Grand Nom De La ",
    "questions": "? ! . … ",
    "gaps": "données de ",
    "emoji": "😷👩🏽‍⚕️",
    "combining": "e\u0301\u0327\u0308",
    "nested_list": "- a\n  - b\n    - c\n",
    "patterns": "(a+)+$ .*.*.* \\1 ",
}


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES.keys())
def test_four_times_the_text_takes_about_four_times_as_long(reader: Reader, piece: str) -> None:
    reader.read(article(filled(piece, 200)))
    short = min(seconds(reader, filled(piece, SIZE)) for _ in range(2))
    long = min(seconds(reader, filled(piece, 4 * SIZE)) for _ in range(2))  # the garbage collector may meet one of them
    assert long < 8 * short + FLOOR, f"{short:.2f} s at {SIZE}, {long:.2f} s at {4 * SIZE}"


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES.keys())
def test_what_is_read_in_it_has_sound_evidence(reader: Reader, piece: str) -> None:
    read = article(filled(piece, SIZE))
    assert sound(reader.read(read), read)


@pytest.mark.parametrize("piece", ["a", _HOSPITAL, "(", "\u00e9 "], ids=["letter", "incident", "bracket", "accent"])
def test_a_megabyte_costs_no_more_than_what_is_read_of_it(reader: Reader, piece: str) -> None:
    read = article(filled(piece, 1_000_000))
    start = time.process_time()
    found = reader.read(read)
    assert time.process_time() - start < 60
    assert sound(found, read)
    assert all(b <= MOST_CHARACTERS for i in found.incidents for spans in i.evidence.values() for _, b in spans)


def test_a_title_of_a_megabyte_is_read(reader: Reader) -> None:
    read = article("Le texte.", title=filled(_HOSPITAL, 1_000_000))
    assert sound(reader.read(read), read)


ENGLISH = """The hospital was hit by a cyberattack on Sunday. Emergency rooms are closed and surgery was cancelled.

A ransomware gang claims to have stolen the data of 6,000 patients."""


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\u200b", "\ufeff", ".", "a", "😷", "\u0301", "\r\n\r\n", "\x0b\x0c\u2028"]
)
@pytest.mark.parametrize("title", ["", " ", "."])
def test_next_to_nothing_gives_no_incident(reader: Reader, title: str, text: str) -> None:
    found = reader.read(article(text, title=title))
    assert not found.relevant
    assert not found.incidents


def test_english_gives_no_incident_or_a_sound_one(reader: Reader) -> None:
    read = article(ENGLISH, title="Hospital hit by a cyberattack")
    assert sound(reader.read(read), read)


def test_a_word_of_a_hundred_thousand_letters_in_an_incident_hides_nothing(reader: Reader) -> None:
    read = article(_HOSPITAL + "\n\n" + "a" * 40_000)
    (incident,) = reader.read(read).incidents
    assert incident.facility.finess == "180000200"
    assert [s.status for s in incident.services] == ["ferme"]


def test_unpaired_surrogates_and_controls_do_not_stop_reading(nlp: Any) -> None:
    doc = nlp(make_doc(nlp, article(_HOSPITAL + "\x00\x01\x7f\u202e" + _HOSPITAL)))
    assert report(doc, "test").incidents
