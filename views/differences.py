"""A value that changed, as a French sentence: `Vol de données : non → oui`."""

from __future__ import annotations

from typing import Any

from index.asof import Difference
from views.facts import FIELDS, told


def sentence(difference: Difference) -> str:
    field, before, after = difference.field, difference.before, difference.after
    if isinstance(before, list) and isinstance(after, list) and before and after:
        came = [one for one in after if _bare(one) not in map(_bare, before)]
        went = [one for one in before if _bare(one) not in map(_bare, after)]
        parts = [f"ajouté : {words(field, came)}"] * bool(came) + [f"retiré : {words(field, went)}"] * bool(went)
        return f"{FIELDS[field]} — {' ; '.join(parts)}"
    return f"{FIELDS[field]} : {words(field, before)} → {words(field, after)}"


def words(field: str, value: Any) -> str:
    """A value in the records' JSON form; `non précisé` when there is none."""
    if value is None or value in ([], ()):
        return "non précisé"
    if isinstance(value, list | tuple):
        return ", ".join(told(field, one) for one in value)
    if field == "facility" and isinstance(value, dict):
        return ", ".join(str(value[part]) for part in ("name", "commune") if value.get(part))
    if field == "occurred" and isinstance(value, dict) and not value.get("start"):
        return "non précisé"
    return told(field, value)


def _bare(value: Any) -> Any:
    return {k: v for k, v in value.items() if k != "mention"} if isinstance(value, dict) else value
