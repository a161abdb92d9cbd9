"""What the readers of a saved search read: the French text of notices, for an e-mail, a webhook or a feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from index.places import department_label
from index.saved import Sending
from index.state import sentences

_KINDS = {
    "new": ("nouvel incident", "nouveaux incidents"),
    "changed": ("incident changé", "incidents changés"),
    "left": ("incident qui ne répond plus à la recherche", "incidents qui ne répondent plus à la recherche"),
    "withdrawn": ("incident retiré", "incidents retirés"),
}
_HEADS = {
    "new": "Nouvel incident",
    "changed": "Incident changé",
    "left": "Ne répond plus à la recherche",
    "withdrawn": "Retiré : plus aucun article ne l’appuie, ou un analyste l’a écarté",
}
_FOOT = (
    "Vigie rapporte ce que dit la presse et ne le vérifie pas. Un incident est annoncé une fois, puis quand son état "
    "change."
)


def subject(sending: Sending) -> str:
    """`Vigie — Loire : 2 nouveaux incidents, 1 incident changé`."""
    told = []
    for kind, (one, several) in _KINDS.items():
        if count := sum(notice["kind"] == kind for notice in sending.notices):
            told.append(f"{count} {one if count == 1 else several}")
    return f"Vigie — {sending.search} : {', '.join(told)}"


def body(sending: Sending, base: str | None) -> str:
    """The text of a message. `base`: the address of the app, if it has one."""
    parts = ["\n".join(_lines(notice, base)) for notice in sending.notices]
    return "\n\n".join([f"Recherche enregistrée : {sending.search}", *parts, f"-- \n{_FOOT}"]) + "\n"


def _lines(notice: dict[str, Any], base: str | None) -> list[str]:
    lines = [f"{_HEADS[notice['kind']]} — {notice['title']} ({notice['incident']})"]
    if notice["kind"] in ("new", "changed") and not notice["changes"]:
        lines += [f"  {line}" for line in whole(notice)]
    lines += [f"  {line}" for line in notice["changes"]]
    if base and notice["kind"] != "withdrawn":
        lines.append(f"  {link(base, notice['incident'])}")
    return lines + [f"  {article['title']} : {article['url']}" for article in notice.get("articles", [])[:5]]


def whole(notice: dict[str, Any]) -> list[str]:
    """Date, place and state of the incident, one sentence each."""
    told = [f"Date : {_when(notice)}"]
    if code := notice["facility"]["department"]:
        told.append(f"Département : {department_label(code)}")
    state = [fact for fact in notice["state"] if not fact.startswith("victim:")]
    return told + sentences(state, (), notice["title"])


def _when(notice: dict[str, Any]) -> str:
    start, end = notice["occurred"]["start"], notice["occurred"]["end"]
    if start is None:
        first = min((article["published"][:10] for article in notice["articles"]), default=None)
        return f"non précisée (première publication le {_day(first)})" if first else "non précisée"
    return _day(start) if start == end or not end else f"entre le {_day(start)} et le {_day(end)}"


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def link(base: str, incident_id: str) -> str:
    return f"{base.rstrip('/')}/incident?{urlencode({'id': incident_id})}"


def short(notices: Sequence[dict[str, Any]]) -> str:
    """One line a notice."""
    return "\n".join(f"{_HEADS[n['kind']]} — {n['title']} ({n['incident']})" for n in notices)
