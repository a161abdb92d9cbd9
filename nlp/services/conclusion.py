"""From the findings about one victim to the states of its services."""

from __future__ import annotations

from spacy.tokens import Doc

from nlp.document import Finding, text_of
from nlp.services.mentions import STATES
from records import ServiceState
from reference.folding import fold

# the wordings of stopping, of which a part of the system may be told
_STOPPING = frozenset(
    e.id for e in STATES.of("state") if e.options["state"] in ("stopped", "severed") and e.options["dir"] != "noun"
)
# care that resumes was put off, closed or slowed: which of them stays open
_OPEN = frozenset(
    (
        "consultations",
        "bloc_chirurgie",
        "activite_programmee",
        "medecine",
        "urgences",
        "cancero_chimio",
        "imagerie",
        "biologie",
        "pharmacie_pui",
        "maternite",
        "samu_regulation",
        "rdv_admission",
    )
)


# what a system cut on purpose looks like, besides: its people have no computer, the house is paralysed
_CONSEQUENCES = ("en panne générale", "+ plus de", "+ plus accès à", "+ sans")
_HOUSE = ("hopital +", "hopitaux +", "clinique +", "centre hospitalier +", "etablissement +", "chu +")


def conclude(doc: Doc, findings: list[Finding]) -> list[tuple[ServiceState, list[Finding]]]:
    """Each (service, status) once, in the order told, with the findings that support it."""
    by_value: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.field != "services" or finding.rejected is not None:
            continue
        service, status = finding.value
        by_value.setdefault((service, status), []).append(finding)
    _resolve(by_value)
    text = text_of(doc)
    return [
        (ServiceState(service=service, status=status, mention=_mention(text, found[0])), found)
        for (service, status), found in by_value.items()
    ]


def _resolve(by_value: dict[tuple[str, str], list[Finding]]) -> None:
    for service in dict.fromkeys(service for service, _ in by_value):
        statuses = {status for s, status in by_value if s == service}
        if "inconnu" in statuses and len(statuses - {"maintenu"}) > 1:
            del by_value[(service, "inconnu")]
        kept = by_value.get((service, "maintenu"))
        if kept and statuses & {"partiel", "reoriente", "ferme"} and all("(nié)" in f.rule for f in kept):
            del by_value[(service, "maintenu")]
            statuses.discard("maintenu")
        faint = [v for v in by_value if v[0] == service and all(f.weight < 0.5 for f in by_value[v])]
        for value in faint:
            if statuses - {value[1]}:
                del by_value[value]
        if service == "si_global" and "suspendu" in statuses:
            some = by_value.get((service, "degrade"), [])
            if some and all(f.rule.split(" + ")[-1] in _STOPPING for f in some):
                del by_value[(service, "degrade")]  # the servers are out of use, and four computers too
        if service == "si_global" and "coupe_preventif" in statuses:
            # "privé d'informatique" after a deliberate shutdown tells of the same thing
            support = by_value.get((service, "suspendu"), [])
            worse = by_value.get((service, "degrade"), [])
            if worse and all(" + " in f.rule for f in worse):
                del by_value[(service, "degrade")]  # "serveurs bloqués", then all is cut: how it came to that
            if support and all(_follows(f.rule) for f in support):
                del by_value[(service, "suspendu")]
        if service != "si_global":
            _settle(by_value, service)
        if "ferme" in statuses:
            by_value.pop((service, "degrade"), None)
        if statuses == {"retabli"}:
            found = by_value[(service, "retabli")]
            if any(f.rule.endswith("rouvrir") for f in found):
                by_value[(service, "ferme")] = found
            elif service not in _OPEN:
                by_value[(service, "suspendu")] = found
        if service == "si_global" and statuses & {"degrade", "suspendu"}:
            by_value.pop((service, "maintenu"), None)  # some screens or machines run, the whole does not
        if (
            "maintenu" in statuses
            and statuses & {"ferme", "suspendu", "retabli"}
            and service in ("si_global", "medecine")
        ):
            by_value.pop((service, "maintenu"), None)


def _follows(rule: str) -> bool:
    return rule.startswith(_HOUSE) or any(w in rule for w in _CONSEQUENCES)


def _settle(by_value: dict[tuple[str, str], list[Finding]], service: str) -> None:
    """Of states of one service that tell of one thing the one that says what it is."""
    statuses = {status for s, status in by_value if s == service}
    if "coupe_preventif" in statuses:
        by_value.pop((service, "suspendu"), None)  # cut on purpose, hence out of reach
    if "suspendu" in statuses and "retabli" not in statuses:
        by_value.pop((service, "degrade"), None)  # out of use, hence paper
    remote = all(f.rule.startswith("teleconsult") for f in by_value.get((service, "partiel"), []))
    if statuses & {"suspendu", "coupe_preventif"} or (statuses == {"maintenu", "partiel"} and not remote):
        by_value.pop((service, "maintenu"), None)  # it runs in part, or did before


def _mention(text: str, finding: Finding) -> str:
    """The wording that names the service: one end of the finding's span (the other holds the state)."""
    span = text[finding.start : finding.end]
    named = finding.rule.split(" + ")[0] if " + " in finding.rule else ""
    for size in range(len(span) if named else 0):
        for piece in (span[: size + 1], span[-size - 1 :]):
            if fold(piece) == named and not piece[:1].isspace():
                return piece
    return span
