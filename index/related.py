"""Incidents that belong to one affair without being one: a supplier's and its customers', a group's and its sites'.

Nothing is stored but keys: what is related follows from the incidents as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from index.account import Account
from index.facility import telling_words
from index.sites import belongs_to, own_name
from index.store import Store
from records import Facility, Incident

WITHIN = 180  # days between a supplier's incident and its customers'
OF_A_GROUP = 30  # days between a group's incident and one of its sites'

Relation = Literal["supplier", "customer", "same_supplier", "group", "site", "split_from", "split_into"]


@dataclass(frozen=True, slots=True)
class Related:
    """`relation` is what the other incident is to the one asked about."""

    relation: Relation
    incident: Incident


def keys(account: Account) -> frozenset[str]:
    """What an account is stored under, so that those related to it find it."""
    return frozenset(_keys(account.facility, account.said.supplier, account.groups))


def _keys(facility: Facility, supplier: str | None, groups: Iterable[str]) -> Iterable[str]:
    for word in telling_words(supplier) if supplier else ():
        yield f"supplied-by:{word}"
    if facility.type == "prestataire":
        for word in telling_words(facility.name):
            yield f"supplier:{word}"
    if own := own_name(facility):
        yield f"group:{own}"
    for group in groups:
        yield f"site-of:{group}"


def related(store: Store, incident: Incident) -> tuple[Related, ...]:
    """By relation, then day and id."""
    found = [Related(relation, other) for other in _candidates(store, incident) if (relation := _is(incident, other))]
    for fate in store.fates():
        if fate.kind == "split" and incident.id in (fate.id, fate.other):
            other = store.incident((fate.other or "") if fate.id == incident.id else fate.id)
            if other and other.id != incident.id:
                found.append(Related("split_from" if fate.id == incident.id else "split_into", other))
    return tuple(sorted(found, key=lambda r: (r.relation, str(r.incident.day), r.incident.id)))


def _candidates(store: Store, incident: Incident) -> Iterable[Incident]:
    wanted = set()
    for word in telling_words(incident.supplier) if incident.supplier else ():
        wanted |= {f"supplier:{word}", f"supplied-by:{word}"}
    if incident.facility.type == "prestataire":
        wanted |= {f"supplied-by:{word}" for word in telling_words(incident.facility.name)}
    if own := own_name(incident.facility):
        wanted.add(f"site-of:{own}")
    wanted |= {f"group:{group}" for group in _groups(incident)}
    for incident_id in store.candidates(wanted) if wanted else ():
        other = store.incident(incident_id)
        if other and other.id != incident.id:
            yield other


def _is(one: Incident, other: Incident) -> Relation | None:
    """What `other` is to `one`; None when they are of other times or other names."""
    if one.day is None or other.day is None:
        return None
    apart = abs((one.day - other.day).days)
    if apart <= WITHIN:
        if one.supplier and other.facility.type == "prestataire" and _same(one.supplier, other.facility.name):
            return "supplier"
        if other.supplier and one.facility.type == "prestataire" and _same(other.supplier, one.facility.name):
            return "customer"
        if one.supplier and other.supplier and _same(one.supplier, other.supplier):
            return "same_supplier"
    if apart <= OF_A_GROUP:
        if own_name(other.facility) in _groups(one):
            return "group"
        if own_name(one.facility) in _groups(other):
            return "site"
    return None


def _same(one: str, other: str) -> bool:
    """ "Dedalus" and "Dedalus Biologie" are one supplier."""
    a, b = set(telling_words(one)), set(telling_words(other))
    return bool(a and b) and (a <= b or b <= a)


def _groups(incident: Incident) -> frozenset[str]:
    return belongs_to(incident.facility, (group for source in incident.reports for group in source.groups))
