"""What of an incident can be found by words: the same six fields for every store.

Of an article that tells of many victims only the extracts about this one are taken, so that a round-up does
not make each of its victims answer to the names of all the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from index import places
from index.french import Words, words
from index.row import departments
from records import Article, Incident, Source
from reference.vocabulary import label

# Stands between two texts, so that no phrase is found across them.
BOUNDARY = "zqz"
ROUND_UP = 4


class Searchable(NamedTuple):
    """Blank-separated tokens. `names`, `titles`, `body` are folded words, the others stems (names as they are)."""

    names: str
    titles: str
    labels: str
    titles_stem: str
    body: str
    body_stem: str


def searchable(incident: Incident, articles: Mapping[str, Article], victims: Mapping[str, int]) -> Searchable:
    """The fields of one incident. `articles` by URL (those kept), `victims`: how many each report names."""
    titles = [words(source.title) for source in incident.reports]
    passages = [
        words(passage)
        for source in incident.reports
        for passage in passages_of(source, articles.get(source.url), victims.get(source.url, 1))
    ]
    named = [*map(_name, names(incident)), _id(incident.id)]
    labels = [_label(text) for text in _labels(incident)]
    return Searchable(
        names=_folded(named),
        titles=_folded(titles),
        labels=_stems([*named, *labels]),
        titles_stem=_stems(titles),
        body=_folded(passages),
        body_stem=_stems(passages),
    )


def passages_of(source: Source, article: Article | None, victims: int) -> list[str]:
    """The text of an article as far as it may be searched for one incident; extracts when it is gone."""
    if article and article.text and victims < ROUND_UP:
        return [article.text]
    return list(dict.fromkeys(e for extracts in source.extracts.values() for e in extracts))


def names(incident: Incident) -> list[str]:
    """Every proper name that finds the incident, without repetition."""
    facility = incident.facility
    found: list[str | None] = [facility.name, facility.mention, facility.commune]
    if facility.finess:
        found += [facility.finess, *places.facility_names(facility.finess)]
    for code in departments(incident):
        found += places.department_names(code)
    for site in incident.sites:
        found += [site.name, site.commune, *(places.facility_names(site.finess) if site.finess else ())]
    found += [r.name for r in incident.diverted_to]
    found += [incident.actor, incident.supplier]
    return list(dict.fromkeys(n for n in found if n))


def _labels(incident: Incident) -> list[str]:
    found = [label("facility_types", incident.facility.type)]
    found += [label("attack_types", claim.type) for claim in incident.attack_types if claim.certainty != "denied"]
    for state in incident.services:
        found.append(f"{label('services', state.service)} {label('impact_status', state.status)}")
    return list(dict.fromkeys(found))


# The same names and labels come with many incidents.
@lru_cache(maxsize=20_000)
def _name(text: str) -> Words:
    return words(text, name=True)


def _id(incident_id: str) -> Words:
    """`VIG-2022-0001`, as a name would be read."""
    parts = incident_id.lower().replace("-", " ")
    return Words(parts, parts)


@lru_cache(maxsize=20_000)
def _label(text: str) -> Words:
    return words(text, query=True)


def _folded(texts: Iterable[Words]) -> str:
    return f" {BOUNDARY} ".join(text.folded for text in texts)


def _stems(texts: Iterable[Words]) -> str:
    return f" {BOUNDARY} ".join(text.stems for text in texts)
