"""Where the user's own reference tables lie: what `vigie reference update` loads, beside what we ship."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path


def folder() -> Path:
    """The folder of the user's tables (`register.csv`, `outlines.geojson`); it may not exist."""
    return user_data_path("vigie") / "reference"
