"""Who a sentence names beside its victim: the owner, a source, the case of before."""

from __future__ import annotations

import re

from nlp.facilities.mentions import Mention
from reference.folding import fold

# "Médivia (détenue par les mutuelles X et Y)"
_OWNED_BY = re.compile(r"\([^()]{0,20}\b(?:détenue?s?|filiales?|propriété|rachetée?s?|appartenant)\b[^()]*$")
# "La pharmacie Dumas, membre du groupement X, …": of whom the house is a part or a customer
_PART_OF = re.compile(
    r"[,(]\s?(?:qui (?:est|fait partie) )?(?:membre|adhérente?|affiliée?|franchisée?|partenaire|cliente?|filiale|soutenue?|financée?|rachetée?|livrée?|équipée?|hébergée?|assurée?|gérée?)s?"
    r"\s(?:en partie |depuis \w+ )?(?:du |de la |de l['’]|de |d['’]|des |par (?:la |le |l['’]|les )?|chez |auprès de |au |à la |à l['’]|à )(?:[a-zà-ÿ’'-]+ ){0,3}$|,\s(?:franchisée?|adhérente?|enseigne|groupe|réseau)\s$",
    re.I,
)
# "Selon La Gazette et Radio Val, l'Ehpad …"
_SOURCES = re.compile(r"\b(?:selon|d['’]après|à en croire) (?:L[ae]s? |le |la |l['’])?[A-ZÀ-Þ][^,;:.]{1,40} et $", re.I)
# "Trois semaines après la cyberattaque contre X, un nouvel incident touche Y"
_AFTER_THAT_OF = re.compile(
    r"\baprès (?:la |le |l['’]|celle |celui |une? )(?:\w+ )?(?:cyberattaques?|attaques?|piratages?|intrusions?|fuites?|vols?|incidents?|affaires?)\b[^,.;:]{0,80}$",
    re.I,
)
_ONE_MORE = re.compile(
    r"[^.;:]{0,200}?,(?: c['’]est| voici| voilà)?(?: désormais| maintenant| encore)? (?:un nouve(?:au|l)|une nouvelle|au tour d|une? autre|le tour d|de nouvelles|d['’]autres)\b",
    re.I,
)
# "Médivia, du groupe Norsanté,", "Médivia (groupe Norsanté)"
_ITS_GROUP = re.compile(r",? (?:du|un laboratoire du|une société du|une clinique du) | \((?:du )?")


_HIT_THERE = re.compile(
    r"attaqu|pirat|intrusion|rançongiciel|ransomware|virus|panne|hack|victime|dossiers?\b|fichiers?\b|données|liste|accus|soupçonn|copié|emporté|vendu|acheté",
    re.I,
)
_STAFF = (
    r"(?:direct(?:eur|rice)|présidente?|médecin|docteur|professeure?|chirurgien(?:ne)?|urgentiste|infirmi(?:er|ère)|interne|brancardi(?:er|ère)|aide-soignante?|praticien(?:ne)?|cardiologue|radiologue|pédiatre"
    r"|anesthésiste|pharmacien(?:ne)?|informaticien(?:ne)?|ingénieure?|responsable|cadre|chef(?:fe)?|secrétaire|salariée?|agente?|étudiante?|stagiaire|patron(?:ne)?|DSI|RSSI)"
)
_AT = r"(?:(?:du|de la|de l['’]|de|des|d['’]|à la|à l['’]|à|au|aux|dans le|dans la|dans l['’])\s?)"
# "Ancien directeur informatique du CHU de X", "passé par la clinique Y"
_FORMER = re.compile(
    rf"(?:\b(?:ancien(?:ne)?s?\s|ex-\s?){_STAFF}s?(?:\s[\w’'-]+){{0,4}}?\s{_AT}$|\bpassée? par (?:la |le |l['’])?$|\bvenue? (?:de la |du |de l['’])$)",
    re.I,
)
# "travaillait comme brancardier à l'hôpital X", "Paul Vasseur, chirurgien à la clinique Y,"
_WORKS_AT = re.compile(
    rf"(?:\b(?:travaill\w+|exer[cç]\w+|employée?|embauchée?|salariée?|en poste|en stage)\b(?:\s[\w’'-]+){{0,3}}?\s{_AT}$|[A-ZÀ-Þ][\w’'-]+,\s{_STAFF}(?:\s[a-zà-ÿ’'-]+){{0,3}}?\s(?:à la|à l['’]|à|au|aux)\s?$)"
)


# "la même situation qu'un hôpital", "attaqués comme une clinique": what another body likens itself to
_LIKENED = re.compile(
    r"\b(?:comme|tels?|telles?|à l['’]image d['’]|\b(?:mêmes?|pareille?s?|autant|plus|moins|aussi|pires?|autre chose)\b[^.;:!?]{0,40}?\squ['’])\s?(?:(?:dans|à|pour|chez) )?(?:un |une )?$",
    re.I,
)


def set_beside(text: str, m: Mention, previous: Mention | None, s: int, e: int, title: bool) -> str | None:
    """Why the mention in the sentence `[s, e)` is no victim of the incident told, in French, else None."""
    if m.kind == "indefinite" and not title and not m.plural and _LIKENED.search(text, max(s, m.start - 80), m.start):
        return f"comparé : « {text[max(s, m.start - 20) : m.end]} »"
    if _OWNED_BY.search(text, max(s, m.start - 90), m.start):
        return "à qui l'autre appartient"
    if previous and previous.end >= s and previous.kind != "bare" and _PART_OF.search(text, previous.end, m.start):
        return "dont l'autre fait partie ou est cliente"
    if (
        previous
        and previous.end >= s
        and not previous.plural  # "les laboratoires du groupe X": of them all
        and fold(m.text).startswith("groupe ")
        and _ITS_GROUP.fullmatch(text[previous.end : m.start])
    ):
        return f"son groupe : « {text[previous.start : m.end]} »"
    before = text[max(s, m.start - 90) : m.start]
    if not title and (_FORMER.search(before) or _WORKS_AT.search(before)) and not _HIT_THERE.search(text, s, e):
        return "où quelqu'un travaille ou a travaillé"
    if m.kind == "named" and m.text[:1].isupper() and _SOURCES.search(text, s, m.start):
        return "cité comme source"
    if not title and _AFTER_THAT_OF.search(text, s, m.start) and _ONE_MORE.match(text, m.end, e):
        return "un autre cas, avant celui-ci"
    return None
