"""What the screen says is written as French is printed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import views
from views import wording

FILES = sorted(Path(views.__file__).parent.glob("*.py"))
# An ordinary space lets a line begin with one of these signs.
LOOSE = re.compile(r"« | »|[a-zéèàêûç’)] [;?!](?:[ <]|$)|[a-zéèàêûç’)] : ")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_signs_that_french_sets_apart_never_begin_a_line(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    prose = [text for text in texts if not text.startswith("\n<section") and "function" not in text]
    assert [text for text in prose if LOOSE.search(text) and re.search("[éèàêû’«]", text)] == []


def test_every_coded_value_has_its_word_and_its_shape() -> None:
    assert set(wording.STATUS_SHAPE) == wording.known_values("impact_status")
    assert set(wording.INFORMATION_SHAPE) == wording.known_values("information_status")
    assert set(wording.SHAPES) <= wording.known_values("attack_types")
    drawn = {wording.shape(kind) for kind, _ in wording.LEGEND}
    assert {wording.shape(kind) for kind in wording.known_values("attack_types")} <= drawn
