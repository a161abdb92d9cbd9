"""When the attack took place.

Component `vigie_dates`: finds expressions of time (`expressions.py`), and weighs for each what it is the date of
(the attack, its discovery, a statement, a complaint, a reopening …) by the words of its clause (`dates.toml`).
`conclude` picks the attack's date among the findings that speak of one victim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.dates.expressions import Moment, find
from nlp.document import Finding, in_title, is_noise, live, published, token_at
from nlp.lexicon import Lexicon, Match
from records import Occurred, Precision

LEXICON = Lexicon(Path(__file__).with_name("dates.toml"), {"event": None})
THRESHOLD = 1.0
FALLBACK = 0.5
_CLAUSE = re.compile(r"[,;:.!?()«»\n–—]| et | mais | tandis que | alors que | qui | où ")
_SINCE = re.compile(r"(?:depuis|dès|date de|remonte(?:nt)? (?:au|à)|datant (?:du|de))\s+(?:le |la |ce |cette )?$", re.I)


@dataclass(frozen=True, slots=True)
class When:
    """The value of a finding: a range of days and its precision."""

    first: date
    last: date
    precision: Precision


class Dates:
    """Appends a finding for every expression of time; those that cannot be the attack's are rejected."""

    def __call__(self, doc: Doc) -> Doc:
        folded = doc._.folded
        events = LEXICON.scan(folded)
        anchor = published(doc)
        found: list[Finding] = []
        for moment in find(folded.text, anchor):
            start, end = folded.original(moment.start, moment.end)
            if is_noise(doc, start):
                continue
            weight, reasons = _weigh(doc, start, end, moment, events, anchor)
            finding = Finding(
                "occurred", When(moment.first, moment.last, moment.precision), start, end,
                f"« {moment.rule} », {', '.join(reasons) or 'aucun mot autour'}", weight=weight,
            )  # fmt: skip
            if moment.first > anchor + timedelta(days=1):
                finding = finding.reject("date à venir")
            elif _page_date(doc, start, end):
                finding = finding.reject("date de la page")
            elif weight < FALLBACK or (weight < THRESHOLD and not _recent(moment, anchor)):
                finding = finding.reject("n'est pas la date de l'attaque")
            found.append(finding)
        doc._.findings = [*doc._.findings, *found]
        return doc


_STAMP = re.compile(r"(?:publié|posté|modifié|actualisé|mise? à jour|mis en ligne|écrit|rédigé|paru|par|du|dernière mise à jour)[^.\n]{0,25}$", re.I)


def _page_date(doc: Doc, start: int, end: int) -> bool:
    """ "Publié le 3 mars à 12h22", "20/08/2021 Par …": a short line that only dates the page."""
    text = doc.text
    a, b = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[a : b if b >= 0 else len(text)]
    if re.search(r"(?:publié|posté|modifié|actualisé|mise? à jour)\s(?:le\s)?$", text[max(a, start - 25) : start], re.I):
        return True
    return len(line) < 70 and not line.rstrip().endswith((".", "!", "?", "»")) and (start - a < 3 or bool(_STAMP.search(text[a:start]))) and start >= doc._.body_start


def _recent(moment: Moment, anchor: date) -> bool:
    return (anchor - moment.last).days <= 60 and moment.precision in ("hour", "day", "night", "week")


def _weigh(doc: Doc, start: int, end: int, moment: Moment, events: list[Match], anchor: date) -> tuple[float, list[str]]:
    sentence = token_at(doc, start).sent
    s, e = sentence.start_char, sentence.end_char
    text = doc.text
    left = max((m.end() for m in _CLAUSE.finditer(text, s, start)), default=s)
    right = next((m.start() for m in _CLAUSE.finditer(text, end, e)), e)
    weight = 0.0
    reasons: list[str] = []
    best_attack, best_against = 0.0, 0.0
    said = False
    verb = _governor(doc, start, end)
    heads_sentence = not text[s:start].strip(" «\"“").lower().removeprefix("ce").removeprefix("le").removeprefix("depuis").strip()
    for match in events:
        if match.end <= s or match.start >= e or start <= match.start < end:
            continue
        value = float(match.entry.options["weight"])
        factor = _bearing(match, start, end, left <= match.start < right, heads_sentence, verb)
        if match.id == "future" and start - match.end > 12:
            factor *= 0.15
        if value < 0 and match.id in ("saying", "aftermath") and not left <= match.start < right and match.start != verb:
            factor *= 0.5
        value *= factor
        if match.id == "saying" and (factor >= 1.1 or (heads_sentence and _first_after(events, end, e) is match)):
            said = True
        if match.id == "elsewhere":
            weight += value if left <= match.start < right else 0.0
        elif value > best_attack:
            best_attack = value
            reasons.append(f"+{match.id} « {text[match.start:match.end]} »")
        elif value < best_against:
            best_against = value
            reasons.append(f"-{match.id} « {text[match.start:match.end]} »")
    weight += best_attack * (0.45 if said else 1.0) + best_against
    if _SINCE.search(text[max(s, start - 30) : start]) or text[start:end].lower().startswith("depuis"):
        weight += 1.0
    if moment.precision == "night":
        weight += 1.2
    elif moment.precision == "hour":
        weight += 0.8
    elif moment.precision == "year":
        weight -= 1.8
    if in_title(doc, start):
        weight += 0.3
    elif start < doc._.body_start + 350:
        weight += 0.6
    flags = sentence._.flags
    if "past" in flags:
        weight -= 2.0
    if "general" in flags:
        weight -= 1.5
    if (anchor - moment.last).days > 500:
        weight -= 1.5
    return weight, reasons


def _bearing(match: Match, start: int, end: int, inside: bool, heads_sentence: bool, verb: int) -> float:
    """How much a word bears on a date: by clause and distance, most when it is the verb the date hangs on."""
    distance = start - match.end if match.end <= start else match.start - end
    if match.start <= verb < match.end or (0 <= start - match.end <= 14):
        return 1.1
    if heads_sentence:
        # "Mercredi au matin, l'Ehpad …, a été attaqué": an opening date goes with the main verb
        return 0.9 if distance < 160 else 0.5
    if inside and distance < 60:
        return 1.0 if match.end <= start else 0.8
    return 0.55 if distance < 60 else 0.4 if distance < 140 else 0.25


def _first_after(events: list[Match], end: int, limit: int) -> Match | None:
    return next((m for m in events if m.start >= end and m.end <= limit and m.id in ("saying", "attack", "discovery", "aftermath")), None)


def _governor(doc: Doc, start: int, end: int) -> int:
    """The first character of the verb (or event noun) that the date depends on, -1 when there is none."""
    token = token_at(doc, end - 1)
    for _ in range(5):
        if token.pos_ == "VERB":
            return int(token.idx)
        if token.head is token:
            break
        token = token.head
        if token.idx < start or token.idx >= end:
            if token.pos_ in ("VERB", "NOUN", "ADJ") and token.i:
                return int(token.idx)
    return -1


def conclude(doc: Doc, findings: list[Finding]) -> tuple[Occurred, list[Finding]]:
    """The attack's date and the findings that say it; `Occurred()` when nothing places it.

    The heaviest finding wins; a night or a shorter range that agrees with it and is also told of the attack is more
    precise and taken instead.
    """
    candidates = list(live(findings, "occurred"))
    if not candidates:
        return Occurred(), []
    best = max(candidates, key=lambda f: (f.weight, -f.start))
    chosen = best
    for other in sorted(candidates, key=lambda f: -f.weight):
        if other is best or other.weight < (0.8 if other.value.precision == "night" else 1.6):
            continue
        if _sharpens(other.value, chosen.value):
            chosen = other
    support = [chosen, *(f for f in candidates if f is not chosen and _agree(f.value, chosen.value))]
    when: When = chosen.value
    mention = doc.text[chosen.start : chosen.end]
    return Occurred(start=when.first, end=when.last, precision=when.precision, mention=mention), support


def _agree(a: When, b: When) -> bool:
    return a.first <= b.last and b.first <= a.last


def _sharpens(new: When, old: When) -> bool:
    """A night for one of its days; a day for the week or month that holds it; an hour for its day."""
    if not _agree(new, old):
        return False
    if new.precision == "night":
        return old.precision in ("day", "hour") and old.first in (new.first, new.last) and old.last in (new.first, new.last)
    span = {"hour": 0, "day": 1, "night": 1, "week": 2, "month": 3, "year": 4, "unknown": 5}
    return span[new.precision] < span[old.precision] and old.precision != "night" and old.first <= new.first and new.last <= old.last


@French.factory("vigie_dates")
def make_dates(nlp: Language, name: str) -> Dates:
    return Dates()
