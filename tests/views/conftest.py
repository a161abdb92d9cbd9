"""A store with incidents, the app served from it by a process of its own, and a real Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import index
from crawler.events import OutletDone
from index.crawl import put_run
from index.store import OutletState, Store
from tests.index.test_three_nodes import nodes
from tests.views.incidents import NOW, hostile, real
from views import launch

__all__ = ["nodes"]  # a fixture
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with the incidents of `tests/views/incidents.py`, one of them merged, and one outlet in trouble."""
    url = f"sqlite:///{tmp_path_factory.mktemp('views') / 'vigie.db'}"
    with index.open_store(url) as store:
        for incident in [*real(), hostile()]:
            store.put_incident(incident)
        store.put_incident(real()[0].model_copy(update={"id": "VIG-2022-0007"}))
        store.redirect("VIG-2022-0007", "VIG-2022-0001")
        store.put_outlet_state(OutletState("france3-cvl", NOW, NOW, None, None, seen=1240, kept=12))
        _went_silent(store, "ici-berry")
    return url


def _went_silent(store: Store, outlet: str) -> None:
    """Ten days with a dozen new addresses each, then five days of feeds that answer and give nothing new."""
    today = datetime.now(UTC)
    with store.writing():
        for back in reversed(range(15)):
            fresh = 0 if back < 5 else 12
            at = today - timedelta(days=back)
            put_run(store, OutletDone(outlet=outlet, status="OK", fresh=fresh, new=fresh, dropped=fresh, at=at))
        store.put_outlet_state(OutletState(outlet, today, today, seen=120))


@pytest.fixture(scope="session")
def empty_store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('empty') / 'vigie.db'}"
    index.open_store(url).close()
    return url


@pytest.fixture(scope="session")
def app(store_url: str) -> Iterator[str]:
    with served(store_url) as address:
        yield address


@contextmanager
def served(store_url: str, *flags: str) -> Iterator[str]:
    """The address of the app, served as `vigie start` serves it; `flags`: further options of Streamlit."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "VIGIE_STORE": store_url}
    process = subprocess.Popen([*launch.command(port, "127.0.0.1"), *flags], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "the app stopped at once"
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise AssertionError("the app did not answer within a minute")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path or not Path(path).exists():
        if os.environ.get("CI"):
            pytest.fail("chromium is missing, and CI must look at the pages")
        pytest.skip("chromium is not installed (apt-get install chromium, or set CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page must not do: ask others, complain in the console, raise, open a dialog."""

    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def on(self, page: Page, address: str) -> None:
        own = (address, address.replace("http", "ws", 1), "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(own) else self.foreign.append(request.url))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    yield made
    made.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def page(context: BrowserContext, app: str, watch: Watch) -> Iterator[Page]:
    """A page that fails its test when it asked a third party, or the console showed an error."""
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    watch.on(opened, app)
    yield opened
    assert watch.foreign == []
    assert watch.errors == []


def only_fault(page: Page) -> str:
    """The one sentence on what is wrong; no page of an error, no trace."""
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_have_count(1)
    for word in ("Traceback", "Exception:", "StoreError", 'File "'):
        assert word not in page.content()
    return alert.inner_text()
