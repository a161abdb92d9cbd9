"""The order in which articles arrive changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from index import open_store
from index.store import Store
from tests.index.samples import article, attacks, facility, on, said, services
from tests.index.telling import all_of, tell

NAMES = [
    facility("Clinique Saint-Martin", "Tours"),
    facility("Clinique Saint-Martin", "Blois"),
    facility("clinique Saint-Martin", None),
    facility("CHRU de Tours", "Tours", finess="370000481", type="chu"),
    facility("CHRU de Tours", "Tours", type="chu"),
    facility("la clinique", "Tours"),
    facility("Unicancer", None, type="groupement"),
    facility("la clinique", None),
    facility("une vingtaine de cliniques (dont deux à Tours)", None),
]
DATES = [
    on("2022-01-06"),
    on("2022-01-09"),
    on("2022-01-12"),
    on("2022-03-01"),
    on("2022-01-01", "2022-01-31", "month"),
    on("2022-01-01", "2022-12-31", "year"),
    on(None),
]
ACCOUNT = st.builds(
    lambda where, when, day, actor, persons, types, states, kind: (
        said(
            where, when, actor=actor, persons_affected=persons, attack_types=attacks(*types), services=services(*states)
        ),
        day,
        kind,
    ),
    st.sampled_from(NAMES),
    st.sampled_from(DATES),
    st.sampled_from(["2022-01-07", "2022-01-10", "2022-02-20", "2022-03-02"]),
    st.sampled_from([None, "Hive", "LockBit"]),
    st.sampled_from([None, 480_000, 500_000]),
    st.sampled_from([("rancongiciel:confirmed",), ("rancongiciel:denied", "panne:confirmed"), ()]),
    st.sampled_from([("urgences:ferme",), ("urgences:retabli", "imagerie:degrade"), ()]),
    st.sampled_from(["article", "article", "notice"]),
)


def told_by(store: Store) -> list[Any]:
    """The incidents with all they say, in an order that ids have no part in; those one may belong to by their articles."""
    found = []
    for incident in all_of(store):
        near = [store.incident(i) for i in incident.waiting.may_be] if incident.waiting else []
        told = incident.model_dump(mode="json", exclude={"id", "waiting"})
        found.append(told | {"near": sorted(s.url for one in near if one for s in one.reports)})
    return sorted(found, key=str)


@given(accounts=st.lists(ACCOUNT, min_size=2, max_size=7), order=st.randoms(use_true_random=False))
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_order_of_arrival_changes_nothing_but_ids(
    accounts: list[Any], order: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = [(article(n, published=day, kind=kind), account) for n, (account, day, kind) in enumerate(accounts)]
    shuffled = list(told)
    order.shuffle(shuffled)
    outcomes = []
    for arrival in (told, shuffled):
        with open_store(f"sqlite:///{tmp_path_factory.mktemp('order') / 'v.db'}") as store:
            for of, account in arrival:
                tell(store, of, account)
            outcomes.append(told_by(store))
            assert sum(len(i["reports"]) for i in outcomes[-1]) == len(told)
    assert outcomes[0] == outcomes[1]


@given(
    accounts=st.lists(ACCOUNT, min_size=2, max_size=6),
    better=st.lists(ACCOUNT, min_size=6, max_size=6),
    order=st.randoms(use_true_random=False),
)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_reading_all_again_otherwise_gives_what_a_first_reading_would_and_every_id_still_leads_there(
    accounts: list[Any], better: list[Any], order: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    articles = [article(n, published=day, kind=kind) for n, (_, day, kind) in enumerate(accounts)]
    again = list(zip(articles, (account for account, *_ in better), strict=False))
    folder = tmp_path_factory.mktemp("again")
    with open_store(f"sqlite:///{folder / 'one.db'}") as store, open_store(f"sqlite:///{folder / 'two.db'}") as fresh:
        for of, (account, *_) in zip(articles, accounts, strict=True):
            tell(store, of, account)
        given_before = [i.id for i in all_of(store)]
        order.shuffle(again)
        for of, account in again:
            tell(store, of, account)
            tell(fresh, of, account)
        assert told_by(store) == told_by(fresh)
        assert all(store.incident(i) is not None for i in given_before)
