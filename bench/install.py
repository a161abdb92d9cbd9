"""`make setup` in a fresh clone: seconds to install, and again with nothing to do. Needs a package index."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def measure() -> Iterator[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), f"{folder}/vigie"], check=True)
        for case in ("first", "second"):
            began = time.monotonic()
            subprocess.run(
                ["make", "--silent", "-C", f"{folder}/vigie", "setup"], check=True, stdout=subprocess.DEVNULL
            )
            yield {"case": case, "seconds": round(time.monotonic() - began, 1)}
