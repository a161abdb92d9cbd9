"""`make docs`: writes the pages of `docs/` made from code and data. `tests/test_docs.py` fails when they drift.

cli.md from `--help`, codebook.md from the records' JSON Schema, the vocabularies and the export's columns, outlets.md
from the shipped registry.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

import cli
from crawler.outlets import Outlet, load_outlets
from index.columns import COLUMNS
from records import json_schemas
from reference import vocabulary

OUTLETS_KNOWN = Path(__file__).parent / "outlets.csv"  # id, how its feeds are known, what to check with a network

FOLDER = Path(__file__).parents[1] / "docs"
# Which vocabulary a field's ids are of; a record is named where the field's name alone does not tell.
_VOCABULARIES = {
    ("AttackClaim", "type"): "attack_types",
    ("Facility", "type"): "facility_types",
    ("", "service"): "services",
    ("", "status"): "impact_status",
    ("", "information_status"): "information_status",
    ("", "care_impact"): "care_impact",
}
_NOTE = "<!-- Made by `make docs`; do not edit. -->\n"


def pages() -> dict[str, str]:
    """The generated pages by file name."""
    made = {"cli.md": _cli(), "codebook.md": _codebook(), "outlets.md": _outlets()}
    return {name: f"{_NOTE}\n{text.strip()}\n" for name, text in made.items()}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def _cli() -> str:
    parts = [
        "# The `vigie` command",
        "Data go to stdout, everything else to stderr. Exit status: **0** all well; **1** finished, and some items "
        "failed (counted and named on stderr); **2** wrong usage or configuration, nothing done; **130** stopped by "
        "Ctrl-C, the next run goes on where it was.",
    ]
    for path in ((), *_commands()):
        name = " ".join(("vigie", *path))
        said = CliRunner().invoke(cli.app, [*path, "--help"], prog_name="vigie", env={"COLUMNS": "100"}).stdout
        lines = "\n".join(line.rstrip() for line in said.strip().splitlines())
        parts.append(f"## `{name}`\n\n```text\n{lines}\n```")
    return "\n\n".join(parts)


def _commands() -> Iterator[tuple[str, ...]]:
    for command in cli.app.registered_commands:
        yield (str(command.name),)
    for group in cli.app.registered_groups:
        yield (str(group.name),)
        for command in group.typer_instance.registered_commands if group.typer_instance else ():
            yield (str(group.name), str(command.name))


def _codebook() -> str:
    schemas = json_schemas()
    parts = [
        "# Codebook",
        "What every field and code means. The machine-readable form is `vigie schema`. Dates are local days "
        "(Europe/Paris), moments are in UTC, offsets count Unicode code points.",
    ]
    seen: set[str] = set()
    for name, schema in schemas.items():
        parts += [_record(name, schema, 2)]
        for inner, definition in schema.get("$defs", {}).items():
            if inner not in seen and "properties" in definition:
                seen.add(inner)
                parts.append(_record(inner, definition, 3))
    parts += ["## Columns of the CSV and GeoJSON exports", _table(("column", "kind", "meaning"), _columns())]
    parts += ["## Vocabularies", "The ids are those of every record, store, address and export."]
    for name in vocabulary.NAMES:
        rows = ((f"`{t.id}`", t.label, t.definition) for t in vocabulary.vocabulary(name).values())
        parts += [f"### `{name}`", _table(("id", "label", "definition"), rows)]
    return "\n\n".join(parts)


def _record(name: str, schema: dict[str, Any], level: int) -> str:
    about = re.sub(r"\s*\n\s*", " ", schema.get("description", "")).strip()
    required = set(schema.get("required", ()))
    rows = (
        (f"`{field}`", _coded(name, field) or _kind(said), "always" if field in required else f"`{_default(said)}`")
        for field, said in schema["properties"].items()
    )
    return f"{'#' * level} {name}\n\n{about}\n\n{_table(('field', 'kind', 'when not said'), rows)}"


def _coded(record: str, field: str) -> str | None:
    found = _VOCABULARIES.get((record, field)) or _VOCABULARIES.get(("", field))
    return f"id of [`{found}`](#{found})" if found else None


def _kind(schema: dict[str, Any]) -> str:
    """A field's kind in a few words: `text`, `date or null`, `list of ServiceState`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(_kind(one) for one in schema['prefixItems'])}]"
        return f"list of {_kind(schema.get('items', {}))}"
    if schema.get("type") == "object" and isinstance(inner := schema.get("additionalProperties"), dict):
        return f"for each name a {_kind(inner)}"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return str(schema.get("format") or names.get(str(schema.get("type")), schema.get("type", "any")))


def _default(schema: dict[str, Any]) -> str:
    if "default" not in schema:
        return "—"
    value = schema["default"]
    return {"None": "null", "True": "true", "False": "false"}.get(str(value), str(value))


def _columns() -> Iterator[tuple[str, ...]]:
    for column in COLUMNS:
        yield f"`{column.name}`", column.kind, column.description


def _outlets() -> str:
    registry = load_outlets()
    open_, closed = [o for o in registry if not o.closed], [o for o in registry if o.closed]
    parts = [
        "# Outlets",
        f"{len(open_)} outlets are collected; {len(closed)} are known and left out, with the reason. Adding one is "
        "adding a few lines to `crawler/outlets/`, or giving a file of one's own to `vigie collect --outlets`.",
        _table(("id", "name", "departments", "hosts", "feeds and lists"), map(_outlet, open_)),
        _OUTLETS_HOW,
        _OUTLETS_KNOWN,
        _table(("id", "its feeds", "to check first"), _known()),
        "## Left out",
        _table(("id", "name", "why"), ((f"`{o.id}`", o.name, o.closed or "") for o in closed)),
    ]
    return "\n\n".join(parts)


_OUTLETS_HOW = """## Adding and checking

- `vigie outlets add https://…` looks for feeds and sitemaps of a site and proposes the lines; `vigie outlets check ID`
  tries an outlet for real: feeds, robots.txt, reservation of text mining, how the newest page reads.
- An outlet's entry may also name `listings` (pages that list articles), `day_pages` (an address with `{yyyy}`, `{mm}`,
  `{dd}`), `wordpress` (the posts of a public REST API), `articles` (a regular expression of its articles' addresses),
  `prune` (CSS selectors of what is no part of an article), `pause` (s), `every` (min between two looks), `render`.
- `render = true` is for an outlet whose pages are empty until a browser has run their scripts. It needs the extra
  (`pip install 'vigie[render]'`: scrapy-playwright) and a Chromium on this machine (or `VIGIE_BROWSER`); without them
  the outlet fails and says so. Only pages that do not read as they come are rendered. The browser reaches no network:
  what scripts ask for is fetched by the crawl (scripts and data, GET, the outlet's own hosts), so that robots.txt,
  pauses, sizes and private addresses hold for it as for every request. No shipped outlet needs it, as far as known.
- Each outlet ships a page that we wrote in its make and the article expected of it, in `tests/crawler/pages/`; when a
  real page reads wrongly, change that page first, then the code.
- `vigie watch` collects for good, each outlet in its own rhythm; `deploy/` has a systemd unit and a Containerfile."""


_OUTLETS_KNOWN = """## What is known without a network

Nobody has opened a live page of these outlets for this registry: addresses come from public lists, what "seen working"
says from others who tried them (2026 at the latest), how pages look from stored copies. robots.txt, `tdmrep.json`, the
presence of JSON-LD and bot walls are unknown where nothing is said. A person with the network should, in this order:

1. set `VIGIE_CONTACT`, then `vigie outlets check` (a few minutes): every line that is not OK is a line to mend;
2. read robots.txt and `tdmrep.json` of the hosts that named robots to be kept out (below) and decide with a clear mind;
3. try the derived feeds (ARS, Le Petit Solognot, tmv, France 3 Indre-et-Loire), then those known from code alone;
4. look at one page of each outlet that `check` reads with less text than the browser shows, and add `prune` or `render`;
5. run `vigie collect --limit 5`, then `vigie outlets list`: coverage, paywalls, what is refused."""


def _known() -> Iterator[tuple[str, ...]]:
    with OUTLETS_KNOWN.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield f"`{row['id']}`", row["feeds"], row["check"]


def _outlet(outlet: Outlet) -> tuple[str, ...]:
    sources = len(outlet.addresses) + bool(outlet.day_pages)
    return (
        f"`{outlet.id}`",
        outlet.name,
        ", ".join(outlet.departments) or "France",
        ", ".join(outlet.hosts),
        str(sources),
    )


def _table(heads: tuple[str, ...], rows: Any) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines)


if __name__ == "__main__":
    main()
