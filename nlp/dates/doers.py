"""Who the words around a date make the doer: witnesses, outsiders who find data, authorities who come after, those told."""

from __future__ import annotations

import re

WITNESS = re.compile(r"médias?|journalistes?|presse|confrères|rédaction|l['’]afp", re.IGNORECASE)

# who finds stolen data on a forum, from outside: a revelation
OUTSIDER = re.compile(
    r"\b(?:l['’]expert\w*|un(?:e)? expert\w*|chercheu(?:r|rs|se)|lanceu(?:r|se) d['’]alerte|internautes?|blogueu(?:r|se)|"
    r"hackers? éthiques?|site spécialisé|spécialistes? d(?:e|u)|zataz|veilleur|abonnés?|lecteurs?)\b",
    re.IGNORECASE,
)

# "À 19 heures, le 4, l'ARS prend les choses en main": who comes after the attack
AUTHORITY = re.compile(
    r"\b(?:ARS|Anssi|ANSSI|CNIL|Cnil|[Aa]gences? [Rr]égionales?|[Mm]inist(?:res?|ères?)|[Pp]réf(?:et|ète|ecture)|[Mm]aires?|[Pp]arquet|[Pp]rocureure?|"
    r"[Gg]endarm(?:es|erie)|[Pp]oliciers|[Ee]nquêteurs|[Ss]yndicats?|CGT|[Dd]éputée?s?|[Ss]énat(?:eur|rice)s?|[Ee]xperts)\b"
)

# "le rectorat a été alerté mercredi": those told of it
WARNED = re.compile(
    r"\b(?:ARS|Anssi|Cnil|CNIL|préfecture|préfet|rectorat|ministère|autorités|parquet|gendarm\w+|police|maire|mairie|assurance|assureur|"
    r"Assurance[- ]maladie|patients|familles|partenaires|médecins de ville)\b[^,;:.]{0,30}\b(?:a|ont|avait|avaient) (?:\w+ )?été (?:\w+ )?"
    r"(?:alerté|prévenu|avisé|averti|informé)e?s?\b"
)
