"""How the press words where a facility lies: patterns that `places` looks for around its name."""

from __future__ import annotations

import re

from nlp.facilities.mentions import PROPER

AFTER = re.compile(
    rf"(?:[\s,»\"(]{{0,3}}(?:(?:situ|implant|install|bas|bas)\w{{1,4}} )?(?:à|a|au|aux|près de|près d['’])|[\s»\"]{{1,2}}(?:de|d['’]|du)) ?({PROPER})"
)
AT = re.compile(
    rf"(?:\s\([^)]{{2,30}}\))?[\s,]{{1,2}}(?:(?:situ|implant|install|bas)\w{{1,4}} )?(à|À|au|aux) ({PROPER})"
)
WARD = re.compile(rf",? dans le \w+ arrondissement (?:de |d['’])({PROPER})|,? ({PROPER}), France\b")
BASED = re.compile(
    rf"\s?,[^,.;\n]{{0,80}}\b(?:(?:situ|implant|install|bas|établi|domicili|localis)\w{{1,4}}|sise?|(?:siège(?: social)?|bureaux|locaux)(?: est| sont| se trouv\w+)?|tient ses quartiers) (à|au|aux) ({PROPER})"
)
# "Les Saules, un Ehpad de Beuzeville": an apposition
APPOSED = re.compile(
    rf"\s?[,(]\s?(?:(?:un|une|le|la|petite?|grande?)\s|l['’]){{0,2}}(?:Ehpad|[hH]ôpital|[cC]linique|[ée]tablissement|maison de retraite|résidence|polyclinique|"
    rf"centre hospitalier|laboratoire|pharmacie|cabinet|centre|maternité)(?:\s[a-zé]+)?\s(?:de |d['’]|à |au )({PROPER})"
)
# "l'hôpital Saint-Joseph, l'un des plus fréquentés de Corvilliers"
AMONG = re.compile(
    rf"\s?,\s(?:l['’]une?\sdes\s|le\s|la\s)(?:plus|principa\w+|premi\w+|deuxième|seule?|grande?s?)\s[^,.;:\n]{{0,40}}?\s?(?:de |d['’]|à )({PROPER})"
)
FOLLOWING = re.compile(r"(?:,\s(?:une?\s|l['’]|la\s|le\s)?|\s)([a-zà-ÿ-]{4,20})(?:\s([a-zà-ÿ-]{4,20}))?")
# "le siège bordelais du laboratoire"
SEAT_BEFORE = re.compile(
    r"\b(?:siège|locaux|site|bureaux|établissement)\s([a-zà-ÿ-]{4,20})\s(?:du |de la |de l['’]|d['’]|de )$"
)
OF_TOWN = re.compile(rf"\s(?:de |d['’]|du )({PROPER})")
ARTICLED = re.compile(r"(?:de|à) (l['’]|la |les )([A-ZÀ-Þ][\w-]+)$")
# what people add to a commune's name: "Berck-sur-Mer" is Berck
BY_THE_SEA = re.compile(r"-(?:sur-Mer|Plage|les-Bains)$", re.I)
# a town with what tells it from its homonyms
COMPOUND_TOWN = re.compile(
    r"[A-ZÀ-Þ][\w’']+(?:-[\w’']+)*-(?:sur|sous|en|les|lès|le|la|l['’]|du|de|des|d['’]|aux)-?[\w’'-]+"
)
BRACKETS = re.compile(r"[^.()\n]{0,60}?\(([^()\n]{2,40})\)")
NAMED_SO = r"\b(?:[Hh]ôpital|[Cc]linique|[Pp]olyclinique|Ehpad|EHPAD|[Rr]ésidence|[Mm]aternité|[Ii]nstitut|[Pp]harmacie|[Ll]aboratoire) (?:privée? )?"
HEAD = re.compile(rf"^({PROPER})\s?(?:\([^)]*\)\s?)?[:.,–-] ")
DATELINE = re.compile(
    rf"(?:À |A )?({PROPER})(?:,? \([^)\n]{{2,30}}\))?(?: ?[–—-] |\. [–—-] ?)|([A-ZÀ-Þ][A-ZÀ-Þ’' -]{{2,40}})(?: \([^)\n]{{2,30}}\))?\.\s|({PROPER}) \([^)\n]{{2,30}}\)\.\s"
)
# "À Corvilliers, une intrusion met le groupe X sur papier", "Loiret : à Corvilliers, la mutuelle X …"
HEAD_AT = re.compile(rf"(?:[^:\n]{{2,40}} ?: )?[Àà] ({PROPER})(?: \([^)]*\))?, ")
AT_TOWN = re.compile(rf"(?<!\w)(?:[ÀAàa]|de|d['’]|près de) ?({PROPER})")
AT_ANY = re.compile(rf"(?<!\w)(?:[ÀAàa]|de|d['’]|près de|aux?|du) ?({PROPER})")
OPENING = re.compile(
    rf"(?:^|[.!?»\n]\s*)(?:Dans (?:la (?:petite )?(?:commune|ville|cité|station)|le (?:petit )?(?:village|bourg)) (?:de |d['’])|(?:(?:Situ|Implant|Install|Bas|Nich|Établi|Sis)\w{{0,3}} (?:à|au|aux|près de)|À|A|Près de|Aux?) )({PROPER})[ ,(]"
)
SEATED = re.compile(r"(?:Situ|Implant|Install|Bas|Nich|Établi|Sis)")
SCENE = re.compile(
    rf"(?:^|[.!?»\n;,]\s*)(?:(?:Et|Mais) )?(?:[Cc]['’]est )?(?:[Àà]|A) ({PROPER}),? (?:aussi, |également, )?(?:c['’]est )?(?:à |au )?(?:l['’]|le |la |une? )?$"
)
# "Le 3 mai, à Corvilliers, un homme a forcé un bureau de la clinique": the town between commas
ON_THE_WAY = re.compile(rf",\s(?:à|au|aux) ({PROPER}),")
