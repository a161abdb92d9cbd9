"""The named supplier through which the incident came; not who helps, comments or is cleared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.assertion import stance
from nlp.details.hits import Hits
from nlp.document import Finding, in_title, live
from nlp.lexicon import Match

FIELD = "supplier"
_NAME = re.compile(
    r"\s*(?:,|\(|«|\"|“|d['’]|de\s|du\s|la société\s|l['’]entreprise\s|nommée?\s|appelée?\s){0,2}\s*(?P<n>[A-Z][\w&.\-]*(?:\s(?:[A-Z][\w&\-]*|\d+)){0,2})"
)
_COMMON = frozenset(
    [
        "Le",
        "La",
        "Les",
        "Un",
        "Une",
        "Des",
        "Il",
        "Elle",
        "On",
        "En",
        "Au",
        "Aux",
        "Ce",
        "Cette",
        "Ces",
        "Selon",
        "Pour",
        "Dans",
        "Sur",
        "Internet",
        "Twitter",
        "Facebook",
        "Web",
    ]
)


def find(hits: Hits) -> Iterator[Finding]:
    text = hits.text
    taken: set[int] = set()
    for match in hits.all("supplier", "known"):
        if not any(c.isupper() for c in text[match.start : match.end]):
            continue
        taken.add(match.start)
        yield _finding(hits, match.start, match.end, f"prestataire connu « {match.term} »", known=True)
    for match in hits.all("supplier", "role"):
        name = _NAME.match(text, match.end)
        if not name or name.start("n") in taken or name["n"].split()[0] in _COMMON:
            continue
        yield _finding(hits, name.start("n"), name.end("n"), f"nommé après « {match.term} »", known=False)


def _finding(hits: Hits, start: int, end: int, rule: str, known: bool) -> Finding:
    near: list[Match] = [
        m for m in hits.in_sentence("supplier", start) if hits.words_between(min(m.end, end), max(m.start, start)) <= 10
    ]
    rejected = None
    reading = stance(hits.doc, start, end)
    if [m for m in near if m.id == "helper"]:
        rejected = "aide, commente ou est mis hors de cause"
    elif not [m for m in near if m.id == "cause"]:
        rejected = "rien ne dit que l'incident vient de là"
    elif reading.stance in ("denied", "general"):
        rejected = f"nié ou général ({reading.cue})"
    elif in_title(hits.doc, start) and known and not [m for m in near if m.id == "role"]:
        rejected = "nommé dans le titre seulement"
    return Finding(FIELD, hits.text[start:end], start, end, rule, rejected)


def conclude(findings: Iterable[Finding]) -> tuple[str | None, list[Finding]]:
    told: dict[str, list[Finding]] = {}
    for f in live(findings, FIELD):
        told.setdefault(f.value, []).append(f)
    if not told:
        return None, []
    name = max(told, key=lambda n: len(told[n]))
    return name, told[name]
