"""Who may review: anyone with a name on a local machine; behind OpenID Connect, who has the role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from index import open_store
from index.acting import ActRefused
from views import reviewer
from views.reviewer import Reviewer, local, signed_in

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANA = {"is_logged_in": True, "name": "Ana Martin", "email": "Ana@chu.example", "sub": "0123456789abcdef"}
ROLES = {"relecture": ["ana@chu.example"]}


def test_a_local_user_has_a_name_and_no_password() -> None:
    assert local("  Ana   Martin ") == Reviewer("Ana Martin", True)
    assert not local("  ").may_review


@pytest.mark.parametrize(
    ("claims", "roles", "may"),
    [
        ({}, ROLES, True),
        ({"email": "bob@chu.example"}, ROLES, False),
        ({"email": "bob@chu.example", "roles": ["relecture"]}, {}, True),
        ({"email": "bob@chu.example", "groups": "relecture"}, {}, True),
        ({"email": "bob@chu.example", "roles": ["lecture"]}, {}, False),
        ({"email_verified": False}, ROLES, False),
        ({"email": None}, {"relecture": [""]}, False),
        ({"exp": (NOW - timedelta(hours=1)).timestamp(), "roles": ["relecture"]}, ROLES, False),
        ({"exp": (NOW + timedelta(hours=1)).timestamp()}, ROLES, True),
        ({"is_logged_in": False, "roles": ["relecture"]}, ROLES, False),
    ],
)
def test_the_role_comes_from_the_provider_or_from_our_list(
    claims: dict[str, Any], roles: dict[str, list[str]], may: bool
) -> None:
    assert signed_in({**ANA, **claims}, roles, NOW).may_review is may


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({}, "Ana Martin"),
        ({"name": "ana@chu.example"}, "compte 0123456789ab"),
        ({"name": None, "preferred_username": "amartin"}, "amartin"),
    ],
)
def test_the_name_kept_with_an_act_is_never_an_address(claims: dict[str, Any], name: str) -> None:
    assert signed_in({**ANA, **claims}, ROLES, NOW).name == name


def test_without_a_name_no_act_is_accepted_whatever_the_page_shows(
    monkeypatch: pytest.MonkeyPatch, empty_store_url: str
) -> None:
    monkeypatch.setattr(st, "session_state", {})
    with open_store(empty_store_url) as store, pytest.raises(ActRefused, match="votre nom"):
        reviewer.analyst(store)
    monkeypatch.setattr(st, "session_state", {reviewer.NAME: "Ana"})
    with open_store(empty_store_url) as store:
        assert reviewer.analyst(store).by == "Ana"


def _refused_behind_openid() -> None:
    """A page that tries to act, run by Streamlit itself."""
    import streamlit as st

    from index.acting import ActRefused
    from views import reviewer

    st.session_state[reviewer.NAME] = "Ana"  # what a local user would have typed
    st.text(f"sign in: {reviewer.asks_to_sign_in()}")
    try:
        reviewer.analyst(None)  # type: ignore[arg-type]
        st.text("accepted")
    except ActRefused as error:
        st.text(str(error))


def test_behind_openid_a_typed_name_is_no_role() -> None:
    app = AppTest.from_function(_refused_behind_openid)
    app.secrets["auth"] = {"client_id": "vigie", "client_secret": "x", "cookie_secret": "y"}
    app.run()
    assert app.text[0].value == "sign in: True"
    assert "n’a pas le rôle" in app.text[1].value
    local_app = AppTest.from_function(_refused_behind_openid).run()
    assert [text.value for text in local_app.text] == ["sign in: False", "accepted"]


def test_a_configuration_that_cannot_be_read_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\nclient_id = ", encoding="utf-8")
    files = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(broken)])
    try:
        app = AppTest.from_function(_refused_behind_openid).run()
    finally:
        config.set_option("secrets.files", files)
    assert app.text[0].value == "sign in: True"
    assert "n’a pas le rôle" in app.text[1].value
