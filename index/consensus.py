"""What an incident says: for each field the value with the best support, and who says otherwise.

An article outweighs a notice; an official statement outweighs the press, the press a claim; where facts develop
(number of persons, theft of data, ransom) later knowledge outweighs earlier. Every function is pure, and its
outcome does not depend on the order of the accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from index.account import Account
from index.facility import identity
from index.passages import sources
from index.services import contradictory_services, service_states, timeline
from records import AttackClaim, Incident, Occurred, Receiver, Statement
from reference.folding import fold
from reference.vocabulary import vocabulary

_Value = TypeVar("_Value")
Rank = tuple[Any, ...]

_STANDING = {"confirme": 3, "dementi": 3, "requalifie": 3, "tentative": 3, "rapporte": 2, "revendique": 1}
_NEGATIVE = frozenset({"dementi", "requalifie"})
_PRECISION = {"hour": 6, "night": 5, "day": 4, "week": 3, "month": 2, "year": 1, "unknown": 0}
_VAGUE = "cyberattaque_non_precisee"
_NO_ATTACK = frozenset({"panne", "exposition_accidentelle", "atteinte_physique"})


def incident(accounts: Sequence[Account], incident_id: str, first_seen: datetime, now: datetime) -> Incident:
    """The incident that these accounts together tell of. `first_seen` and `now` (`last_changed`) are UTC."""
    told = sorted(accounts, key=lambda a: a.order)
    support: dict[str, tuple[str, ...]] = {}
    contradictions: dict[str, tuple[Statement, ...]] = {}

    def settle(
        field: str,
        rank: Callable[[Account], Rank],
        alike: Callable[[Any], Hashable] = _itself,
        clash: Callable[[Any, Any], bool] = lambda best, other: True,
    ) -> Any:
        given = [(a, value) for a in told if (value := getattr(a.said, field)) is not None]
        if not given:
            return None
        _, best = max(given, key=lambda pair: (*rank(pair[0]), pair[0].order))
        support[field] = _addresses(a for a, value in given if alike(value) == alike(best))
        others = {alike(value): value for _, value in given if alike(value) != alike(best) and clash(best, value)}
        if others:
            contradictions[field] = tuple(
                Statement(value=_plain(value), reports=_addresses(a for a, v in given if alike(v) == key))
                for key, value in sorted(others.items(), key=lambda pair: repr(pair[0]))
            )
        return best

    facility = max(told, key=_best_named)
    support["facility"] = _addresses(told)
    occurred = _occurred(told, support, contradictions)
    types = _attack_types(told, support, contradictions)
    services = service_states(told)
    for state in services:
        said = [a for a in told if any((s.service, s.status) == (state.service, state.status) for s in a.said.services)]
        support[f"services/{state.service}/{state.status}"] = _addresses(said)
    contradictions |= contradictory_services(told)
    return Incident(
        id=incident_id,
        facility=facility.facility,
        occurred=occurred,
        attack_types=types,
        information_status=settle("information_status", _by_standing, clash=_status_clash),
        services=services,
        diverted_to=_receivers(told, support),
        actor=settle("actor", _by_standing, fold),
        ransom=settle("ransom", _by_amount, clash=lambda best, other: other.amount is not None),
        data_stolen=settle("data_stolen", _by_standing),
        persons_affected=settle("persons_affected", _by_time),
        supplier=settle("supplier", _by_standing, fold),
        authorities=_authorities(told, support),
        care_impact=settle("care_impact", _by_weight, clash=lambda best, other: other == "aucun"),
        support=dict(sorted(support.items())),
        contradictions=dict(sorted(contradictions.items())),
        reports=sources(told),
        timeline=timeline(told, occurred),
        first_seen=first_seen,
        last_changed=now,
    )


# who outweighs whom
def _by_standing(account: Account) -> Rank:
    return account.article.kind == "article", standing(account), account.published


def _by_time(account: Account) -> Rank:
    return account.article.kind == "article", account.published, standing(account)


def _by_weight(account: Account) -> Rank:
    """The worst effect on care that anyone tells: a later, milder state does not undo it."""
    impacts = list(vocabulary("care_impact"))
    weight = impacts.index(account.said.care_impact) if account.said.care_impact in impacts else -1
    return account.article.kind == "article", weight, account.published


def _by_amount(account: Account) -> Rank:
    ransom = account.said.ransom
    return account.article.kind == "article", ransom is not None and ransom.amount is not None, account.published


def _status_clash(best: str, other: str) -> bool:
    """ "Reported" and "confirmed" agree; a denial agrees with neither."""
    return (best in _NEGATIVE) != (other in _NEGATIVE)


def standing(account: Account) -> int:
    """3 when the facility or an authority speaks, 2 the press, 1 the attackers alone."""
    return _STANDING.get(account.said.information_status or "rapporte", 2)


def _best_named(account: Account) -> Rank:
    facility = account.facility
    known = identity(facility)
    telling = max((len(core) for core in known.local), default=0)
    return (
        facility.finess is not None,
        facility.commune is not None,
        account.article.kind == "article",
        telling > 0,
        standing(account),
        account.order,
    )


# fields with rules of their own
def _occurred(told: Sequence[Account], support: dict[str, Any], contradictions: dict[str, Any]) -> Occurred:
    dated = [a for a in told if a.said.occurred.start]
    if not dated:
        return Occurred()
    best = max(
        dated,
        key=lambda a: (a.article.kind == "article", _PRECISION[a.said.occurred.precision], standing(a), a.order),
    ).said.occurred
    support["occurred"] = _addresses(a for a in dated if _overlap(a.said.occurred, best))
    others: dict[tuple[date | None, date | None, str], list[Account]] = {}
    for account in dated:
        other = account.said.occurred
        if not _overlap(other, best):
            others.setdefault((other.start, other.end, other.precision), []).append(account)
    if others:
        contradictions["occurred"] = tuple(
            Statement(value=_plain(accounts[0].said.occurred), reports=_addresses(accounts))
            for _, accounts in sorted(others.items(), key=lambda pair: str(pair[0]))
        )
    return best


def _overlap(one: Occurred, other: Occurred) -> bool:
    if not one.start or not other.start:
        return True
    return max(one.start, other.start) <= min(one.end or one.start, other.end or other.start)


def _attack_types(
    told: Sequence[Account], support: dict[str, Any], contradictions: dict[str, Any]
) -> tuple[AttackClaim, ...]:
    """All types told; one that a weightier or later source rules out is shown as denied."""
    found: dict[str, AttackClaim] = {}
    for kind in [k for k in vocabulary("attack_types") if any(c.type == k for a in told for c in a.said.attack_types)]:
        claims = [(a, c.certainty) for a in told for c in a.said.attack_types if c.type == kind]
        saying = [(a, certainty) for a, certainty in claims if certainty != "denied"]
        denying = [(a, certainty) for a, certainty in claims if certainty == "denied"]
        denied = bool(denying) and (not saying or max(map(_claim_rank, denying)) > max(map(_claim_rank, saying)))
        kept, against = (denying, saying) if denied else (saying, denying)
        found[kind] = AttackClaim(type=kind, certainty="denied" if denied else _certainty(saying))
        support[f"attack_types/{kind}"] = _addresses(a for a, _ in kept)
        if against:
            contradictions[f"attack_types/{kind}"] = tuple(
                Statement(value=c, reports=_addresses(a for a, said in against if said == c))
                for c in sorted({c for _, c in against})
            )
    precise = any(c.certainty != "denied" for k, c in found.items() if k != _VAGUE and k not in _NO_ATTACK)
    if precise and _VAGUE in found and found[_VAGUE].certainty != "denied":
        del found[_VAGUE], support[f"attack_types/{_VAGUE}"]
        contradictions.pop(f"attack_types/{_VAGUE}", None)
    return tuple(found.values())


def _claim_rank(claim: tuple[Account, str]) -> Rank:
    return (*_by_standing(claim[0]), claim[0].order)


def _certainty(saying: Sequence[tuple[Account, str]]) -> Any:
    weighty = [pair for pair in saying if pair[0].article.kind == "article"] or saying
    return "confirmed" if any(certainty == "confirmed" for _, certainty in weighty) else "suspected"


def _receivers(told: Sequence[Account], support: dict[str, Any]) -> tuple[Receiver, ...]:
    by_name: dict[str, Receiver] = {}
    for receiver in (r for a in told for r in a.said.diverted_to):
        same = by_name.get(fold(receiver.name))
        if same is None or (receiver.finess or "") > (same.finess or ""):
            by_name[fold(receiver.name)] = receiver
    found: dict[str, Receiver] = {}
    for name, receiver in sorted(by_name.items()):
        found.setdefault(receiver.finess or name, receiver)
    for key, receiver in found.items():
        support[f"diverted_to/{receiver.name}"] = _addresses(
            a
            for a in told
            if any((r.finess or fold(r.name)) == key or fold(r.name) == fold(receiver.name) for r in a.said.diverted_to)
        )
    return tuple(found.values())


def _authorities(told: Sequence[Account], support: dict[str, Any]) -> tuple[Any, ...]:
    found = sorted({authority for a in told for authority in a.said.authorities})
    for authority in found:
        support[f"authorities/{authority}"] = _addresses(a for a in told if authority in a.said.authorities)
    return tuple(found)


def _addresses(accounts: Iterable[Account]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a.url for a in sorted(accounts, key=lambda a: a.order)))


def _itself(value: Any) -> Hashable:
    return str(value.model_dump_json()) if isinstance(value, BaseModel) else (type(value).__name__, value)


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
