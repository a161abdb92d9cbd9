"""What the Elasticsearch store holds, what is wrong with it, and finishing what a writer left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from elasticsearch import ApiError
from elasticsearch.dsl.query import MatchAll, Term
from pydantic import ValidationError

from index.elastic_cluster import Cluster
from index.elastic_indices import INDICES
from index.elastic_lease import Lease, is_over, look
from index.elastic_scan import scan
from index.row import moment
from index.store import Info
from records import Act, Article, Incident, Report

_RECORDS = (("articles", Article), ("reports", Report), ("incidents", Incident))


def info(cluster: Cluster, version: int) -> Info:
    def count(name: str) -> int:
        with cluster.speaking() as client:
            return int(client.count(index=cluster.index(name))["count"])

    asked: dict[str, Any] = {"sort": [{"last_changed": "desc"}], "size": 1, "source_includes": ["last_changed"]}
    with cluster.speaking() as client:  # not counting, the server leaves off at the first
        newest = client.search(index=cluster.index("incidents"), track_total_hits=False, **asked)
    changed = next((hit["_source"]["last_changed"] for hit in newest["hits"]["hits"]), None)
    return Info(
        url=cluster.url,
        schema_version=version,
        articles=count("articles"),
        reports=count("reports"),
        incidents=count("incidents"),
        searches=_searches(cluster),
        bytes=_bytes(cluster),
        last_changed=moment(changed),
    )


def _searches(cluster: Cluster) -> int:
    with cluster.speaking() as client:
        return int(client.count(index=cluster.index("alerts"), query={"term": {"kind": "saved"}})["count"])


def _bytes(cluster: Cluster) -> int:
    """On the primaries; 0 when the key may not ask."""
    names = [cluster.index(name) for name in INDICES]
    with cluster.speaking() as client:
        try:
            told = client.indices.stats(index=names, metric="store")
        except ApiError as error:
            if error.status_code == 403:
                return 0
            raise
    return int(told["_all"]["primaries"]["store"]["size_in_bytes"])


def repair(cluster: Cluster) -> bool:
    """Finish what a writer that died had begun; False when there was nothing to."""
    held = look(cluster)
    if held is None or not is_over(held[0]):
        return False
    with Lease(cluster):
        return True


def forget_rejected(cluster: Cluster) -> int:
    """Take the notes of rejected writes away; how many there were."""
    wanted = {"term": {"kind": "rejected"}}
    with cluster.speaking() as client:
        done = client.delete_by_query(index=cluster.index("ledger"), query=wanted, conflicts="proceed", refresh=True)
    return int(done["deleted"])


def faults(cluster: Cluster) -> list[str]:
    """One French sentence for each fault: links that lead nowhere, records that cannot be read, unfinished writes."""
    held = look(cluster)
    found = []
    if held and is_over(held[0]):
        found.append("Une écriture a été interrompue : « vigie store check --repair » la termine.")
    for source in _entries(cluster, "rejected"):
        found += [f"Écriture rejetée par Elasticsearch : {item}." for item in source["data"]["items"]]
    articles = {hit["_source"]["url"] for hit in _every(cluster, "articles", ["url"])}
    reports = set()
    for hit in _every(cluster, "reports", ["url", "relevant"]):
        reports.add(hit["_source"]["url"])
        if hit["_source"]["relevant"] and hit["_source"]["url"] not in articles:
            found.append(f"Rapport sans article : {hit['_source']['url']}.")
    ids, members = set(), set()
    for hit in _every(cluster, "incidents", ["members"]):
        ids.add(hit["_id"])
        members |= {url for url, _ in hit["_source"]["members"]}
    found += [f"Incident appuyé sur un rapport absent : {url}." for url in sorted(members - reports)]
    return found + _lost(cluster, ids) + _unreadable(cluster)


def _lost(cluster: Cluster, ids: set[str]) -> list[str]:
    gone = {}
    for source in _entries(cluster, "fate"):
        incident_id, kind = source["key"].split(":")
        if kind != "split":
            gone[incident_id] = source["data"]["other"] if kind == "merged" else incident_id
    known = ids | set(gone)
    found = [f"L'id fusionné {i} ne mène nulle part." for i, other in gone.items() if other not in known]
    return found + [f"L'incident {i} est présent, et pourtant fusionné ou retiré." for i in gone if i in ids]


def _unreadable(cluster: Cluster) -> list[str]:
    found = []
    for name, record in _RECORDS:
        for hit in _every(cluster, name, ["id", "url", "json"]):
            try:
                record.model_validate_json(hit["_source"]["json"])
            except ValidationError:
                found.append(f"Enregistrement illisible : {hit['_source'].get('id') or hit['_source'].get('url')}.")
    for source in _entries(cluster, "act"):
        try:
            Act.model_validate_json(source["data"]["json"])
        except ValidationError:
            found.append(f"Enregistrement illisible : {source['key']}.")
    return found


def _every(cluster: Cluster, name: str, fields: list[str]) -> Iterator[dict[str, Any]]:
    return scan(cluster, name, MatchAll(), ["id" if name == "incidents" else "url"], fields)


def _entries(cluster: Cluster, kind: str) -> Iterator[dict[str, Any]]:
    for hit in scan(cluster, "ledger", Term("kind", {"value": kind}), ["key"]):
        yield hit["_source"]
