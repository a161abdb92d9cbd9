"""Who is hit, who takes the patients, who is only named: sentences of `facilities.toml`."""

from __future__ import annotations

import re
import tomllib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from spacy.tokens import Doc

from nlp.assemble import report
from nlp.document import live
from nlp.facilities import Reading, reading
from nlp.facilities.entities import Entity

TABLES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("facilities.toml").read_text(encoding="utf-8"))
PLACES = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))["case"]
PENDING = TABLES.pop("pending", [])
CASES = [case for table in TABLES.values() for case in table]
_MARK = re.compile(r"<(victim|receiver|other)((?: \w+=\w+)*)>(.*?)</>")


@dataclass(frozen=True)
class Marked:
    part: str
    number: str
    finess: str | None
    words: str
    start: int
    end: int


def marked(case: str) -> tuple[str, str, list[Marked]]:
    """Title, body, and the marks with offsets into title + blank line + body, as in a Doc."""
    title, _, body = case.rpartition(" || ")
    plain, marks, at = title + "\n\n", [], 0
    for mark in _MARK.finditer(body):
        plain += body[at : mark.start()]
        options = dict(o.split("=") for o in mark[2].split())
        start = len(plain)
        plain += mark[3]
        marks.append(Marked(mark[1], options.get("n", "1"), options.get("finess"), mark[3], start, len(plain)))
        at = mark.end()
    title, body = (plain + body[at:]).split("\n\n", 1)
    return title, body, marks


def wrong(parse: Callable[..., Doc], case: str) -> list[str]:
    """What the reading of a sentence gets wrong; empty when all is right."""
    title, body, marks = marked(case)
    doc = parse(body, title=title)
    found = reading(doc)
    # without an incident nobody is a victim, however much a facility is spoken of
    victims = found.victims if any(m.part == "victim" for m in marks) or report(doc, "test").relevant else []
    receivers = list(live(doc._.findings, "diverted_to"))
    errors: list[str] = []
    told: dict[str, set[int]] = {}
    for mark in marks:
        here = _entities_at(found, mark)
        hit = [e for e in here if e in victims]
        if mark.part != "victim":
            if hit:
                errors.append(f"« {mark.words} » est pris pour une victime")
            if mark.part == "receiver" and not any(e.roles["receiver"] for e in here):
                errors.append(f"« {mark.words} » ne reçoit personne")
            if mark.part == "other" and any(f.start < mark.end and mark.start < f.end for f in receivers):
                errors.append(f"« {mark.words} » reçoit des patients")
            continue
        if not hit:
            errors.append(f"« {mark.words} » n'est pas une victime")
        told.setdefault(mark.number, set()).update(e.number for e in hit)
        number = next((e.facility.finess for e in hit if e.facility), None) or "none"
        if hit and mark.finess and number != mark.finess:
            errors.append(f"« {mark.words} » : {number} pour {mark.finess}")
    errors += [f"victime {number} en {len(who)} morceaux" for number, who in told.items() if len(who) > 1]
    if len(victims) > len(told):
        names = ", ".join(f"« {e.best.text} »" for e in victims)
        errors.append(f"{len(victims)} victimes au lieu de {len(told)} : {names}")
    if len(told) > 1 and len(set().union(*told.values())) < len(told):
        errors.append("deux victimes confondues")
    return errors


def _entities_at(found: Reading, mark: Marked) -> list[Entity]:
    numbers = {m.entity for m in found.mentions if m.start < mark.end and mark.start < m.end and m.entity is not None}
    return [e for e in found.entities if e.number in numbers]


@pytest.mark.parametrize("case", CASES)
def test_each_facility_plays_its_part(parse: Callable[..., Doc], case: str) -> None:
    assert not wrong(parse, case)


@pytest.mark.parametrize("case", PLACES, ids=[case["text"][:60] for case in PLACES])
def test_a_victim_lies_where_the_text_puts_it(parse: Callable[..., Doc], case: dict[str, str]) -> None:
    title, _, body = case["text"].rpartition(" || ")
    (incident,) = report(parse(body, title=title or "Cyberattaque"), "test").incidents
    told = (incident.facility.commune or "none", incident.facility.department)
    assert told == (case["commune"], case["department"])


def test_cases_still_pending_are_reported(parse: Callable[..., Doc]) -> None:
    for case in PENDING:
        errors = wrong(parse, case)
        warnings.warn(f"en attente : {case} → {'; '.join(errors) or 'lu juste : à ranger'}", stacklevel=1)


def test_there_are_enough_sentences() -> None:
    assert len(CASES) >= 40
