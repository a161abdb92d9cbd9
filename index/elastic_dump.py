"""Everything an Elasticsearch store holds, row by row, for `index.copying`. See `index.store.PARTS`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch.dsl.query import MatchAll, Term

from index import elastic_saved
from index.elastic_bulk import Change
from index.elastic_cluster import Cluster
from index.elastic_incident import document
from index.elastic_ledger import entry, hashed
from index.elastic_notes import note_id
from index.elastic_scan import scan
from index.row import utc
from index.store import Member, Row
from records import Act, Article, Incident, Report, article_id

# Parts that are entries of the ledger, with their kind there.
_ENTRIES = {"words": "word", "given": "given", "fates": "fate", "acts": "act", "outlets": "outlet"}
_SEEN = ("outlet", "at", "outcome", "reason", "content_hash")


def dump(cluster: Cluster, part: str) -> Iterator[Row]:
    if part == "outlets":  # a few, whose keys are hashed
        found = (hit["_source"]["data"] for hit in scan(cluster, "ledger", Term("kind", {"value": "outlet"}), ["key"]))
        yield from sorted((Row(data.pop("outlet"), data) for data in found), key=lambda row: row.key)
    elif part in elastic_saved.KINDS:
        yield from elastic_saved.dump(cluster, part)
    elif part in _ENTRIES:
        for hit in scan(cluster, "ledger", Term("kind", {"value": _ENTRIES[part]}), ["key"]):
            yield Row(hit["_source"]["key"], hit["_source"]["data"])
    else:
        order = {"incidents": ["id"], "notes": ["kind", "key"]}.get(part, ["url"])
        for hit in scan(cluster, part, MatchAll(), order):
            yield _row(part, hit["_source"])


def _row(part: str, source: dict[str, Any]) -> Row:
    match part:
        case "articles":
            return Row(source["url"], {"purged": source["purged"], "json": source["json"]})
        case "reports":
            return Row(source["url"], {"json": source["json"]})
        case "incidents":
            members = sorted([url, position] for url, position in source["members"])
            return Row(source["id"], {"json": source["json"], "members": members, "keys": sorted(source["keys"])})
        case "seen":
            return Row(source["url"], {name: source[name] for name in _SEEN})
    key, data = f"{source['kind']}\0{source['key']}", json.loads(source["json"])
    return Row(key, {"part": source["part"], "rank": source["rank"], "data": data})


def changes(part: str, rows: Sequence[Row]) -> list[Change]:
    """Rows as `dump` gives them, of this store or another, as documents (those of incidents without their words)."""
    return [_change(part, row) for row in rows]


def _change(part: str, row: Row) -> Change:
    if part in elastic_saved.KINDS:
        return elastic_saved.change(part, row)
    data = row.data
    match part:
        case "articles":
            article = Article.model_validate_json(data["json"])
            source = {"url": row.key, "fetched": utc(article.fetched) if article.fetched else None, **data}
            return Change("articles", article_id(row.key), source)
        case "reports":
            report = Report.model_validate_json(data["json"])
            source = {"url": row.key, "relevant": report.relevant, "victims": len(report.incidents), **data}
            return Change("reports", article_id(row.key), source)
        case "incidents":
            incident = Incident.model_validate_json(data["json"])
            source = document(incident, [Member(*m) for m in data["members"]], data["keys"])
            return Change("incidents", row.key, source | {"json": data["json"]})
        case "seen":
            return Change("seen", hashed(row.key), {"url": row.key, **data})
        case "notes":
            kind, key = row.key.split("\0")
            source = {"kind": kind, "key": key, "part": data["part"], "rank": data["rank"]}
            return Change("notes", note_id(kind, key), source | {"json": json.dumps(data["data"])})
        case "outlets":
            return entry("outlet", hashed(row.key), {"outlet": row.key, **data})
        case "acts":
            act = Act.model_validate_json(data["json"])
            urls = sorted({anchor.url for anchor in (*act.on, *act.other_on)})
            return entry("act", row.key, data, at=utc(act.at), urls=urls)
        case "words":
            return entry("word", row.key, data, word=row.key)
    return entry(_ENTRIES[part], row.key, data)
