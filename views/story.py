"""The history of an incident in French words, as plain text: moments, stops, confidence, doubt, kin, acts."""

from __future__ import annotations

from index.related import Relation
from records import Confidence, Done, Milestone, Outage, Waiting
from views import french
from views.differences import words
from views.facts import FIELDS
from views.wording import of_vocabulary

MILESTONES = {
    "attack": "Attaque",
    "discovery": "Découverte",
    "announcement": "Confirmation par l’établissement ou une autorité",
    "claim": "Revendication",
    "data_published": "Publication ou mise en vente de données",
    "denial": "Démenti ou requalification",
    "restored": "Retour à la normale de tous les services touchés",
    "sanction": "Sanction ou condamnation",
}
LEVELS = {"high": "forte", "medium": "moyenne", "low": "faible"}
RELATIONS: dict[Relation, str] = {
    "supplier": "Incident du prestataire en cause",
    "customer": "Client touché par l’incident de ce prestataire",
    "same_supplier": "Autre établissement touché par le même prestataire",
    "group": "Incident du groupe",
    "site": "Établissement du groupe",
    "split_from": "Cet incident en a été séparé",
    "split_into": "Incident qui en a été séparé",
}
WAITING = {
    "several": "L’établissement cité peut être l’un ou l’autre de plusieurs.",
    "undated": "Aucune date n’est dite, et l’article paraît longtemps après un incident du même établissement.",
    "unnamed": "L’établissement n’est pas nommé, et rien d’autre ne dit duquel il s’agit.",
}
ACTS = {
    "confirm": "confirmé",
    "correct": "corrigé",
    "reject": "rejeté",
    "merge": "réuni avec un autre incident",
    "split": "scindé",
    "link": "rattaché à un autre établissement",
    "add": "complété d’un article",
    "undo": "acte annulé",
}


def field(name: str) -> str:
    """The title of a field, `Attaquant cité`."""
    return FIELDS.get(name, name)


def when(milestone: Milestone) -> str:
    """`7 janvier 2022`, or `au plus tard le …` when only the publication is dated."""
    day = french.day(milestone.start)
    if milestone.end != milestone.start:
        return f"entre le {day} et le {french.day(milestone.end)}"
    return f"au plus tard le {day}" if milestone.by_publication else day


def lasted(outage: Outage) -> str:
    """How long a stop lasted, as far as what was told bounds it: `entre 4 et 11 jours`, `au plus 11 jours`."""
    least, most = outage.least or 0, outage.most
    if outage.until is None or most is None:
        return f"au moins {french.counted(least, 'jour')}" if least else "durée inconnue"
    if most == 0:
        return "moins d’un jour"
    if least == most:
        return french.counted(most, "jour")
    return f"entre {least} et {french.counted(most, 'jour')}" if least else f"au plus {french.counted(most, 'jour')}"


def stop(outage: Outage) -> str:
    """How long a service was down, or that nobody has told that it runs again."""
    if outage.days is not None and outage.until:
        return f"touché le {french.day(outage.since)}, rétabli le {french.day(outage.until)} : {lasted(outage)}"
    state = of_vocabulary("impact_status", outage.status).lower()
    return f"touché depuis le {french.day(outage.since)} ; dernier état connu : {state}, le {french.day(outage.told)}"


def confidence(found: Confidence) -> str:
    return f"Confiance {LEVELS[found.level]} ({found.score} sur 100)"


def waiting(found: Waiting) -> str:
    return f"À rapprocher. {WAITING[found.why]}"


def act(done: Done) -> str:
    """One act, without who and when: `corrigé (Attaquant cité : LockBit → Hive)`."""
    changed = [
        f"{FIELDS[name]} : {words(name, done.before.get(name))} → {words(name, value)}"
        for name, value in done.value.items()
        if name in FIELDS
    ]
    details = f" ({' ; '.join(changed)})" if changed else ""
    return f"{ACTS[done.kind]}{details}{', annulé depuis' if done.undone else ''}"
