"""*Relecture* in a real Chromium: what an analyst does, undoes, and is told when another was faster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, expect

from index import open_store
from index.consolidate import consolidate
from records import Incident
from tests.index.samples import NOW, article, attacks, facility, on, report, said, services
from tests.views.conftest import Watch, served

expect.set_options(timeout=30_000)
CHARMILLE = facility("Ehpad de la Charmille", "Loches", type="ehpad")
LUMEN = facility("Laboratoire Lumen", "Blois", type="laboratoire")
STORY = (
    (1, "2022-01-07", said(services=services("urgences:ferme"), information_status="confirme", actor="LockBit")),
    (2, "2022-01-09", said(when=on("2022-01-08"), actor="Hive")),
    (3, "2022-01-07", said(CHARMILLE, attack_types=attacks("panne:confirmed"))),
    (4, "2022-01-07", said(LUMEN)),
    (5, "2022-01-08", said(facility("une clinique", None), on(None))),
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path / 'vigie.db'}"
    with open_store(address) as store:
        for n, day, told in STORY:
            of = article(n, published=day, title=f"Article {n}", outlet=f"journal {n}")
            consolidate(store, report(of, told), of, now=NOW)
    return address


@pytest.fixture
def app(url: str) -> Iterator[str]:
    with served(url) as address:
        yield address


@pytest.fixture
def page(context: BrowserContext, app: str, watch: Watch) -> Iterator[Page]:
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    watch.on(opened, app)
    yield opened
    assert watch.foreign == []
    assert watch.errors == []


def held(url: str, incident_id: str) -> Incident | None:
    with open_store(url) as store:
        return store.incident(incident_id)


def review(page: Page, app: str, incident_id: str, name: str = "Ana") -> None:
    page.goto(f"{app}/relire?id={incident_id}")
    page.get_by_label("Votre nom").fill(name)
    page.get_by_label("Votre nom").press("Enter")
    expect(page.get_by_text("Agir", exact=True)).to_be_visible()


def settled(page: Page) -> None:
    """The page is drawn whole: a list that opens too early still holds what it held."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def pick(page: Page, label: str, option: str) -> None:
    """An entry of a list. The page may be drawn anew while the list is open, which closes it: then open it again."""
    wanted = page.get_by_role("option", name=option).first
    for _ in range(6):
        settled(page)
        page.get_by_label(label, exact=True).click()
        try:
            wanted.click(timeout=4_000)
        except TimeoutError:
            page.keyboard.press("Escape")
        else:
            return
    raise AssertionError(f"the list {label!r} does not offer {option!r}")


def choose(page: Page, words: str) -> None:
    """What to do, in the row of choices."""
    settled(page)
    page.get_by_role("radiogroup").get_by_text(words).click()


def test_the_queue_leads_to_an_incident_that_leaves_it_once_confirmed(page: Page, app: str, url: str) -> None:
    page.goto(f"{app}/relecture")
    expect(page.locator(".vg-count")).to_have_text("4 incidents à relire")
    cards = page.locator("[class*='st-key-vg-card-']")
    expect(cards.first).to_contain_text("À rapprocher")
    settled(page)
    page.get_by_label("Votre nom").fill("Ana")
    page.get_by_label("Votre nom").press("Enter")
    page.get_by_role("link", name="Ehpad de la Charmille").click()
    expect(page.locator("h1")).to_have_text("Relire : Ehpad de la Charmille")
    expect(page.get_by_label("Votre nom")).to_have_value("Ana")
    choose(page, "Confirmer")
    page.get_by_label("Pourquoi").fill("appel à l’établissement")
    page.get_by_role("button", name="Confirmer cet incident").click()
    expect(page.get_by_text("Incident confirmé.")).to_be_visible()
    expect(page.get_by_text("Ana : confirmé — appel à l’établissement")).to_be_visible()
    page.get_by_role("link", name="Retour à la file").click()
    expect(page.locator(".vg-count")).to_have_text("3 incidents à relire")


def test_without_a_name_nothing_can_be_done(page: Page, app: str) -> None:
    page.goto(f"{app}/relire?id=VIG-2022-0001")
    expect(page.get_by_text("Dites votre nom, plus haut")).to_be_visible()
    expect(page.get_by_role("button", name="Confirmer cet incident")).to_have_count(0)


def test_a_correction_is_made_shown_and_undone(page: Page, app: str, url: str) -> None:
    review(page, app, "VIG-2022-0001")
    choose(page, "Corriger une valeur")
    pick(page, "Champ à corriger", "Attaquant cité")
    page.get_by_label("Valeur", exact=True).fill("Vice Society")
    page.get_by_role("button", name="Corriger", exact=True).click()
    expect(page.get_by_text("Valeur corrigée")).to_be_visible()
    expect(page.get_by_text("Ana : corrigé (Attaquant cité : LockBit → Vice Society)")).to_be_visible()
    assert (found := held(url, "VIG-2022-0001"))
    assert found.actor == "Vice Society"
    page.get_by_role("button", name="Annuler cet acte").click()
    expect(page.get_by_text("Acte annulé.")).to_be_visible()
    choose(page, "Corriger une valeur")
    expect(page.get_by_label("Premier jour possible")).to_have_value("6 janvier 2022")
    page.get_by_label("Premier jour possible").fill("avant-hier peut-être")
    page.get_by_role("button", name="Corriger", exact=True).click()
    expect(page.get_by_text("n’est pas une date")).to_be_visible()
    assert (found := held(url, "VIG-2022-0001"))
    assert found.actor == "LockBit"


def test_the_second_of_two_reviewers_is_told_what_changed_and_asked_again(
    page: Page, app: str, url: str, chromium: Browser
) -> None:
    other = chromium.new_context(locale="fr-FR")
    second = other.new_page()
    review(page, app, "VIG-2022-0001")
    review(second, app, "VIG-2022-0001", "Bob")
    for one, number in ((page, "1200"), (second, "3 000")):
        choose(one, "Corriger une valeur")
        pick(one, "Champ à corriger", "Personnes concernées")
        one.get_by_label("Nombre de personnes").fill(number)
    page.get_by_role("button", name="Corriger", exact=True).click()
    expect(page.get_by_text("Valeur corrigée")).to_be_visible()
    second.get_by_role("button", name="Corriger", exact=True).click()
    expect(second.get_by_text("Rien n’a été fait")).to_be_visible()
    expect(second.get_by_text("non précisé → 1 200 personnes").first).to_be_visible()
    assert (found := held(url, "VIG-2022-0001"))
    assert found.persons_affected == 1200
    expect(second.get_by_label("Nombre de personnes")).to_have_value("3 000")
    second.get_by_role("button", name="Corriger", exact=True).click()
    expect(second.get_by_text("Valeur corrigée")).to_be_visible()
    assert (found := held(url, "VIG-2022-0001"))
    assert found.persons_affected == 3000
    other.close()


def test_a_rejection_needs_a_reason_and_can_be_taken_back(page: Page, app: str, url: str) -> None:
    review(page, app, "VIG-2022-0002")
    choose(page, "Rejeter")
    page.get_by_role("button", name="Rejeter cet incident").click()
    expect(page.get_by_text("Dites pourquoi")).to_be_visible()
    page.get_by_label("Pourquoi").fill("un exercice")
    page.get_by_role("button", name="Rejeter cet incident").click()
    expect(page.get_by_text("a été retiré le")).to_be_visible()
    assert held(url, "VIG-2022-0002") is None
    page.get_by_role("button", name="Annuler le rejet").click()
    expect(page.locator("h1")).to_have_text("Relire : Ehpad de la Charmille")
    assert held(url, "VIG-2022-0002")


def test_incidents_are_merged_split_and_completed(page: Page, app: str, url: str) -> None:
    review(page, app, "VIG-2022-0003")
    choose(page, "Réunir")
    page.get_by_label("Numéro de l’autre incident").fill("VIG-2022-0002")
    page.get_by_role("button", name="Réunir", exact=True).click()
    expect(page.get_by_text("VIG-2022-0002 est réuni avec VIG-2022-0003.")).to_be_visible()
    assert (found := held(url, "VIG-2022-0002"))
    assert found.id == "VIG-2022-0003"
    choose(page, "Ajouter un article")
    page.get_by_label("Adresse").fill("https://papier.example/9")
    page.get_by_label("Titre").fill("Vu sur papier")
    page.get_by_label("Date de parution").fill("11 janvier 2022")
    page.get_by_label("Ce qu’il dit, dans vos mots").fill("Le laboratoire a rouvert.")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.get_by_text("Article ajouté.")).to_be_visible()
    expect(page.get_by_role("link", name="Vu sur papier")).to_be_visible()
    review(page, app, "VIG-2022-0001")
    choose(page, "Scinder")
    pick(page, "Articles qui parlent d’un autre incident", "Article 2")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Scinder", exact=True).click()
    expect(page.get_by_text("les articles choisis forment VIG-2022-0005")).to_be_visible()
    assert (found := held(url, "VIG-2022-0005"))
    assert [s.title for s in found.reports] == ["Article 2"]


def test_an_incident_is_linked_to_a_facility_of_the_register(page: Page, app: str, url: str) -> None:
    review(page, app, "VIG-2022-0001")
    choose(page, "Rattacher")
    page.get_by_label("Chercher un établissement").fill("clinique vinci")
    page.get_by_label("Chercher un établissement").press("Enter")
    expect(page.get_by_text("établissements trouvés")).to_be_visible()
    pick(page, "Établissement", "Pôle Santé Léonard de Vinci")
    page.get_by_role("button", name="Rattacher", exact=True).click()
    expect(page.get_by_text("Incident rattaché.")).to_be_visible()
    expect(page.locator("h1")).to_contain_text("Léonard de Vinci")
    assert (found := held(url, "VIG-2022-0001"))
    assert found.facility.finess == "370007569"
