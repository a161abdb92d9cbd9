"""Reports into incidents, in the store: a new report touches the incidents of its own facility and no others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import UTC, datetime

from index import consensus, details, related, rulings, sites
from index.account import Account
from index.facility import keys
from index.gather import Touched, accounts_of, gather
from index.grouping import Group
from index.reviewed import reviewed
from index.store import Fate, Store
from index.waiting import Doubt, doubts
from records import Act, Article, Incident, Report, Waiting


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
        gone = _accounts(known, store.report(article.url))
        if not report.relevant or not report.incidents:
            _keep_or_forget(store, report, article)
        else:
            if _unchanged(store, report, known, article, before):
                return before
            store.put_article(article)
            store.put_report(report)
        reconsolidate(store, [report.url], before, now, gone)
        return [incident.id for incident in store.incidents_of_report(report.url)]


def reconsolidate(
    store: Store, urls: Iterable[str], before: Iterable[str], now: datetime, gone: Iterable[Account] = ()
) -> None:
    """Bring up to date what the reports at `urls`, the incidents `before` (ids) and accounts now `gone` lead to."""
    fresh = set(urls)
    with store.writing():
        _apply(store, gather(store, fresh, before, gone), fresh, now)


def _accounts(article: Article | None, report: Report | None) -> list[Account]:
    if article is None or report is None or not report.relevant:
        return []
    return accounts_of(article, report, sites.named_in(article))


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


def _apply(store: Store, touched: Touched, fresh: Set[str], now: datetime) -> None:
    """Store the incidents that the accounts and acts make. `fresh`: addresses of the reports that may have changed."""
    decided = touched.rulings
    parted = rulings.parted(list(touched.accounts.values()), decided)
    groups = parted.groups
    homes = _homes(touched, groups)
    acts = _by_acts(store, touched, rulings.ids(decided, groups), homes)
    names = [olds[0] if olds else store.new_incident_id(_year(g)) for olds, g in zip(homes, groups, strict=True)]
    doubtful = doubts(groups)
    known = {s.url: s for i in touched.incidents.values() for s in i.reports}
    for n, accounts in enumerate(groups):
        incident_id, act = names[n], acts.get(n)
        old = touched.incidents.get(incident_id)
        members = tuple(sorted(a.member for a in accounts))
        waiting = _waiting(doubtful.get(n), names)
        same = old is not None and homes[n] == [incident_id] and members == touched.members[incident_id]
        if same and old and old.waiting == waiting and not touched.acts and fresh.isdisjoint(m.url for m in members):
            continue  # a neighbour: what it says cannot have changed
        incident = consensus.incident(accounts, incident_id, _first_seen(touched, homes[n], act, now), now, known)
        incident = incident.model_copy(update={"waiting": waiting})
        incident = _with_what_was_kept(reviewed(incident, accounts, n, groups, decided), old)
        if old is None:
            store.revive(incident_id)
        if old is None or not same or incident.model_copy(update={"last_changed": old.last_changed}) != old:
            store.put_incident(incident, members, {key for a in accounts for key in _keys(a)})
        if old is None and (origin := _origin(touched, accounts, names)):
            store.put_fate(Fate(incident_id, "split", now, origin, act.id if act else None, members))
    homeless = {old_id: name for name, olds in zip(names, homes, strict=True) for old_id in olds}
    for old_id in touched.incidents:
        home = homeless.get(old_id)
        if home is None:
            rejected_by = next((parted.rejected[m] for m in touched.members[old_id] if m in parted.rejected), None)
            store.remove_incident(old_id, now, rejected_by)
        elif home != old_id:
            joined = next((a.id for a in decided.standing if a.kind == "merge" and a.other == old_id), None)
            store.redirect(old_id, home, now, joined)


def _keys(account: Account) -> frozenset[str]:
    named = keys(account.said.facility) | keys(account.facility)
    return named | details.keys(account) | sites.keys(account) | related.keys(account)


def _homes(touched: Touched, groups: Sequence[Group]) -> list[list[str]]:
    """For each group the ids that go on in it, the one it keeps first: an id stays with most of its reports."""
    place = {account.member: n for n, accounts in enumerate(groups) for account in accounts}
    homes: list[list[str]] = [[] for _ in groups]
    for old_id in sorted(touched.incidents, key=lambda i: (touched.incidents[i].first_seen, i)):
        where = [place[m] for m in touched.members[old_id] if m in place]
        if where:
            homes[max(sorted(set(where)), key=where.count)].append(old_id)
    return homes


def _by_acts(
    store: Store, touched: Touched, wanted: dict[int, tuple[str, Act]], homes: list[list[str]]
) -> dict[int, Act]:
    """Give each group the id that acts want for it, where that id is free or its own; the acts that had their way."""
    done: dict[int, Act] = {}
    for n, (incident_id, act) in wanted.items():
        if incident_id not in touched.incidents:
            # merged or withdrawn by an act that was undone, or given to the split when it was made
            gone = store.fate(incident_id)
            if gone is None and (store.incident(incident_id) is not None or act.other != incident_id):
                continue
        for olds in homes:
            if incident_id in olds:
                olds.remove(incident_id)
        homes[n].insert(0, incident_id)
        done[n] = act
    return done


def _first_seen(touched: Touched, olds: Sequence[str], act: Act | None, now: datetime) -> datetime:
    """The oldest of those that go on; by an act, the id's own, so that undoing gives back what was."""
    if act and olds[0] in touched.incidents:
        return touched.incidents[olds[0]].first_seen
    if act and (then := touched.rulings.first_seen.get(olds[0])):
        return then
    return min((touched.incidents[old].first_seen for old in olds if old in touched.incidents), default=now)


def _origin(touched: Touched, accounts: Group, names: Sequence[str]) -> str | None:
    """The incident that a new one was split from: the one that goes on and had its reports."""
    for account in accounts:
        for old_id, members in touched.members.items():
            if account.member in members and old_id in names:
                return old_id
    return None


def _year(accounts: Group) -> int:
    dates = [a.said.occurred.start for a in accounts if a.said.occurred.start]
    return min(dates or [a.published for a in accounts]).year


def _waiting(doubt: Doubt | None, names: Sequence[str]) -> Waiting | None:
    if doubt is None:
        return None
    why, may_be = doubt
    return Waiting(why=why, may_be=tuple(sorted(names[i] for i in may_be)))


def _with_what_was_kept(incident: Incident, old: Incident | None) -> Incident:
    """A correction that was put with the incident itself, not by an act, outlives a new consolidation too."""
    if incident.reviewed or old is None or old.reviewed is None or old.reviewed.acts:
        return incident
    fields = incident.model_dump() | old.reviewed.changed | {"reviewed": old.reviewed.model_dump()}
    return Incident.model_validate(fields)
