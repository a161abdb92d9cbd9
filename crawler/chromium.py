"""Whether pages can be rendered on this machine, and by what: the extra `render` and a browser."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser() -> str | None:
    """The browser to use: what `VIGIE_BROWSER` names, else a Chromium of this machine."""
    named = os.environ.get("VIGIE_BROWSER")
    return shutil.which(named) if named else next((path for name in BROWSERS if (path := shutil.which(name))), None)


def missing() -> str | None:
    """Why no page can be rendered here, in French; None when it can."""
    if find_spec("scrapy_playwright") is None:
        return "ses pages demandent un navigateur : installer l'extra « render » (pip install 'vigie[render]')"
    if browser() is None:
        return "ses pages demandent un navigateur : installer Chromium, ou nommer le sien dans VIGIE_BROWSER"
    return None
