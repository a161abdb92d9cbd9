"""Which of several values told has the best support: by standing, independence of voices, date and precision.

A camp is the accounts that give the same value. An article outweighs one of our notices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from index.account import Account
from reference.vocabulary import vocabulary

Rank = tuple[Any, ...]
Camp = Sequence[Account]
Voices = Mapping[str, str]

_STANDING = {"confirme": 3, "dementi": 3, "requalifie": 3, "tentative": 3, "rapporte": 2, "revendique": 1}
CLAIM, OFFICIAL = 1, 3
PRECISION = {"hour": 6, "night": 5, "day": 4, "week": 3, "month": 2, "year": 1, "unknown": 0}


def standing(account: Account) -> int:
    """3 when the facility or an authority speaks, 2 the press, 1 the attackers alone."""
    return _STANDING.get(account.said.information_status or "rapporte", 2)


def by_standing(camp: Camp, voices: Voices) -> Rank:
    """For facts that are so or not: who says it, how many voices of their own, who said it last."""
    articles, weighty = _weighty(camp)
    return articles, max(map(standing, weighty)), _count(weighty, voices), max(a.order for a in weighty)


def by_time(camp: Camp, voices: Voices) -> Rank:
    """For facts that develop: who said it last, the attackers' own word set aside while anyone else speaks."""
    articles, weighty = _weighty(camp)
    heard = [a for a in weighty if standing(a) > CLAIM]
    latest = max(a.published for a in heard or weighty)
    return (
        articles,
        bool(heard),
        latest,
        max(map(standing, weighty)),
        _count(weighty, voices),
        max(a.order for a in weighty),
    )


def by_denial(camp: Camp, voices: Voices) -> Rank:
    """For what is said and denied: who says it; of official words the last, of the press the more voices."""
    articles, weighty = _weighty(camp)
    best = max(map(standing, weighty))
    speaking = [a for a in weighty if standing(a) == best]
    latest, count = max(a.published for a in speaking).toordinal(), _count(speaking, voices)
    order = (latest, count) if best == OFFICIAL else (count, latest)
    return articles, best, *order, max(a.order for a in speaking)


def by_weight(camp: Camp, voices: Voices) -> Rank:
    """The worst effect on care that anyone tells: a later, milder state does not undo it."""
    articles, weighty = _weighty(camp)
    impacts = list(vocabulary("care_impact"))
    told = [impacts.index(a.said.care_impact) for a in weighty if a.said.care_impact in impacts]
    return articles, max(told, default=-1), max(a.order for a in weighty)


def by_amount(camp: Camp, voices: Voices) -> Rank:
    articles, weighty = _weighty(camp)
    known = any(a.said.ransom and a.said.ransom.amount is not None for a in weighty)
    return articles, known, max(a.order for a in weighty)


def best_teller(camp: Camp) -> Account:
    """Whose wording of a camp's value is taken."""
    return max(camp, key=lambda a: (a.article.kind == "article", standing(a), a.order))


def best_named(account: Account) -> Rank:
    """Whose name and place of the facility are taken."""
    facility = account.facility
    telling = max((len(core) for core in account.who.local), default=0)
    return (
        facility.finess is not None,
        facility.commune is not None,
        account.article.kind == "article",
        telling > 0,
        standing(account),
        account.order,
    )


def _weighty(camp: Camp) -> tuple[bool, Camp]:
    articles = [a for a in camp if a.article.kind == "article"]
    return bool(articles), articles or camp


def _count(camp: Camp, voices: Voices) -> int:
    return len({voices.get(a.url, a.url) for a in camp})
