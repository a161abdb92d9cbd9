"""The forms of *Relecture*: one an act. Each callback asks again who acts, and whether the incident is still what was
shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from index.acting import ActRefused, Analyst, Outdated
from index.store import StoreError
from records import Act, Facility, Incident
from reference import gazetteer
from views import frame, french, markup, review_keys, review_values
from views.cards import when
from views.facts import FIELDS
from views.opened import opened
from views.review_keys import key, typed
from views.reviewer import analyst

TOLD = "vg-review-told"
_SHOWN = "vg-review-incident"
_WHY = "Pourquoi"
LABELS = {
    "confirm": "Confirmer",
    "correct": "Corriger une valeur",
    "link": "Rattacher à un autre établissement",
    "merge": "Réunir avec un autre incident",
    "split": "Scinder",
    "add": "Ajouter un article",
    "reject": "Rejeter",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """The incident as the reviewer saw it, and as it is."""

    before: Incident
    after: Incident


def remember(incident: Incident) -> None:
    """What the reviewer sees now: an act on anything else is asked again."""
    st.session_state[_SHOWN] = incident


def show(incident: Incident, others: Sequence[Incident]) -> None:
    """The acts to choose from, and the form of the one chosen."""
    review_keys.of(incident.id)
    st.html("<section class='vg-section'><h2>Agir</h2></section>")
    chosen = st.radio(
        "Que voulez-vous faire ?",
        list(LABELS),
        index=None,
        format_func=LABELS.__getitem__,
        horizontal=True,
        key=key("act"),
    )
    match chosen:
        case "confirm":
            st.html("<p class='vg-small'>C’est bien un incident, à part, et ce qui en est dit est juste.</p>")
            _form("confirm", "Confirmer cet incident", incident)
        case "correct":
            _correct(incident)
        case "link":
            _link(incident)
        case "merge":
            _merge(incident, others)
        case "split":
            _split(incident)
        case "add":
            _add(incident)
        case "reject":
            st.html("<p class='vg-small'>Ce n’est pas un incident : exercice, autre secteur, erreur de lecture.</p>")
            _form("reject", "Rejeter cet incident", incident)


def undo(incident_id: str, act_id: str) -> None:
    _do("Acte annulé.", lambda who, _: who.undo(act_id), checked=False)


def _form(kind: str, label: str, incident: Incident, fields: Callable[[], None] | None = None) -> None:
    with st.form(f"vg-{kind}", border=False):
        if fields:
            fields()
        st.text_input(_WHY, key=key(f"{kind}-why"), max_chars=300)
        st.form_submit_button(label, on_click=_ACTS[kind], args=(incident.id,))


def _correct(incident: Incident) -> None:
    names = {name: FIELDS[name] for name in review_values.FIELDS}
    name = st.selectbox("Champ à corriger", list(names), format_func=names.__getitem__, key=key("correct-field"))
    _form("correct", "Corriger", incident, lambda: review_values.widgets(name, incident))


def _link(incident: Incident) -> None:
    words = st.text_input("Chercher un établissement (nom, ville, numéro FINESS)", key=key("link-words"))
    found = [match.facility for match in gazetteer.find(words, limit=8)] if words.strip() else []
    if words.strip():
        count = french.counted(len(found), "établissement trouvé", "établissements trouvés")
        st.html(f"<p class='vg-small' role='status'>{count}.</p>")
    names = {
        f.finess or f.name: f"{f.name}, {f.commune or 'lieu inconnu'} ({f.finess or 'sans FINESS'})" for f in found
    }

    def fields() -> None:
        st.selectbox(
            "Établissement",
            ["", *names],
            format_func=lambda n: names.get(n, "aucun de ceux-là"),
            key=key("link-finess"),
        )
        st.text_input("Sinon, son nom", key=key("link-name"))
        st.text_input("Sa commune", key=key("link-commune"))

    _form("link", "Rattacher", incident, fields)


def _merge(incident: Incident, others: Sequence[Incident]) -> None:
    known = {one.id: f"{one.id} : {one.facility.name}, {when(one)}" for one in others}

    def fields() -> None:
        if known:
            st.selectbox(
                "Proches", ["", *known], format_func=lambda n: known.get(n, "un autre"), key=key("merge-known")
            )
        st.text_input("Numéro de l’autre incident", key=key("merge-id"), placeholder="VIG-2022-0001")
        st.html(f"<p class='vg-small'>L’autre numéro mènera à {incident.id}.</p>")

    _form("merge", "Réunir", incident, fields)


def _split(incident: Incident) -> None:
    if len(incident.reports) < 2:
        st.html("<p class='vg-small'>Un seul article appuie cet incident : il n’y a rien à scinder.</p>")
        return
    titles = {s.url: markup.markdown(f"{s.title} ({french.day_of(s.published)})") for s in incident.reports}

    def fields() -> None:
        st.multiselect(
            "Articles qui parlent d’un autre incident",
            list(titles),
            format_func=titles.__getitem__,
            key=key("split-urls"),
            placeholder="Choisir des articles",
        )

    _form("split", "Scinder", incident, fields)


def _add(incident: Incident) -> None:
    def fields() -> None:
        st.text_input("Adresse", key=key("add-url"), placeholder="https://…")
        st.text_input("Titre", key=key("add-title"), max_chars=300)
        st.text_input("Date de parution", key=key("add-published"), placeholder="7 janvier 2022, 07/01/2022")
        st.text_input("Média", key=key("add-outlet"), max_chars=100)
        st.text_area("Ce qu’il dit, dans vos mots", key=key("add-note"), max_chars=1000)

    _form("add", "Ajouter", incident, fields)


# what the buttons do
def _confirm(incident_id: str) -> None:
    _do("Incident confirmé.", lambda who, seen: who.confirm(incident_id, why=typed("confirm-why"), seen=seen))


def _reject(incident_id: str) -> None:
    why = typed("reject-why")
    if not why:
        st.session_state[TOLD] = ActRefused("Dites pourquoi : l’adresse de l’incident rejeté montrera cette raison.")
        return
    _do("Incident rejeté.", lambda who, seen: who.reject(incident_id, why=why, seen=seen))


def _corrected(incident_id: str) -> None:
    name = str(st.session_state.get(key("correct-field")))

    def act(who: Analyst, seen: Any) -> Act:
        return who.correct(incident_id, {name: review_values.read(name)}, why=typed("correct-why"), seen=seen)

    _do("Valeur corrigée : elle restera, quoi que disent de nouveaux articles.", act)


def _linked(incident_id: str) -> None:
    def act(who: Analyst, seen: Any) -> Act:
        return who.link(incident_id, _chosen_facility(), why=typed("link-why"), seen=seen)

    _do("Incident rattaché.", act)


def _chosen_facility() -> Facility:
    chosen = typed("link-finess")
    known = gazetteer.by_finess(chosen) if chosen else None
    if known is None and chosen:
        known = next((m.facility for m in gazetteer.find(chosen, limit=8) if m.facility.name == chosen), None)
    if known:
        told = {
            k: getattr(known, k) for k in ("name", "finess", "type", "commune", "insee", "department", "lat", "lon")
        }
        return Facility(mention=known.name, **told)
    name = typed("link-name")
    if not name:
        raise ActRefused("Choisissez un établissement, ou donnez son nom.")
    return Facility(name=name, mention=name, commune=typed("link-commune") or None)


def _merged(incident_id: str) -> None:
    other = (typed("merge-id") or typed("merge-known")).upper()

    def act(who: Analyst, seen: Any) -> Act:
        if not other:
            raise ActRefused("Donnez le numéro de l’autre incident.")
        return who.merge(incident_id, other, why=typed("merge-why"), seen=seen)

    _do(f"{other} est réuni avec {incident_id}.", act)


def _parted(incident_id: str) -> None:
    urls = list(st.session_state.get(key("split-urls")) or ())
    done = _do("Incident scindé.", lambda who, seen: who.split(incident_id, urls, why=typed("split-why"), seen=seen))
    if done:
        st.session_state[TOLD] = f"Incident scindé : les articles choisis forment {done.other}."


def _added(incident_id: str) -> None:
    def act(who: Analyst, seen: Any) -> Act:
        return who.add(
            incident_id,
            url=typed("add-url"),
            title=typed("add-title"),
            published=review_values.typed_day(typed("add-published")) or "",
            note=typed("add-note"),
            outlet=typed("add-outlet") or None,
            why=typed("add-why"),
            seen=seen,
        )

    _do("Article ajouté.", act)


_ACTS: dict[str, Callable[[str], None]] = {
    "confirm": _confirm,
    "reject": _reject,
    "correct": _corrected,
    "link": _linked,
    "merge": _merged,
    "split": _parted,
    "add": _added,
}


def _do(done: str, act: Callable[[Analyst, Any], Act], checked: bool = True) -> Act | None:
    """Act, and keep what to say of it for the page. The role is asked for here, not where the form was drawn."""
    before = st.session_state.get(_SHOWN)
    try:
        with opened() as store:
            made = act(analyst(store), before if checked else None)
    except Outdated as error:
        st.session_state[TOLD] = Changed(before, error.now) if before else error
    except ActRefused as error:
        st.session_state[TOLD] = error
    except StoreError as error:  # said on the page, which cannot guard what a button does
        frame.log.error("review: %s", error)
        st.session_state[TOLD] = error
    else:
        st.session_state[TOLD] = done
        review_keys.done()
        return made
    return None
