"""The map: facilities with their incidents over the outlines of the departments, drawn without asking anyone.

No tile server, no remote style: `map_provider="carto"` with a style given whole as a `data:` address is the one way
to have pydeck ask nobody (None or a dict makes it fetch CARTO's style or crash).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, log2, radians
from typing import Any
from urllib.parse import quote

import pydeck as pdk

from records import Facility, Incident
from reference import communes, outlines
from views.french import counted, occurred
from views.tags import picture
from views.wording import leading_type, place

LAYER = "incidents"
HEIGHT = 520  # pixels
CENTRE_VAL_DE_LOIRE = frozenset({"18", "28", "36", "37", "41", "45"})
_GROUND = "#dfe8ed"
_LAND, _REGION, _LINE = [252, 251, 248], [245, 236, 212], [160, 168, 172]
# West, south, east, north.
_METROPOLE = (-5.5, 41.2, 9.8, 51.3)
_CVL_BOX = (0.0, 46.35, 3.15, 48.95)
_SIZES = (22, 27, 32, 37, 42)


@dataclass(frozen=True, slots=True)
class Site:
    """A facility and its incidents, most recent first. `exact` is false when the place is that of the commune."""

    facility: Facility
    incidents: tuple[Incident, ...]
    lat: float
    lon: float
    exact: bool

    @property
    def name(self) -> str:
        return self.facility.name


def sites(incidents: Iterable[Incident]) -> tuple[list[Site], list[Incident]]:
    """Facilities that can be placed, and the incidents that cannot. Order is kept. A group is also at each of its sites."""
    hit: dict[str, tuple[Facility, list[Incident]]] = {}
    nowhere: list[Incident] = []
    for incident in incidents:
        where: dict[tuple[float, float, bool], Facility] = {}
        for facility in (incident.facility, *incident.sites):
            if at := position(facility):
                where.setdefault(at, facility)  # a group with one site told of may stand at that site's place
        if not where:
            nowhere.append(incident)
        for facility in where.values():
            key = facility.finess or f"{facility.name}|{facility.commune}"
            hit.setdefault(key, (facility, []))[1].append(incident)
    places = ((facility, tuple(told), position(facility)) for facility, told in hit.values())
    return [Site(facility, told, *at) for facility, told, at in places if at], nowhere


def position(facility: Facility) -> tuple[float, float, bool] | None:
    """Latitude, longitude, and whether they are the facility's own; else its commune's; None if neither is known."""
    if facility.lat is not None and facility.lon is not None:
        return facility.lat, facility.lon, True
    commune = communes.by_insee(facility.insee) if facility.insee else None
    if commune is None or commune.lat is None or commune.lon is None:
        return None
    return commune.lat, commune.lon, False


class _Compact(pdk.Deck):  # type: ignore[misc]  # pydeck has no types
    """pydeck indents what it sends, each coordinate on a line of its own: five sixths of it would be blanks."""

    def to_json(self) -> str:
        return json.dumps(json.loads(super().to_json()), separators=(",", ":"))


def deck(placed: Sequence[Site], *, region: bool = False, narrow: bool = False) -> pdk.Deck:
    """The map of these facilities, framed on them or on the region; `narrow` for the width of a phone."""
    # Small markers last, so that a large one never hides them.
    rows = sorted((_row(number, site) for number, site in enumerate(placed)), key=lambda row: -int(row["size"]))
    layers = [
        _ground("departments", _LAND, None),
        # The region Vigie reads most closely, told apart from the rest.
        _ground("region", _REGION, CENTRE_VAL_DE_LOIRE),
        pdk.Layer(
            "IconLayer",
            rows,
            id=LAYER,
            get_icon="icon",
            get_position="[lon, lat]",
            get_size="size",
            pickable=True,
            auto_highlight=True,
        ),
        pdk.Layer(
            "TextLayer",
            [row for row in rows if row["count"] != "1"],
            id="counts",
            get_position="[lon, lat]",
            get_text="count",
            get_size=13,
            get_color=[255, 255, 255],
            font_weight=700,
            get_text_anchor=pdk.types.String("middle"),
            get_alignment_baseline=pdk.types.String("center"),
        ),
    ]
    return _Compact(
        layers=layers,
        initial_view_state=_framed(*(_CVL_BOX if region else extent(placed)), 320 if narrow else 700),
        map_provider="carto",
        map_style=_style(),
        tooltip={"text": "{name}\n{place}\n{told}"},
    )


def _ground(layer_id: str, colour: list[int], codes: frozenset[str] | None) -> pdk.Layer:
    outline = outlines.departments()
    if codes is not None:
        kept = [feature for feature in outline["features"] if feature["properties"]["code"] in codes]
        outline = {**outline, "features": kept}
    return pdk.Layer(
        "GeoJsonLayer",
        outline,
        id=layer_id,
        filled=True,
        stroked=True,
        get_fill_color=colour,
        get_line_color=_LINE,
        line_width_min_pixels=1,
    )


def in_metropole(site: Site) -> bool:
    west, south, east, north = _METROPOLE
    return west <= site.lon <= east and south <= site.lat <= north


def extent(placed: Sequence[Site]) -> tuple[float, float, float, float]:
    """West, south, east, north of the facilities in metropolitan France, or of all when none is there."""
    inside = [site for site in placed if in_metropole(site)] or list(placed)
    if not inside:
        return _METROPOLE
    lats, lons = [site.lat for site in inside], [site.lon for site in inside]
    return min(lons), min(lats), max(lons), max(lats)


def _framed(west: float, south: float, east: float, north: float, width: int) -> pdk.ViewState:
    """The view that holds these bounds; `width` is about that of the map, in pixels."""
    middle = (south + north) / 2
    # How many degrees a pixel must hold; the world is 512 pixels wide at zoom 0.
    wide = max((east - west) * 1.15, 0.6) / width
    high = max((north - south) * 1.15, 0.6) / cos(radians(middle)) / HEIGHT
    zoom = min(log2(360 / 512 / max(wide, high)), 9)
    return pdk.ViewState(latitude=middle, longitude=(west + east) / 2, zoom=zoom, min_zoom=3)


def _row(number: int, site: Site) -> dict[str, Any]:
    latest = site.incidents[0]
    count = len(site.incidents)
    told = occurred(latest.occurred) if count == 1 else counted(count, "incident")
    return {
        "site": number,
        "name": site.name,
        "place": place(site.facility),
        "told": told,
        "count": str(count),
        "lat": site.lat,
        "lon": site.lon,
        "size": _SIZES[min(count, len(_SIZES)) - 1],
        "icon": {"url": picture(leading_type(latest.attack_types)), "width": 48, "height": 48, "anchorY": 24},
    }


@cache
def _style() -> str:
    ground = {"id": "ground", "type": "background", "paint": {"background-color": _GROUND}}
    return "data:application/json," + quote(json.dumps({"version": 8, "sources": {}, "layers": [ground]}))
