"""What an incident says: for each field the value with the best support (`index.ranks`), and who says otherwise.

Every function is pure, and its outcome does not depend on the order of the accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from index import ranks, sites
from index.account import Account
from index.confidence import confidence
from index.milestones import milestones
from index.passages import sources
from index.ranks import PRECISION, Camp, Rank, Voices, standing
from index.services import contradictory_services, outages, service_states, timeline
from index.voices import copies, voices
from records import AttackClaim, Incident, Occurred, Receiver, Source, Statement
from reference.folding import fold
from reference.vocabulary import vocabulary

_NEGATIVE = frozenset({"dementi", "requalifie"})
_VAGUE = "cyberattaque_non_precisee"
_NO_ATTACK = frozenset({"panne", "exposition_accidentelle", "atteinte_physique"})


def incident(
    accounts: Sequence[Account],
    incident_id: str,
    first_seen: datetime,
    now: datetime,
    known: Mapping[str, Source] | None = None,
) -> Incident:
    """The incident that these accounts together tell of. `first_seen` and `now` (`last_changed`) are UTC.

    `known`: its sources as they were, by address; extracts of texts that were purged since are taken from there.
    """
    told = sorted(accounts, key=lambda a: a.order)
    copied = copies(told, known or {})
    speaking = voices(told, copied)
    support: dict[str, tuple[str, ...]] = {}
    contradictions: dict[str, tuple[Statement, ...]] = {}

    def settle(
        field: str,
        rank: Callable[[Camp, Voices], Rank],
        alike: Callable[[Any], Hashable] = _itself,
        clash: Callable[[Any, Any], bool] = lambda best, other: True,
    ) -> Any:
        camps: dict[Hashable, list[Account]] = {}
        for account in told:
            if (value := getattr(account.said, field)) is not None:
                camps.setdefault(alike(value), []).append(account)
        if not camps:
            return None
        first = max(camps, key=lambda key: rank(camps[key], speaking))
        best = getattr(ranks.best_teller(camps[first]).said, field)
        support[field] = _addresses(camps[first])
        others = [
            Statement(value=_plain(value), reports=_addresses(camp))
            for key, camp in sorted(camps.items(), key=lambda pair: repr(pair[0]))
            if key != first and clash(best, value := getattr(ranks.best_teller(camp).said, field))
        ]
        if others:
            contradictions[field] = tuple(others)
        return best

    naming, hit = sites.victim(told)
    facility = max(naming, key=ranks.best_named)
    support["facility"] = _addresses(told)
    occurred = _occurred(told, support, contradictions)
    types = _attack_types(told, speaking, support, contradictions)
    services = service_states(told)
    for state in services:
        said = [a for a in told if any((s.service, s.status) == (state.service, state.status) for s in a.said.services)]
        support[f"services/{state.service}/{state.status}"] = _addresses(said)
    contradictions |= contradictory_services(told)
    status = settle("information_status", ranks.by_standing, clash=_status_clash)
    days = timeline(told, occurred)
    stopped = outages(days, occurred)
    behind = sources(told, copied, known or {})
    return Incident(
        id=incident_id,
        facility=sites.placed(facility.facility, hit),
        sites=hit,
        occurred=occurred,
        attack_types=types,
        information_status=status,
        services=services,
        diverted_to=_receivers(told, support),
        actor=settle("actor", ranks.by_standing, fold),
        ransom=settle("ransom", ranks.by_amount, clash=lambda best, other: other.amount is not None),
        data_stolen=settle("data_stolen", ranks.by_time),
        persons_affected=settle("persons_affected", ranks.by_time),
        supplier=settle("supplier", ranks.by_standing, fold),
        authorities=_authorities(told, support),
        care_impact=settle("care_impact", ranks.by_weight, clash=lambda best, other: other == "aucun"),
        support=dict(sorted(support.items())),
        contradictions=dict(sorted(contradictions.items())),
        reports=behind,
        timeline=days,
        outages=stopped,
        milestones=milestones(told, occurred, stopped, behind),
        confidence=confidence(told, status, speaking, occurred, contradictions),
        first_seen=first_seen,
        last_changed=now,
    )


def _status_clash(best: str, other: str) -> bool:
    """ "Reported" and "confirmed" agree; a denial agrees with neither."""
    return (best in _NEGATIVE) != (other in _NEGATIVE)


# fields with rules of their own
def _occurred(told: Sequence[Account], support: dict[str, Any], contradictions: dict[str, Any]) -> Occurred:
    dated = [a for a in told if a.said.occurred.start]
    if not dated:
        return Occurred()
    best = max(
        dated,
        key=lambda a: (a.article.kind == "article", PRECISION[a.said.occurred.precision], standing(a), a.order),
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
    told: Sequence[Account], speaking: Voices, support: dict[str, Any], contradictions: dict[str, Any]
) -> tuple[AttackClaim, ...]:
    """All types told; one that weightier, more or later voices rule out is shown as denied."""
    found: dict[str, AttackClaim] = {}
    for kind in [k for k in vocabulary("attack_types") if any(c.type == k for a in told for c in a.said.attack_types)]:
        claims = [(a, c.certainty) for a in told for c in a.said.attack_types if c.type == kind]
        saying = [(a, certainty) for a, certainty in claims if certainty != "denied"]
        denying = [(a, certainty) for a, certainty in claims if certainty == "denied"]
        ranked = [ranks.by_denial([a for a, _ in camp], speaking) for camp in (saying, denying) if camp]
        denied = bool(denying) and (not saying or ranked[1] > ranked[0])
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


def _certainty(saying: Sequence[tuple[Account, str]]) -> Any:
    """Confirmed when anyone but the attackers says it as a fact; our notices are heard when no article speaks."""
    weighty = [pair for pair in saying if pair[0].article.kind == "article"] or saying
    sure = any(certainty == "confirmed" and standing(account) > ranks.CLAIM for account, certainty in weighty)
    return "confirmed" if sure else "suspected"


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
