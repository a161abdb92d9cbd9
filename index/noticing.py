"""What the readers of a saved search must be told: looked for in the order in which incidents came into the store.

An incident is announced once, and again when its state (`index.state`) is another than what was announced. A merge
that only brings together what was told already announces nothing, and neither does undoing it. When an incident that
was announced leaves the search because its state changed, or is withdrawn, that is told once too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from index.row import utc
from index.saved import SavedSearch, Sending, Told
from index.state import facts, sentences, victimless
from index.store import Fate, Store
from records import Incident

SLICE = 500  # arrivals looked at in one block of writing
_TOGETHER = 50  # notices of one sending
_TICK = timedelta(microseconds=1)  # keeps the sendings of one look in order
Kind = Literal["new", "changed", "left", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Notice:
    """`incident` is None when it was withdrawn; `changes` are French sentences."""

    kind: Kind
    told: Told
    incident: Incident | None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the next arrivals: what to tell, what the readers know then, the mark after them, whether there are more."""

    notices: tuple[Notice, ...]
    told: tuple[Told, ...]
    mark: str
    more: bool


def begin(store: Store, search: SavedSearch, announce_known: bool = False) -> None:
    """Keep a new search. What it finds already counts as known to its readers, unless that is to be announced too."""
    mark = ""
    with store.writing():
        store.saved.remove(search.name)
    while not announce_known:
        with store.writing():
            looked = look(store, search, mark)
            mark = looked.mark
            store.saved.put_told(search.name, looked.told)
            if looked.more:
                continue
            store.saved.put(search)
            store.saved.put_mark(search.name, mark)
            return
    store.saved.put(search)


def note(store: Store, search: SavedSearch, now: datetime) -> list[Notice]:
    """Look at what came since the last time and write down, in the same block, what has to be sent for it."""
    found: list[Notice] = []
    more = True
    while more:
        with store.writing():
            looked = look(store, search, store.saved.mark(search.name))
            store.saved.put_told(search.name, looked.told)
            store.saved.put_mark(search.name, looked.mark)
            store.saved.put_sendings(_sendings(search, looked.notices, now))
        found += looked.notices
        more = looked.more
    return found


def ahead(store: Store, search: SavedSearch) -> list[Notice]:
    """What the next `note` will find, without writing anything."""
    found: dict[str, Notice] = {}
    mark, more = store.saved.mark(search.name), True
    while more:
        looked = look(store, search, mark)
        found |= {notice.told.incident: notice for notice in looked.notices}
        mark, more = looked.mark, looked.more
    return list(found.values())


def look(store: Store, search: SavedSearch, mark: str) -> Look:
    came = store.saved.arrived(mark, SLICE)
    fates = list(store.fates())
    merged = _merged(fates)
    wanted = {i for incident_id in came.ids for i in (incident_id, *merged.get(incident_id, ()))}
    told = store.saved.told(search.name, wanted)
    matching = {i.id: i for i in store.all(replace(search.query, id=came.ids))} if came.ids else {}
    notices: list[Notice] = []
    after: list[Told] = []
    for incident_id in came.ids:
        known = told.get(incident_id)
        parts = [told[m] for m in merged.get(incident_id, ()) if m in told and told[m].within != incident_id]
        incident = matching.get(incident_id)
        if incident is None:
            if known is None or known.gone:
                continue
            incident = store.incident(incident_id)
            if incident is None:
                continue
        notice, now_told = _judged(incident, known, parts, incident_id in matching)
        notices += [notice] if notice else []
        after += [now_told, *(replace(part, within=incident_id) for part in parts)]
    withdrawn = {fate.id: fate.at for fate in fates if fate.kind == "withdrawn"}
    for one in store.saved.told(search.name, withdrawn).values():
        if not one.gone and not one.within:
            gone = replace(one, gone="withdrawn", at=withdrawn[one.incident])
            notices.append(Notice("withdrawn", gone, None))
            after.append(gone)
    return Look(tuple(notices), tuple(after), came.mark, len(came.ids) == SLICE)


def _judged(incident: Incident, known: Told | None, parts: Sequence[Told], matches: bool) -> tuple[Notice | None, Told]:
    """What to tell of an incident whose record was written, and what its readers know then."""
    here = facts(incident)
    gone = "" if matches else "left"
    told = Told(incident.id, title(incident), incident.first_seen, incident.last_changed, here, here, gone)
    merged_facts = {fact for part in parts for fact in part.known}
    before = {*known.announced, *known.known, *merged_facts} if known else merged_facts
    added = set(here) - before
    removed = set(known.known) - set(here) if known else set()
    if known is None and not parts:
        return Notice("new", told, incident), told
    if known and known.gone:  # it is in the search again
        return Notice("changed", told, incident, _changes(added, removed, incident)), told
    same = known is not None and here in (known.known, known.announced)
    if same or not (victimless(added) if parts else added | removed):
        quiet = replace(known, known=here, title=told.title, within="") if known else told
        return None, quiet
    kind: Kind = "changed" if matches else "left"
    return Notice(kind, told, incident, _changes(added, removed, incident)), told


def _changes(added: set[str], removed: set[str], incident: Incident) -> tuple[str, ...]:
    return tuple(sentences(added, removed, title(incident)))


def title(incident: Incident) -> str:
    """`Pôle Santé Léonard de Vinci, Chambray-lès-Tours`."""
    name, commune = incident.facility.name, incident.facility.commune
    return f"{name}, {commune}" if commune and commune not in name else name


def _merged(fates: Iterable[Fate]) -> Mapping[str, list[str]]:
    """The ids that lead to an incident, by its id, through every merge on the way."""
    leads = {fate.id: fate.other for fate in fates if fate.kind == "merged" and fate.other}
    found: dict[str, list[str]] = {}
    for start in leads:
        end, passed = start, {start}
        while (further := leads.get(end)) and further not in passed:
            end = further
            passed.add(end)
        found.setdefault(end, []).append(start)
    return found


def _sendings(search: SavedSearch, notices: Sequence[Notice], now: datetime) -> list[Sending]:
    rows = [as_json(notice) for notice in notices]
    return [
        Sending(uuid4().hex, search.name, target, now + n * _TICK, tuple(rows[start : start + _TOGETHER]))
        for target in search.targets
        for n, start in enumerate(range(0, len(rows), _TOGETHER))
    ]


def as_json(notice: Notice) -> dict[str, Any]:
    """A notice as it is kept until it is sent, and as a webhook receives it. Codes are those of the vocabularies."""
    made: dict[str, Any] = {
        "incident": notice.told.incident,
        "kind": notice.kind,
        "title": notice.told.title,
        "at": utc(notice.told.at),
        "changes": list(notice.changes),
        "state": list(facts(notice.incident)) if notice.incident else [],
    }
    if notice.incident is None:
        return made
    told = notice.incident.model_dump(mode="json")
    facility = {name: told["facility"][name] for name in ("name", "finess", "type", "commune", "insee", "department")}
    return made | {
        "facility": facility,
        "occurred": {name: told["occurred"][name] for name in ("start", "end", "precision")},
        "attack_types": told["attack_types"],
        "information_status": told["information_status"],
        "services": [{name: s[name] for name in ("service", "status")} for s in told["services"]],
        "care_impact": told["care_impact"],
        "articles": [{name: s[name] for name in ("url", "title", "outlet", "published")} for s in told["reports"]],
    }
