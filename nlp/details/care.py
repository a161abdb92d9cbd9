"""The worst that the text states for care: from the services' states, danger told, and data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nlp.assertion import stance
from nlp.details.hits import Hits
from nlp.document import Finding, live
from records import AttackClaim, ServiceState
from reference.vocabulary import vocabulary

FIELD = "care_impact"
# states that mean care was cancelled, put off, closed or diverted when the service is one of care
_STOPPED = {"ferme", "suspendu", "reporte", "reoriente", "partiel"}
_HAMPERED = {"partiel", "suspendu", "ferme", "coupe_preventif"}
# dispatching is care though the vocabulary counts it elsewhere; core: tools that run mean that care goes on
_DISPATCH = {"samu_regulation", "smur"}
_CORE = {"si_global", "dpi"}
# stopped, they hamper the care given elsewhere: examinations go out of house, practices do without an insurer's portal,
# calls are taken by other numbers
_BESIDE_CARE = {"imagerie", "biologie", "soins_ville"}
# whose stop alone says nothing of care
_ASIDE = {"site_web", "messagerie", "rh_paie", "facturation_logistique"}
_NO_CARE = {"equipements_biomed", "pharmacie_pui"}


def find(hits: Hits) -> Iterator[Finding]:
    for match in hits.all("care"):
        reading = stance(hits.doc, match.start, match.end, term=match.term)
        rejected = None
        if match.id != "none" and reading.stance in ("denied", "general", "averted", "supposed", "unknown"):
            rejected = f"nié, craint ou général ({reading.cue})"
        elif "general" in hits.flags(match.start):
            rejected = "remarque générale"
        yield Finding(FIELD, match.id, match.start, match.end, f"soins « {match.term} »", rejected)

    for match in hits.all("effect"):
        care = [
            n
            for n in hits.in_sentence("care_noun", match.start)
            if hits.words_between(min(n.end, match.end), max(n.start, match.start)) <= 8
        ]
        if care and any(stance(hits.doc, m.start, m.end).stance == "denied" for m in (match, care[-1])):
            start, end = min(match.start, care[-1].start), max(match.end, care[-1].end)
            yield Finding(FIELD, "none", start, end, f"soins : pas de « {match.term} »")


def conclude(
    findings: Iterable[Finding], services: Sequence[ServiceState], claims: Sequence[AttackClaim], stolen: bool | None
) -> tuple[str, list[Finding]]:
    told: dict[str, list[Finding]] = {}
    for f in live(findings, FIELD):
        told.setdefault(f.value, []).append(f)
    if "harm" in told:
        return "mise_en_danger_averee", told["harm"]
    if "danger" in told:
        return "mise_en_danger_potentielle", told["danger"]
    care = [s for s in services if _is_care(s.service)]
    if any(_interrupts(s) for s in care):
        return "interruption", []
    slowed = [s for s in services if s.status == "degrade" and s.service not in _ASIDE]
    if any(s.service != "si_global" for s in slowed) or any(s.status in _STOPPED for s in care):
        return "mode_degrade", []
    if _data_concerned(claims, stolen):
        return ("mode_degrade" if any(_customers_wait(s) for s in services) else "donnees"), []
    if slowed:
        return "mode_degrade", []
    if "means" in told:
        return "mode_degrade", told["means"]
    if "none" in told or any(s.status == "maintenu" and (_is_care(s.service) or s.service in _CORE) for s in services):
        return "aucun", told.get("none", [])
    stopped = [s for s in services if s.status in _HAMPERED and s.service not in _ASIDE]
    if any(s.status != "coupe_preventif" or s.service not in ("si_global", "internet") for s in stopped):
        return "mode_degrade", []
    if any(s.status == "degrade" for s in services):
        return "mode_degrade", []
    return "inconnu", []


def _interrupts(service: ServiceState) -> bool:
    """Whether care was cancelled, put off, closed or diverted."""
    return service.status in _STOPPED and not (
        service.service in _BESIDE_CARE | _DISPATCH and service.status in ("suspendu", "partiel")
    )


def _customers_wait(service: ServiceState) -> bool:
    """An insurer's or a supplier's platform that it closed itself, payments that stop: others work without."""
    if service.service == "site_web":
        return service.status == "coupe_preventif"
    return service.service == "facturation_logistique" and service.status in ("suspendu", "partiel")


def _data_concerned(claims: Sequence[AttackClaim], stolen: bool | None) -> bool:
    """Data of persons: taken, supposed to be taken, lying open, or coaxed out of patients in the facility's name."""
    told = {c.type for c in claims if c.certainty != "denied"}
    if stolen is True or told & {"exposition_accidentelle", "hameconnage_fraude"}:
        return True
    return stolen is None and "vol_donnees" in told


def _is_care(service: str) -> bool:
    domain = vocabulary("services")[service].row.get("domaine", "")
    return (domain in ("soins", "plateau_technique") or service in _DISPATCH) and service not in _NO_CARE
