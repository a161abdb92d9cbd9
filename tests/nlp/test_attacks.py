"""Attack types: each sentence of `attacks.toml` says what it says, by the words in brackets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import Doc

from nlp.attacks import conclude
from nlp.document import live

CASES = tomllib.loads(Path(__file__).with_name("attacks.toml").read_text(encoding="utf-8"))["case"]
_MARKS = {"confirmed": "", "suspected": "?", "denied": "!"}


def unmark(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its brackets, and the characters that stood in them."""
    spans: list[tuple[int, int]] = []
    plain = ""
    for piece in re.split(r"(\[[^\]]+\])", text):
        if piece.startswith("["):
            spans.append((len(plain), len(plain) + len(piece) - 2))
            piece = piece[1:-1]
        plain += piece
    return plain, spans


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_a_sentence_tells_these_attack_types(case: dict[str, Any], parse: Callable[..., Doc]) -> None:
    text, marked = unmark(case["text"])
    doc = parse(text)
    told = conclude(doc, doc._.findings)
    assert sorted(_MARKS[claim.certainty] + claim.type for claim, _ in told) == sorted(case["says"])
    evidence = [(f.start - doc._.body_start, f.end - doc._.body_start) for _, found in told for f in found]
    for start, end in marked:
        assert any(a < end and start < b for a, b in evidence), f"« {text[start:end]} » is not evidence"


def test_wordings_considered_and_rejected_say_why(parse: Callable[..., Doc]) -> None:
    doc = parse("Les postes ont été débranchés pour éviter une fuite de données.")
    rejected = [f for f in doc._.findings if f.field == "attack_types" and f.rejected]
    assert [f.rejected for f in rejected] == ["crainte, risque ou mise en garde"]
    assert not list(live(doc._.findings, "attack_types"))


# as long as the reader lets a text be
@pytest.mark.parametrize("text", ["", "virus " * 10_000, "é" * 60_000, "aucune " * 8_000 + "donnée volée"])
def test_hostile_texts_are_read_in_bounded_time(text: str) -> None:
    import spacy

    from nlp.attacks import Attacks

    blank = spacy.blank("fr")
    blank.max_length = 10**7
    doc = blank(text)
    for token in doc:
        token.is_sent_start = token.i == 0
    doc._.body_start = 0
    Attacks()(doc)
