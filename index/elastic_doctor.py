"""What is wrong with a cluster, and what its key may do there: one French sentence each, for `vigie doctor`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from elasticsearch import ApiError, Elasticsearch

from index.elastic_cluster import MAJOR, Cluster

# On the indices of the prefix. docs/stores.md lists the same; tests try them on a real server.
READING = ("read", "view_index_metadata")
WRITING = ("write", "maintenance")
MAKING = ("manage",)  # the first time, and to reindex
_WATERMARK = "cluster.routing.allocation.disk.watermark.flood_stage"
_FLOOD = "95%"  # what Elasticsearch takes when nothing is set


def faults(cluster: Cluster) -> list[str]:
    """Every fault found. What the key may not ask for is left out."""
    found: list[str] = []
    for examine in _EXAMINATIONS:
        with cluster.speaking() as client:
            try:
                found += examine(client, cluster)
            except ApiError as error:
                if error.status_code != 403:
                    raise
    return found


def may_only_read(cluster: Cluster) -> bool:
    """Whether the key may browse and no more."""
    with cluster.speaking() as client:
        return bool(_missing(client, cluster, WRITING)) and not _missing(client, cluster, READING)


def _version(client: Elasticsearch, cluster: Cluster) -> Iterator[str]:
    number = str(client.info()["version"]["number"])
    if number.split(".")[0] != str(MAJOR):
        yield f"Elasticsearch {number} n'est pas d'une version que Vigie connaît ({MAJOR}.x)."


def _health(client: Elasticsearch, cluster: Cluster) -> Iterator[str]:
    told = client.cluster.health(index=f"{cluster.prefix}-*", level="shards")
    if told["status"] == "red":
        red = sorted(name for name, index in told["indices"].items() if index["status"] == "red")
        yield f"Des données manquent à l'appel ({', '.join(red)}) : un nœud du cluster est arrêté ou a perdu son disque."
    if told["status"] == "yellow" and told["number_of_data_nodes"] > 1:
        yield "Une réplique n'est placée sur aucun nœud : la perte d'un nœud ferait perdre des données."


def _blocks(client: Elasticsearch, cluster: Cluster) -> Iterator[str]:
    told = client.indices.get_settings(index=f"{cluster.prefix}-*", name="index.blocks.*", flat_settings=True)
    for name, index in sorted(told.body.items()):
        blocks = sorted(key for key, value in index["settings"].items() if str(value) == "true")
        if blocks:
            yield (
                f"L'index {name} est bloqué en écriture ({', '.join(blocks)}) : libérez du disque sur le serveur, "
                "puis levez le blocage."
            )


def _disk(client: Elasticsearch, cluster: Cluster) -> Iterator[str]:
    settings = client.cluster.get_settings(include_defaults=True, flat_settings=True)
    told = {**settings["defaults"], **settings["persistent"], **settings["transient"]}
    limit = re.fullmatch(r"([\d.]+)%", str(told.get(_WATERMARK) or _FLOOD))
    for node in client.nodes.stats(metric="fs")["nodes"].values():
        total, free = node["fs"]["total"]["total_in_bytes"], node["fs"]["total"]["available_in_bytes"]
        used = 100 * (1 - free / total) if total else 0.0
        if limit and used >= float(limit[1]) - 5:
            yield (
                f"Le disque du nœud {node['name']} est plein à {used:.0f} % : à {float(limit[1]):.0f} %, "
                "Elasticsearch refuse d'écrire."
            )


def _rights(client: Elasticsearch, cluster: Cluster) -> Iterator[str]:
    missing = _missing(client, cluster, READING)
    if missing:
        yield f"La clé donnée n'a pas tous les droits pour lire {cluster.prefix}-* : il manque {', '.join(missing)}."
    missing = _missing(client, cluster, WRITING)
    if missing and len(missing) < len(WRITING):
        yield f"La clé donnée n'a pas tous les droits pour écrire {cluster.prefix}-* : il manque {', '.join(missing)}."


def _missing(client: Elasticsearch, cluster: Cluster, wanted: tuple[str, ...]) -> list[str]:
    asked = [{"names": [f"{cluster.prefix}-*"], "privileges": list(wanted)}]
    try:
        told = client.security.has_privileges(index=asked)
    except ApiError as error:
        if error.status_code in (400, 405, 500):  # a cluster without security lets everybody do everything
            return []
        raise
    return [right for right in wanted if not told["index"][f"{cluster.prefix}-*"][right]]


_EXAMINATIONS: tuple[Callable[[Elasticsearch, Cluster], Iterator[str]], ...] = (
    _version,
    _health,
    _blocks,
    _disk,
    _rights,
)
