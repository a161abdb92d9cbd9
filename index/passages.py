"""The articles behind an incident, each with the few sentences that support what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.account import Account
from index.extract import sentence_around
from index.sites import named_in
from records import ReportedIncident, Source, Span

MOST = 2  # extracts a field


def sources(told: Sequence[Account], copied: Mapping[str, str], known: Mapping[str, Source]) -> tuple[Source, ...]:
    """One source an article, oldest first; extracts by the keys of the evidence, exact text of article or title.

    `copied` as `index.voices.copies` has it; of an article whose text is gone, the extracts of `known` stay.
    """
    found: dict[str, Source] = {}
    for account in told:
        article = account.article
        extracts = dict(found[account.url].extracts) if account.url in found else {}
        for field, passages in _extracts(account.said, article.title, article.text).items():
            extracts[field] = tuple(dict.fromkeys((*extracts.get(field, ()), *passages)))[:MOST]
        if not article.text and account.url in known:
            extracts = known[account.url].extracts
        found[account.url] = Source(
            url=article.url,
            outlet=article.outlet,
            title=article.title,
            published=article.published,
            kind=article.kind,
            extracts=dict(sorted(extracts.items())),
            copy_of=copied.get(account.url),
            groups=_groups(account, known.get(account.url)),
        )
    return tuple(found.values())


def _groups(account: Account, known: Source | None) -> tuple[str, ...]:
    if account.article.text:
        return tuple(sorted(named_in(account.article)))
    return known.groups if known else ()


def _extracts(said: ReportedIncident, title: str, text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for evidence, source in ((said.evidence, text), (said.title_evidence, title)):
        for field, spans in evidence.items():
            if not any(other.startswith(f"{field}/") for other in evidence):
                found.setdefault(field, []).extend(_passages(source, spans))
    return {field: tuple(dict.fromkeys(passages))[:MOST] for field, passages in found.items() if passages}


def _passages(text: str, spans: Sequence[Span]) -> list[str]:
    return [passage for start, end in sorted(spans) if (passage := sentence_around(text, start, end))]
