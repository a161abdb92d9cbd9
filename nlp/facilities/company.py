"""In whose company a facility is named: one more victim, a part of its group, what tells of another."""

from __future__ import annotations

import re

from nlp.facilities.cues import Cues
from nlp.facilities.groups import MONTH
from nlp.facilities.mentions import Mention
from nlp.facilities.receiving import JOINS
from nlp.lexicon import Match

# "celui de Bordeaux et d'autres établissements sont concernés"
AND_OTHERS = re.compile(r",?\s(?:et|ainsi que)\s(?:à |dans |chez )?(?:d['’]autres|plusieurs autres|plusieurs|d['’]|de nombreux|de nombreuses|quelques)\s?(?:autres )?")  # fmt: skip
# "X, qui appartient au groupe Y, est privé de réseau": X
IN_BETWEEN = re.compile(
    r",\s(?:qui (?:appart|dépend|relèv|partag|font partie|fait partie)\w*|membres? |filiales? |propriétés? |rattachée?s? |(?:basé|installé|situé|implanté|hébergé|logé|abrité|adossé)e?s? |géréee?s? |établissements? d[eu] )[^,;:.]{3,80},"
)
# "X, qui travaille pour l'hôpital de Y, a été attaqué"
OF_ANOTHER = re.compile(
    r",\s(?:(?:qui|dont|auquel|à laquelle|prestataire|sous-traitante?|fournisseur|partenaire|clientes?|propriétaire|voisine?s?|spécialis\w+|actionnaire|filiale)\b|avec (?:qui|le|la))"
    r"[^,;:]*$"
)
_BEFORE_THEN = re.compile(
    r"\b(?:l['’](?:an|année|été|automne|hiver) (?:dernier|dernière|passée?)|(?:mois|semaine|printemps) (?:dernier|dernière|passée?)|en (?:19|20)\d\d"
    rf"|en {MONTH}|il y a|avant (?:lui|elle|eux)|auparavant|déjà|avait|avaient)\b",
    re.I,
)


# "Outre A, B est concerné": both
BESIDES = re.compile(r"outre\b", re.I)


def alike(text: str, cue: Match, m: Mention, previous: Mention | None, s: int, e: int) -> bool:
    """ "X a été piraté, tout comme Y": one more, unless Y's time was an earlier one."""
    told = previous is not None and previous.start >= s and (previous.has("hit") or previous.has("title"))
    return cue.id == "alike" and told and not _BEFORE_THEN.search(text[cue.end : e])


# "Ses laboratoires de X et de Y …": parts of the one told before; "deux de ses hôpitaux" are told apart
_ITS_HOUSES = re.compile(
    r"(?<!\bde )(?<!\bdont )\b(?:[Ss]es|[Ll]eurs)\s(?:(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|autres|\d+)\s)?$"
)


def gathered(text: str, m: Mention, previous: Mention | None, s: int, cues: Cues) -> bool:
    """ "le groupement, qui réunit les hôpitaux de X et de Y": Y and X are its parts, no victims of their own."""
    if m.kind not in ("named", "known"):
        return False
    if _ITS_HOUSES.search(text, max(s, m.start - 30), m.start):
        return True
    if previous is None or previous.start < s:
        return False
    if previous.has("member"):
        return bool(JOINS.match(text[previous.end : m.start]))
    verbs = cues.within("gathers", previous.end, m.start)
    return bool(verbs) and m.start - verbs[-1].end < 40 and not re.search(r"[,;:.]", text[verbs[-1].end : m.start])


_OPERATOR = re.compile(r"groupement régional d['’]appui|GRADeS|GCS |groupement de coopération sanitaire", re.I)
_OWNS_UP = re.compile(
    r"[^.;:!?,]{0,40}(?:, [^.;:!?,]{3,80})?,?\s(?:a |ont )?(?:confirm|constat|reconn|admet|admis|détect|découv|déplor|subi)\w*\s(?:avoir subi |avoir été victime d['’])?(?:l['’]|une |cette |la |le |un )?"
    r"(?:même )?(?:intrusion|attaque|cyberattaque|piratage|fuite|vol|compromission)\b"
)


def owns_up(text: str, m: Mention, e: int) -> bool:
    """ "le GRADeS, qui fait tourner ces outils, confirme l'intrusion": who runs them, though a public body, was hit."""
    return bool(_OPERATOR.match(m.text) and _OWNS_UP.match(text, m.end, e))
