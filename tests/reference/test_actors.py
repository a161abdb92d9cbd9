"""Names of threat actors."""

from collections import Counter

import pytest

from reference.actors import KINDS, actors


def test_names_are_unique_and_kinds_known() -> None:
    names = Counter(n.casefold() for a in actors() for n in {x.casefold() for x in (a.name, *a.aliases)})
    assert not [n for n, count in names.items() if count > 1]
    assert {a.kind for a in actors()} <= set(KINDS)
    assert len(actors()) > 150


@pytest.mark.parametrize("name", ["LockBit 3.0", "Vice Society", "Ryuk", "NoName057(16)", "Anonymous Sudan", "Rhysida"])
def test_groups_that_hit_french_hospitals_are_known(name: str) -> None:
    assert [a for a in actors() if name in (a.name, *a.aliases)]


@pytest.mark.parametrize("word", ["Play", "Royal", "Hive", "Cuba", "Medusa", "Maze", "Anonymous"])
def test_ordinary_words_are_marked_ambiguous(word: str) -> None:
    assert [a.ambiguous for a in actors() if a.name == word] == [True]
