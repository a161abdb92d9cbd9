"""What kind of house the victim is, when its name is also that of a service ("la maternité", "l'Ehpad")."""

from __future__ import annotations

from spacy.tokens import Doc

from nlp.document import text_of
from nlp.services.mentions import SERVICES
from reference.folding import fold

# where the house does but one thing, that "care goes on" is told of it
OWN_CARE = {"maternité": "maternite", "ehpad": "ehpad_hebergement", "cabinet": "soins_ville"}
_OF_TYPE = {
    "ehpad": "ehpad_hebergement",
    "medico_social": "ehpad_hebergement",
    "imagerie": "imagerie",
    "laboratoire": "biologie",
    "dialyse": "dialyse",
    "transfusion": "transfusion",
}
_STRUCK = ("attaque", "piratage", "pirate", "rancon", "victime", "panne", "vol de donnees", "fuite")
_WIDER = ("hopital", "hopitaux", "centre hospitalier", "clinique", "chu ", "groupe hospitalier")


def own_care(doc: Doc, kind: str | None) -> str:
    """The service that "care" means: that of the kind of house, else of the type of all victims, else `medecine`."""
    if kind in OWN_CARE:
        return OWN_CARE[kind]
    found = doc.user_data.get("facilities")
    types = {_OF_TYPE.get(victim.type, "medecine") for victim in found.victims} if found else set()
    return types.pop() if len(types) == 1 else "medecine"


def victim_kind(doc: Doc) -> str | None:
    """`maternité`, `ehpad` …: the house that the title, or else an attack in the first lines, names as the victim."""
    title = fold(text_of(doc)[: doc._.body_start])
    lead = fold(text_of(doc)[: doc._.body_start + 250])
    for part in (title, lead):
        if part is lead and not any(w in lead for w in _STRUCK):
            return None
        for entry in SERVICES.of("service"):
            site = entry.options.get("site")
            if site and fold(site) in part:
                if site != "maternité" and any(w in part for w in _WIDER):
                    return None
                return str(site)
        if any(w in part for w in _WIDER):
            return None
    return None
