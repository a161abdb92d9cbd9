"""What analysts confirmed and corrected, laid over what the reports together say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.grouping import Group
from index.rulings import Rulings, located, matching
from records import Act, Confidence, Done, Incident, Review

CONFIRMED = 15  # points of confidence
# What `correct` may change; the facility is changed by `link`.
CORRECTABLE = (
    *("occurred", "attack_types", "information_status", "services", "diverted_to", "actor", "ransom", "data_stolen"),
    *("persons_affected", "supplier", "authorities", "care_impact"),
)


def reviewed(incident: Incident, accounts: Group, number: int, groups: Sequence[Group], rulings: Rulings) -> Incident:
    """The incident of `groups[number]` with the acts on it. Corrections stay whatever reports say, and are flagged."""
    mine = [act for act in rulings.all if number in (located(act.on, groups), located(act.other_on, groups))]
    if not mine:
        return incident
    standing = [act for act in mine if act.kind != "undo" and act.id not in rulings.undone]
    changed: dict[str, Any] = {}
    contradicted: dict[str, bool] = {}
    for act in standing:
        if act.kind == "correct" and located(act.on, groups) == number:
            changed |= act.value
            later = _later(act, accounts)
            contradicted |= {f: _against(f, v, later, incident) for f, v in act.value.items()}
    confirmed = any(act.kind == "confirm" and located(act.on, groups) == number for act in standing)
    last = (standing or mine)[-1]
    review = Review(
        by=last.by,
        at=last.at,
        confirmed=confirmed,
        changed=changed,
        told={name: incident.model_dump(mode="json")[name] for name in changed},
        contradicted=tuple(sorted(name for name, against in contradicted.items() if against)),
        acts=tuple(_done(act, rulings) for act in mine),
        note=last.why,
    )
    updates: dict[str, Any] = {"reviewed": review.model_dump()}
    if confirmed:
        updates |= {"waiting": None, "confidence": _surer(incident.confidence)}
    return Incident.model_validate(incident.model_dump() | changed | updates)


def _done(act: Act, rulings: Rulings) -> Done:
    given = {name: getattr(act, name) for name in ("id", "kind", "by", "at", "why", "before", "value")}
    return Done(**given, undone=act.id in rulings.undone)


def _later(act: Act, accounts: Group) -> Group:
    """The accounts that came after an act: those it does not rest on."""
    seen = {m.member for anchor in act.on if (m := matching(anchor, [a for a in accounts if a.url == anchor.url]))}
    return [a for a in accounts if a.member not in seen]


def _against(field: str, value: Any, later: Group, incident: Incident) -> bool:
    """Whether a later account gives the field another value (of a list: one that the corrected list lacks)."""
    corrected = Incident.model_validate(incident.model_dump() | {field: value}).model_dump(mode="json")[field]
    for account in later:
        told = account.said.model_dump(mode="json")[field]
        if isinstance(told, list):
            known = [_known(item) for item in corrected]
            if any(_known(item) not in known for item in told):
                return True
        elif field == "occurred":
            if told["start"] and (told["start"], told["end"]) != (corrected["start"], corrected["end"]):
                return True
        elif told is not None and told != corrected:
            return True
    return False


def _known(item: Any) -> Any:
    """A listed value without the words of the article that says it."""
    return {k: v for k, v in item.items() if k != "mention"} if isinstance(item, dict) else item


def _surer(confidence: Confidence | None) -> Any:
    if confidence is None:
        return None
    score = min(100, confidence.score + CONFIRMED)
    reasons = (*confidence.reasons, "Un analyste l’a relu et confirmé.")
    return Confidence(score=score, level="high", reasons=reasons).model_dump()
