"""The indices of an Elasticsearch store: what they hold, how they are made, and their version.

Each index is `PREFIX-NAME-vVVVV-STAMP` behind the alias `PREFIX-NAME`, by which everything reads and writes it. Words
are analysed in Python (`index/french.py`), as for SQLite: the text fields hold tokens between blanks, and queries are
made of tokens, so that both stores give the same answers. Those fields are not kept in `_source`: they are made anew
from the records.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from elasticsearch import BadRequestError
from elasticsearch.dsl import Boolean, Date, Double, Field, GeoPoint, Integer, Keyword, Mapping, Nested, Object, Text

from index.elastic_cluster import Cluster, kind_of
from index.store import StoreError

VERSION = 3
INDICES = ("articles", "reports", "incidents", "seen", "notes", "alerts", "ledger")
WORD_FIELDS = ("names", "titles", "labels", "titles_stem", "body", "body_stem")
# Searches may page as deep as there are incidents.
DEEPEST = 1_000_000

_SETTINGS = {
    "number_of_shards": 1,  # counts of facets are exact
    "auto_expand_replicas": "0-1",
    "refresh_interval": "-1",  # what is written together becomes visible together
    "max_result_window": DEEPEST,
    "analysis": {
        "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": 4096}},
        "analyzer": {"tokens": {"type": "custom", "tokenizer": "blanks"}},
    },
}


def _mapping(name: str) -> dict[str, Any]:
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    for field, kind in _fields(name).items():
        mapping.field(field, kind)
    made: dict[str, Any] = mapping.to_dict()
    made["_meta"] = {"vigie": VERSION}
    if name == "incidents":
        made["_source"] = {"excludes": list(WORD_FIELDS)}
    return made


def _kept() -> Keyword:
    """Kept, never asked for."""
    return Keyword(index=False, doc_values=False)


def _fields(name: str) -> dict[str, Field]:
    match name:
        case "articles":
            return {"url": Keyword(), "fetched": Date(), "purged": Boolean(), "json": _kept()}
        case "reports":
            return {"url": Keyword(), "relevant": Boolean(), "victims": Integer(index=False), "json": _kept()}
        case "seen":
            told = {"outcome": Keyword(), "reason": _kept(), "content_hash": _kept()}
            return {"url": Keyword(), "outlet": Keyword(), "at": Keyword(), **told}
        case "notes":
            return {**{field: Keyword() for field in ("kind", "key", "part", "rank")}, "json": _kept()}
        case "alerts":  # saved searches, what was told of them, what has to be sent
            asked = {field: Keyword() for field in ("kind", "search", "key", "at", "within")}
            return {**asked, "mark": _kept(), "json": _kept()}
        case "ledger":  # outlets, ids given, fates, acts, words of names, and who is writing
            asked = {field: Keyword() for field in ("kind", "key", "other", "at", "urls", "word")}
            return {**asked, "data": Object(enabled=False)}
    return _incident_fields()


def _incident_fields() -> dict[str, Field]:
    one_value = ("id", "month", "year", "department", "facility_type", "information_status", "care_impact", "reviewed")
    named = [f"{field}{part}" for field in ("facility", "commune") for part in ("", "_name", "_told")]
    more = ("last_changed", "outlets", "urls", "keys")
    words = {field: Text(analyzer="tokens", norms=False) for field in WORD_FIELDS}
    return {
        **{field: Keyword() for field in (*one_value, *named, *more)},
        **{field: Date(format="strict_date") for field in ("day", "first_day", "last_day")},
        "types": Nested(properties={"type": Keyword(), "certainty": Keyword()}),
        "services": Nested(properties={"service": Keyword(), "status": Keyword()}),
        "place": GeoPoint(),  # of every site
        "lat": Double(),  # of an incident at one place
        "lon": Double(),
        "sites": Nested(properties={"place": GeoPoint(), "lat": Double(), "lon": Double()}),  # of one at several
        "members": Object(enabled=False),
        "json": _kept(),
        **words,
    }


def prepare(cluster: Cluster, upgrading: bool = False) -> int:
    """Make what is missing; the version of the indices that are there. A key that may only read is enough for it.

    StoreError when they are newer than this program, or older unless it is `upgrading` them."""
    with cluster.speaking() as client:
        found = client.indices.get(index=f"{cluster.prefix}-*", features=["aliases", "mappings"]).body
    versions = []
    for name in INDICES:
        told = [index["mappings"] for index in found.values() if cluster.index(name) in index["aliases"]]
        versions += [m.get("_meta", {}).get("vigie", VERSION) for m in told]
        if not told:
            cluster.writes = True
            create(cluster, name)
    newest = max(versions, default=VERSION)
    if newest > VERSION:
        raise StoreError(
            f"La base {cluster.url} vient d'une version plus récente de Vigie (schéma {newest}, "
            f"cette version connaît le {VERSION}) : mettez Vigie à jour."
        )
    oldest = min(versions, default=VERSION)
    if oldest < VERSION and not upgrading:
        raise StoreError(
            f"La base {cluster.url} date d'une version antérieure de Vigie (schéma {oldest}, cette version veut le "
            f"{VERSION}) : lancez « vigie store reindex »."
        )
    return int(oldest)


def create(cluster: Cluster, name: str, alias: bool = True) -> str:
    """A new empty index of the current version; its name."""
    stamp = datetime.now(UTC).strftime("%Y%m%dt%H%M%S%f")
    # The first of a store has the same name whoever makes it, so that two programs starting at once share one.
    index = f"{cluster.index(name)}-v{VERSION:04d}-{'first' if alias else stamp}"
    aliases = {cluster.index(name): {"is_write_index": True}} if alias else {}
    with cluster.speaking() as client:
        try:
            client.indices.create(
                index=index, mappings=_mapping(name), settings=_SETTINGS, aliases=aliases, wait_for_active_shards=1
            )
        except BadRequestError as error:
            if kind_of(error) != "resource_already_exists_exception":
                raise
    return index


def in_use(cluster: Cluster) -> dict[str, str]:
    """The index behind each alias of the store, by name."""
    with cluster.speaking() as client:
        found = client.indices.get_alias(name=",".join(map(cluster.index, INDICES))).body
    return {name: index for name in INDICES for index, told in found.items() if cluster.index(name) in told["aliases"]}


def out_of_use(cluster: Cluster) -> list[str]:
    """Indices of the store that no alias leads to: those a reindexing kept, or left when it broke off."""
    used = set(in_use(cluster).values())
    with cluster.speaking() as client:
        found = client.indices.get(index=f"{cluster.prefix}-*", features=["aliases"]).body
    own = tuple(f"{cluster.index(name)}-v" for name in INDICES)
    return sorted(index for index in found if index.startswith(own) and index not in used)
