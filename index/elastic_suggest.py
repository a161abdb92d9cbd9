"""How the Elasticsearch store knows words of names: see `index.spelling`."""

from __future__ import annotations

from collections.abc import Iterator

from elasticsearch.dsl import Search
from elasticsearch.dsl.query import Bool, ConstantScore, Fuzzy, Term

from index.elastic_cluster import Cluster
from index.french import Token
from index.relevance import FOLDED, STEMS
from index.spelling import corrected

_MOST = 5000  # words near a word


def suggest(cluster: Cluster, words: str) -> str | None:
    def is_found(token: Token) -> bool:
        read = [(field, token.folded) for field in FOLDED] + [(field, token.stem) for field in STEMS]
        either = Bool(should=[Term(field, {"value": word}) for field, word in read], minimum_should_match=1)
        asked = Search().query(ConstantScore(filter=either)).source(False)[:1].extra(terminate_after=1)
        with cluster.speaking() as client:
            return bool(client.search(index=cluster.index("incidents"), body=asked.to_dict())["hits"]["hits"])

    def near(word: str, allowed: int) -> Iterator[tuple[str, str]]:
        close = Fuzzy("word", {"value": word, "fuzziness": allowed, "max_expansions": _MOST})
        asked = Search().query(ConstantScore(filter=close)).sort("word")[:_MOST]
        with cluster.speaking() as client:
            answer = client.search(index=cluster.index("ledger"), body=asked.to_dict())
        for hit in answer["hits"]["hits"]:
            yield hit["_source"]["key"], hit["_source"]["data"]["spelling"]

    return corrected(words, is_found, near)
