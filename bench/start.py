"""`vigie start`: seconds to the first answer, first page and last notice; memory of both processes.

With an empty store (first start) and with the store that the first start left (second start). Nothing is collected.
Memory is what the kernel calls Pss: shared pages are counted once.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import index
import pipeline

_PATIENCE = 120.0


def measure() -> Iterator[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:///{folder}/vigie.db"
        for name in ("first start", "second start"):
            yield {"case": name, **_start(store)}


def _start(store: str) -> dict[str, object]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    began = time.monotonic()
    command = [sys.executable, "-m", "cli", "--store", store, "start", "--no-collect", "--port", str(port)]
    process = subprocess.Popen(command)
    try:
        found: dict[str, object] = {}
        _until(lambda: _answers(f"{address}/_stcore/health"))
        found["answers_s"] = round(time.monotonic() - began, 1)
        if shown := _first_page(address):
            found["first_page_s"] = round(time.monotonic() - began, 1)
            found["first_page"] = shown
        _until(lambda: _loaded(store))
        found["notices_s"] = round(time.monotonic() - began, 1)
        found["incidents"] = index.open_store(store).info().incidents
        time.sleep(2)
        found["memory_start_mb"] = _memory(process.pid)
        found["memory_app_mb"] = sum(_memory(child) for child in _children(process.pid))
        return found
    finally:
        process.terminate()
        process.wait(timeout=30)


def _until(done: object) -> None:
    assert callable(done)
    deadline = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("it takes too long to be measured")
        time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=1).close()
    except OSError:
        return False
    return True


def _loaded(store: str) -> bool:
    with index.open_store(store) as opened:
        state = opened.outlet_states().get(pipeline.NOTICES)
    return state is not None and state.last_success is not None


def _first_page(address: str) -> str | None:
    """What the count line says once the first page is drawn, or how the page greets an empty store."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(address)
        page.locator(".vg-count").first.wait_for(timeout=60_000)
        shown = page.locator(".vg-count").first.inner_text()
        browser.close()
    return " ".join(shown.split())


def _memory(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    if not rollup.exists():
        return 0
    pss = next(line for line in rollup.read_text().splitlines() if line.startswith("Pss:"))
    return int(pss.split()[1]) // 1024


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
