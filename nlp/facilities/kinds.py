"""Whether a text says what a body is whose name is an ordinary word too: "Alan, l'assureur", "la mutuelle Garance"."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from nlp.facilities.mentions import Mention
from reference.folding import fold
from reference.gazetteer import Facility

_BESIDE = (70, 90)  # characters before and after the name


@cache
def _kinds() -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8"))
    return {kind: re.compile(words, re.I) for kind, words in table.items()}


def told_as(text: str, mention: Mention, facility: Facility) -> bool:
    """Whether the words beside the name, in its paragraph, are those of the body's kind, or the text tells its town.

    A house needs its town: many hospitals share one name. Bodies of the register (with a number) are settled by place.
    """
    if facility.finess is not None:
        return False
    kind = _kinds().get(facility.type)
    if mention.kind != "known":  # "le grossiste OCP": the noun is a part of the name
        return kind is not None and bool(kind.search(mention.text))
    if kind is None:
        return bool(facility.commune) and f" {fold(facility.commune or '')}" in fold(text)
    before = text[max(0, mention.start - _BESIDE[0]) : mention.start].rsplit("\n", 1)[-1]
    after = text[mention.end : mention.end + _BESIDE[1]].split("\n", 1)[0]
    return bool(kind.search(before) or kind.search(after))
