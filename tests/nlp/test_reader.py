"""What a reader that has read much does."""

from __future__ import annotations

import pytest

import nlp.reader
from nlp.reader import Reader
from tests.samples import ATTACK, WEATHER


def test_a_reader_that_has_met_many_words_begins_anew_and_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader()
    first, language = reader.read(ATTACK), reader.language
    assert reader.read(ATTACK) == first
    assert reader.language is language

    monkeypatch.setattr(nlp.reader, "MOST_NEW_WORDS", 0)
    assert reader.read(ATTACK) == first
    assert reader.language is not language
    assert reader.read_together([WEATHER, ATTACK])[1] == first
