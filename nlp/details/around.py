"""What stands around a number or a name, as features of the models that weigh it (`counts.py`, `acting.py`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.document import Finding, in_title, sentence_at, text_of
from reference.folding import fold

_WORD = re.compile(r"\w+|[%€$,.;:()«»?!]")
_AROUND = 150  # characters
_NEAR = 5  # words
_STEM, _LONG = 6, 7  # characters that stand for a longer word


def by_rules(finding: Finding | None) -> str:
    """What the rules made of it."""
    if finding is None:
        return "none"
    if finding.rejected:
        return finding.rejected.split(" (")[0]
    return "kept" if finding.weight >= 1 else "possible"


def around(doc: Doc, start: int, end: int) -> Iterator[str]:
    """The words of its sentence, those near by with their places too; what the sentence is taken for."""
    text = text_of(doc)
    sentence = sentence_at(doc, start)
    before = _words(text[max(0, start - _AROUND) : start])[::-1]
    after = _words(text[end : end + _AROUND])
    for side, words in (("before", before), ("after", after)):
        for n, word in enumerate(words[:_NEAR]):
            yield f"{side} {n}: {word}"
            yield f"{side}: {word}"
    first, last = max(sentence.start_char, start - _AROUND), min(sentence.end_char, end + _AROUND)
    yield from (f"beside: {word}" for word in _words(text[first:last]))
    yield from (f"flag={flag}" for flag in sentence._.flags)
    yield f"title={in_title(doc, start)}"


def _words(text: str) -> list[str]:
    folded = (fold(m[0]) for m in _WORD.finditer(text))
    return [word[:_STEM] if len(word) > _LONG else word for word in folded]
