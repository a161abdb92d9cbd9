"""The words and shapes of coded values on screen: labels of vocabularies, certainty, authorities, attack shapes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from crawler.outlets import OutletError, load_outlets
from records import AttackClaim, Facility
from reference import communes
from reference.vocabulary import NAMES, label, vocabulary

CERTAINTY = {"confirmed": "confirmé", "suspected": "soupçonné", "denied": "démenti"}
CERTAINTY_SHAPE = {"confirmed": "●", "suspected": "◐", "denied": "○"}
PRECISION = {
    "hour": "à l’heure près",
    "day": "au jour près",
    "night": "à la nuit près",
    "week": "à la semaine près",
    "month": "au mois près",
    "year": "à l’année près",
    "unknown": "date non précisée",
}
AUTHORITIES = {
    "anssi": "ANSSI",
    "cert_sante": "CERT Santé",
    "cnil": "CNIL",
    "ars": "Agence régionale de santé (ARS)",
    "parquet": "Parquet (justice)",
    "police": "Police",
    "gendarmerie": "Gendarmerie",
    "ministere": "Ministère",
}
INFORMATION_SHAPE = {
    "confirme": "✔",
    "rapporte": "▪",
    "revendique": "⚑",
    "tentative": "◇",
    "dementi": "✖",
    "requalifie": "↺",
}
# A service still or again running is told apart from a stopped one by its shape, not by its colour alone.
STATUS_SHAPE = {
    "ferme": "■",
    "suspendu": "■",
    "coupe_preventif": "■",
    "reoriente": "▶",
    "reporte": "▷",
    "partiel": "◧",
    "degrade": "◧",
    "maintenu": "✓",
    "retabli": "✓",
    "inconnu": "?",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How an attack type is drawn: `outline` is an SVG path in a 24 x 24 box, `colour` is hexadecimal."""

    outline: str
    colour: str
    word: str


_CIRCLE = "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z"
_TRIANGLE = "M12 2L22.5 21H1.5z"
_SQUARE = "M3.5 3.5h17v17h-17z"
_DIAMOND = "M12 1L23 12L12 23L1 12z"
_HEXAGON = "M12 1.5L21 6.8V17.2L12 22.5L3 17.2V6.8z"
_CROSS = "M8.5 2h7v6.5H22v7h-6.5V22h-7v-6.5H2v-7h6.5z"
SHAPES = {
    "rancongiciel": Shape(_TRIANGLE, "#a8321f", "triangle"),
    "vol_donnees": Shape(_DIAMOND, "#5b3a8e", "losange"),
    "exposition_accidentelle": Shape(_DIAMOND, "#5b3a8e", "losange"),
    "cyberattaque_non_precisee": Shape(_CIRCLE, "#0f5c7a", "rond"),
    "intrusion": Shape(_HEXAGON, "#7a5a00", "hexagone"),
    "compromission_compte": Shape(_HEXAGON, "#7a5a00", "hexagone"),
    "hameconnage_fraude": Shape(_HEXAGON, "#7a5a00", "hexagone"),
    "maliciel": Shape(_HEXAGON, "#7a5a00", "hexagone"),
    "deni_service": Shape(_SQUARE, "#2f6b3a", "carré"),
    "defiguration": Shape(_SQUARE, "#2f6b3a", "carré"),
}
OTHER_SHAPE = Shape(_CROSS, "#5a6472", "croix")
LEGEND = (
    ("rancongiciel", "rançongiciel"),
    ("cyberattaque_non_precisee", "cyberattaque non précisée"),
    ("vol_donnees", "vol ou exposition de données"),
    ("intrusion", "intrusion, compte, fraude, maliciel"),
    ("deni_service", "déni de service, défiguration"),
    ("panne", "panne, matériel ou autre"),
)


def shape(type_id: str | None) -> Shape:
    return SHAPES.get(type_id or "", OTHER_SHAPE)


def leading_type(claims: tuple[AttackClaim, ...]) -> str | None:
    """The type an incident is drawn with: a confirmed one before a suspected one before a denied one."""
    order = list(CERTAINTY)
    return min(claims, key=lambda claim: order.index(claim.certainty)).type if claims else None


def place(facility: Facility) -> str:
    """`Chambray-lès-Tours (Indre-et-Loire)`; what is not known is left out."""
    department = department_name(facility.department)
    if facility.commune:
        return f"{facility.commune} ({department})" if department else facility.commune
    return department or "lieu non précisé"


def department_name(code: str | None) -> str:
    return _departments().get(code, code) if code else ""


def outlet_name(outlet: str | None, url: str = "") -> str:
    """The name a reader knows: the registry's for an id of it, else what the record says, else the host."""
    if outlet:
        return _outlets().get(outlet, outlet)
    return urlsplit(url).hostname or "source inconnue"


def of_vocabulary(name: str, value: str | None) -> str:
    if not value:
        return "non précisé"
    return label(name, value) if name in NAMES else value


def known_values(name: str) -> frozenset[str]:
    return frozenset(vocabulary(name))


@cache
def _outlets() -> dict[str, str]:
    try:
        return {outlet.id: outlet.name for outlet in load_outlets()}
    except OutletError:  # the Sources page tells
        return {}


@cache
def _departments() -> dict[str, str]:
    return {code: department.name for code, department in communes.departments().items()}
