"""French numbers in running text, in digits and in words, with the characters that say them.

Understands every kind of thousands separator (`480 000`, `480.000`, `480’000`), decimal commas before a scale
(`3,5 millions`, `33 M`), numerals (`quatre-vingt-douze mille`), collectives (`une centaine de milliers`,
`une quarantaine`) and halves (`un demi-million`, `un million et demi`). What has no value (`plusieurs centaines`,
`des milliers`) is no number. Linear in the text's length.

>>> [n.value for n in find_numbers("près d’un demi-million de Français, 33 M d'assurés et une quarantaine de patients")]
[500000, 33000000, 40]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from reference.folding import fold


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number told in `text[start:end]`."""

    value: int
    start: int
    end: int


_UNITS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80,
    "octante": 80, "nonante": 90,
}  # fmt: skip
_COLLECTIVES = {
    "huitaine": 8, "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30,
    "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "centaines": 100, "dizaines": 10,
    "millier": 1000, "milliers": 1000,
}  # fmt: skip
_SCALES = {"mille": 1000, "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9}
_STARTERS = frozenset(_UNITS) | {"cent", "cents", "mille", "demi"}
_SHORT_SCALES = {"k": 1000, "m": 10**6, "md": 10**9, "mds": 10**9}
_GROUPED = r"\d{1,3}(?:[ \u00a0\u202f\u2009\u2007.'’]\d{3}){1,4}(?![\d])"
# « neuf cent quatre-vingt-dix-neuf millions … » has fewer words than this
_LONGEST = 24
_MOST = 10**12
_TOKEN = re.compile(
    rf"(?P<digits>(?<![\d,.])(?:{_GROUPED}|\d{{1,12}})(?P<decimals>,\d{{1,3}}(?!\d))?)|(?P<word>[^\W\d_]+)"
)
_JOIN = re.compile(r"(?:[ \u00a0\u202f\u2009\u2010\u2011\u2013-]|d['’]){1,3}\Z")


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    word: str
    digits: float | None
    decimal: bool = False


@lru_cache(maxsize=2)  # several details of one article look at its numbers
def find_numbers(text: str) -> tuple[Number, ...]:
    """All numbers in text order. Years, times and dates are numbers too: the caller looks at what is counted."""
    return tuple(_numbers(text))


def _piece(m: re.Match[str]) -> _Piece:
    if not m["digits"]:
        return _Piece(m.start(), m.end(), fold(m["word"]), None)
    whole, _, decimals = m["digits"].partition(",")
    value = float(re.sub(r"\D", "", whole))
    if decimals:
        value += float("0." + decimals)
    return _Piece(m.start(), m.end(), "", value, bool(decimals))


def _numbers(text: str) -> Iterator[Number]:
    run: list[_Piece] = []
    for m in _TOKEN.finditer(text):
        if not run and m["word"] and fold(m["word"]) not in _STARTERS:
            continue  # most words
        piece = _piece(m)
        if run and len(run) < _LONGEST and _JOIN.match(text[run[-1].end : piece.start]) and _continues(run, piece):
            run.append(piece)
            continue
        yield from _read(run)
        run = [piece] if _starts(piece) else []
    yield from _read(run)


def _starts(piece: _Piece) -> bool:
    return piece.digits is not None or piece.word in _STARTERS


def _continues(run: list[_Piece], piece: _Piece) -> bool:
    last = run[-1].word
    if piece.digits is not None:
        return False
    if piece.word in _SCALES or piece.word in _COLLECTIVES:
        return True
    if piece.word in _SHORT_SCALES:
        return run[-1].digits is not None
    if run[0].digits is not None:
        # "3 millions et demi", "480 000" never goes on in words otherwise
        return (last in _SCALES and piece.word in ("et", "demi")) or (last == "et" and piece.word in ("demi", "demie"))
    if piece.word in ("et", "demi", "demie", "de", "d"):
        return last not in ("et", "de", "d") or piece.word in ("demi", "demie")
    return piece.word in _UNITS or piece.word in ("cent", "cents")


def _read(run: list[_Piece]) -> Iterator[Number]:
    """The value of a run; trailing pieces that say nothing (« de », « et ») are left out."""
    while run and run[-1].word in ("et", "de", "d", "demie"):
        run = run[:-1]
    if not run:
        return
    words = [p.word for p in run]
    if run[0].digits is not None:
        yield from _read_digits(run)
        return
    if words in (["un"], ["une"], ["demi"]):
        return
    total, current = 0.0, 0.0
    half = False
    scale_seen = 0
    for word in words:
        if word in ("et", "de", "d"):
            continue
        if word == "demi":
            if scale_seen:
                total += scale_seen / 2
            else:
                half = True
        elif word in _UNITS:
            unit = _UNITS[word]
            # quatre-vingt: a multiplication, not a sum
            current = current + 76 if unit == 20 and current % 100 == 4 else current + unit
        elif word in ("cent", "cents"):
            current = 100 * max(current, 1)
        elif word in _COLLECTIVES:
            size = _COLLECTIVES[word]
            if word in ("milliers", "millier"):
                total += 500 if half else max(current, 1) * 1000
                current, half = 0, False
            else:
                current = max(current, 1) * size
        else:
            scale_seen = _SCALES[word]
            total += (0.5 if half else max(current, 1)) * scale_seen
            current, half = 0, False
    value = round(total + current)
    if 0 < value <= _MOST:
        yield Number(value, run[0].start, run[-1].end)


def _read_digits(run: list[_Piece]) -> Iterator[Number]:
    first = run[0]
    assert first.digits is not None
    scale, end, extra = 1, first.end, 0.0
    for piece in run[1:]:
        if piece.word in _SCALES or piece.word in _SHORT_SCALES:
            scale *= _SCALES.get(piece.word) or _SHORT_SCALES[piece.word]
            end = piece.end
        elif piece.word == "demi":
            extra, end = scale / 2, piece.end
        elif piece.word not in ("et",):
            break
    if first.decimal and scale == 1:
        return
    value = round(first.digits * scale + extra)
    if value <= _MOST:
        yield Number(value, first.start, end)
