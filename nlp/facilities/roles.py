"""The part each facility plays: victim, receiver of patients, other case, neighbour spared.

Each mention is read in its sentence; the entity adds up. Victims are the entities with the most evidence; a second
victim must be told as one on its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from spacy.tokens import Doc

from nlp.document import in_title, token_at
from nlp.facilities.entities import OUTSIDE_CARE, Entity
from nlp.facilities.mentions import LEXICON, Mention
from nlp.lexicon import Match

THRESHOLD = 2.0
_TOWARDS = re.compile(r"(?:\b(?:vers|à|au|aux|dans|sur|par|chez|rejoindre|jusqu['’]à|jusqu['’]au|et|ou|,)\s+(?:l['’]|le |la |les |un |une |celui |celle )?(?:site de |service \w+ (?:de l['’]|du )|urgences (?:de l['’]|du |de la ))?|,\s*)$", re.I)
_VIA_OBJECT = re.compile(r"^(?:\s|l['’]|le |la |les |un |une |d['’]|de |du |des |ses? |trois |deux |plusieurs |grand \w+ |site \w* ?|groupe |(?:système|réseau|serveurs?|informatique|site|données?|patients|deux|sites?)\b ?){0,6}$", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_JOINS = re.compile(r"^[\s,]*(?:et|ou|ainsi que|puis|,)?[\s]*(?:à |au |aux |vers |de |d['’]|l['’]|le |la |les |celui |celle |du )*$", re.I)
_PLUPERFECT = re.compile(r"\b(?:avait|avaient|avait déjà)\b")


class Cues:
    """The role wordings of a Doc by section, for look-ups by stretch of text."""

    def __init__(self, doc: Doc) -> None:
        self.matches: dict[str, list[Match]] = {}
        for match in LEXICON.scan(doc._.folded, ("hit", "receive", "other", "attack")):
            self.matches.setdefault(f"{match.entry.section}.{match.id}", []).append(match)

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


def assign(doc: Doc, entities: list[Entity], mentions: list[Mention], cues: Cues) -> None:
    """Write roles on mentions and scores on entities."""
    named = [m for m in mentions if m.entity is not None]
    year = doc._.article.published_on.year
    for index, mention in enumerate(named):
        entity = entities[mention.entity]  # type: ignore[index]
        previous = named[index - 1] if index else None
        following = named[index + 1] if index + 1 < len(named) else None
        _read_mention(doc, mention, previous, following, cues, year)
        for role, reason in mention.roles:
            entity.roles[role] += 1
            entity.reasons.append(reason)
    for entity in entities:
        entity.score = _score(doc, entity)


def _read_mention(doc: Doc, m: Mention, previous: Mention | None, following: Mention | None, cues: Cues, year: int) -> None:
    sentence = token_at(doc, m.start).sent
    s, e = sentence.start_char, sentence.end_char
    left_limit = max(s, previous.end if previous and previous.end > s else s)
    right_limit = min(e, following.start if following and following.start < e else e)
    text = doc.text
    title = in_title(doc, m.start)
    strong = cues.within("attack.strong", s, e)
    before, after = text[s : m.start], text[m.end : e]

    if _receives(text, m, previous, s, e, cues):
        m.roles.append(("receiver", "reçoit des patients"))
        return
    if spared := next((c for c in cues.within("other.after", m.end, min(e, m.end + 90))), None):
        m.roles.append(("spared", f"épargné : {text[spared.start:spared.end]}"))
        return
    flags = sentence._.flags
    near = [c for c in cues.within("other.before", max(s, m.start - 30), m.start) if len(text[c.end : m.start].strip(" l'’leauxd")) <= 3]
    if near and not title:
        m.roles.append(("other", f"autre cas : « {text[near[-1].start:m.end]} »"))
        return
    if near and title and m.start < 40:
        m.roles.append(("other", f"autre cas : « {text[near[-1].start:m.end]} »"))
        return
    years = [int(y) for y in _YEAR.findall(sentence.text)]
    told_past = "past" in flags or (years and max(years) < year - 1) or (_PLUPERFECT.search(after[:60]) and strong and years)
    if told_past and (strong or "past" in flags):
        m.roles.append(("past", "cas antérieur"))
        return
    if "exercise" in flags:
        m.roles.append(("exercise", "exercice"))
        return
    subject = cues.within("hit.subject", m.end, min(right_limit + 60, e, m.end + 110))
    subject = [c for c in subject if c.start < right_limit or text[m.end : c.start].count(",") >= 2]
    obj = [c for c in cues.within("hit.object", left_limit if previous is None or previous.entity == m.entity else left_limit, m.start) if _VIA_OBJECT.match(text[c.end : m.start])]
    if "general" in flags and not title:
        subject, obj = [], []
    if obj:
        m.roles.append(("hit", f"« {text[obj[-1].start:m.end]} »"))
    elif subject and (strong or cues.within("attack.weak", s, e)) and m.start - s < 160:
        m.roles.append(("hit", f"« {text[m.start:subject[0].end][:120]} »"))
    elif _joined_to_hit(text, m, previous):
        m.roles.append(("hit", "cité avec une victime"))
    if title and strong:
        m.roles.append(("title", "dans le titre, avec l'attaque"))
    elif title:
        m.roles.append(("titled", "dans le titre"))
    elif strong:
        m.roles.append(("near", "dans une phrase qui dit l'attaque"))
    if not title and m.start < doc._.body_start + 400:
        m.roles.append(("lead", "au début du texte"))
    m.roles.append(("named", "nommé"))


def _receives(text: str, m: Mention, previous: Mention | None, s: int, e: int, cues: Cues) -> bool:
    if m.type in ("autorite", "prestataire", "complementaire", "laboratoire") and not m.known:
        return False
    before = text[s : m.start]
    towards = _TOWARDS.search(before)
    if towards:
        for cue in reversed(cues.within("receive.after", max(s, m.start - 140), m.start)):
            between = text[cue.end : m.start]
            if not re.search(r"[.;!?]|\bpar une?\b.{0,20}attaque", between) and not _leaves(text, cue, m):
                return True
    if previous and previous.start >= s and ("receiver", "reçoit des patients") in previous.roles and _JOINS.match(text[previous.end : m.start].split(")")[-1]) :
        return True
    if cues.within("receive.before", m.end, min(e, m.end + 110)):
        return not re.search(r"\bne\b|\bn['’]", text[m.end : m.end + 25])
    return False


def _leaves(text: str, cue: Match, m: Mention) -> bool:
    """ "transférés de l'hôpital X", "le 112 n'adresse plus de patients à la clinique": not going there."""
    lead = text[max(0, cue.start - 20) : cue.start]
    return bool(re.search(r"(?:\bne|\bn['’])\s*\w*\s*$", lead)) or bool(re.search(r"\b(?:depuis|hors de)\s+(?:l['’]|la |le )?$", text[cue.end : m.start]))


def _joined_to_hit(text: str, m: Mention, previous: Mention | None) -> bool:
    return bool(previous and any(r == "hit" for r, _ in previous.roles) and _JOINS.match(text[previous.end : m.start]) and len(text[previous.end : m.start]) < 25)


def _score(doc: Doc, entity: Entity) -> float:
    r = entity.roles
    score = min(r["hit"], 3) * 2.0 + min(r["title"], 1) * 2.0 + min(r["titled"], 1) * 0.7 + min(r["near"], 3) * 0.6
    score += min(r["lead"], 2) * 0.5 + min(r["named"], 5) * 0.2
    score -= min(r["receiver"], 3) * 1.2 + min(r["other"], 2) * 1.5 + min(r["past"], 2) * 1.0 + min(r["spared"], 1) * 1.0
    if not r["hit"] and not r["title"]:
        if r["other"] or r["past"] or r["receiver"]:
            score -= 3.0
        if entity.type in OUTSIDE_CARE or entity.type == "complementaire":
            score -= 2.5
    if all(m.kind == "indefinite" for m in entity.mentions):
        score -= 1.0
    return score


def victims(doc: Doc, entities: list[Entity]) -> list[Entity]:
    """The entities told to be hit, best first; none when nothing reaches the threshold."""
    ranked = sorted((e for e in entities if e.score >= THRESHOLD), key=lambda e: -e.score)
    if not ranked:
        return []
    named = [e for e in ranked if any(m.kind != "indefinite" for m in e.mentions)]
    if not named:
        return ranked[:1]
    best = named[0]
    chosen = [best]
    for entity in named[1:]:
        if not entity.roles["hit"] or entity.score < 2.4:
            continue
        if entity.type in OUTSIDE_CARE and best.type not in OUTSIDE_CARE:
            continue
        if entity.roles["receiver"] or entity.roles["other"] > entity.roles["hit"] or entity.roles["past"] >= entity.roles["hit"]:
            continue
        chosen.append(entity)
    return chosen
