"""What to review first: incidents in doubt, the weightiest before the others, with the reasons in French words.

Points were set by hand; only their order matters. Doubt: a correction that a later article contradicts, an incident
that may belong to another, little confidence, contradictions. Weight: what happened to care and to whom, how much is
told of it, and the region that Vigie watches.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from index.store import Query, Store
from records import Incident
from reference import communes

REGION = "Centre-Val de Loire"
_CARE = {
    "mise_en_danger_averee": 40,
    "mise_en_danger_potentielle": 30,
    "interruption": 20,
    "mode_degrade": 10,
    "donnees": 8,
}


@dataclass(frozen=True, slots=True)
class Queued:
    incident: Incident
    doubt: int
    weight: int
    reasons: tuple[str, ...]


def queue(store: Store) -> list[Queued]:
    """The incidents that wait for a look, first what matters most; those confirmed or corrected without new doubt left
    out."""
    found = [one for incident in store.all(Query()) if (one := queued(incident))]
    return sorted(found, key=lambda q: (-q.doubt * q.weight, q.incident.id))


def queued(incident: Incident) -> Queued | None:
    """Why an incident waits for a look; None when an analyst had his and nothing came since."""
    review = incident.reviewed
    doubt, reasons = 0, []
    if review and review.contradicted:
        doubt += 80
        reasons.append("Un article arrivé depuis contredit une correction.")
    if incident.waiting:
        doubt += 60
        reasons.append("À rapprocher : il n’est pas sûr que ce soit un incident à part.")
    if not reasons and review and (review.confirmed or review.changed):
        return None
    if incident.confidence:
        doubt += (100 - incident.confidence.score) // 2
        if incident.confidence.level != "high":
            reasons.append(f"Confiance de {incident.confidence.score} sur 100 seulement.")
    if number := len(incident.contradictions):
        doubt += min(24, 8 * number)
        points = "un point" if number == 1 else f"{number} points"
        reasons.append(f"Les articles se contredisent sur {points}.")
    return Queued(incident, max(1, doubt), _weight(incident), tuple(reasons) or ("Jamais relu.",))


def _weight(incident: Incident) -> int:
    weight = 10 + _CARE.get(incident.care_impact or "", 0)
    weight += min(20, 2 * len({o.service for o in incident.outages})) + min(10, len(incident.reports))
    weight += int(3 * math.log10(incident.persons_affected)) if incident.persons_affected else 0
    department = communes.departments().get(incident.facility.department or "")
    return weight + (15 if department and department.region == REGION else 0)
