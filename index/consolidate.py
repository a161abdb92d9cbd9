"""Reports into incidents, in the store: a new report touches the incidents of its own facility and no others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from index import consensus, details
from index.account import Account
from index.facility import keys, lookups
from index.grouping import Group, group
from index.store import Member, Store
from records import Article, Incident, Report


def consolidate(store: Store, report: Report, article: Article, now: datetime | None = None) -> list[str]:
    """Store an article and its report and bring the incidents up to date; ids of those the report supports.

    All or nothing. The same report again changes nothing; a changed one replaces the old; one that is not
    relevant (any more) is withdrawn, and neither its text nor itself is kept. `now`: aware, default the clock.
    """
    now = now or datetime.now(UTC)
    with store.writing():
        before = [incident.id for incident in store.incidents_of_report(report.url)]
        known = store.article(article.url)
        if known and known.kind == "article" and article.kind == "notice":
            return before  # our own note of an article says no more than the article itself
        if not report.relevant or not report.incidents:
            _keep_or_forget(store, report, article)
        else:
            if _unchanged(store, report, known, article, before):
                return before
            store.put_article(article)
            store.put_report(report)
        touched = _gather(store, report, article, before)
        _apply(store, touched, now)
        return [incident.id for incident in store.incidents_of_report(report.url)]


def _keep_or_forget(store: Store, report: Report, article: Article) -> None:
    if report.relevant:
        store.put_article(article)
        store.put_report(report)
    else:
        store.remove_article(report.url)


def _unchanged(store: Store, report: Report, known: Article | None, article: Article, before: Sequence[str]) -> bool:
    if known is None or known.model_dump(exclude={"fetched"}) != article.model_dump(exclude={"fetched"}):
        return False
    placed = {m for incident_id in before for m in store.members(incident_id) if m.url == report.url}
    return store.report(report.url) == report and len(placed) == len(report.incidents)


class _Touched:
    """The accounts that may change company, and the incidents they were in."""

    def __init__(self) -> None:
        self.accounts: dict[Member, Account] = {}
        self.incidents: dict[str, Incident] = {}
        self.members: dict[str, tuple[Member, ...]] = {}


def _gather(store: Store, report: Report, article: Article, before: Iterable[str]) -> _Touched:
    """Everything that a report's facilities lead to, by the keys of each account in turn."""
    touched = _Touched()
    articles = {report.url: article}
    reports = {report.url: report if report.relevant else None}
    waiting = list(before)
    fresh = [Account(article, i, said) for i, said in enumerate(report.incidents)] if report.relevant else []
    looked: set[str] = set()
    while fresh or waiting:
        for account in fresh:
            touched.accounts[account.member] = account
        unseen = {key for account in fresh for key in _lookups(account)} - looked
        looked |= unseen
        waiting += store.candidates(unseen) if unseen else ()
        fresh = []
        for incident_id in dict.fromkeys(waiting):
            incident = store.incident(incident_id)
            if incident is None or incident.id in touched.incidents:
                continue
            members = store.members(incident.id)
            if not members:
                continue  # put there by hand, not by reports: not ours to change
            touched.incidents[incident.id], touched.members[incident.id] = incident, members
            for member in members:
                if member.url == report.url or member in touched.accounts:
                    continue
                if member.url not in reports:
                    reports[member.url] = store.report(member.url)
                    articles[member.url] = store.article(member.url) or _remembered(incident, member.url)
                known = reports[member.url]
                if known and member.position < len(known.incidents):
                    fresh.append(Account(articles[member.url], member.position, known.incidents[member.position]))
        waiting = []
    return touched


def _lookups(account: Account) -> frozenset[str]:
    return lookups(account.facility) | details.lookups(account)


def _remembered(incident: Incident, url: str) -> Article:
    source = next(s for s in incident.reports if s.url == url)
    return Article(
        url=url, title=source.title, published=source.published, text="", outlet=source.outlet, kind=source.kind
    )


def _apply(store: Store, touched: _Touched, now: datetime) -> None:
    groups = group(touched.accounts.values())
    homes = _homes(touched, groups)
    kept: dict[str, str] = {}
    known = {s.url: s for i in touched.incidents.values() for s in i.reports}
    for accounts, olds in zip(groups, homes, strict=True):
        first_seen = min((touched.incidents[old].first_seen for old in olds), default=now)
        incident_id = olds[0] if olds else store.new_incident_id(_year(accounts))
        old = touched.incidents.get(incident_id)
        incident = consensus.incident(accounts, incident_id, first_seen, now, known)
        incident = _with_what_was_kept(incident, old)
        members = tuple(sorted(a.member for a in accounts))
        if old is None or _content(old) != _content(incident) or members != touched.members[incident_id]:
            found_by = {key for a in accounts for key in keys(a.facility) | details.keys(a)}
            store.put_incident(incident, members, found_by)
        kept |= dict.fromkeys(olds, incident_id)
    for old_id in touched.incidents:
        home = kept.get(old_id)
        if home is None:
            store.remove_incident(old_id)
        elif home != old_id:
            store.redirect(old_id, home)


def _homes(touched: _Touched, groups: Sequence[Group]) -> list[list[str]]:
    """For each group the ids that go on in it, the one it keeps first: an id stays with most of its reports."""
    place = {account.member: n for n, accounts in enumerate(groups) for account in accounts}
    homes: list[list[str]] = [[] for _ in groups]
    for old_id in sorted(touched.incidents, key=lambda i: (touched.incidents[i].first_seen, i)):
        where = [place[m] for m in touched.members[old_id] if m in place]
        if where:
            homes[max(sorted(set(where)), key=where.count)].append(old_id)
    return homes


def _year(accounts: Group) -> int:
    dates = [a.said.occurred.start for a in accounts if a.said.occurred.start]
    return min(dates or [a.published for a in accounts]).year


def _content(incident: Incident) -> Incident:
    return incident.model_copy(update={"first_seen": incident.last_changed, "last_changed": incident.last_changed})


def _with_what_was_kept(incident: Incident, old: Incident | None) -> Incident:
    """An analyst's corrections outlive a new consolidation."""
    if old is None or old.reviewed is None:
        return incident
    fields = incident.model_dump() | old.reviewed.changed | {"reviewed": old.reviewed.model_dump()}
    return Incident.model_validate(fields)
