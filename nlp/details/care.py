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
_HAMPERED = {"degrade", "partiel", "suspendu", "ferme", "coupe_preventif", "inconnu"}
_NO_CARE = {"equipements_biomed", "pharmacie_pui"}


def find(hits: Hits) -> Iterator[Finding]:
    for match in hits.all("care"):
        reading = stance(hits.doc, match.start, match.end)
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
    domains = {k: t.row.get("domaine", "") for k, t in vocabulary("services").items()}
    care = [
        s for s in services if domains.get(s.service) in ("soins", "plateau_technique") and s.service not in _NO_CARE
    ]
    if any(s.status in _STOPPED for s in care):
        return "interruption", []
    active = {c.type for c in claims if c.certainty != "denied"}
    data = stolen is True or active & {"vol_donnees", "exposition_accidentelle"}
    hampered = [s for s in services if s.status in _HAMPERED]
    if hampered and not (
        "none" in told and all(s.status in ("inconnu", "suspendu") for s in hampered) and len(hampered) < 3
    ):
        return "mode_degrade", []
    if data:
        return "donnees", []
    if "none" in told or any(s.status == "maintenu" for s in care):
        return "aucun", told.get("none", [])
    return ("mode_degrade", []) if hampered else ("inconnu", [])
