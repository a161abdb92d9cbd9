"""The columns of the flat exports (CSV, properties in GeoJSON), in order: one place for code and codebook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from index.row import departments
from records import Done, Incident
from reference.vocabulary import label

Value = str | int | float | bool | None
SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Column:
    """`description` is French, for the codebook. Numbers are never escaped against formulas, texts are."""

    name: str
    kind: Literal["text", "number", "date", "moment", "boolean", "list"]
    description: str
    value: Callable[[Incident], Value]


def _list(values: list[str]) -> str | None:
    """Values with `|` between them; a `|` inside a value becomes `¦`."""
    return SEPARATOR.join(v.replace(SEPARATOR, "¦") for v in values) or None


def _published(incident: Incident) -> list[str]:
    return sorted(s.published.isoformat() for s in incident.reports)


COLUMNS = (
    Column("id", "text", "Identifiant de l'incident, stable et jamais réattribué.", lambda i: i.id),
    Column("facility", "text", "Nom de l'établissement victime.", lambda i: i.facility.name),
    Column("finess", "text", "Numéro FINESS, vide s'il n'a pas été reconnu.", lambda i: i.facility.finess),
    Column("facility_type", "text", "Type d'établissement (code du vocabulaire).", lambda i: i.facility.type),
    Column(
        "facility_type_label",
        "text",
        "Type d'établissement, en clair.",
        lambda i: label("facility_types", i.facility.type),
    ),
    Column(
        "sites",
        "list",
        "Établissements du groupe victime dont les articles parlent.",
        lambda i: _list([s.name for s in i.sites]),
    ),
    Column("commune", "text", "Commune de l'établissement.", lambda i: i.facility.commune),
    Column("insee", "text", "Code INSEE de la commune.", lambda i: i.facility.insee),
    Column("department", "text", "Code du département.", lambda i: i.facility.department),
    Column(
        "departments",
        "list",
        "Codes des départements de l'établissement et, pour un groupe, de ses sites : ce que le filtre retient.",
        lambda i: _list(departments(i)),
    ),
    Column("lat", "number", "Latitude (WGS 84, degrés).", lambda i: i.facility.lat),
    Column("lon", "number", "Longitude (WGS 84, degrés).", lambda i: i.facility.lon),
    Column("start", "date", "Premier jour possible de l'attaque (heure de Paris).", lambda i: _iso(i.occurred.start)),
    Column("end", "date", "Dernier jour possible de l'attaque, inclus.", lambda i: _iso(i.occurred.end)),
    Column(
        "precision",
        "text",
        "Précision de la date : hour, day, night, week, month, year ou unknown.",
        lambda i: i.occurred.precision,
    ),
    Column(
        "attack_types",
        "list",
        "Types d'attaque (codes) avec leur certitude, sous la forme type:certitude (confirmed, suspected, denied).",
        lambda i: _list([f"{c.type}:{c.certainty}" for c in i.attack_types]),
    ),
    Column("information_status", "text", "Statut de l'information (code).", lambda i: i.information_status),
    Column(
        "services",
        "list",
        "Services et outils avec leur état (codes), sous la forme service:état ; tous les états rapportés.",
        lambda i: _list([f"{s.service}:{s.status}" for s in i.services]),
    ),
    Column(
        "diverted_to",
        "list",
        "Établissements qui ont reçu des patients.",
        lambda i: _list([r.name for r in i.diverted_to]),
    ),
    Column("actor", "text", "Groupe d'attaquants nommé.", lambda i: i.actor),
    Column(
        "ransom_amount", "number", "Montant de la rançon demandée.", lambda i: i.ransom.amount if i.ransom else None
    ),
    Column("ransom_currency", "text", "Monnaie de la rançon.", lambda i: i.ransom.currency if i.ransom else None),
    Column(
        "data_stolen", "boolean", "Vol de données : true, false (démenti), vide si inconnu.", lambda i: i.data_stolen
    ),
    Column("persons_affected", "number", "Nombre de personnes concernées.", lambda i: i.persons_affected),
    Column("supplier", "text", "Prestataire par lequel l'incident est venu.", lambda i: i.supplier),
    Column("authorities", "list", "Autorités saisies ou mobilisées (codes).", lambda i: _list(list(i.authorities))),
    Column("care_impact", "text", "Effet le plus grave sur les soins (code).", lambda i: i.care_impact),
    Column(
        "services_down",
        "list",
        "Services dont aucun article ne dit le rétablissement (codes).",
        lambda i: _list(list(dict.fromkeys(o.service for o in i.outages if not o.until))),
    ),
    Column(
        "recovery_days",
        "list",
        "Jours entre l'arrêt et le rétablissement rapportés, sous la forme service:jours ; un ordre de grandeur.",
        lambda i: _list([f"{o.service}:{o.days}" for o in i.outages if o.days is not None]),
    ),
    Column(
        "stop_bounds",
        "list",
        "Durée des arrêts en jours, sous la forme service:au moins..au plus ; rien après .. tant qu'elle n'est pas bornée.",
        lambda i: _list([f"{o.service}:{o.least or 0}..{'' if o.most is None else o.most}" for o in i.outages]),
    ),
    Column(
        "confidence",
        "number",
        "Degré de confiance, de 0 à 100 (les raisons sont dans l'export JSON).",
        lambda i: i.confidence.score if i.confidence else None,
    ),
    Column(
        "to_match",
        "boolean",
        "À rapprocher : true s'il n'est pas sûr que l'incident en soit un à part.",
        lambda i: i.waiting is not None,
    ),
    Column("reports", "number", "Nombre d'articles à l'appui.", lambda i: len(i.reports)),
    Column("first_published", "text", "Première publication.", lambda i: next(iter(_published(i)), None)),
    Column("last_published", "text", "Dernière publication.", lambda i: next(reversed(_published(i)), None)),
    Column(
        "outlets",
        "list",
        "Médias, sans répétition.",
        lambda i: _list(sorted({s.outlet for s in i.reports if s.outlet})),
    ),
    Column("urls", "list", "Adresses des articles.", lambda i: _list([s.url for s in i.reports])),
    Column("reviewed", "boolean", "Relu : true si un analyste a agi sur l'incident.", lambda i: i.reviewed is not None),
    Column(
        "confirmed",
        "boolean",
        "Confirmé par un analyste.",
        lambda i: bool(i.reviewed and i.reviewed.confirmed),
    ),
    Column(
        "corrected",
        "list",
        "Champs corrigés par un analyste (valeurs d'avant et d'après : export JSON).",
        lambda i: _list(list(i.reviewed.changed)) if i.reviewed else None,
    ),
    Column(
        "acts",
        "list",
        "Actes d'analystes, sous la forme acte:date, suivis de :undone s'ils sont annulés ; sans nom de personne.",
        lambda i: _list([_act(done) for done in i.reviewed.acts]) if i.reviewed else None,
    ),
    Column("first_seen", "moment", "Entrée dans la base (UTC).", lambda i: i.first_seen.isoformat()),
    Column("last_changed", "moment", "Dernier changement (UTC).", lambda i: i.last_changed.isoformat()),
)


def _act(done: Done) -> str:
    return f"{done.kind}:{done.at:%Y-%m-%d}{':undone' if done.undone else ''}"


def _iso(day: object) -> str | None:
    return str(day) if day else None
