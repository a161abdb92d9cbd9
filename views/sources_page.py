"""*Sources*: how collecting goes, outlet by outlet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import streamlit as st

from crawler.outlets import Outlet, OutletError, load_outlets
from index.health import Health, health
from index.store import OutletState
from views import frame, french, markup, note_form
from views.opened import reading
from views.wording import department_name


class Row(NamedTuple):
    """Name for the screen, entry of the registry, state of its collection, and how that goes beyond the last run."""

    name: str
    outlet: Outlet | None
    state: OutletState | None
    health: Health | None = None

    @property
    def alarms(self) -> tuple[str, ...]:
        return self.health.alarms if self.health else ()


def show() -> None:
    frame.title("Sources", "Les médias que Vigie lit, et comment va la collecte de chacun.")
    try:
        outlets = load_outlets()
    except OutletError as error:
        frame.log.error("outlets: %s", error)
        st.error("La liste des médias ne peut pas être lue ; l’erreur est notée dans le journal de l’application.")
        outlets = []
    with reading() as store:
        states = store.outlet_states()
        checked = health(store, outlets)
        frame.collection_line(store)
    known = {outlet.id for outlet in outlets}
    # An outlet of a registry of the user's own has a state too.
    rows = [Row(o.name, o, states.get(o.id), checked.get(o.id)) for o in outlets]
    rows += [Row(name, None, state) for name, state in states.items() if name not in known | {frame.NOTICES}]
    if not rows:
        st.info("Aucun média n’est encore déclaré.", icon=":material/rss_feed:")
        return
    followed = sorted((r for r in rows if not (r.outlet and r.outlet.closed)), key=lambda r: r.name.lower())
    closed = sorted((r for r in rows if r.outlet and r.outlet.closed), key=lambda r: r.name.lower())
    _alarms(followed)
    _figures(followed, closed)
    if not any(row.state and row.state.last_attempt for row in rows):
        st.info(
            "La collecte n’a pas encore commencé : les incidents déjà visibles viennent des notices de Vigie. "
            "Elle se lance avec l’application, ou par `vigie collect` dans un terminal.",
            icon=":material/schedule:",
        )
    _table(followed)
    if closed:
        _closed([(row.name, row.outlet) for row in closed if row.outlet])
    note_form.show(outlets)


def _figures(followed: list[Row], closed: list[Row]) -> None:
    states = [row.state for row in followed if row.state]
    looked = [row.health.last for row in followed if row.health and row.health.last]
    figures = [
        (len(followed), "média suivi", "médias suivis"),
        (sum(s.seen for s in states), "article vu", "articles vus"),
        (sum(s.kept for s in states), "article retenu", "articles retenus"),
        (sum(condition(s)[0] == "bad" for s in states), "média en échec", "médias en échec"),
        (sum(one.status == "PARTIAL" for one in looked), "média lu en partie", "médias lus en partie"),
    ]
    if closed:
        figures.append((len(closed), "média écarté", "médias écartés"))
    items = "".join(
        f"<li><strong>{french.number(value)}</strong> {one if value < 2 else many}</li>" for value, one, many in figures
    )
    st.html(f"<ul class='vg-figures'>{items}</ul>")


def _alarms(followed: list[Row]) -> None:
    """What is wrong beyond one run: an outlet that is silent tells nothing, and a zero of it is no zero."""
    if not (told := [(row.name, alarm) for row in followed for alarm in row.alarms]):
        return
    items = "".join(f"<li><strong>{markup.text(name)}</strong> {markup.text(alarm)}</li>" for name, alarm in told)
    st.html(
        "<section class='vg-section vg-alarms' role='alert'><h2>À vérifier</h2><p>Ce que ces médias ont publié entre-temps "
        f"manque peut-être à Vigie.</p><ul>{items}</ul></section>"
    )


def condition(state: OutletState | None, now: datetime | None = None, found: Health | None = None) -> tuple[str, str]:
    """How an outlet goes: `ok`, `part`, `bad` or `new`, and the sentence that says it (plain text)."""
    if state is None or state.last_attempt is None:
        return "new", "pas encore collecté"
    failed = state.last_error and (state.last_success is None or state.last_attempt > state.last_success)
    if found and found.alarms:
        return "bad", "\u00a0; ".join(found.alarms)
    if found and found.last and found.last.status == "PARTIAL":
        return "part", f"lu en partie ({_percent(found.last.coverage)})\u00a0: {found.last.reason}"
    if not failed:
        return "ok", "tout va bien" if state.last_success else "pas encore collecté"
    moment = now or datetime.now(UTC)
    again = ""
    if state.next_try:
        later = state.next_try > moment
        again = f", nouvel essai {_at(state.next_try)}" if later else ", nouvel essai à la prochaine collecte"
    reason = (state.last_error or "").strip().rstrip(".")
    return "bad", f"n’a pas pu être joint : {reason}{again}"


def _percent(share: float) -> str:
    return f"{round(share * 100)}\u00a0%"


def _at(value: datetime) -> str:
    local = value.astimezone(french.PARIS)
    hour = f"à {local.hour} h {local.minute:02d}"
    return hour if local.date() == datetime.now(french.PARIS).date() else f"le {french.day(local.date())} {hour}"


def _table(rows: list[Row]) -> None:
    shapes = {"ok": "✓", "part": "◐", "bad": "✖", "new": "○"}
    lines = []
    for name, outlet, state, found in rows:
        kind, told = condition(state, found=found)
        usual = french.number(round(found.usual)) if found and found.usual is not None else "—"
        extracted = _percent(found.extracted) if found and found.extracted is not None else "—"
        blocked = _percent(found.blocked) if found and found.blocked is not None else "—"
        last = french.time_ago(state.last_success) if state and state.last_success else "jamais"
        seen, kept = (french.number(state.seen), french.number(state.kept)) if state else ("0", "0")
        lines.append(
            f"<tr><th scope='row' data-label='Média'>{markup.text(name)}</th>"
            f"<td data-label='Zone'>{_area(outlet)}</td>"
            f"<td data-label='État'><span class='vg-outlet vg-outlet-{kind}'><span aria-hidden='true'>{shapes[kind]}"
            f"</span> {markup.text(told)}</span></td>"
            f"<td data-label='Dernier succès'>{markup.text(last)}</td>"
            f"<td class='vg-num' data-label='Nouveautés par jour'>{usual}</td>"
            f"<td class='vg-num' data-label='Pages lues'>{extracted}</td>"
            f"<td class='vg-num' data-label='Pages refusées'>{blocked}</td>"
            f"<td class='vg-num' data-label='Articles vus'>{seen}</td>"
            f"<td class='vg-num' data-label='Retenus'>{kept}</td></tr>"
        )
    st.html(
        "<table class='vg-table'><caption>Médias suivis</caption><thead><tr><th scope='col'>Média</th>"
        "<th scope='col'>Zone</th><th scope='col'>État</th><th scope='col'>Dernier succès</th>"
        "<th scope='col' class='vg-num'>Par jour</th><th scope='col' class='vg-num'>Lues</th>"
        "<th scope='col' class='vg-num'>Refusées</th><th scope='col' class='vg-num'>Articles vus</th><th scope='col' class='vg-num'>Retenus</th></tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _area(outlet: Outlet | None) -> str:
    if outlet is None:
        return "registre personnel"
    if not outlet.departments:
        return "toute la France"
    return markup.text(", ".join(department_name(code) for code in outlet.departments))


def _closed(rows: list[tuple[str, Outlet]]) -> None:
    lines = "".join(
        f"<tr><th scope='row' data-label='Média'>{markup.text(name)}</th>"
        f"<td data-label='Raison'>{markup.text(outlet.closed or '')}</td></tr>"
        for name, outlet in rows
    )
    st.html(
        "<section class='vg-section'><h2>Médias écartés</h2><table class='vg-table'><caption>Médias que Vigie ne lit "
        "pas, et pourquoi</caption><thead><tr><th scope='col'>Média</th><th scope='col'>Raison</th></tr></thead>"
        f"<tbody>{lines}</tbody></table></section>"
    )
