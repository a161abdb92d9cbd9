"""Turns of phrase for what goes round and what nobody will say: asked by `nlp.attacks.readings` like its own."""

from __future__ import annotations

import re

from nlp.assertion import Reading
from nlp.attacks.wording import Wording

BOASTED = {"vol_donnees", "intrusion", "rancongiciel", "encryption", "deni_service", "compromission_compte"}
_RUMOURED = {"rancongiciel", "maliciel", "cyberattaque_non_precisee"}
# « Le mot de cyberattaque a couru »
_THE_WORD = re.compile(r"\b(?:mots?|termes?|bruit|idée)\s(?:de\s|d['’](?:une?\s)?)?[«\"“]?\s*$", re.IGNORECASE)
_IDEA_OF = re.compile(
    r"\b(?:circul|cour|répand|propag|bruiss)\w*\b[^.;:!?]{0,40}\b(?:idée|bruit|rumeur|image)\s(?:de\s|d['’])(?:une?\s)?(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_ROUND = re.compile(
    r"[\s»\"”]*(?:informatique\s)?(?:[\w'’]+\s){0,3}(?:cour[tu]|courait|circul|parcour|se répand|répandu|gagn|fait le tour|fusai?t|bruiss)",
    re.IGNORECASE,
)
# « un syndicaliste parle d'un piratage », « les soignants croient à une attaque »
_GUESS = re.compile(
    r"\b(?:syndica(?:ts?|listes?)|délégué\w*|infirmi\w+|soignant\w*|agents?|salarié\w*|employé\w*|médecins?|élus?|patient\w*|"
    r"internautes?|cgt|fo|cfdt|unsa|sud|certains)\b[^.;:!?»]{0,40}?\b(?:parl(?:e|ent|ait|aient)\s(?:d['’]|de\s|du\s)|"
    r"(?:cro(?:it|ient|yait|yaient)|pens(?:e|ent|ait|aient))\s(?:à|au)\s)\s?(?:une?\s)?[«\"“]?\s*$",
    re.IGNORECASE,
)
_NEITHER = re.compile(r"\bni\b.*\b(?:infirm|dément|exclu)|\b(?:infirm|dément)\w*\b.*\bni\b", re.IGNORECASE)
# « les cybercriminels assurent y avoir exfiltré … »: their word, not the victim's
_BOAST = re.compile(
    r"\b(?:pirates?|hackers?|hackeurs?|cybercriminels?|attaquants?|assaillants?|groupe|gang|collectif|vendeur|internaute|"
    r"utilisateur|compte|annonce|franchise|malfaiteurs?|rançonneurs?|hacktivistes?)\b[^.;:!?]{0,70}?\b(?:affirm|assur|prétend|revendiqu|dis(?:ent|ait)\b|"
    r"dit\b|clam|soutien|soutenai|se (?:vant|targu)|annon[cç]|déclar|se félicit)\w*(?:\s+[\w'’]+){0,4}?\s+"
    r"(?:(?:l['’]|les |y |lui |leur )?avoir(?!\s(?:constat|relev|détect|découv|identifi|repér|décel|observ|subi))|détenir|posséder|être|que|qu['’]\w+|d['’]avoir|le vol|une fuite|l['’]exfiltration)\b[^.;:!?]{0,120}$",
    re.IGNORECASE,
)


def boasted(wording: Wording, reading: Reading) -> Reading:
    if reading.stance != "stated" or wording.id not in BOASTED:
        return reading
    boast = _BOAST.search(wording.before(260))
    return Reading("supposed", boast.group().split()[0]) if boast else reading


def went_round(wording: Wording, reading: Reading) -> Reading:
    """« le mot de cyberattaque a parcouru les couloirs », « un syndicaliste parle d'un piratage »: nobody knows it."""
    if reading.stance != "stated" or wording.id not in _RUMOURED:
        return reading
    rumour = _THE_WORD.search(wording.before(30)) and _ROUND.match(wording.after(60))
    guess = rumour or _IDEA_OF.search(wording.before(90)) or _GUESS.search(wording.before(100))
    return Reading("supposed", guess.group().strip()) if guess else reading


def nothing_said(wording: Wording, reading: Reading) -> Reading:
    """« ne veut ni confirmer ni infirmer qu'on lui ait demandé de l'argent »: a ransom is no likelier than not."""
    silent = wording.id == "demand" and reading.stance == "supposed" and _NEITHER.search(reading.cue)
    return Reading("unknown", reading.cue) if silent else reading
