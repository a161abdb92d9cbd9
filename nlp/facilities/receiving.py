"""Where the patients go: facilities told to take those of the one that was hit.

Three ways of telling it. Patients are moved and the facility stands where they go ("redirigés vers …", "répartis entre …",
"vers d'autres hôpitaux, dont …"); the facility is who takes them ("… prend le relais", "… reçoit ses opérés"); or, whatever
the verb, the parser makes the sick its subject or object and the facility its place ("les résidents dorment à …").
What is sent may be no patient: a letter, data, experts, appliances.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from nlp.document import text_of, tokens
from nlp.facilities.cues import Cues
from nlp.facilities.entities import HOSPITAL_LIKE
from nlp.facilities.mentions import Mention
from nlp.lexicon import Match

# what stands between two names of one list
JOINS = re.compile(
    r"^\)?(?:\sde\s(?-i:[A-ZÀ-Þ])[\w'’-]+)?(?:,?\s(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hier|la veille|le lendemain|le \d{1,2} \w+))?(?:,?\s(?:à|aux?)\s(?-i:(?:L[ae]s? |L['’])?[A-ZÀ-Þ])[\w'’-]+)?[\s,]*(?:\([^)]{2,40}\))?[\s,]*(?:et|ou|ni|ainsi que|mais aussi|mais également|puis|comme|,)?[\s]*(?:à |au |aux |vers |des? |d['’]|du |l['’]|le |la |les |celui |celle |ceux |celles |chez )*$",
    re.I,
)
_ARTICLE = r"(?:l['’]|le |la |les |un |une |celui |celle |ceux |celles )?(?:site de |(?:service \w+|urgences|maternité|réanimation|bloc|scanner|lits|service des urgences) (?:de l['’]|du |de la ))?"
_ARTICLE_OF = re.compile(
    r"\b(?:urgences|maternité|réanimation|bloc|scanner|lits|service|services|unité|site|côté|partenaires|confrères|collègues|voisins|homologues)(?:\s\w+)?\s(?:de l['’]|du |de la |d['’]|de )$"
)
_TOWARDS = re.compile(
    rf"(?:\b(?:vers|à|au|aux|dans|sur|par|chez|entre|auprès d[eu]|auprès de(?: la)?|au sein d[eu]|(?:nos|ses|leurs|des|les|aux) (?:confrères|partenaires|collègues|voisins|homologues)(?: d[eu](?: la)?| à)?|du côté d[eu]|rejoindre|rejoint|rejoignent|gagner|gagnent|(?:route|direction|chemin|destination) d[eu]|jusqu['’]à|jusqu['’]au)\s*{_ARTICLE}|,\s*)$",
    re.I,
)
# "vers d'autres hôpitaux de la région, dont …", "dans deux établissements voisins : …"
_AMONG = re.compile(
    rf"\b(?:vers|dans|à|aux|par|entre|sur|auprès d)\s?[^.;:!?]{{0,60}}?\b(?:établissements?|hôpitaux|hôpital|cliniques?|structures?|sites?|centres?|services|maternités|urgences|confrères)\b[^.;:!?]{{0,60}}?"
    rf"(?:,?\s(?:dont|notamment|comme|à savoir|tels? que|telles? que|parmi lesquel\w+|principalement|surtout|essentiellement|en particulier|en premier lieu)|\s?[:(]|\s[–-])\s?(?:(?:vers|à|au|aux|d[eu]|dans|sur)\s)?{_ARTICLE}$",
    re.I,
)
# words that hold their own "to" ("quittent la clinique pour", "direction") stand right before the name
_RIGHT_BEFORE = re.compile(rf"^\s*(?:vers |au |à |aux |de |du |d['’])?{_ARTICLE}\s*$", re.I)
# not done: denied, weighed, made ready for
_NOT_DONE = re.compile(
    r"\b(?:aucune?s?\s(?:\w+\s){1,3}(?:n['’]|ne\b)|pas question|n['’]exclu\w*|n['’](?:a|ont|avait|avaient)\s(?:pas|jamais)|"
    r"ne\s\w+\s(?:pas|plus|jamais)|envisag\w+|étudi\w+|réfléchi\w+|(?:prête?s?|prépar\w+)\s(?:à|pour)|au cas où|évit\w+|refus\w+|sans)\b",
    re.I,
)
_FEARED = re.compile(
    r"\b(?:redout\w+|craign\w+|craint|craintes?|(?<!le )(?<!les )prévoi\w+|prévue?s? d(?:e|['’])|menac\w+ d(?:e|['’])|projett?\w+|songe\w*)\b[^.;:]*$",
    re.I,
)
_CLAUSE_BEGINS = re.compile(r"[;:,]|\b(?:et|mais|qui|que|car)\b")
# what a house does all year round
_ALWAYS = re.compile(
    r"\b(?:par (?:an|jour|mois)|chaque (?:année|jour|mois)|d['’](?:habitude|ordinaire)|habituellement|en temps normal|normalement|en moyenne|à l['’]année)\b",
    re.I,
)
# "des informaticiens du CHU": not the CHU
_STAFF_OF = re.compile(r"\b(\w[\w-]+)\s(?:du |de la |de l['’]|d['’]|de )$")
# "une bonne partie de la Loire": a noun; "a-t-on appris auprès du CHU": who tells it
_A_NOUN = re.compile(r"(?:partie|file|suite|traité|fait|faits)$", re.I)
_NOUN_BEFORE = re.compile(r"\b(?:une?|la|cette|leur|en) (?:\w+ )?$", re.I)
_TOLD_BY = re.compile(
    r"\b(?:appris|apprend|apprenait|confirm|indiqu|précis|expliqu|assur|déclar|annonc|renseign)\w*\b[^.;!?,]{0,25}\bauprès "
    r"d(?:e|u|['’]|es) ?(?:la |l['’])?(?:(?:direction|communication|porte-parole) (?:de la |de l['’]|de |du |d['’]))?$",
    re.I,
)
# "À qui cherche des urgences, le directeur indique Vierzon ou encore l'hôpital …": a list of places
_ADVICE = re.compile(
    r"(?<![,»”\"])\s(?:indiqu|conseill|recommand|suggèr|préconis)(?:e|ent|ait|aient|é)\b(?:\s(?:d['’]aller|de se rendre|de se tourner|de gagner))?"
    r"(?:\s|,|et\b|ou\b|encore\b|puis\b|vers\b|à\b|au\b|aux\b|de\b|d['’]|l['’]|le\b|la\b|les\b|(?-i:[A-ZÀ-Þ])[\w'’-]+|\([^)]{2,30}\))*+$",
    re.I,
)
_STOPS = re.compile(r"[.;!?]|\bpar une?\b.{0,20}attaque")
_ONLY_POSSIBLE = re.compile(r"\b(?:pourrai(?:t|ent)|devrai(?:t|ent)|(?<!à )risqu\w+)\b", re.I)
_FOR_NOW = re.compile(
    r"\b(?:désormais|provisoirement|temporairement|en attendant|pour l['’]heure|pour l['’]instant|ailleurs|le temps)\b",
    re.I,
)
# "impossible d'être accueillis par l'hôpital X", "ne peuvent plus être admis à la clinique Y"
_REFUSED = re.compile(
    r"\b(?:impossible|plus question|refus\w+|incapable|pas possible|(?:ne|n['’])\s?\w+ (?:plus|pas|guère)|(?:plus|pas) (?:être|en mesure))\b[^.;:!?]{0,40}$",
    re.I,
)
_OWN = re.compile(
    r"\bne\b|\bn['’]|de nouveau|à nouveau|toujours|continue|normalement|malgré tout|(?:quand|tout de) même|comme (?:d['’]habitude|à l['’]ordinaire|prévu|si de rien)|\bses propres\b"
)
# where what is told of another clause ends: "on accueille normalement ; en revanche, les AVC partent à …"
_OTHER_CLAUSE = re.compile(r"[;:]|,\s(?:mais|sauf|hormis|excepté)\b|\ben revanche\b", re.I)
# "les patients suivis à l'hôpital X": its own, "sont suivis à": for the time being
_ITS_OWN_SICK = re.compile(
    r"\b(?:patiente?s|malades|personnes|femmes|enfants|résidents)\s(?:\w+ment\s)?suivie?s$", re.I
)
# "Les accouchements ? À la clinique X."
_ASKED = re.compile(
    r"(?:^|[.!?»\n]\s?)[^.!?\n]{4,80}\?\s*(?:Direction |Vers |Chez |Dans |À |Au |Aux )(?:le |la |l['’]|les )?$"
)
_CONJUGATED = re.compile(r"\b(?:rejoint|rejoignent|gagnent)\s(?:le |la |l['’]|les )?$")
# who goes there; what is done for them only where a word of direction leads ("les examens se déroulent à …": anywhere)
_SICK = re.compile(
    r"(?:patiente?|malade|blessée?|parturiente|femme|maman|mère|résidente?|pensionnaire|nouveau-né|bébé|enfant|nourrisson|prématurée?|"
    r"dialysée?|opérée?|cas|AVC|infarctus|grossesse|accidentée?|usager|prise|fracture)s?",
    re.I,
)
_CARE = re.compile(
    r"(?:urgence|opération|intervention|accouchement|naissance|dialyse|chimiothérapie|séance|examen|consultation|soin|hospitalisation|"
    r"ambulance|transfert|entrée|admission|prélèvement|scanner|radio|greffe|activité|filière|garde)s?|pompiers|samu|smur",
    re.I,
)
# who brings whomever there
_MOVERS = re.compile(r"pompiers?|ambulances?|ambulanciers?|samu|smur|secours|hélicoptères?", re.I)
_BY = re.compile(r"\b(?:par|avec|grâce à|grâce au|aidés? (?:de|du)|via) (?:le |la |les |l['’])?$", re.I)
# "la dialyse se fait, elle, à …", "les urgences passent provisoirement par …"
_MEANWHILE = re.compile(
    r",\s(?:elles?|lui|eux),|\b(?:désormais|provisoirement|temporairement|maintenant|en attendant|pour l['’](?:heure|instant)|entre-temps|dans l['’]intervalle|exceptionnellement)\b",
    re.I,
)
_TO = {"vers", "jusque", "jusqu'", "jusqu’", "sur", "pour"}
_IN = {"à", "au", "aux", "a", "chez", "dans", "par"}
# what the sick do or suffer where they are no guests; what befalls care in the house that is told of
_NO_MOVE = re.compile(
    r"(?:di(?:re|t|sent|sait|saient)$|expliqu|racont|témoign|travaill|exer[cç]|ven(?:ir|u|ai)|vien|reven|revien|arriv|sort|mour|mort|décéd|naî|né|écri|téléphon|"
    r"appel|parl|croi|cru|plai|vol|dérob|pirat|concern|touch|affect|impact|vis(?:er|é|ent)|préven|prévien|inform|avert|alert|"
    r"annul|report|déprogramm|repouss|suspend|ferm|perturb|mainten|maintien|repr|interromp|retard|ralenti|"
    r"continu|tourn|fonctionn|rest|attend|patient|réclam|demand|port|poursui|publi|expos|compt|av(?:oir|ait|aient)|rappel)\w*",
    re.I,
)
_SPEAKS_OF = ("nsubj", "nsubj:pass", "obj", "iobj", "dislocated", "obl:agent")
# "l'Ehpad, qui accueille une soixantaine de résidents", "reçoit 40 000 patients par an": its size, not a rescue
_CAPACITY = re.compile(
    r"(?:accueill|reç|recev|héberg|trait|soign|prend|prenn)\w*\s(?:\w+ )?(?:(?:quelque|environ|près de|plus de|jusqu['’]à|une? \w+aine de|[\d  .]+|"
    r"(?:et[ -]|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|cents?|mille)\b-?)\s?)+(?:[\w ]{0,20})$",
    re.I,
)
_FROM_ELSEWHERE = re.compile(
    r"[^.;]{0,60}\b(?:venus?|venant|transféré|évacué|supplémentaire|de plus|en plus|en renfort|d[eu] (?:l['’]|la |son )?(?:hôpital|clinique|centre|établissement|CH|voisin)|en provenance|redirigé|habituellement|d['’]ordinaire destin)",
    re.I,
)
_NEVER = ("any", "autorite", "prestataire", "complementaire", "laboratoire", "pharmacie", "autre")


def receives(
    doc: Doc, m: Mention, previous: Mention | None, following: Mention | None, s: int, e: int, cues: Cues
) -> bool:
    """Whether the sentence `[s, e)` of a mention tells that patients go there."""
    text = text_of(doc)
    if (m.kind == "generic" and m.type not in HOSPITAL_LIKE) or m.kind in ("indefinite", "bare"):
        return False
    if m.type in _NEVER or (_MOVERS.match(m.text) and _BY.search(text, s, m.start)):
        return False
    if (
        previous
        and previous.start >= s
        and previous.has("receiver")
        and JOINS.match(text[previous.end : m.start].split(")")[-1])
    ):
        return True
    if m.plural:
        return False
    named = m.kind in ("named", "known")
    if _ALWAYS.search(_clause(text, m, max(s, m.start - 140), min(e, m.end + 100))):
        return False
    elsewhere = named and previous is not None and not previous.core & m.core
    return (
        _goal(text, m, s, cues, named, elsewhere)
        or (named and bool(_ADVICE.search(text, s, m.start)) and bool(cues.within("patients", s, m.start)))
        or (named and elsewhere and _asked(text, m, s, cues))
        or (named and _right_after(text, m, s, e, cues))
        or (named and _taker(text, m, s, following, e, cues))
        or (elsewhere and _parsed(doc, m, s, e, cues))
    )


def _clause(text: str, m: Mention, s: int, e: int) -> str:
    """What of `[s, e)` is of the mention's own clause."""
    begin = max((c.end() for c in _OTHER_CLAUSE.finditer(text, s, m.start)), default=s)
    after = _OTHER_CLAUSE.search(text, m.end, e)
    return text[begin : after.start() if after else e]


def _asked(text: str, m: Mention, s: int, cues: Cues) -> bool:
    """ "Les accouchements ? À la clinique X.": the sick of a question, and where they go."""
    asked = _ASKED.search(text, max(0, s - 90), m.start)
    return asked is not None and bool(cues.within("patients", asked.start(), s))


def doubt(text: str, m: Mention, s: int) -> str | None:
    """Why the patients of the sentence that begins at `s` do not go to `m` after all: denied, weighed, only possible."""
    before = text[max(s, m.start - 160) : m.start]
    clause = before[max((c.end() for c in _CLAUSE_BEGINS.finditer(before)), default=0) :]
    found = _NOT_DONE.search(clause) or _ONLY_POSSIBLE.search(clause) or _FEARED.search(before)
    return f"pas fait : « {found[0]} »" if found else None


def _parsed(doc: Doc, m: Mention, s: int, e: int, cues: Cues) -> bool:
    """Whether the parser makes the facility the place of a verb that has the sick for its subject or object."""
    if m.type not in HOSPITAL_LIKE or cues.within("attack_strong", s, e):
        return False
    place = tokens(doc, m.start, m.end).root
    if place.dep_ == "nmod" and _ARTICLE_OF.search(text_of(doc)[max(s, m.start - 40) : m.start]):
        place = place.head
    cases = {c.lower_ for c in place.children if c.dep_ == "case"}
    to = bool(cases & _TO)
    if not to and not cases & _IN:
        return False
    verbs = _verbs(place)
    if not verbs or any(v.pos_ == "VERB" and _NO_MOVE.fullmatch(v.text) for v in verbs):
        return False
    who = [c for v in verbs for c in v.children if c.dep_ in _SPEAKS_OF and c.i != place.i]
    # "les patients suivis à l'hôpital X": its own
    who += [v.head for v in verbs if v.dep_ in ("acl", "acl:relcl") and not (v.dep_ == "acl" and v.text[:5] == "suivi")]
    moved = to or bool(_MEANWHILE.search(text_of(doc)[s:e]))
    if len(who) > 1 and any(_MOVERS.fullmatch(t.text) for t in who):
        return True
    return any(_SICK.fullmatch(t.text) or (moved and _CARE.fullmatch(t.text)) for t in who)


def _verbs(place: Token) -> list[Token]:
    """The verb a place belongs to, with those that share its subject."""
    token, out = place, []
    for _ in range(6):
        if token.head is token:
            break
        if token.pos_ in ("NOUN", "PROPN") and token.head.pos_ in ("NOUN", "PROPN") and token.dep_ != "nmod":
            break
        shared = token.dep_ in (
            "xcomp",
            "conj",
            "advcl",
            "aux:tense",
            "aux:pass",
            "obl:mod",
            "obl:arg",
            "nmod",
            "obj",
            "fixed",
        )
        if not shared and token is not place:
            break
        token = token.head
        if token.pos_ in ("VERB", "AUX"):
            out.append(token)
    return out


def _right_after(text: str, m: Mention, s: int, e: int, cues: Cues) -> bool:
    for cue in cues.within("receive_to", max(s, m.start - 90), m.start):
        if _RIGHT_BEFORE.match(text[cue.end : m.start]) and cues.within("patients", max(0, s - 60), e):
            return True
    return False


# "font partie d'un même groupe, X": nobody leaves
_PART_OF = re.compile(r"\b(?:fai\w+|font|fasse\w*|une|grande|en|la|cette) partie$")


def _goal(text: str, m: Mention, s: int, cues: Cues, named: bool, elsewhere: bool) -> bool:
    before = text[s : m.start]
    if _TOLD_BY.search(before[-90:]):
        return False
    among = named and bool(_AMONG.search(before[-200:]))
    if not among and not _TOWARDS.search(before):
        return False
    for cue in reversed(cues.within("receive_after", max(s, m.start - (240 if among else 140)), m.start)):
        between = text[cue.end : m.start]
        if (
            _STOPS.search(between)
            or _PART_OF.search(text[max(s, cue.start - 12) : cue.end])
            or _leaves(text, cue, m)
            or _ITS_OWN_SICK.search(text[max(s, cue.start - 30) : cue.start + 7])
            or (
                _A_NOUN.search(text[cue.start : cue.end])
                and _NOUN_BEFORE.search(text[max(s, cue.start - 24) : cue.start])
            )
            or _ONLY_POSSIBLE.search(text[max(s, cue.start - 25) : cue.end])
            or _REFUSED.search(text[max(s, cue.start - 60) : cue.start])
        ):
            continue
        moved = _patients(text, s, m.start, cues)
        if cue.id == "done" and not (moved and _FOR_NOW.search(text[s : m.end + 80])):
            continue
        if cue.id == "elsewhere" and not (moved and elsewhere):
            continue
        if (cues.within("cargo", s, m.start) or _CONJUGATED.search(before)) and not moved:
            continue
        return named or "vers" in between
    return False


def _patients(text: str, s: int, e: int, cues: Cues) -> bool:
    """Whether the sick are spoken of, and not only as owners: "les fichiers des patients"."""
    cargo = cues.within("cargo", s, e)
    return any(
        not any(re.fullmatch(r"\s(?:\w+\s)?(?:des?|du|de ses|de nos)\s", text[c.end : p.start]) for c in cargo)
        for p in cues.within("patients", s, e)
    )


def _taker(text: str, m: Mention, s: int, following: Mention | None, e: int, cues: Cues) -> bool:
    owner = _STAFF_OF.search(text[max(s, m.start - 40) : m.start])
    if owner and cues.within("cargo", max(s, m.start - 40), m.start):
        return False
    limit = following.start if following and following.kind in ("named", "known") else e
    for cue in cues.within("receive_before", m.end, min(e, limit, m.end + 130)):
        between = text[m.end : cue.start]
        if _CAPACITY.search(text, cue.start, cue.end) and not _FROM_ELSEWHERE.match(text, cue.end, e):
            continue
        if not _OWN.search(text[m.end : cue.end + 20]) and not re.search(r"[;:]", between):
            return True
    return False


def _leaves(text: str, cue: Match, m: Mention) -> bool:
    """ "transférés de l'hôpital X", "le 112 n'adresse plus de patients à la clinique": not going there."""
    lead = text[max(0, cue.start - 20) : cue.start]
    return bool(re.search(r"(?:\bne|\bn['’])\s*\w*\s*$", lead)) or bool(
        re.search(r"\b(?:depuis|hors de)\s+(?:l['’]|la |le )?$", text[cue.end : m.start])
    )
