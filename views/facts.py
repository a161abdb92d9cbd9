"""What an incident says, fact by fact: the value as a reader sees it and the evidence keys that support it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from records import AttackClaim, Incident, Occurred, Source
from views import french, markup, tags
from views.wording import AUTHORITIES, CERTAINTY, PRECISION, of_vocabulary, place

FIELDS = {
    "facility": "Établissement touché",
    "sites": "Établissements du groupe",
    "occurred": "Date de l’attaque",
    "attack_types": "Nature de l’attaque",
    "information_status": "Statut de l’information",
    "services": "Services",
    "diverted_to": "Patients envoyés vers",
    "care_impact": "Retentissement sur les soins",
    "actor": "Attaquant cité",
    "ransom": "Rançon",
    "data_stolen": "Vol de données",
    "persons_affected": "Personnes concernées",
    "supplier": "Prestataire en cause",
    "authorities": "Autorités saisies ou citées",
}
UNSAID = "<span class='vg-none'>non précisé</span>"


@dataclass(frozen=True, slots=True)
class Fact:
    """`value` is HTML, None when no article says it; `keys` find its evidence; `mentions` are shown in bold there."""

    title: str
    value: str | None
    keys: tuple[str, ...]
    mentions: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """One article that says a fact, with the extracts of it that say so (maybe none)."""

    source: Source
    extracts: tuple[str, ...]


def key_facts(incident: Incident) -> list[Fact]:
    """The facts of the incident's first section, said or not, in reading order."""
    facility, at = incident.facility, incident.occurred
    facts = [
        Fact(FIELDS["facility"], _facility(incident), ("facility",), (facility.mention, facility.name)),
        Fact(FIELDS["occurred"], _when(at) if at.start else None, ("occurred",), (at.mention,)),
    ]
    if incident.sites:
        names = "<br>".join(f"{markup.text(one.name)}, {markup.text(place(one))}" for one in incident.sites)
        facts.insert(1, Fact(FIELDS["sites"], names, ("facility",), tuple(s.mention for s in incident.sites)))
    facts += [
        Fact(FIELDS["attack_types"], tags.attack(claim), (f"attack_types/{claim.type}", "attack_types"))
        for claim in incident.attack_types
    ] or [Fact(FIELDS["attack_types"], None, ("attack_types",))]
    status = incident.information_status
    facts.append(
        Fact(FIELDS["information_status"], tags.information(status) if status else None, ("information_status",))
    )
    care = incident.care_impact
    facts.append(
        Fact(
            FIELDS["care_impact"],
            markup.text(of_vocabulary("care_impact", care)) if care and care != "inconnu" else None,
            ("care_impact",),
        )
    )
    for name in ("data_stolen", "persons_affected", "actor", "ransom", "supplier"):
        value = getattr(incident, name)
        shown = None if value is None else markup.text(told(name, value))
        facts.append(Fact(FIELDS[name], shown, (name,), (value,) if isinstance(value, str) else ()))
    facts += [
        Fact(FIELDS["authorities"], markup.text(AUTHORITIES.get(a, a)), (f"authorities/{a}", "authorities"))
        for a in incident.authorities
    ] or [Fact(FIELDS["authorities"], None, ("authorities",))]
    return facts


def service_facts(incident: Incident) -> list[Fact]:
    """One fact a service and state."""
    return [
        Fact(
            of_vocabulary("services", one.service),
            tags.state(one.status),
            (f"services/{one.service}/{one.status}", f"services/{one.service}", "services"),
            (one.mention,),
        )
        for one in incident.services
    ]


def receiver_facts(incident: Incident) -> list[Fact]:
    return [
        Fact(markup.text(one.name), "", (f"diverted_to/{one.name}", "diverted_to"), (one.name,))
        for one in incident.diverted_to
    ]


def proofs(incident: Incident, keys: Iterable[str], wordings: Iterable[str | None] = ()) -> list[Proof]:
    """The articles behind a fact: first those that say it in these wordings, then the oldest.

    The most precise key that any article answers to is used.
    """
    worded = [wording for wording in wordings if wording]
    for key in keys:
        named = set(incident.support.get(key, ()))
        found = [
            Proof(source, source.extracts.get(key, ()))
            for source in incident.reports
            if source.url in named or source.extracts.get(key)
        ]
        if found:
            return sorted(found, key=lambda p: (not p.extracts, not _says(p, worded), str(p.source.published)))
    return []


def _says(proof: Proof, wordings: Iterable[str]) -> bool:
    return any(wording in extract for wording in wordings for extract in proof.extracts)


def told(field: str, value: Any) -> str:
    """A value of a field in French, as plain text; for values told by contradicting reports too."""
    match field.partition("/")[0], value:
        case _, None:
            return "non précisé"
        case "data_stolen", bool():
            return "oui, des données ont été volées" if value else "non, aucun vol de données selon la source"
        case "persons_affected", int():
            return french.counted(value, "personne")
        case "information_status", str():
            return of_vocabulary("information_status", value)
        case "care_impact", str():
            return of_vocabulary("care_impact", value)
        case "occurred", _:
            return french.occurred(value if isinstance(value, Occurred) else Occurred.model_validate(value))
        case "attack_types", _:
            return _claims(value)
        case "services", _:
            return _states(field, value)
        case "ransom", _:
            return _ransom(value)
        case "authorities", str():
            return AUTHORITIES.get(value, value)
        case _, bool():
            return "oui" if value else "non"
        case _, dict():
            return str(value.get("name") or ", ".join(str(v) for v in value.values() if v is not None))
        case _, list() | tuple():
            return french.joined([told(field, one) for one in value])
    return str(value)


def _ransom(value: Any) -> str:
    amount, currency = (
        (value.get("amount"), value.get("currency")) if isinstance(value, dict) else (value.amount, value.currency)
    )
    if amount is None:
        return "demandée, montant non précisé"
    signs = {"EUR": "€", "USD": "dollars", "BTC": "bitcoins"}
    return f"{french.number(amount)} {signs.get(currency or '', currency or '')}".strip()


def _claims(value: Any) -> str:
    match value:
        case AttackClaim():
            return f"{of_vocabulary('attack_types', value.type)} ({CERTAINTY[value.certainty]})"
        case {"type": kind, "certainty": sure}:
            return f"{of_vocabulary('attack_types', str(kind))} ({CERTAINTY.get(str(sure), sure)})"
        case list() | tuple():
            return french.joined([_claims(one) for one in value])
    return CERTAINTY.get(str(value)) or of_vocabulary("attack_types", str(value))


def _states(field: str, value: Any) -> str:
    match value:
        case {"service": service, "status": status}:
            return f"{of_vocabulary('services', str(service))} : {of_vocabulary('impact_status', str(status)).lower()}"
        case list() | tuple():
            return french.joined([_states(field, one) for one in value])
    return of_vocabulary("impact_status", str(value)).lower()


def title_of(field: str) -> str:
    """`services/urgences` → `Services : Urgences`; for the headings of contradictions."""
    name, _, value = field.partition("/")
    if not value:
        return FIELDS.get(name, name)
    vocabulary = {"services": "services", "attack_types": "attack_types"}.get(name)
    first = value.split("/")[0]
    detail = of_vocabulary(vocabulary, first) if vocabulary else AUTHORITIES.get(first, first)
    return f"{FIELDS.get(name, name)} : {detail}"


def _facility(incident: Incident) -> str:
    facility = incident.facility
    kind = "" if facility.type == "autre" else of_vocabulary("facility_types", facility.type)
    finess = f"FINESS {facility.finess}" if facility.finess else "non rattaché au registre FINESS"
    details = " · ".join(markup.text(part) for part in (kind, place(facility), finess) if part)
    return f"{markup.text(facility.name)}<br><span class='vg-small'>{details}</span>"


def _when(at: Occurred) -> str:
    return f"{markup.text(french.occurred(at))} <span class='vg-small'>({PRECISION[at.precision]})</span>"
