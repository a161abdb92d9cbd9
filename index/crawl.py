"""What collecting remembers in the store: the frontier, validators, versions of articles, claims and runs.

The notes' kinds: `pending` (a page to be fetched, by address, part: its outlet, rank: `crawler.order.rank`), `feed`
(validators of a feed, by address, part: its outlet), `robots` (a host's robots.txt and when it was read), `page` (validators of a kept page), `version` (what an article
was at a time, part: its address), `claim` (who collects an outlet, by its id), `run` (how a run of an outlet went,
part: the outlet, rank: when), `day` (what an outlet's runs of a day came to, part: the outlet, rank: the day).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crawler.address import base_of
from crawler.events import Choice, FeedRead, FeedState, Found, OutletDone, PageEvent, RobotsRead
from crawler.moments import DayOrMoment, day_of
from crawler.order import rank
from crawler.outlets import Outlet
from crawler.settings import MOST_PAGES
from index.store import Note, Seen, Store
from records import Article

MOST_TRIES = 5  # of a page that fails; then it is given up
YOUNG = timedelta(days=7)  # an article is looked at again while its outlet's feeds still list it, so long
AGAIN = timedelta(days=1)  # and so often
RUNS_KEPT = 20  # of each outlet
DAYS_KEPT = 120
COUNTED = ("fresh", "kept", "dropped", "unchanged", "failed", "refused")
# What needs no second look, unless it changed.
_SETTLED = ("kept", "irrelevant", "refused", "duplicate")


def feed_states(store: Store, outlets: Iterable[str]) -> dict[str, FeedState]:
    """The validators of the feeds of these outlets, by address."""
    notes = [note for outlet in outlets for note in store.notes("feed", outlet)]
    return {note.key: FeedState.model_validate(note.data) for note in notes}


def robots(store: Store, outlets: Iterable[Outlet]) -> dict[str, RobotsRead]:
    """The copies of robots.txt of the hosts that these outlets are asked at, by base address."""
    bases = {f"{scheme}://{host}" for o in outlets for host in o.hosts for scheme in ("http", "https")}
    bases |= {base_of(address) for o in outlets for address in o.addresses}
    return {base: RobotsRead.model_validate(note.data) for base, note in store.get_notes("robots", bases).items()}


def put_robots(store: Store, read: RobotsRead) -> None:
    store.put_notes([Note("robots", read.base, "", "", read.model_dump(mode="json", exclude_defaults=True))])


def choose(
    store: Store,
    outlet: str,
    found: Sequence[Found],
    feeds: Sequence[FeedRead],
    *,
    since: date | datetime | None = None,
    limit: int | None = None,
) -> Choice:
    """Put what an outlet's feeds gave into its frontier, the feeds' validators with it, and say what to fetch now.

    What is older than `since` (a day or a moment), or beyond `limit` pages, stays in the frontier for another run.
    """
    now = datetime.now(UTC)
    by_url = {one.url: one for one in found}
    with store.writing():
        seen, waiting = store.seen_all(by_url), store.get_notes("pending", by_url)
        fresh = [one for url, one in by_url.items() if url not in waiting and _is_wanted(one, seen.get(url), now)]
        pages = store.get_notes("page", [one.url for one in fresh if one.url in seen])
        notes = []
        for one in fresh:
            if one.url in seen and seen[one.url].outcome == "kept":
                one = one.model_copy(update={"known": True, **(pages[one.url].data if one.url in pages else {})})
            notes.append(_pending(outlet, one, 0))
        store.put_notes(notes)
        store.put_notes(
            Note("feed", feed.url, outlet, "", feed.model_dump(include={"etag", "last_modified", "changed"}))
            for feed in feeds
        )
    # by their own notes, which also hold what earlier runs left
    waiting_now = [Found.model_validate(note.data["found"]) for note in store.notes("pending", outlet)]
    young = [one for one in waiting_now if not (since and one.published and _before(one.published, since))]
    most = MOST_PAGES if limit is None else limit
    met = sum(one.url not in seen for one in fresh)
    return Choice(pages=tuple(young[:most]), left=len(waiting_now) - len(young[:most]), fresh=met)


def _is_wanted(one: Found, seen: Seen | None, now: datetime) -> bool:
    if seen is None or seen.outcome not in _SETTLED:
        return True
    if seen.outcome != "kept":
        return False
    if isinstance(one.changed, datetime) and one.changed > seen.at:
        return True
    young = one.published is not None and now.date() - day_of(one.published) <= YOUNG
    return young and now - seen.at >= AGAIN


def _before(moment: DayOrMoment, since: date | datetime) -> bool:
    if isinstance(since, datetime) and isinstance(moment, datetime):
        return moment < since
    return day_of(moment) < day_of(since)


def _pending(outlet: str, found: Found, tries: int) -> Note:
    data = {"found": found.model_dump(mode="json", exclude_defaults=True), "tries": tries}
    return Note("pending", found.url, outlet, rank(found, tries), data)


def settle(store: Store, event: PageEvent, at: datetime) -> None:
    """Take a page out of the frontier, or put it back for another try. Within the block that marks it as seen."""
    if event.outcome != "failed":
        store.drop_notes("pending", [event.url])
        return
    note = store.get_notes("pending", [event.url]).get(event.url)
    if note is None:
        return
    tries = int(note.data["tries"]) + bool(getattr(event, "asked", True))
    found = Found.model_validate(note.data["found"])
    if tries >= MOST_TRIES or found.known:
        store.drop_notes("pending", [event.url])
    else:
        store.put_notes([_pending(note.part, found, tries)])


def put_page(store: Store, url: str, etag: str | None, last_modified: str | None) -> None:
    """The validators of a page that was kept."""
    if etag or last_modified:
        store.put_notes([Note("page", url, "", "", {"etag": etag, "last_modified": last_modified})])


@dataclass(frozen=True, slots=True)
class Version:
    """What an article was when it was read at `at` (UTC): `content_hash` differs between two of them."""

    url: str
    at: datetime
    content_hash: str
    title: str
    modified: str | None = None  # as the page said then


def put_version(store: Store, article: Article) -> None:
    """Note what an article is now, if it is not as it was. Its text is kept with the article alone, the newest."""
    key = f"{article.url} {article.content_hash}"
    if article.kind == "notice" or store.get_notes("version", [key]):
        return
    at = (article.fetched or datetime.now(UTC)).astimezone(UTC).isoformat()
    modified = article.modified.isoformat() if article.modified else None
    data = {"content_hash": article.content_hash, "title": article.title, "modified": modified}
    store.put_notes([Note("version", key, article.url, at, data)])


def versions(store: Store, url: str) -> list[Version]:
    """The versions of an article, the oldest first."""
    notes = reversed(store.notes("version", url))
    return [Version(url, datetime.fromisoformat(note.rank), **note.data) for note in notes]


def put_run(store: Store, done: OutletDone) -> None:
    """Keep how a run of an outlet went, and add it to its day; what is long past is forgotten. Within a block."""
    at = done.at.astimezone(UTC).isoformat(timespec="microseconds")
    data = done.model_dump(mode="json", exclude={"event", "outlet", "at", "next_try"})
    day = day_of(done.at).isoformat()
    key = f"{done.outlet} {day}"
    before = store.get_notes("day", [key])
    sums = {name: data[name] + (before[key].data[name] if key in before else 0) for name in COUNTED}
    answered = (before[key].data["answered"] if key in before else 0) + (done.status != "FAILED")
    older = [note.key for note in store.notes("run", done.outlet)][RUNS_KEPT - 1 :]
    past = [note.key for note in store.notes("day", done.outlet)][DAYS_KEPT - (key not in before) :]
    store.put_notes(
        [
            Note("run", f"{done.outlet} {at}", done.outlet, at, data),
            Note("day", key, done.outlet, day, {**sums, "answered": answered}),
        ]
    )
    store.drop_notes("run", older)
    store.drop_notes("day", past)


def runs(store: Store, outlet: str, limit: int | None = None) -> list[OutletDone]:
    """The last runs of an outlet, the newest first."""
    return [
        OutletDone.model_validate({**note.data, "outlet": outlet, "at": note.rank})
        for note in store.notes("run", outlet, limit)
    ]


def days(store: Store, outlet: str, limit: int) -> dict[date, dict[str, int]]:
    """What the last days' runs came to (French days), the newest first: the counts of `COUNTED`, and `answered`, how
    many runs found a feed to read."""
    return {date.fromisoformat(note.rank): note.data for note in store.notes("day", outlet, limit)}
