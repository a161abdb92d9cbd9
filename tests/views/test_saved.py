"""A search is saved on its page, found again among the others, followed as a feed, and removed; by whoever may write."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from index import open_store
from index.noticing import begin
from index.saved import SavedSearch
from index.store import Query
from tests.views.incidents import NOW, VINCI

SPACE = {"a": "http://www.w3.org/2005/Atom"}


def test_a_search_is_saved_opened_again_followed_and_removed(page: Page, app: str) -> None:
    page.goto(f"{app}/?near=Tours&km=50&q=Vinci")
    page.get_by_role("button", name="Enregistrer cette recherche").click()
    page.get_by_label("Nom", exact=True).fill("  Urgences   en Touraine ")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("« Urgences en Touraine » est enregistrée.")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Voir les recherches enregistrées").click()
    card = page.locator(".st-key-vg-card-saved-0")
    expect(card).to_contain_text("mots\u00a0: Vinci · à 50\u00a0km au plus de Tours")
    expect(card).to_contain_text("flux seulement")
    address = card.get_by_role("link", name="Flux Atom").get_attribute("href")
    assert address == "flux/urgences-en-touraine.atom"
    answer = page.request.get(f"{app}/{address}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    root = ET.fromstring(answer.body())
    ids = [one.findtext("a:id", "", SPACE) for one in root.findall("a:entry", SPACE)]
    assert ids == [f"tag:vigie.example,2026:incident/{VINCI}"]
    links = [one.get("href") for one in root.findall("a:link", SPACE)]
    assert links == [f"{app}/{address}", app]
    with page.expect_download() as waiting:
        card.get_by_role("button", name="Télécharger le flux").click()
    assert waiting.value.suggested_filename == "urgences-en-touraine.atom"
    card.get_by_role("link", name="Urgences en Touraine").click()
    expect(page).to_have_url(re.compile(r"\?q=Vinci&near=Tours&km=50$"))
    expect(page.locator(".vg-count").get_by_text("1 incident", exact=True)).to_be_visible()
    page.go_back()
    card.get_by_role("button", name="Retirer").click()
    page.get_by_role("button", name="Oui, la retirer").click()
    expect(page.get_by_text("« Urgences en Touraine » est retirée.")).to_be_visible()
    expect(page.get_by_text("Aucune recherche n’est enregistrée")).to_be_visible()
    assert page.request.get(f"{app}/{address}").status == 404


def _attempts() -> None:
    """A page that tries to save, run by Streamlit itself."""
    import streamlit as st

    from views import save_search

    st.text(f"{save_search.may_save()} {save_search.attempt(lambda: 'written')}")


def test_where_people_sign_in_saving_wants_the_role() -> None:
    assert AppTest.from_function(_attempts).run().text[0].value == "True ('saved', 'written')"
    app = AppTest.from_function(_attempts)
    app.secrets["auth"] = {"client_id": "vigie", "client_secret": "x", "cookie_secret": "y"}
    app.run()
    assert app.text[0].value.startswith("False ('refused'")


def test_a_name_that_is_taken_is_told_and_the_first_search_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from views import save_search

    url = f"sqlite:///{tmp_path_factory.mktemp('saved') / 'vigie.db'}"
    monkeypatch.setenv("VIGIE_STORE", url)
    with open_store(url) as store:
        begin(store, SavedSearch("Loire", Query(words="a"), NOW))
    kind, words = save_search.attempt(lambda: save_search._saved("loire", Query(words="b")))
    assert (kind, "existe déjà" in words) == ("refused", True)
    with open_store(url) as store:
        assert [search.query.words for search in store.saved.all()] == ["a"]
