"""Who speaks for himself, how long services were down, what happened when, and how sure it is."""

from __future__ import annotations

from datetime import date

import pytest

from index.consolidate import consolidate
from index.store import Query, Store
from records import Article, Incident, ReportedIncident
from tests.index.samples import NOW, agency, article, attacks, facility, on, report, said, services
from views import story


def tell(store: Store, of: Article, *told: ReportedIncident) -> None:
    consolidate(store, report(of, *told), of, now=NOW)


def only(store: Store) -> Incident:
    (found,) = store.all(Query())
    return found


# voices
def test_copied_agency_text_is_one_voice_and_outlives_the_text(store: Store) -> None:
    wire = agency()
    tell(store, article(1, outlet="a", text=wire), said(actor="LockBit"))
    tell(store, article(2, outlet="b", text=f"Un mot à nous. {wire}"), said(actor="LockBit"))
    tell(store, article(3, outlet="c", text=agency(seed=2)), said(actor="Hive"))
    tell(store, article(4, outlet="d", text=agency(seed=3)), said(actor="Hive"))
    found = only(store)
    assert [s.copy_of for s in found.reports] == [None, article(1).url, None, None]
    assert found.actor == "Hive", "two voices outweigh one that was copied"
    assert [s.value for s in found.contradictions["actor"]] == ["LockBit"]
    assert found.confidence is not None
    assert "3 voix indépendantes le disent (4 articles)." in found.confidence.reasons
    store.purge(NOW.replace(year=2027))
    tell(store, article(5, outlet="e", text=agency(seed=4)), said(actor="LockBit"))
    assert [s.copy_of for s in only(store).reports][:2] == [None, article(1).url]


def test_a_copy_is_found_however_much_is_put_around_it_and_among_many_others(store: Store) -> None:
    wire, others = agency(400), [agency(900, seed=n) for n in range(10, 16)]
    tell(store, article("wire", text=wire), said())
    for n, text in enumerate(others):
        tell(store, article(f"own-{n}", text=text), said())
    tell(store, article("zz-whole", text=f"{agency(500, seed=30)} {wire} {agency(500, seed=31)}"), said())
    tell(store, article("zz-part", text=" ".join(wire.split()[:150])), said())
    tell(store, article("zz-few-words", text=f"{agency(400, seed=32)} {' '.join(wire.split()[:60])}"), said())
    copied = {s.url.rsplit("/", 1)[1]: s.copy_of for s in only(store).reports if s.copy_of}
    assert copied == {"zz-whole": article("wire").url, "zz-part": article("wire").url}


def test_short_texts_and_our_own_notices_are_never_taken_for_copies(store: Store) -> None:
    tell(store, article(1, outlet="a", text="Bref."), said())
    tell(store, article(2, outlet="b", text="Bref."), said())
    tell(store, article(3, outlet="c", text=agency(), kind="notice"), said())
    tell(store, article(4, outlet="d", text=agency(), kind="notice"), said())
    assert [s.copy_of for s in only(store).reports] == [None] * 4


def test_an_outlet_that_repeats_itself_is_one_voice(store: Store) -> None:
    for n in range(3):
        tell(store, article(n, outlet="a"), said())
    found = only(store).confidence
    assert found is not None
    assert "Une seule voix le dit, 3 articles d’un même média ou d’une même dépêche." in found.reasons


# what develops, and what goes back
def test_a_claim_that_comes_last_does_not_outweigh_what_the_press_counted(store: Store) -> None:
    tell(store, article(1), said(persons_affected=12_000, information_status="confirme"))
    tell(store, article(2, published="2022-01-20"), said(persons_affected=30_000))
    last = said(persons_affected=1_000_000, information_status="revendique")
    tell(store, article(3, published="2022-01-25"), last)
    assert only(store).persons_affected == 30_000
    assert {s.value for s in only(store).contradictions["persons_affected"]} == {12_000, 1_000_000}


def test_a_theft_denied_at_first_is_told_later(store: Store) -> None:
    tell(store, article(1), said(data_stolen=False, information_status="confirme"))
    tell(store, article(2, published="2022-02-10"), said(data_stolen=True))
    assert only(store).data_stolen is True


def test_a_confirmed_attack_may_turn_out_to_be_none(store: Store) -> None:
    first = said(information_status="confirme", attack_types=attacks("rancongiciel:suspected"))
    tell(store, article(1), first)
    then = attacks("rancongiciel:denied", "panne:confirmed")
    tell(store, article(2, published="2022-01-12"), said(information_status="requalifie", attack_types=then))
    found = only(store)
    assert found.information_status == "requalifie"
    assert [(m.kind, m.start) for m in found.milestones if m.kind == "denial"] == [("denial", date(2022, 1, 12))]
    assert [s.value for s in found.contradictions["information_status"]] == ["confirme"]


# services
STOPS = [
    ([("01-07", "ferme"), ("01-17", "retabli")], [("01-06", "01-17", 11, "retabli")]),
    ([("01-07", "ferme"), ("01-12", "degrade")], [("01-06", None, None, "degrade")]),
    ([("01-07", "ferme"), ("01-07", "maintenu")], [("01-06", None, None, "ferme")]),
    ([("01-07", "retabli")], []),
    ([("01-07", "maintenu")], []),
    ([("01-07", "ferme"), ("01-10", "retabli"), ("01-11", "retabli")], [("01-06", "01-10", 4, "retabli")]),
    (
        [("01-07", "ferme"), ("01-10", "retabli"), ("01-20", "suspendu")],
        [("01-06", "01-10", 4, "retabli"), ("01-20", None, None, "suspendu")],
    ),
    ([("01-07", "ferme"), ("01-10", "degrade"), ("01-10", "retabli")], [("01-06", "01-10", 4, "retabli")]),
]


@pytest.mark.parametrize(("told", "stops"), STOPS)
def test_a_service_is_down_from_the_first_stop_told_to_the_recovery_told(
    store: Store,
    told: list[tuple[str, str]],
    stops: list[tuple[str, str | None, int | None, str]],
) -> None:
    for n, (day, status) in enumerate(told):
        tell(store, article(n, published=f"2022-{day}"), said(services=services(f"urgences:{status}")))
    found = [(o.since, o.until, o.days, o.status) for o in only(store).outages]
    assert found == [
        (date.fromisoformat(f"2022-{a}"), date.fromisoformat(f"2022-{b}") if b else None, days, status)
        for a, b, days, status in stops
    ]


BOUNDS = [
    ("2022-01-06", [("01-07", "ferme"), ("01-12", "degrade"), ("01-17", "retabli")], (6, 11), "entre 6 et 11 jours"),
    ("2022-01-06", [("01-07", "ferme"), ("01-17", "retabli")], (0, 11), "au plus 11 jours"),
    ("2022-01-06", [("01-09", "ferme"), ("01-17", "retabli")], (0, 11), "au plus 11 jours"),
    (None, [("01-07", "ferme"), ("01-12", "ferme"), ("01-17", "retabli")], (5, None), "au moins 5 jours"),
    (None, [("01-07", "ferme"), ("01-17", "retabli")], (0, None), "durée inconnue"),
    ("2022-01-06", [("01-07", "ferme"), ("01-12", "degrade")], (6, None), "au moins 6 jours"),
    ("2022-01-07", [("01-07", "ferme"), ("01-07", "retabli")], (0, 0), "moins d’un jour"),
]


@pytest.mark.parametrize(("attack", "told", "bounds", "words"), BOUNDS)
def test_how_long_a_stop_lasted_is_told_by_its_bounds(
    store: Store, attack: str | None, told: list[tuple[str, str]], bounds: tuple[int, int | None], words: str
) -> None:
    for n, (day, status) in enumerate(told):
        of = article(n, published=f"2022-{day}")
        tell(store, of, said(when=on(attack), services=services(f"urgences:{status}")))
    (stop,) = only(store).outages
    assert ((stop.least, stop.most), story.lasted(stop)) == (bounds, words)


def test_the_reports_behind_a_state_are_all_named(store: Store) -> None:
    for n in (1, 2):
        tell(store, article(n), said(services=services("urgences:ferme")))
    assert only(store).timeline[0].reports == (article(1).url, article(2).url)
    assert only(store).outages[0].reports == (article(1).url, article(2).url)


# milestones
def test_the_moments_of_an_incident_in_order(store: Store) -> None:
    text = "Le groupe a publié des données de patients."
    tell(store, article(1), said(services=services("urgences:ferme"), information_status="rapporte"))
    tell(store, article(2, published="2022-01-08"), said(information_status="confirme"))
    tell(store, article(3, published="2022-01-15"), said(information_status="revendique", actor="Hive"))
    leak = said(data_stolen=True, evidence={"data_stolen": ((0, len(text)),)})
    tell(store, article(4, published="2022-01-20", text=text), leak)
    tell(store, article(5, published="2022-01-30"), said(services=services("urgences:retabli")))
    assert [(m.kind, m.start.isoformat()[5:], m.by_publication) for m in only(store).milestones] == [
        ("attack", "01-06", False),
        ("announcement", "01-08", True),
        ("claim", "01-15", True),
        ("data_published", "01-20", True),
        ("restored", "01-30", True),
    ]


SENTENCES = [
    ("data_stolen", "Les fichiers ont été mis en ligne samedi.", "data_published"),
    ("data_stolen", "Des dossiers de patients sont en vente sur un forum.", "data_published"),
    ("data_stolen", "Aucune donnée n'a été publiée.", None),
    ("data_stolen", "Ils menacent de publier les données.", None),
    ("data_stolen", "Dans un communiqué publié lundi, la clinique parle de ses données.", None),
    ("occurred", "L'attaque a été découverte lundi matin.", "discovery"),
    ("occurred", "L'attaque date de lundi.", None),
    ("authorities/cnil", "La Cnil a prononcé une amende de 1,5 million d'euros.", "sanction"),
    ("authorities/cnil", "La Cnil a été saisie.", None),
    ("authorities/cnil", "Une mise en demeure de la Cnil n'est pas une sanction.", None),
    ("facility", "L'hôpital a repéré une intrusion.", "discovery"),
    ("attack_types", "L'équipe a reçu des alertes sur des connexions indésirables.", "discovery"),
    ("data_stolen", "Aucune fuite n'a été constatée.", None),
    ("facility", "La direction constate un manque de lits.", None),
    ("data_stolen", "Une base de données a été déposée sur un forum.", "data_published"),
    ("data_stolen", "Le fichier des patients circule depuis lundi.", "data_published"),
    ("data_stolen", "Une rançon est demandée pour que les données ne soient pas diffusées.", None),
    ("services/dpi", "Les dossiers ne circulent plus entre les services.", None),
]


@pytest.mark.parametrize(("field", "text", "kind"), SENTENCES)
def test_a_moment_is_told_by_the_sentence_that_supports_a_value(
    store: Store, field: str, text: str, kind: str | None
) -> None:
    tell(store, article(1, text=text), said(evidence={field: ((0, len(text)),)}))
    told = {m.kind for m in only(store).milestones} - {"attack"}
    assert told == ({kind} if kind else set())


# confidence
def test_confidence_is_told_in_words_and_grows_with_what_supports_it(store: Store) -> None:
    tell(store, article(1, outlet="a"), said(facility("Clinique X", None), on(None), information_status="revendique"))
    first = only(store).confidence
    tell(store, article(2, outlet="b"), said(facility("Clinique X", "Tours"), information_status="confirme"))
    then = only(store).confidence
    assert first is not None
    assert then is not None
    assert (first.level, then.level) == ("low", "high")
    assert "Seuls les attaquants le disent." in first.reasons
    assert "L’établissement ou une autorité le confirme." in then.reasons
