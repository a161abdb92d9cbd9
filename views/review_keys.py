"""The session's keys of the forms of *Relecture*: what is typed is kept until an act is done, for one incident."""

from __future__ import annotations

import streamlit as st

_FORMS = "vg-review-forms"  # the incident's id and how many acts were done


def of(incident_id: str) -> None:
    """The forms drawn from now on are those of this incident."""
    known, done = st.session_state.get(_FORMS, ("", 0))
    st.session_state[_FORMS] = (incident_id, done + (known != incident_id))


def done() -> None:
    """Empty forms on the next run."""
    incident_id, count = st.session_state.get(_FORMS, ("", 0))
    st.session_state[_FORMS] = (incident_id, count + 1)


def key(name: str) -> str:
    return f"vg-{name}-{st.session_state.get(_FORMS, ('', 0))[1]}"


def typed(name: str) -> str:
    return str(st.session_state.get(key(name)) or "").strip()
