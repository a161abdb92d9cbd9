"""Values in French for the page that explains them: records' values and those of findings alike."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from records import AttackClaim, Occurred, Ransom
from reference.vocabulary import label

WORDS: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("explain.toml").read_text(encoding="utf-8"))


def shown(field: str, value: Any) -> str:
    """A value of `field` in French; `value` as in the record or, for a finding, as its component writes it."""
    if isinstance(value, AttackClaim):
        return f"{label('attack_types', value.type)} ({WORDS['certainty'][value.certainty]})"
    if isinstance(value, Ransom):
        value = (value.amount, value.currency)
    if field == "services":
        return f"{label('services', value[0])} : {label('impact_status', value[1]).lower()}"
    if field == "ransom":
        amount, currency = value
        return f"{number(amount) if amount is not None else 'montant non dit'} {currency or ''}".strip()
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return number(value)
    if isinstance(value, Occurred):
        return when(value)
    if hasattr(value, "first") and hasattr(value, "last"):
        return when(Occurred(start=value.first, end=value.last, precision=value.precision))
    return ", ".join(_word(field, v) for v in value) if isinstance(value, tuple) else _word(field, value)


def _word(field: str, value: Any) -> str:
    text = str(value)
    if field == "authorities":
        return WORDS["authorities"].get(text, text)
    if field in ("information_status", "care_impact") and label(field, text) != text:
        return label(field, text)
    return WORDS["values"].get(text) or WORDS["certainty"].get(text, text)


def when(occurred: Occurred) -> str:
    start, end = occurred.start, occurred.end or occurred.start
    if start is None or end is None:
        return WORDS["precision"]["unknown"]
    days = f"le {day(start)}" if start == end else f"du {day(start)} au {day(end)}"
    return f"{days} ({WORDS['precision'][occurred.precision]})"


def day(value: date) -> str:
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def number(value: int | float) -> str:
    return f"{value:,}".replace(",", "\u202f").replace(".", ",")


def decimal(value: float, places: int = 2, *, sign: bool = False) -> str:
    return (f"{value:+.{places}f}" if sign else f"{value:.{places}f}").replace(".", ",").replace("-", "\u2212")


def counted(value: int, noun: str) -> str:
    return f"{value} {noun}{'s' if value > 1 else ''}"
