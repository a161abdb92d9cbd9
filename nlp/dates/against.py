"""What a sentence takes from the date it tells: earlier or other cases, such attacks in general, a drill, a witness's day."""

from __future__ import annotations

import re

from nlp.asides import aside_at, in_past_aside
from nlp.dates.clauses import REACH, Scene
from nlp.dates.rules import Moment

# wordings that `context.toml` takes for the mark of an earlier case
_LONG_AGO = ("l'an dernier", "il y a trois jours", "trois jours plus tôt")


# "il y a un an, le 5 février 2024, l'hôpital découvrait": the day of what the article looks back on
_AGO_TOO = re.compile(r"\b[Ii]l y a [^,.;]{2,20},\s(?:le\s|c['’]était le\s)?$")


def in_quotes(scene: Scene, at: int) -> bool:
    """ "« Mercredi, on m'a dit de revenir », raconte un patient": what a witness did that day."""
    first = scene.sentence(at)[0]
    return scene.text.rfind("«", max(0, first - 2), at) > scene.text.rfind("»", max(0, first - 2), at)


_COUNTED = re.compile(
    r"\d\s?%|\b(?:(?:\d+|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|plusieurs|dizaines?|centaines? d\w*)\s|\w+aines? d(?:e\s|['’]))"
    r"(?:cyber-?)?(?:attaques|incidents|piratages|établissements|hôpitaux|cliniques|structures|attaques)|"
    r"\b(?:deuxième|troisième|quatrième|cinquième|\d+e|énième) (?:cyber-?)?(?:attaque|incident|piratage)",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\W*(?:Celui|Celle|Ceux|Celles)\s(?:de|d['’])\s?[A-ZÀ-Ý]")
_ALREADY = re.compile(r"\W{0,2}déjà\b", re.IGNORECASE)
_ALREADY_BEFORE = re.compile(r"\bdéjà,?\s(?:le\s|en\s)?$", re.IGNORECASE)


# "[NDLR : un fournisseur avait été rançonné en avril]"
_NOTE = 160


def _of_the_event(scene: Scene, start: int) -> bool:
    """ "L'attaque, qui remonte à l'année dernière, …": what the aside is about is no house but the event itself."""
    aside = aside_at(scene.doc, start)
    if aside is None:
        return False
    told = scene.inside(max(0, aside[0] - 50), aside[0])
    return bool(told) and told[-1].id in ("attack", "trouble") and told[-1].end >= aside[0] - 14


def against(scene: Scene, moment: Moment, start: int, end: int) -> float:
    """What the sentence takes away: it tells of earlier or other cases, of such attacks in general, of a drill."""
    first, last, flags = scene.sentence(start)
    if in_past_aside(scene.doc, start) and not _of_the_event(scene, start):
        return 5.0
    if scene.text.rfind("[", max(0, start - _NOTE), start) > scene.text.rfind("]", max(0, start - _NOTE), start):
        return 2.0
    if "past" in flags and moment.rule not in _LONG_AGO and not _AGO_TOO.search(scene.text[max(0, start - 34) : start]):
        return 2.0
    if (
        _OTHER.match(scene.text, first)
        or _ALREADY.match(scene.text, end)
        or _ALREADY_BEFORE.search(scene.text[max(0, start - 12) : start])
    ):
        return 2.0
    if any(m.entry.options.get("other") for m in scene.inside(max(first, start - REACH), min(last, end + REACH))):
        return 3.0
    if moment.precision in ("month", "year") and _COUNTED.search(
        scene.text, max(first, start - 120), min(last, end + 120)
    ):
        # "deux attaques en 2022", "en 2021, 582 établissements"
        return 4.0
    if "general" in flags or "exercise" in flags:
        return 1.5
    return 1.0 if scene.after_past(start) else 0.0
