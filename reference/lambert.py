"""From Lambert 93 (RGF93, EPSG:2154) to degrees.

Constants and the series for the isometric latitude: IGN, note technique NT/G 71 (public).
"""

from __future__ import annotations

from math import atan, atan2, degrees, exp, hypot, log, pi, radians, sin

_N = 0.7256077650532670
_C = 11754255.426096
_X, _Y = 700_000.0, 12655612.049876
_E = 0.08181919112
_MERIDIAN = radians(3)


def to_degrees(east: float, north: float) -> tuple[float, float]:
    """Latitude and longitude (WGS 84, degrees, good to a metre) of a point in metres of Lambert 93.

    >>> [round(v, 6) for v in to_degrees(700_000, 6_600_000)]
    [46.5, 3.0]
    """
    radius = hypot(east - _X, north - _Y)
    lon = _MERIDIAN + atan2(east - _X, _Y - north) / _N
    isometric = -log(radius / _C) / _N
    lat = 2 * atan(exp(isometric)) - pi / 2
    for _ in range(8):
        lat = 2 * atan(((1 + _E * sin(lat)) / (1 - _E * sin(lat))) ** (_E / 2) * exp(isometric)) - pi / 2
    return degrees(lat), degrees(lon)
