"""`vigie reference update`: load the current FINESS register, or exact outlines, into the user's own folder.

What is loaded adds to what we ship; our names, aliases and places win. Names of the register are wordings that need
context, since nobody has checked them. The live addresses below have not been tried from where this was written.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from reference import communes, gazetteer, outlines, own_data
from reference.register_formats import RegisterError, Site, sites
from reference.vocabulary import vocabulary

REGISTER_URL = "https://www.data.gouv.fr/fr/datasets/r/cd493959-fb03-41e5-9347-0edd14dfbc22"
OUTLINES_URL = (
    "https://etalab-datasets.geo.data.gouv.fr/contours-administratifs/latest/geojson/departements-100m.geojson"
)
USER_AGENT = "Vigie/0.1 (reference update)"
TIMEOUT = 60
TYPES = (
    *("chu", "ch", "hopital_proximite", "clcc", "psychiatrie", "clinique", "smr_usld", "had", "dialyse"),
    *("imagerie", "laboratoire", "transfusion", "ehpad"),
)
_CAPITALS = {
    "CH",
    "CHU",
    "CHRU",
    "CHR",
    "CHI",
    "CHIC",
    "GCS",
    "HAD",
    "USLD",
    "SSR",
    "IRM",
    "EHPAD",
    "EPSM",
    "CMP",
    "CHS",
}
_SMALL = {"de", "du", "des", "la", "le", "les", "et", "en", "sur", "aux", "au", "à"}


@dataclass(frozen=True)
class Update:
    """What an update did: entries written, those we already had, and those left out with the reason."""

    path: Path
    added: int
    known: int
    left_out: dict[str, int]


def update_register(source: str = REGISTER_URL, types: tuple[str, ...] = TYPES) -> Update:
    """Read a register file or address and write the facilities that we do not have to the user's folder.

    RegisterError (in French, one sentence) when it cannot be fetched or read; the previous table then stays.
    """
    kind_of = _categories()
    known = _shipped_numbers()
    rows: list[list[str]] = []
    counts = {"déjà connu": 0, "catégorie non suivie": 0, "numéro ou commune inconnus": 0}
    with _fetched(source) as path:
        try:
            for site in sites(path):
                kind = kind_of.get(site.category)
                if kind not in types:
                    counts["catégorie non suivie"] += 1
                elif site.finess in known:
                    counts["déjà connu"] += 1
                elif row := _row(site, kind):
                    rows.append(row)
                else:
                    counts["numéro ou commune inconnus"] += 1
        except (OSError, EOFError, UnicodeDecodeError) as error:
            raise RegisterError(f"{source} : fichier illisible ({error})") from None
    if not rows and not counts["déjà connu"]:
        raise RegisterError(f"{source} : aucun établissement de santé dans ce fichier")
    target = own_data.folder() / "register.csv"
    _write(target, [list(gazetteer.COLUMNS), *rows])
    gazetteer.forget()
    return Update(target, len(rows), counts.pop("déjà connu"), counts)


def update_outlines(source: str = OUTLINES_URL) -> Update:
    """Read a GeoJSON of the departments (properties `code`, `nom` or `name`) and use it instead of our outlines."""
    with _fetched(source) as path:
        try:
            collection = json.loads(path.read_text("utf-8"))
            features = [
                {
                    "type": "Feature",
                    "properties": {
                        "code": f["properties"]["code"],
                        "name": f["properties"].get("nom") or f["properties"]["name"],
                    },
                    "geometry": f["geometry"],
                }
                for f in collection["features"]
                if f["geometry"]["type"] in ("Polygon", "MultiPolygon")
            ]
        except (ValueError, KeyError, TypeError):
            raise RegisterError(f"{source} : ce n'est pas un GeoJSON de départements") from None
    if not features:
        raise RegisterError(f"{source} : aucun contour de département")
    target = own_data.folder() / "outlines.geojson"
    _replace(target, json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    outlines.departments.cache_clear()
    return Update(target, len(features), 0, {})


def _categories() -> dict[str, str]:
    """The facility type of each FINESS category code; of two types that claim a code the first has it."""
    found: dict[str, str] = {}
    for term in vocabulary("facility_types").values():
        for code in (term.row.get("finess_categories") or "").split(";"):
            found.setdefault(code, term.id)
    return found


def _shipped_numbers() -> set[str]:
    return {f.finess for f in gazetteer.shipped() if f.finess}


def _row(site: Site, kind: str) -> list[str] | None:
    commune = communes.by_insee(site.insee)
    if commune is None or len(site.finess) != 9 or not site.name.strip():
        return None
    lat, lon = (site.lat, site.lon) if site.lat is not None else (commune.lat, commune.lon)
    name = _spelt(site.name)
    where = [f"{v:.4f}" if v is not None else "" for v in (lat, lon)]
    entity = site.entity if site.entity != site.finess else ""
    return [site.finess, entity, name, kind, "", name, commune.name, commune.insee, commune.department, *where, "", ""]


def _spelt(capitals: str) -> str:
    """`CLINIQUE DU VAL` → `Clinique du Val`: the register knows neither lower case nor most accents."""
    words = [
        w if w in _CAPITALS else w.lower() if w.lower() in _SMALL else "-".join(p.capitalize() for p in w.split("-"))
        for w in capitals.replace("|", " ").split()
    ]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


@contextmanager
def _fetched(source: str) -> Iterator[Path]:
    """The file itself, or a temporary copy of what an http(s) address gives."""
    if not source.startswith(("http://", "https://")):
        path = Path(source)
        if not path.is_file():
            raise RegisterError(f"{source} : fichier introuvable")
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "download"
        try:
            with (
                urlopen(Request(source, headers={"User-Agent": USER_AGENT}), timeout=TIMEOUT) as answer,
                path.open("wb") as out,
            ):
                shutil.copyfileobj(answer, out)
        except (URLError, OSError) as error:
            raise RegisterError(f"{source} : téléchargement impossible ({error})") from None
        yield path


def _write(target: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    text.write(
        "# Loaded by `vigie reference update` from the FINESS register (Licence Ouverte 2.0); overwritten by it.\n"
    )
    csv.writer(text, lineterminator="\n").writerows(rows)
    _replace(target, text.getvalue())


def _replace(target: Path, text: str) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".part")
    beside.write_text(text, "utf-8")
    beside.replace(target)
