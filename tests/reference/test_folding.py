"""`reference.folding`: the quick way with offsets gives what folding character by character gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reference.folding import _fold_each, fold_with_offsets

COMMON = "aàÉ  \n-–'’œŒæß…\u00a0.?!«»)x"
RARE = "\u00ad\u200b\u0301\0½ⅷ㎏İ😀\r\u2028"


@given(st.text(COMMON, max_size=30) | st.text(COMMON + RARE, max_size=30) | st.text(max_size=10))
def test_offsets_and_line_ends(text: str) -> None:
    assert fold_with_offsets(text) == _fold_each(text)


def test_a_line_with_all_that_is_folded() -> None:
    folded = fold_with_offsets("  Cœur —\n\n d’Été… fin")
    assert folded.text == "coeur d'ete... fin"
    assert folded.breaks == [5]
    assert folded.original(0, 5) == (2, 6)
    assert folded.original(6, 14) == (11, 17)
