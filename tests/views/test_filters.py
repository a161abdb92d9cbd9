from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from index.store import Box, Query
from views.filters import KEYS, Filters, changed, from_url, of_query, to_query, to_url


def test_an_address_goes_round_unchanged() -> None:
    params: dict[str, list[str]] = {
        "q": ["urgences fermées"],
        "dept": ["37", "2A"],
        "attack": ["rancongiciel"],
        "info": ["-"],
        "facility": ["370007569"],
        "outlet": ["La Nouvelle République"],
        "from": ["mars 2021"],
        "to": ["31/12/2022"],
        "sort": ["date"],
        "page": ["3"],
    }
    filters, told = from_url(params)
    assert told == []
    again = {key: value if isinstance(value, list) else [value] for key, value in to_url(filters).items()}
    assert again == params
    assert from_url(again)[0] == filters


def test_the_query_is_what_the_address_says() -> None:
    filters, _ = from_url(
        {"q": ["vinci"], "service": ["urgences"], "status": ["ferme"], "from": ["2021"], "to": ["2021"]}
    )
    query, told = to_query(filters)
    assert told == []
    assert query == Query(
        words="vinci",
        service=("urgences",),
        status=("ferme",),
        since=date(2021, 1, 1),
        until=date(2021, 12, 31),
        sort="relevance",
    )


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"attack": ["ransomware"]}, "« ransomware » n’est pas une valeur de « Type d’attaque » : ignoré."),
        ({"from": ["hier"]}, "« hier » n’est pas une date reconnue"),
        ({"from": ["2022"], "to": ["2021"]}, "les deux ont été échangées"),
    ],
)
def test_an_impossible_value_is_told_and_set_aside(params: dict[str, list[str]], sentence: str) -> None:
    filters, told = from_url(params)
    query, unread = to_query(filters)
    assert any(sentence in one for one in told + unread)
    assert query.type == ()


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "²", "999999999", ""])
def test_a_page_that_is_none_is_the_first_or_a_number(page: str) -> None:
    assert from_url({"page": [page]})[0].page == 1


def test_unknown_keys_are_ignored_and_blanks_dropped() -> None:
    filters, told = from_url({"utm_source": ["x"], "dept": ["", " 37 ", "37"], "q": ["  a   b "]})
    assert (filters.words, dict(filters.values), told) == ("a b", {"dept": ("37",)}, [])


def test_a_change_starts_again_at_the_first_page() -> None:
    filters = Filters(words="a", page=4)
    assert changed(filters, words="b") == Filters(words="b")
    assert changed(filters, page=5).page == 5
    wrong: dict[str, Any] = {"mots": "b"}
    with pytest.raises(TypeError):
        changed(filters, **wrong)


def test_every_key_is_a_field_of_the_query() -> None:
    assert set(KEYS.values()) <= set(Query.__dataclass_fields__)


def test_a_place_and_a_frame_narrow_the_search() -> None:
    params = {"near": ["Tours"], "km": ["50"], "box": ["46.3,0,48.6,3.2"], "certainty": ["denied"], "reviewed": ["non"]}
    filters, told = from_url(params)
    query, unread = to_query(filters)
    assert told + unread == []
    assert query.near is not None
    assert (round(query.near.lat, 1), query.near.km, query.near.name) == (47.4, 50.0, "Tours")
    assert (query.box, query.certainty, query.reviewed) == (Box(46.3, 0.0, 48.6, 3.2), ("denied",), ("non",))
    assert filters.active == 4
    again = {key: value if isinstance(value, list) else [value] for key, value in to_url(filters).items()}
    assert from_url(again)[0] == filters
    assert to_query(of_query(query))[0] == query


@pytest.mark.parametrize("near", ["Nulle-Part-sur-Rien", "97,0", "1,2,3"])
def test_a_place_that_nobody_knows_is_told_and_limits_nothing(near: str) -> None:
    query, told = to_query(from_url({"near": [near], "box": ["48,0,46,3"], "km": ["0"]})[0])
    assert (query.near, query.box) == (None, None)
    assert len(told) == 2
