"""From the findings about one victim to the states of its services."""

from __future__ import annotations

from spacy.tokens import Doc

from nlp.document import Finding
from records import ServiceState
from reference.folding import fold

_IMPLIED = {"rouvrir": "ferme", "rétabli": "suspendu"}


def conclude(doc: Doc, findings: list[Finding]) -> list[tuple[ServiceState, list[Finding]]]:
    """Each (service, status) once, in the order told, with the findings that support it."""
    by_value: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.field != "services" or finding.rejected is not None:
            continue
        service, status = finding.value
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
        if "inconnu" in statuses and len(statuses - {"maintenu"}) > 1:
            del by_value[(service, "inconnu")]
        kept = by_value.get((service, "maintenu"))
        if kept and statuses & {"partiel", "reoriente", "ferme"} and all("(nié)" in f.rule for f in kept):
            del by_value[(service, "maintenu")]
            statuses.discard("maintenu")
        if statuses == {"retabli"}:
            found = by_value[(service, "retabli")]
            for rule, status in _IMPLIED.items():
                if any(rule in f.rule for f in found):
                    by_value[(service, status)] = found
                    break
        if "maintenu" in statuses and statuses & {"ferme", "suspendu", "retabli"} and service in ("si_global", "medecine"):
            del by_value[(service, "maintenu")]


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
