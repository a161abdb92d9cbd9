"""Authorities that act in this case: informed, seized, present, investigating or helping; not merely quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.assertion import Reading, stance
from nlp.details.hits import Hits
from nlp.document import Finding, live
from nlp.lexicon import Match

FIELD = "authorities"
_CLAUSE = re.compile(r"[;:!?]|\.\s|,? (?:mais|tandis que|alors que) ")
# « les patients peuvent porter plainte à la gendarmerie »
_ADVICE = re.compile(r"\b(?:peu(?:ven)?t|pourront|pouvez|invit\w+|conseill\w+|recommand\w+)\b[^.;:]*$", re.IGNORECASE)
# justice and the ministry are spoken of in many ways: an act of theirs must stand close
_LOOSE = {"ministere"}


# « la Cnil et l'Anssi », « la gendarmerie ainsi que l'ARS »: what is done with one is done with the other
_AND = re.compile(
    r"[\s,()]*(?:et|ainsi que|comme|puis|mais aussi|,)\s*(?:avec\s|à\s|de\s)?(?:l['’]|la\s|le\s|les\s|des\s|du\s|au\s)?\s*",
    re.I,
)


def find(hits: Hits) -> Iterator[Finding]:
    named = [
        m
        for m in hits.all("authority")
        if not any(n.start <= m.start and m.end <= n.end for n in hits.in_sentence("authority_not", m.start))
    ]
    acts = [_act(hits, m) for m in named]
    pairs = list(range(1, len(named)))
    for here, other in [(i, i - 1) for i in pairs] + [(i - 1, i) for i in reversed(pairs)]:
        first, last = min(here, other), max(here, other)
        if acts[here] is None and _AND.fullmatch(hits.text, named[first].end, named[last].start):
            acts[here] = acts[other]
    for match, act in zip(named, acts, strict=True):
        if act is None:
            yield Finding(FIELD, match.id, match.start, match.end, f"{match.id} nommé", "seulement cité")
            continue
        rule = f"{match.id} + « {hits.text[act.start : act.end]} »"
        flags = hits.flags(match.start)
        reading = stance(hits.doc, act.start, act.end)
        if reading.cue and reading.cue in hits.text[match.start : match.end]:
            # « la Brigade de lutte contre la cybercriminalité »
            reading = Reading("stated")
        rejected = None
        if reading.stance in ("denied", "general", "averted") and act.id != "statement":
            rejected = f"nié ou général ({reading.cue})"
        elif _ADVICE.search(hits.text[max(0, act.start - 40) : act.start]):
            rejected = "conseil aux victimes"
        elif "general" in flags or "exercise" in flags:
            rejected = "remarque générale"
        yield Finding(FIELD, match.id, match.start, match.end, rule, rejected)


def _act(hits: Hits, match: Match) -> Match | None:
    text = hits.text
    best: tuple[int, Match] | None = None
    for section in ("act_before", "act_after", "act_statement"):
        for act in hits.in_sentence(section, match.start):
            before = act.end <= match.start
            if act.start < match.end and match.start < act.end:
                continue
            if (section == "act_before" and not before) or (section == "act_after" and before):
                continue
            a, b = (act.end, match.start) if before else (match.end, act.start)
            words = hits.words_between(a, b)
            limit = act.entry.options["words"] // (2 if match.id in _LOOSE and section == "act_after" else 1)
            if words > limit or _CLAUSE.search(text[a:b]) or (before and _only_speaks(hits, match, act)):
                continue
            if best is None or words < best[0]:
                best = words, act
    return best[1] if best else None


def _only_speaks(hits: Hits, match: Match, act: Match) -> bool:
    """« … est ouverte, précise l'ARS »: a verb of saying between the act and the authority."""
    if match.id == "parquet" and "enquête" in hits.text[act.start : act.end].lower():
        # « une enquête est ouverte, indique le parquet »: it is the parquet's own
        return False
    return bool(hits.inside("quoting", act.end, match.start))


def conclude(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    told: dict[str, list[Finding]] = {}
    for f in live(findings, FIELD):
        told.setdefault(f.value, []).append(f)
    return told
