"""What is typed on the command line becomes this query, or one sentence that says what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from cli.filters import query
from cli.terminal import Refused
from index.store import NOT_SAID, Box, Near, Query


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({"near": "47.39,0.69", "within": 5.0}, Query(near=Near(47.39, 0.69, 5.0))),
        ({"box": "46.3,0,48.6,3.2"}, Query(box=Box(46.3, 0.0, 48.6, 3.2))),
        ({"reviewed": True}, Query(reviewed=("oui",))),
        ({"reviewed": False}, Query(reviewed=("non",))),
        ({"certainty": ["denied"]}, Query(certainty=("denied",))),
        ({"commune": ["Tours", "18033", "Tours"]}, Query(commune=("Tours", "18033"))),
        ({"facility_type": ["ehpad"]}, Query(facility_type=("ehpad",))),
        ({"care_impact": [NOT_SAID], "department": [NOT_SAID]}, Query(care_impact=(NOT_SAID,), department=(NOT_SAID,))),
    ],
)
def test_options_become_filters(typed: dict[str, Any], asked: Query) -> None:
    assert query(**typed) == asked


def test_a_commune_is_a_place_to_search_around() -> None:
    near = query(near="Tours").near
    assert near is not None
    assert (round(near.lat), round(near.lon), near.km, near.name) == (47, 1, 20.0, "Tours")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"near": "Nulle-Part-sur-Rien"}, "Nulle-Part-sur-Rien"),
        ({"near": "97,0"}, "97,0"),
        ({"box": "48,0,46,3"}, "sud,ouest,nord,est"),
        ({"box": "a,b,c,d"}, "a,b,c,d"),
        ({"certainty": ["sure"]}, "confirmed"),
        ({"facility_type": ["château"]}, "--facility-type"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(typed: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused, match=told):
        query(**typed)
