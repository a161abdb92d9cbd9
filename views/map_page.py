"""*Carte*: the incidents that a search finds, on a map, and the same as a list for whoever cannot use a map."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from index.store import Hit
from records import Incident
from reference.folding import fold
from views import frame, french, markup, routes, tags
from views.cards import card, when
from views.filter_panel import FACETS, chips, go, panel
from views.filters import Filters, from_url, to_query
from views.map_deck import CENTRE_VAL_DE_LOIRE, HEIGHT, LAYER, Site, deck, in_metropole, sites
from views.opened import reading
from views.wording import LEGEND, leading_type, place, shape

PREFIX = "map"
_FRAMES = ("Tous les repères", "Centre-Val de Loire")


def show() -> None:
    filters, told = from_url({key: st.query_params.get_all(key) for key in st.query_params})
    routes.remember_filters(filters)
    query, unread = to_query(filters)
    frame.title("Carte des incidents", "Un repère par établissement touché, d’après la presse.")
    with reading() as store:
        page = store.search(query, limit=1, facets=FACETS)
        incidents = list(store.all(query))
        panel(filters, page.facets, PREFIX)
        chips(filters, page.facets, PREFIX, words=True)
        for sentence in (*told, *unread):
            st.warning(markup.markdown(sentence))
    placed, nowhere = sites(incidents)
    st.html(f"<p class='vg-count' role='status'>{_counts(len(incidents), placed, nowhere)}</p>")
    if not incidents:
        st.info("Aucun incident à montrer avec ces filtres.", icon=":material/location_off:")
        if filters.words or filters.active:
            st.button("Voir tous les incidents", key="map-all", on_click=go, args=(Filters(),))
        return
    if placed:
        _map(placed)
    _list(placed, nowhere)


def _counts(total: int, placed: Sequence[Site], nowhere: Sequence[Incident]) -> str:
    words = f"{french.counted(total, 'incident')}, {french.counted(len(placed), 'établissement')} sur la carte"
    if nowhere:
        words += f" ; {french.counted(len(nowhere), 'incident')} sans lieu connu, sous la carte"
    return words


def _map(placed: Sequence[Site]) -> None:
    st.html(_legend(placed))
    region = False
    codes = {site.facility.department for site in placed}
    if codes & CENTRE_VAL_DE_LOIRE and codes - CENTRE_VAL_DE_LOIRE:
        region = (
            st.segmented_control("Cadrage", _FRAMES, default=_FRAMES[0], key="map-frame", required=True) == _FRAMES[1]
        )
    # The selection belongs to one set of sites: other filters, other key, nothing selected.
    ids = "|".join(incident.id for site in placed for incident in site.incidents)
    event: Any = st.pydeck_chart(
        deck(placed, region=region, narrow="Mobile" in st.context.headers.get("User-Agent", "")),
        height=HEIGHT,
        on_select="rerun",
        selection_mode="single-object",
        key=f"map-{hashlib.sha256(ids.encode()).hexdigest()[:12]}-{region}",
        alt="Carte de France des établissements touchés ; la même liste est écrite sous la carte.",
    )
    chosen = event.selection.get("objects", {}).get(LAYER, []) if event else []
    if not chosen:
        st.caption(
            "Cliquez sur un repère pour ouvrir l’incident ; un nombre dit qu’il y en a plusieurs au même endroit."
            + _overseas(placed)
        )
        return
    number = int(chosen[0].get("site", -1))
    if not 0 <= number < len(placed):
        return
    site = placed[number]
    if len(site.incidents) == 1:
        st.switch_page(routes.page("incident"), query_params={"id": site.incidents[0].id})
    st.html(f"<h2>{markup.text(site.name)} : {french.counted(len(site.incidents), 'incident')}</h2>")
    for order, incident in enumerate(site.incidents):
        card(Hit(incident), f"site-{order}")


def _overseas(placed: Sequence[Site]) -> str:
    away = sum(not in_metropole(site) for site in placed)
    if not away or away == len(placed):
        return ""
    words = french.counted(away, "établissement est", "établissements sont")
    return f" {words} hors du cadre, outre-mer ou à l’étranger."


def _legend(placed: Sequence[Site]) -> str:
    present = {shape(leading_type(site.incidents[0].attack_types)) for site in placed}
    items = "".join(f"<li>{tags.drawing(kind)} {words}</li>" for kind, words in LEGEND if shape(kind) in present)
    return f"<ul class='vg-legend' aria-label='Légende de la carte'>{items}</ul>"


def _list(placed: Sequence[Site], nowhere: Sequence[Incident]) -> None:
    by_place = sorted(placed, key=lambda site: (fold(place(site.facility)), fold(site.name)))
    rows = "".join(_rows(site) for site in by_place)
    if rows:
        st.html(
            "<section class='vg-section'><h2>La carte en liste</h2><table class='vg-table'><caption>Les incidents de "
            "la carte, par lieu</caption><thead><tr><th scope='col'>Établissement</th><th scope='col'>Lieu</th>"
            f"<th scope='col'>Date</th><th scope='col'>Nature</th></tr></thead><tbody>{rows}</tbody></table></section>"
        )
    if nowhere:
        items = "".join(
            f"<li>{_link(incident)}, {markup.text(place(incident.facility))}, {markup.text(when(incident))}</li>"
            for incident in nowhere
        )
        st.html(
            f"<section class='vg-section'><h2>Sans lieu connu ({french.number(len(nowhere))})</h2><p class='vg-small'>"
            "Ces incidents touchent un groupe, un prestataire ou un établissement que Vigie ne sait pas placer.</p>"
            f"<ul>{items}</ul></section>"
        )


def _rows(site: Site) -> str:
    near = "" if site.exact else " <span class='vg-small'>(repère placé sur la commune)</span>"
    return "".join(
        f"<tr><th scope='row' data-label='Établissement'>{_link(incident)}</th>"
        f"<td data-label='Lieu'>{markup.text(place(site.facility))}{near}</td>"
        f"<td data-label='Date'>{markup.text(when(incident))}</td>"
        f"<td data-label='Nature'>{tags.attacks(incident.attack_types)}</td></tr>"
        for incident in site.incidents
    )


def _link(incident: Incident) -> str:
    return (
        f"<a href='incident?{urlencode({'id': incident.id})}' target='_self'>{markup.text(incident.facility.name)}</a>"
    )
