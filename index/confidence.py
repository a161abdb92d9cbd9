"""How far an incident is established, as a figure with its reasons in French words.

The figure orders the queue of what to look at first; the reasons are what a reader needs. Points were set by hand:
an official word weighs most, then independent voices, then how well place and date are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.account import Account
from index.ranks import PRECISION
from records import Confidence, Occurred, Statement

START = 25
HIGH, MEDIUM = 70, 45
_STATUS = {
    "confirme": (35, "L’établissement ou une autorité le confirme."),
    "tentative": (30, "L’établissement ou une autorité parle d’une tentative déjouée."),
    "dementi": (-5, "L’établissement ou une autorité dément."),
    "requalifie": (20, "Une cause autre qu’une attaque a été donnée ensuite."),
    "rapporte": (5, "La presse le rapporte sans citer de confirmation."),
    "revendique": (-15, "Seuls les attaquants le disent."),
}
_VOICES = ((5, 25), (3, 20), (2, 12))
_CONTRADICTION, _MOST = -5, -15


def confidence(
    told: Sequence[Account],
    status: str | None,
    voices: Mapping[str, str],
    occurred: Occurred,
    contradictions: Mapping[str, Sequence[Statement]],
) -> Confidence:
    found = [_STATUS.get(status or "", (0, "Aucun article ne dit d’où vient l’information."))]
    count = len({voices.get(a.url, a.url) for a in told})
    urls = len({a.url for a in told})
    points = next((points for least, points in _VOICES if count >= least), 0)
    if count == 1:
        copied = f", {urls} articles d’un même média ou d’une même dépêche" if urls > 1 else ""
        found.append((0, f"Une seule voix le dit{copied}."))
    else:
        found.append((points, f"{count} voix indépendantes le disent ({urls} articles)."))
    known = [a.who for a in told]
    if any(a.facility.finess for a in told):
        found.append((8, "L’établissement est reconnu au répertoire FINESS."))
    elif all(who.unnamed for who in known):
        found.append((-15, "L’établissement n’est pas nommé."))
    elif not any(who.commune for who in known):
        found.append((-5, "La commune de l’établissement n’est pas connue."))
    if PRECISION[occurred.precision] >= PRECISION["week"]:
        found.append((7, "La date de l’attaque est connue à la semaine près ou mieux."))
    elif not occurred.start:
        found.append((-5, "La date de l’attaque n’est pas dite."))
    if contradictions:
        number = len(contradictions)
        words = "Les articles se contredisent sur un point." if number == 1 else ""
        found.append(
            (max(_MOST, _CONTRADICTION * number), words or f"Les articles se contredisent sur {number} points.")
        )
    score = min(100, max(0, START + sum(points for points, _ in found)))
    level = "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"
    return Confidence(score=score, level=level, reasons=tuple(reason for _, reason in found))
