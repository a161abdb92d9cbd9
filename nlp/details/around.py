"""What stands around a number or a name, for the models that weigh it (`counts.py`, `acting.py`), and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Doc

from nlp.document import Finding, in_title, sentence_at, share, text_of
from reference.folding import fold, stem

_WORD = re.compile(r"\w+|[%€$,.;:()«»?!]")
_AROUND = 150  # characters
_NEAR = 5  # words


def most_likely(values: Iterable[Hashable], likelies: Iterable[float]) -> dict[Hashable, float]:
    """How likely each value is: what is told twice is as likely as where it is most."""
    most: dict[Hashable, float] = {}
    for value, likely in zip(values, likelies, strict=True):
        most[value] = max(likely, most.get(value, 0.0))
    return most


def weighed_anew(finding: Finding, likely: float, most: float, least: tuple[float, float], taken: str) -> Finding:
    """The finding after a second opinion. `least`: how likely its value must be somewhere (`most`) for it to be kept, and itself
    for it to be taken where the rules leave it out; `taken`: how that is told."""
    kept, added = least
    if finding.rejected is None:
        return finding if most >= kept else finding.reject(f"peu probable d'après les mots voisins ({share(likely)})")
    if likely <= added:
        return finding
    return replace(finding, rejected=None, rule=f"{finding.rule} + {taken} d'après les mots voisins ({share(likely)})")


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
    return [stem(fold(m[0])) for m in _WORD.finditer(text)]
