"""The part each facility plays: victim, receiver of patients, other case, neighbour spared.

Each mention is read in its sentence; the entity adds up. Victims are the entities with the most evidence; a second
victim must be told as one on its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

from spacy.tokens import Doc

from nlp.document import in_title, text_of, token_at
from nlp.facilities.entities import HOSPITAL_LIKE, OUTSIDE_CARE, Entity
from nlp.facilities.mentions import LEXICON, ROLE_SECTIONS, Mention
from nlp.lexicon import Match

# the relevance score has the last word on whether there is an incident at all
THRESHOLD = 0.7
_TOWARDS = re.compile(
    r"(?:\b(?:vers|à|au|aux|dans|sur|par|chez|rejoindre|gagner|jusqu['’]à|jusqu['’]au)\s+(?:l['’]|le |la |les |un |une |celui |celle )?"
    r"(?:site de |service \w+ (?:de l['’]|du )|urgences (?:de l['’]|du |de la ))?|,\s*)$",
    re.I,
)
_VIA_OBJECT = re.compile(
    r"^(?:\s|l['’]|le |la |les |un |une |d['’]|de |du |des |ses? |trois |deux |plusieurs |grand \w+ |\d+ |groupe |"
    r"(?:système|réseau|serveurs?|informatique|site|données?|patients|deux|sites?|établissements?|sein)\b ?){0,6}$",
    re.I,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
JOINS = re.compile(
    r"^[\s,]*(?:\([^)]{2,40}\))?[\s,]*(?:et|ou|ainsi que|puis|comme|,)?[\s]*(?:à |au |aux |vers |de |d['’]|du |l['’]|le |la |les |celui |celle |chez )*$",
    re.I,
)
_PLUPERFECT = re.compile(r"\b(?:avait|avaient|avait déjà|fut|furent)\b", re.I)
_AFTERMATH = re.compile(
    r"\b(?:après|depuis|suite à|celle|comme|contre)\s+(?:l['’]|la |le |une |celle |des )?$|\bcelle qui (?:a|avait|ont)\s*$|\bqui (?:avait|avaient)\s*$",
    re.I,
)
_ARTICLE_LETTERS = "".join(sorted(set(" l'’leauxd")))
_PLAIN = ("named", "lead", "near")
_ONLY_PARTICIPLES = re.compile(r"^\{(?:[^,}]*é[^,}]*,?)+\}(?: \w+)?$")


def _loses_its_accent(term: str, words: str) -> bool:
    """Folding makes "pirates" of "piratés", "vise" of "visé": a noun or a present is no participle."""
    return bool(_ONLY_PARTICIPLES.match(term)) and words.islower() and "é" not in words


class Cues:
    """The role wordings of a Doc by section, for look-ups by stretch of text."""

    def __init__(self, doc: Doc) -> None:
        self.matches: dict[str, list[Match]] = {}
        text = text_of(doc)
        for match in LEXICON.scan(doc._.folded, ROLE_SECTIONS):
            if _loses_its_accent(match.term, text[match.start : match.end]):
                continue
            self.matches.setdefault(match.entry.section, []).append(match)

    def within(self, kind: str, start: int, end: int) -> list[Match]:
        found = self.matches.get(kind, [])
        first = bisect_left(found, start, key=lambda m: m.start)
        out = []
        for match in found[first:]:
            if match.start >= end:
                break
            if match.end <= end:
                out.append(match)
        return out


def read_mentions(doc: Doc, mentions: list[Mention], cues: Cues) -> None:
    """Write the roles of every mention, named or not."""
    year = doc._.article.published_on.year
    for index, mention in enumerate(mentions):
        previous = mentions[index - 1] if index else None
        following = mentions[index + 1] if index + 1 < len(mentions) else None
        _read_mention(doc, mention, previous, following, cues, year)
    _announced(doc, mentions, cues)
    _share_lists(doc, mentions)


_COUNTED = re.compile(
    r"\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|plusieurs|\d{1,2}) (?:autres )?(?:\w+ ){0,2}"
    r"(?:établissements|sites|hôpitaux|cliniques|sources|victimes|organismes|structures|laboratoires|centres|groupes)\b",
    re.I,
)


def _announced(doc: Doc, mentions: list[Mention], cues: Cues) -> None:
    """ "deux centres hospitaliers touchés : …": the first names listed together after it are those."""
    named = [m for m in mentions if m.kind in ("named", "known")]
    starts = [m.start for m in named]
    heads = [(m.end, m.text) for m in mentions if m.plural and m.kind != "named" and (m.has("hit") or m.has("title"))]
    for count in _COUNTED.finditer(text_of(doc)):
        sentence = token_at(doc, count.start()).sent
        if cues.within("attack_strong", sentence.start_char, sentence.end_char) or ":" in sentence.text:
            heads.append((count.end(), count[0]))
    for end, text in sorted(heads):
        later = named[bisect_left(starts, end) :][:8]
        for first, second in pairwise(later):
            if first.start - end > 700:
                break
            if (
                not first.aside
                and JOINS.match(text_of(doc)[first.end : second.start])
                and second.start - first.end < 60
            ):
                first.roles.append(("hit", f"annoncé : « {text} »"))
                return


def _read_mention(
    doc: Doc, m: Mention, previous: Mention | None, following: Mention | None, cues: Cues, year: int
) -> None:
    sentence = token_at(doc, m.start).sent
    s, e = sentence.start_char, sentence.end_char
    text = text_of(doc)
    title = in_title(doc, m.start)
    strong = cues.within("attack_strong", s, e)
    flags = sentence._.flags

    if _receives(text, m, previous, following, s, e, cues):
        m.roles.append(("receiver", "reçoit des patients"))
        return
    if spared := next(iter(cues.within("other_after", m.end, min(e, m.end + 90))), None):
        m.roles.append(("spared", f"épargné : {text[spared.start : spared.end]}"))
        return
    near = [
        c
        for c in cues.within("other_before", max(s, m.start - 34), m.start)
        if len(text[c.end : m.start].strip(_ARTICLE_LETTERS)) <= 3
    ]
    if near:
        m.roles.append(("other", f"autre cas : « {text[near[-1].start : m.end]} »"))
        return
    years = [int(y) for y in _YEAR.findall(sentence.text)]
    if m.kind in ("named", "known") and not title and _dated(text, m, s, e):
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
    linked = cues.within("other_link", s, m.start)
    if linked and not title:
        m.roles.append(("other", f"autre cas : « {text[linked[0].start : linked[0].end]} »"))
        return
    if "general" not in flags or title:
        _read_hit(text, m, previous, following, s, e, cues, bool(strong))
    if title and strong:
        m.roles.append(("title", "dans le titre, avec l'attaque"))
    elif title:
        m.roles.append(("titled", "dans le titre"))
    elif strong:
        m.roles.append(("near", "dans une phrase qui dit l'attaque"))
    if not title and m.start < doc._.body_start + 400:
        m.roles.append(("lead", "au début du texte"))
    m.roles.append(("named", "nommé"))


_MONTH = r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
_IN_MONTH = re.compile(rf"\b(?:en|début|fin|mi-|le \d+|1er|\d+|courant) ?{_MONTH}\b", re.I)


def _dated(text: str, m: Mention, s: int, e: int) -> bool:
    """A case told on its own: a date to the month beside the name, or a sentence about it that gives a year."""
    before, after = text[max(s, m.start - 40) : m.start], text[m.end : min(e, m.end + 90)]
    if _IN_MONTH.search(re.split(r"[;:]", before)[-1]) or _IN_MONTH.search(re.split(r"[;:]", after)[0]):
        return True
    opens = len(text[s : m.start].strip(" «\n")) <= 3
    return opens and bool(_YEAR.search(text[m.end : e])) and "," not in text[m.end : m.end + 3]


# "Au centre X, un logiciel malveillant a …": the scene comes first, with its comma
_STAGE = re.compile(r"\s*(?:(?:À|A|Dans|Chez)\s+(?:l['’]|la\s|le\s)?|(?:Au|Aux)\s)")
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
    if _SITES_DOWN.search(text[s:e]) and _THOSE_OF.search(text[s : m.start]):
        m.roles.append(("hit", f"son site : « {text[m.start : m.end]} »"))
        return
    if m.type not in OUTSIDE_CARE and m.type != "complementaire":
        for cue in reversed(cues.within("borrowed", s, m.start)):
            if m.start - cue.end < 60:
                m.roles.append(("hit", f"« {text[cue.start : m.end]} »"))
                return
    left = max(s, previous.end if previous and previous.end > s else s)
    right = following.start if following and following.start < e else e
    for cue in reversed(cues.within("hit_object", left, m.start)):
        if not _VIA_OBJECT.match(text[cue.end : m.start]):
            continue
        lead = text[max(s, cue.start - 25) : cue.start]
        soft = bool(_AFTERMATH.search(lead) or _PLUPERFECT.search(lead[-14:]))
        m.roles.append(("soft" if soft else "hit", f"« {text[cue.start : m.end]} »"))
        return
    if strong and _STAGE.fullmatch(text[s : m.start]) and text[m.end : m.end + 1] == ",":
        m.roles.append(("soft", f"là où cela se passe : « {text[s : m.end].strip()} »"))
        return
    if not (strong or cues.within("attack_weak", s, e)):
        return
    for cue in cues.within("hit_subject", m.end, min(e, m.end + 130)):
        between = text[m.end : cue.start]
        if following is not None and cue.start > right:
            # an apposition stands between: "X, un groupe de cliniques, a été attaqué"
            plain = following.kind in ("generic", "bare", "indefinite")
            if not plain or between.count(",") < (1 if following.plural else 2):
                break
        if ";" in between or len(between) > 110 or re.search(r"\b(?:que|dont)\b", between):
            break
        soft = bool(_PLUPERFECT.search(between[-25:]))
        m.roles.append(("soft" if soft else "hit", f"« {text[m.start : cue.end][:120]} »"))
        return


def _receives(
    text: str, m: Mention, previous: Mention | None, following: Mention | None, s: int, e: int, cues: Cues
) -> bool:
    if m.kind == "generic" and m.type not in HOSPITAL_LIKE:
        return False
    if (
        m.kind in ("indefinite", "bare")
        or m.plural
        or m.type in ("any", "autorite", "prestataire", "complementaire", "laboratoire", "pharmacie")
    ):
        return False
    before = text[s : m.start]
    if (
        previous
        and previous.start >= s
        and previous.has("receiver")
        and JOINS.match(text[previous.end : m.start].split(")")[-1])
    ):
        return True
    if _TOWARDS.search(before):
        for cue in reversed(cues.within("receive_after", max(s, m.start - 140), m.start)):
            between = text[cue.end : m.start]
            if not re.search(r"[.;!?]|\bpar une?\b.{0,20}attaque", between) and not _leaves(text, cue, m):
                return m.kind in ("named", "known") or "vers" in between
    limit = following.start if following and following.kind in ("named", "known") else e
    if m.kind in ("named", "known") and cues.within("receive_before", m.end, min(e, limit, m.end + 110)):
        return not re.search(r"\bne\b|\bn['’]|de nouveau|à nouveau|toujours|continue", text[m.end : m.end + 60])
    return False


def _leaves(text: str, cue: Match, m: Mention) -> bool:
    """ "transférés de l'hôpital X", "le 112 n'adresse plus de patients à la clinique": not going there."""
    lead = text[max(0, cue.start - 20) : cue.start]
    return bool(re.search(r"(?:\bne|\bn['’])\s*\w*\s*$", lead)) or bool(
        re.search(r"\b(?:depuis|hors de)\s+(?:l['’]|la |le )?$", text[cue.end : m.start])
    )


def _share_lists(doc: Doc, mentions: list[Mention]) -> None:
    """Names in one list share what is told of one of them."""
    text = text_of(doc)
    group: list[Mention] = []
    for mention in [*mentions, None]:
        if (
            mention is not None
            and mention.kind in ("named", "known")
            and group
            and JOINS.match(text[group[-1].end : mention.start])
            and mention.start - group[-1].end < 60
        ):
            group.append(mention)
            continue
        if len(group) > 1:
            hit = [m for m in group if m.has("hit") or m.has("title")]
            for m in group:
                if (
                    hit
                    and not m.has("hit")
                    and not m.aside
                    and (m.type in OUTSIDE_CARE) <= (hit[0].type in OUTSIDE_CARE)
                ):
                    m.roles.append(("hit", "cité avec une victime"))
        group = [mention] if mention is not None and mention.kind in ("named", "known") else []


def weigh(entities: list[Entity], mentions: list[Mention]) -> None:
    """Add up the roles of each entity's mentions and score it as a victim."""
    for mention in mentions:
        if mention.entity is None:
            continue
        entity = entities[mention.entity]
        plain_noun = mention.kind in ("generic", "indefinite") and not entity.nameless
        for role, reason in mention.roles:
            if plain_noun and role in (*_PLAIN, "titled", "past", "other", "spared"):
                continue
            entity.roles[role] += 1
            entity.reasons.append(reason)
    for entity in entities:
        entity.score = _score(entity)


def _score(entity: Entity) -> float:
    r = entity.roles
    score = (
        min(r["hit"], 3) * 2.0
        + min(r["soft"], 2) * 1.0
        + min(r["title"], 1) * 3.0
        + min(r["titled"], 1) * 1.2
        + min(r["near"], 3) * 0.6
    )
    score += min(r["lead"], 2) * 0.5 + min(r["named"], 5) * 0.25
    told = r["hit"] or r["title"] or r["titled"]
    if told:
        score -= min(r["receiver"], 3) * 1.0 + min(r["other"], 2) * 0.6 + min(r["past"], 2) * 0.3
    else:
        score -= (
            min(r["receiver"], 3) * 1.5 + min(r["other"], 2) * 1.5 + min(r["past"], 2) * 1.0 + min(r["spared"], 1) * 1.5
        )
        if r["other"] or r["receiver"]:
            score -= 2.0
        if entity.type in OUTSIDE_CARE or entity.type == "complementaire":
            score -= 1.2 if r["lead"] and not (r["other"] or r["receiver"]) else 2.5
    if entity.type == "autorite" and not r["hit"]:
        score -= 2.0
    if entity.nameless:
        score -= 0.5
    if entity.type == "autre":
        score -= 1.5
    return score


def victims(entities: list[Entity], *, roundup: bool = False) -> list[Entity]:
    """The entities told to be hit, best first. In a round-up, every case told on its own is one.

    When nothing reaches the threshold the best of the rest is given: whether there is an incident at all is for the
    relevance score to say.
    """
    ranked = sorted((e for e in entities if e.score >= THRESHOLD), key=lambda e: -e.score)
    if not ranked:
        return _for_want_of_better(entities)
    named = [e for e in ranked if not e.nameless]
    if not named:
        return ranked[:1]
    best = named[0]
    if ranked[0].nameless and ranked[0].score > best.score + 2.5 and not best.roles["hit"]:
        return ranked[:1]
    if roundup and not best.roles["title"]:
        told = [e for e in entities if not e.nameless and _told_in_roundup(e)]
        if len(told) > 1:
            return told
    return [best, *(e for e in named[1:] if _is_second(e, best))]


def _told_in_roundup(entity: Entity) -> bool:
    r = entity.roles
    return bool(r["dated"] or r["hit"] or (r["lead"] and r["near"])) and not (r["receiver"] or r["spared"])


def _for_want_of_better(entities: list[Entity]) -> list[Entity]:
    left = [e for e in entities if e.score > 0.1 and not (e.roles["receiver"] or e.roles["other"] or e.roles["spared"])]
    return sorted(left, key=lambda e: (-e.score, e.number))[:1]


def _is_second(entity: Entity, best: Entity) -> bool:
    """Whether another entity is a victim of its own beside the best."""
    r = entity.roles
    if not r["hit"] or entity.score < 2.4:
        return False
    if entity.type in OUTSIDE_CARE and best.type not in OUTSIDE_CARE:
        return False
    if best.roles["title"] and not r["title"] and not (r["lead"] or r["hit"] > 1):
        return False
    return not (r["receiver"] or r["other"] >= r["hit"] or r["past"] >= r["hit"] or r["spared"])
