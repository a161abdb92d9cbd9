"""Who says that it attacked: names that claim, sell or publish are no victims, whatever they are called."""

from __future__ import annotations

import re
from functools import lru_cache

from spacy.tokens import Doc

from nlp.document import text_of
from nlp.facilities.mentions import core_words

_NAME = r"[A-ZÀ-Þ0-9][\w&.’'-]*(?: (?:[A-ZÀ-Þ0-9][\w&’'-]*|of|the|de)){0,3}"
_BAND = r"(?:groupe|collectif|gang|bande|équipe|pirates?|hackers?|hackeurs?|cybercriminels?|cyberpirates?|attaquants?|vendeur|individu|internaute|utilisateur|compte|franchise|organisation|voleurs?|escrocs?)"
_TRADE = r"(?:de (?:pirates|hackers|hackeurs|cybercriminels|rançongiciel|rançonneurs|voleurs)|cybercriminel(?:le)?s?|criminel|mafieux|russe|russophone|pro-russe|pirate)"
_CALLED = r"(?:(?:se|qui se) (?:nomm|surnomm|fai[ts]|prénomm)\w*(?: appeler)?|surnommé\w*|nommé\w*|baptisé\w*|dénommé\w*|appelé\w*|connus? sous le (?:nom|pseudonyme|pseudo) (?:de|d['’])|sous le (?:nom|pseudonyme|pseudo) (?:de|d['’])|au nom de)"
# before the name: what says that it is a band, a seller or a channel
_BEFORE = re.compile(
    rf"(?:\b{_BAND}(?: {_TRADE}){{1,2}}|\b{_BAND}(?: {_TRADE})*,? {_CALLED}|\b(?:gang|pirates?|hackers?|hackeurs?|cybercriminels|cyberpirates)(?: (?:de|d['’]|du))?"
    rf"|\b(?:revendiqué|signé|perpétré|orchestré)\w*(?: [^.,;:\n]{{0,25}})? par (?:le (?:groupe|collectif|gang|pirate) |les (?:pirates|hackers) (?:de |du )?|un certain |un (?:pirate|hacker) \w+ )?"
    r"|\b(?:rançonn|attaqu|pirat|hack|cibl|vis|frapp|infiltr|paralys|vol|dérob)(?:é|ée|és|ées) par (?:le|les|un) (?:groupe|gang|collectif|pirates|hackers)"
    rf"|\bpar (?:une? |cette |la )?(?:cyberattaque|attaque|offensive|rançongiciel|ransomware|logiciel)(?: [^.,;:\n]{{0,25}})? (?:du groupe|du gang|du collectif|des pirates de)"
    rf"|\b(?:canal|chaîne|compte) (?:Telegram|X)(?: (?:nommée?|intitulée?|de))?|\b(?:pseudonyme|pseudo|alias|signature)(?: (?:de|d['’]))?)\s?(?:«\s?|\"|“)?({_NAME})"
)
# after the name: what only who holds the stolen goods does
_CLAIM = (
    r"(?:(?:a |ont |avait |avaient |aurait |auraient )revendiqué|(?:en )?revendiqu(?:e|ent|ait|aient|ant)\b|(?:dit|disent|affirme|affirment|assure|assurent|prétend|prétendent|clame|se targue|se vante)\w*(?: d['’]| de)?\s?(?:détenir|posséder|disposer|avoir (?:volé|dérobé|copié|exfiltré|récupéré|téléchargé|aspiré|mis la main|piraté|pénétré|infiltré|extrait|attaqué|subtilisé|chiffré|siphonné|frappé|compromis|en sa possession))"
    r"|(?:a |ont |avait )?(?:mis|met|mettent|propos\w+) (?:en vente|à la vente|aux enchères)|(?:menace|menacent|menaçait) de (?:tout )?(?:publier|diffuser|divulguer|vendre|révéler)"
    r"|(?:réclame|réclament|exige|exigent|demande|demandent) (?:une rançon|[\d  ]+ (?:dollars|euros|bitcoins?))|signe son forfait|s['’]en est (?:attribué|vanté)|s['’]attribue)"
)
_AFTER = re.compile(
    rf"(?<![\w’'-])({_NAME})(?:,[^,.;:\n]{{3,90}},|\s?\([^)\n]{{2,60}}\)|\s?[»\"”])?(?:,)?\s(?:qui |en |aussi |lui-même |a déjà )?{_CLAIM}\b"
)
_PRONOUNS = frozenset({"il", "elle", "ils", "elles", "on", "qui", "institution", "celui", "celle"})
_FIRST = re.compile(r"^(?:Le|La|Les|L['’]|Un|Une|Groupe|Collectif|Gang|Ce|Selon|Dans)\s?(?:groupe|collectif|gang)?\s?")


def claimants(doc: Doc) -> frozenset[frozenset[str]]:
    """The distinguishing words of each name that the text tells as an attacker's, a seller's or a channel's."""
    return _claimants(text_of(doc))


@lru_cache(maxsize=2)  # asked for twice an article
def _claimants(text: str) -> frozenset[frozenset[str]]:
    found: set[frozenset[str]] = set()
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            core = core_words(_FIRST.sub("", match[1]))
            if core and not core <= _PRONOUNS:
                found.add(core)
    return frozenset(found)
