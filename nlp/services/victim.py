"""What kind of house the victim is, when its name is also that of a service ("la maternité", "l'Ehpad")."""

from __future__ import annotations

import re
from bisect import bisect_left

from spacy.tokens import Doc

from nlp.document import text_of
from nlp.services.mentions import SERVICES
from nlp.services.sentence import Unit
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
_CARE_OF = {**_OF_TYPE, "psychiatrie": "psychiatrie"}
# services whose names also name data of persons
_DATA = frozenset(
    ("telephonie", "messagerie", "dpi", "prescription", "biologie", "facturation_logistique", "rdv_admission")
)
_STRUCK = ("attaque", "piratage", "pirate", "rancon", "victime", "panne", "vol de donnees", "fuite")
_WIDER = ("hopital", "hopitaux", "centre hospitalier", "clinique", "chu ", "groupe hospitalier")


def own_care(doc: Doc, kind: str | None) -> str:
    """The service that "care" means: that of the kind of house, else of the type of all victims, else `medecine`."""
    if kind in OWN_CARE:
        return OWN_CARE[kind]
    found = doc.user_data.get("facilities")
    types = {_CARE_OF.get(victim.type, "medecine") for victim in found.victims} if found else set()
    if found and found.victims and all(v.type == "groupement" for v in found.victims):
        opening = doc._.folded.text[: doc._.body_start + 400]
        if _HOMES.search(opening) and not any(w in opening for w in _WIDER):
            return "ehpad_hebergement"
    return types.pop() if len(types) == 1 else "medecine"


def own_service(doc: Doc) -> str:
    """The service that all victims are themselves: "ses laboratoires ont été visés" names them, no part of them."""
    found = doc.user_data.get("facilities")
    types = {_OF_TYPE.get(victim.type, "") for victim in found.victims} if found else set()
    return types.pop() if len(types) == 1 else ""


def house_names(doc: Doc) -> list[tuple[int, int]]:
    """The spans that name facilities of several services, in text order: "Centre de santé Tulattavik"."""
    found = doc.user_data.get("facilities")
    named = found.mentions if found else []
    return sorted((m.start, m.end) for m in named if m.kind in ("known", "named") and m.type not in _OF_TYPE)


_HOMES = re.compile(r"\b(?:ehpads?|maisons? de retraite|personnes agees|residences? seniors?)\b")
_MEDICAL = re.compile(
    r"\b(?:editeurs?|logiciels?|progiciels?|plateforme|solutions?)\b[^.]{0,60}"
    r"\b(?:medica\w+|medecins?|soignants?|praticiens?|cabinets?|generalistes?|dossiers?|sages femmes|liberaux)\b"
)
# what a publisher of medical software offers: the record of its customers' patients
_PRODUCTS = (
    "logiciel",
    "plateforme",
    "sa plateforme",
    "la plateforme",
    "leur plateforme",
    "application",
    "outil",
    "service",
    "acces",
)


def is_publisher(doc: Doc) -> bool:
    """Whether the victim publishes software for practices: its product is the record, its customers work in town."""
    found = doc.user_data.get("facilities")
    victims = found.victims if found else []
    return bool(victims) and all(v.type == "prestataire" for v in victims) and bool(_MEDICAL.search(doc._.folded.text))


def name_products(unit: Unit) -> None:
    """In an article on such a publisher "the platform" and "the software" are the patients' record."""
    for mention in unit.mentions:
        if mention.service in ("si_global", "site_web") and mention.wording.startswith(_PRODUCTS):
            mention.service, mention.kind = "dpi", "tool"


def name_psychiatry(unit: Unit) -> None:
    """In an article on a psychiatric hospital, its stays and the visits in its centres in town are psychiatry."""
    centres = any(m.service == "psychiatrie" and m.wording.startswith(("cmp", "centre")) for m in unit.mentions)
    for mention in unit.mentions:
        if mention.service == "medecine" or (centres and mention.service == "consultations"):
            mention.service = "psychiatrie"


def is_insurer(doc: Doc) -> bool:
    """Whether insurers alone were hit: their "opérations" are no surgery."""
    found = doc.user_data.get("facilities")
    victims = found.victims if found else []
    return bool(victims) and all(v.type == "complementaire" for v in victims)


def is_outage(doc: Doc) -> bool:
    """Whether the article tells of a breakdown and of no attack that is not ruled out."""
    types = {f.value.type for f in doc._.findings if f.field == "attack_types" and f.value.certainty != "denied"}
    return types == {"panne"}


def not_services(unit: Unit, names: list[tuple[int, int]], insurer: bool) -> None:
    """Take out the mentions that are part of a facility's name, of a list of personal data, or an insurer's business.

    "Noms, adresses, téléphones, mails": what leaked, not what is down.
    """
    personal = [m.start for m in unit.marks.get("personal", ())]
    kept = []
    for mention in unit.mentions:
        before = bisect_left(names, (mention.start,)) - 1
        if before >= 0 and mention.end <= names[before][1] and mention.role == "service":
            continue
        if len(personal) > 1 and mention.service in _DATA and any(abs(p - mention.start) < 80 for p in personal):
            continue
        if insurer and mention.service == "bloc_chirurgie":
            mention.service, mention.kind = "facturation_logistique", "back"
        if insurer and mention.service == "samu_regulation" and mention.wording.startswith("centre"):
            mention.service, mention.kind = "telephonie", "tool"  # "le centre d'appels" of its members
        kept.append(mention)
    unit.mentions = kept


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
