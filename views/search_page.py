"""*Rechercher*: words, filters with counts, incidents as cards, downloads."""

from __future__ import annotations

import streamlit as st

from index.store import Page, Query, Store
from views import frame, french, markup, routes, save_search
from views.cards import card
from views.downloads import buttons
from views.filter_panel import FACETS, chips, go, panel
from views.filters import Filters, Sort, changed, from_url, to_query
from views.opened import reading

PAGE_SIZE = 20
PREFIX = "search"


def show() -> None:
    filters, told = from_url({key: st.query_params.get_all(key) for key in st.query_params})
    routes.remember_filters(filters)
    query, unread = to_query(filters)
    frame.title("Incidents numériques dans la santé", "Ce que la presse en dit, établissement par établissement.")
    _words(filters)
    with reading() as store:
        page = store.search(query, offset=(filters.page - 1) * PAGE_SIZE, limit=PAGE_SIZE, facets=FACETS)
        if page.total and not page.hits:  # a page number beyond the end, from an old link
            filters = changed(filters)
            page = store.search(query, limit=PAGE_SIZE, facets=FACETS)
        panel(filters, page.facets, PREFIX)
        chips(filters, page.facets, PREFIX)
        for sentence in (*told, *unread):
            st.warning(markup.markdown(sentence))
        save_search.told()
        frame.collection_line(store)
        if page.total:
            _results(filters, query, page)
        else:
            _nothing(filters, store)


def _words(filters: Filters) -> None:
    def take() -> None:
        words = " ".join(str(st.session_state["search-q"]).split())
        sort = filters.sort if words else None
        go(changed(filters, words=words, sort=sort))

    st.session_state["search-q"] = filters.words
    with st.form("search-form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Mots recherchés",
            key="search-q",
            type="search",
            max_chars=300,
            placeholder="urgences fermées, chirurgie reportée, Chambray…",
        )
        st.form_submit_button("Rechercher", type="primary", icon=":material/search:", on_click=take)


def _results(filters: Filters, query: Query, page: Page) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(f"<p class='vg-count' role='status'>{french.counted(page.total, 'incident')}</p>", width="content")
        save_search.button(filters)
        if filters.words:
            _sort(filters)
    for number, hit in enumerate(page.hits):
        card(hit, f"{number}")
    pages = -(-page.total // PAGE_SIZE)
    if pages > 1:
        # A key of its own for each page: what is current comes from the address, not from the widget's memory.
        key = f"search-page-{filters.page}"
        st.pagination(
            pages,
            default=filters.page,
            key=key,
            on_change=lambda: go(changed(filters, page=int(st.session_state[key]))),
        )
    buttons(query, page.total, PREFIX)


def _sort(filters: Filters) -> None:
    labels: dict[Sort, str] = {"relevance": "Pertinence", "date": "Date, du plus récent au plus ancien"}
    st.session_state["search-sort"] = filters.effective_sort
    st.selectbox(
        "Trier par",
        list(labels),
        key="search-sort",
        format_func=lambda sort: labels[sort],
        width=300,
        on_change=lambda: go(changed(filters, sort=st.session_state["search-sort"])),
    )


def _nothing(filters: Filters, store: Store) -> None:
    st.html("<p class='vg-count' role='status'>0 incident</p>")
    if not store.info().incidents:
        st.info(
            "La base est encore vide. Les premiers incidents apparaîtront ici dès que la collecte en aura trouvé ; "
            "la page Sources montre où elle en est.",
            icon=":material/hourglass_empty:",
        )
        return
    suggested = _suggestion(store, filters)
    if suggested:
        st.button(
            f"Essayez plutôt « {markup.markdown(suggested)} »",
            key="search-suggestion",
            icon=":material/lightbulb:",
            on_click=go,
            args=(changed(filters, words=suggested),),
        )
    if filters.words and filters.active:
        st.info("Aucun incident ne répond à la fois à ces mots et à ces filtres.", icon=":material/search_off:")
        with st.container(horizontal=True):
            st.button(
                "Garder les mots, ôter les filtres",
                key="search-only-words",
                on_click=go,
                args=(Filters(words=filters.words),),
            )
            st.button(
                "Garder les filtres, ôter les mots",
                key="search-only-filters",
                on_click=go,
                args=(changed(filters, words="", sort=None),),
            )
    elif filters.words:
        st.info(
            "Aucun incident ne contient tous ces mots. Essayez-en moins, ou d’autres : « rançongiciel », "
            "« urgences », une commune, un établissement.",
            icon=":material/search_off:",
        )
        st.button("Voir tous les incidents", key="search-all", on_click=go, args=(Filters(),))
    else:
        st.info("Aucun incident ne répond à ces filtres ensemble : retirez-en un.", icon=":material/filter_alt_off:")
        st.button("Effacer tous les filtres", key="search-none", on_click=go, args=(Filters(),))
    save_search.button(filters)
    st.caption("Ne rien trouver ne prouve pas qu’il ne s’est rien passé : Vigie ne connaît que ce que la presse dit.")


def _suggestion(store: Store, filters: Filters) -> str | None:
    """Words that do find something, if the store can tell."""
    suggest = getattr(store, "suggest", None)
    if not filters.words or suggest is None:
        return None
    found = suggest(filters.words)
    return str(found) if found and str(found) != filters.words else None
