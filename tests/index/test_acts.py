"""What an analyst does outlives whatever the reports say later, and undoing gives back exactly what was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from index import open_store
from index.acting import ActRefused, Analyst, Outdated, apply
from index.consolidate import consolidate
from index.store import Query, Store
from records import Act, Article, Incident, ReportedIncident
from tests.index.samples import NOW, article, facility, on, report, said, services

LATER = NOW + timedelta(days=1)
CHARMILLE = facility("Ehpad de la Charmille", "Loches", type="ehpad")


def tell(store: Store, of: Article, *told: ReportedIncident) -> str:
    return next(iter(consolidate(store, report(of, *told), of, now=NOW)), "")


def ana(store: Store) -> Analyst:
    return Analyst(store, "Ana", LATER)


def all_of(store: Store) -> list[Incident]:
    assert store.check() == []
    return list(store.all(Query()))


def get(store: Store, incident_id: str) -> Incident:
    found = store.incident(incident_id)
    assert found is not None
    return found


def plain(store: Store) -> list[dict[str, Any]]:
    """Everything but when it changed and what was done to it."""
    return [i.model_dump(mode="json", exclude={"last_changed", "reviewed"}) for i in all_of(store)]


# correct and confirm
def test_a_correction_outlives_new_reports_and_better_readers_and_is_flagged(store: Store) -> None:
    one = tell(store, article(1), said(actor="LockBit"))
    ana(store).correct(one, {"actor": "Hive"}, why="vu au procès")
    tell(store, article(1), said(actor="LockBit 3.0", supplier="Éditeur X"))
    found = get(store, one)
    assert (found.actor, found.supplier) == ("Hive", "Éditeur X")
    assert found.reviewed is not None
    assert found.reviewed.contradicted == ()
    assert found.reviewed.told == {"actor": "LockBit 3.0"}
    tell(store, article(2), said(actor="BlackCat"))
    found = get(store, one)
    assert found.actor == "Hive"
    assert found.reviewed is not None
    assert found.reviewed.contradicted == ("actor",)
    (act,) = found.reviewed.acts
    assert (act.by, act.at, act.why, act.before["actor"]) == ("Ana", LATER, "vu au procès", "LockBit")


def test_undoing_a_correction_gives_back_what_the_reports_say(store: Store) -> None:
    one = tell(store, article(1), said(actor="LockBit"))
    before = plain(store)
    act = ana(store).correct(one, {"actor": None, "persons_affected": 12})
    assert get(store, one).persons_affected == 12
    undone = ana(store).undo(act.id)
    assert plain(store) == before
    with pytest.raises(ActRefused, match="déjà annulé"):
        ana(store).undo(act.id)
    ana(store).undo(undone.id)
    assert get(store, one).persons_affected == 12, "an undo can be undone"


WRONG = [
    ({"attack_types": [{"type": "sorcellerie", "certainty": "confirmed"}]}, "attack_types"),
    ({"facility": {"name": "X"}}, "ne se corrige pas"),
    ({"occurred": {"start": "2022-01-08", "end": "2022-01-06", "precision": "day"}}, "précéder"),
    ({"actor": "LockBit"}, "ne change rien"),
]


@pytest.mark.parametrize(("values", "reason"), WRONG)
def test_a_correction_that_makes_no_sense_is_refused_with_the_reason(
    store: Store, values: dict[str, Any], reason: str
) -> None:
    one = tell(store, article(1), said(actor="LockBit"))
    with pytest.raises(ActRefused, match=reason):
        ana(store).correct(one, values)
    assert store.acts() == ()


def test_a_confirmed_incident_says_so_and_is_surer(store: Store) -> None:
    one = tell(store, article(1), said(information_status="revendique"))
    before = get(store, one).confidence
    ana(store).confirm(one)
    found = get(store, one)
    assert found.reviewed is not None
    assert found.reviewed.confirmed
    assert before is not None
    assert found.confidence is not None
    assert found.confidence.score > before.score


# reject
def test_a_rejected_incident_leaves_a_tombstone_and_comes_back_as_itself(store: Store) -> None:
    one = tell(store, article(1), said())
    before = plain(store)
    act = ana(store).reject(one, why="exercice")
    assert all_of(store) == []
    gone = store.fate(one)
    assert gone is not None
    assert (gone.kind, gone.why) == ("withdrawn", act.id)
    tell(store, article(1), said(actor="Hive"))
    assert all_of(store) == [], "a better reader does not bring it back"
    tell(store, article(1), said())
    ana(store).undo(act.id)
    assert plain(store) == before
    assert store.fate(one) is None


def test_a_report_that_comes_after_a_rejection_is_looked_at_anew(store: Store) -> None:
    one = tell(store, article(1), said())
    ana(store).reject(one)
    new = tell(store, article(2), said())
    assert new != one
    assert [i.id for i in all_of(store)] == [new]


# merge and split
def test_a_merge_by_hand_holds_and_undoing_gives_both_back(store: Store) -> None:
    one, other = tell(store, article(1), said()), tell(store, article(2), said(CHARMILLE))
    before = plain(store)
    act = ana(store).merge(other, one, why="même nuit, même groupe")
    assert [i.id for i in all_of(store)] == [other]
    assert get(store, one).id == other
    assert {s.url for s in get(store, other).reports} == {article(1).url, article(2).url}
    assert tell(store, article(3), said()) == other, "later reports of either side join it"
    consolidate(store, report(article(3), relevant=False), article(3), now=NOW)
    ana(store).undo(act.id)
    assert plain(store) == before


def test_a_split_by_hand_holds_and_says_what_came_from_what(store: Store) -> None:
    one = tell(store, article(1), said())
    tell(store, article(2, published="2022-01-09"), said(when=on("2022-01-08")))
    before = plain(store)
    act = ana(store).split(one, [article(2).url])
    assert act.other is not None
    assert {i.id: [s.url for s in i.reports] for i in all_of(store)} == {
        one: [article(1).url],
        act.other: [article(2).url],
    }
    (split,) = [f for f in store.fates() if f.kind == "split"]
    assert (split.id, split.other, split.why) == (act.other, one, act.id)
    assert tell(store, article(3, published="2022-01-09"), said(when=on("2022-01-09"))) == act.other
    consolidate(store, report(article(3), relevant=False), article(3), now=NOW)
    ana(store).undo(act.id)
    assert plain(store) == before
    assert get(store, act.other).id == one, "the address given meanwhile leads back"


def test_a_split_needs_a_part(store: Store) -> None:
    one = tell(store, article(1), said())
    for urls in ([], [article(1).url], ["https://ailleurs.example/"]):
        with pytest.raises(ActRefused, match="une partie"):
            ana(store).split(one, urls)


# link and add
def test_a_link_to_another_facility_moves_the_incident_and_what_comes_later(store: Store) -> None:
    one = tell(store, article(1), said(facility("Clinique Saint-Jean", "Tours")))
    there = facility("Clinique Saint-Jean-Baptiste", "Blois", department="41")
    before = plain(store)
    act = ana(store).link(one, there)
    assert get(store, one).facility.commune == "Blois"
    assert tell(store, article(2), said(facility("Clinique Saint-Jean", "Tours"))) == one, "misread the same way"
    assert tell(store, article(3), said(there)) == one
    for n in (2, 3):
        consolidate(store, report(article(n), relevant=False), article(n), now=NOW)
    ana(store).undo(act.id)
    assert plain(store) == before


def hand(store: Store, incident_id: str, url: str = "https://papier.example/1", **more: Any) -> Act:
    given = {"url": url, "title": "Vu dans le journal papier", "published": "2022-01-09", "note": "Rien de plus."}
    return ana(store).add(incident_id, **{**given, **more})


def test_a_report_added_by_hand_supports_the_incident_until_undone(store: Store) -> None:
    one = tell(store, article(1), said())
    before = plain(store)
    act = hand(store, one)
    assert [s.title for s in get(store, one).reports] == ["Titre 1", "Vu dans le journal papier"]
    tell(store, article(2), said())
    assert len(get(store, one).reports) == 3
    consolidate(store, report(article(2), relevant=False), article(2), now=NOW)
    ana(store).undo(act.id)
    assert plain(store) == before
    assert store.article("https://papier.example/1") is None


def test_an_article_added_by_hand_stays_with_its_incident_when_it_is_collected(store: Store) -> None:
    one = tell(store, article(1), said())
    hand(store, one, article(7).url)
    tell(store, article(7), said(facility("la clinique", None), on(None)))
    assert [s.url for s in get(store, one).reports] == [article(1).url, article(7).url]
    assert len(all_of(store)) == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"url": "papier"}, "adresse"), ({"published": "hier"}, "date"), ({"url": article(1).url}, "déjà à l'appui")],
)
def test_a_report_that_cannot_be_one_is_refused(store: Store, more: dict[str, Any], reason: str) -> None:
    one = tell(store, article(1), said())
    with pytest.raises(ActRefused, match=reason):
        hand(store, one, **more)


# two reviewers, merged and withdrawn incidents
def test_the_second_of_two_reviewers_is_told_and_nothing_is_done(store: Store) -> None:
    one = tell(store, article(1), said(actor="LockBit"))
    seen = get(store, one)
    ana(store).correct(one, {"actor": "Hive"}, seen=seen)
    with pytest.raises(Outdated) as told:
        Analyst(store, "Bob", LATER).correct(one, {"actor": "BlackCat"}, seen=seen)
    assert told.value.now.actor == "Hive"
    assert len(store.acts()) == 1
    Analyst(store, "Bob", LATER).correct(one, {"actor": "BlackCat"}, seen=told.value.now)
    assert get(store, one).actor == "BlackCat"


def test_an_act_on_a_merged_incident_lands_on_its_successor(store: Store) -> None:
    one, other = tell(store, article(1), said()), tell(store, article(2), said(CHARMILLE))
    ana(store).merge(one, other)
    act = ana(store).correct(other, {"actor": "Hive"})
    assert act.incident == one
    assert get(store, one).actor == "Hive"
    with pytest.raises(ActRefused, match="déjà un seul"):
        ana(store).merge(one, other)


def test_an_act_on_what_is_gone_is_refused_with_the_reason(store: Store) -> None:
    one = tell(store, article(1), said())
    ana(store).reject(one)
    with pytest.raises(ActRefused, match="retiré"):
        ana(store).confirm(one)
    with pytest.raises(ActRefused, match="Aucun incident"):
        ana(store).confirm("VIG-1999-0001")
    with pytest.raises(ActRefused, match="un nom"):
        Analyst(store, "  ")


# doubt
def test_what_may_belong_elsewhere_waits_until_someone_confirms_it(store: Store) -> None:
    for n, town in enumerate(("Tours", "Blois")):
        tell(store, article(n), said(facility("Clinique Saint-Martin", town)))
    vague = tell(store, article(3), said(facility("Clinique Saint-Martin", None)))
    waiting = get(store, vague).waiting
    assert waiting is not None
    assert (waiting.why, len(waiting.may_be)) == ("several", 2)
    ana(store).confirm(vague)
    assert get(store, vague).waiting is None


def test_a_report_without_a_date_that_comes_months_later_waits(store: Store) -> None:
    one = tell(store, article(1), said())
    late = tell(store, article(2, published="2022-06-01"), said(when=on(None)))
    waiting = get(store, late).waiting
    assert waiting is not None
    assert (waiting.why, waiting.may_be) == ("undated", (one,))
    assert get(store, one).waiting is None


# another store
def test_acts_find_their_incidents_in_another_store_by_what_they_rest_on(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def fill(into: Store, order: tuple[int, ...]) -> None:
        for n in order:
            tell(into, article(n), said(CHARMILLE if n == 2 else None))

    fill(store, (1, 2, 3))
    one, other = (next(iter(store.incidents_of_report(article(n).url))).id for n in (1, 2))
    ana(store).correct(one, {"actor": "Hive"})
    ana(store).merge(other, one)
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('other') / 'v.db'}") as second:
        fill(second, (2, 3, 1))
        assert [apply(second, act) for act in store.acts()] == [True, True]
        assert [apply(second, act) for act in store.acts()] == [False, False]
        (found,) = all_of(second)
        assert found.actor == "Hive"
        assert len(found.reports) == 3
        assert list(second.acts()) == list(store.acts())


# any acts, any order
STEPS = st.lists(st.tuples(st.sampled_from("cxmsl"), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=5)


def act_at_random(store: Store, kind: str, i: int, j: int) -> Act | None:
    incidents = list(store.all(Query()))
    if not incidents:
        return None
    one, other = incidents[i % len(incidents)], incidents[j % len(incidents)]
    doing: dict[str, Callable[[], Act]] = {
        "c": lambda: ana(store).correct(one.id, {"persons_affected": i * 10 + j}),
        "x": lambda: ana(store).reject(one.id),
        "m": lambda: ana(store).merge(one.id, other.id),
        "s": lambda: ana(store).split(one.id, [one.reports[j % len(one.reports)].url]),
        "l": lambda: ana(store).link(one.id, facility("Clinique d'ailleurs", "Blois")),
    }
    try:
        return doing[kind]()
    except ActRefused:
        return None


@given(steps=STEPS, again=st.randoms(use_true_random=False))
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # making a failure smaller would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_done_and_undone_every_step_back_is_what_was(
    steps: list[tuple[str, int, int]], again: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = [
        (article(1), said()),
        (article(2), said(when=on("2022-01-08"))),
        (article(3, published="2022-01-10"), said(when=on("2022-01-09"), services=services("urgences:ferme"))),
        (article(4), said(CHARMILLE)),
        (article(5), said(facility("Clinique Saint-Martin", None))),
    ]
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('acts') / 'v.db'}") as store:
        for of, account in told:
            tell(store, of, account)
        ids = {i.id for i in all_of(store)}
        states, done = [plain(store)], []
        for step in steps:
            if act := act_at_random(store, *step):
                done.append(act)
                states.append(plain(store))
                ids |= {i.id for i in all_of(store)}
                again.shuffle(told)
                for of, account in told:  # read again, in any order: nothing changes
                    tell(store, of, account)
                assert plain(store) == states[-1]
        for act, before in zip(reversed(done), reversed(states[:-1]), strict=True):
            ana(store).undo(act.id)
            assert plain(store) == before
        assert all(store.incident(i) is not None for i in ids), "every id ever given leads somewhere"
