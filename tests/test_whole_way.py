"""The whole way: a local news site is collected by the command, and the app shows what came of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.conftest import ROOT, Vigie, rows
from tests.samples import SEED_STATES, VINCI
from tests.site.serve import Site
from tests.views.conftest import CHROMIUM_FLAGS, Watch


@dataclass(frozen=True)
class Collected:
    site: Site
    store: str
    summary: dict[str, Any]

    def incidents(self, vigie: Vigie, *filters: str) -> list[dict[str, Any]]:
        return rows(vigie("search", "--format", "jsonl", *filters, store=self.store).stdout)


@pytest.fixture(scope="module")
def collected(vigie: Vigie, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collected]:
    folder = tmp_path_factory.mktemp("whole")
    store = f"sqlite:///{folder / 'vigie.db'}"
    with Site(folder) as site:
        done = vigie("collect", "--outlets", str(site.outlets_file), store=store)
        assert done.returncode == 0, done.stderr
        yield Collected(site, store, json.loads(done.stdout))


def test_one_line_tells_what_was_collected(collected: Collected) -> None:
    assert collected.summary["outlets"] == {"OK": 3}
    assert collected.summary["failed"] == 0
    looked = collected.summary["kept"] + collected.summary["irrelevant"]
    assert looked == len(collected.site.stories)


def test_only_real_incidents_of_the_site_are_told_and_hardly_one_is_missed(vigie: Vigie, collected: Collected) -> None:
    told = {report["url"] for incident in collected.incidents(vigie) for report in incident["reports"]}
    assert told - set(collected.site.incidents) == set()
    # that the emergency numbers of a whole department fail is told without naming any facility
    assert len(told) >= len(collected.site.incidents) - 1


def test_the_clinic_of_the_seed_article_comes_out_as_one_incident(vigie: Vigie, collected: Collected) -> None:
    [incident] = collected.incidents(vigie, "--facility", VINCI)

    assert incident["facility"]["name"] == "Pôle Santé Léonard de Vinci"
    assert (incident["facility"]["commune"], incident["facility"]["department"]) == ("Chambray-lès-Tours", "37")
    when = incident["occurred"]
    assert (when["start"], when["end"], when["precision"]) == ("2022-01-06", "2022-01-07", "night")
    assert [(t["type"], t["certainty"]) for t in incident["attack_types"]] == [
        ("cyberattaque_non_precisee", "confirmed")
    ]
    states = {(s["service"], s["status"]) for s in incident["services"]}
    assert states >= SEED_STATES
    receivers = " ".join(receiver["name"] for receiver in incident["diverted_to"])
    assert "Trousseau" in receivers
    assert "NCT+" in receivers
    assert set(incident["authorities"]) >= {"gendarmerie", "parquet"}


def test_every_value_shown_comes_with_words_of_the_article(vigie: Vigie, collected: Collected) -> None:
    [incident] = collected.incidents(vigie, "--facility", VINCI)
    story = collected.site.stories[incident["reports"][0]["url"]]
    shown = vigie("show", incident["id"], store=collected.store).stdout
    extracts = re.findall(r"« (.*) » http", shown)
    assert len(extracts) >= 8
    said = " ".join([story.title, story.lead, story.text]).replace("\n", " ")
    for extract in extracts:
        assert len(extract) <= 300
        assert extract.strip("… ") in re.sub(r"\s+", " ", said)


def test_a_second_collection_adds_nothing_and_asks_for_no_page_again(vigie: Vigie, collected: Collected) -> None:
    before = vigie("export", "--format", "jsonl", "-o", "-", store=collected.store).stdout
    asked = len(collected.site.asked)

    done = vigie("collect", "--outlets", str(collected.site.outlets_file), store=collected.store)

    assert done.returncode == 0
    summary = json.loads(done.stdout)
    assert (summary["kept"], summary["irrelevant"], summary["incidents_new"]) == (0, 0, 0)
    pages = {path for story in collected.site.stories.values() for path in [story.path]}
    assert not pages & {request.path for request in collected.site.asked[asked:]}
    assert vigie("export", "--format", "jsonl", "-o", "-", store=collected.store).stdout == before


def test_a_broken_feed_and_a_dead_host_are_named_and_the_rest_is_done(
    vigie: Vigie, collected: Collected, tmp_path: Path
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"127.0.0.1:{unused.getsockname()[1]}"
    outlets = tmp_path / "outlets.toml"
    outlets.write_text(
        collected.site.outlets_file.read_text(encoding="utf-8")
        + f'[[outlet]]\nid = "mort"\nname = "Mort"\nhosts = ["{dead}"]\nfeeds = ["http://{dead}/rss.xml"]\n'
        + "pause = 0\nallow_private = true\n",
        encoding="utf-8",
    )
    store = f"sqlite:///{tmp_path / 'vigie.db'}"
    done = vigie("collect", "--outlets", str(outlets), "--limit", "1", store=store)
    assert done.returncode == 1
    summary = json.loads(done.stdout)
    assert summary["outlets"] == {"FAILED": 1, "OK": 3}
    assert f"http://{dead}/rss.xml: " in done.stderr
    assert "mort" in vigie("outlets", "list", "--outlets", str(outlets), store=store).stdout


@pytest.fixture(scope="module")
def app(collected: Collected) -> Iterator[str]:
    """The app as `vigie start` opens it: its notices come on top of what was collected."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "cli", "--store", collected.store, "start", "--no-collect", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            assert process.poll() is None
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.25)
        yield address
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "the app outlived the command"


@pytest.fixture(scope="module")
def browsed(app: str) -> Iterator[Page]:
    """A page in a real Chromium. No request to a third party, no console error, whatever the tests do with it."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing, and CI must look at the pages")
        pytest.skip("chromium is not installed (apt-get install chromium, or set CHROMIUM)")
    watch = Watch()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        page = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(30_000)
        watch.on(page, app)
        yield page
        browser.close()
    assert (watch.foreign, watch.errors) == ([], [])


def _wait_for_notices(store: str) -> None:
    """The app reads the starter notices in the background, and what it shows changes meanwhile."""
    deadline = time.monotonic() + 120
    while "last" not in (state := _notices(store)) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert "last" in state


def test_the_app_shows_what_was_collected(browsed: Page, app: str, vigie: Vigie, collected: Collected) -> None:
    expect.set_options(timeout=30_000)
    _wait_for_notices(collected.store)
    [incident] = collected.incidents(vigie, "--facility", VINCI)
    url = incident["reports"][0]["url"]

    browsed.goto(app)
    browsed.get_by_label("Mots recherchés").fill("clinique chirurgie suspendue Chambray")
    browsed.get_by_role("button", name="Rechercher").click()
    card = browsed.locator("[class*='st-key-vg-card-']").first
    card.get_by_role("link", name="Pôle Santé Léonard de Vinci").click()
    expect(browsed.locator("h1")).to_have_text("Pôle Santé Léonard de Vinci")
    expect(browsed).to_have_url(f"{app}/incident?id={incident['id']}")
    closed = browsed.locator(".vg-fact", has_text="fermé").filter(has=browsed.get_by_role("heading", name="Urgences"))
    expect(closed.locator("blockquote mark").first).to_contain_text("urgences")
    expect(browsed.locator(f"a[href='{url}']", has_text="Lire l’article")).to_be_visible()
    expect(browsed.locator(".vg-receivers")).to_contain_text("NCT+")


def test_a_filter_a_download_and_the_map_agree_with_the_command(
    browsed: Page, app: str, vigie: Vigie, collected: Collected
) -> None:
    _wait_for_notices(collected.store)
    expected = collected.incidents(vigie, "--department", "37")
    browsed.goto(f"{app}/?dept=37")
    expect(browsed.locator(".vg-count")).to_have_text(re.compile(rf"^{len(expected)}\s+incidents?$"))
    with browsed.expect_download() as waiting:
        browsed.get_by_role("button", name="Télécharger en CSV").click()
    downloaded = waiting.value.path().read_text(encoding="utf-8")
    assert (
        downloaded == vigie("export", "--format", "csv", "-o", "-", "--department", "37", store=collected.store).stdout
    )
    browsed.get_by_role("link", name="Carte").click()
    expect(browsed).to_have_url(f"{app}/carte?dept=37")
    expect(browsed.locator("#deckgl-wrapper canvas").first).to_be_visible()
    expect(browsed.locator(".vg-count")).to_have_text(re.compile(rf"^{len(expected)}\s+incident"))


def test_the_sources_page_knows_the_outlets_that_were_collected(browsed: Page, app: str) -> None:
    browsed.goto(f"{app}/sources")
    expect(browsed.get_by_role("rowheader", name="val-info")).to_be_visible()


def _notices(store: str) -> dict[str, Any]:
    import index
    from pipeline import NOTICES

    with index.open_store(store) as opened:
        state = opened.outlet_states().get(NOTICES)
    return {"last": state.last_success} if state and state.last_success else {}
