"""The app in a real Chromium, as its reader sees it."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.views.conftest import Watch
from tests.views.incidents import CLOSED, HOSTILE, VINCI

# The machine may be busy: a page that is merely slow is not wrong.
expect.set_options(timeout=30_000)
CARDS = "[class*='st-key-vg-card-']"


def count(page: Page, words: str) -> None:
    """Wait until the page says so, whatever space stands within the number."""
    # while Streamlit draws anew, the count of before may still stand beside it
    expect(page.locator(".vg-count").get_by_text(words, exact=True)).to_be_visible()


def test_words_and_filters_narrow_the_list_and_the_address(page: Page, app: str) -> None:
    page.goto(app)
    count(page, "9 incidents")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("h1")).to_have_count(1)
    page.get_by_label("Mots recherchés").fill("opérations reportées")
    page.get_by_role("button", name="Rechercher").click()
    count(page, "2 incidents")
    page.get_by_label("Mots recherchés").fill("")
    page.get_by_role("button", name="Rechercher").click()
    count(page, "9 incidents")
    page.get_by_text("Rançongiciel (5)").click()
    count(page, "5 incidents")
    expect(page).to_have_url(f"{app}/?attack=rancongiciel")
    # A facet does not count its own filter: the other types can still be added.
    expect(page.get_by_text("Cyberattaque de nature non précisée (2)")).to_be_visible()
    page.go_back()
    count(page, "9 incidents")


def test_a_deep_link_shows_the_same_in_another_browser(page: Page, app: str, chromium: Browser) -> None:
    link = f"{app}/?q=h%C3%B4pital&attack=rancongiciel&from=2021&to=31%2F12%2F2021"
    seen = []
    other = chromium.new_context(locale="en-US")
    for one in (page, other.new_page()):
        one.goto(link)
        count(one, "2 incidents")
        expect(one.get_by_label("Depuis")).to_have_value("2021")
        expect(one.locator(CARDS).get_by_role("link")).to_have_count(2)
        seen.append(one.locator(CARDS).all_inner_texts())
    other.close()
    assert seen[0] == seen[1]
    assert len(seen[0]) == 2


def test_the_download_has_as_many_rows_as_the_count_on_screen(page: Page, app: str) -> None:
    page.goto(f"{app}/?attack=rancongiciel")
    count(page, "5 incidents")
    for button, separator, mark in (("Télécharger en CSV", ",", False), ("CSV pour Excel", ";", True)):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=button).click()
        download = waiting.value
        content = download.path().read_bytes()
        assert re.fullmatch(r"vigie_incidents_\d{4}-\d\d-\d\d_5\.csv", download.suggested_filename)
        assert content.startswith(b"\xef\xbb\xbf") is mark
        rows = content.decode("utf-8-sig").splitlines()
        assert len(rows) == 1 + 5
        assert separator in rows[0]


def test_a_click_on_a_marker_opens_the_incident(page: Page, app: str) -> None:
    page.goto(f"{app}/carte?dept=37&q=Vinci")
    count(page, "1 incident, 1 établissement sur la carte")
    canvas = page.locator("#deckgl-wrapper canvas").first
    expect(canvas).to_be_visible()
    figure = page.get_by_test_id("stDeckGlJsonChart")
    box = figure.bounding_box()
    assert box is not None
    for _ in range(20):
        page.wait_for_timeout(500)
        if _colours(page, figure.screenshot()) > 20:
            break
    else:
        pytest.fail("the map stays blank")
    for _ in range(10):  # on a busy machine the map shows its markers before it can tell which was clicked
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(1000)
        if "/incident" in page.url:
            break
    expect(page).to_have_url(f"{app}/incident?id={VINCI}")
    expect(page.locator("h1")).to_have_text("Pôle Santé Léonard de Vinci")


def _colours(page: Page, shot: bytes) -> int:
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    return len(picture.getcolors(picture.width * picture.height) or [])


def test_filters_are_shared_by_the_list_and_the_map(page: Page, app: str) -> None:
    page.goto(f"{app}/?attack=rancongiciel")
    count(page, "5 incidents")
    page.get_by_role("link", name="Carte").click()
    count(page, "5 incidents, 5 établissements sur la carte")
    expect(page).to_have_url(f"{app}/carte?attack=rancongiciel")
    expect(page.locator(".vg-table tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Rechercher").click()
    count(page, "5 incidents")


def test_incidents_without_a_place_are_listed_below_the_map(page: Page, app: str) -> None:
    page.goto(f"{app}/carte?q=Ramsay")
    count(page, "1 incident, 0 établissement sur la carte ; 1 incident sans lieu connu, sous la carte")
    page.locator(".vg-section a", has_text="Ramsay Générale de Santé").click()
    expect(page.locator("h1")).to_have_text("Ramsay Générale de Santé")


def test_a_card_leads_to_the_incident_with_the_sentence_behind_each_value(page: Page, app: str) -> None:
    page.goto(f"{app}/?q=Vinci")
    page.locator(CARDS).get_by_role("link", name="Pôle Santé Léonard de Vinci").click()
    expect(page.locator("h1")).to_have_text("Pôle Santé Léonard de Vinci")
    closed = page.locator(".vg-fact", has_text="fermé").filter(has=page.get_by_role("heading", name="Urgences"))
    expect(closed.locator("blockquote mark")).to_have_text(CLOSED)
    link = closed.locator("figcaption a")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(page.locator(".vg-fact", has_text="Rançon")).to_contain_text("non précisé")
    expect(page.locator(".vg-receivers")).to_contain_text("NCT+")
    expect(page.locator(".vg-sides")).to_contain_text("nuit du 6 au 7 janvier 2022")
    expect(page.locator(".vg-sides")).to_contain_text("7 janvier 2022")
    expect(page.get_by_text("Notice de Vigie").first).to_be_visible()
    expect(page.get_by_label("Lien de cet incident")).to_have_value(f"{app}/incident?id={VINCI}")
    page.get_by_role("button", name="Copier le lien").click()
    expect(page.get_by_role("button", name="Lien copié")).to_be_visible()
    page.get_by_role("link", name="Retour aux incidents").click()
    count(page, "1 incident")


def test_a_merged_number_leads_to_its_successor_and_an_unknown_one_to_help(page: Page, app: str) -> None:
    page.goto(f"{app}/incident?id=VIG-2022-0007")
    expect(page.locator("h1")).to_have_text("Pôle Santé Léonard de Vinci")
    expect(page.get_by_text("VIG-2022-0007 a été réuni avec VIG-2022-0001")).to_be_visible()
    expect(page).to_have_url(f"{app}/incident?id={VINCI}")
    page.goto(f"{app}/incident?id=VIG-1999-0001")
    expect(page.locator("h1")).to_have_text("Incident introuvable")
    expect(page.get_by_text("Un numéro n’est jamais réattribué")).to_be_visible()


@pytest.mark.parametrize("path", ["/?q=Essai", "/carte?dept=37", f"/incident?id={HOSTILE}"])
def test_hostile_titles_are_inert(page: Page, app: str, path: str) -> None:
    page.goto(app + path)
    expect(page.get_by_text("window.pwned=1").first).to_be_attached()
    page.wait_for_timeout(800)
    assert page.evaluate("window.pwned") is None
    links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.protocol)")
    assert set(links) <= {"http:", "https:"}
    assert page.locator("img[src*='203.0.113.9']").count() == 0


def test_each_outlet_is_shown_with_what_was_read_of_it(page: Page, app: str) -> None:
    page.goto(f"{app}/sources")
    row = page.locator(".vg-table tbody tr", has_text="France 3 Centre-Val de Loire")
    expect(row).to_contain_text("tout va bien")
    expect(row).to_contain_text("1\u202f240")
    alarm = page.get_by_role("alert").filter(has_text="À vérifier")
    expect(alarm).to_contain_text("ici Berry")
    expect(alarm).to_contain_text("silencieux depuis 5 jours")
    berry = page.locator(".vg-table tbody tr", has_text="ici Berry")
    expect(berry).to_contain_text("silencieux depuis 5 jours")
    expect(page.locator(".vg-table caption").nth(1)).to_contain_text("ne lit pas, et pourquoi")


@pytest.mark.parametrize(
    "path", ["/", "/carte", "/alertes", f"/incident?id={VINCI}", "/sources", "/qualite", "/a-propos"]
)
def test_a_phone_needs_no_sideways_scroll(chromium: Browser, app: str, watch: Watch, path: str) -> None:
    phone = chromium.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    page = phone.new_page()
    watch.on(page, app)
    page.goto(app + path)
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator(".vg-footer")).to_be_attached()
    expect(page.get_by_text("n’a pas pu s’afficher")).to_have_count(0)
    wider = """() => [...document.querySelectorAll("[data-testid=stMain], [data-testid=stMain] *")]
        .filter(e => e.getBoundingClientRect().right > 361 && !e.closest("[data-testid=stDeckGlJsonChart], .vg-sr"))
        .map(e => e.className)"""
    assert page.evaluate(wider) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    phone.close()
    assert watch.foreign == watch.errors == []
