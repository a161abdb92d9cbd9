"""The text as the model should see it: one form for each letter, apostrophe, hyphen and blank, with the way back.

The model was trained on composed letters, plain hyphens and words of human length; the same sentence typed otherwise
is parsed otherwise. What is read is therefore the plain form; offsets of evidence are turned back into those of the
article as it came (`Plain.original`).

    decomposed letters (e + U+0301)      é
    ﬁ ﬂ ﬀ                                fi fl ff
    ’ ʼ ′ …                              '
    U+2010, U+2011                       -
    no-break and other blanks            one blank each
    soft hyphens, zero-width characters  dropped
    runs of over 200 non-blanks          a blank every 100: spaCy's tokeniser takes time quadratic in them
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

_ONE_FOR_ONE = {
    **dict.fromkeys("’‘ʼ′`´＇", "'"),
    **dict.fromkeys("\u2010\u2011", "-"),
    **dict.fromkeys("\u00a0\u202f\u2007\u2009\u200a\u2002\u2003\u3000\t", " "),
    **dict.fromkeys("\u2028\u2029\x0b\x0c\x85", "\n"),
}
_DROPPED = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\r")
_SPELT = {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl"}
_CHANGED = re.compile("[" + "".join([*_ONE_FOR_ONE, *_DROPPED, *_SPELT]) + r"]|[^\W\d_][\u0300-\u036f]|\S{201}")
_LETTER = re.compile(r"[^\W\d_][\u0300-\u036f]+|.", re.DOTALL)
_LONG_RUN = re.compile(r"\S{201,}")
_STEP = 100


@dataclass(frozen=True, slots=True)
class Plain:
    """`text` and, for each of its characters, where its original begins; `starts` is None when nothing was changed."""

    text: str
    starts: tuple[int, ...] | None
    length: int

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original (code points) that the span `[start, end)` of the plain text came from."""
        if self.starts is None or start >= end:
            return start, end
        after = bisect_right(self.starts, self.starts[end - 1])
        return self.starts[start], self.starts[after] if after < len(self.starts) else self.length

    def read(self, start: int, end: int) -> tuple[int, int]:
        """The other way: where the span `[start, end)` of the original stands in the plain text."""
        if self.starts is None:
            return start, end
        return bisect_left(self.starts, start), bisect_left(self.starts, end)


def plain(original: str) -> Plain:
    """The plain form of a text. Linear in its length; next to free when the text is plain already."""
    if not _CHANGED.search(original):
        return Plain(original, None, len(original))
    out: list[str] = []
    starts: list[int] = []
    cuts = {at for run in _LONG_RUN.finditer(original) for at in range(run.start() + _STEP, run.end(), _STEP)}
    for match in _LETTER.finditer(original):
        at = match.start()
        form = _form(match.group())
        if at in cuts:
            form = " " + form
        out.append(form)
        starts += [at] * len(form)
    return Plain("".join(out), tuple(starts), len(original))


def _form(letter: str) -> str:
    if letter in _DROPPED:
        return ""
    if len(letter) > 1:
        return unicodedata.normalize("NFC", letter)
    return _ONE_FOR_ONE.get(letter) or _SPELT.get(letter) or letter
