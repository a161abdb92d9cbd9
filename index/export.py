"""Everything that a search counts, written out: JSON lines, CSV (two dialects), GeoJSON. Never an article's text.

CSV cells that a spreadsheet would take for a formula (they begin with `= + - @`, a tab, a line break, or the
full-width forms of these signs) get an apostrophe in front, and so do cells that begin with an apostrophe:
taking one leading apostrophe away from every text cell that has one gives back the original (`unescaped`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from index.columns import COLUMNS, Column, Value
from index.store import Query, Store
from records import Incident

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


@dataclass(frozen=True, slots=True)
class Format:
    media_type: str
    extension: str
    pieces: Callable[[Iterator[Incident]], Iterator[str]]
    mark: bool = False


def write(store: Store, query: Query, format: str, stream: IO[bytes]) -> int:
    """Write all incidents of a search to a binary stream, in UTF-8; returns how many. ValueError: unknown format."""
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}: one of {', '.join(FORMATS)}")
    count = 0

    def counted() -> Iterator[Incident]:
        nonlocal count
        for incident in store.all(query):
            count += 1
            yield incident

    if FORMATS[format].mark:
        stream.write(b"\xef\xbb\xbf")
    for piece in FORMATS[format].pieces(counted()):
        stream.write(piece.encode("utf-8", "replace"))
    return count


def incident_json(incident: Incident) -> dict[str, Any]:
    """An incident as exported: its fields, and of each report the link, outlet, title and date, no extracts."""
    found: dict[str, Any] = incident.model_dump(mode="json")
    for report in found["reports"]:
        del report["extracts"]
    if found["reviewed"]:
        found["reviewed"] = {"at": found["reviewed"]["at"], "changed": sorted(found["reviewed"]["changed"])}
    return found


def feature(incident: Incident) -> dict[str, Any]:
    """An incident as a GeoJSON Feature: `[lon, lat]` in WGS 84, or a null geometry when the place is unknown."""
    lat, lon = incident.facility.lat, incident.facility.lon
    placed = lat is not None and lon is not None
    properties = {c.name: c.value(incident) for c in COLUMNS if c.name not in ("lat", "lon")}
    properties["geo_precision"] = ("etablissement" if incident.facility.finess else "commune") if placed else None
    return {
        "type": "Feature",
        "id": incident.id,
        "geometry": {"type": "Point", "coordinates": [lon, lat]} if placed else None,
        "properties": properties,
    }


def escaped(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def unescaped(cell: str) -> str:
    return cell.removeprefix("'")


def _json_lines(incidents: Iterator[Incident]) -> Iterator[str]:
    for incident in incidents:
        yield json.dumps(incident_json(incident), ensure_ascii=False) + "\n"


def _geojson(incidents: Iterator[Incident]) -> Iterator[str]:
    yield '{"type": "FeatureCollection", "features": ['
    for n, incident in enumerate(incidents):
        yield (",\n" if n else "\n") + json.dumps(feature(incident), ensure_ascii=False)
    yield "\n]}\n"


def _csv(incidents: Iterator[Incident]) -> Iterator[str]:
    return _table(incidents, ",")


def _csv_excel(incidents: Iterator[Incident]) -> Iterator[str]:
    return _table(incidents, ";")


def _table(incidents: Iterator[Incident], delimiter: str) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line, delimiter=delimiter, lineterminator="\r\n")
    rows = ([_cell(c, c.value(incident)) for c in COLUMNS] for incident in incidents)
    for row in _headed(rows):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _headed(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    yield [c.name for c in COLUMNS]
    yield from rows


def _cell(column: Column, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if column.kind == "number" else escaped(str(value).replace("\0", ""))


FORMATS = {
    "jsonl": Format("application/x-ndjson", "jsonl", _json_lines),
    "csv": Format("text/csv; charset=utf-8; header=present", "csv", _csv),
    "csv-excel": Format("text/csv; charset=utf-8; header=present", "csv", _csv_excel, mark=True),
    "geojson": Format("application/geo+json", "geojson", _geojson),
}
