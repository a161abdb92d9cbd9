"""The gazetteer: what it holds, that it agrees with itself, and what `find` answers."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from reference import gazetteer
from reference.communes import by_insee, departments
from reference.gazetteer import GazetteerError, by_finess, facilities, find, read_table, shipped
from reference.vocabulary import term_ids
from reference.wordings import folded, of_place, variants

REGION = {"18", "28", "36", "37", "41", "45"}
REGISTER = Path(__file__).parents[3] / "shared" / "reference" / "finess_cvl.csv"


def test_the_region_has_at_least_250_facilities_of_every_kind_the_press_names() -> None:
    ours = [f for f in shipped() if f.finess and f.department in REGION]
    assert len(ours) >= 400
    kinds = Counter(f.type for f in ours)
    for kind in ("chu", "ch", "hopital_proximite", "clcc", "psychiatrie", "clinique", "smr_usld", "had", "dialyse"):
        assert kinds[kind] >= 5, kind
    assert kinds["laboratoire"] >= 100
    assert {f.department for f in ours if f.type == "ch"} == REGION


def test_the_rest_of_france_has_its_university_and_general_hospitals() -> None:
    elsewhere = [f for f in shipped() if f.finess and f.department not in REGION]
    assert sum(f.type == "chu" and not f.parent for f in elsewhere) >= 30
    assert sum(f.type == "ch" for f in elsewhere) >= 400
    names = {f.name for f in shipped() if not f.finess}
    assert {"Ramsay Santé", "Elsan", "Vivalto Santé", "Inovie", "Biogroup", "GHT Touraine-Val de Loire"} <= names


def test_every_number_stands_once_and_has_nine_characters() -> None:
    numbers = Counter(f.finess for f in shipped() if f.finess)
    assert not [n for n, count in numbers.items() if count > 1]
    assert all(len(n) == 9 and n.isalnum() for n in numbers)


def test_every_parent_is_an_entry() -> None:
    numbers = {f.finess for f in shipped()}
    assert not [f.name for f in shipped() if f.parent and f.parent not in numbers]


def test_types_are_coded_and_communes_agree_with_the_table() -> None:
    wrong = []
    for f in shipped():
        assert f.type in term_ids("facility_types")
        if f.finess:
            commune = by_insee(f.insee or "")
            if commune is None or (commune.insee, commune.name, commune.department) != (
                f.insee,
                f.commune,
                f.department,
            ):
                wrong.append((f.name, f.commune, f.insee))
    assert not wrong


def test_coordinates_lie_near_the_commune() -> None:
    far = []
    for f in shipped():
        if f.finess:
            assert f.lat is not None
            assert f.lon is not None
            commune = by_insee(f.insee or "")
            middle = departments().get(f.department or "")
            place = commune if commune and commune.lat and not commune.near else middle
            reach = 0.3 if place is commune else 1.3
            if place and place.lat and (abs(f.lat - place.lat) > reach or abs(f.lon - (place.lon or 0)) > reach * 1.5):
                far.append((f.name, f.lat, f.lon))
    assert not far


def test_no_two_facilities_of_a_department_share_a_written_name() -> None:
    owners = defaultdict(set)
    for f in shipped():
        for name in {folded(n) for n in (f.name, *f.aliases)}:
            owners[f.department, name].add((f.name, f.finess))
    assert not {key: found for key, found in owners.items() if len(found) > 1 and key[0]}


def test_a_safe_alias_means_one_facility_in_all_of_france() -> None:
    owners = defaultdict(set)
    for f in facilities():
        for name in f.aliases:
            owners[folded(name)].add((f.name, f.finess))
    assert not {name: found for name, found in owners.items() if len(found) > 1}


def test_no_name_means_two_bodies_without_a_number() -> None:
    owners = defaultdict(set)
    for f in shipped():
        if not f.finess:
            for name in {folded(n) for n in (f.name, *f.aliases, *f.aliases_context)}:
                owners[name].add(f.name)
    assert not {name: found for name, found in owners.items() if len(found) > 1}


@pytest.mark.parametrize("name", ["Alan", "Génération", "Charité", "Ascension", "Rosa", "Vidal", "CSS", "Phoenix"])
def test_bodies_whose_name_is_an_ordinary_word_need_context(name: str) -> None:
    key = folded(name)
    assert [f.name for f in shipped() if key in map(folded, f.aliases_context)]
    assert not [f.name for f in shipped() if key in map(folded, f.aliases)]


@pytest.mark.parametrize(
    "name", ["Trousseau", "hôpital Bretonneau", "clinique Saint-François", "La Source", "CHAM", "Hôtel-Dieu"]
)
def test_names_that_other_places_share_need_context(name: str) -> None:
    key = folded(name)
    assert not [f.name for f in facilities() if key in map(folded, f.aliases)]
    assert [f.name for f in facilities() if key in map(folded, f.aliases_context)]


def test_no_alias_is_a_bare_commune_or_an_ordinary_word() -> None:
    words = {"clinique", "hopital", "centre hospitalier", "hopital central", "samu", "laboratoire", "ehpad", "change"}
    communes = {folded(f.commune) for f in facilities() if f.commune}
    assert not [(f.name, a) for f in facilities() for a in f.aliases if folded(a) in words | communes]


@pytest.mark.parametrize(
    ("alias", "finess"),
    [
        ("NCT+", "370000093"),
        ("clinique Vinci", "370007569"),
        ("pôle Vinci", "370007569"),
        ("CHRU de Tours", "370000481"),
        ("Clocheville", "370000499"),
        ("CHRO", "450000088"),
        ("Samu 36", "360000137"),
        ("CH La Châtre", "360000145"),
        ("hôpital de Vierzon", "180000200"),
        ("Oréliance", "450010079"),
        ("AP-HP", "750712184"),
        ("CHSF", "910000314"),
    ],
)
def test_names_people_use_are_safe_aliases(alias: str, finess: str) -> None:
    owner = [f.finess for f in facilities() if folded(alias) in map(folded, f.aliases)]
    assert owner == [finess]


def test_the_number_of_the_legal_entity_leads_to_the_main_site() -> None:
    assert by_finess("370007528") == by_finess("370007569")
    assert by_finess("360000061").name == "Centre hospitalier de La Châtre"
    assert by_finess("000000000") is None


@pytest.mark.parametrize(
    ("words", "finess"),
    [
        ("clinique vinci", "370007569"),
        ("pole sante leonard de vinci", "370007569"),
        ("Léonard de Vinci Chambray", "370007569"),
        ("370007569", "370007569"),
        ("chu tours", "370000481"),
        ("CHRU Tours", "370000481"),
        ("trouseau", "370004467"),
        ("hôpital trousseau", "370004467"),
        ("bretoneau", "370000861"),
        ("clocheville", "370000499"),
        ("nct", "370000093"),
        ("NCT+", "370000093"),
        ("alliance saint cyr", "370000093"),
        ("hopital blois", "410000020"),
        ("simone veil blois", "410000020"),
        ("polyclinique blois", "410000202"),
        ("chateaudun", "280000662"),
        ("hopital de dreux", "280000084"),
        ("hopitaux de chartres", "280000134"),
        ("louis pasteur coudray", "280504267"),
        ("bonneval", "280000050"),
        ("henri ey", "280000050"),
        ("chro", "450000088"),
        ("chu orleans", "450000088"),
        ("hopital la source", "450002613"),
        ("oreliance", "450010079"),
        ("archette", "450000245"),
        ("montargis hopital", "450000062"),
        ("daumezon", "450000930"),
        ("gien", "450000047"),
        ("pithivier", "450000070"),
        ("bourges jacques coeur", "180000010"),
        ("george sand", "180000176"),
        ("guillaume de varye", "180004145"),
        ("st amand montrond", "180000283"),
        ("vierzon", "180000200"),
        ("la chatre", "360000145"),
        ("le blanc", "360000160"),
        ("chateauroux", "360000137"),
        ("tour blanche issoudun", "360000038"),
        ("samu 36", "360000137"),
        ("clinique saint francois chateauroux", "360000129"),
        ("amboise", "370000879"),
        ("chinon", "370000531"),
        ("loches", "370000903"),
        ("la borde", "410000277"),
        ("romorantin", "410000046"),
        ("vendome", "410000038"),
        ("corbeil", "910000314"),
        ("chu rouen", "760780239"),
        ("hopital dax", "400000105"),
        ("pitie salpetriere", "750100125"),
    ],
)
def test_find_puts_the_facility_meant_first(words: str, finess: str) -> None:
    assert [m.facility.finess for m in find(words, limit=1)] == [finess]


def test_find_keeps_to_a_department_and_a_number_of_answers() -> None:
    assert find("hôpital trousseau", department="75")[0].facility.finess == "750100109"
    assert len(find("clinique", limit=3)) == 3
    assert find("370007569", department="45") == []
    assert find("", limit=5) == find("hôpital", limit=0) == []
    assert find("zzzzzz") == []
    scores = [m.score for m in find("hopital tours", limit=5)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= s <= 1 for s in scores)


def test_wordings_of_a_head_stand_for_one_another() -> None:
    assert "hôpital de Vierzon" in set(variants("Centre hospitalier de Vierzon", "ch"))
    assert "CH Vierzon" in set(variants("Centre hospitalier de Vierzon", "ch"))
    assert list(variants("Oréliance", "clinique")) == []
    assert of_place("Le Blanc") == ("du Blanc",)
    assert of_place("Orléans") == ("d'Orléans",)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("123456789,,Nom,inconnu,,,,,,,,,", "line 3.*inconnu"),
        ("123456789,,Nom,ch,,,,,,nord,0,,", "line 3"),
        ("123456789,,,ch,,,,,,,,,", "line 3"),
        ("123456789,,Nom,ch", "line 3"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str, says: str) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f"# remark\n{','.join(gazetteer.COLUMNS)}\n{line}\n", "utf-8")
    with pytest.raises(GazetteerError, match=says):
        list(read_table(table))


@pytest.mark.skipif(not REGISTER.is_file(), reason="the shared register extract is not there")
def test_the_region_agrees_with_the_register() -> None:
    with REGISTER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    register = {r["finess_et"]: r for r in rows}
    entities = {r["finess_ej"] for r in rows}
    for f in shipped():
        if f.finess and f.department in REGION:
            row = register.get(f.finess)
            if row is None:
                assert f.finess in entities, f.name
                continue
            assert (row["finess_ej"] or None) == f.entity or f.entity is None, f.name
            assert (row["code_insee"], row["commune"]) == (f.insee, f.commune), f.name
            assert float(row["lat"]) == pytest.approx(f.lat, abs=1e-3), f.name
            assert float(row["lon"]) == pytest.approx(f.lon, abs=1e-3), f.name
