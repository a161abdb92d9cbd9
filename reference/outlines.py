"""Outlines of the departments, for the map's ground.

`outlines.geojson` is approximate (built by `tools/reference/build_outlines.py`, metropolitan France, one polygon a
department); it serves to find one's way, not to measure.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "outlines.geojson"


@cache
def departments() -> dict[str, Any]:
    """A GeoJSON FeatureCollection; each feature has the properties `code` and `name`. WGS 84, longitude first."""
    collection: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return collection
