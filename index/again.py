"""Doing once more what another writer was faster in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from index.store import Overtaken

_P = ParamSpec("_P")
_T = TypeVar("_T")


def again(do: Callable[_P, _T]) -> Callable[_P, _T]:
    """Do it a second time when the store says Overtaken: it reads again what it rests on. For blocks of `writing()`."""

    @wraps(do)
    def twice(*args: _P.args, **named: _P.kwargs) -> _T:
        try:
            return do(*args, **named)
        except Overtaken:
            return do(*args, **named)

    return twice
