"""What a state told of a kind of service is worth in the vocabulary, and what its denial is."""

from __future__ import annotations

OPPOSITE = {
    "stopped": "running",
    "closed": "running",
    "cut": "running",
    "severed": "running",
    "postponed": "running",
    "limited": "running",
    "degraded": "running",
    "hampered": "running",
    "disturbed": "running",
    "affected": "running",
    "running": "stopped",
    "restored": "stopped",
}
_PLAIN = {
    "stopped": "suspendu",
    "severed": "suspendu",
    "limited": "partiel",
    "degraded": "degrade",
    "hampered": "degrade",
    "disturbed": "inconnu",
    "affected": "inconnu",
    "running": "maintenu",
    "restored": "retabli",
}
_CARE = {"closed": "ferme", "cut": None, "postponed": "reporte", "diverted": "reoriente", "transferred": "reoriente"}
_TOOL = {
    "closed": "coupe_preventif",
    "cut": "coupe_preventif",
    "postponed": None,
    "diverted": None,
    "transferred": None,
}
_BACK = {"closed": "ferme", "cut": "suspendu", "postponed": None, "diverted": None, "transferred": None}
# emergencies are not put off
_NOT_PLANNED = frozenset(("urgences", "samu_regulation", "smur", "soins_critiques", "transferts_patients"))
_BY_KIND = {"care": _CARE, "tool": _TOOL, "back": _BACK}


def status_of(
    state: str, service: str, kind: str, *, partial: bool, deliberate: bool, without: bool = False
) -> str | None:
    """The status (`impact_status` id) of a service of this kind in this state; None: the wording says nothing of it.

    `partial`: only a part of it; `deliberate`: people did it to contain the incident; `without`: told as lacking
    ("plus d'urgences").
    """
    if state == "postponed" and service in _NOT_PLANNED:
        return None
    if kind == "tool" and state in ("stopped", "severed") and deliberate:
        return "coupe_preventif"
    if service == "urgences" and state == "stopped" and without:
        return "ferme"
    if service == "si_global":
        if state == "affected":
            return None
        if state in ("disturbed", "limited"):
            return "degrade"
        if state in ("stopped", "severed") and partial:
            return "degrade"
        if state == "restored" and partial:
            return None
    if partial and ((state == "closed" and kind == "care") or state in ("stopped", "severed")):
        return "partiel"
    special = _BY_KIND[kind]
    return special[state] if state in special else _PLAIN[state]


def status_without_service(role: str, state: str, *, denied: bool) -> tuple[str, str] | None:
    """(service, status) of a state told of the whole house, of care in general, of patients or of everything."""
    if role == "place":
        if state in ("degraded", "hampered"):
            return None if denied else ("si_global", "degrade")
        if state == "stopped":
            return None if denied else ("si_global", "suspendu")
        if state == "cut":
            return ("internet", "coupe_preventif")
        if state == "running":
            return ("medecine", "maintenu")
    if role == "soins":
        if state == "running":
            return ("medecine", "maintenu")
        if state == "degraded":
            return ("si_global", "degrade")
        if state == "postponed" and not denied:
            return ("activite_programmee", "reporte")
    if role == "patients":
        if state == "transferred":
            return ("transferts_patients", "reoriente")
        if state == "diverted":
            return ("urgences", "reoriente")
        if state == "running":
            return ("medecine", "maintenu")
    if role == "everything":
        if state in ("stopped", "cut"):
            return ("si_global", "suspendu" if state == "stopped" else "coupe_preventif")
        if state == "postponed":
            return ("activite_programmee", "reporte")
        if state == "running":
            return ("si_global", "maintenu")
        if state == "restored":
            return ("si_global", "retabli")
        if state == "degraded":
            return ("si_global", "degrade")
    return None
