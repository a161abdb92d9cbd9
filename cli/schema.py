"""`vigie schema`: the published JSON Schema of the records."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer


class Record(StrEnum):
    article = "Article"
    report = "Report"
    incident = "Incident"
    act = "Act"


def schema(
    record: Annotated[Record | None, typer.Argument(metavar="[Article|Report|Incident|Act]", help="Lequel.")] = None,
) -> None:
    """Le schéma JSON des enregistrements : Article, Report, Incident et Act (relecture)."""
    from records import json_schemas

    found = json_schemas()
    print(json.dumps(found[record.value] if record else found, ensure_ascii=False, indent=2))
