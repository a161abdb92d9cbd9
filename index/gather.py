"""Which accounts a new one may change company with: those that share a key with it, and theirs, and what acts join.

Nothing is compared here. Keys keep this near-linear: a report touches the incidents of its own facility and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from index import details, sites
from index.account import Account
from index.facility import lookups
from index.rulings import Rulings, matching
from index.store import Member, Store
from records import Act, Article, Incident, Report


@dataclass
class Touched:
    """The accounts that may change company, the incidents they were in, and the acts that rest on them."""

    accounts: dict[Member, Account] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    members: dict[str, tuple[Member, ...]] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)

    @property
    def rulings(self) -> Rulings:
        return Rulings(self.acts.values())


def gather(store: Store, urls: Iterable[str], before: Iterable[str] = (), gone: Iterable[Account] = ()) -> Touched:
    """Everything that the reports at `urls`, and the incidents `before` (ids), lead to.

    `gone`: accounts as they were until now; without them others may find a home, or lose one.
    """
    return _Gathering(store).run(urls, before, gone)


def accounts_of(article: Article, report: Report, named: Iterable[str]) -> list[Account]:
    """The accounts of an article's report; `named`: the groups that the article names."""
    return [
        Account(article, n, said, groups=sites.belongs_to(said.facility, named))
        for n, said in enumerate(report.incidents)
    ]


class _Gathering:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.touched = Touched()
        self.reports: dict[str, Report | None] = {}
        self.articles: dict[str, Article | None] = {}
        self.looked: set[str] = set()
        self.asked: set[str] = set()

    def run(self, urls: Iterable[str], before: Iterable[str], gone: Iterable[Account]) -> Touched:
        waiting = list(before)
        self.looked = {key for account in gone for key in _lookups(account)}
        self.looked |= {key for i in map(self.store.incident, waiting) if i for key in lookups(i.facility)}
        waiting += self.store.candidates(self.looked) if self.looked else ()
        fresh = [account for url in dict.fromkeys(urls) for account in self._of(url)]
        while fresh or waiting:
            for account in fresh:
                self.touched.accounts[account.member] = account
            joined = self._by_acts(fresh)
            unseen = {key for account in (*fresh, *joined) for key in _lookups(account)} - self.looked
            self.looked |= unseen
            waiting += self.store.candidates(unseen) if unseen else ()
            waiting += [i.id for account in joined for i in self.store.incidents_of_report(account.url)]
            fresh = [*joined, *self._members(waiting)]
            waiting = []
        return self.touched

    def _of(self, url: str) -> Sequence[Account]:
        """The accounts of one report; none when it is not relevant (any more)."""
        if url not in self.reports:
            self.reports[url], self.articles[url] = self.store.report(url), self.store.article(url)
        report = self.reports[url]
        if report is None or not report.relevant:
            return ()
        article = self.articles[url] or self._remembered(url)
        if article is None:
            return ()
        return accounts_of(article, report, self._named(article))

    def _named(self, article: Article) -> Iterable[str]:
        """The groups that an article names; of one whose text is gone, what was found then."""
        if article.text:
            return sites.named_in(article)
        sources = (s for i in self.store.incidents_of_report(article.url) for s in i.reports if s.url == article.url)
        return next((source.groups for source in sources), ())

    def _members(self, ids: Iterable[str]) -> list[Account]:
        found = []
        for incident_id in dict.fromkeys(ids):
            incident = self.store.incident(incident_id)
            if incident is None or incident.id in self.touched.incidents:
                continue
            members = self.store.members(incident.id)
            if not members:
                continue  # put there by hand, not by reports: not ours to change
            self.touched.incidents[incident.id], self.touched.members[incident.id] = incident, members
            for member in members:
                accounts = self._of(member.url)
                if member not in self.touched.accounts and member.position < len(accounts):
                    found.append(accounts[member.position])
        return found

    def _by_acts(self, fresh: Iterable[Account]) -> list[Account]:
        """The accounts that the acts on these accounts rest on beside them."""
        urls = {account.url for account in fresh} - self.asked
        self.asked |= urls
        new = [act for act in self.store.acts(urls) if act.id not in self.touched.acts] if urls else []
        self.touched.acts |= {act.id: act for act in new}
        found = []
        for anchor in (anchor for act in new for anchor in (*act.on, *act.other_on)):
            account = matching(anchor, self._of(anchor.url))
            if account and account.member not in self.touched.accounts and account not in found:
                found.append(account)
        return found

    def _remembered(self, url: str) -> Article | None:
        found = (_remembered(incident, url) for incident in self.store.incidents_of_report(url))
        return next((article for article in found if article), None)


def account_of(store: Store, member: Member, incident: Incident) -> Account | None:
    """One account of an incident; None when its report no longer has it."""
    report = store.report(member.url)
    article = store.article(member.url) or _remembered(incident, member.url)
    if report is None or article is None or member.position >= len(report.incidents):
        return None
    return Account(article, member.position, report.incidents[member.position])


def _remembered(incident: Incident, url: str) -> Article | None:
    """What an incident keeps of an article that is gone."""
    source = next((s for s in incident.reports if s.url == url), None)
    if source is None:
        return None
    given = {"title": source.title, "published": source.published, "outlet": source.outlet}
    return Article(url=url, text="", kind=source.kind, **given)


def _lookups(account: Account) -> frozenset[str]:
    found = lookups(account.said.facility) | lookups(account.facility)
    return found | details.lookups(account) | sites.lookups(account)
