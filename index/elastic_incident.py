"""An incident as a document of Elasticsearch, and its words, made when the block that wrote it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from index import elastic_ledger
from index.elastic_lease import Change
from index.elastic_transaction import Documents, Transaction
from index.row import claims, columns, pairs, record_json, sources
from index.searchable import searchable
from index.spelling import learnt
from index.store import Member
from records import Article, Incident, article_id

_Record = TypeVar("_Record", bound=BaseModel)
_DAYS = ("day", "first_day", "last_day")


def document(incident: Incident, members: Sequence[Member], keys: Iterable[str]) -> dict[str, Any]:
    """All but the words."""
    row = columns(incident)
    days = {name: row.pop(name) or None for name in _DAYS}
    told = sources(incident)
    known = bool(row.pop("cell"))
    return {
        **row,
        "department": row["department"].split(),
        **days,
        "month": days["day"][:7] if days["day"] else None,
        "types": [{"type": kind, "certainty": certainty} for kind, certainty in claims(incident)],
        "services": [{"service": service, "status": status} for service, status in pairs(incident)],
        "urls": [url for url, _ in told],
        "outlets": sorted({outlet for _, outlet in told}),
        "place": {"lat": row["lat"], "lon": row["lon"]} if known else None,
        "members": [list(member) for member in members],
        "keys": sorted(set(keys)),
        "json": record_json(incident),
    }


def renewed(source: dict[str, Any]) -> dict[str, Any]:
    """A document of an earlier version, all but the words, made anew from its record."""
    members = [Member(*member) for member in source.get("members") or ()]
    return document(Incident.model_validate_json(source["json"]), members, source.get("keys") or ())


class Completion:
    """Gives every incident of a block its words, also those whose articles the block changed."""

    def __init__(self) -> None:
        self._known: set[str] = set()  # words of names that are in the ledger: not sent again with every incident

    def __call__(self, documents: Documents, own: Transaction) -> Callable[[], None]:
        for incident_id, source in documents.having("incidents", "urls", own.articles).items():
            if ("incidents", incident_id) not in own.changes:
                own.put(Change("incidents", incident_id, source))
        changed = {c.id: c.source for c in own.changes.values() if c.into == "incidents" and c.source}
        learnt_now: set[str] = set()
        for incident, source in with_words(documents, changed.values()):
            own.put(Change("incidents", incident.id, source))
            for folded, spelling in learnt(incident):
                if folded not in self._known and folded not in learnt_now:
                    own.put(elastic_ledger.word(folded, spelling))
                    learnt_now.add(folded)
        return lambda: self._known.update(learnt_now)


def with_words(documents: Documents, given: Iterable[dict[str, Any]]) -> Iterator[tuple[Incident, dict[str, Any]]]:
    """Documents of incidents, completed from the articles and reports they cite."""
    read = [(_record(documents, Incident, "incidents", source.get("id", ""), source), source) for source in given]
    articles, victims = _cited(documents, [incident for incident, _ in read])
    for incident, source in read:
        yield incident, source | searchable(incident, articles, victims)._asdict()


def _cited(documents: Documents, incidents: Iterable[Incident]) -> tuple[dict[str, Article], dict[str, int]]:
    """The articles that incidents cite, by URL, as far as they are kept; how many victims each report names."""
    urls = sorted({source.url for incident in incidents for source in incident.reports})
    found = documents.get_all([(index, article_id(url)) for index in ("articles", "reports") for url in urls])
    kept = ((u, article_id(u), source) for u, source in zip(urls, found, strict=False) if source)
    articles = {u: _record(documents, Article, "articles", doc_id, source) for u, doc_id, source in kept}
    return articles, {u: s["victims"] for u, s in zip(urls, found[len(urls) :], strict=True) if s}


def _record(documents: Documents, kind: type[_Record], index: str, doc_id: str, source: dict[str, Any]) -> _Record:
    """As the block put it, if it did, else read."""
    own = documents.transaction
    known = own.records.get((index, doc_id)) if own else None
    return known if isinstance(known, kind) else kind.model_validate_json(source["json"])
