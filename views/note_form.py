"""The form of the page *Sources* where a person adds an article that Vigie may not or cannot fetch: link, date, note."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from crawler.by_hand import LONGEST_NOTE, LONGEST_TITLE, ByHandError, note
from crawler.moments import day_of, moment_of, written_moment
from crawler.outlets import Outlet
from index.store import StoreError
from views import frame
from views.opened import opened


@st.cache_resource(show_spinner=False)
def _reader() -> object:
    from nlp.stream import LazyReader

    return LazyReader()


def show(outlets: list[Outlet]) -> None:
    st.html("<section class='vg-section'><h2>Ajouter un article à la main</h2></section>")
    st.caption(
        "Pour un média que Vigie ne peut pas lire : donnez le lien, la date, et dites dans vos mots qui a été touché, "
        "quand et ce qui ne marchait plus. Ne recopiez pas l’article : seuls le lien et votre note sont gardés."
    )
    with st.form("vg-note", clear_on_submit=False, border=True):
        url = st.text_input("Lien de l’article", placeholder="https://…", max_chars=2000)
        title = st.text_input("Titre de l’article", max_chars=LONGEST_TITLE)
        # Streamlit's own field for dates speaks English inside
        day = st.text_input("Jour de publication", placeholder="JJ/MM/AAAA", max_chars=30)
        text = st.text_area("Votre note", height=140, max_chars=LONGEST_NOTE)
        sent = st.form_submit_button("Ajouter")
    if sent:
        _add(url, title, day, text, outlets)


def _add(url: str, title: str, day: str, text: str, outlets: list[Outlet]) -> None:
    published = moment_of(day) or written_moment(day, datetime.now(UTC))
    if published is None:
        st.error("Le jour de publication manque, ou n’est pas une date (JJ/MM/AAAA).")
        return
    try:
        article = note(url, title, day_of(published), text, outlets)
    except ByHandError as error:
        st.error(str(error))
        return
    import pipeline
    from nlp.stream import LazyReader

    reader = _reader()
    assert isinstance(reader, LazyReader)
    try:
        with opened() as store, st.spinner("Lecture de la note…"):
            stored = store.article(article.url)
            if stored and stored.kind == "article":
                st.info("Cet article a déjà été lu en entier : une note n’y ajouterait rien.")
                return
            summary = pipeline.ingest(store, [article], reader)
    except StoreError as error:
        frame.log.error("note: %s", error)
        st.error("La base ne peut pas être écrite pour l’instant : réessayez plus tard.")
        return
    if summary.failed:
        st.error("La note n’a pas pu être lue ; l’erreur est notée dans le journal de l’application.")
    elif summary.articles["known"]:
        st.info("Cette note est déjà là.")
    elif not summary.touched:
        st.warning(
            "Vigie ne lit aucun incident dans cette note : nommez l’établissement, sa commune, et ce qui lui est arrivé."
        )
    else:
        links = " ".join(f"[{one}](/incident?id={one})" for one in sorted(summary.touched))
        st.success(f"Note ajoutée : {links}.")
