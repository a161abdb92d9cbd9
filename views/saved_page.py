"""*Alertes*: the saved searches, each to be opened again, followed as a feed, or removed."""

from __future__ import annotations

import streamlit as st

from index.feed import MEDIA_TYPE, feed
from index.saved import SavedSearch, slug
from index.store import Store
from views import frame, french, markup, routes
from views.filter_panel import described
from views.filters import of_query, to_url
from views.opened import opened
from views.save_search import attempt, may_save

_TOLD = "vg-removed-told"


def show() -> None:
    frame.title(
        "Recherches enregistrées", "Ce qui arrive de nouveau dans une recherche, par flux, courriel ou webhook."
    )
    _told()
    with opened() as store:
        searches = store.saved.all()
        for n, search in enumerate(searches):
            _card(store, search, n)
    if not searches:
        st.info(
            "Aucune recherche n’est enregistrée. Sur la page Rechercher, choisissez des mots et des filtres, puis "
            "« Enregistrer cette recherche ».",
            icon=":material/notifications:",
        )
    st.html(_HOW)


def _told() -> None:
    kind, words = st.session_state.pop(_TOLD, ("", ""))
    if kind == "saved":
        st.success(f"« {markup.markdown(words)} » est retirée.", icon=":material/check:")
    elif kind:
        st.error(markup.markdown(words), icon=":material/error:")


def _card(store: Store, search: SavedSearch, n: int) -> None:
    filters = of_query(search.query)
    found = store.search(search.query, limit=0).total
    with st.container(border=True, key=f"vg-card-saved-{n}"):
        st.html(f"<h2 class='vg-sr'>{markup.text(search.name)}</h2>")
        st.page_link(routes.page("search"), label=markup.markdown(search.name), query_params=to_url(filters) or None)
        words = " · ".join(map(markup.text, described(filters))) or "tous les incidents"
        paused = " <span class='vg-notice'>En pause</span>" if search.paused else ""
        st.html(
            f"<p class='vg-place'>{words}</p><p class='vg-under'>{french.counted(found, 'incident')} · enregistrée le "
            f"{french.day(search.created.astimezone(french.PARIS).date())}{_by(search)} · {_goes_to(search)}{paused}</p>"
        )
        with st.container(horizontal=True, vertical_alignment="center", key=f"vg-saved-{n}"):
            address = f"flux/{slug(search.name)}.atom"
            st.html(f"<a href='{address}' target='_blank' rel='noopener'>Flux Atom</a>", width="content")
            st.download_button(
                "Télécharger le flux",
                data=lambda: _feed(search.name),
                file_name=f"{slug(search.name)}.atom",
                mime=MEDIA_TYPE,
                key=f"vg-feed-{n}",
                on_click="ignore",
                icon=":material/download:",
            )
            if may_save():
                with st.popover("Retirer"):
                    st.write("La recherche et ce qui attendait d’être envoyé seront oubliés.")
                    st.button("Oui, la retirer", key=f"vg-remove-{n}", on_click=_remove, args=(search.name,))


def _by(search: SavedSearch) -> str:
    return f" par {markup.text(search.by)}" if search.by else ""


def _goes_to(search: SavedSearch) -> str:
    if not search.targets:
        return "flux seulement"
    return f"alertes envoyées à {french.counted(len(search.targets), 'destinataire')}"


def _feed(name: str) -> bytes:
    with opened() as store:
        search = store.saved.get(name)
        return feed(store, search) if search else b""


def _remove(name: str) -> None:
    def write() -> str:
        with opened() as store:
            store.saved.remove(name)
        return name

    st.session_state[_TOLD] = attempt(write)


_HOW = """
<section class='vg-section vg-prose'><h2>Comment les alertes sont dites</h2>
<p>Un incident est annoncé une fois, dans l’ordre où il entre dans la base et quelle que soit sa date, puis de nouveau
quand son état change : la victime, la nature de l’attaque et sa certitude, le statut de l’information, l’état d’un
service, le retentissement sur les soins, un vol de données, l’attaquant cité. D’autres articles qui disent la même chose
ne l’annoncent pas de nouveau.</p>
<p>L’adresse d’un flux se donne à un lecteur de flux. Pour recevoir les alertes par courriel ou sur un webhook, la
personne qui gère cette installation lance <code>vigie alerts edit</code> et <code>vigie alerts run</code>.</p></section>
"""
