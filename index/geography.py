"""Distances and the cells of a map, alike in every store. Latitudes and longitudes are degrees (WGS 84)."""

from __future__ import annotations

import math

EARTH = 6371.0087714  # mean radius, km: the one that Elasticsearch reckons with
FINEST = 14  # zoom of the smallest cells, about 1.7 km in France
_NORTHMOST = 85.05112878  # where the square map of the web ends


def km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Along the ground (haversine)."""
    a, b = math.radians(lat), math.radians(other_lat)
    across = math.sin(math.radians(other_lon - lon) / 2) ** 2 * math.cos(a) * math.cos(b)
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(math.sin((b - a) / 2) ** 2 + across)))


def cell(lat: float | None, lon: float | None, zoom: int = FINEST) -> str:
    """The map tile that holds a place, as a quadkey: its beginnings are the tiles of smaller zooms. "" for nowhere."""
    if lat is None or lon is None:
        return ""
    side = 1 << zoom
    lat = math.radians(max(-_NORTHMOST, min(_NORTHMOST, lat)))
    x = min(side - 1, max(0, math.floor((lon + 180) / 360 * side)))
    y = min(side - 1, max(0, math.floor((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * side)))
    return str(int(f"{x:b}") + 2 * int(f"{y:b}")).zfill(zoom)[:zoom]  # binary digits added as decimal ones: 0 to 3


def zoom_of(zoom: int) -> int:
    if not 0 <= zoom <= FINEST:
        raise ValueError(f"zoom {zoom} is not between 0 and {FINEST}")
    return zoom


def tile(quadkey: str) -> str:
    """`zoom/x/y` of a quadkey."""
    x = y = 0
    for digit in quadkey:
        x, y = x * 2 + int(digit) % 2, y * 2 + int(digit) // 2
    return f"{len(quadkey)}/{x}/{y}"
