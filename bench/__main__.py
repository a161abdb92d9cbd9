"""`python -m bench [NAME…]`: each module of this folder that has `measure()`; its figures as JSON lines on stdout."""

from __future__ import annotations

import json
import pkgutil
import sys
from importlib import import_module

import bench


def main() -> None:
    names = [m.name for m in pkgutil.iter_modules(bench.__path__) if not m.name.startswith("_")]
    asked = sys.argv[1:] or names
    if unknown := sorted(set(asked) - set(names)):
        sys.exit(f"no such measure: {', '.join(unknown)} (there are {', '.join(names)})")
    for name in asked:
        measure = getattr(import_module(f"bench.{name}"), "measure", None)
        if measure is None:
            continue
        for figures in measure():
            print(json.dumps({"bench": name, **figures}, ensure_ascii=False), flush=True)


main()
