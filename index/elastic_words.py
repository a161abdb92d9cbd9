"""The words of incidents, made of the records they cite whenever a document is sent: they are neither kept nor noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from index.elastic_bulk import Change
from index.searchable import searchable
from records import Article, Incident, article_id

Key = tuple[str, str]  # index, id
Source = dict[str, Any]
_Record = TypeVar("_Record", bound=BaseModel)


def with_words(
    changes: Sequence[Change],
    get_all: Callable[[Sequence[Key]], Sequence[Source | None]],
    known: Mapping[Key, BaseModel] | None = None,
) -> list[Change]:
    """The same changes, those of incidents with their words. `get_all` gives the articles and reports they cite,
    `known` records that need not be read again."""

    def read(kind: type[_Record], index: str, doc_id: str, source: Source) -> _Record:
        record = (known or {}).get((index, doc_id))
        return record if isinstance(record, kind) else kind.model_validate_json(source["json"])

    incidents = {c.id: read(Incident, c.into, c.id, c.source) for c in changes if c.into == "incidents" and c.source}
    urls = sorted({source.url for incident in incidents.values() for source in incident.reports})
    ids = {url: article_id(url) for url in urls}
    found = dict(zip(urls, get_all([("articles", ids[url]) for url in urls]), strict=True))
    articles = {url: read(Article, "articles", ids[url], source) for url, source in found.items() if source}
    found = dict(zip(urls, get_all([("reports", ids[url]) for url in urls]), strict=True))
    victims = {url: source["victims"] for url, source in found.items() if source}
    return [
        change._replace(words=searchable(incidents[change.id], articles, victims)._asdict())
        if change.into == "incidents" and change.source
        else change
        for change in changes
    ]
