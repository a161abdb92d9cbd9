"""One account: what one article says of one victim, with what is known of the article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from index.facility import Identity, identity
from index.store import Member
from records import Article, Facility, ReportedIncident


@dataclass(frozen=True)
class Account:
    """`position` is the place of `said` among the report's incidents; `linked` the facility an analyst gave it.

    `groups`: the groups of facilities (folded names) that it may be a site of (`index.sites`).
    """

    article: Article
    position: int
    said: ReportedIncident
    linked: Facility | None = None
    groups: frozenset[str] = frozenset()

    @property
    def member(self) -> Member:
        return Member(self.article.url, self.position)

    @property
    def url(self) -> str:
        return self.article.url

    @property
    def published(self) -> date:
        return self.article.published_on

    @property
    def facility(self) -> Facility:
        return self.linked or self.said.facility

    @cached_property
    def who(self) -> Identity:
        return identity(self.facility)

    @property
    def order(self) -> tuple[date, str, int]:
        """Oldest publication first; the address decides between those of one day."""
        return self.published, self.url, self.position
