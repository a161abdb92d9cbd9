"""A whole store into another, whatever they are kept in: what differs is carried over, then both are compared.

Stopped at any moment, it goes on where it was when it is started again, since it only carries what is not there yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from index.store import PARTS, Row, Store, StoreError

# Words of names are learnt from incidents: a store may know more of them than another.
COMPARED = tuple(part for part in PARTS if part != "words")
_BATCH = 200
_NAMED = 3

# Called with a part, how many rows were looked at, and how many were carried over.
Progress = Callable[[str, int, int], object]


def _nobody(*_: object) -> None:
    return None


def copy(source: Store, target: Store, progress: Progress = _nobody) -> dict[str, int]:
    """Rows by part that both hold at the end, compared one by one.

    StoreError, and nothing written, when the target holds what the source does not; StoreError that names rows when
    they still differ at the end (the source was written to in the meantime: start again).
    """
    if foreign := _first(_only_in(target, source)):
        raise StoreError(f"La base {target.url} contient ce que {source.url} n'a pas : {', '.join(foreign)}.")
    counts = {}
    for part in PARTS:
        counts[part] = _carry(source, target, part, progress)
    if wrong := _first(f"{part} {key}" for part in COMPARED for key in unlike(source, target, part)):
        raise StoreError(f"La copie vers {target.url} n'est pas complète ({', '.join(wrong)}) : relancez-la.")
    return counts


def _only_in(store: Store, other: Store) -> Iterator[str]:
    for part in COMPARED:
        for one, same in _differences(store, other, part):
            if one and not same:
                yield one.key


def unlike(source: Store, target: Store, part: str) -> Iterator[str]:
    """Keys of the rows that only one of both stores has, or that differ."""
    for one, other in _differences(source, target, part):
        yield one.key if one else other.key if other else ""


def _carry(source: Store, target: Store, part: str, progress: Progress) -> int:
    count = carried = 0
    waiting: list[Row] = []
    for one, other in _side_by_side(source, target, part):
        count += one is not None
        if one and one != other:
            waiting.append(one)
        if len(waiting) == _BATCH:
            target.load(part, waiting)
            carried += len(waiting)
            waiting = []
            progress(part, count, carried)
    if waiting:
        target.load(part, waiting)
    progress(part, count, carried + len(waiting))
    return count


def _differences(source: Store, target: Store, part: str) -> Iterator[tuple[Row | None, Row | None]]:
    return ((one, other) for one, other in _side_by_side(source, target, part) if one != other)


def _side_by_side(source: Store, target: Store, part: str) -> Iterator[tuple[Row | None, Row | None]]:
    """The rows of both in the order of their keys, those of the same key together."""
    ones, others = source.dump(part), target.dump(part)
    one, other = next(ones, None), next(others, None)
    while one or other:
        if other is None or (one and one.key < other.key):
            yield one, None
            one = next(ones, None)
        elif one is None or other.key < one.key:
            yield None, other
            other = next(others, None)
        else:
            yield one, other
            one, other = next(ones, None), next(others, None)


def _first(names: Iterator[str]) -> list[str]:
    return list(islice(names, _NAMED))
