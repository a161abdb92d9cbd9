"""Acts as JSON lines, from one store to another, and reviewed incidents as labelled examples.

An act is tied to the reports it rests on, so it finds its incident in another store whatever id it has there. Taking
the same file in twice changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from index import places
from index.account import Account
from index.acting import BY_HAND, ActRefused, apply
from index.rulings import Rulings, matching
from index.store import Store
from records import Act, Anchor, Article, Incident, ReportedIncident


@dataclass
class Taken:
    """What became of the lines of a file: `applied`, `known` (was there already), `waiting` (kept; none of its
    articles is in this store yet), `wrong` with a French sentence each in `faults`."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def exported(store: Store) -> Iterator[str]:
    """Every act, one a line, by time."""
    for act in store.acts():
        yield act.model_dump_json() + "\n"


def take(store: Store, lines: Iterable[str], name: str = "") -> Taken:
    """Apply the acts of a file in the order of time. A wrong line is named, the rest applied."""
    found = Taken()
    acts: list[tuple[int, Act]] = []
    for n, line in enumerate(lines, start=1):
        if line.strip():
            try:
                acts.append((n, Act.model_validate_json(line)))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"])
                _fault(found, name, n, f"{where} : {first['msg']}" if where else first["msg"])
    for n, act in sorted(acts, key=lambda pair: (pair[1].at, pair[1].id)):
        try:
            applied = apply(store, act)
        except (ActRefused, ValidationError, KeyError) as error:
            _fault(found, name, n, f"acte refusé ({error})")
            continue
        here = any(store.report(anchor.url) for anchor in (*act.on, *act.other_on))
        found.counts["known" if not applied else "applied" if here else "waiting"] += 1
    return found


def _fault(found: Taken, name: str, line: int, reason: str) -> None:
    found.counts["wrong"] += 1
    found.faults.append(f"{name}:{line} : {reason}" if name else f"ligne {line} : {reason}")


def gold(store: Store, texts: bool) -> Iterator[dict[str, Any]]:
    """Articles whose every incident an analyst confirmed, corrected or rejected, in the form of the gold files.

    An article says what its report says, put right where a correction differs from it; of a rejected incident it says
    nothing. Without `texts` only our own notices carry theirs: a press article's text stays in the store.
    """
    rulings = Rulings(store.acts())
    rejected = [anchor for act in rulings.standing if act.kind == "reject" for anchor in act.on]
    urls = {anchor.url for act in rulings.standing for anchor in act.on}
    for url in sorted(urls):
        article, report = store.article(url), store.report(url)
        if article is None or report is None or report.pipeline == BY_HAND:
            continue
        homes = {m.position: i for i in store.incidents_of_report(url) for m in store.members(i.id) if m.url == url}
        told: list[dict[str, Any]] = []
        complete = True
        for n, said in enumerate(report.incidents):
            home = homes.get(n)
            if home and home.reviewed and (home.reviewed.confirmed or home.reviewed.changed):
                told.append(_labelled(said, home))
            elif home or not _is(rejected, Account(article, n, said)):
                complete = False
        if complete:
            yield _row(article, told, texts)


def _is(anchors: Iterable[Anchor], account: Account) -> bool:
    return any(matching(anchor, [account]) for anchor in anchors if anchor.url == account.url)


def _row(article: Article, told: list[dict[str, Any]], texts: bool) -> dict[str, Any]:
    return {
        "id": article.id,
        "url": article.url,
        "outlet": article.outlet,
        "published": article.published.isoformat(),
        "title": article.title,
        "text": article.text if texts or article.kind == "notice" else "",
        "relevant": bool(told),
        "roundup": len(told) > 1,
        "borderline": False,
        "incidents": told,
        "notes": "Relecture dans Vigie.",
    }


def _labelled(said: ReportedIncident, home: Incident) -> dict[str, Any]:
    """What the article says of the victim. A correction counts where the article speaks of the field at all."""
    row = said.model_dump(mode="json", exclude={"evidence", "title_evidence", "facility"})
    changed = home.reviewed.changed if home.reviewed else {}
    row |= {name: value for name, value in changed.items() if row.get(name) not in (None, [], {})}
    for listed in ("services", "diverted_to"):
        row[listed] = [{k: v for k, v in one.items() if k not in ("mention", "finess")} for one in row[listed]]
    row["occurred"].pop("mention", None)
    facility = home.facility
    known = places.facility_names(facility.finess) if facility.finess else ()
    names = dict.fromkeys((said.facility.name, said.facility.mention, *known))
    return {
        "facility": {
            "name": facility.name,
            "aliases": [n for n in names if n != facility.name],
            "type": facility.type,
            "commune": facility.commune,
            "department": facility.department,
            "finess": [facility.finess] if facility.finess else None,
        },
        **row,
    }


def gold_line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
