"""Only the urgent is taken: of which service that is told."""

from __future__ import annotations

from collections.abc import Iterator

from nlp.document import Finding
from nlp.services.findings import finding_of
from nlp.services.pairing import Pair, fronted
from nlp.services.sentence import Cue, Mention, Unit
from nlp.services.told import announced
from nlp.services.worth import SHARED
from reference.folding import fold

_TO_COME = (
    "ven",
    "vien",
    "present",
    "rend",
    "recour",
    "accueil",
    "accept",
    "admet",
    "deplac",
    "consult",
    "pren",
    "recev",
    "recoi",
    "all",
)


def urgent_only(unit: Unit, cue: Cue, pair: Pair | None) -> Iterator[tuple[Finding, Mention | None, str]]:
    """ "n'accueillent que les cas graves": limited, and of the emergency department unless another service is named."""
    if "qu'en cas" in fold(cue.term) and not any(w.removeprefix("n'").startswith(_TO_COME) for w in cue.said.split()):
        return  # "ils ne s'en serviront qu'en cas d'urgence"
    listed = [m for m in announced(unit, cue) if m.service in SHARED]
    if listed and not cue.denied:  # "Scanner, laboratoire, bloc : seules les urgences passent"
        for mention in listed:
            yield finding_of(unit, cue, mention, (mention.service, "partiel")), mention, "limited"
        return
    subject = pair.mentions[0] if pair and pair.price <= 2 else None
    subject = next((m for m in unit.mentions if _of_urgent_cases(unit, cue, m)), subject)
    if subject is not None and subject.role == "service" and subject.service in SHARED:
        yield finding_of(unit, cue, subject, (subject.service, "partiel")), subject, "limited"
    elif not cue.denied:
        yield finding_of(unit, cue, None, (str(cue.entry.options["service"]), "partiel")), None, "limited"


def _of_urgent_cases(unit: Unit, cue: Cue, mention: Mention) -> bool:
    """ "En chirurgie, seules les urgences passent au bloc", "le bloc ne prend que les urgences"."""
    if mention.role != "service" or mention.service not in SHARED:
        return False
    if mention.j <= cue.i:
        near = mention.j == cue.g or (fronted(unit, mention) and unit.doc[mention.j].text == ",")
        return near and not any(mention.j <= c.i < cue.i for c in unit.cues)
    said = [fold(t.text) for t in unit.doc[cue.j : mention.i]]
    return len(said) <= 4 and bool(set(said) & {"passent", "passe", "acces", "restent", "sont"})
