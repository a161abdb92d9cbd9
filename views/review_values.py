"""The widgets by which a value is corrected, and the value read back from them in the records' form."""

from __future__ import annotations

from typing import Any, get_args

import streamlit as st

from index.acting import ActRefused
from records import Authority, Incident
from reference.vocabulary import vocabulary
from views import french, review_keys
from views.wording import AUTHORITIES, CERTAINTY, PRECISION, of_vocabulary

FIELDS = (
    *("occurred", "attack_types", "information_status", "services", "diverted_to", "care_impact", "data_stolen"),
    *("persons_affected", "actor", "ransom", "supplier", "authorities"),
)
_UNSAID = ""
_YES_NO = {_UNSAID: "non précisé", "oui": "oui", "non": "non, vol démenti"}


def widgets(name: str, incident: Incident) -> None:
    """The widgets of one field, holding what the incident says now."""
    value = getattr(incident, name)
    match name:
        case "occurred":
            for part, label in (("start", "Premier jour possible"), ("end", "Dernier jour possible")):
                told = getattr(value, part)
                _text(
                    f"{name}-{part}",
                    label,
                    french.day(told) if told else "",
                    "7 janvier 2022, 07/01/2022, vide si inconnu",
                )
            _choice(f"{name}-precision", "Précision", list(PRECISION), PRECISION.__getitem__, value.precision)
        case "attack_types":
            for sure, label in CERTAINTY.items():
                held = [claim.type for claim in value if claim.certainty == sure]
                _several(f"{name}-{sure}", label.capitalize(), list(vocabulary(name)), name, held)
        case "services":
            pairs = [f"{s}/{t}" for s in vocabulary("services") for t in vocabulary("impact_status")]
            held = [f"{state.service}/{state.status}" for state in value]
            st.multiselect(
                "Services et leur état",
                pairs,
                default=held,
                format_func=_pair,
                key=_key(name),
                placeholder="Choisir un service et son état",
            )
        case "information_status" | "care_impact":
            options = [_UNSAID, *vocabulary(name)]
            _choice(name, "Valeur", options, lambda v: of_vocabulary(name, v), value or _UNSAID)
        case "data_stolen":
            now = _UNSAID if value is None else "oui" if value else "non"
            _choice(name, "Des données ont-elles été volées ?", list(_YES_NO), _YES_NO.__getitem__, now)
        case "authorities":
            options = list(get_args(Authority))
            st.multiselect(
                "Autorités", options, list(value), AUTHORITIES.__getitem__, key=_key(name), placeholder="Choisir"
            )
        case "diverted_to":
            st.text_area(
                "Établissements qui reçoivent des patients, un par ligne",
                "\n".join(receiver.name for receiver in value),
                key=_key(name),
            )
        case "ransom":
            amount = str(value.amount or "").replace(".", ",") if value else ""
            _text(f"{name}-amount", "Montant", amount, "vide si inconnu")
            _text(f"{name}-currency", "Monnaie", (value.currency or "") if value else "", "EUR, USD, BTC…")
            _choice(f"{name}-asked", "Rançon demandée ?", ["oui", "non"], str, "oui" if value else "non")
        case "persons_affected":
            _text(name, "Nombre de personnes", str(value) if value is not None else "", "vide si inconnu")
        case _:
            _text(name, "Valeur", value or "", "vide si inconnu")


def read(name: str) -> Any:
    """What the widgets of a field say, for `Analyst.correct`. ActRefused for what is no number."""
    match name:
        case "occurred":
            start, end = typed_day(_said(f"{name}-start")), typed_day(_said(f"{name}-end"), end=True)
            precision = _said(f"{name}-precision") if start else "unknown"
            return {"start": start, "end": end or start, "precision": precision}
        case "attack_types":
            return [{"type": t, "certainty": sure} for sure in CERTAINTY for t in _listed(f"{name}-{sure}")]
        case "services":
            pairs = [str(pair).split("/") for pair in _listed(name)]
            return [{"service": s, "status": t, "mention": of_vocabulary("services", s)} for s, t in pairs]
        case "data_stolen":
            return {"oui": True, "non": False}.get(_said(name))
        case "authorities":
            return sorted(_listed(name))
        case "diverted_to":
            lines = [line.strip() for line in _said(name).splitlines()]
            return [{"name": line, "finess": None} for line in dict.fromkeys(lines) if line]
        case "ransom":
            if _said(f"{name}-asked") != "oui":
                return None
            return {"amount": _amount(f"{name}-amount"), "currency": _said(f"{name}-currency") or None}
        case "persons_affected":
            return _number(name)
    return _said(name) or None


def typed_day(text: str, end: bool = False) -> str | None:
    """A day as people type it, as an ISO date; None when nothing is typed. ActRefused when it is no day."""
    if not text:
        return None
    try:
        found = french.read_date(text, end=end)
    except ValueError:
        found = None
    if found is None:
        raise ActRefused(f"« {text} » n’est pas une date ; écrivez par exemple 7 janvier 2022 ou 07/01/2022.")
    return found.isoformat()


def _pair(pair: str) -> str:
    service, _, status = pair.partition("/")
    return f"{of_vocabulary('services', service)} : {of_vocabulary('impact_status', status).lower()}"


def _number(name: str) -> int | None:
    digits = "".join(c for c in _said(name) if not c.isspace() and c not in f".{french.NARROW_SPACE}")
    if not digits:
        return None
    if not digits.isascii() or not digits.isdigit():
        raise ActRefused(f"« {_said(name)} » n’est pas un nombre entier.")
    return int(digits)


def _amount(name: str) -> int | float | None:
    """A sum as people type it: whole, or with one or two decimals after a comma."""
    whole, _, decimals = _said(name).partition(",")
    if whole.strip().isdecimal() and decimals.isdecimal() and len(decimals) <= 2:
        return float(f"{int(whole)}.{decimals}")
    return _number(name)


def _key(name: str) -> str:
    return review_keys.key(f"value-{name}")


def _said(name: str) -> str:
    return str(st.session_state.get(_key(name)) or "").strip()


def _listed(name: str) -> list[Any]:
    return list(st.session_state.get(_key(name)) or ())


def _text(name: str, label: str, value: str, hint: str) -> None:
    st.text_input(label, value, key=_key(name), placeholder=hint)


def _choice(name: str, label: str, options: list[str], words: Any, value: str) -> None:
    st.selectbox(label, options, options.index(value), format_func=words, key=_key(name))


def _several(name: str, label: str, options: list[str], of: str, held: list[str]) -> None:
    st.multiselect(label, options, held, lambda v: of_vocabulary(of, v), key=_key(name), placeholder="Choisir")
