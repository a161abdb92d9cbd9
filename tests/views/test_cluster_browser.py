"""The app in a real Chromium over a cluster in trouble: one sentence in French, and all is well again afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page, expect

from index import open_store
from index.consolidate import consolidate
from tests.index.conftest import new_prefix
from tests.index.samples import NOW, article, report, said
from tests.index.test_faults import blocked
from tests.index.test_three_nodes import client_of, only_on, restart, settled
from tests.views.conftest import Watch, only_fault, served
from tests.views.test_review_browser import choose, review
from tools.elasticsearch import cluster
from tools.elasticsearch.node import Node

expect.set_options(timeout=30_000)


@contextmanager
def shown(url: str, context: BrowserContext, watch: Watch) -> Iterator[tuple[Page, str]]:
    """A page, and the address of the app over a new store with one incident."""
    with open_store(url) as store:
        of = article(1, text="Le scanner est arrêté.")
        consolidate(store, report(of, said()), of, now=NOW)
    with served(url) as app:
        page = context.new_page()
        page.set_default_timeout(30_000)
        watch.on(page, app)
        page.goto(app)
        expect(page.locator(".vg-count")).to_have_text("1 incident")
        yield page, app
    assert (watch.foreign, watch.errors) == ([], [])


def test_a_full_disk_leaves_pages_to_read_and_says_that_nothing_was_done(
    elasticsearch: str, context: BrowserContext, watch: Watch
) -> None:
    with new_prefix(elasticsearch) as url, shown(url, context, watch) as (page, app):
        with blocked(url, "*"):
            page.goto(app)
            expect(page.locator(".vg-count")).to_have_text("1 incident")
            page.get_by_role("button", name="Enregistrer cette recherche").click()
            page.get_by_label("Nom", exact=True).fill("Tout")
            page.get_by_role("button", name="Enregistrer", exact=True).click()
            expect(page.get_by_text("bloquée en écriture")).to_be_visible()
            assert "le disque du serveur est presque plein" in only_fault(page)
            review(page, app, "VIG-2022-0001")
            choose(page, "Confirmer")
            page.get_by_role("button", name="Confirmer cet incident").click()
            expect(page.get_by_text("L’acte n’a pas abouti")).to_be_visible()
            assert "bloquée en écriture" in only_fault(page)
        page.get_by_role("button", name="Confirmer cet incident").click()
        expect(page.get_by_text("Incident confirmé.")).to_be_visible()
        with open_store(url) as store:
            assert len(store.acts()) == 1
            assert store.check() == []


def test_a_red_index_is_a_sentence_on_each_page(nodes: Sequence[Node], context: BrowserContext, watch: Watch) -> None:
    """The node with the only copy of the incidents is killed, and comes back."""
    servers = f"http://{','.join(f'127.0.0.1:{node.port}' for node in nodes)}"
    url = f"{servers}/vigie-test-{uuid.uuid4().hex[:12]}"
    try:
        with shown(url, context, watch) as (page, app):
            alone = next(node for node in nodes if node != cluster.master(nodes))
            only_on(alone, nodes, url)
            alone.stop(kill=True)
            for path in ("", "carte", "incident?id=VIG-2022-0001"):
                page.goto(f"{app}/{path}")
                expect(page.get_by_text("Les données ne peuvent pas être lues")).to_be_visible(timeout=60_000)
                assert "vigie doctor" in only_fault(page)
            restart(alone)
            settled(nodes, url)
            page.reload()
            expect(page.get_by_role("heading", level=1)).to_have_text("Clinique des Trois-Ormes")
            expect(page.get_by_test_id("stAlert")).to_have_count(0)
    finally:
        with client_of(nodes) as client:
            client.indices.delete(index=f"{url.rpartition('/')[2]}-*")
