"""*Relecture*: what to look at first, and one incident with everything an analyst can do to it."""

from __future__ import annotations

import streamlit as st

from index import acting, queue
from index.asof import differences
from index.related import related
from index.store import Store, StoreError
from records import Incident
from views import frame, french, incident_history, markup, review_forms, routes, story, tags
from views.cards import articles, when
from views.differences import sentence
from views.opened import opened
from views.reviewer import Reviewer, ask_name, asks_to_sign_in, reviewer
from views.wording import place

PAGE = 20


def show() -> None:
    """The queue."""
    with opened() as store:
        _queue(store)


def show_one() -> None:
    """One incident (a page of its own: Streamlit forgets the address of a link that leads from a page to itself)."""
    asked = (st.query_params.get("id") or "").strip().upper()
    with opened() as store:
        incident = store.incident(asked) if asked else None
        if incident is None:
            _gone(asked, store)
        else:
            _one(incident, asked, store)


def _queue(store: Store) -> None:
    frame.title("Relecture", "Ce qui mérite un regard, du plus douteux et du plus grave au moins pressé.")
    _sign()
    _tell()
    waiting = queue.queue(store)
    if not waiting:
        st.info("Rien n’attend de relecture.", icon=":material/task_alt:")
        return
    st.html(f"<p class='vg-count'>{french.counted(len(waiting), 'incident à relire', 'incidents à relire')}</p>")
    shown = int(st.session_state.setdefault("vg-review-shown", PAGE))
    for n, one in enumerate(waiting[:shown]):
        with st.container(border=True, key=f"vg-card-review-{n}"):
            _card(one)
    if shown < len(waiting):
        st.button("Voir la suite", on_click=_more, key="vg-review-more")


def _more() -> None:
    st.session_state["vg-review-shown"] += PAGE


def _card(one: queue.Queued) -> None:
    incident = one.incident
    name = markup.text(incident.facility.name)
    st.html(
        f"<h2 class='vg-sr'>{name}</h2><p class='vg-over'><span class='vg-when'>{markup.text(when(incident))}</span></p>"
    )
    st.page_link(
        routes.page("reviewing"), label=markup.markdown(incident.facility.name), query_params={"id": incident.id}
    )
    reasons = "".join(f"<li>{markup.text(reason)}</li>" for reason in one.reasons)
    st.html(
        f"<p class='vg-place'>{markup.text(place(incident.facility))}</p>{tags.attacks(incident.attack_types)}"
        f"<ul class='vg-acts'>{reasons}</ul>"
        f"<p class='vg-under'>{articles(incident)} · <span class='vg-id'>{incident.id}</span></p>"
    )


def _one(incident: Incident, asked: str, store: Store) -> None:
    st.page_link(routes.page("review"), label="Retour à la file", icon=":material/arrow_back:")
    lead = f"{markup.text(place(incident.facility))} — {markup.text(when(incident))} — {incident.id}"
    frame.title(f"Relire : {markup.text(incident.facility.name)}", lead)
    if incident.id != asked:
        st.info(f"{asked} a été réuni avec {incident.id}, que voici.", icon=":material/merge:")
    who = _sign()
    _tell()
    waiting = incident.waiting.may_be if incident.waiting else ()
    may_be = [other for other in map(store.incident, waiting) if other]
    incident_history.doubt(incident, may_be)
    st.html(
        f"<div class='vg-head'>{tags.attacks(incident.attack_types)}{tags.information(incident.information_status)}"
        f"{tags.services(incident.services)}{incident_history.confidence(incident)}</div>"
    )
    st.page_link(
        routes.page("incident"),
        label="Voir la page de l’incident, avec ses phrases de preuve",
        query_params={"id": incident.id},
    )
    _articles(incident)
    _acts(incident, who)
    if who.may_review:
        kin = [one.incident for one in related(store, incident)]
        review_forms.show(incident, [*may_be, *kin])
    elif who.signed_in is None:
        st.info("Dites votre nom, plus haut, pour confirmer, corriger ou rejeter.", icon=":material/edit:")
    review_forms.remember(incident)


def _sign() -> Reviewer:
    """Who reviews: a name for a local user, a way to sign in behind OpenID Connect."""
    if not asks_to_sign_in():
        ask_name()
        return reviewer()
    who = reviewer()
    if not who.signed_in:
        st.info("La relecture demande de se connecter ; la lecture reste ouverte à tous.", icon=":material/lock:")
        st.button("Se connecter", on_click=st.login)
        return who
    role = "relecture" if who.may_review else "lecture : vous pouvez tout lire, aucun acte n’est accepté"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<p class='vg-small'>{markup.text(who.name)} — rôle {role}.</p>", width="content")
        st.button("Se déconnecter", on_click=st.logout)
    return who


def _articles(incident: Incident) -> None:
    items = "".join(
        f"<li>{markup.outward(source.url, source.title)} <span class='vg-small'>{french.day_of(source.published)}"
        f"{' · recopie un autre article' if source.copy_of else ''}</span></li>"
        for source in incident.reports
    )
    st.html(
        f"<section class='vg-section'><h2>{french.counted(len(incident.reports), 'article')}</h2>"
        f"<ul class='vg-acts'>{items}</ul></section>"
    )


def _acts(incident: Incident, who: Reviewer) -> None:
    """The acts on the incident, each with a way to undo it."""
    review = incident.reviewed
    if review is None or not review.acts:
        return
    st.html("<section class='vg-section'><h2>Actes déjà faits</h2></section>")
    for name in review.contradicted:
        st.warning(
            f"Un article arrivé depuis contredit la correction : {story.field(name)}. La correction est gardée.",
            icon=":material/report:",
        )
    for done in review.acts:
        why = f" — {markup.text(done.why)}" if done.why else ""
        with st.container(horizontal=True, vertical_alignment="center", key=f"vg-act-{done.id}"):
            st.html(
                f"<p class='vg-small'>{french.day_of(done.at)}, {markup.text(done.by)} : "
                f"{markup.text(story.act(done))}{why}</p>"
            )
            if who.may_review and not done.undone:
                again = "Annuler l’annulation" if done.kind == "undo" else "Annuler cet acte"
                st.button(again, key=f"vg-undo-{done.id}", on_click=review_forms.undo, args=(incident.id, done.id))


def _gone(asked: str, store: Store) -> None:
    st.page_link(routes.page("review"), label="Retour à la file", icon=":material/arrow_back:")
    frame.title("Relecture")
    who = _sign()
    _tell()
    gone = store.fate(asked)
    if gone is None:
        st.warning(markup.markdown(f"Aucun incident {asked[:40]} dans cette base."), icon=":material/search_off:")
        return
    st.warning(f"L’incident {asked} a été retiré le {french.day_of(gone.at)}.", icon=":material/delete:")
    if gone.why and who.may_review:
        st.button("Annuler le rejet", on_click=review_forms.undo, args=(asked, gone.why), key="vg-undo-reject")


def _tell() -> None:
    """What became of the last act: done, refused with the reason, or the incident has changed meanwhile."""
    told = st.session_state.pop(review_forms.TOLD, None)
    if told is None:
        return
    if isinstance(told, review_forms.Changed):
        st.warning(
            "Rien n’a été fait : cet incident a changé pendant que vous le relisiez. Voici ce qui a changé ; si votre "
            "acte reste juste, refaites-le.",
            icon=":material/sync_problem:",
        )
        changed = [sentence(d) for d in differences(told.before, told.after)] or ["Ses articles ou ses actes."]
        st.html(f"<ul class='vg-acts'>{''.join(f'<li>{markup.text(one)}</li>' for one in changed)}</ul>")
    elif isinstance(told, acting.ActRefused):
        st.error(markup.markdown(str(told)), icon=":material/block:")
    elif isinstance(told, StoreError):
        st.error(f"L’acte n’a pas abouti : {markup.markdown(str(told))}", icon=":material/database_off:")
    else:
        st.success(markup.markdown(str(told)), icon=":material/check:")
