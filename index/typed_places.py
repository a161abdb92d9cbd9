"""Places as people type them: a commune or two numbers to search around, four numbers that frame a part of the map."""

from __future__ import annotations

from index.store import Box, Near
from reference import communes


def near_of(place: str, km: float) -> Near | None:
    """Around the largest commune of that name, or a latitude and a longitude (`47.39,0.69`). None for anything else."""
    if numbers := _degrees(place, 2):
        return Near(numbers[0], numbers[1], km)
    found = [c for c in communes.named(place) if c.lat is not None and c.lon is not None]
    if not found:
        return None
    town = max(found, key=lambda c: c.population or 0)
    return Near(town.lat or 0.0, town.lon or 0.0, km, town.name)


def box_of(edges: str) -> Box | None:
    """South, west, north, east in degrees (`46.3,0.0,48.6,3.2`). None for anything else."""
    numbers = _degrees(edges, 4)
    return Box(*numbers) if numbers and numbers[0] <= numbers[2] else None


def near_text(near: Near) -> str:
    """What `near_of` reads as the same place."""
    if near.name and near_of(near.name, near.km) == near:
        return near.name
    return f"{near.lat:g},{near.lon:g}"


def box_text(box: Box) -> str:
    return ",".join(f"{edge:g}" for edge in box)


def _degrees(text: str, count: int) -> tuple[float, ...] | None:
    """Latitudes and longitudes in turn; None when the text is anything else."""
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        return None
    limits = (90.0, 180.0) * 2
    fit = len(numbers) == count and all(abs(n) <= limit for n, limit in zip(numbers, limits, strict=False))
    return numbers if fit else None
