"""In which order pages are fetched: what its feed says of it decides when, never whether, a page is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from crawler.events import Found
from crawler.moments import DayOrMoment
from crawler.triage import matters


def rank(found: Found, tries: int = 0) -> str:
    """A text that sorts high for what is to be fetched first.

    What failed before comes after everything else; then what its title and summary show to be our matter; then the
    newest. What has no date may be new, unless an archive told of it.
    """
    ours = matters(found.title or "", found.summary or "")
    day = "0" if found.finder in ("wayback", "gdelt") else sortable(found.published)
    return f"{9 - min(tries, 9)} {int(ours)} {day}"


def in_order(pages: Iterable[Found]) -> list[Found]:
    return sorted(pages, key=rank, reverse=True)


def sortable(moment: DayOrMoment | None) -> str:
    if moment is None:
        return "9999"
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.astimezone(UTC).isoformat(timespec="seconds")
