"""The history of an incident in a real Chromium: what was known when, how long services were down, what went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from index import open_store
from index.acting import Analyst
from index.consolidate import consolidate
from tests.index.samples import article, facility, report, said, services
from tests.views.conftest import Watch, served

THEN = datetime(2022, 1, 7, 12, tzinfo=UTC)
CHARMILLE = facility("Ehpad de la Charmille", "Loches", type="ehpad")
STORY = (
    (1, "2022-01-07", said(services=services("urgences:ferme", "imagerie:suspendu"))),
    (2, "2022-01-20", said(data_stolen=True, persons_affected=12_000)),
    (3, "2022-01-30", said(services=services("urgences:retabli"), persons_affected=30_000)),
    (4, "2022-01-07", said(CHARMILLE)),
)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = f"sqlite:///{tmp_path_factory.mktemp('story') / 'vigie.db'}"
    with open_store(url) as store:
        for n, day, told in STORY:
            of = article(n, published=day, title=f"Article {n}")
            consolidate(store, report(of, told), of, now=THEN)
        Analyst(store, "Ana").reject("VIG-2022-0002", why="un exercice")
        Analyst(store, "Ana").correct("VIG-2022-0001", {"actor": "LockBit"}, why="jugement du tribunal")
    with served(url) as address:
        yield address


@pytest.fixture
def page(context: BrowserContext, story: str, watch: Watch) -> Iterator[Page]:
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    watch.on(opened, story)
    yield opened
    assert watch.foreign == []
    assert watch.errors == []


def test_the_page_tells_how_long_services_were_down_and_which_still_are(page: Page, story: str) -> None:
    page.goto(f"{story}/incident?id=VIG-2022-0001")
    stops = page.locator("section", has_text="Durée des arrêts")
    expect(stops).to_contain_text("24 jours")
    expect(stops).to_contain_text("Rétablissement rapporté par aucun article : Imagerie médicale")
    expect(page.locator("section", has_text="Chronologie de l’incident")).to_contain_text("Attaque")
    expect(page.locator("section", has_text="disent différemment")).to_contain_text("12 000 personnes")
    review = page.locator("section", has_text="Relecture")
    expect(review).to_contain_text("corrigé (Attaquant cité : non précisé → LockBit)")
    expect(review).to_contain_text("jugement du tribunal")
    expect(page.get_by_text("Ana", exact=True)).to_have_count(0)


def test_what_was_known_on_a_day_is_chosen_and_stands_in_the_address(page: Page, story: str) -> None:
    page.goto(f"{story}/incident?id=VIG-2022-0001")
    page.get_by_label("Ce qu’on en savait à la date du").click()
    page.get_by_text("20 janvier 2022 (1 article paru)").click()
    expect(page.get_by_text("jusqu’au 20 janvier 2022 inclus")).to_be_visible()
    expect(page).to_have_url(f"{story}/incident?id=VIG-2022-0001&le=2022-01-20")
    facts = page.locator("section", has_text="L’essentiel")
    expect(facts).to_contain_text("12 000 personnes")
    expect(facts).not_to_contain_text("LockBit")
    page.goto(f"{story}/incident?id=VIG-2022-0001&le=2021-12-31")
    expect(page.get_by_text("Rien n’était encore paru")).to_be_visible()


def test_a_rejected_incident_s_address_says_so_and_why(page: Page, story: str) -> None:
    page.goto(f"{story}/incident?id=VIG-2022-0002")
    expect(page.locator("h1")).to_have_text("Incident retiré")
    expect(page.get_by_text("par un analyste. Raison donnée : un exercice")).to_be_visible()
