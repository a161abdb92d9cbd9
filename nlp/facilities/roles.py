"""The part each facility plays: victim, receiver of patients, other case, neighbour spared.

Each mention is read in its sentence; `verdict.py` adds up for each entity and chooses the victims.
"""

from __future__ import annotations

import re
from itertools import pairwise

from spacy.tokens import Doc

from nlp.asides import aside_at, main_clause
from nlp.comparisons import OPENS_COMPARISON
from nlp.document import in_title, text_of, token_at
from nlp.facilities.beside import set_beside
from nlp.facilities.company import AND_OTHERS, BESIDES, IN_BETWEEN, OF_ANOTHER, alike, gathered, owns_up
from nlp.facilities.counted import AND, announced, joined
from nlp.facilities.cues import Cues
from nlp.facilities.entities import HOSPITAL_LIKE, OUTSIDE_CARE
from nlp.facilities.groups import MONTH, in_chronicle
from nlp.facilities.inverted import RANKED, its_turn, its_turn_before, told_before
from nlp.facilities.mentions import Mention
from nlp.facilities.receiving import JOINS, receives
from nlp.facilities.turns import after_past, there, turns
from nlp.lexicon import Match

_VIA_OBJECT = re.compile(
    r"^(?:\s|l['’]|le |la |les |un |une |le \d{1,2} \w+ (?:\d{4} )?|d['’]|de |du |des |ses? |trois |deux |plusieurs |grand \w+ |[\d,.]+ |millions? (?:de |d['’])|milliers (?:de |d['’])|groupe |"
    r"depuis \w+ |durant \w+ |également |aussi |notamment |désormais |actuellement |hier |durement |gravement |lourdement |fortement |de plein fouet |"
    r"(?:système|réseau|serveurs?|informatique|site|données?|patients|clients|assurés|adhérents|usagers|résidents|médicales|personnelles|sensibles|confidentielles|deux|logiciels?|plateforme|application|portail|outil|gestion|métier|éditeur|entreprise|société|médicaux|médicale|sites?|établissements?|sein)\b ?){0,9}$",
    re.I,
)
# "une clinique moderne inaugurée en 2015" tells the age of the house, not of its case
_YEAR = re.compile(
    r"\b(?:(?:inaugur|ouvert|cré[ée]|fond[ée]|constru|bâti|édifi|reconstru|rénov|agrandi|(?<!réorga)né|sorti|mise? en service|(?:datant|date) de|issu|fusionn|rachet|repris|certifi|accrédit|lanc[ée]|label|install)"
    r"\w*(?:\s[\w’']+){0,4}?\s(?:(?:en|depuis|de|dès)\s(?:\w+\s)?)?(?:19|20)\d\d\b)|\b((?:19|20)\d\d)\b"
)
_PLUPERFECT = re.compile(r"\b(?:avait|avaient|avait déjà|fut|furent)\b", re.I)
_AFTERMATH = re.compile(
    r"\b(?:après|depuis|suite à|celle|comme|contre)\s+(?:l['’]|la |le |une |celle |des )?$|\bcelle qui (?:a|avait|ont)\s*$|\bqui (?:avait|avaient)\s*$",
    re.I,
)
_ARTICLE_LETTERS = "".join(sorted(set(" l'’leauxd")))


def read_mentions(doc: Doc, mentions: list[Mention], cues: Cues) -> None:
    """Write the roles of every mention, named or not."""
    year = doc._.article.published_on.year
    for index, mention in enumerate(mentions):
        previous = mentions[index - 1] if index else None
        following = mentions[index + 1] if index + 1 < len(mentions) else None
        read_mention(doc, mention, previous, following, cues, year)
    announced(doc, mentions, cues)
    there(doc, mentions, cues)
    turns(doc, mentions)
    _share_lists(doc, mentions)


def read_mention(
    doc: Doc, m: Mention, previous: Mention | None, following: Mention | None, cues: Cues, year: int
) -> None:
    """Write the roles of one mention; `year` is the article's, `previous` and `following` the mentions beside it."""
    sentence = token_at(doc, m.start).sent
    s, e = sentence.start_char, sentence.end_char
    text = text_of(doc)
    title = in_title(doc, m.start)
    strong = cues.within("attack_strong", s, e)
    flags = sentence._.flags
    m.opens = len(text[s : m.start].strip(" «\n")) <= 3

    if receives(doc, m, previous, following, s, e, cues):
        m.roles.append(("receiver", "reçoit des patients"))
        return
    spared = next((c for c in cues.within("other_after", m.end, min(e, m.end + 90)) if not _not_spared(cues, c)), None)
    if spared and not (following and m.end < following.start < spared.start and _another(text, m, following)):
        around = max(s, m.start - _WIDE), min(e, m.end + _WIDE)
        if denied := _DENIED.search(text, *around) or _DENIED.search(text, 0, min(doc._.body_start, _WIDE)):
            m.roles.append(("hit", f"dit touché, et le nie : « {denied[0]} »"))
        else:
            m.roles.append(("spared", f"épargné : {text[spared.start : spared.end]}"))
        return
    if reason := set_beside(text, m, previous, s, e, title):
        m.roles.append(("other", reason))
        return
    near = [
        c
        for c in cues.within("other_before", max(s, m.start - 34), m.start)
        # "six semaines après, la clinique …": an adverb
        if len(text[c.end : m.start].strip(_ARTICLE_LETTERS)) <= 3 and "," not in text[c.end : m.start]
    ]
    if near and BESIDES.match(text, near[-1].start) and cues.within("hit_subject", m.end, e) and "past" not in flags:
        m.roles += [("hit", f"« {text[near[-1].start : m.end]} »"), ("too", f"« {text[near[-1].start : m.end]} »")]
    elif near and alike(text, near[-1], m, previous, s, e):
        m.roles.append(("hit", f"« {text[near[-1].start : m.end]} »"))
    elif near:
        m.roles.append(("other", f"autre cas : « {text[near[-1].start : m.end]} »"))
        return
    if gathered(text, m, previous, s, cues):
        m.roles += [("member", "un des établissements du groupe"), ("named", "nommé")]
        return
    years = [
        int(y) for y in filter(None, _YEAR.findall(sentence.text if aside_at(doc, m.start) else main_clause(doc, s, e)))
    ]
    if m.site:
        m.roles += [("site", "un de plusieurs sites touchés"), ("hit", "un de plusieurs sites touchés")]
    if m.kind in ("named", "known") and not title and (_dated(text, m, s, e) or in_chronicle(text, m.start)):
        m.roles.append(("dated", "cas raconté avec sa date"))
    old = bool(years) and max(years) < year - 1
    if (strong or "past" in flags) and ("past" in flags or old):
        compared = cues.within("other_before", m.end, e)
        if not old and compared and not m.aside:
            # "X est paralysé, comme Y l'an dernier": what is past is the case compared
            _read_hit(text, m, previous, following, s, compared[0].start, cues, bool(strong))
        if not m.has("hit"):
            m.roles.append(("past", "cas antérieur"))
        return
    if "exercise" in flags:
        m.roles.append(("exercise", "exercice"))
        return
    if not title and OPENS_COMPARISON.match(text, s) and after_past(doc, s):
        m.roles.append(("other", "autre cas, après d'autres"))
        return
    if not title and (_EARLIER.match(text, s, m.start) or its_turn_before(text, m.start, m.end, s, e)):
        m.roles.append(("past", "cas d'avant, raconté après"))
        return
    linked = [c for c in cues.within("other_link", s, m.start) if not re.search(r"[;:]", text[c.end : m.start])]
    if linked and not title:
        m.roles.append(("other", f"autre cas : « {text[linked[0].start : linked[0].end]} »"))
        return
    if "general" not in flags or title:
        _read_hit(text, m, previous, following, s, e, cues, bool(strong))
    if title and strong:
        m.roles.append(("title", "dans le titre, avec l'attaque"))
    elif title:
        m.roles.append(("titled", "dans le titre"))
    elif strong and "general" not in flags:
        m.roles.append(("near", "dans une phrase qui dit l'attaque"))
        alone = not (previous and previous.end > s) and not (following and following.start < e)
        if alone and m.kind in ("named", "known") and m.type not in OUTSIDE_CARE:
            m.roles.append(("case", "seul nommé dans une phrase qui dit l'attaque"))
        elif alone and m.kind in ("named", "known") and m.has("hit") and not _SERVES.match(m.text):
            m.roles.append(("own", "une entreprise, seule nommée dans une phrase qui la dit touchée"))
    if not title and m.start < doc._.body_start + 400:
        m.roles.append(("lead", "au début du texte"))
    m.roles.append(("named", "nommé"))


# "Avant cela, en septembre, l'hôpital de X était lui aussi touché"
_EARLIER = re.compile(
    r"\W*(?:(?:Mais|Et|Déjà),? )?(?:[Aa]vant (?:cela|ça|lui|elle|eux)|[Aa]uparavant|[Pp]récédemment|Un an (?:plus tôt|auparavant))\b"
)
_WIDE = 250
# a facility that rumour told to be hit: the report is of it, and its denial
_DENIED = re.compile(
    r"\b(?:hôpital|clinique|ch[ru]?u?|établissement|direction|groupe|laboratoire|mutuelle|agence|centre hospitalier)\b[^.;!?\n]{0,40}"
    r"\b(?:dément|démentent|a démenti|réfute|nie)\b|\bcontrairement à ce qu[e'’]|\bfausses? (?:rumeurs?|informations?)\b|\brumeurs?\b",
    re.IGNORECASE,
)


def _not_spared(cues: Cues, spared: Match) -> bool:
    """ "n'a pas été épargnée": its own denial."""
    return any(c.id == "too" and c.end >= spared.end for c in cues.within("hit_subject", spared.start - 40, spared.end))


def _another(text: str, m: Mention, following: Mention) -> bool:
    """Whether the mention that follows is told of in its own right: no list, no apposition ("X, un hôpital de …,")."""
    between = text[m.end : following.start]
    return not JOINS.match(between) and not (following.kind == "indefinite" and between.strip() in (", un", ", une"))


_SERVES = re.compile(r"(?:prestataire|sous-traitant|fournisseur|hébergeur|infogérant)", re.I)
_IN_MONTH = re.compile(rf"\b(?:en|début|fin|mi-|le \d+|1er|\d+|courant) ?{MONTH}\b", re.I)


_ON_DAY = re.compile(r"(?:^|[;:.,] |\n)le (?:1er|\d{1,2}), (?:l['’]|le |la |c['’]est |au )*$", re.I)


def _dated(text: str, m: Mention, s: int, e: int) -> bool:
    """A case told on its own: a date to the month beside the name, or a sentence about it that gives a year."""
    before, after = text[max(s, m.start - 40) : m.start], text[m.end : min(e, m.end + 90)].lstrip(" :")
    if _IN_MONTH.search(re.split(r"[;:]", before)[-1]) or _IN_MONTH.search(re.split(r"[;:]", after)[0]):
        return True
    if _ON_DAY.search(text, s, m.start):
        return True  # "Le 2, l'hôpital de X ; le 9, la clinique Y"
    opens = len(text[s : m.start].strip(" «\n")) <= 3
    return opens and any(_YEAR.findall(text[m.end : e])) and "," not in text[m.end : m.end + 3]


# "Au centre X, un logiciel malveillant a …": the scene comes first, with its comma
_STAGE = re.compile(r"\s*(?:(?:À|A|Dans|Chez)\s+(?:l['’]|la\s|le\s)?|(?:Au|Aux)\s)")
_THINGS = re.compile(
    r"(?:systèmes?|réseau|serveurs?|informatique|données|fichiers|site|comptes?|messagerie|plateforme|logiciel"
    r"|sauvegardes|disques|clichés|archives|ordinateurs|postes|identifiants)\b",
    re.I,
)
_OF_DATA = re.compile(
    r"\b(?:données|fichiers?|dossiers?|base|documents|informations|fuite)\b[^,;:]*$|^\W*(?:elles?|ils?|ceux|celles|le tout)\b[^,;:]*$",
    re.I,
)
_QUOTED = re.compile(r"\b(?:selon|d['’]après)\s[^,;]{0,30}$", re.I)
_SECURITY = re.compile(r"cybersécurité|sécurité informatique|sécurité numérique|antivirus", re.I)
_SITES_DOWN = re.compile(
    r"\bsites?\b.{0,80}\b(?:ne répond\w* plus|inaccessibles?|hors ligne|hors service|en panne)\b", re.I
)
_THOSE_OF = re.compile(r"\b(?:ceux|celui|sites?)(?: internet| web)? (?:de |d['’]|du |des )(?:l['’]|la |le )?$", re.I)


def _read_hit(
    text: str, m: Mention, previous: Mention | None, following: Mention | None, s: int, e: int, cues: Cues, strong: bool
) -> None:
    if m.type in OUTSIDE_CARE and (
        _QUOTED.search(text[s : m.start]) or _SECURITY.search(text[m.end : min(e, m.end + 60)])
    ):
        m.roles.append(("other", "cité comme source"))
        return
    if m.type == "autorite" and owns_up(text, m, e):
        m.roles.append(("hit", f"son intrusion : « {text[m.start : e].strip()[:100]} »"))
        return
    if _SITES_DOWN.search(text[s:e]) and _THOSE_OF.search(text[s : m.start]):
        m.roles.append(("hit", f"son site : « {text[m.start : m.end]} »"))
        return
    if m.type not in OUTSIDE_CARE and m.type not in ("complementaire", "groupement"):
        for cue in reversed(cues.within("borrowed", s, m.start)):
            if m.start - cue.end < 60:
                m.roles.append(("hit", f"« {text[cue.start : m.end]} »"))
                return
    crowd = (
        previous is not None
        and previous.start >= s
        and previous.plural
        and previous.kind in ("generic", "indefinite", "bare")
    )
    if m.type == "prestataire" and crowd and _told_nearby(cues, s, e) and _CLIENTS_OF.search(text[s : m.start]):
        m.roles.append(("hit", f"clients sans nom : « {text[previous.start : m.end]} »"))  # type: ignore[union-attr]
        return
    left = max(s, previous.end if previous and previous.end > s else s)
    right = following.start if following and following.start < e else e
    for cue in reversed(cues.within("hit_object", left, m.start)):
        if not _VIA_OBJECT.match(text[cue.end : m.start]):
            continue
        if _THINGS.match(text, cue.start) and (
            m.plural
            or not (
                strong or cues.within("attack_weak", s, cue.start) or cues.within("taken", m.end, min(e, m.end + 220))
            )
        ):
            continue  # "le réseau d'hôpitaux", "les données de la clinique": no harm told
        lead = text[max(s, cue.start - 25) : cue.start]
        told_here = cue.id == "cut" and cues.within("attack_weak", s, e)
        if cue.id != "hit" and not told_here and not _told_nearby(cues, s, e):
            continue
        if cue.id == "source" and not _OF_DATA.search(text[s : cue.start]):
            continue  # "une infirmière issue de l'hôpital"
        if cue.id == "too":
            m.roles.append(("too", f"« {text[cue.start : m.end]} »"))
        then = cue.id == "source" and _PLUPERFECT.match(text[m.end :].lstrip())
        soft = bool(then or _AFTERMATH.search(lead) or _PLUPERFECT.search(lead[-14:]))
        m.roles.append(("soft" if soft else "hit", f"« {text[cue.start : m.end]} »"))
        return
    if (_told_nearby(cues, s, e) or _told_nearby(cues, 0, 0)) and (words := told_before(text, m.start, m.end, s, e)):
        m.roles += [("hit", f"« {words[:120]} »"), ("too", f"« {words[:120]} »")]
        if RANKED.search(words):
            m.roles.append(("ranked", f"« {words[:120]} »"))
        return
    if not strong and _told_nearby(cues, s, e) and its_turn(text, m.start, s):
        m.roles.append(("turn", f"« {text[s : m.end].strip()[:100]} »"))
        return
    if strong and _STAGE.fullmatch(text[s : m.start]) and text[m.end : m.end + 1] == ",":
        m.roles.append(("soft", f"là où cela se passe : « {text[s : m.end].strip()} »"))
        return
    told = bool(strong or cues.within("attack_weak", s, e))
    if _IN_RELATIVE.search(text[s : m.start]):
        return  # "l'entreprise qui équipe des hôpitaux subit …": the firm does
    for cue in cues.within("hit_subject", m.end, min(e, m.end + 130)):
        if not (_told_nearby(cues, s, e) if cue.id in ("too", "complains", "struck", "deprived") else told):
            continue
        between = text[m.end : cue.start]
        if following is not None and cue.start > right:
            # an apposition stands between: "X, un groupe de cliniques, a été attaqué"
            plain = following.kind in ("generic", "bare", "indefinite")
            # "celui de Bordeaux et d'autres établissements sont concernés"
            crowd_too = plain and following.plural and AND_OTHERS.fullmatch(text[m.end : following.start])
            aside = IN_BETWEEN.match(text, m.end)
            told_aside = bool(aside and following.start < aside.end() <= cue.start)
            if not (crowd_too or told_aside) and (not plain or between.count(",") < (1 if following.plural else 2)):
                break
        if cue.id == "struck" and _NOT.search(between + text[cue.start : cue.end]):
            continue
        if cue.id == "deprived" and (_NOT.search(between) or m.plural):
            continue
        if "," in between and previous is not None and previous.start >= s and OF_ANOTHER.search(text[s : m.start]):
            break  # "X, qui travaille pour Y, a été attaqué": X
        if ";" in between or len(between) > 110 or _OF_OTHERS.search(between.rpartition(",")[2]):
            break
        if m.plural and m.kind != "named" and _ONE_DID.search(text[m.end : cue.start + 3]):
            break  # "X, dont les clients sont des cabinets, est paralysé"
        if cue.id == "tells" and (m.type in OUTSIDE_CARE or (right < e and following.kind in ("named", "known"))):  # type: ignore[union-attr]
            continue  # who tells that another was hit
        if m.type == "autorite" and _TELLS.match(text, cue.start) and not _OF_ITSELF.match(text, cue.start, e):
            continue
        soft = bool(_PLUPERFECT.search(between[-25:] + text[cue.start : cue.start + 8]))
        if cue.id == "too":
            m.roles.append(("too", f"« {text[m.start : cue.end][:120]} »"))
        m.roles.append(("soft" if soft else "hit", f"« {text[m.start : cue.end][:120]} »"))
        return


_IN_RELATIVE = re.compile(
    r"\w,? qui (?:\w+ )?(?:équip|fourni|livr|bâti|constru|rénov|desser|appro|travaill|vend|aliment|nettoi|jouxt|voisin|touch[^ée]|finan|souti|dépann|représent|fabriqu)\w*(?:\s[\w’'-]+){0,3}\s(?:de |d['’]|à |pour )?(?:l['’]|la |le |les |des |du |plusieurs |de nombreux )?(?:futur |nouvel |grand )?$"
)
_NOT = re.compile(r"\b(?:ne |n['’])|\bpas\b|\baucune?\b|\b(?:patients?|données|personnes|résidents|malades)\b", re.I)
# "l'agence signale une attaque contre …": who tells; "a annoncé avoir été victime": of itself
_TELLS = re.compile(
    r"(?:a |ont |avoir )?(?:signal|annonc|confirm|révél|indiqu|préven|prévien|inform|alert|avert|déclar|déplor)", re.I
)
_OF_ITSELF = re.compile(
    r"[^.;:]{0,40}\b(?:avoir|être|qu['’](?:elle|il)|l['’]avoir)\b|[^.;]{0,60}\b(?:ses|son|sa|leurs?) (?!part)", re.I
)
# "l'agence signale qu'en mai des serveurs ont été …": of others; "a indiqué qu'elle avait été …": of itself
_OF_OTHERS = re.compile(r"\b(?:que|dont)\b|\bqu['’](?!(?:ils?|elles?|on) )")
# "21 hôpitaux touchés, tous clients de la plateforme X": customers without a name, and the firm that is hit
_CLIENTS_OF = re.compile(
    r"\b(?:client(?:e)?s|utilisateurs|utilisatrices|abonnée?s|équipée?s|adhérents|usagers|partenaires|reliée?s|raccordée?s|connectée?s)"
    r" (?:de|d['’]|du|des|par|à|au) ?(?:l['’]|la |le )?(?:même )?$"
)
_ONE_DID = re.compile(r",\s(?:est|a|s['’]est|était|avait|aurait|serait)\s(?:\w+\s){0,2}\w*$")


def _told_nearby(cues: Cues, s: int, e: int) -> bool:
    """Whether an incident is told in the sentence or beside it: what an "also" goes on from."""
    return bool(cues.within("attack_strong", max(0, s - 300), e + 200))


def _share_lists(doc: Doc, mentions: list[Mention]) -> None:
    """Names in one list share what is told of one of them."""
    text = text_of(doc)
    group: list[Mention] = []
    last: Mention | None = None
    titled = [m.core for m in mentions if m.core and m.has("title")]
    for mention in [*mentions, None]:
        if (
            mention is not None
            and last is not None
            and text[last.end : mention.start].strip() != "("
            and "(" in text[last.end : mention.start]
            and ")" not in text[last.end : mention.start]
        ):
            continue  # "Zoramed (détenue par deux mutuelles) et Almavie"
        if mention is not None and last is not None and mention.kind in ("named", "known"):
            if text[last.end : mention.start].strip() == "(" and mention.start - last.end < 4:
                last = mention  # its letters, in brackets
                continue
            if joined(text, last, mention):
                last = mention
                group.append(mention)
                continue
        if len(group) > 1:
            houses = [m.type for m in group if m.type in HOSPITAL_LIKE]
            for m in group:
                m.row = group[0].start
                if houses and m.type == "autre" and m.text.lower().startswith("institut"):
                    m.type = houses[0]  # "trois hôpitaux : l'institut X, l'hôpital Y …"
            told = any(m.has("hit") or m.has("soft") or m.has("title") or m.aside for m in group[:-1])
            if group[-1].has("receiver") and not told and AND.search(text[group[0].end : group[-1].start]):
                # "les hôpitaux de X et de Y prennent le relais"
                for m in group[:-1]:
                    m.roles = [("receiver", "cité avec qui reçoit des patients")]
            for first, second in pairwise(group):
                # "rappelle que l'hôpital de X et celui de Y ont été attaqués"
                if first.has("other") and not second.has("title") and AND.search(text[first.end : second.start]):
                    second.roles = [("other", "cité avec un autre cas")]
            hit = [m for m in group if m.has("hit") or m.has("title")]
            if not hit and group[0].has("lead"):
                hit = [m for m in group if m.core in titled]  # "X attaqué", and the lead tells of "X et Y"
            for m in group:
                if (
                    hit
                    and not m.has("hit")
                    and not m.aside
                    and not m.has("soft")
                    and (m.type in OUTSIDE_CARE) <= (hit[0].type in OUTSIDE_CARE)
                ):
                    m.roles += [("hit", "cité avec une victime"), ("listed", "cité avec une victime")]
                    m.listed = m is not group[0]
        last = mention if mention is not None and mention.kind in ("named", "known") else None
        group = [last] if last is not None else []
