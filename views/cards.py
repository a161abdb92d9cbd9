"""One incident of a list, as a card whose title leads to the incident."""

from __future__ import annotations

import streamlit as st

from index.store import Hit
from records import Incident
from views import french, markup, routes, tags
from views.wording import place


def card(hit: Hit, key: str) -> None:
    incident = hit.incident
    with st.container(border=True, key=f"vg-card-{key}"):
        st.html(_above(incident))
        title_link(incident)
        st.html(_below(hit))


def title_link(incident: Incident, label: str | None = None) -> None:
    """The facility's name as a link to the incident's page."""
    st.page_link(
        routes.page("incident"),
        label=markup.markdown(label or incident.facility.name),
        query_params={"id": incident.id},
    )


def when(incident: Incident) -> str:
    """The date of the attack, or that of the first publication, said to be so."""
    if incident.occurred.start:
        return french.occurred(incident.occurred)
    if incident.day:
        return f"date inconnue (signalé le {french.day(incident.day)})"
    return "date inconnue"


def articles(incident: Incident) -> str:
    """`3 articles, dont 1 notice de Vigie`."""
    total, notices = len(incident.reports), sum(report.kind == "notice" for report in incident.reports)
    words = french.counted(total, "article")
    if not notices:
        return words
    if notices == total:
        return f"{words} ({'notice' if notices == 1 else 'notices'} de Vigie)"
    return f"{words}, dont {french.counted(notices, 'notice')} de Vigie"


def _above(incident: Incident) -> str:
    name = markup.text(incident.facility.name)
    return (
        f"<h2 class='vg-sr'>{name}, {markup.text(when(incident))}</h2>"
        f"<p class='vg-over'><span class='vg-when'>{markup.text(when(incident))}</span>"
        f"{tags.information(incident.information_status)}</p>"
    )


def _below(hit: Hit) -> str:
    incident = hit.incident
    waiting = " · <span class='vg-notice'>À rapprocher</span>" if incident.waiting else ""
    extract = f"<p class='vg-extract'>{markup.matched(hit.extract)}</p>" if hit.extract else ""
    return (
        f"<p class='vg-place'>{markup.text(place(incident.facility))}</p>{tags.attacks(incident.attack_types)}"
        f"{tags.services(incident.services, most=4)}{extract}"
        f"<p class='vg-under'>{articles(incident)} · <span class='vg-id'>{incident.id}</span>{waiting}</p>"
    )
