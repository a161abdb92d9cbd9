"""The script Streamlit runs for every view: the pages, their addresses and titles."""

from __future__ import annotations

import streamlit as st

from views import (
    about_page,
    frame,
    incident_page,
    map_page,
    quality_page,
    review_page,
    routes,
    saved_page,
    search_page,
    sources_page,
)

st.set_page_config(page_icon=str(frame.ASSETS / "vigie.png"), layout="wide", initial_sidebar_state="auto")

PAGES = {
    "search": st.Page(
        frame.framed("search", search_page.show), title="Rechercher — Vigie", url_path="rechercher", default=True
    ),
    "map": st.Page(frame.framed("map", map_page.show), title="Carte — Vigie", url_path="carte"),
    "saved": st.Page(frame.framed("saved", saved_page.show), title="Alertes — Vigie", url_path="alertes"),
    "incident": st.Page(frame.framed("incident", incident_page.show), title="Incident — Vigie", url_path="incident"),
    "review": st.Page(frame.framed("review", review_page.show), title="Relecture — Vigie", url_path="relecture"),
    "reviewing": st.Page(frame.framed("review", review_page.show_one), title="Relire — Vigie", url_path="relire"),
    "sources": st.Page(frame.framed("sources", sources_page.show), title="Sources — Vigie", url_path="sources"),
    "quality": st.Page(frame.framed("quality", quality_page.show), title="Qualité — Vigie", url_path="qualite"),
    "about": st.Page(frame.framed("about", about_page.show), title="À propos — Vigie", url_path="a-propos"),
}

routes.remember_pages(PAGES)
st.navigation(list(PAGES.values()), position="hidden").run()
