"""What surrounds every page: style, wordmark, menu, state of the collection, footer, and the answer to an error."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException

from index.store import OutletState, Store, StoreError
from views import french, markup, routes
from views.opened import reading
from views.served import icon

ASSETS = Path(__file__).parent / "assets"
MENU = (
    ("search", "Rechercher"),
    ("map", "Carte"),
    ("saved", "Alertes"),
    ("review", "Relecture"),
    ("sources", "Sources"),
    ("quality", "Qualité"),
    ("about", "À propos"),
)
_WITH_FILTERS = ("search", "map")
_TITLED = "vigie_titled"
# The state under which `pipeline.load_notices` tells how it goes: no outlet.
NOTICES = "vigie-notices"
_RUNNING = timedelta(minutes=3)
_FIRST_START = timedelta(minutes=15)

log = logging.getLogger("vigie.views")
if not log.handlers:
    _handler = logging.StreamHandler(sys.stderr)
    _handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(_handler)


def framed(name: str, body: Callable[[], None]) -> Callable[[], None]:
    """A page's function: header, menu, the body behind a guard, footer."""

    def show() -> None:
        st.session_state[_TITLED] = False
        st.html(f"<style>{_style()}</style>")
        menu = st.container(key="vg-header")
        with guarded(), st.container(key="vg-body"):
            body()
        # Written last: the body is what reads the address, and the menu's links carry its filters.
        with menu:
            _header(name)
        _footer()

    show.__name__ = name
    return show


@contextmanager
def guarded() -> Iterator[None]:
    """An error is a sentence on the page and a trace in the log, never the reverse."""
    try:
        yield
    except (RerunException, StopException):
        raise
    except StoreError as error:
        _title_anyway()
        log.error("store: %s", error)
        st.error(
            f"Les données ne peuvent pas être lues : {markup.markdown(str(error))}", icon=":material/database_off:"
        )
        st.markdown("Essayez `vigie doctor` dans un terminal, ou rechargez la page dans quelques instants.")
    except Exception:
        log.exception("page failed")
        _title_anyway()
        st.error(
            "Cette page n’a pas pu s’afficher, et nous en sommes désolés. L’erreur est notée dans le journal de "
            "l’application ; les autres pages restent utilisables.",
            icon=":material/error:",
        )


def title(words: str, lead: str | None = None) -> None:
    """The page's only `h1`. `words` and `lead` are ours or already escaped."""
    st.session_state[_TITLED] = True
    st.html(f"<h1 class='vg-title'>{words}</h1>" + (f"<p class='vg-lead'>{lead}</p>" if lead else ""))


def _title_anyway() -> None:
    if not st.session_state.get(_TITLED):
        title("Un problème est survenu")


def _header(current: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="vg-bar"):
        st.html(f"<div class='vg-mark'><img src='{icon()}' alt=''><span>Vigie</span></div>", width="content")
        with st.container(horizontal=True, key="vg-menu"):
            for name, label in MENU:
                params = routes.last_filters() if name in _WITH_FILTERS else None
                key = "vg-here" if name == current else f"vg-to-{name}"
                with st.container(key=key, width="content"):
                    st.page_link(routes.page(name), label=label, query_params=params or None)


def collection_line(store: Store) -> None:
    """One line on the collection in the background: under way, last done, outlets that cannot be reached."""
    states = store.outlet_states()
    if loading(states, datetime.now(UTC)):
        _growing(store.info().incidents)
    elif line := collection_state(states, datetime.now(UTC)):
        st.html(f"<p class='vg-collection' role='status'>{line}</p>")


def loading(states: dict[str, OutletState], now: datetime) -> bool:
    """Whether the starter notices are being read, on the first start."""
    state = states.get(NOTICES)
    return bool(state and not state.last_success and state.last_attempt and now - state.last_attempt < _FIRST_START)


@st.fragment(run_every="3s")
def _growing(known: int) -> None:
    """Shows the whole page again whenever there is more to show, so that nobody has to reload on the first day."""
    with guarded():
        with reading() as store:
            incidents, ended = store.info().incidents, not loading(store.outlet_states(), datetime.now(UTC))
        st.html(
            "<p class='vg-collection' role='status'><span class='vg-dot vg-on' aria-hidden='true'></span>"
            f"Premier démarrage : Vigie lit ses notices, {french.counted(incidents, 'incident')} pour l’instant.</p>"
        )
        if ended or incidents >= known + 20:
            st.rerun()


def collection_state(states: dict[str, OutletState], now: datetime) -> str:
    """The line's HTML; empty when nothing has ever been collected."""
    states = {name: state for name, state in states.items() if name != NOTICES}
    attempts = [s.last_attempt for s in states.values() if s.last_attempt]
    if not attempts:
        return ""
    failing = [s for s in states.values() if s.last_error and (not s.last_success or _after_success(s))]
    latest = max(attempts)
    running = now - latest < _RUNNING
    words = "Collecte de la presse en cours" if running else f"Dernière collecte {french.time_ago(latest, now)}"
    dot = f"<span class='vg-dot{' vg-on' if running else ''}' aria-hidden='true'></span>"
    if not failing:
        return f"{dot}{words}."
    verb = "n’a pas pu être joint" if len(failing) == 1 else "n’ont pas pu être joints"
    retry = min((s.next_try for s in failing if s.next_try), default=None)
    again = f", nouvel essai {french.time_ago(retry, now)}" if retry and retry > now else ""
    return f"{dot}{words} ; {french.counted(len(failing), 'média')} {verb}{again} (voir la page Sources)."


def _after_success(state: OutletState) -> bool:
    return bool(state.last_attempt and state.last_success and state.last_attempt > state.last_success)


def _footer() -> None:
    st.html(
        "<footer class='vg-footer'>Vigie lit la presse et cite ses sources : chaque valeur renvoie à la phrase qui la "
        "dit. L’absence d’un incident ne prouve pas qu’il n’a pas eu lieu. "
        "Données : presse régionale et nationale, FINESS (Licence Ouverte), communes Etalab, GeoNames (CC BY).</footer>"
    )


@cache
def _style() -> str:
    return (ASSETS / "vigie.css").read_text(encoding="utf-8")
