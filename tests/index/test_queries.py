"""The table of searches, `queries.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from index.extract import found_in
from index.store import FACETS, Query, Store
from index.words import parse
from tests.index.samples import article, attacks, facility, incident, receivers, services, source

TABLE = tomllib.loads((Path(__file__).parent / "queries.toml").read_text(encoding="utf-8"))
QUERIES = TABLE["query"]
KEYS = [entry["key"] for entry in TABLE["incident"]]


def fill(store: Store) -> None:
    for n, entry in enumerate(TABLE["incident"], start=1):
        of = article(n, title=entry["title"], text=entry["text"])
        store.put_article(of)
        store.put_incident(
            incident(
                n,
                facility=facility(
                    entry["facility"], entry["commune"], department=entry["department"], type=entry["type"]
                ),
                attack_types=attacks(*entry["attacks"]),
                services=services(*entry["services"]),
                diverted_to=receivers(*entry.get("diverted_to", ())),
                actor=entry.get("actor"),
                reports=(source(of),),
            )
        )


def keys(store: Store, words: str) -> list[str]:
    found = store.search(Query(words=words), limit=100).hits
    return sorted(KEYS[int(hit.incident.id.split("-")[2]) - 1] for hit in found)


@pytest.mark.parametrize("line", QUERIES, ids=[q["words"] for q in QUERIES])
def test_a_search_finds_what_the_table_says(filled: Store, line: dict[str, Any]) -> None:
    assert keys(filled, line["words"]) == sorted(line["finds"]), line["why"]


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(QUERIES) >= 60


# fmt: off
HOSTILE = [
    '"', '""', "'", "*", "-", "--", "-*", "a*b*", "*:*", "_exists_:names", "/.*/", "NEAR(urgences clinique)",
    "^urgences", "{names}:x", "urgences) OR (1", "x' OR 1=1 --", '"; DROP TABLE search; --', "\\", "%", "_",
    "urgences\0", "\ud800", "é" * 5000, "urgences " * 3000, '"' * 999, "a*" * 500, "\u202eurgences", "+urgences",
    "urgences~2", "[1 TO 2]", "names:", "col:val*", "((((", "’’’", "½", "①", "日本語", "💥", "\n\t\r",
]
# fmt: on


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("sort", ["date", "relevance"])
def test_no_text_is_ever_taken_for_a_query_language(filled: Store, words: str, sort: Any) -> None:
    page = filled.search(Query(words=words, sort=sort), limit=100, facets=("type", "service"))
    assert page.total == len(page.hits) == len(list(filled.all(Query(words=words, sort=sort))))
    filled.suggest(words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Trouseau", "Trousseau"),
        ("hôpital trouseau", "hôpital Trousseau"),
        ("Charmile", "Charmille"),
        ("Bauregard laboratoire", "Beauregard laboratoire"),
        ("chambrai", "Chambray"),
    ],
)
def test_a_misspelt_name_is_put_right(filled: Store, typed: str, meant: str) -> None:
    assert filled.suggest(typed) == meant


@pytest.mark.parametrize("words", ["Trousseau", "urgences", "ransomware", "", "xyzzyqwk", "37"])
def test_nothing_is_suggested_for_what_is_right_or_beyond_help(filled: Store, words: str) -> None:
    assert filled.suggest(words) is None


def test_extracts_are_short_and_mark_what_was_found(filled: Store) -> None:
    for line in QUERIES:
        for hit in filled.search(Query(words=line["words"])).hits:
            if hit.extract is not None:
                assert len(hit.extract) <= 300
                assert hit.extract.count("\ue000") == hit.extract.count("\ue001") > 0
    extract = filled.search(Query(words="infirmier papier")).hits[0].extract
    assert (
        extract
        == "Les \ue000infirmières\ue001 travaillent sur \ue000papier\ue001 et les chimiothérapies sont reportées."
    )


@pytest.mark.parametrize(
    ("words", "text", "extract"),
    [
        (
            "scanner arrêté",
            "Le scanner marche.\n\nUn scanner est arrêté. Tout est arrêté.",
            "Un <scanner> est <arrêté>.",
        ),
        ("tours", "Un tour de plus. À Tours, rien.", "À <Tours>, rien."),
        ('"est fermé"', "Il est. Fermé hier, il est fermé.", "Fermé hier, il <est fermé>."),
        ("cyberattaque", "Rien. Une cyber-attaque a eu lieu.", "Une <cyber-attaque> a eu lieu."),
        ("chir*", "M. Petit est venu. La chirurgie l’attend.", "La <chirurgie> l’attend."),
        ("scanner -paie", "La paie.\n\nLe scanner.", "Le <scanner>."),
        ("scanner", "Rien de tel.", None),
    ],
)
def test_an_extract_is_the_first_sentence_that_says_most(words: str, text: str, extract: str | None) -> None:
    found = found_in(parse(words), [text])
    assert found == (extract and extract.replace("<", "\ue000").replace(">", "\ue001"))


def test_relevance_puts_a_name_before_a_mention(filled: Store) -> None:
    first = filled.search(Query(words="laboratoire", sort="relevance")).hits[0].incident
    assert first.facility.name == "Laboratoire Beauregard"


@pytest.mark.parametrize("words", [q["words"] for q in QUERIES])
def test_both_stores_rank_alike(sqlite_twin: Store, elastic_twin: Store, words: str) -> None:
    query = Query(words=words, sort="relevance")
    one, other = (store.search(query, limit=100, facets=FACETS) for store in (sqlite_twin, elastic_twin))
    assert [hit.incident.id for hit in one.hits] == [hit.incident.id for hit in other.hits]
    assert one == other


@pytest.mark.parametrize("words", ["Trouseau", "chambrai", "Beauregar", "clinique du donjom", "rien de tel"])
def test_both_stores_suggest_the_same(sqlite_twin: Store, elastic_twin: Store, words: str) -> None:
    assert sqlite_twin.suggest(words) == elastic_twin.suggest(words)
