"""What a date is the date of: the attack, its discovery, a statement, a complaint, a reopening, another case …

Inside its clause a date hangs on the noun it follows with "de" or "du" ("l'attaque du 11 février", "un communiqué du
17"), else on the nearest verb before it, else on the first verb after it; the kind of that word (`dates.toml`) is the
date's. A verb of no kind leaves it to the event nouns beside. Where only such nouns speak, a word of the lexicon that
the parser makes the date depend on speaks first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from spacy.tokens import Token

from nlp.dates.around import (
    OF_DATA,
    PART_OF_DAY,
    STILL,
    of_another_body,
    planned,
    quoted_then,
    said_or_state,
    state_since,
    struck_by,
)
from nlp.dates.calendar import WEEKDAYS
from nlp.dates.causes import COMPARED, INCISE, cause_of
from nlp.dates.clauses import AUXILIARY, COORDINATE, RELATIVE, VERBAL, Clause, Scene, verb_group
from nlp.dates.doers import AUTHORITY, OUTSIDER, WARNED, WITNESS
from nlp.document import token_at
from nlp.lexicon import Match

_SINCE = re.compile(
    r"\b(?:depuis|dès|à (?:partir|compter) d[ue]?|remonte(?:nt|rait|raient)? (?:au|à)|dat(?:e|ent|ant|erait) d[ue])"
    r"\s?(?:au moins |environ |probablement |sans doute )?(?:le |la |l['’]|ce |cette |au )?$",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:jusqu['’](?:au|à|en)?|d['’]ici(?: au| à)?|\bavant|au plus tard|\bpour|reporté\w* (?:au|à)|"
    r"\bultimatum au|au[- ]delà(?: d[ue])?)\s?(?:le |la |l['’]|ce |cette )?$",
    re.IGNORECASE,
)
_ITS_OWN_VERB = re.compile(r"(?:date|datant|datent|daterait|remont\w+) ")
_OF = re.compile(r"\s(?:de|du|des|d['’])\s?(?:ce\s|cette\s|le\s|l['’])?$", re.IGNORECASE)
_APPOSED = re.compile(r",\s(?:ce\s|cet\s|cette\s|le\s)?$", re.IGNORECASE)
_CLEFT = re.compile(
    r"\bc['’](?:est|était)\s(?:bien |donc |justement |seulement )?(?:le |la |ce |dès |au |à |en |dans )?(?:l['’])?$",
    re.IGNORECASE,
)
# "Il était 20 h 46, dimanche, quand une attaque a visé": the day is that of the clause after it
_WHEN = re.compile(r"\W*(?:il|c['’]|on|nous)\s?(?:est|était|étions)\b", re.IGNORECASE)
_WHILE = frozenset({"quand", "lorsque", "lorsqu'"})
_DAY_WHEN = re.compile(r",?\s(?:jour |date |soir |matin |journée |nuit )?où\b")
_DIGIT = re.compile(r"\d")
_HEADLESS = re.compile(r"\b(?:ce|quoi|là)\s?$", re.IGNORECASE)
_APART = re.compile(
    r"^\W*(?:après|comme|outre|à l['’]instar|à l['’]image|contrairement|à la différence)\b", re.IGNORECASE
)
# a statement in the present tense is at most so many days old
_NOW = 4
_EVENTFUL = ("attack", "trouble")


@dataclass(frozen=True, slots=True)
class Role:
    """`kind`: one of KINDS or `none`; `word`: what says so; `strength`: how much its weight bears, 0 to 1."""

    kind: str
    word: str = ""
    strength: float = 1.0
    weight: float = 0.0
    since: bool = False
    until: bool = False


def role(scene: Scene, start: int, end: int, gone: int = 0, clock: bool = False) -> Role:
    """What the date at the characters `[start, end)` is the date of; `gone`: so many days before the publication;
    `clock`: it is an hour ("de 16h47 à 18h06")."""
    text = scene.text
    whole = text[start:end].lower()
    if whole.startswith(("du ", "de ", "d'", "d’")) and " au " not in whole and " à " not in whole and not clock:
        start += 3 if whole[2] == " " else 2
    before = text[max(0, start - 48) : start]
    since = bool(_SINCE.search(before)) or whole.startswith(("depuis", "dès ", "à partir", "date d", "datant"))
    if _ITS_OWN_VERB.match(whole) and OF_DATA.search(text, max(0, start - 60), start):
        return Role("elsewhere", "date des données", 1.0, -2.5)
    if _ITS_OWN_VERB.match(whole) and (told := scene.inside(max(scene.sentence(start)[0], start - 60), start)):
        # "le vol, qui remonte à 2023, n'a été révélé que lundi": the verb is part of the date
        return replace(_of(next((m for m in reversed(told) if m.id in _EVENTFUL), told[-1])), since=since)
    until = bool(_UNTIL.search(before)) or whole.startswith("jusqu")
    clauses = scene.clauses(start, end)
    holding = [i for i, c in enumerate(clauses) if c.start <= start < c.end]
    at = min(holding, key=lambda i: clauses[i].end - clauses[i].start, default=len(clauses) - 1)
    clause = clauses[at]
    part = PART_OF_DAY.search(before)
    anchor = start - len(part[0]) if part else start
    if now := said_or_state(scene.text, scene.text[max(0, start - 110) : start], whole, end):
        return Role(*now)
    found = _of(struck, 1.1) if (struck := struck_by(scene, before, end)) else None
    if compared := COMPARED.search(scene.text, max(scene.sentence(start)[0], start - 90), start):
        found = Role("elsewhere", f"« {compared[0][:20]} »", 1.0, -2.0)
    found = found or (None if since or part or clock else _attached(scene, clause, start, end, before))
    if found is None and not (since or clock) and (cause := cause_of(scene, clause, start, whole)):
        found = _of(cause, 0.9)
    if found is None and (state := state_since(scene, start, end)):
        found = Role("elsewhere", f"« {state} », en apposition", 1.0, -2.0)
    if found is None and planned(before):
        found = Role("ongoing", "ce qui était prévu", 1.0, -1.6)
    if found is None and quoted_then(before):
        found = Role("saying", "après les guillemets", 1.0, -2.0)
    found = found or _by_verb(scene, clauses, at, anchor, end, gone)
    if found.strength < 0.8 and (parsed := _by_tree(scene, clause, start, end)):
        found = parsed
    if (
        not since
        and found.kind in ("trouble", "effect", "response", "none")
        and STILL.search(text, clause.start, clause.end)
    ):
        # "mardi, le standard sonnait toujours dans le vide": how things stood
        return Role("ongoing", "toujours, encore", 1.0, -1.6, since, until)
    return Role(found.kind, found.word, found.strength, found.weight, since, until)


def first_told_after(scene: Scene, at: int) -> Role:
    """The kind of the sentence that begins at `at`, for the heading that dates it."""
    words = scene.inside(*scene.sentence(at)[:2])
    return _of(words[0], 0.8) if words else Role("none")


def _of(match: Match, strength: float = 1.0) -> Role:
    return Role(match.id, f"« {match.term} »", strength, _weight(match))


def _weight(match: Match) -> float:
    return float(match.entry.options["weight"])


def _attached(scene: Scene, clause: Clause, start: int, end: int, before: str) -> Role | None:
    """The noun that the date follows with "de" or "du" (a noun of no kind makes it another thing's date) or between
    commas ("le piratage, cet été, des serveurs")."""
    preposition = _OF.search(before)
    apposed = _APPOSED.search(before) if scene.text[end : end + 1] == "," else None
    if not preposition and not apposed:
        return None
    noun_end = start - len((preposition or apposed or [""])[0])
    words = scene.inside(max(clause.start, noun_end - 60), noun_end)
    if not preposition:
        return _apposed(scene, clause, words, noun_end)
    token = token_at(scene.doc, max(0, noun_end - 1))
    if words and words[-1].end >= noun_end - 1:
        return _of(words[-1], 1.1)
    if any(w.id == "elsewhere" for w in words):
        return _of(next(w for w in words if w.id == "elsewhere"))
    if token.pos_ in VERBAL:
        return None
    if words and (token.pos_ in ("ADJ", "PROPN") or words[-1].id in _EVENTFUL):
        return _of(words[-1], 0.9)
    return Role("elsewhere", f"« {token.text} »", 0.8, -2.0)


def _apposed(scene: Scene, clause: Clause, words: list[Match], noun_end: int) -> Role | None:
    """ "Le piratage, cet été, des serveurs", "L'arrêt brutal de ses serveurs, lundi, s'explique"."""
    word = words[-1] if words else None
    if word is None or word.id not in _EVENTFUL or clause.verbs[-1:] == [token_at(scene.doc, word.start)]:
        return None
    if word.end >= noun_end:
        return _of(word)
    no_verb = not any(v.idx < noun_end for v in clause.verbs)
    return _of(word, 0.9) if no_verb and word.start - clause.start < 25 else None


def _by_verb(scene: Scene, clauses: list[Clause], at: int, start: int, end: int, gone: int) -> Role:
    clause = clauses[at]
    follower = next((c for c in clauses[at + 1 :] if not c.aside and c.opener != "("), None)
    if (
        follower
        and follower.opener in ("que", "qu'")
        and _CLEFT.search(scene.text[max(clause.start, start - 30) : start])
    ):
        # "c'est le 28 mars qu'un virus a été découvert"
        return _by_verb(scene, clauses, clauses.index(follower), follower.start, follower.start, gone)
    if follower and follower.opener in _WHILE and _WHEN.match(scene.text, clause.start):
        return _by_verb(scene, clauses, clauses.index(follower), follower.start, follower.start, gone)
    if follower and (day := _DAY_WHEN.match(scene.text, end)) and follower.start < day.end() and follower.verbs:
        # "trois semaines ont passé depuis ce jeudi 2 février où les écrans ont affiché un texte en anglais"
        told_then = _by_verb(scene, clauses, clauses.index(follower), follower.start, follower.start, gone)
        if told_then.kind != "none":
            return told_then
    left = [v for v in clause.verbs if v.idx < start]
    right = [v for v in clause.verbs if v.idx >= end]
    if left and INCISE.match(scene.text, end):
        right = []  # "a été victime d'une intrusion la semaine dernière, a appris mercredi le journal"
    elif left and right and left[-1].lower_ in AUXILIARY and scene.text[end : end + 1] == ",":
        left = []
    elif (
        left
        and not right
        and left[-1].lower_ in AUXILIARY
        and follower
        and follower.opener == ","
        and follower.start - end < 3
        and follower.verbs
    ):
        # "ils auraient, l'hiver dernier, vidé la base"
        return _by_verb(scene, clauses, clauses.index(follower), follower.start, follower.start, gone)
    piece = scene.text[clause.start : start]
    if _APART.match(piece.removeprefix(clause.opener)) and not left and not scene.inside(clause.start, start):
        return Role("elsewhere", f"« {piece.split()[0]} »", 1.0, -2.5)
    if not clause.verbs:
        return _by_noun(scene, clause, start, end) or Role("none")
    if not left and (beside := _beside(scene, clause, start)):
        return beside
    verb = left[-1] if left else right[0]
    group_start, group_end = verb_group(verb, left if left else right, scene.doc)
    told = [m for m in scene.inside(clause.start, group_end + 25) if m.start < group_end and m.end > group_start]
    asides = [c for c in clauses if c is not clause and clause.start <= c.start and c.end <= clause.end]
    nouns = [m for m in scene.inside(clause.start, clause.end) if m not in told and not scene.dated(m, start)]
    if any(m.id in _EVENTFUL for m in (*told, *nouns)):
        told, nouns = ([m for m in some if not m.entry.options.get("weak")] for some in (told, nouns))
    nouns = [m for m in nouns if not any(c.start <= m.start < c.end for c in asides)]
    # "dit avoir accédé": who says it leaves the date to the verb said
    voices = {v.idx for v in left[:-1]}
    nouns = [m for m in nouns if not (m.start in voices and m.id in ("saying", "claim"))]
    if any("Tense=Fut" in str(t.morph) for t in clause.verbs if group_start <= t.idx < group_end):
        if gone <= 0 or (gone < 7 and scene.text[start:end].lower() in WEEKDAYS):
            # "reprendront lundi": the next one
            return Role("future", f"« {verb.text} »", 1.0, -4.0)
        # "seront jugés pour le piratage de la clinique en 2022"
        past = [m for m in nouns if m.id in _EVENTFUL and m.end <= start][-1:]
        if not past and not any(m.id in _EVENTFUL for m in told) and not _DIGIT.search(scene.text, start, end):
            return Role("future", f"« {verb.text} »", 1.0, -4.0)
        told = past or told
    if told and left and gone > _NOW and _said_now(told, verb):
        # "elle confirme une attaque, le 28 septembre": what is said now was not said then
        told = [m for m in nouns if m.id in _EVENTFUL and m.end <= start][-1:] or told
    if told:
        decisive = _decisive(scene, told, nouns, group_start)
        if decisive.id == "elsewhere" and follower and follower.verbs and clause.opener in _WHILE:
            # "quand il a pris son service, lundi à 6 heures, le cadre a trouvé ses écrans figés"
            return _by_verb(scene, clauses, clauses.index(follower), follower.start, follower.start, gone)
        around = (
            max(0, group_start - 60) if clause.opener in RELATIVE else max(clause.start, group_start - 60),
            min(clause.end, group_end + 60),
        )
        if decisive.id in (*_EVENTFUL, "response", "effect") and (
            body := of_another_body(scene, _subject(scene, clauses, at), group_start)
        ):
            return Role("elsewhere", f"« {body} »", 1.0, -2.5)
        if decisive.id == "discovery" and WARNED.search(scene.text, *around):
            return Role("aftermath", f"« {decisive.term} », une autorité", 1.0, -2.0)
        if decisive.id == "discovery" and OUTSIDER.search(scene.text, *around):
            return Role("claim", f"« {decisive.term} », par un tiers", 1.0, -1.5)
        return _of(decisive)
    objects = [m for m in nouns if group_end <= m.start < end + 60 and _weight(m) < 0]
    if left and objects:
        # "le piratage a donné lieu mardi à une interpellation"
        return _of(objects[0], 0.75)
    near = [m for m in nouns if m.end <= start] if left else nouns
    # "elles attendaient leur paie le 5 mars": what went on, not what happened
    state = "Tense=Imp" in str(verb.morph) and group_end == verb.idx + len(verb)
    if state and follower and follower.opener in _WHILE and not (near and near[0].id in _EVENTFUL):
        # "dimanche, j'étais d'astreinte quand les alarmes ont sonné"
        return _by_verb(scene, clauses, clauses.index(follower), follower.start, follower.start, gone)
    if near and near[-1].id in _EVENTFUL and (body := of_another_body(scene, clause.start, group_start)):
        return Role("elsewhere", f"« {body} »", 1.0, -2.5)
    if near:
        beside = _beside_which(scene, near[-1] if left else near[0], 0.75)
        return replace(beside, weight=beside.weight - 1.3) if state and beside.kind == "effect" else beside
    if nouns:
        return _beside_which(scene, nouns[0], 0.6)
    if follower and follower.opener == ":" and (named := scene.inside(follower.start, follower.start + 40)):
        # "ce qu'elle vit depuis jeudi : une cyberattaque"
        return _of(named[0], 0.8)
    headless = _HEADLESS.search(scene.text, max(0, clause.start - 5), clause.start)
    if (
        clause.opener in RELATIVE
        and not headless
        and (antecedent := scene.inside(max(0, clause.start - 40), clause.start))
    ):
        return _of(antecedent[-1], 0.79)
    if follower and not left and follower.opener in COORDINATE | {"qui", ","}:
        words = scene.inside(follower.start, follower.end)
        if words:
            return _of(words[0], 0.7)
    if AUTHORITY.search(scene.text[clause.start : verb.idx]):
        return Role("aftermath", f"« {verb.text} », par une autorité", 1.0, -2.5)
    return Role("none", f"« {verb.text} »", 1.0, -1.0 if state else 0.0)


def _subject(scene: Scene, clauses: list[Clause], at: int) -> int:
    """Where the subject of a clause may begin: "la mairie a, elle aussi, été piratée"."""
    clause, before = clauses[at], clauses[at - 1] if at else None
    while at and clause.opener == "," and before and clause.start - before.start < 60:
        at, clause = at - 1, before
        before = clauses[at - 1] if at else None
    return clause.start


def _said_now(told: list[Match], verb: Token) -> bool:
    return all(m.id == "saying" for m in told) and "Tense=Pres" in str(verb.morph)


_IN_ITS_WAKE = re.compile(
    r"\b(?:après|suite à|suite d[eu']|à cause d[eu']|en raison d[eu']|malgré|depuis|face à|lendemain d[eu'])\s?(?:\w+['’\s]){0,2}$",
    re.IGNORECASE,
)


def _beside_which(scene: Scene, noun: Match, strength: float) -> Role:
    """The event noun of a clause whose verb has no kind; what is done "après l'attaque" is an effect of it."""
    if noun.id in _EVENTFUL and _IN_ITS_WAKE.search(scene.text[max(0, noun.start - 30) : noun.start]):
        return Role("effect", f"après « {noun.term} »", strength, 1.3)
    return _of(noun, strength)


def _opening(scene: Scene, at: int) -> Match | None:
    """ "La plainte, déposée auprès de la police, date du 22": what the sentence begins with, where that is no event."""
    first = scene.sentence(at)[0]
    opening = scene.inside(first, min(at, first + 25))[:1]
    return opening[0] if opening and opening[0].id in ("aftermath", "claim", "restored") else None


def _decisive(scene: Scene, told: list[Match], nouns: list[Match], group_start: int) -> Match:
    """The word of a verb group that counts, or its subject where that takes the event from it."""
    text = scene.text
    best = max(told, key=lambda m: abs(_weight(m)))
    before = [m for m in nouns if m.end <= group_start]
    if best.id == "discovery":
        # "une amélioration a été observée samedi"
        if before and before[-1].id == "restored":
            return before[-1]
        # "plusieurs médias ont constaté"
        witness = [m for m in before if m.id == "saying" and WITNESS.search(text[m.start : m.end])]
        return witness[-1] if witness else best
    if best.id == "event" and not before and (subject := _opening(scene, group_start)):
        return subject
    if best.id in ("event", "response") and before:
        # "l'enquête a débuté mardi", "un courrier daté du 5 mars"
        subject = before[-1]
        if subject.id in ("aftermath", "restored", "claim", "elsewhere") or (
            subject.id == "saying" and not text[subject.end : group_start].strip()
        ):
            return subject
    if best.id == "event":
        # "son nom est apparu le 10 mars sur un forum"
        after = [m for m in nouns if group_start < m.start < group_start + 90]
        return next((m for m in after[:1] if m.id == "claim"), best)
    return best


def _beside(scene: Scene, clause: Clause, start: int) -> Role | None:
    """ "L'hôpital victime d'un rançongiciel jeudi 7 mars ne reprendra pas": the event noun right before the date."""
    words = scene.inside(clause.start, start)
    if not words or words[-1].id not in (*_EVENTFUL, "elsewhere"):
        return None
    between = scene.text[words[-1].end : start].strip().lower()
    return _of(words[-1], 0.9) if between in ("", "le", "ce", "informatique", "informatique le", "du") else None


def _by_noun(scene: Scene, clause: Clause, start: int, end: int) -> Role | None:
    """Without a verb (headlines, "C'était mercredi" cut short): the nearest event noun before, else after."""
    left = scene.inside(clause.start, start)
    right = scene.inside(end, clause.end)
    return _of(left[-1], 0.9) if left else _of(right[0], 0.8) if right else None


def _by_tree(scene: Scene, clause: Clause, start: int, end: int) -> Role | None:
    """The word of the lexicon that the parser makes the date depend on in its clause, up to the next verb."""
    doc = scene.doc
    first, last = token_at(doc, start).i, token_at(doc, max(start, end - 1)).i
    root = next((t for t in doc[first : last + 1] if not first <= t.head.i <= last and t.pos_ != "ADP"), None)
    if root is None:
        return None
    head = root.head
    for _ in range(4):
        if not clause.start <= head.idx < clause.end:
            return None
        if word := scene.over(head):
            # "a ouvert une enquête mercredi après la cyberattaque": the parser hangs the day on the attack
            follows = word.start >= end and _IN_ITS_WAKE.search(scene.text[end : word.start])
            return None if follows else _of(word, 0.9)
        if scene.is_verbal(head) or head.head is head:
            return None
        head = head.head
    return None
