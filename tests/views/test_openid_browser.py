"""Signing in with a real OpenID Connect provider: who has the role reviews, who has not reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from index import open_store
from index.consolidate import consolidate
from tests.index.samples import NOW, article, report, said
from tests.views.conftest import served
from tests.views.openid import Provider, provider, write_secrets

expect.set_options(timeout=30_000)
ANA = {"sub": "a1", "name": "Ana Martin", "email": "ana@chu.example"}
BOB = {"sub": "b2", "name": "Bob Durand", "email": "bob@chu.example", "roles": ["lecture"]}
INCIDENT = "VIG-2022-0001"


@pytest.fixture(scope="module")
def openid() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("openid")


@pytest.fixture(scope="module")
def url(folder: Path) -> str:
    address = f"sqlite:///{folder / 'vigie.db'}"
    with open_store(address) as store:
        consolidate(store, report(article(1), said()), article(1), now=NOW)
    return address


@pytest.fixture(scope="module")
def app(openid: Provider, folder: Path, url: str) -> Iterator[str]:
    write_secrets(folder / "secrets.toml", openid, [ANA["email"]])
    with served(url, f"--secrets.files={folder / 'secrets.toml'}") as address:
        yield address


@pytest.fixture
def page(chromium: Browser, app: str) -> Iterator[Page]:
    context = chromium.new_context(locale="fr-FR")
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    context.close()


def sign_in(page: Page, app: str) -> None:
    page.goto(f"{app}/relire?id={INCIDENT}")
    expect(page.get_by_text("La relecture demande de se connecter")).to_be_visible()
    expect(page.get_by_text("Agir", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(re.compile(re.escape(app) + "/(?!oauth2)"))
    expect(page.get_by_role("button", name="Se connecter")).to_have_count(0)
    page.goto(f"{app}/relire?id={INCIDENT}")


def acts(url: str) -> list[tuple[str, str]]:
    with open_store(url) as store:
        return [(act.kind, act.by) for act in store.acts()]


def test_who_has_only_the_role_of_a_reader_reads(page: Page, app: str, url: str, openid: Provider) -> None:
    openid.person = BOB
    sign_in(page, app)
    expect(page.get_by_text("Bob Durand — rôle lecture")).to_be_visible()
    expect(page.get_by_text("Agir", exact=True)).to_have_count(0)
    assert acts(url) == []


def test_a_reviewer_acts_under_the_provider_s_name_until_the_role_is_taken_away(
    page: Page, app: str, url: str, openid: Provider, folder: Path
) -> None:
    openid.person = ANA
    sign_in(page, app)
    expect(page.get_by_text("Ana Martin — rôle relecture.")).to_be_visible()
    page.get_by_role("radiogroup").get_by_text("Confirmer").click()
    page.get_by_role("button", name="Confirmer cet incident").click()
    expect(page.get_by_text("Incident confirmé.")).to_be_visible()
    assert acts(url) == [("confirm", "Ana Martin")]

    page.get_by_role("radiogroup").get_by_text("Rejeter").click()
    page.get_by_label("Pourquoi").fill("un exercice")
    listed = (folder / "secrets.toml").read_text(encoding="utf-8").replace(ANA["email"], "")
    (folder / "secrets.toml").write_text(listed, encoding="utf-8")
    page.wait_for_timeout(3_000)  # Streamlit looks at its file of secrets now and then
    expect(page.get_by_role("button", name="Rejeter cet incident")).to_be_visible()
    page.get_by_role("button", name="Rejeter cet incident").click()
    expect(page.get_by_text("n’a pas le rôle « relecture » : rien n’a été fait")).to_be_visible()
    assert acts(url) == [("confirm", "Ana Martin")]
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("button", name="Se déconnecter")).to_have_count(0)
