"""Communes, former communes, departments and their outlines."""

import pytest
from shapely.geometry import Point, shape

from reference import communes, outlines
from reference.communes import by_insee, named


def test_all_communes_and_departments_are_there() -> None:
    assert len(communes.communes()) > 34_800
    assert len(communes.departments()) == 102  # Saint-Pierre-et-Miquelon among them
    assert sum(c.lat is None for c in communes.communes() if len(c.department) == 2) == 0
    assert communes.departments()["37"] == communes.Department(
        "37", "Indre-et-Loire", "Centre-Val de Loire", *communes.departments()["37"][3:5], "Tours"
    )


@pytest.mark.parametrize(
    ("name", "insee", "department"),
    [
        ("Tours", "37261", "37"),
        ("chambray les tours", "37050", "37"),
        ("CHÂTEAUROUX", "36044", "36"),
        ("Orleans", "45234", "45"),
        ("Saint-Étienne", "42218", "42"),
        ("L'Haÿ-les-Roses", "94038", "94"),
        ("Œuf-en-Ternois", "62633", "62"),
        ("Ajaccio", "2A004", "2A"),
        ("Saint-Denis", "97411", "974"),
    ],
)
def test_a_commune_is_found_by_name_whatever_the_spelling(name: str, insee: str, department: str) -> None:
    first = named(name)[0]
    assert (first.insee, first.department) == (insee, department)


@pytest.mark.parametrize(
    ("former", "present"),
    [
        ("Contres", "Le Controis-en-Sologne"),
        ("Annecy-le-Vieux", "Annecy"),
    ],
)
def test_a_former_commune_leads_to_the_present_one(former: str, present: str) -> None:
    assert present in [c.name for c in named(former)]


def test_homonyms_are_all_given_the_largest_first() -> None:
    found = named("Saint-Aubin")
    assert len(found) > 5
    populations = [c.population or 0 for c in found if c.name == "Saint-Aubin"]
    assert populations == sorted(populations, reverse=True)
    assert named("Nulle-Part-sur-Rien") == ()


def test_codes_of_city_districts_and_former_communes_lead_to_the_present_commune() -> None:
    assert by_insee("75112").name == "Paris"
    assert by_insee("13201").name == "Marseille"
    assert by_insee("99999") is None


def test_towns_of_the_region_have_measured_coordinates() -> None:
    tours = by_insee("37261")
    assert (tours.lat, tours.lon) == (pytest.approx(47.39, abs=0.05), pytest.approx(0.69, abs=0.05))
    assert not tours.near


def test_each_prefecture_lies_in_its_own_outline_and_in_no_other() -> None:
    collection = outlines.departments()
    assert collection["type"] == "FeatureCollection"
    shapes = {f["properties"]["code"]: shape(f["geometry"]) for f in collection["features"]}
    assert len(shapes) == 96
    for code, department in communes.departments().items():
        if code in shapes:
            town = next(c for c in named(department.prefecture) if c.department == code)
            assert [k for k, s in shapes.items() if s.contains(Point(town.lon, town.lat))] == [code]


def test_outlines_are_valid_single_polygons_of_modest_size() -> None:
    assert outlines.FILE.stat().st_size < 250_000
    for feature in outlines.departments()["features"]:
        polygon = shape(feature["geometry"])
        assert polygon.geom_type == "Polygon"
        assert polygon.is_valid, feature["properties"]
        assert not polygon.interiors
