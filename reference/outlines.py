"""Outlines of the departments, for the map's ground.

`outlines.geojson` is approximate (built by `tools/reference/build_outlines.py`, metropolitan France, one polygon a
department); it serves to find one's way, not to measure.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from reference import own_data

FILE = Path(__file__).parent / "outlines.geojson"


@cache
def departments() -> dict[str, Any]:
    """A GeoJSON FeatureCollection; each feature has the properties `code` and `name`. WGS 84, longitude first."""
    exact = own_data.folder() / "outlines.geojson"
    collection: dict[str, Any] = json.loads((exact if exact.is_file() else FILE).read_text("utf-8"))
    return collection
