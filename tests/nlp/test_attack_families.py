"""Attack types and theft of data: each family of `attack_families.toml` reads alike, whatever its wording."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.tokens import Doc

from nlp.attacks import conclude
from nlp.details import data

FAMILIES = tomllib.loads(Path(__file__).with_name("attack_families.toml").read_text(encoding="utf-8"))["family"]
_MARKS = {"confirmed": "", "suspected": "?", "denied": "!"}
_FRAME = "Une cyberattaque a touché l'hôpital de Loches lundi dernier. "


@pytest.mark.parametrize(
    ("says", "stolen", "text"),
    [(f["says"], f.get("stolen"), text) for f in FAMILIES for text in f["texts"]],
    ids=[f"{f['why']}: {text[:60]}" for f in FAMILIES for text in f["texts"]],
)
def test_a_family_of_wordings_reads_alike(
    says: list[str], stolen: bool | None, text: str, parse: Callable[..., Doc]
) -> None:
    doc = parse(text.removeprefix("= ") if text.startswith("=") else _FRAME + text)
    told = [claim for claim, _ in conclude(doc, doc._.findings)]
    assert sorted(_MARKS[claim.certainty] + claim.type for claim in told) == sorted(says)
    assert data.conclude(doc._.findings, told)[0] is stolen
