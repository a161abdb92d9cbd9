"""Every figure and confusion of the shipped evaluation has a French name on the page."""

from __future__ import annotations

import json

from views.quality_page import _CONFUSIONS, _NAMES, EVALUATION


def test_every_figure_of_the_shipped_evaluation_has_a_french_name() -> None:
    shipped = json.loads(EVALUATION.read_text(encoding="utf-8"))
    assert {figure["name"] for figure in shipped["figures"]} <= set(_NAMES)
    assert set(shipped["confusions"]) <= set(_CONFUSIONS)
