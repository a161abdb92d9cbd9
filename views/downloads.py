"""Downloads of all that a search finds, not of the page on screen alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import streamlit as st

from index import export
from index.store import Query
from views.french import PARIS, counted
from views.opened import reading


def file_name(total: int, kind: str = "csv") -> str:
    return f"vigie_incidents_{datetime.now(PARIS).date().isoformat()}_{total}.{kind}"


def buttons(query: Query, total: int, prefix: str) -> None:
    if not total:
        return
    with st.container(horizontal=True, key=f"{prefix}-downloads", vertical_alignment="center"):
        for kind, label, explained in (
            ("csv", f"Télécharger en CSV ({counted(total, 'ligne')})", "UTF-8, virgules, dates ISO 8601"),
            ("csv-excel", "CSV pour Excel (France)", "Points-virgules, lisible par Excel en français"),
        ):
            st.download_button(
                label,
                data=exported(query, kind),
                file_name=file_name(total),
                mime="text/csv; charset=utf-8; header=present",
                key=f"{prefix}-{kind}",
                help=explained,
                on_click="ignore",
                icon=":material/download:",
            )
        st.download_button(
            "Numéros réunis ou retirés",
            data=_ids,
            file_name="vigie_numeros.ids.csv",
            mime="text/csv; charset=utf-8; header=present",
            key=f"{prefix}-ids",
            help="Pour tenir à jour une copie : les numéros d’incident réunis avec un autre, retirés ou partagés",
            on_click="ignore",
            icon=":material/merge:",
        )


def _ids() -> bytes:
    stream = io.BytesIO()
    with reading() as store:
        export.write_ids(store, stream)
    return stream.getvalue()


def exported(query: Query, kind: str) -> Callable[[], bytes]:
    """Made only when asked for, by a connection of its own: Streamlit calls it from another thread."""

    def make() -> bytes:
        stream = io.BytesIO()
        with reading() as store:
            export.write(store, query, kind, stream)
        return stream.getvalue()

    return make
