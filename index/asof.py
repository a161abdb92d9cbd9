"""What was known of an incident on a given day, and what changed since.

Known on a day is what the articles published by then say together, with the acts made by then: no versions are kept,
they follow from the reports. Which reports belong together is what is known now, so that an address means the same
event on every day. Days are local (Europe/Paris).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from index import consensus
from index.gather import account_of
from index.reviewed import reviewed
from index.rulings import Rulings, parted
from index.store import Fate, Query, Store
from records import Incident

_PARIS = ZoneInfo("Europe/Paris")
# What a reader would call a change of the incident; the rest follows from it.
COMPARED = (
    *(
        "facility",
        "sites",
        "occurred",
        "attack_types",
        "information_status",
        "services",
        "diverted_to",
        "actor",
        "ransom",
    ),
    *("data_stolen", "persons_affected", "supplier", "authorities", "care_impact"),
)


def as_of(store: Store, incident_id: str, day: date, entered: datetime | None = None) -> Incident | None:
    """The incident as it was known at the end of a day; None when nothing had been published by then.

    `last_changed` is the last publication or act by then. An incident without reports of its own (put by hand) is
    given as it is. `entered`: articles that came into the store from this moment on are left out too.
    """
    incident = store.incident(incident_id)
    if incident is None:
        return None
    end = datetime.combine(day + timedelta(days=1), time(), _PARIS)
    members = store.members(incident.id)
    if not members:
        return incident if incident.day is None or incident.day <= day else None
    told = [a for m in members if (a := account_of(store, m, incident)) and a.published <= day]
    accounts = [a for a in told if not (entered and a.article.fetched and a.article.fetched >= entered)]
    if not accounts:
        return None
    rulings = Rulings(act for act in store.acts({m.url for m in members}) if act.at < end)
    linked = {a.member: a for g in parted(accounts, rulings).groups for a in g}
    accounts = [linked.get(a.member, a) for a in accounts]
    known = {source.url: source for source in incident.reports}
    moments = [datetime.combine(a.published, time(), UTC) for a in accounts] + [act.at for act in rulings.all]
    found = consensus.incident(accounts, incident.id, incident.first_seen, max(moments), known)
    return reviewed(found, accounts, 0, [accounts], rulings)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose value changed, in the records' JSON form."""

    field: str
    before: Any
    after: Any


def differences(before: Incident, after: Incident) -> tuple[Difference, ...]:
    one, other = before.model_dump(mode="json"), after.model_dump(mode="json")
    return tuple(Difference(f, one[f], other[f]) for f in COMPARED if _told(one[f]) != _told(other[f]))


def _told(value: Any) -> Any:
    """A value without the words of whoever said it."""
    if isinstance(value, dict):
        return {k: _told(v) for k, v in value.items() if k != "mention"}
    return [_told(v) for v in value] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Change:
    """`new`: nothing had been published before; `older`: it came into the store since, its articles are older;
    `changed`: what it says is no longer the same; `told`: more articles say the same. `articles`: published or come
    into the store since."""

    incident: Incident
    kind: Literal["new", "older", "changed", "told"]
    differences: tuple[Difference, ...]
    articles: tuple[str, ...]


def changes(store: Store, since: date, query: Query | None = None) -> Iterator[Change]:
    """What changed from the beginning of a day on, the incidents in the order of a search."""
    begin = datetime.combine(since, time(), _PARIS)
    for incident in store.all(query or Query()):
        recent = [s.url for s in incident.reports if _day(s.published) >= since or _entered(store, s.url, begin)]
        if not recent and incident.last_changed < begin:
            continue
        before = as_of(store, incident.id, since - timedelta(days=1), begin)
        first = min((_day(s.published) for s in incident.reports), default=since)
        if before is None:
            yield Change(incident, "new" if first >= since else "older", (), tuple(recent))
        elif incident.first_seen >= begin and not recent:
            yield Change(incident, "older", (), tuple(s.url for s in incident.reports))
        elif found := differences(before, incident):
            yield Change(incident, "changed", found, tuple(recent))
        elif recent:
            yield Change(incident, "told", (), tuple(recent))


def _entered(store: Store, url: str, begin: datetime) -> bool:
    article = store.article(url)
    return bool(article and article.fetched and article.fetched >= begin)


def fates_since(store: Store, since: date) -> list[Fate]:
    """Ids merged, withdrawn or split off from the beginning of a day on."""
    begin = datetime.combine(since, time(), _PARIS)
    return [fate for fate in store.fates() if fate.at >= begin]


def _day(published: date | datetime) -> date:
    return published.date() if isinstance(published, datetime) else published
