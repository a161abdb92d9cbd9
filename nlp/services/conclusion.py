"""From the findings about one victim to the states of its services."""

from __future__ import annotations

from spacy.tokens import Doc

from nlp.document import Finding
from nlp.services.mentions import SERVICES
from records import ServiceState
from reference.folding import fold

_IMPLIED = {"rouvrir": "ferme", "rétabli": "suspendu"}
_OWN_CARE = {"maternité": "maternite", "ehpad": "ehpad_hebergement", "cabinet": "soins_ville", "laboratoire": "biologie"}


def conclude(doc: Doc, findings: list[Finding]) -> list[tuple[ServiceState, list[Finding]]]:
    """Each (service, status) once, in the order told, with the findings that support it."""
    by_value: dict[tuple[str, str], list[Finding]] = {}
    house = victim_kind(doc)
    for finding in findings:
        if finding.field != "services" or finding.rejected is not None:
            continue
        service, status = finding.value
        if service == "medecine" and house in _OWN_CARE and finding.rule.startswith(("soins", "prise", "activite", "patients")):
            service = _OWN_CARE[house]
        by_value.setdefault((service, status), []).append(finding)
    _resolve(by_value)
    return [
        (ServiceState(service=service, status=status, mention=_mention(doc, found[0])), found)
        for (service, status), found in by_value.items()
    ]


def _resolve(by_value: dict[tuple[str, str], list[Finding]]) -> None:
    services = {service for service, _ in by_value}
    for service in services:
        statuses = {status for s, status in by_value if s == service}
        if "inconnu" in statuses and len(statuses) > 1:
            del by_value[(service, "inconnu")]
        if statuses == {"retabli"}:
            found = by_value[(service, "retabli")]
            for rule, status in _IMPLIED.items():
                if any(rule in f.rule for f in found):
                    by_value[(service, status)] = found
                    break
        if "maintenu" in statuses and statuses & {"ferme", "suspendu", "retabli"} and service in ("si_global", "medecine"):
            del by_value[(service, "maintenu")]


def victim_kind(doc: Doc) -> str | None:
    """`maternité`, `ehpad` …: the kind of house the title (or else the first lines) names as the victim."""
    text = fold(doc.text[: doc._.body_start + 400])
    title = fold(doc.text[: doc._.body_start])
    for part in (title, text):
        if "hopital" in part or "centre hospitalier" in part or "chu" in part.split() or "clinique" in part:
            if not ("maternite" in title):
                return None
        for entry in SERVICES.of("service"):
            site = entry.options.get("site")
            if site and fold(site) in part:
                return str(site)
    return None


def _mention(doc: Doc, finding: Finding) -> str:
    """The wording that names the service: the words of the finding's rule before the plus sign, as they stand."""
    span = doc.text[finding.start : finding.end]
    named = finding.rule.split(" + ")[0] if " + " in finding.rule else ""
    if named:
        for entry_start in range(len(span)):
            for width in (len(named), len(named) + 1, len(named) + 2, len(named) - 1):
                if fold(span[entry_start : entry_start + width]) == named:
                    return span[entry_start : entry_start + width]
    return span
