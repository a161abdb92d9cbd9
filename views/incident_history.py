"""The part of an incident's page that tells its history: how sure it is, what happened when, how long services were
down, what analysts did, and which other incidents belong to the affair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import streamlit as st

from index.related import Related
from records import Incident
from views import french, markup, story, tags
from views.cards import title_link, when
from views.wording import of_vocabulary

DAY = "le"  # the address's key for the day on which something was known
_CHOSEN = "vg-as-of"


def asked_day() -> date | None:
    """The day in the address, if it is one."""
    try:
        return date.fromisoformat(st.query_params.get(DAY, ""))
    except ValueError:
        return None


def choose_day(incident: Incident, day: date | None) -> None:
    """A choice of the days on which something was published; it goes into the address."""
    counts: dict[date, int] = {}
    for source in incident.reports:
        published = source.published.date() if isinstance(source.published, datetime) else source.published
        counts[published] = counts.get(published, 0) + 1
    if len(counts) < 2 and day is None:
        return
    days = sorted({*counts, day} if day else counts, reverse=True)
    options = ["", *(d.isoformat() for d in days)]

    def label(option: str) -> str:
        if not option:
            return "Aujourd’hui"
        then = date.fromisoformat(option)
        published = counts.get(then, 0)
        return french.day(then) + (
            f" ({french.counted(published, 'article paru', 'articles parus')})" * bool(published)
        )

    def chosen() -> None:
        if picked := st.session_state.get(_CHOSEN):
            st.query_params[DAY] = picked
        else:
            st.query_params.pop(DAY, None)

    st.session_state[_CHOSEN] = day.isoformat() if day else ""
    st.selectbox("Ce qu’on en savait à la date du", options, format_func=label, key=_CHOSEN, on_change=chosen)


def of_that_day(day: date) -> None:
    st.info(
        f"Cette page montre ce que les articles parus jusqu’au {french.day(day)} inclus disaient ensemble, et non ce "
        "qu’on sait aujourd’hui.",
        icon=":material/history:",
    )


def doubt(incident: Incident, may_be: Sequence[Incident]) -> None:
    """Why the incident waits, with the ways to those it may belong to."""
    if incident.waiting is None:
        return
    st.warning(markup.markdown(story.waiting(incident.waiting)), icon=":material/call_merge:")
    for other in may_be:
        title_link(other, f"Peut-être {other.id} : {other.facility.name}, {when(other)}")


def confidence(incident: Incident) -> str:
    found = incident.confidence
    if found is None:
        return ""
    reasons = "".join(f"<li>{markup.text(reason)}</li>" for reason in found.reasons)
    return (
        f"<details class='vg-confidence'><summary>{markup.text(story.confidence(found))} : pourquoi ?</summary>"
        f"<ul>{reasons}</ul></details>"
    )


def milestones(incident: Incident, bylines: Mapping[str, str]) -> None:
    if not incident.milestones:
        return
    rows = "".join(
        f"<tr><th scope='row' data-label='Date'>{markup.text(story.when(one))}</th>"
        f"<td data-label='Évènement'>{markup.text(story.MILESTONES[one.kind])}</td>"
        f"<td data-label='Source'>{_sources(one.reports, bylines)}</td></tr>"
        for one in incident.milestones
    )
    caption = "« Au plus tard » : jour du premier article qui le dit"
    _table("Chronologie de l’incident", caption, ("Date", "Évènement", "Source"), rows)


def outages(incident: Incident, bylines: Mapping[str, str]) -> None:
    """How long each service was down; those that nobody told to be restored are named above."""
    if not incident.outages:
        return
    down = list(dict.fromkeys(of_vocabulary("services", o.service) for o in incident.outages if not o.until))
    rows = "".join(
        f"<tr><th scope='row' data-label='Service'>{markup.text(of_vocabulary('services', one.service))}</th>"
        f"<td data-label='Touché depuis'>{french.day(one.since)}</td>"
        f"<td data-label='Rétabli'>{french.day(one.until) if one.until else 'non rapporté'}</td>"
        f"<td data-label='Durée'>{markup.text(story.lasted(one))}</td>"
        f"<td data-label='Dernier état connu'>{tags.state(one.status)} <span class='vg-small'>"
        f"({french.day(one.told)})</span></td>"
        f"<td data-label='Source'>{_sources(one.reports, bylines)}</td></tr>"
        for one in incident.outages
    )
    columns = ("Service", "Touché depuis", "Rétabli", "Durée", "Dernier état connu", "Source")
    caption = (
        "Jours où la presse l’a dit. Un arrêt a duré au moins jusqu’au dernier jour où il est rapporté, et au plus du "
        "premier jour possible de l’attaque à celui où le rétablissement est annoncé."
    )
    still = f"<p class='vg-down'>Rétablissement rapporté par aucun article : {markup.text(french.joined(down))}.</p>"
    _table("Durée des arrêts", caption, columns, rows, still if down else "")


def timeline(incident: Incident, bylines: Mapping[str, str]) -> None:
    if not incident.timeline:
        return
    rows = "".join(
        f"<tr><th scope='row' data-label='Date'>{french.day(entry.date)}</th>"
        f"<td data-label='Service'>{markup.text(of_vocabulary('services', entry.service))}</td>"
        f"<td data-label='État'>{tags.state(entry.status)}</td>"
        f"<td data-label='Source'>{_sources(entry.reports, bylines)}</td></tr>"
        for entry in sorted(incident.timeline, key=lambda entry: entry.date)
    )
    caption = "État de chaque service, du plus ancien au plus récent"
    _table("Chronologie des services", caption, ("Date", "Service", "État", "Source"), rows)


def acts(incident: Incident) -> None:
    """What analysts did, and where later articles say otherwise. Names of analysts are for those who review."""
    if incident.reviewed is None or not incident.reviewed.acts:
        return
    items = "".join(
        f"<li>{french.day_of(one.at)} : {markup.text(story.act(one))}"
        f"{f' — {markup.text(one.why)}' if one.why else ''}</li>"
        for one in incident.reviewed.acts
    )
    flags = "".join(
        f"<p><strong>Un article arrivé depuis contredit cette correction : {markup.text(story.field(name))}.</strong></p>"
        for name in incident.reviewed.contradicted
    )
    st.html(f"<section class='vg-section'><h2>Relecture</h2>{flags}<ul class='vg-acts'>{items}</ul></section>")


def kin(found: Sequence[Related]) -> None:
    if not found:
        return
    st.html("<section class='vg-section'><h2>Incidents liés</h2></section>")
    for one in found:
        other = one.incident
        title_link(other, f"{story.RELATIONS[one.relation]} : {other.facility.name}, {when(other)} ({other.id})")


def _sources(urls: Sequence[str], bylines: Mapping[str, str]) -> str:
    shown = [bylines.get(url) or markup.outward(url, "article") for url in urls]
    if len(shown) <= 2:
        return "<br>".join(shown)
    rest = french.counted(len(shown) - 1, "autre article", "autres articles")
    return f"{shown[0]}<details><summary>{rest}</summary>{'<br>'.join(shown[1:])}</details>"


def _table(title: str, caption: str, columns: Sequence[str], rows: str, above: str = "") -> None:
    heads = "".join(f"<th scope='col'>{column}</th>" for column in columns)
    st.html(
        f"<section class='vg-section'><h2>{title}</h2>{above}<table class='vg-table'><caption>{caption}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>"
    )
