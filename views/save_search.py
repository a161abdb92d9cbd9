"""*Enregistrer cette recherche*: for whoever may write. Reading needs no role; where people sign in, saving does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from index.noticing import begin
from index.saved import MAX_NAME, SavedSearch, free_name
from index.store import Query, StoreError
from views import markup, routes
from views.filters import Filters, to_query
from views.opened import opened
from views.reviewer import asks_to_sign_in, reviewer

_TOLD = "vg-saved-told"


def may_save() -> bool:
    """Whether who is here may save and remove searches: anyone on a local machine, the role where people sign in."""
    return not asks_to_sign_in() or reviewer().may_review


def button(filters: Filters) -> None:
    if not may_save():
        return
    with st.popover("Enregistrer cette recherche", icon=":material/notifications:"), st.form("vg-save", border=False):
        st.text_input("Nom", key="vg-save-name", max_chars=MAX_NAME, placeholder="Urgences en Touraine")
        st.caption("Ce qu’elle trouve déjà compte comme connu ; son flux et ses alertes diront ce qui arrive ensuite.")
        st.form_submit_button("Enregistrer", type="primary", on_click=_save, args=(filters,))


def told() -> None:
    """What became of the last attempt, told once."""
    kind, words = st.session_state.pop(_TOLD, ("", ""))
    if kind == "saved":
        st.success(f"« {markup.markdown(words)} » est enregistrée.", icon=":material/check:")
        st.page_link(routes.page("saved"), label="Voir les recherches enregistrées", icon=":material/notifications:")
    elif kind:
        st.error(markup.markdown(words), icon=":material/error:")


def _save(filters: Filters) -> None:
    query, _ = to_query(filters)
    st.session_state[_TOLD] = attempt(lambda: _saved(str(st.session_state["vg-save-name"]), query))
    if st.session_state[_TOLD][0] == "saved":
        st.session_state["vg-save-name"] = ""


def attempt(write: Callable[[], str]) -> tuple[str, str]:
    """`saved` and a name, or `refused` and a sentence. The role is looked at here, whatever the page shows."""
    if not may_save():
        return "refused", "Votre compte n’a pas le rôle « relecture » : rien n’a été fait."
    try:
        return "saved", write()
    except (StoreError, ValueError) as error:
        return "refused", str(error)


def _saved(name: str, query: Query) -> str:
    with opened() as store:
        tidy = free_name(store.saved, name)
        by = reviewer().name or None
        begin(store, SavedSearch(tidy, query, datetime.now(UTC), by))
    return tidy
