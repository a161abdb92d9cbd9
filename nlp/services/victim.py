"""What kind of house the victim is, when its name is also that of a service ("la maternité", "l'Ehpad")."""

from __future__ import annotations

from spacy.tokens import Doc

from nlp.services.mentions import SERVICES
from reference.folding import fold

OWN_CARE = {"maternité": "maternite", "ehpad": "ehpad_hebergement", "cabinet": "soins_ville"}
_WIDER = ("hopital", "hopitaux", "centre hospitalier", "clinique", "chu ", "groupe hospitalier")


def victim_kind(doc: Doc) -> str | None:
    """`maternité`, `ehpad` …: the house that the title, or else the first lines, name and that is part of no other."""
    title = fold(doc.text[: doc._.body_start])
    lead = fold(doc.text[: doc._.body_start + 400])
    for part in (title, lead):
        for entry in SERVICES.of("service"):
            site = entry.options.get("site")
            if site and (fold(site) in part or any(fold(t.split("(")[0]) in part for t in entry.terms[:1])):
                if site != "maternité" and any(w in part for w in _WIDER):
                    return None
                return str(site)
        if any(w in part for w in _WIDER):
            return None
    return None
