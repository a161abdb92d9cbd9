"""Groups of facilities (private groups, hospital groups) and their sites: when both are one incident.

A site is tied to its group by the register, or when an article on the site names the group. Hit on the same days they
are one incident, the group's, with its sites; unless their facts differ: then each has its own, and they are linked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import ahocorasick

from index.account import Account
from index.days import Days
from index.details import ALIKE, month
from index.places import group_of
from records import Article, Facility
from reference import gazetteer
from reference.folding import fold
from reference.vocabulary import vocabulary

GROUP = "groupement"
_BRACKETED = re.compile(r"\([^()\n]{1,12}\) ")
_RUNNING = frozenset({"maintenu", "retabli", "inconnu"})
_CARE = frozenset({"soins", "plateau_technique"})
_VAGUE = "cyberattaque_non_precisee"


@cache
def _names() -> dict[str, str]:
    """What groups are called, in lower case and folded, to the group's own name, folded."""
    groups = [f for f in gazetteer.facilities() if f.type == GROUP and f.finess is None]
    return {form: fold(g.name) for g in groups for name in (g.name, *g.aliases) for form in (name.lower(), fold(name))}


@cache
def _automaton() -> Any:
    automaton: Any = ahocorasick.Automaton()
    for name, group in _names().items():
        automaton.add_word(name, (len(name), group))
    automaton.make_automaton()
    return automaton


def named_in(article: Article) -> frozenset[str]:
    """The groups (folded names) that an article names."""
    return _named(f"{article.title}\n{article.text}")


@lru_cache(maxsize=2048)
def _named(text: str) -> frozenset[str]:
    low = _BRACKETED.sub("", text.lower())  # "groupement hospitalier de territoire (GHT) Cœur Grand Est"
    found = set()
    for last, (length, group) in _automaton().iter(low):
        start, end = last - length + 1, last + 1
        if not low[start - 1 : start].isalnum() and not low[end : end + 1].isalnum():
            found.add(group)
    return frozenset(found)


def own_name(facility: Facility) -> str | None:
    """The folded name of the group that the facility is; None when it is none."""
    if facility.type != GROUP:
        return None
    for name in (facility.name, facility.mention):
        if known := _names().get(fold(name)) or max(_named(name), key=len, default=""):
            return known
    return fold(facility.name)


def belongs_to(facility: Facility, named: Iterable[str]) -> frozenset[str]:
    """The groups a facility may be a site of: the register's, and those that its articles name."""
    if facility.type == GROUP:
        return frozenset()
    registered = group_of(facility.finess) if facility.finess else None
    return frozenset({*named, *([fold(registered)] if registered else [])})


def keys(account: Account) -> frozenset[str]:
    """What an account is stored under, so that a group's accounts and its sites' of the same weeks meet."""
    return frozenset(_keys(account, "group-hit", "site-hit", (0,)))


def lookups(account: Account) -> frozenset[str]:
    return frozenset(_keys(account, "site-hit", "group-hit", (-1, 0, 1)))


def _keys(account: Account, of_group: str, of_site: str, months: tuple[int, ...]) -> Iterable[str]:
    own = own_name(account.facility)
    named = [(of_group, own)] if own else [(of_site, group) for group in account.groups]
    return (f"{kind}:{group}/{month(account.published, n)}" for kind, group in named for n in months)


def with_sites(groups: list[list[Account]]) -> list[list[Account]]:
    """Events, those of a group's sites in the group's where they are one incident."""
    own = {n: names for n, events in enumerate(groups) if (names := {g for a in events if (g := own_name(a.facility))})}
    if not own:
        return groups
    days = {n: Days(groups[n]) for n in own}
    joining: dict[int, list[int]] = {}
    for n, events in enumerate(groups):
        if n in own or not all(a.who.finess or a.who.commune for a in events):
            continue
        tied = {name for a in events for name in a.groups}
        fits = [i for i, names in own.items() if names & tied and any(days[i].away(a) is not None for a in events)]
        if len(fits) == 1 and not _differ(events, groups[fits[0]]):
            joining.setdefault(fits[0], []).append(n)
    gone = {n for sites in joining.values() for n in sites}
    return [
        [*events, *(a for site in joining.get(n, ()) for a in groups[site])]
        for n, events in enumerate(groups)
        if n not in gone
    ]


def _differ(site: Sequence[Account], group: Sequence[Account]) -> bool:
    """Whether the site has facts of its own: told apart in one article, care stopped there alone, other figures."""
    if {a.url for a in site} & {a.url for a in group}:
        return True
    if _stopped(site) - _stopped(group):
        return True
    types = [{c.type for a in some for c in a.said.attack_types if c.certainty != "denied"} for some in (site, group)]
    precise = [known - {_VAGUE} for known in types]
    if all(precise) and not precise[0] & precise[1]:
        return True
    actors = [{fold(a.said.actor) for a in some if a.said.actor} for some in (site, group)]
    if all(actors) and not actors[0] & actors[1]:
        return True
    counts = [{n for a in some if (n := a.said.persons_affected)} for some in (site, group)]
    return all(counts) and not any(abs(m - n) <= ALIKE * max(m, n) for m in counts[0] for n in counts[1])


def _stopped(accounts: Sequence[Account]) -> set[str]:
    """Services of care; networks and tools are mostly the group's."""
    of_care = {s.service for a in accounts for s in a.said.services if s.status not in _RUNNING}
    return {service for service in of_care if vocabulary("services")[service].row["domaine"] in _CARE}


def placed(group: Facility, hit: Sequence[Facility]) -> Facility:
    """The group where its sites are: in their department when they share it, at its place when one alone is told of."""
    departments = {site.department for site in hit}
    if group.department or group.commune or len(departments) != 1:
        return group
    known = ("department",) if len(hit) > 1 else ("department", "commune", "insee", "lat", "lon")
    return group.model_copy(update={name: getattr(hit[0], name) for name in known})


def victim(told: Sequence[Account]) -> tuple[list[Account], tuple[Facility, ...]]:
    """The accounts that name the victim, the group's when it is among them, and its sites, by name."""
    of_group = [a for a in told if a.facility.type == GROUP]
    if not of_group or len(of_group) == len(told):
        return list(told), ()
    sites: dict[frozenset[str] | str, Facility] = {}
    for account in told:
        if account.facility.type != GROUP:
            known = account.who.finess or f"{fold(account.facility.name)}/{account.who.commune}"
            sites.setdefault(known, account.facility)
    return of_group, tuple(sorted(sites.values(), key=lambda f: (fold(f.name), f.finess or "")))
