"""The filters in the sidebar, shared by the list and the map. The address bar is the only state: boxes show it,
and a change rewrites it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from index.facets import value_label
from index.places import facility_names
from index.store import NOT_SAID, Bucket
from reference.communes import by_insee
from views import french, markup
from views.filters import KEYS, TITLES, Filters, changed, to_url
from views.wording import outlet_name

# Short lists are seen at a glance, long ones are chosen from a box.
TICKED = ("attack", "info")
ORDER = ("dept", "facility", "attack", "service", "status", "info")
MORE = ("commune", "facility_type", "certainty", "care", "outlet", "reviewed")  # folded away until one is used
DISTANCES = (5, 10, 20, 50, 100, 200)  # km
FACETS = tuple(KEYS.values())


def go(filters: Filters) -> None:
    """Show other filters: the address changes, which is what Back undoes."""
    st.query_params.from_dict(to_url(filters))


def panel(filters: Filters, facets: Mapping[str, Sequence[Bucket]], prefix: str) -> None:
    """Draw the panel. `prefix` keeps the widgets of two pages apart."""
    with st.sidebar:
        st.html("<h2 class='vg-side'>Filtrer les incidents</h2>")
        for key in ORDER:
            buckets = choices(key, filters, facets.get(KEYS[key], ()))
            (_ticks if key in TICKED else _box)(key, filters, buckets, prefix)
            if key == "facility":
                _period(filters, prefix)
        used = sum(bool(filters.values.get(key)) for key in MORE) + bool(filters.near) + bool(filters.box)
        with st.expander(f"Plus de filtres ({used})" if used else "Plus de filtres", expanded=bool(used)):
            _around(filters, prefix)
            for key in MORE:
                _box(key, filters, choices(key, filters, facets.get(KEYS[key], ())), prefix)
        if filters.active:
            st.button(
                "Effacer tous les filtres",
                key=f"{prefix}-clear",
                width="stretch",
                on_click=go,
                args=(Filters(words=filters.words, sort=filters.sort),),
            )


def choices(key: str, filters: Filters, buckets: Sequence[Bucket]) -> list[Bucket]:
    """The buckets to offer: those found, and those ticked although nothing has them any more (count 0)."""
    found = {bucket.value for bucket in buckets}
    missing = [v for v in filters.values.get(key, ()) if v not in found]
    return [*buckets, *(Bucket(value, label_of(key, value), 0) for value in missing)]


def label_of(key: str, value: str, buckets: Sequence[Bucket] = ()) -> str:
    if value == NOT_SAID:
        return "non précisé"
    if key == "outlet":
        return outlet_name(value)
    for bucket in buckets:
        if bucket.value == value and bucket.label:
            return bucket.label
    if key == "facility" and (names := facility_names(value)):
        return names[0]
    if key == "commune" and (commune := by_insee(value)):
        return commune.name
    return value_label(KEYS[key], value)


def chips(filters: Filters, facets: Mapping[str, Sequence[Bucket]], prefix: str, *, words: bool = False) -> None:
    """What narrows the list, each with a button that takes it away: the panel may be folded, on a phone it is.

    `words` for a page that has no box for them.
    """
    shown = _narrowing(filters, facets, words=words)
    if not shown:
        return
    with st.container(horizontal=True, key=f"{prefix}-chips", gap="xsmall"):
        for number, (label, without) in enumerate(shown):
            st.button(
                f"{markup.markdown(label)} ✕",
                key=f"{prefix}-chip-{number}",
                help="Retirer ce filtre",
                on_click=go,
                args=(without,),
            )


def described(filters: Filters) -> list[str]:
    """What narrows a list, in words."""
    return [label for label, _ in _narrowing(filters, {}, words=True)]


def _narrowing(filters: Filters, facets: Mapping[str, Sequence[Bucket]], *, words: bool) -> list[tuple[str, Filters]]:
    """What narrows the list in words, each with the filters that are left without it."""
    shown: list[tuple[str, Filters]] = []
    if words and filters.words:
        shown.append((f"mots : {filters.words}", changed(filters, words="", sort=None)))
    for key in (*ORDER, *MORE):
        chosen = filters.values.get(key, ())
        for value in chosen:
            rest = {**filters.values, key: tuple(v for v in chosen if v != value)}
            label = label_of(key, value, facets.get(KEYS[key], ()))
            label = f"attaque : {label.lower()}" if key == "certainty" else label
            shown.append((label, changed(filters, values=rest)))
    if filters.since:
        shown.append((f"depuis : {filters.since}", changed(filters, since="")))
    if filters.until:
        shown.append((f"jusqu’à : {filters.until}", changed(filters, until="")))
    if filters.near:
        shown.append((f"à {filters.km} km au plus de {filters.near}", changed(filters, near="")))
    if filters.box:
        shown.append((f"cadre de la carte : {filters.box}", changed(filters, box="")))
    return shown


def _box(key: str, filters: Filters, buckets: list[Bucket], prefix: str) -> None:
    widget = f"{prefix}-{key}"
    st.session_state[widget] = list(filters.values.get(key, ()))
    labels = {b.value: f"{label_of(key, b.value, buckets)} ({french.number(b.count)})" for b in buckets}
    st.multiselect(
        TITLES[key],
        [b.value for b in buckets],
        key=widget,
        format_func=lambda value: labels.get(value, value),
        placeholder="Tous" if buckets else "Aucun",
        select_all=False,
        on_change=_taken(filters, key, lambda: st.session_state[widget]),
        disabled=not buckets,
    )


def _ticks(key: str, filters: Filters, buckets: list[Bucket], prefix: str) -> None:
    st.html(f"<p class='vg-label' id='{prefix}-{key}-label'>{TITLES[key]}</p>")
    chosen = filters.values.get(key, ())
    with st.container(key=f"{prefix}-{key}-ticks", gap=None):
        if not buckets:
            st.caption("Rien à choisir.")
        for bucket in buckets:
            widget = f"{prefix}-{key}-{bucket.value}"
            st.session_state[widget] = bucket.value in chosen
            label = markup.markdown(label_of(key, bucket.value, buckets))
            st.checkbox(
                f"{label} ({french.number(bucket.count)})",
                key=widget,
                on_change=_taken(
                    filters,
                    key,
                    lambda: [b.value for b in buckets if st.session_state.get(f"{prefix}-{key}-{b.value}")],
                ),
            )


def _taken(filters: Filters, key: str, read: Callable[[], Sequence[str]]) -> Callable[[], None]:
    def take() -> None:
        go(changed(filters, values={**filters.values, key: tuple(read())}))

    return take


def _around(filters: Filters, prefix: str) -> None:
    def take() -> None:
        near = " ".join(str(st.session_state[f"{prefix}-near"]).split())
        go(changed(filters, near=near, km=int(st.session_state[f"{prefix}-km"])))

    st.session_state[f"{prefix}-near"] = filters.near
    st.text_input("Autour d’une commune", key=f"{prefix}-near", placeholder="Vierzon", max_chars=80, on_change=take)
    st.session_state[f"{prefix}-km"] = filters.km
    st.selectbox(
        "À quelle distance au plus",
        sorted({*DISTANCES, filters.km}),
        key=f"{prefix}-km",
        format_func=lambda km: f"{french.number(km)} km",
        on_change=take,
        disabled=not filters.near,
    )


def _period(filters: Filters, prefix: str) -> None:
    def take() -> None:
        since, until = (str(st.session_state[f"{prefix}-{end}"]).strip() for end in ("from", "to"))
        go(changed(filters, since=since, until=until))

    left, right = st.columns(2)
    for column, end, label, typed, example in (
        (left, "from", "Depuis", filters.since, "mars 2021"),
        (right, "to", "Jusqu’au", filters.until, "31/12/2022"),
    ):
        st.session_state[f"{prefix}-{end}"] = typed
        column.text_input(label, key=f"{prefix}-{end}", placeholder=example, max_chars=40, on_change=take)
