"""*Incident*: one event at one facility, each value with the sentence that says it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode, urlsplit

import streamlit as st

from index.asof import as_of
from index.crawl import Version, versions
from index.related import related
from index.store import Query, Store
from records import Incident, Source
from views import frame, french, incident_history, markup, routes, tags
from views.cards import title_link, when
from views.facts import UNSAID, Fact, key_facts, proofs, receiver_facts, service_facts, title_of, told
from views.opened import reading
from views.wording import outlet_name, place

_ID = re.compile(r"VIG-\d{4}-\d{4,}")
# One script for every copy button: it reads the field beside it, so nothing is ever written into the script.
_COPY = """<script>document.querySelectorAll(".vg-copy button").forEach((b) => { b.onclick = async () => {
const field = b.parentElement.querySelector("input"); field.select();
try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
b.textContent = "Lien copié"; setTimeout(() => { b.textContent = "Copier le lien"; }, 2500); }; });</script>"""


def show() -> None:
    asked = (st.query_params.get("id") or "").strip().upper()
    with reading() as store:
        if not asked:
            _no_id(store)
            return
        incident = store.incident(asked) if _ID.fullmatch(asked) else None
        if incident is None:
            _unknown(asked, store)
            return
        day = incident_history.asked_day()
        shown = as_of(store, incident.id, day) if day else incident
        kin = related(store, incident)
        waiting = incident.waiting.may_be if incident.waiting else ()
        may_be = [other for other in map(store.incident, waiting) if other]
        edited = {source.url: edition(versions(store, source.url)) for source in incident.reports}
    back()
    if incident.id != asked:
        _merged(asked, incident.id)
    _heading(shown or incident)
    incident_history.choose_day(incident, day)
    if day and shown is None:
        st.info(f"Rien n’était encore paru sur cet incident le {french.day(day)}.", icon=":material/history:")
        return
    if day:
        incident_history.of_that_day(day)
    else:
        incident_history.doubt(incident, may_be)
    _body(shown or incident)
    incident_history.kin(kin)
    incident_history.acts(shown or incident)
    st.page_link(
        routes.page("reviewing"),
        label="Relire cet incident",
        icon=":material/rate_review:",
        query_params={"id": incident.id},
    )
    _articles(shown or incident, edited)


def _body(incident: Incident) -> None:
    bylines = {source.url: _byline(source) for source in incident.reports}
    _section("L’essentiel", "".join(_fact(incident, fact) for fact in key_facts(incident)))
    incident_history.milestones(incident, bylines)
    services = service_facts(incident)
    _section(
        "Services et état",
        "".join(_fact(incident, fact) for fact in services) if services else f"<p>{UNSAID}</p>",
    )
    incident_history.outages(incident, bylines)
    incident_history.timeline(incident, bylines)
    _receivers(incident)
    _contradictions(incident)


def back() -> None:
    st.page_link(
        routes.page("search"),
        label="Retour aux incidents",
        icon=":material/arrow_back:",
        query_params=routes.last_filters() or None,
    )


def _heading(incident: Incident) -> None:
    frame.title(markup.text(incident.facility.name), f"{markup.text(place(incident.facility))} — {when(incident)}")
    reviewed = " · relu par un analyste" if incident.reviewed else ""
    st.html(
        f"<div class='vg-head'>{tags.attacks(incident.attack_types)}{tags.information(incident.information_status)}"
        f"<p class='vg-small'>{incident.id} · connu de Vigie depuis le {french.day_of(incident.first_seen)} · dernière "
        f"modification le {french.day_of(incident.last_changed)}{reviewed}</p>{incident_history.confidence(incident)}</div>"
    )
    address = incident_address(incident.id)
    st.html(
        f"<div class='vg-copy'><label>Lien de cet incident <input readonly value='{markup.text(address)}'></label>"
        f"<button type='button'>Copier le lien</button></div>{_COPY}",
        unsafe_allow_javascript=True,
    )


def incident_address(incident_id: str) -> str:
    """The full address when the browser told its own, else the path."""
    parts = urlsplit(str(st.context.url or ""))
    path = f"/incident?{urlencode({'id': incident_id})}"
    return f"{parts.scheme}://{parts.netloc}{path}" if parts.netloc else path


def _section(title: str, body: str) -> None:
    st.html(f"<section class='vg-section'><h2>{title}</h2><div class='vg-facts'>{body}</div></section>")


def _fact(incident: Incident, fact: Fact) -> str:
    if fact.value is None:
        return f"<div class='vg-fact vg-unsaid'><h3>{fact.title}</h3><div>{UNSAID}</div></div>"
    found = proofs(incident, fact.keys, fact.mentions)
    quotes = [_quote(proof.source, extract, fact) for proof in found for extract in proof.extracts]
    silent = [proof.source for proof in found if not proof.extracts]
    shown = quotes[:1]
    if quotes[1:]:
        shown.append(
            f"<details><summary>{french.counted(len(quotes) - 1, 'autre passage', 'autres passages')}</summary>"
            f"{''.join(quotes[1:])}</details>"
        )
    if silent:
        words = "Dit aussi par" if quotes else "D’après"
        shown.append(f"<p class='vg-small'>{words} : {', '.join(_byline(source) for source in silent)}.</p>")
    if not found:
        shown.append("<p class='vg-small'>Aucun extrait n’est conservé pour cette valeur.</p>")
    value = f"<div class='vg-value'>{fact.value}</div>" if fact.value else ""
    return f"<div class='vg-fact'><h3>{fact.title}</h3><div>{value}{''.join(shown)}</div></div>"


def _quote(source: Source, extract: str, fact: Fact) -> str:
    return (
        f"<figure class='vg-quote'><blockquote><mark>{markup.highlighted(clipped(extract), fact.mentions)}</mark>"
        f"</blockquote><figcaption>{_byline(source)}</figcaption></figure>"
    )


def clipped(extract: str) -> str:
    """At most 300 characters, whatever the store holds: more would be more than a quotation."""
    return extract if len(extract) <= 300 else extract[:299].rstrip() + "…"


def _byline(source: Source) -> str:
    name = outlet_name(source.outlet, source.url)
    notice = " <span class='vg-notice'>Notice de Vigie</span>" if source.kind == "notice" else ""
    return f"{markup.outward(source.url, name)}, {french.day_of(source.published)}{notice}"


def _receivers(incident: Incident) -> None:
    receivers = receiver_facts(incident)
    if not receivers:
        return
    names = french.counted(len(receivers), "établissement reçoit", "établissements reçoivent")
    st.html(
        f"<section class='vg-section vg-receivers'><h2>Patients envoyés ailleurs</h2><p class='vg-small'>{names} des "
        "patients. Ils ne sont pas touchés par l’attaque.</p><div class='vg-facts'>"
        f"{''.join(_fact(incident, fact) for fact in receivers)}</div></section>"
    )


def _contradictions(incident: Incident) -> None:
    if not incident.contradictions:
        return
    bylines = {source.url: _byline(source) for source in incident.reports}
    blocks = []
    for field, statements in incident.contradictions.items():
        name, _, value = field.partition("/")
        kept = _kept(incident, name, value)
        supporting = incident.support.get(field) or incident.support.get(name, ())
        sides = [("Retenu par Vigie", kept, supporting)]
        sides += [("Dit aussi", told(field, s.value), s.reports) for s in statements]
        cells = "".join(
            f"<div class='vg-side-by'><p class='vg-small'>{head}</p><p class='vg-value'>{markup.text(words)}</p>"
            f"<ul>{''.join(f'<li>{bylines.get(url) or markup.outward(url, url)}</li>' for url in urls)}</ul></div>"
            for head, words, urls in sides
        )
        blocks.append(f"<h3>{markup.text(title_of(field))}</h3><div class='vg-sides'>{cells}</div>")
    st.html(
        "<section class='vg-section'><h2>Ce que les articles disent différemment</h2>" + "".join(blocks) + "</section>"
    )


def _kept(incident: Incident, name: str, value: str) -> str:
    held = getattr(incident, name, None)
    if name == "services":
        first = value.split("/")[0]
        states = [told(name, s.status) for s in incident.services if not first or s.service == first]
        return french.joined(list(dict.fromkeys(states))) or "non précisé"
    if name == "attack_types" and value:
        return french.joined([told(name, c) for c in incident.attack_types if c.type == value]) or "non précisé"
    if name == "facility":
        return incident.facility.name
    return told(name, held)


def edition(known: Sequence[Version]) -> str:
    """The words that tell when an outlet changed its article: the page's own, else when it was read otherwise."""
    if not known:
        return ""
    last = known[-1]
    if last.modified:
        moment = datetime.fromisoformat(last.modified)
        return f", modifié le {french.moment(moment if 'T' in last.modified else moment.date())}"
    return f", modifié au plus tard le {french.moment(last.at)}" if len(known) > 1 else ""


def _articles(incident: Incident, edited: Mapping[str, str]) -> None:
    items = []
    for source in sorted(incident.reports, key=lambda s: str(s.published), reverse=True):
        outlet = outlet_name(source.outlet, source.url)
        notice = "<span class='vg-notice'>Notice de Vigie</span> " if source.kind == "notice" else ""
        explained = (
            "<p class='vg-small'>Résumé écrit par Vigie d’après cet article, qui fait seul foi.</p>" if notice else ""
        )
        items.append(
            f"<li><p class='vg-article'>{notice}<cite>{markup.text(source.title)}</cite></p>"
            f"<p class='vg-small'>{markup.text(outlet)}, {french.moment(source.published)}{edited.get(source.url, '')} — "
            f"{markup.outward(source.url, f'Lire l’article sur {outlet}')}</p>{explained}</li>"
        )
    st.html(
        f"<section class='vg-section'><h2>{french.counted(len(items), 'article')}</h2>"
        f"<ul class='vg-articles'>{''.join(items)}</ul></section>"
    )


def _merged(asked: str, successor: str) -> None:
    st.info(
        f"L’incident {asked} a été réuni avec {successor}, que voici : les articles parlaient du même évènement.",
        icon=":material/merge:",
    )
    # replaceState, not st.query_params: a new history entry would make Back lead here for ever.
    st.html(
        f"<script>history.replaceState(history.state, '', '?{urlencode({'id': successor})}')</script>",
        unsafe_allow_javascript=True,
    )


def _unknown(asked: str, store: Store) -> None:
    back()
    frame.title("Incident retiré" if _ID.fullmatch(asked) and store.fate(asked) else "Incident introuvable")
    gone = store.fate(asked) if _ID.fullmatch(asked) else None
    if gone:
        act = next((act for act in store.acts(m.url for m in gone.members) if act.id == gone.why), None)
        by = "par un analyste" if act else "faute d’article qui l’appuie encore"
        reason = f" Raison donnée : {act.why}" if act and act.why else ""
        sentence = f"L’incident {asked} a été retiré le {french.day_of(gone.at)}, {by}.{reason}"
    elif _ID.fullmatch(asked):
        sentence = (
            f"Aucun incident ne porte le numéro {asked} dans cette base : le lien vient sans doute d’une autre "
            "installation de Vigie. Un numéro n’est jamais réattribué."
        )
    else:
        sentence = f"« {asked[:40]} » n’est pas un numéro d’incident. Un numéro s’écrit comme VIG-2022-0001."
    st.warning(markup.markdown(sentence), icon=":material/search_off:")
    _latest(store)


def _no_id(store: Store) -> None:
    back()
    frame.title("Incident", "Choisissez un incident dans la liste ou sur la carte ; chacun a son propre lien.")
    _latest(store)


def _latest(store: Store) -> None:
    hits = store.search(Query(), limit=5).hits
    if not hits:
        return
    st.html("<h2>Les derniers incidents connus</h2>")
    for hit in hits:
        title_link(hit.incident, f"{hit.incident.facility.name}, {when(hit.incident)}")
