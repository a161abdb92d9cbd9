"""Filters, facets, order, paging: what is counted is what is listed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import product
from typing import Any

import pytest

from index.export import write
from index.geography import cell as geography_cell
from index.geography import km, tile
from index.store import FACETS, NOT_SAID, Box, Near, Query, Store
from records import Incident, Review
from tests.index.samples import NOW, article, attacks, facility, incident, on, services, source

TOWNS = (("Tours", "37"), ("Bourges", "18"), ("Blois", None))
INSEE = {"Tours": "37261", "Bourges": "18033"}
KINDS = ("clinique", "ch", "ehpad")
STATES = (
    ("urgences:ferme", "imagerie:maintenu"),
    ("urgences:degrade", "imagerie:ferme"),
    ("maternite:reoriente",),
    (),
)


# Sites of groups: commune, latitude, longitude.
SITES: tuple[tuple[tuple[str | None, float | None, float | None], ...], ...] = (
    (("Tours", 47.394, 0.685), ("Tours", 47.3941, 0.6851), ("Bourges", 47.08, 2.39)),  # two in one cell
    (("Blois", None, None), (None, None, None)),
    (("Tours", 47.2, 1.5), ("Bourges", 47.2, 1.5), (None, 47.101, 0.95)),  # two at one place
)


def fill(store: Store) -> None:
    for n, ((town, department), kind, states) in enumerate(product(TOWNS, KINDS, STATES), start=1):
        of = article(
            n, text=f"Un texte sur {town}.", outlet=f"journal-{n % 3}" if n % 4 else None, published=f"202{n % 5}-03-15"
        )
        store.put_article(of)
        store.put_incident(
            incident(
                n,
                facility=facility(
                    f"Établissement {kind} {n % 7}",
                    town if n % 8 else None,
                    department=department,
                    type=kind,
                    insee=INSEE.get(town) if n % 8 else None,
                    lat=47.0 + n * 0.013 if n % 9 else None,
                    lon=0.6 + n * 0.057 if n % 9 else None,
                ),
                reviewed=Review(by="essai", at=NOW) if n % 4 == 0 else None,
                occurred=on(f"202{n % 5}-03-{n % 27 + 1:02d}") if n % 6 else on(None),
                attack_types=attacks(
                    "rancongiciel:denied" if n % 5 == 0 else "rancongiciel:confirmed", "vol_donnees:suspected"
                ),
                services=services(*states),
                information_status="confirme" if n % 2 else None,
                care_impact="interruption" if n % 3 else None,
                reports=(source(of),),
            )
        )
    for n, (own, sites) in enumerate(product((0, 1), SITES), start=37):
        of = article(n, text="Un texte sur un groupe.", published="2022-03-15")
        told = [
            facility(f"Établissement ch {at}", town, type="ch", insee=INSEE.get(town or ""), lat=lat, lon=lon)
            for at, (town, lat, lon) in enumerate(sites, start=n)
        ]
        where = {"lat": 47.2, "lon": 1.5} if own else {}
        group = facility(f"Groupe {n}", "Tours" if own else None, type="groupement", department="37", **where)
        store.put_article(of)
        store.put_incident(incident(n, facility=group, sites=tuple(told), reports=(source(of),)))


def places(one: Incident) -> list[tuple[float, float]]:
    return [(at.lat, at.lon) for at in (one.facility, *one.sites) if at.lat is not None and at.lon is not None]


QUERIES = [
    Query(),
    Query(words="tours"),
    Query(words="texte -bourges"),
    Query(department=("37",)),
    Query(department=("37", NOT_SAID)),
    Query(facility_type=("ch", "ehpad"), department=("18",)),
    Query(type=("rancongiciel",)),
    Query(service=("urgences",)),
    Query(status=("ferme",)),
    Query(service=("urgences",), status=("ferme",)),
    Query(service=("urgences", "maternite"), status=("ferme", "reoriente"), words="tours"),
    Query(information_status=(NOT_SAID,), care_impact=("interruption",)),
    Query(outlet=("journal-1", NOT_SAID)),
    Query(year=("2021", "2023"), type=("vol_donnees",)),
    Query(since=date(2022, 1, 1), until=date(2023, 3, 10)),
    Query(facility=("Établissement ch 3",)),
    Query(commune=("Tours", "18033")),
    Query(commune=("nom:blois", NOT_SAID), facility_type=("ch",)),
    Query(certainty=("denied",)),
    Query(type=("rancongiciel",), certainty=("denied",)),
    Query(type=("vol_donnees", "rancongiciel"), certainty=("confirmed", "denied"), words="texte"),
    Query(reviewed=("oui",)),
    Query(reviewed=("non",), department=("37",)),
    Query(near=Near(47.2, 1.5, 25)),
    Query(box=Box(47.1, 0.9, 47.3, 1.9), service=("urgences",)),
    Query(box=Box(47.1, 1.9, 47.5, 0.9)),
    Query(box=Box(47.0, 2.3, 47.1, 2.5), commune=("37261",)),
    Query(facility=("Établissement ch 38", "Groupe 42")),
    Query(facility_type=("groupement",), near=Near(47.394, 0.685, 5)),
]


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
@pytest.mark.parametrize("sort", ["date", "relevance"])
def test_the_count_the_pages_the_stream_and_the_exports_agree(filled: Store, query: Query, sort: Any) -> None:
    query = replace(query, sort=sort)
    total = filled.search(query, limit=0).total
    paged: list[str] = []
    while hits := filled.search(query, offset=len(paged), limit=5).hits:
        paged += [hit.incident.id for hit in hits]
    assert paged == [i.id for i in filled.all(query)]
    assert total == len(paged) == len(set(paged))
    for format, extra in (("jsonl", 0), ("csv", 1), ("csv-excel", 1)):
        stream = BytesIO()
        assert write(filled, query, format, stream) == total
        assert stream.getvalue().count(b"\n") == total + extra


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_every_facet_value_counts_what_choosing_it_would_find(filled: Store, query: Query) -> None:
    facets = filled.search(query, limit=0, facets=FACETS).facets
    assert set(facets) == set(FACETS)
    for facet, buckets in facets.items():
        assert len({b.value for b in buckets}) == len(buckets)
        for bucket in buckets:
            chosen = replace(query, **{facet: (bucket.value,)})
            assert filled.search(chosen, limit=0).total == bucket.count > 0, (facet, bucket)


@pytest.mark.parametrize(
    "facet",
    ["reviewed", "facility_type", "information_status", "care_impact", "year"],
)
def test_facets_of_one_value_an_incident_add_up_to_the_total(filled: Store, facet: str) -> None:
    page = filled.search(Query(words="texte"), facets=(facet,))
    assert sum(b.count for b in page.facets[facet]) == page.total


def test_a_service_and_its_status_must_hold_together(filled: Store) -> None:
    closed = filled.search(Query(service=("urgences",), status=("ferme",)), limit=100)
    assert closed.total == 9
    for hit in closed.hits:
        assert ("urgences", "ferme") in {(s.service, s.status) for s in hit.incident.services}


def test_a_denied_type_does_not_count_as_that_type(filled: Store) -> None:
    for hit in filled.search(Query(type=("rancongiciel",)), limit=100).hits:
        assert hit.incident.attack_types[0].certainty != "denied"


def test_a_type_and_its_certainty_must_hold_together(filled: Store) -> None:
    denied = filled.search(Query(type=("rancongiciel",), certainty=("denied",)), limit=100).hits
    assert denied
    for hit in denied:
        assert hit.incident.attack_types[0].certainty == "denied"
    assert filled.search(Query(type=("vol_donnees",), certainty=("denied",))).total == 0


def test_incidents_near_a_place_are_those_within_the_distance(filled: Store) -> None:
    everything = list(filled.all(Query()))
    for wanted in (Near(47.2, 1.5, 25), Near(47.35, 2.1, 8.5), Near(-21.1, 55.5, 100)):
        found = {i.id for i in filled.all(Query(near=wanted))}
        for one in everything:
            inside = any(km(lat, lon, wanted.lat, wanted.lon) <= wanted.km for lat, lon in places(one))
            assert (one.id in found) == inside


def test_incidents_in_a_box_are_those_between_its_edges(filled: Store) -> None:
    box = Box(47.1, 0.9, 47.3, 1.9)
    found = {i.id for i in filled.all(Query(box=box))}
    assert found
    for one in filled.all(Query()):
        inside = any(box.south <= lat <= box.north and box.west <= lon <= box.east for lat, lon in places(one))
        assert (one.id in found) == inside


@pytest.mark.parametrize("zoom", [0, 6, 10, 14])
def test_the_cells_of_the_map_count_each_incident_once_where_it_is(filled: Store, zoom: int) -> None:
    query = Query(words="texte")
    cells = filled.cells(query, zoom)
    told = Counter(at for i in filled.all(query) for at in {geography_cell(*place, zoom) for place in places(i)})
    assert {c.tile: c.count for c in cells} == {tile(at): count for at, count in told.items()}
    assert [c.tile for c in cells] == sorted({c.tile for c in cells})
    for cell in cells:
        assert tile(geography_cell(cell.lat, cell.lon, zoom)) == cell.tile


def test_a_zoom_beyond_the_finest_is_refused(filled: Store) -> None:
    with pytest.raises(ValueError, match="zoom"):
        filled.cells(Query(), 15)


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
@pytest.mark.parametrize("sort", ["date", "relevance"])
def test_both_stores_answer_alike(sqlite_twin: Store, elastic_twin: Store, query: Query, sort: Any) -> None:
    query = replace(query, sort=sort)
    one, other = (store.search(query, limit=100, facets=FACETS) for store in (sqlite_twin, elastic_twin))
    assert one == other
    assert sqlite_twin.histogram(query) == elastic_twin.histogram(query)
    assert sqlite_twin.cells(query, 9) == elastic_twin.cells(query, 9)


def test_labels_of_facets_are_french(filled: Store) -> None:
    facets = filled.search(Query(), facets=FACETS).facets
    assert {b.label for b in facets["facility_type"]} >= {"EHPAD", "Centre hospitalier"}
    assert "Non précisé" in {b.label for b in facets["department"]}
    assert {b.label for b in facets["commune"]} == {"Tours", "Bourges", "Blois", "Non précisé"}
    assert {b.label for b in facets["certainty"]} == {"Confirmé", "Soupçonné", "Démenti"}
    assert {b.label for b in facets["reviewed"]} == {"Relu", "Non relu"}
    assert "Indre-et-Loire (37)" in {b.label for b in facets["department"]}
    assert [b.value for b in facets["year"]] == sorted((b.value for b in facets["year"]), reverse=True)


def test_incidents_come_newest_first(filled: Store) -> None:
    days = [hit.incident.day for hit in filled.search(Query(), limit=100).hits]
    assert days == sorted(days, key=lambda d: d or date.min, reverse=True)


def test_the_histogram_adds_up(filled: Store) -> None:
    for by in ("month", "year"):
        buckets = filled.histogram(Query(words="texte"), by)  # type: ignore[arg-type]
        assert sum(b.count for b in buckets) == filled.search(Query(words="texte")).total
        assert [b.value for b in buckets] == sorted(b.value for b in buckets)


def test_an_unknown_facet_is_refused(filled: Store) -> None:
    with pytest.raises(ValueError, match="unknown facet"):
        filled.search(Query(), facets=("colour",))


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2022-01-07", None, True),
        ("2022-01-08", None, False),
        (None, "2022-01-06", True),
        (None, "2022-01-05", False),
        ("2022-01-01", "2022-01-31", True),
    ],
)
def test_a_period_keeps_incidents_whose_range_overlaps(
    store: Store, since: str | None, until: str | None, found: bool
) -> None:
    store.put_incident(incident(occurred=on("2022-01-06", "2022-01-07", "night")))
    days = {k: date.fromisoformat(v) for k, v in (("since", since), ("until", until)) if v}
    assert store.search(Query(**days)).total == found  # type: ignore[arg-type]


def test_an_incident_without_a_date_is_placed_by_its_first_publication(store: Store) -> None:
    of = (article(1, published="2022-05-02"), article(2, published="2022-04-30"))
    store.put_incident(incident(occurred=on(None), reports=tuple(map(source, of))))
    assert store.search(Query(since=date(2022, 4, 30), until=date(2022, 4, 30))).total == 1
    assert store.search(Query(since=date(2022, 5, 1))).total == 0
    assert store.search(Query(), facets=("year",)).facets["year"][0].value == "2022"


def test_a_facility_is_found_by_number_name_or_alias(store: Store) -> None:
    store.put_incident(incident(1, facility=facility("CHRU de Tours", "Tours", finess="370000481", type="chu")))
    store.put_incident(incident(2, facility=facility("Clinique des Saules", "Tours")))
    for wanted in ("370000481", "chru de tours", "CHRU DE TOURS"):
        assert store.search(Query(facility=(wanted,))).total == 1
    assert store.search(Query(facility=("clinique des saules", "370000481"))).total == 2
    assert store.search(Query(facility=("clinique",))).total == 0


def test_words_of_an_article_are_found_whatever_came_first(store: Store) -> None:
    of = article(text="Le scanner est arrêté.")
    store.put_incident(incident(reports=(source(of),)))
    assert store.search(Query(words="scanner")).total == 0
    store.put_article(of)
    assert store.search(Query(words="scanners")).total == 1
    store.put_article(of.model_copy(update={"text": "Le laboratoire est arrêté."}))
    assert store.search(Query(words="scanner")).total == 0
    assert store.search(Query(words="laboratoire")).total == 1


def test_a_phrase_is_not_found_across_two_texts(store: Store) -> None:
    of = (article(1, title="Tout est éteint", text="Rien ne va plus"), article(2, title="Fin", text="ici on soigne"))
    for one in of:
        store.put_article(one)
    store.put_incident(incident(reports=tuple(map(source, of))))
    assert store.search(Query(words='"va plus"')).total == 1
    assert store.search(Query(words='"plus ici"')).total == 0
