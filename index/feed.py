"""An Atom feed (RFC 4287) of what the readers of a saved search were told, or will be at the next run.

An entry's id is the incident's for ever, whatever the app's address; `updated` moves when its state changes and not
when articles merely add to it; `published` never moves.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any

from index import messages, noticing
from index.noticing import Notice
from index.saved import SavedSearch, slug
from index.store import Store
from reference.vocabulary import label

MOST = 50
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_SPACE = "http://www.w3.org/2005/Atom"
_TAG = "tag:vigie.example,2026:"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(store: Store, search: SavedSearch, base: str | None = None, own: str | None = None) -> bytes:
    """The feed as UTF-8. `base`: the address of the app; `own`: that of the feed itself, if they have one."""
    notices = _notices(store, search)
    root = ET.Element("feed", {"xmlns": _SPACE, "xml:lang": "fr"})
    _put(root, "id", f"{_TAG}search/{slug(search.name)}")
    _put(root, "title", f"Vigie — {search.name}")
    _put(root, "subtitle", "Incidents numériques dans la santé, d’après la presse.")
    _put(root, "updated", _moment(max((n.told.at for n in notices), default=search.created)))
    ET.SubElement(_put(root, "author"), "name").text = "Vigie"
    _put(root, "generator", "Vigie")
    if own:
        _put(root, "link", rel="self", type="application/atom+xml", href=_clean(own))
    if base:
        _put(root, "link", rel="alternate", type="text/html", href=_clean(base))
    for notice in notices:
        _entry(root, notice, base)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _notices(store: Store, search: SavedSearch) -> list[Notice]:
    found = {notice.told.incident: notice for notice in noticing.ahead(store, search)}
    for told in store.saved.latest(search.name, MOST):
        if told.incident not in found:
            incident = store.incident(told.incident) if told.gone != "withdrawn" else None
            kind: noticing.Kind = "left" if told.gone == "left" else "new" if incident else "withdrawn"
            found[told.incident] = Notice(kind, told, incident)
    latest = sorted(found.values(), key=lambda n: (n.told.at, n.told.incident), reverse=True)
    return latest[:MOST]


def _entry(root: ET.Element, notice: Notice, base: str | None) -> None:
    told, incident = notice.told, notice.incident
    entry = _put(root, "entry")
    _put(entry, "id", f"{_TAG}incident/{told.incident}")
    gone = {"left": "Ne répond plus à la recherche : ", "withdrawn": "Retiré : "}.get(notice.kind, "")
    kinds = ", ".join(dict.fromkeys(label("attack_types", c.type) for c in incident.attack_types)) if incident else ""
    _put(entry, "title", f"{gone}{told.title}{' — ' + kinds if kinds and not gone else ''}")
    _put(entry, "published", _moment(told.first))
    _put(entry, "updated", _moment(told.at))
    data = noticing.as_json(notice)
    articles: list[dict[str, Any]] = data.get("articles", [])
    first = messages.link(base, told.incident) if base else next((a["url"] for a in articles), None)
    if first:
        _put(entry, "link", rel="alternate", href=_clean(first))
    for article in articles:
        _put(entry, "link", rel="related", href=_clean(article["url"]), title=_clean(article["title"]))
    if incident:
        for claim in incident.attack_types:
            _put(entry, "category", term=claim.type, label=label("attack_types", claim.type))
    _put(entry, "content", _html(data), type="html")


def _html(data: dict[str, Any]) -> str:
    if data["kind"] == "withdrawn":
        return "<p>Plus aucun article n’appuie cet incident, ou un analyste l’a écarté.</p>"
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in messages.whole(data))
    articles = "".join(
        f'<li><a href="{html.escape(a["url"])}">{html.escape(a["title"])}</a></li>' for a in data["articles"]
    )
    return f"<ul>{lines}</ul><p>Articles :</p><ul>{articles}</ul>"


def _put(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    made.text = _clean(text) if text is not None else None
    return made


def _clean(text: str) -> str:
    """What XML can hold."""
    return _NOT_XML.sub("\ufffd", text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
