"""An incident as a document of Elasticsearch, and what is added when the block that wrote it ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from index import elastic_ledger
from index.elastic_bulk import Change
from index.elastic_transaction import Documents, Ending, Transaction
from index.elastic_words import with_words
from index.row import Told, claims, columns, communes, facilities, pairs, places, record_json, sources
from index.spelling import learnt
from index.store import Member
from records import Incident

_DAYS = ("day", "first_day", "last_day")


def document(incident: Incident, members: Sequence[Member], keys: Iterable[str]) -> dict[str, Any]:
    """All but the words."""
    row = columns(incident)
    days = {name: row.pop(name) or None for name in _DAYS}
    told = sources(incident)
    for name in ("lat", "lon", "cell", "facility_label", "commune_label"):
        del row[name]
    where = [{"lat": lat, "lon": lon} for lat, lon in places(incident)]
    return {
        **row,
        "department": row["department"].split(),
        **_every("facility", facilities(incident)),
        **_every("commune", communes(incident)),
        "place": where or None,
        **(where[0] if len(where) == 1 else {}),
        "sites": [{"place": place, **place} for place in where] if len(where) > 1 else [],
        **days,
        "month": days["day"][:7] if days["day"] else None,
        "types": [{"type": kind, "certainty": certainty} for kind, certainty in claims(incident)],
        "services": [{"service": service, "status": status} for service, status in pairs(incident)],
        "urls": [url for url, _ in told],
        "outlets": sorted({outlet for _, outlet in told}),
        "members": [list(member) for member in members],
        "keys": sorted(set(keys)),
        "json": record_json(incident),
    }


def _every(column: str, told: Sequence[Told]) -> dict[str, list[str]]:
    """Values and folded names, which filters ask, and each value with its label and name, as facets count it."""
    return {
        column: [one.value for one in told],
        f"{column}_name": [one.name for one in told],
        f"{column}_told": [json.dumps(one, ensure_ascii=False) for one in told],
    }


def renewed(source: dict[str, Any]) -> dict[str, Any]:
    """A document of an earlier version, all but the words, made anew from its record."""
    members = [Member(*member) for member in source.get("members") or ()]
    return document(Incident.model_validate_json(source["json"]), members, source.get("keys") or ())


class Completion:
    """What the end of a block adds: incidents whose articles the block changed, words of names, words to search."""

    def __init__(self) -> None:
        self._known: set[str] = set()  # words of names that are in the ledger: not sent again with every incident

    def __call__(self, documents: Documents, own: Transaction) -> Ending:
        for incident_id, source in documents.having("incidents", "urls", own.articles).items():
            if ("incidents", incident_id) not in own.changes:
                own.put(Change("incidents", incident_id, source), Incident.model_validate_json(source["json"]))
        learnt_now: dict[str, str] = {}
        for change in own.changes.values():
            if change.into == "incidents" and change.source:
                for folded, spelling in learnt(_incident(own, change.id, change.source)):
                    if folded not in self._known:
                        learnt_now.setdefault(folded, spelling)
        for folded, spelling in learnt_now.items():
            own.put(elastic_ledger.word(folded, spelling))
        return Ending(
            complete=lambda changes: with_words(changes, documents.get_all, own.records),
            sent=lambda: self._known.update(learnt_now),
        )


def _incident(own: Transaction, incident_id: str, source: dict[str, Any]) -> Incident:
    """As the block put it, if it did, else read."""
    known = own.records.get(("incidents", incident_id))
    return known if isinstance(known, Incident) else Incident.model_validate_json(source["json"])
