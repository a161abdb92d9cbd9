"""Which findings of an article tell of one victim.

A finding belongs to the victims that its sentence speaks of (`nlp.facilities.topics`). Beyond that:

- an article on one victim is about that victim throughout: « Les données de 300 000 personnes circulent » names nobody
  and is its own, wherever it stands; so is a service's state, where no other facility is named beside it;
- what several victims share (who did it, the ransom, who investigates) goes to each of them, a total of persons to none;
- a sentence on another case (`nlp.elsewhere`: « En août, LockBit avait attaqué l'hôpital de … ») is nobody's.
"""

from __future__ import annotations

import re

from spacy.tokens import Doc

from nlp.asides import in_past_aside
from nlp.assertion import Stretch, stretch_at
from nlp.document import Finding, in_title, is_noise, text_of
from nlp.elsewhere import told_elsewhere
from nlp.facilities import Reading
from nlp.facilities.entities import HOSPITAL_LIKE, Entity

# fields that a sentence without any victim may still tell of the article's only victim
FREE = frozenset(
    {"actor", "ransom", "persons_affected", "data_stolen", "supplier", "authorities", "information_status"}
)
# fields that several victims of one event share
SHARED = frozenset({"actor", "ransom", "supplier", "authorities", "information_status"})
_ATTACK = frozenset({"attack_types", "attack_signal"})
_TOLD_ELSEWHERE = frozenset({"facility", "diverted_to"})
_OURS = frozenset({"attack_types", "attack_signal", "care_impact", "services", *FREE})
# « … comme a pu l'éprouver l'hôpital de X, à qui une rançon était demandée »
_LIKE_ANOTHER = re.compile(
    r"\b(?:comme|ainsi que|tel que)\s(?:(?:a|ont|avait|avaient)\s(?:pu|dû)\s|l['’](?:a|ont|avait|avaient)\s|(?:ce|cela|ça|c['’])\s?(?:fut|avait été|a été|était)\s(?:déjà )?(?:le cas|arrivé)\s)"
    r"[^.;:!?]{0,40}?\b(?:l['’]hôpital|l['’]établissement|l['’]Ehpad|la clinique|le (?:CHU|CHRU|CH|centre|groupe|laboratoire)|celui|celle|des? )",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:chaque fois|chacun|chacune|à chaque|par établissement)\b", re.IGNORECASE)
_IN_ALL = re.compile(
    r"\b(?:en tout|au total|toutes? .{0,20}confondu|à eux (?:deux|trois|tous)|l'ensemble des)\b", re.IGNORECASE
)


def scope(doc: Doc, found: Reading, victim: Entity) -> list[Finding]:
    """The live findings that tell of `victim`."""
    alone = len(found.victims) == 1
    elsewhere = told_elsewhere(doc, found)
    others = {
        stretch_at(doc, m.start).begin for m in found.mentions if m.entity != victim.number and m.kind != "generic"
    }
    out = []
    for finding in doc._.findings:
        if finding.rejected is not None or finding.field in _TOLD_ELSEWHERE or is_noise(doc, finding.start):
            continue
        if in_past_aside(doc, finding.start):
            continue
        sentence = stretch_at(doc, finding.start)
        told = found.told_at(sentence.begin, finding.start)
        if finding.field == "persons_affected" and len(told) > 1:
            told = _of_town(doc, found, sentence) or told
        if finding.field in _OURS and (sentence.begin in elsewhere or _likened(doc, found, finding, sentence)):
            continue
        if finding.field == "services" and sentence.begin in doc.user_data["other_town"]:
            continue
        if finding.field == "supplier" and _is_victim(finding, victim):
            continue
        if finding.value == "cleared" and not _said_of(found, victim, finding):
            continue
        if victim.number in told:
            if finding.field != "persons_affected" or alone or _own_count(doc, found, victim, finding, told):
                out.append(finding)
        elif not told and not sentence.flags & {"past", "exercise"}:
            titled = in_title(doc, finding.start) and finding.field in _ATTACK | SHARED
            if (
                titled
                or (alone and finding.field in FREE)
                or (alone and finding.field == "services" and sentence.begin not in elsewhere | others)
            ):
                out.append(finding)
    return out if alone else _without_title(doc, found, out)


def _without_title(doc: Doc, found: Reading, findings: list[Finding]) -> list[Finding]:
    """Without what the title tells of all and the victim's own sentence denies: « aux Chartrons, rien n'a été volé »."""
    attacks = [f for f in findings if f.field == "attack_types"]
    denied = {f.value.type for f in attacks if f.value.certainty == "denied" and _told_of_some(doc, found, f)}
    return [f for f in findings if f not in attacks or f.value.type not in denied or not in_title(doc, f.start)]


def _told_of_some(doc: Doc, found: Reading, finding: Finding) -> bool:
    """Whether the finding stands in a sentence or clause on some of the victims, and not on all."""
    told = found.told_at(stretch_at(doc, finding.start).begin, finding.start)
    return 0 < len(told) < len(found.victims)


def attacks_of_event(doc: Doc, found: Reading, scoped: list[Finding]) -> list[list[Finding]]:
    """What to conclude a victim's attack types from, first to last until something is told.

    Its own sentences, with those of nobody where the article tells one event (of one victim or several); then all that the event's other victims'
    sentences tell; then, where even that is silent, everything.
    """
    known = {id(f) for f in scoped}
    elsewhere = told_elsewhere(doc, found)
    own = [f for f in scoped if f.field not in SHARED]
    rest = [
        (f, stretch_at(doc, f.start))
        for f in doc._.findings
        if f.field in _ATTACK and f.rejected is None and id(f) not in known and not is_noise(doc, f.start)
    ]
    rest = [(f, s) for f, s in rest if not _likened(doc, found, f, s)]
    # what one denies for itself is not denied for the others
    rest = [
        (f, s)
        for f, s in rest
        if f.field != "attack_types" or f.value.certainty != "denied" or not _told_of_some(doc, found, f)
    ]
    victims = {v.number for v in found.victims}
    # « En début de semaine, l'hôpital de … a été touché »: where another is told to be hit
    others = {
        stretch_at(doc, m.start).begin
        for m in found.mentions
        if m.entity not in victims and m.kind == "known" and m.has("hit") and m.type in HOSPITAL_LIKE
    }
    near = [
        (f, s)
        for f, s in rest
        if not s.flags & {"past", "exercise", "general"} and s.begin not in elsewhere and s.begin not in others
    ]
    nobodys = [f for f, s in near if not found.topics.get(s.begin)]
    status = [f for f in scoped if f.field == "information_status"]
    wide = [f for f, _ in near if not _another_ones_data(doc, found, f)]
    steps = [[*own, *status], [*own, *status, *nobodys], [*own, *status, *wide]]
    if one_event(doc, found):
        steps = steps[1:]
        if len(found.victims) > 1 and {v.number for v in found.victims} <= found.topics.get(0, frozenset()):
            # told together in the title: what one is told to have suffered makes the other's surer
            told = {f.value.type for f in own if f.field == "attack_types"}
            surer = [f for f, _ in near if f.field == "attack_types" and f.value.type in told]
            steps[0] = [*steps[0], *(f for f in surer if f.value.certainty == "confirmed" and f not in nobodys)]
    return [*steps, [*own, *status, *(f for f, _ in rest if not _another_ones_data(doc, found, f))]]


def _another_ones_data(doc: Doc, found: Reading, finding: Finding) -> bool:
    """« À Givors, les données ont été volées »: how they were attacked is shared, whose data were taken is not."""
    return (
        finding.field == "attack_types" and finding.value.type == "vol_donnees" and _told_of_some(doc, found, finding)
    )


def one_event(doc: Doc, found: Reading) -> bool:
    """Whether the victims were hit together: no round-up, or one sentence of the text names them all."""
    if not found.roundup or len(found.victims) == 1:
        return True
    everyone = {v.number for v in found.victims}
    named: dict[int, set[int]] = {}
    for mention in found.mentions:
        if mention.entity in everyone and not in_title(doc, mention.start):
            named.setdefault(stretch_at(doc, mention.start).begin, set()).add(mention.entity)
    return any(names >= everyone for names in named.values())


def shared(doc: Doc, found: Reading, scoped: list[Finding]) -> list[Finding]:
    """What the other victims of one event tell that this one's sentences do not: `SHARED` fields that `scoped` lacks.

    A count of persons only where it is each one's (« chaque fois, une dizaine »). An actor counts only when the article names a single one; a round-up shares nothing.
    """
    if len(found.victims) == 1 or not one_event(doc, found):
        return []
    elsewhere = told_elsewhere(doc, found)
    # of hospitals named in a list one may speak for itself only
    fields = SHARED - {"information_status"} if found.roundup else SHARED
    # a newspaper named beside one victim does not say that nobody vouches for it
    has = {f.field for f in scoped if f.value != "press"}
    missing = (fields | {"persons_affected"}) - has
    more = [
        f
        for f in doc._.findings
        if f.rejected is None
        and f.field in missing
        and not is_noise(doc, f.start)
        and not stretch_at(doc, f.start).flags & {"past", "exercise"}
        and stretch_at(doc, f.start).begin not in elsewhere
        and (f.field != "persons_affected" or _EACH.search(_sentence(doc, f)))
    ]
    actors = {f.value for f in more if f.field == "actor"}
    return [f for f in more if f.field != "actor" or len(actors) == 1]


def _likened(doc: Doc, found: Reading, finding: Finding, sentence: Stretch) -> bool:
    """Whether the sentence has turned to what another house went through, up to its end, and names no victim there."""
    likening = _LIKE_ANOTHER.search(text_of(doc), sentence.start, finding.start)
    if likening is None:
        return False
    victims = {v.number for v in found.victims}
    return not any(m.entity in victims and likening.end() - 3 <= m.start < finding.start for m in found.mentions)


def _sentence(doc: Doc, finding: Finding) -> str:
    around = stretch_at(doc, finding.start)
    return text_of(doc)[around.start : around.end]


def _is_victim(finding: Finding, victim: Entity) -> bool:
    """« la plateforme d'Itelis », where Itelis itself is the victim."""
    name = str(finding.value).lower()
    return any(m.start <= finding.start < m.end or name in m.text.lower() for m in victim.mentions)


def _said_of(found: Reading, victim: Entity, finding: Finding) -> bool:
    """« L'éditeur Weda est hors de cause » is said of a victim only right after its name."""
    named = [m for m in found.mentions if m.end <= finding.start and finding.start - m.end < 90]
    return bool(named) and named[-1].entity == victim.number


def _of_town(doc: Doc, found: Reading, sentence: Stretch) -> frozenset[int]:
    """« À Arras, 45 000 patients … »: the one victim whose town the sentence names, where it names no other's."""
    said = text_of(doc)[sentence.start : sentence.end]
    named = {v.number for v in found.victims if v.place and re.search(rf"\b{re.escape(v.place.name)}\b", said)}
    return frozenset(named) if len(named) == 1 else frozenset()


def _own_count(doc: Doc, found: Reading, victim: Entity, finding: Finding, told: frozenset[int]) -> bool:
    """Whether a count of persons is this victim's, not a total of several.

    In « A en février, avec un vol de données de 230 000 patients, et B en avril » it is that of the name before it.
    """
    sentence = stretch_at(doc, finding.start)
    text = text_of(doc)[sentence.start : sentence.end]
    if _EACH.search(text):
        return True
    if _IN_ALL.search(text) or in_title(doc, finding.start):
        return False
    named = [m for m in found.mentions if m.entity in told and sentence.start <= m.start < finding.start]
    if len(told) == 1:
        return True
    return (
        len({m.entity for m in named}) >= 1 and named[-1].entity == victim.number and _named_after(found, finding, told)
    )


def _named_after(found: Reading, finding: Finding, told: frozenset[int]) -> bool:
    """Whether another of the sentence's victims is named only after the count: they are told one by one."""
    before = {m.entity for m in found.mentions if m.start < finding.start}
    near = [m for m in found.mentions if m.entity in told and 0 < m.start - finding.end < 200]
    return bool(near) or len(told & before) < len(told)
