"""How many people's data or care the incident concerns; not files, bytes, euros, staff or the population served."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.assertion import stance
from nlp.details.hits import Hits
from nlp.document import Finding, live
from nlp.lexicon import Match
from nlp.numbers import Number, find_numbers

FIELD = "persons_affected"
# what may stand between the number and the noun: « 300 000 autres patients », « 33 millions de nos assurés »
_BETWEEN = re.compile(
    r"\s*(?:(?:de|d['’]|des|nos|ses|leurs|autres|anciens|ex|jeunes|enregistrements|comptes|fichiers|dossiers|profils|lignes|fiches|identités|le nombre|nombre)[\s\u00a0\u202f]*){0,4}",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s*%")


def find(hits: Hits) -> Iterator[Finding]:
    numbers = find_numbers(hits.text)
    persons = hits.all("person")
    at = 0
    for number in numbers:
        gap = _BETWEEN.match(hits.text, number.end)
        while at < len(persons) and persons[at].start < number.end:
            at += 1
        if at >= len(persons):
            return
        person = next((p for p in persons[at : at + 2] if gap and p.start <= gap.end() <= p.end), None)
        if person is None or _PERCENT.match(hits.text, number.end):
            continue
        yield _finding(hits, number, person)


def _finding(hits: Hits, number: Number, person: Match) -> Finding:
    start, end = number.start, person.end
    rule = f"nombre de « {hits.text[person.start : person.end]} »"
    return Finding(FIELD, number.value, start, end, rule, _reject(hits, number, person))


# « 480 000 lignes : chacune correspond à un patient »
_EACH = re.compile(r"\b(?:chacune|une par|autant de)\b[^.]*\b(?:patient|personne|assuré)", re.IGNORECASE)
# « la mutuelle aux 500 000 adhérents », « qui compte 90 résidents »: those it serves
_SERVED = re.compile(
    r"(?:\baux|\bcompt(?:e|ait|ant)|\bcouvr(?:e|ait)|\bprotège|\bg[èe]re|\baccueill\w+|\bhéberge\w*|\bsuit|\bassure)"
    r"(?:\s+(?:quelque|environ|près de|plus de|ses|les|autour de|déjà))?\s*$",
    re.IGNORECASE,
)


def _reject(hits: Hits, number: Number, person: Match) -> str | None:
    if person.term == "lignes" and not _EACH.search(hits.text[person.end : person.end + 80]):
        return "des lignes, non des personnes"
    if against := hits.in_sentence("person_not", number.start):
        near = [m for m in against if hits.words_between(min(m.end, person.end), max(m.start, number.start)) <= 5]
        if near:
            return f"autre chose que les personnes touchées (« {near[0].term} »)"
    if _SERVED.search(hits.text[max(0, number.start - 30) : number.start]) and not hits.inside(
        "person_cue", person.end, person.end + 25
    ):
        return "population servie"
    cues = [c for c in hits.in_sentence("person_cue", number.start) if _near(hits, c, number, person)]
    if not cues and number.value >= 100:
        # « 480 000 patients prélevés en cinq ans », in the sentence after the leak
        return None if _leak_around(hits, number) else "rien ne dit qu'elles sont touchées"
    if cues and all(stance(hits.doc, c.start, c.end).stance in ("denied", "averted", "unknown") for c in cues):
        return "nié ou craint"
    if not cues:
        return "rien ne dit qu'elles sont touchées"
    reading = stance(hits.doc, number.start, person.end)
    if reading.stance in ("denied", "general", "averted", "unknown"):
        return f"nié, craint ou général ({reading.cue})"
    if "general" in hits.flags(number.start):
        return "remarque générale"
    return None


def _leak_around(hits: Hits, number: Number) -> bool:
    return any(c.id == "leak" for c in hits.inside("person_cue", number.start - 300, number.start + 300))


def _near(hits: Hits, cue: Match, number: Number, person: Match) -> bool:
    """« données de 6 000 patients », « 6 000 patients sont touchés », « 375 dossiers médicaux »."""
    if cue.end <= number.start:
        return hits.words_between(cue.end, number.start) <= 20
    return cue.start < person.end or hits.words_between(person.end, cue.start) <= 8


def conclude(findings: Iterable[Finding]) -> tuple[int | None, list[Finding]]:
    """The largest count told; of two that say the same roughly and exactly (« 750 000 », « 758 912 ») the exact one."""
    told = list(live(findings, FIELD))
    if not told:
        return None, []
    top = max(f.value for f in told)
    close = {f.value for f in told if abs(f.value - top) <= top * 0.1}
    best = max(close, key=lambda v: (len(str(v).rstrip("0")), v))
    return best, [f for f in told if f.value == best]
