"""A store that fails while somebody uses the app: a sentence where it was asked, and nothing done."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from index import open_store, sqlite_file
from index.consolidate import consolidate
from tests.index.samples import article, report, said


def _acting() -> None:
    """A page with one button that acts, as the forms of *Relecture* do."""
    import streamlit as st

    from views import review_forms, review_page
    from views.reviewer import NAME

    st.session_state[NAME] = "Ana"
    st.button("Agir", on_click=review_forms._do, args=("Fait.", lambda who, _: who.confirm("VIG-2022-0001")))
    review_page._tell()


def test_an_act_on_a_store_that_takes_nothing_is_told_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.2)
    file = tmp_path / "vigie.db"
    monkeypatch.setenv("VIGIE_STORE", f"sqlite:///{file}")
    with open_store() as store:
        consolidate(store, report(article(), said()), article())
    app = AppTest.from_function(_acting, default_timeout=30).run()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        app.button[0].click().run()
    assert not app.exception
    assert "L’acte n’a pas abouti" in app.error[0].value
    assert "occupée par un autre programme" in app.error[0].value
    app.button[0].click().run()
    assert [done.value for done in app.success] == ["Fait."]
