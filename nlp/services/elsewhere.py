"""Patients sent elsewhere: whose they are, and whether they are sent to a house at all."""

from __future__ import annotations

from collections.abc import Iterator

from nlp.services.grammar import words
from nlp.services.pairing import Pair, fronted
from nlp.services.sentence import Cue, Mention, Unit, is_finite
from reference.folding import fold

_CARRIERS = frozenset(("samu_regulation", "smur", "transferts_patients"))
_HOUSES = words("houses")
_NO_HOUSES = words("no_houses")
_PEOPLE = (
    "soign",
    "ambulanc",
    "traite",
    "opere",
    "pris en charge",
    "accueillis",
    "rendre",
    "presenter",
    "112",
    "adress",
    "tourner",
)
_THESE = words("these")
_CALLS = ("compos", "appel", "contact", "joind", "faire", "telephon")


def sent_elsewhere(
    unit: Unit, cue: Cue, pair: Pair | None, services: list[Mention], before: list[Mention]
) -> Iterator[tuple[Mention | None, tuple[str, str]]]:
    """(what names them, (service, `reoriente`)) for a cue of sending patients away.

    `pair`: the best pair of the cue, if any is cheap enough; `services`: its services; `before`: those told before.
    """
    sending = any(_called(unit, m) for m in services)
    services = [m for m in services if not _where(unit, cue, m) and not _called(unit, m)]
    care = _patients_of(unit, cue) or [m for m in services if _cares(m)] or _object_of(unit, cue) or _sender(unit, cue)
    named = pair.mentions[0] if pair else None
    role = named.role if named else ""
    if role == "patients" and not care:
        care = [m for m in unit.mentions if _cares(m) and m.j <= cue.g and fronted(unit, m)]
    if role == "void":
        return  # "des comptes détournés"
    if cue.entry.options.get("needs") and not care and role != "patients":
        return
    somewhere = cue.state != "diverted" or _somewhere(unit, cue)
    carried = [m for m in unit.mentions if m.role == "patients" and cue.i <= m.i <= cue.j + 4]
    if somewhere and carried and not care and all(m.service in _CARRIERS for m in services):
        service = "transferts_patients" if cue.state == "transferred" else _whose(unit, cue, before)
        yield carried[0], (service, "reoriente")
        return
    if not somewhere or (services and not care and cue.voice == "passive"):
        if services and all(m.service == "samu_regulation" for m in services):
            yield services[0], ("samu_regulation", "reoriente")  # calls switched to another centre
        elif services and somewhere and all(m.service == "transferts_patients" for m in services):
            yield services[0], ("urgences", "reoriente")  # ambulances turned away
        return
    if care:
        for mention in care:
            yield mention, (mention.service, "reoriente")
    elif cue.state == "transferred" and services and all(m.wording.startswith("ambulance") for m in services):
        yield services[0], ("urgences", "reoriente")
    elif cue.state == "transferred":
        if role == "patients" or services or (pair is None and any(m.role == "patients" for m in unit.mentions)):
            yield named, ("transferts_patients", "reoriente")
    elif role == "patients" or sending or any(m.kind == "care" for m in services) or _speaks_of_patients(unit, cue):
        yield named, (_whose(unit, cue, before), "reoriente")


def _where(unit: Unit, cue: Cue, mention: Mention) -> bool:
    """ "envoyé au laboratoire": where to, not whose patients."""
    last = fold(unit.doc[cue.j - 1].text)
    return 0 <= mention.i - cue.j <= 2 and last in ("vers", "au", "aux", "a", "l'", "la", "chez", "dans")


def _called(unit: Unit, mention: Mention) -> bool:
    """ "composer le 15 afin d'être dirigé vers un autre hôpital": who sends, not whose patients."""
    before = [fold(t.text) for t in unit.doc[max(unit.i, mention.i - 3) : mention.i]]
    return mention.service == "samu_regulation" and any(w.startswith(_CALLS) for w in before)


def _speaks_of_patients(unit: Unit, cue: Cue) -> bool:
    """Whether what is sent elsewhere is people: "de fausses factures envoyées au nom de" are not."""
    said = fold(cue.term)
    return any(w in said for w in _PEOPLE) or any(m.role == "patients" or _cares(m) for m in unit.mentions)


def _whose(unit: Unit, cue: Cue, before: list[Mention]) -> str:
    """The service whose patients are meant: one told just before, else the emergency department."""
    back = [m for m in before if _cares(m)]
    same = [m for m in back if unit.i <= m.i < cue.i]
    if same:
        return same[-1].service
    pointed = any(fold(t.text) in _THESE for t in unit.doc[max(unit.i, cue.g - 8) : cue.i])
    called = any(m.service in _CARRIERS for m in unit.mentions)
    if back and (pointed or (not called and cue.dir == "noun")):
        return back[-1 if pointed else 0].service
    return "urgences"


def _cares(mention: Mention) -> bool:
    return mention.role == "service" and mention.kind == "care" and mention.service not in _CARRIERS


def _patients_of(unit: Unit, cue: Cue) -> list[Mention]:
    """ "six patients transférés : trois de réanimation, trois nouveau-nés": the list after the colon says whose."""
    doc = unit.doc
    near = range(cue.j, min(unit.j - 1, cue.j + 8))
    opened = (k for k in near if doc[k].text == ":" or (doc[k].text == "," and doc[k + 1].like_num))
    colon = next(opened, None)
    if colon is None or any(is_finite(t) for t in doc[colon : unit.j]):
        return []  # "ils ont fait demi-tour : le bloc ne pouvait plus …" goes on with a clause
    return [m for m in unit.mentions if m.i > colon and _cares(m)]


def _object_of(unit: Unit, cue: Cue) -> list[Mention]:
    """ "le Samu a réorienté une partie des urgences": what follows the active verb."""
    if cue.voice not in ("active", "infinitive"):
        return []
    near = [m for m in unit.mentions if _cares(m) and 0 <= m.i - cue.j <= 6]
    return [m for m in near if not any(fold(t.text) in ("vers", ":", ";") for t in unit.doc[cue.j : m.i])]


def _sender(unit: Unit, cue: Cue) -> list[Mention]:
    """ "La réanimation a dû transférer deux malades": whose patients they are is the subject."""
    if cue.state != "transferred" or cue.voice not in ("active", "infinitive"):
        return []
    near = [m for m in unit.mentions if _cares(m) and m.free and 0 <= cue.g - m.j <= 2]
    return near[-1:]


def _somewhere(unit: Unit, cue: Cue) -> bool:
    """Whether patients are sent to a house or a town, not to a telephone number or a web page."""
    doc = unit.doc
    near = doc[cue.j : min(unit.j, cue.j + 10)]
    said = {fold(t.text) for t in near}
    if said & _NO_HOUSES:
        return False
    if fold(doc[cue.i : cue.j].text).split()[-1] not in ("vers", "dans", "a"):
        return True
    return bool(said & _HOUSES) or any(t.pos_ == "PROPN" or t.text[:1].isupper() for t in near)
