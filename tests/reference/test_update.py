"""Loading the FINESS register in its two layouts. The files are ours, after the published field names."""

import gzip
import json
from pathlib import Path

import pytest

from reference import gazetteer, own_data
from reference.lambert import to_degrees
from reference.outlines import departments
from reference.register_formats import RegisterError, sites
from reference.update import update_outlines, update_register


def ege(number: str, name: str, category: str, commune: str, state: str = "A", **place: str) -> dict[str, object]:
    elsewhere = {"usageAdresse": "06", "cogCommune": "75056", "coordonneesGeographique": {}}
    here = {"usageAdresse": "03", "cogCommune": commune, "coordonneesGeographique": place}
    general = {"numFinessEge": number, "nomEgeLong": name, "nomEgeCourt": name[:38], "dateFermeture": None}
    return {
        "informationsGeneralesEGE": general,
        "categorieentiteGeographiqueExercice": category,
        "adresse": [elsewhere, here],
        "etatObjet": state,
    }


NEW_LAYOUT = {
    "generatedAt": "2026-11-01T04:00:00Z",
    "schemaVersion": "1",
    "gco": [],
    "pmej": [
        {
            "informationsGeneralesPMEJ": {"numFinessPm": "379999990"},
            "ege": [
                ege("379999991", "EHPAD DU VAL FICTIF", "500", "37261", coordonneeX="0.6848", coordonneeY="47.3941"),
                ege("379999992", "CLINIQUE FICTIVE", "365", "37018", coordonneeX="517000.0", coordonneeY="6695000.0"),
                ege("379999993", "LABORATOIRE SANS POINT", "611", "37261"),
                ege("379999994", "EHPAD FERME", "500", "37261", state="I"),
                ege("379999995", "PHARMACIE FICTIVE", "620", "37261"),
                ege("370007569", "POLE SANTE LEONARD DE VINCI", "365", "37050"),
                ege("379999996", "EHPAD DE NULLE PART", "500", "00000"),
            ],
        },
        {"informationsGeneralesPMEJ": {"numFinessPm": "379999980"}, "ege": None},
    ],
}


def old_row(number: str, name: str, category: str, commune: str, department: str) -> str:
    cells = ["structureet", number, "379999990", name[:38], name, *[""] * 7, commune, department, *[""] * 4, category]
    return ";".join(cells + [""] * 12)


OLD_LAYOUT = "\n".join(
    [
        "finess;etalab;93;2026-05-04",
        old_row("379999991", "EHPAD DU CHÂTEAU FICTIF", "500", "261", "37"),
        old_row("979999991", "EHPAD OUTRE-MER", "500", "411", "9D"),
        "geolocalisation;379999991;525000.0;6701000.0;1,ATLASANTE,100,IGN,BD_ADRESSE,V2.1,LAMBERT_93;2026-05-04",
    ]
)


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    gazetteer.forget()
    yield own_data.folder()
    monkeypatch.undo()
    gazetteer.forget()
    departments.cache_clear()


def new_layout(folder: Path, name: str = "structures.json.gz") -> Path:
    path = folder / name
    text = json.dumps(NEW_LAYOUT)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["structures.json.gz", "structures.json"])
def test_the_present_layout_gives_open_sites_with_the_address_of_work(tmp_path: Path, name: str) -> None:
    found = {s.finess: s for s in sites(new_layout(tmp_path, name))}
    assert "379999994" not in found
    assert found["379999991"].insee == "37261"
    assert found["379999991"].entity == "379999990"
    assert (found["379999991"].lat, found["379999991"].lon) == (47.3941, 0.6848)


def test_coordinates_in_lambert_93_become_degrees(tmp_path: Path) -> None:
    site = next(s for s in sites(new_layout(tmp_path)) if s.finess == "379999992")
    assert site.lat == pytest.approx(47.33, abs=0.1)
    assert site.lon == pytest.approx(0.58, abs=0.1)
    assert to_degrees(700_000, 6_600_000) == pytest.approx((46.5, 3.0))


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_the_old_layout_is_read_in_both_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "etalab.csv"
    path.write_bytes(OLD_LAYOUT.encode(encoding))
    found = {s.finess: s for s in sites(path)}
    assert found["379999991"].name == "EHPAD DU CHÂTEAU FICTIF"
    assert found["379999991"].lat == pytest.approx(47.39, abs=0.1)
    assert found["979999991"].insee == "97411"
    assert found["979999991"].lat is None


def test_a_loaded_register_adds_facilities_and_keeps_our_names(tmp_path: Path, own_folder: Path) -> None:
    before = gazetteer.facilities()
    done = update_register(str(new_layout(tmp_path)))
    assert (done.added, done.known) == (3, 1)
    assert done.left_out == {"catégorie non suivie": 1, "numéro ou commune inconnus": 1}
    added = gazetteer.by_finess("379999991")
    assert added is not None
    assert (added.name, added.type, added.commune) == ("EHPAD du Val Fictif", "ehpad", "Tours")
    assert added.aliases == ()
    assert added.aliases_context == ("EHPAD du Val Fictif",)
    assert gazetteer.by_finess("370007569").name == "Pôle Santé Léonard de Vinci"
    assert gazetteer.facilities()[: len(before)] == before
    assert gazetteer.find("ehpad val fictif")[0].facility.finess == "379999991"
    unplaced = gazetteer.by_finess("379999993")
    assert unplaced is not None
    assert unplaced.lat == pytest.approx(47.39, abs=0.05)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "ni le JSON"),
        (b"<html>maintenance</html>", "ni le JSON"),
        (b'{"activites": []}', "pas de liste"),
        (b'{"pmej": [{"ege": [', "tronqu"),
        (b'{"pmej": []}', "aucun"),
        (b"structureet;379999991;trop court", "ligne 1"),
        (gzip.compress(b'{"pmej": [', mtime=0)[:-9], "illisible"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_the_previous_table_stays(
    tmp_path: Path, own_folder: Path, content: bytes, says: str
) -> None:
    update_register(str(new_layout(tmp_path)))
    kept = (own_folder / "register.csv").read_bytes()
    bad = tmp_path / "bad"
    bad.write_bytes(content)
    with pytest.raises(RegisterError, match=says):
        update_register(str(bad))
    assert (own_folder / "register.csv").read_bytes() == kept


def test_an_address_that_does_not_answer_is_one_sentence(own_folder: Path) -> None:
    with pytest.raises(RegisterError, match="téléchargement impossible"):
        update_register("http://127.0.0.1:9/finess.json.gz")
    with pytest.raises(RegisterError, match="introuvable"):
        update_register("/no/such/file")


def test_exact_outlines_replace_ours(tmp_path: Path, own_folder: Path) -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    source = tmp_path / "outlines.json"
    one = {"type": "Feature", "properties": {"code": "37", "nom": "Indre-et-Loire"}, "geometry": square}
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [one]}), "utf-8")
    assert update_outlines(str(source)).added == 1
    assert departments()["features"][0]["properties"] == {"code": "37", "name": "Indre-et-Loire"}
    source.write_text("[]", "utf-8")
    with pytest.raises(RegisterError):
        update_outlines(str(source))
