"""Searching the Elasticsearch store: words, filters, facets, order.

Queries are made of tokens and of exact values only: no text of a user is ever parsed by the server.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from elasticsearch.dsl import A, Search
from elasticsearch.dsl.aggs import Agg
from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    GeoBoundingBox,
    GeoDistance,
    MatchAll,
    MatchPhrase,
    MatchPhrasePrefix,
    Nested,
    Prefix,
    Range,
    Term,
    Terms,
)
from elasticsearch.dsl.query import Query as Question

from index.elastic_cluster import Cluster
from index.facets import COLUMNS, LABELLED, PAIRS, buckets, communes, facilities, labelled, pair, refuse_unknown
from index.geography import zoom_of
from index.relevance import FOLDED, STEMS
from index.row import Told
from index.store import Bucket, Cell, Query
from index.words import Term as Wanted
from index.words import Word, Wording, parse

_MOST_BUCKETS = 50_000
_MOST_ENDINGS = 100_000  # a beginning takes any ending that the store has


# words
def _words(terms: Sequence[Wanted]) -> Question:
    wanted = [_term(t) for t in terms if not t.excluded]
    unwanted = [_term(t) for t in terms if t.excluded]
    return Bool(must=wanted, must_not=unwanted) if unwanted else Bool(must=wanted)


def _term(term: Wanted) -> Question:
    return DisMax(queries=[_wording(w) for w in term.wordings])


def _wording(wording: Wording) -> Question:
    if wording.phrase:
        found = _phrase(FOLDED, [w.folded for w in wording.words], wording.prefix)
        if not wording.exact:
            found += _phrase(STEMS, [w.stem for w in wording.words])
        return DisMax(queries=found)
    if wording.exact:
        return Bool(must=[DisMax(queries=_phrase(FOLDED, [w.folded], wording.prefix)) for w in wording.words])
    return Bool(must=[_either(w) for w in wording.words])


def _either(word: Word) -> Question:
    return DisMax(queries=[*_phrase(FOLDED, [word.folded]), *_phrase(STEMS, [word.stem])])


def _phrase(fields: dict[str, float], words: Sequence[str], prefix: bool = False) -> list[Question]:
    """Words in order within one of the fields, each field with its weight."""
    return [ConstantScore(filter=_in_field(field, words, prefix), boost=w) for field, w in fields.items()]


def _in_field(field: str, words: Sequence[str], prefix: bool) -> Question:
    text = " ".join(words)
    if len(words) == 1:
        return Prefix(field, {"value": text}) if prefix else Term(field, {"value": text})
    if prefix:
        return MatchPhrasePrefix(field, {"query": text, "max_expansions": _MOST_ENDINGS})
    return MatchPhrase(field, {"query": text})


# filters
def _conditions(query: Query) -> dict[str, Question]:
    """What must hold, by the name of the facet it belongs to (that of `since` and `until` is none)."""
    found: dict[str, Question] = {}
    if query.id:
        found["id"] = Terms("id", list(query.id))
    for facet, column in COLUMNS.items():
        if values := getattr(query, facet):
            found[facet] = Terms(column, list(values))
    if query.facility:
        found["facility"] = _either_of("facility", *facilities(query.facility))
    if query.commune:
        found["commune"] = _either_of("commune", query.commune, communes(query.commune))
    if query.outlet:
        found["outlet"] = Terms("outlets", list(query.outlet))
    for name, path in _NESTED.items():
        if told := pair(query, name):
            found[name] = Nested(path=path, query=_same(path, told))
    if query.near:
        place = {"lat": query.near.lat, "lon": query.near.lon}
        found["near"] = GeoDistance("place", place, distance=f"{query.near.km}km")
    if query.box:
        south, west, north, east = query.box
        found["box"] = GeoBoundingBox("place", {"top": north, "left": west, "bottom": south, "right": east})
    if query.since:
        found["since"] = Range("last_day", {"gte": query.since.isoformat()})
    if query.until:
        found["until"] = Range("first_day", {"lte": query.until.isoformat()})
    return found


def _either_of(column: str, keys: Sequence[str], names: Sequence[str]) -> Question:
    either = [Terms(column, list(keys)), Terms(f"{column}_name", list(names))]
    return Bool(should=either, minimum_should_match=1)


def _same(path: str, told: dict[str, tuple[str, ...]]) -> Question:
    """Both halves of one pair: closed emergencies, not emergencies touched and something closed."""
    return Bool(filter=[Terms(f"{path}.{field}", list(values)) for field, values in told.items()])


_NESTED = {"service": "services", "type": "types"}
_SHARED = ("since", "until", "near", "box")  # filters that are no facet's


def question(query: Query) -> tuple[Question, tuple[Wanted, ...]]:
    """Everything that must hold, and the words looked for."""
    terms, conditions = parse(query.words), _conditions(query)
    return Bool(must=[_words(terms)] if terms else [MatchAll()], filter=list(conditions.values())), terms


def order(query: Query, terms: Sequence[Wanted]) -> list[Any]:
    by_day: list[Any] = [{"day": {"order": "desc", "missing": "_last"}}, {"id": "desc"}]
    return [{"_score": "desc"}, *by_day] if query.sort == "relevance" and terms else by_day


def search(
    cluster: Cluster, query: Query, offset: int, limit: int, facets: Sequence[str]
) -> tuple[int, list[dict[str, Any]], dict[str, tuple[Bucket, ...]], tuple[Wanted, ...]]:
    """How many there are, the documents of one page (the record's JSON, their version), the facets, and the words
    looked for."""
    refuse_unknown(facets)
    terms = parse(query.words)
    asked = body(query, terms, offset, limit, facets)
    with cluster.speaking() as client:
        answer = client.search(index=cluster.index("incidents"), body=asked)
    counted = {facet: _buckets(facet, answer["aggregations"][facet]["of"]) for facet in facets}
    return answer["hits"]["total"]["value"], answer["hits"]["hits"], counted, terms


def body(query: Query, terms: Sequence[Wanted], offset: int, limit: int, facets: Sequence[str]) -> dict[str, Any]:
    """The request: facets are counted before what is chosen in one of them narrows the list."""
    conditions = _conditions(query)
    shared = [c for name, c in conditions.items() if name in _SHARED]
    chosen = {name: c for name, c in conditions.items() if name not in _SHARED}
    asked = Search().query(Bool(must=[_words(terms)] if terms else [MatchAll()], filter=shared))
    if chosen:
        asked = asked.post_filter(Bool(filter=list(chosen.values())))
    asked = asked.source(["json"]).sort(*order(query, terms))[max(offset, 0) : max(offset, 0) + max(limit, 0)]
    asked = asked.extra(track_total_hits=True, track_scores=query.sort == "relevance", seq_no_primary_term=True)
    for facet in facets:
        own = PAIRS.get(facet, facet)
        others = [c for name, c in chosen.items() if name != own]
        asked.aggs.bucket(facet, "filter", filter=Bool(filter=others)).bucket("of", _facet(query, facet))
    made: dict[str, Any] = asked.to_dict()
    return made


def _facet(query: Query, facet: str) -> Agg[Any]:
    if facet in PAIRS:
        path = _NESTED[PAIRS[facet]]
        values = A("terms", field=f"{path}.{facet}", size=_MOST_BUCKETS)
        values.bucket("incidents", "reverse_nested")
        nested = A("nested", path=path)
        nested.bucket("of", "filter", filter=_same(path, pair(query, PAIRS[facet], but=facet))).bucket("of", values)
        return nested
    if facet in LABELLED:
        return A("terms", field=f"{facet}_told", size=_MOST_BUCKETS)
    return A("terms", field="outlets" if facet == "outlet" else COLUMNS[facet], size=_MOST_BUCKETS)


def _buckets(facet: str, answer: Any) -> tuple[Bucket, ...]:
    if facet in PAIRS:
        found = answer["of"]["of"]["buckets"]
        return buckets(facet, [(b["key"], b["incidents"]["doc_count"]) for b in found])
    if facet not in LABELLED:
        return buckets(facet, [(b["key"], b["doc_count"]) for b in answer["buckets"]])
    return labelled([(*_told(b["key"]), b["doc_count"]) for b in answer["buckets"]])


@lru_cache(maxsize=50_000)  # the same facilities in every search
def _told(key: str) -> Told:
    return Told._make(json.loads(key))


def cells(cluster: Cluster, query: Query, zoom: int) -> tuple[Cell, ...]:
    """Incidents at several places (`sites`) are counted with the others, and their places in each tile apart."""
    asked = Search().query(question(query)[0]).extra(size=0)
    several = _grid(zoom, "sites.")
    several.bucket("incidents", "reverse_nested")
    asked.aggs.bucket("cells", _grid(zoom, ""))
    asked.aggs.bucket("sites", "nested", path="sites").bucket("cells", several)
    with cluster.speaking() as client:
        answer = client.search(index=cluster.index("incidents"), body=asked.to_dict())["aggregations"]
    also = {b["key"]: b for b in answer["sites"]["cells"]["buckets"]}
    return tuple(sorted((_cell(b, also.get(b["key"])) for b in answer["cells"]["buckets"]), key=lambda c: c.tile))


def _grid(zoom: int, of: str) -> Agg[Any]:
    grid = A("geotile_grid", field=f"{of}place", precision=zoom_of(zoom), size=_MOST_BUCKETS)
    grid.metric("lat", "avg", field=f"{of}lat").metric("lon", "avg", field=f"{of}lon")
    return grid


def _cell(bucket: Any, several: Any) -> Cell:
    """`several`: of the same tile, the places of incidents that have several, and how many incidents those are."""
    parts = [(bucket["doc_count"] - (several["incidents"]["doc_count"] if several else 0), bucket)]
    parts += [(several["doc_count"], several)] if several else []
    places = sum(count for count, _ in parts)
    lat, lon = (sum(count * part[of]["value"] for count, part in parts if count) / places for of in ("lat", "lon"))
    return Cell(bucket["key"], round(lat, 4), round(lon, 4), bucket["doc_count"])


def histogram(cluster: Cluster, query: Query, by: Literal["month", "year"]) -> tuple[Bucket, ...]:
    asked = Search().query(question(query)[0]).extra(size=0)
    asked.aggs.bucket("days", "terms", field="month", size=_MOST_BUCKETS)
    with cluster.speaking() as client:
        answer = client.search(index=cluster.index("incidents"), body=asked.to_dict())
    counts: dict[str, int] = {}
    for bucket in answer["aggregations"]["days"]["buckets"]:
        value = bucket["key"] if by == "month" else bucket["key"][:4]
        counts[value] = counts.get(value, 0) + bucket["doc_count"]
    return tuple(Bucket(value, value, counts[value]) for value in sorted(counts))
