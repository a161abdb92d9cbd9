"""The app's pages by name, so that one page can lead to another without importing it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from views.filters import Filters, to_url

_PAGES = "vigie_pages"
_FILTERS = "vigie_last_filters"


def remember_pages(pages: Mapping[str, StreamlitPage]) -> None:
    st.session_state[_PAGES] = dict(pages)


def page(name: str) -> StreamlitPage:
    found: StreamlitPage = st.session_state[_PAGES][name]
    return found


def remember_filters(filters: Filters) -> None:
    """Kept so that a way back from an incident, or from the map to the list, shows the same incidents."""
    st.session_state[_FILTERS] = to_url(filters)


def last_filters() -> dict[str, str | list[str]]:
    return dict(st.session_state.get(_FILTERS, {}))
