"""How the app is started, and the settings it always runs with."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

SETTINGS = Path(__file__).parent / "settings.toml"
ENTRY = Path(__file__).parent.parent / "app.py"


def settings() -> dict[str, Any]:
    """Streamlit options by dotted name (`theme.primaryColor`)."""
    sections = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    return {f"{section}.{name}": value for section, options in sections.items() for name, value in options.items()}


def command(port: int = 8501, address: str = "127.0.0.1") -> list[str]:
    """The command that serves the app; the store is told by the environment's `VIGIE_STORE`."""
    flags: list[str] = []
    for name, value in settings().items():
        for one in value if isinstance(value, list) else [value]:
            flags.append(f"--{name}={str(one).lower() if isinstance(one, bool) else one}")
    where = [f"--server.port={port}", f"--server.address={address}"]
    return [sys.executable, "-m", "streamlit", "run", str(ENTRY), *where, *flags]


def apply_settings() -> None:
    """Give Streamlit the settings from inside the process, for a launch by hand that passed none.

    Neither does it ask a third party for this machine's address, to compare it with where a request comes from.
    """
    from streamlit import config, net_util

    net_util.get_external_ip = lambda: None
    for name, value in settings().items():
        config.set_option(name, value, "views/settings.toml")
