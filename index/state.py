"""The state of an incident: what an alert tells again when it is no longer the same.

It is a set of facts: the victim, each type of attack with its certainty, the information status, each service with a
state told of it, the effect on care, whether data were stolen, the attacker named. Dates, numbers of persons, how many
articles there are and what they say word for word are no part of it: they grow more exact with every article.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from index.row import claims, pairs, victim
from records import Incident
from reference.vocabulary import label

_TITLES = {
    "victim": "Établissement touché",
    "attack": "Nature de l’attaque",
    "information": "Statut de l’information",
    "service": "Services",
    "care": "Retentissement sur les soins",
    "data": "Vol de données",
    "actor": "Attaquant cité",
}
_CERTAINTY = {"confirmed": "confirmé", "suspected": "soupçonné", "denied": "démenti"}


def facts(incident: Incident) -> tuple[str, ...]:
    """`kind:value` or `kind:value:value`, sorted."""
    found = {f"victim:{victim(incident.facility)}"}
    found |= {f"attack:{kind}:{certainty}" for kind, certainty in claims(incident)}
    found |= {f"service:{service}:{status}" for service, status in pairs(incident)}
    if incident.information_status:
        found.add(f"information:{incident.information_status}")
    if incident.care_impact:
        found.add(f"care:{incident.care_impact}")
    if incident.data_stolen is not None:
        found.add(f"data:{'oui' if incident.data_stolen else 'non'}")
    if incident.actor:
        found.add(f"actor:{incident.actor}")
    return tuple(sorted(found))


def victimless(told: Collection[str]) -> set[str]:
    """The facts without the victim, whose name a merge makes more exact."""
    return {fact for fact in told if not fact.startswith("victim:")}


def sentences(added: Collection[str], removed: Collection[str], victim: str) -> list[str]:
    """What changed, one French sentence for each kind; `victim`: the name of the victim as it is."""
    told = []
    for kind, title in _TITLES.items():
        came = _values((fact for fact in added if _kind(fact) == kind), victim)
        went = _values((fact for fact in removed if _kind(fact) == kind), "")
        if kind == "victim":
            told += [f"{title} : {one}" for one in came]
        elif kind in ("information", "care", "data", "actor") and came and went:
            told.append(f"{title} : {', '.join(went)} → {', '.join(came)}")
        else:
            parts = [", ".join(came)] * bool(came) + [f"n’est plus dit : {', '.join(went)}"] * bool(went)
            told += [f"{title} : {' ; '.join(parts)}"] * bool(parts)
    return told


def _kind(fact: str) -> str:
    return fact.split(":", 1)[0]


def _values(told: Iterable[str], victim: str) -> list[str]:
    """Facts of one kind in words; what is said of the same service or type of attack stands together."""
    found: dict[str, list[str]] = {}
    for fact in sorted(told):
        value, more = _value(fact, victim)
        found.setdefault(value, []).extend([more] * bool(more))
    return [f"{value} ({', '.join(more)})" if more else value for value, more in found.items()]


def _value(fact: str, victim: str) -> tuple[str, str]:
    """What a fact is about, and what is said of it."""
    kind, value = fact.split(":", 1)
    about, _, said = value.partition(":")
    match kind:
        case "attack":
            return label("attack_types", about), _CERTAINTY.get(said, said)
        case "service":
            return label("services", about), label("impact_status", said).lower()
        case "information":
            return label("information_status", value).lower(), ""
        case "care":
            return label("care_impact", value).lower(), ""
        case "victim":
            return victim, ""
    return value, ""
