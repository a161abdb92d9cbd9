"""Whether swindlers only borrow a house's name: "De faux quêteurs se réclament de l'hôpital", and nothing of its own was hit.

Two signs must come together, of which one stands in the title or says that the house has no part in it: whose name or
looks are taken, and that nothing was. Any harm told to its data or computers makes an incident of it.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc

from nlp.document import live, text_of

_WHO = r"(?:agents?|quêteurs?|quêteuses?|démarcheurs?|médecins?|infirmi(?:er|ère)s?|soignants?|secrétaires?|conseillers?|employée?s?|salariée?s|vendeurs?|bénévoles|recruteurs?|techniciens?|appels?|SMS|textos?|mails?|courriels?|e-mails?|courriers?|lettres?|messages?|sites?|pages?|comptes?|profils?|annonces?|offres?|calendriers|ordonnances?|publicités?)"
_BORROWS = re.compile(
    rf"\b(?:faux|fausses?) {_WHO}\b|\bse réclam\w+ d|\bse (?:fai\w+|font) passer pour\b|\bse faisant passer pour\b|\bse présent\w+ comme\b|\ben se présentant comme\b"
    r"|\bprét\w+ (?:être|appeler|travailler|venir)\b|\bimit(?:e|ent|ait|aient|ant)\b|\b(?:usurp|emprunt|détourn|utilis|exploit)\w*\b[^.;:]{0,30}\b(?:nom|identité|logo|image|en-tête|numéro)\b"
    r"|\b(?:se serv\w+|sert|usent?) d[eu] (?:notre |son |leur )?(?:nom|logo)\b|\b[Ss]igné :|\born\w+ du logo\b|\bau nom de (?:l['’]|la |notre )|\bescro\w+|\barnaques?\b",
    re.I,
)
_NOTHING_TAKEN = re.compile(
    r"\bn['’](?:a|ont) (?:jamais |pas |en rien )?(?:subi aucun|été (?:ni )?(?:piraté|touché|attaqué|compromis|victime d['’]aucun)|envoyé aucun|mandaté (?:personne|aucun)|transmis aucun|aucun lien|rien à voir)\w*"
    r"|\bn['’](?:organise|envoie|émet|appelle|demande|réclame)\w* (?:aucun|jamais|pas)\w*|\bn['’](?:y est|y sont|est) pour rien\b|\bne (?:démarche|sollicite|réclame|demande|téléphone)\w* (?:jamais|pas|aucun)"
    r"|\b(?:[Pp]ersonne|[Rr]ien) ne (?:nous|lui|leur) a \w+|\b(?:aucune?|pas d[e'’]|ni) ?(?:piratage|intrusion|fuite|vol|donnée|fichier|attaque)\w*\b[^.;]{0,30}\b(?:n['’]|ne )\b"
    r"|\bétrang(?:er|ère) à (?:cette|ces|l)|\bmis\w* en garde\b|\bmet en garde\b|\bappel\w* à la (?:prudence|vigilance)\b|\binvit\w* à ne pas (?:répondre|cliquer|payer)\b",
)
# what would make it more than a borrowed name
_HARM = frozenset(
    {
        "rancongiciel",
        "intrusion",
        "compromission_compte",
        "deni_service",
        "maliciel",
        "panne",
        "exposition_accidentelle",
        "defiguration",
        "atteinte_physique",
    }
)
_TAKEN = re.compile(
    r"\b(?:fichiers?|données|dossiers?|identités?|coordonnées|base|messagerie|compte|serveurs?|système|réseau|site)\b[^.;!?]{0,60}\b(?:volé|dérobé|pirat|copié|aspiré|extrait|fuit|compromis|siphonn|dispos|détourn)\w*"
    r"|\b(?:piratage|vol|fuite|intrusion)\b (?:de|des|du|dans|sur)\b|\b(?:perdu|perd|versé|viré|détourné)\b[^.;!?]{0,30}\beuros\b|\bvirements?\b",
    re.I,
)


def borrowed_name(doc: Doc) -> bool:
    """Whether the article tells of a name borrowed and of nothing that befell the house that bears it."""
    text = text_of(doc)
    body = doc._.body_start
    titled = bool(_BORROWS.search(text, 0, body))
    if not titled and _BORROWS.search(text, body) is None:
        return False
    if not _NOTHING_TAKEN.search(text) or (not titled and _BORROWS.search(text, body, body + 450) is None):
        return False
    told = {f.value.type for f in live(doc._.findings, "attack_types") if f.value.certainty == "confirmed"}
    denied = [m.span() for m in _NOTHING_TAKEN.finditer(text)]
    taken = [m for m in _TAKEN.finditer(text) if not any(a < m.end() + 20 and m.start() - 20 < b for a, b in denied)]
    return not told & _HARM and not taken
