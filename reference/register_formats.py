"""The two layouts of the FINESS register, read as a stream of sites.

- `finess-structures-1` (JSON or JSON.gz, since May 2026): legal entities (`pmej`) with their sites (`ege`). Field names
  after the published schema (github.com/ansforge/finess). Some 700 MB unpacked, so it is read entity by entity.
- `etalab-cs1100507` (CSV without header, Windows-1252 or UTF-8, until May 2026): lines `structureet` and
  `geolocalisation`, or the variant in which both are one line.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from reference.lambert import to_degrees

_PLACE_OF_WORK = "03"  # TRE_R377: the address where the site is
_OVERSEAS = {"9A": "971", "9B": "972", "9C": "973", "9D": "974", "9F": "976"}
_CHUNK = 1 << 20
_LONGEST_ENTITY = 64 << 20  # characters: beyond it the file is not what it says


class RegisterError(ValueError):
    """The file is not a register we can read; the message says why, in French, for the screen."""


@dataclass(frozen=True, slots=True)
class Site:
    """One site as the register has it; `lat` and `lon` in WGS 84 degrees, None when it gives none that are sure."""

    finess: str
    entity: str
    name: str
    category: str
    insee: str
    lat: float | None
    lon: float | None


def sites(path: Path) -> Iterator[Site]:
    """The open sites of a register file in either layout. RegisterError when it has another one."""
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
    with cast(IO[bytes], gzip.open(path, "rb") if packed else path.open("rb")) as raw:
        start = raw.read(4096).lstrip(b"\xef\xbb\xbf \r\n\t")
        raw.seek(0)
        if start.startswith(b"{"):
            yield from _from_json(io.TextIOWrapper(raw, "utf-8"), path)
        elif start.startswith((b"finess;", b"structureet;")):
            yield from _from_csv(raw, path)
        else:
            raise RegisterError(f"{path} : ni le JSON « finess-structures-1 » ni le CSV « etalab-cs1100507 »")


def _from_json(text: IO[str], path: Path) -> Iterator[Site]:
    for entity in _array(text, "pmej", path):
        legal = str((entity.get("informationsGeneralesPMEJ") or {}).get("numFinessPm") or "")
        for site in entity.get("ege") or []:
            general = site.get("informationsGeneralesEGE") or {}
            addresses = site.get("adresse") or [{}]
            address = next((a for a in addresses if a.get("usageAdresse") == _PLACE_OF_WORK), addresses[0])
            if site.get("etatObjet", "A") != "A" or general.get("dateFermeture"):
                continue
            lat, lon = _coordinates(address.get("coordonneesGeographique") or {})
            yield Site(
                finess=str(general.get("numFinessEge") or ""),
                entity=legal,
                name=str(general.get("nomEgeLong") or general.get("nomEgeCourt") or ""),
                category=str(site.get("categorieentiteGeographiqueExercice") or ""),
                insee=str(address.get("cogCommune") or ""),
                lat=lat,
                lon=lon,
            )


def _array(text: IO[str], key: str, path: Path) -> Iterator[dict[str, Any]]:
    """The objects of the array `key` of one large JSON object, one after the other."""
    decoder = json.JSONDecoder()
    buffer = ""
    opening = f'"{key}"'
    while opening not in buffer:
        more = text.read(_CHUNK)
        if not more:
            hint = " (le fichier des activités ne contient pas de noms : chargez celui des structures)"
            raise RegisterError(f"{path} : pas de liste « {key} »{hint}")
        buffer = buffer[-len(opening) :] + more
    while "[" not in (rest := buffer[buffer.index(opening) + len(opening) :]):
        buffer += (more := text.read(_CHUNK))
        if not more:
            raise RegisterError(f"{path} : « {key} » n'est pas une liste")
    buffer = rest[rest.index("[") + 1 :]
    while True:
        buffer = buffer.lstrip(" \r\n\t,")
        if buffer.startswith("]"):
            return
        try:
            item, end = decoder.raw_decode(buffer)
        except json.JSONDecodeError:
            more = text.read(_CHUNK)
            if not more or len(buffer) > _LONGEST_ENTITY:
                raise RegisterError(f"{path} : fichier JSON tronqué ou abîmé") from None
            buffer += more
            continue
        yield item
        buffer = buffer[end:]


def _coordinates(place: dict[str, Any]) -> tuple[float | None, float | None]:
    """Whichever of the two pairs is in degrees; else the one in Lambert 93, converted (metropolitan France)."""
    pairs = []
    for x, y in (("coordonneeX", "coordonneeY"), ("directionLongitude", "directionLatitude")):
        try:
            pairs.append((float(place[x]), float(place[y])))
        except (KeyError, TypeError, ValueError):
            continue
    for lon, lat in pairs:
        if abs(lon) <= 180 and abs(lat) <= 90 and (lon or lat):
            return lat, lon
    for east, north in pairs:
        if 0 < east < 1_300_000 and 6_000_000 < north < 7_200_000:
            return to_degrees(east, north)
    return None, None


def _from_csv(raw: IO[bytes], path: Path) -> Iterator[Site]:
    data = raw.read()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("windows-1252", "replace")
    found: dict[str, list[str]] = {}
    points: dict[str, tuple[float, float]] = {}
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=";"), 1):
        match row:
            case ["structureet", finess, *_] if len(row) >= 20:
                found[finess] = row
            case ["geolocalisation", finess, x, y, *_]:
                try:
                    points[finess] = (float(x), float(y))
                except ValueError:
                    continue
            case ["structureet" | "geolocalisation", *_]:
                raise RegisterError(f"{path}, ligne {number} : {len(row)} colonnes, mise en page inconnue")
    for finess, row in found.items():
        department = _OVERSEAS.get(row[13], row[13])
        insee = department[:2] + row[12] if len(department) == 3 else department + row[12]
        lat, lon = None, None
        if (point := points.get(finess)) and 6_000_000 < point[1] < 7_200_000:
            lat, lon = to_degrees(*point)
        yield Site(finess, row[2], row[4] or row[3], row[18], insee, lat, lon)
