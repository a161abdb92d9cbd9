"""Everything that a search counts, written out: JSON lines, CSV (two dialects), GeoJSON. Never an article's text.

CSV cells that a spreadsheet would take for a formula (they begin with `= + - @`, a tab, a line break, or the
full-width forms of these signs) get an apostrophe in front, and so do cells that begin with an apostrophe:
taking one leading apostrophe away from every text cell that has one gives back the original (`unescaped`).

The list of ids that were merged, withdrawn or split off goes with every export: in the GeoJSON itself, beside the
others as a CSV of its own, so that each line of them stays one incident.
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

IDS = ("id", "fate", "other", "at", "by")


@dataclass(frozen=True, slots=True)
class Format:
    media_type: str
    extension: str
    pieces: Callable[[Iterator[Incident], Store], Iterator[str]]
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
    for piece in FORMATS[format].pieces(counted(), store):
        stream.write(piece.encode("utf-8", "replace"))
    return count


def write_ids(store: Store, stream: IO[bytes]) -> int:
    """Write the list of ids that were merged, withdrawn or split off, as CSV (UTF-8); returns how many."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow(IDS)
    found = ids(store)
    writer.writerows([[one[name] or "" for name in IDS] for one in found])
    stream.write(line.getvalue().encode())
    return len(found)


def ids(store: Store) -> list[dict[str, str | None]]:
    """What became of ids, by id: `fate`, when, the incident a merged id leads to now or a split one came from.

    `by`: `review` when an analyst decided it, `reports` when it followed from what articles say.
    """
    found: list[dict[str, str | None]] = []
    for fate in store.fates():
        now = store.incident(fate.id) if fate.kind == "merged" else None
        other = (now.id if now else None) if fate.kind == "merged" else fate.other
        by = "review" if fate.why else "reports"
        at = fate.at.isoformat()
        found.append({"id": fate.id, "fate": fate.kind, "other": other, "at": at, "by": by})
    return found


def incident_json(incident: Incident) -> dict[str, Any]:
    """An incident as exported: its fields, and of each report the link, outlet, title and date, no extracts.

    Of the acts of analysts what changed, from what and when; who and why are in `vigie review export` alone.
    """
    found: dict[str, Any] = incident.model_dump(mode="json")
    for report in found["reports"]:
        del report["extracts"], report["groups"]
    if reviewed := found["reviewed"]:
        acts = [{k: act[k] for k in ("id", "kind", "at", "before", "value", "undone")} for act in reviewed["acts"]]
        kept = ("at", "confirmed", "changed", "told", "contradicted")
        found["reviewed"] = {**{k: reviewed[k] for k in kept}, "acts": acts}
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


def _json_lines(incidents: Iterator[Incident], _: Store) -> Iterator[str]:
    for incident in incidents:
        yield json.dumps(incident_json(incident), ensure_ascii=False) + "\n"


def _geojson(incidents: Iterator[Incident], store: Store) -> Iterator[str]:
    yield '{"type": "FeatureCollection", "features": ['
    for n, incident in enumerate(incidents):
        yield (",\n" if n else "\n") + json.dumps(feature(incident), ensure_ascii=False)
    yield f'\n], "merged_and_withdrawn": {json.dumps(ids(store))}}}\n'


def _csv(incidents: Iterator[Incident], _: Store) -> Iterator[str]:
    return _table(incidents, ",")


def _csv_excel(incidents: Iterator[Incident], _: Store) -> Iterator[str]:
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
