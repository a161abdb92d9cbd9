from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture
def shared() -> Path:
    """The folder of material kept outside the project."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not there")
    return SHARED
