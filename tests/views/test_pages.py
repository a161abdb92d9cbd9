"""What the pages say when there is nothing to show, or something is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import index
from crawler.events import OutletDone
from index.crawl import put_version, versions
from index.health import Health
from index.store import OutletState
from records import Article
from views import frame, incident_page, launch, quality_page, sources_page

NAVIGATION = str(launch.ENTRY.parent / "views" / "navigation.py")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def shown(app: AppTest) -> str:
    """Everything on the page that is text."""
    blocks = [*app.get("html"), *app.markdown, *app.info, *app.warning, *app.error, *app.caption]
    return "\n".join(str(getattr(block, "value", "") or getattr(block.proto, "body", "")) for block in blocks)


def opened(monkeypatch: pytest.MonkeyPatch, url: str, **params: str) -> AppTest:
    monkeypatch.setenv("VIGIE_STORE", url)
    app = AppTest.from_file(NAVIGATION, default_timeout=60)
    for key, value in params.items():
        app.query_params[key] = value
    return app.run()


def test_an_empty_store_says_what_will_come(monkeypatch: pytest.MonkeyPatch, empty_store_url: str) -> None:
    app = opened(monkeypatch, empty_store_url)
    assert not app.exception
    assert "La base est encore vide" in shown(app)


def test_a_store_that_cannot_be_read_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "vigie.db"
    broken.write_bytes(b"not a store" * 1000)
    app = opened(monkeypatch, f"sqlite:///{broken}")
    assert not app.exception
    assert "Les données ne peuvent pas être lues" in shown(app)
    assert "Traceback" not in shown(app)


def test_a_fault_in_a_page_is_an_apology_and_a_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(url: str | None = None) -> None:
        raise RuntimeError("the reason that the log keeps")

    monkeypatch.setattr(index, "open_store", fails)
    app = opened(monkeypatch, "sqlite:///unused.db")
    assert not app.exception
    assert "Cette page n’a pas pu s’afficher" in shown(app)
    assert "the reason that the log keeps" not in shown(app)
    assert "the reason that the log keeps" in caplog.text


def test_a_misspelt_name_gets_a_suggestion(monkeypatch: pytest.MonkeyPatch, store_url: str) -> None:
    app = opened(monkeypatch, store_url, q="Isoudun")
    assert any("Essayez plutôt" in button.label and "Issoudun" in button.label for button in app.button)


def test_a_search_that_finds_nothing_offers_a_way_out(monkeypatch: pytest.MonkeyPatch, store_url: str) -> None:
    app = opened(monkeypatch, store_url, q="zzzzzz", dept="37")
    labels = [button.label for button in app.button]
    assert "Garder les mots, ôter les filtres" in labels
    app.button(key="search-only-filters").click().run()
    assert app.query_params["dept"] == "37"
    assert "q" not in app.query_params


def test_a_wrong_value_in_the_address_is_told_and_ignored(monkeypatch: pytest.MonkeyPatch, store_url: str) -> None:
    app = opened(monkeypatch, store_url, attack="ransomware", **{"from": "hier"})
    assert "« ransomware »" in shown(app).replace("\\", "")
    assert "9 incidents" in shown(app)


def test_ticking_a_type_rewrites_the_address(monkeypatch: pytest.MonkeyPatch, store_url: str) -> None:
    app = opened(monkeypatch, store_url)
    app.checkbox(key="search-attack-rancongiciel").check().run()
    assert app.query_params["attack"] == "rancongiciel"
    assert "5 incidents" in shown(app)


def test_a_commune_and_a_distance_are_in_the_address_and_can_be_taken_away(
    monkeypatch: pytest.MonkeyPatch, store_url: str
) -> None:
    app = opened(monkeypatch, store_url)
    app.text_input(key="search-near").set_value("Tours").run()
    app.selectbox(key="search-km").set_value(50).run()
    assert (app.query_params["near"], app.query_params["km"]) == ("Tours", "50")
    assert "2 incidents" in shown(app)
    app.button(key="search-chip-0").click().run()
    assert "near" not in app.query_params
    assert "9 incidents" in shown(app)


def test_an_article_that_its_outlet_changed_says_when(tmp_path: Path) -> None:
    first = Article(
        url="https://gazette.example/a", title="A", published=NOW, text="Un texte.", fetched=NOW + timedelta(hours=1)
    )
    with index.open_store(f"sqlite:///{tmp_path / 'vigie.db'}") as store:
        put_version(store, first)
        assert incident_page.edition(versions(store, first.url)) == ""
        put_version(store, first.model_copy(update={"text": "Un autre.", "fetched": NOW + timedelta(hours=2)}))
        assert "modifié au plus tard le 23 novembre 2026 à 15 h 00" in incident_page.edition(versions(store, first.url))
        told = {"text": "Un dernier.", "fetched": NOW + timedelta(hours=9), "modified": NOW + timedelta(hours=3)}
        put_version(store, first.model_copy(update=told))
        assert incident_page.edition(versions(store, first.url)) == ", modifié le 23 novembre 2026 à 16 h 00"


def test_the_first_start_says_that_the_list_is_growing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'vigie.db'}"
    with index.open_store(url) as store:
        store.put_outlet_state(OutletState(frame.NOTICES, last_attempt=datetime.now(UTC)))
    app = opened(monkeypatch, url)
    assert not app.exception
    assert "Premier démarrage" in shown(app)
    assert not frame.loading({frame.NOTICES: OutletState(frame.NOTICES, NOW, NOW)}, NOW)


def test_an_outlet_in_trouble_is_told_with_its_next_try() -> None:
    state = OutletState("a", NOW, NOW - timedelta(days=1), "le serveur ne répond pas", NOW + timedelta(minutes=42))
    kind, words = sources_page.condition(state, NOW)
    assert kind == "bad"
    assert words.startswith("n’a pas pu être joint : le serveur ne répond pas, nouvel essai ")
    line = frame.collection_state({"a": state}, NOW + timedelta(minutes=10))
    assert "1 média n’a pas pu être joint, nouvel essai dans 32 minutes" in line
    assert "Dernière collecte il y a 10 minutes" in line


def test_an_outlet_that_recovered_is_well() -> None:
    state = OutletState("a", NOW, NOW, "ancienne erreur", NOW)
    assert sources_page.condition(state, NOW) == ("ok", "tout va bien")
    assert sources_page.condition(None)[0] == "new"
    partly = OutletDone(outlet="a", status="PARTIAL", reason="3 page(s) sur 9 non lue(s)", coverage=0.667, at=NOW)
    told = Health("a", partly, 9.0, None, 0.9, 0.0, ())
    assert sources_page.condition(state, NOW, told) == (
        "part",
        "lu en partie (67\u00a0%)\u00a0: 3 page(s) sur 9 non lue(s)",
    )
    silent = Health("a", partly, 9.0, None, 0.9, 0.0, ("silencieux depuis 4 jours",))
    assert sources_page.condition(state, NOW, silent) == ("bad", "silencieux depuis 4 jours")
    assert frame.collection_state({}, NOW) == ""


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_an_evaluation_that_cannot_be_read_is_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "evaluation.json"
    assert quality_page.read_evaluation(path) is None
    path.write_text(content, encoding="utf-8")
    assert quality_page.read_evaluation(path) is None


def test_the_last_evaluation_is_shown_whatever_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "evaluation.json"
    figures = [{"name": "services", "f1": 0.8123, "precision": 0.9, "recall": None, "right": 1234}, {"name": "x"}]
    confusions = {"attack_types": [{"gold": "rancongiciel", "found": None, "count": 3}], "services": "?"}
    path.write_text(json.dumps({"articles": 165, "figures": figures, "confusions": confusions}), encoding="utf-8")
    monkeypatch.setenv("VIGIE_EVALUATION", str(path))

    def page() -> None:
        from views import quality_page

        quality_page.show()

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    words = shown(app)
    for expected in ("0,81", "1\u202f234", "Rançongiciel", "165 articles", "Services"):
        assert expected in words
