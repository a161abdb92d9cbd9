"""Adding an article by hand in the page *Sources*, in a real browser, on a store of its own."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

import index
from index.store import Query
from tests.views.conftest import Watch, _wait_for
from views import launch

LINK = "https://www.larep.fr/montargis-45200/actualites/exemple_1/"


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    store = f"sqlite:///{tmp_path_factory.mktemp('note') / 'vigie.db'}"
    index.open_store(store).close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(launch.command(port, "127.0.0.1"), env={**os.environ, "VIGIE_STORE": store})
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}", store
    finally:
        process.terminate()
        process.wait(timeout=10)


def test_a_note_given_by_a_person_becomes_an_incident(
    own_app: tuple[str, str], context: BrowserContext, watch: Watch, tmp_path: Path
) -> None:
    app, store = own_app
    page = context.new_page()
    page.set_default_timeout(60_000)
    watch.on(page, app)
    expect.set_options(timeout=60_000)
    page.goto(f"{app}/sources")
    expect(page.get_by_role("heading", name="Ajouter un article à la main")).to_be_visible()
    button = page.get_by_role("button", name="Ajouter")
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Le jour de publication manque")
    page.get_by_label("Lien de l’article").fill(LINK)
    page.get_by_label("Titre de l’article").fill("Une clinique privée de ses ordinateurs à Valcreuse")
    page.get_by_label("Jour de publication").fill("05/03/2026")
    page.get_by_label("Votre note").fill(
        "La clinique des Tilleuls, à Valcreuse, a été victime d'une cyberattaque mercredi 4 mars 2026. "
        "Les urgences sont fermées et les opérations reportées."
    )
    page.screenshot(path=tmp_path / "form.png", full_page=True)
    button.click()
    expect(page.get_by_text("Note ajoutée")).to_be_visible()
    with index.open_store(store) as opened:
        [incident] = opened.all(Query())
        article = opened.article(LINK)
    assert article is not None
    assert (article.kind, article.outlet) == ("notice", "La République du Centre")
    assert {(s.service, s.status) for s in incident.services} >= {("urgences", "ferme")}
    assert (watch.foreign, watch.errors) == ([], [])
