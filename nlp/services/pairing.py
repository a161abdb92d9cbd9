"""Which service a state is told of: the price of each pair, from grammar first and nearness second."""

from __future__ import annotations

from dataclasses import dataclass

from nlp.services.cues import attacked, is_strong
from nlp.services.grammar import words
from nlp.services.lists import groups, outside_brackets
from nlp.services.owners import owner
from nlp.services.sentence import Cue, Mention, Unit, is_finite
from nlp.services.tree import linked, other_subject
from reference.folding import fold

TOO_DEAR = 4.0
_OF_HOUSES = frozenset(
    ("degraded", "hampered", "stopped", "cut", "running", "closed", "limited", "affected", "disturbed")
)
_ARTICLES = words("articles")
_LIKE = words("likened")
_LACKING = words("have") | {"dispose", "disposent", "disposait", "disposaient", "recoit", "recoivent", "est", "sont"}
_HANDLING = words("handling")
_OF_WHAT = frozenset(("de", "du", "des", "d'", "dans", "aux", "au"))
_TOUCHES = ("touch", "impact", "affect")
_POSSESSIVES = words("possessives")
_FRONTS = frozenset(("a", "au", "aux", "en", "cote", "dans", "pour", "du"))
_GOES_ON = (
    "continuer",
    "continue",
    "continuent",
    "continuaient",
    "continueront",
    "utilise",
    "utilises",
    "marcher",
    "tourner",
)
_RELATIVES = frozenset(("qui", "que", "qu'", "dont", "où", "ou"))


@dataclass(frozen=True, slots=True)
class Pair:
    cue: Cue
    mentions: tuple[Mention, ...]
    price: float


def pairs(unit: Unit) -> list[Pair]:
    """For each cue the cheapest group of services, and what it costs (over `TOO_DEAR`: none of them)."""
    found: list[Pair] = []
    grouped = groups(unit)
    for cue in unit.cues:
        best: Pair | None = None
        for group in grouped:
            price = min(_price(unit, cue, mention) for mention in group)
            if best is None or price < best.price:
                best = Pair(cue, tuple([m for m in group if _told_of(cue, m)] or group), price)
        if best is not None:
            group = owner(unit, cue, list(best.mentions), grouped)
            found.append(Pair(cue, tuple(group), best.price))
    cheapest: dict[int, float] = {}
    for pair in found:
        for mention in pair.mentions:
            cheapest[id(mention)] = min(pair.price, cheapest.get(id(mention), 99.0))
    found += _likened(unit, grouped, found)
    found += _left(unit, found)
    return [
        p for p in found if p.price < _sure(p) or p.price <= min(cheapest.get(id(m), 99.0) for m in p.mentions) + 1.8
    ]


_LEFT = 0.5


def _left(unit: Unit, found: list[Pair]) -> list[Pair]:
    """Services that no cue has chosen take the cue nearest to them, if it is near enough."""
    taken = {id(m) for p in found if p.price <= TOO_DEAR for m in p.mentions}
    more = []
    cues = [c for c in unit.cues if c.state not in ("diverted", "transferred")]
    for mention in unit.mentions:
        if mention.role != "service" or id(mention) in taken or not cues or not mention.free:
            continue
        if fold(unit.doc[max(unit.i, mention.i - 1)].text) == "cote":
            continue  # "côté administration" says where
        price, cue = min(((_price(unit, c, mention), c) for c in cues), key=lambda x: x[0])
        if price <= _LEFT:
            more.append(Pair(cue, (mention,), price))
    return more


def _sure(pair: Pair) -> float:
    """The price under which a pair holds though the service has a cheaper state: a recovery often comes second."""
    return 2.2 if pair.cue.state == "restored" else 1.5


def _likened(unit: Unit, grouped: list[list[Mention]], found: list[Pair]) -> list[Pair]:
    """ "La psychiatrie est maintenue, comme les soins de suite": what is likened after the state shares it."""
    more = []
    for pair in found:
        for group in grouped:
            first = group[0]
            if not (
                pair.mentions[-1].j <= pair.cue.i
                and pair.cue.j <= first.i <= pair.cue.j + 7
                and first.role == "service"
            ):
                continue
            gap = unit.doc[pair.cue.j : first.i]
            said = [fold(t.text) for t in gap]
            if _LIKE & set(said) and not any(
                (t.pos_ == "VERB" and fold(t.text) not in _LIKE) or is_strong(t) for t in gap
            ):
                after = unit.doc[group[-1].j : min(unit.j, group[-1].j + 4)]
                if fold(after[:1].text) in _RELATIVES or not any(is_finite(t) for t in after):
                    more.append(Pair(pair.cue, tuple(group), min(pair.price, 1.0)))
    return more


def _price(unit: Unit, cue: Cue, mention: Mention) -> float:
    if (
        mention.role != "service"
        and not mention.free
        and not (mention.role != "place" and (cue.dir in ("after", "noun") or mention.i >= cue.j))
    ):
        return 99.0
    if mention.role != "service" and not _fits(unit, mention, cue):
        return 99.0
    options = cue.entry.options
    if mention.i < cue.i and cue.state in ("running", "restored") and _handled(unit, mention):
        return 99.0
    if not _told_of(cue, mention):
        return 99.0
    if mention.role != "service" and ("named_only" in options or "of" in options):
        return 99.0
    if options.get("struck") and not attacked(unit, cue):
        return 99.0
    if options.get("only") and not (mention.only or mention.share):
        return 99.0
    if _in_another_clause(unit, cue, mention):
        return 99.0
    if cue.dir != "verb" and (cue.dir == "after") == (cue.i - unit.i <= 2) and _main_clause(unit, cue, mention):
        return 99.0
    if cue.state == "affected" and cue.voice == "active" and mention.j <= cue.g and cue.said.startswith(_TOUCHES):
        return 99.0  # "un bug de Doctolib touche …": what strikes
    if "near" in options and mention.i - cue.j > options["near"]:
        return 99.0
    if mention.role == "service" and not cue.denied and mention.kind in options.get("denied_only", ()):
        return 99.0 if mention.service != "samu_regulation" else 0.5
    if mention.i == cue.j and fold(cue.term).endswith(" aux"):
        return 99.0  # "réservé aux généralistes"
    saying = options.get("said") and fold(cue.term).startswith(("assur", "garanti"))
    if saying and not cue.only and cue.voice == "active" and (mention.i < cue.j or mention.i - cue.j > 5):
        return 99.0  # "assure l'hôpital": who speaks, not what runs
    if options.get("faint") and cue.dir == "noun" and (mention.i < cue.j or not _of(unit, cue.j, mention.i)):
        return 99.0
    if options.get("bare") and not _bare(unit, cue, mention):
        return 99.0
    if cue.voice == "passive" and mention.i >= cue.j and _agent(unit, cue, mention):
        return 99.0  # "filtré par le 15"
    if cue.g <= mention.i < cue.i:
        # the object of a verb that only carries the state: "poursuivent leur activité en mode dégradé"
        if mention.role != "service":
            return 99.0
        price = 1.0 + 0.12 * (cue.i - mention.j)
    elif mention.i < cue.i:
        price = _way(unit, mention.j, cue.g) + (0.6 if owned(unit, cue) else _before(cue))
    else:
        price = _way(unit, cue.j, mention.i) + _after(unit, cue, mention)
    if mention.role in ("place", "everything", "void"):
        price += 0.6
    elif mention.role == "soins":
        price += 0.3
    if linked(unit, mention, cue):
        price -= 2.5
    elif (
        (mention.i < cue.i or cue.voice == "passive")
        and cue.dir in ("intr", "adj", "verb")
        and other_subject(unit, cue)
    ):
        price += 1.8
    if mention.i < cue.i and _whose_part(unit, mention, cue):
        return 99.0
    if mention.i < cue.i and _where(unit, mention, cue):
        price = min(price, 1.0)
    if mention.i < cue.i and fronted(unit, mention) and not _another(unit, mention, cue):
        price -= 1.6
    return price


def _told_of(cue: Cue, mention: Mention) -> bool:
    """Whether the lexicons let this be told of that: by kind, by service, by the wordings an ambiguous name wants."""
    options = cue.entry.options
    if mention.role == "service" and mention.kind not in options.get("kinds", (mention.kind,)):
        return False
    if mention.service in options.get("not_of", ()) or mention.service not in options.get("of", (mention.service,)):
        return False
    wanted = mention.entry.options.get("cues")
    if wanted and mention.role == "service" and mention.service == "site_web" and not mention.free:
        return False  # "entre les sites", "sur l'ensemble des sites"
    if (
        not wanted
        or fold(cue.term).startswith(tuple(wanted))
        or cue.entry.id in mention.entry.options.get("else_of", ())
    ):
        return True
    return cue.said.startswith(tuple(wanted)) or any(word.startswith(tuple(wanted)) for word in cue.said.split())


def _handled(unit: Unit, mention: Mention) -> bool:
    """ "L'examen des serveurs continue": what goes on is what is done to them."""
    before = [fold(t.text) for t in unit.doc[max(unit.i, mention.i - 4) : mention.i + 1]]
    return any(w in _HANDLING and before[k + 1] in _OF_WHAT for k, w in enumerate(before[:-1]))


def _where(unit: Unit, mention: Mention, cue: Cue) -> bool:
    """ "L'accueil, où l'on remplit des fiches à la main": a clause that tells of the place before it."""
    doc = unit.doc
    at = next((k for k in range(mention.j, min(cue.i, mention.j + 3)) if doc[k].lower_ == "où"), None)
    return at is not None and not any(is_strong(doc[k]) or k in unit.barriers for k in range(at, cue.i))


def _whose_part(unit: Unit, mention: Mention, cue: Cue) -> bool:
    """ "L'Ehpad, dont les lignes sont coupées": the state is that of the part named after "dont"."""
    doc = unit.doc
    at = next((k for k in range(mention.j, min(cue.i, mention.j + 6)) if doc[k].lower_ == "dont"), None)
    return at is not None and any(m.role == "service" and 0 < m.i - at <= 3 and m.j <= cue.i for m in unit.mentions)


def _another(unit: Unit, mention: Mention, cue: Cue) -> bool:
    """ "Côté administration, la paie a pris du retard": the service nearer to the state has it."""
    return any(m.role == "service" and m.free and mention.j < m.i and m.j <= cue.i for m in unit.mentions)


def fronted(unit: Unit, mention: Mention) -> bool:
    """ "Aux urgences, …", "À la pharmacie aussi …": a place set at the head of the sentence."""
    doc = unit.doc
    head = mention.i
    while head > unit.i and head > mention.i - 5 and not is_strong(doc[head - 1]):
        head -= 1
    if head > unit.i and not is_strong(doc[head - 1]):
        return False
    return fold(doc[head].text) in _FRONTS and mention.role == "service"


def _fits(unit: Unit, mention: Mention, cue: Cue) -> bool:
    role, state = mention.role, cue.state
    if role == "patients":
        # "les patients ont pu continuer à réserver": what they do is no care
        return state in ("diverted", "transferred", "running") and not cue.said.endswith(_GOES_ON)
    if role == "place":
        if cue.entry.id == "plus long" or (cue.entry.id == "à l'arrêt" and fold(cue.term).startswith("en panne")):
            return False
        if state == "hampered" and fold(cue.term).startswith(("compliqu", "difficil", "pas simple", "laborieu")):
            return False
        if state == "running" and not fold(cue.term).startswith(
            ("fonctionn", "operationnel", "continue", "tourn", "a tenu", "normalement")
        ):
            return False
        if state in ("stopped", "limited") and cue.dir == "verb" and cue.voice in ("active", "infinitive"):
            return False
        if state == "cut" and cue.voice not in ("passive", "participle"):
            return False
        return state in _OF_HOUSES and cue.dir not in ("after", "noun")
    if role == "resume":
        return cue.i >= mention.i
    if role == "everything":
        if (mention.i > cue.i and state != "cut") or cue.term == "recevoir":
            return False  # "ne plus rien recevoir"
        return state in ("stopped", "cut", "restored", "degraded", "running", "affected") or (
            state == "postponed" and not fold(cue.term).startswith("perdu")
        )
    if role == "trouble":
        return state == "restored"
    if role == "others":
        return state == "postponed" and mention.j <= cue.g
    if role == "void":
        if cue.dir == "verb" and cue.voice == "active" and any(unit.marked("attacker", mention.start, mention.end)):
            return False  # "l'attaque touche …": what strikes is not what is struck
        return mention.free and cue.dir not in ("after", "noun") and "alone" not in cue.entry.options
    return True


def _way(unit: Unit, start: int, stop: int) -> float:
    """What lies between a service and a state: said, commas, verbs, turns."""
    price = 0.0
    verb = False
    for token in outside_brackets(unit, start, stop):
        k = token.i
        price += 0.12
        if k in unit.barriers:
            price += 2.5
        elif is_strong(token):
            price += 1.2 if token.text in ("(", "«", "»") else 1.8
        elif token.text == ",":
            price += 0.3
        elif token.lower_ in _RELATIVES:
            price += 0.4
        if is_finite(token):
            price += 0.4 if verb else 1.4
            verb = True
        else:
            verb = False
            if token.pos_ == "VERB":
                price += 0.5
    for cue in unit.cues:
        if start <= cue.i and cue.j <= stop:
            price += 0.8
    return price


def _before(cue: Cue) -> float:
    """The service stands before the said of the state."""
    if cue.dir == "verb":
        return {"active": 1.2, "infinitive": 2.0, "passive": 0.0, "participle": 0.2}.get(cue.voice, 0.5)
    return {"intr": 0.0, "adj": 0.0, "noun": 4.0, "after": 5.0}[cue.dir]


def _in_another_clause(unit: Unit, cue: Cue, mention: Mention) -> bool:
    """Beyond a semicolon; beyond a comma after a noun of state ("après deux jours de coupure, les généralistes …"); the
    people a thing is handed to ("de vive voix à l'urgentiste")."""
    if mention.j <= cue.i:
        return any(t.text == ";" for t in unit.doc[mention.j : cue.i])
    if cue.dir == "adj" and not mention.free and mention.wording.endswith(_PEOPLE):
        return True
    return cue.dir == "noun" and cue.state == "stopped" and unit.doc[cue.j].text == ","


_PEOPLE = tuple(words("people"))


def _main_clause(unit: Unit, cue: Cue, mention: Mention) -> bool:
    """ "Faute d'accès aux dossiers, les oncologues diffèrent …": after the comma stands the subject of the main clause."""
    doc = unit.doc
    if mention.i <= cue.j:
        return False
    comma = next((k for k in range(mention.i - 1, max(cue.j, mention.i - 4) - 1, -1) if doc[k].text == ","), None)
    return comma is not None and any(is_finite(t) for t in doc[mention.j : min(unit.j, mention.j + 2)])


def owned(unit: Unit, cue: Cue) -> bool:
    """ "La pharmacie annonce sa fermeture": a noun of state with a possessive is told of what was named before."""
    return cue.dir == "noun" and cue.i > unit.i and fold(unit.doc[cue.i - 1].text) in _POSSESSIVES


def _after(unit: Unit, cue: Cue, mention: Mention) -> float:
    if cue.dir == "verb":
        verbs = sum(is_finite(t) for t in unit.doc[cue.j : mention.i]) if cue.voice in ("active", "infinitive") else 0
        return verbs * 1.5 + {"active": 0.0, "infinitive": 0.0, "passive": 1.9, "participle": 1.9}.get(cue.voice, 1.0)
    if cue.dir == "noun":
        return 0.0 if _of(unit, cue.j, mention.i) else 3.0
    return {"intr": 3.4, "adj": 1.7, "after": 0.0}[cue.dir]


def _agent(unit: Unit, cue: Cue, mention: Mention) -> bool:
    said = [fold(t.text) for t in unit.doc[cue.j : mention.i]]
    return said[:1] == ["par"] and all(w in _ARTICLES for w in said[1:])


def _bare(unit: Unit, cue: Cue, mention: Mention) -> bool:
    """ "Plus de" denies right before the service, after "ne" or at the head of a clause, not in "plus de mille"."""
    doc = unit.doc
    if mention.i < cue.i or mention.i > cue.j + 1 or (mention.i > cue.j and doc[cue.j].pos_ == "NUM"):
        return False
    if not fold(cue.term).startswith(("plus", "pas")):
        return True
    verb = doc[cue.i - 1] if cue.i > unit.i else None
    if verb is not None and is_finite(verb) and fold(verb.text) not in _LACKING and fold(cue.term).startswith("pas d"):
        return False  # "ne proviennent pas de nos systèmes"
    before = [fold(t.text) for t in doc[max(unit.i, cue.i - 5) : cue.i]]
    return (
        not before
        or is_strong(doc[cue.i - 1])
        or (doc[cue.i - 1].text == "," and fold(doc[unit.i].text) in _FRONTS)
        or (doc[cue.i - 1].text == "," and not any(is_finite(t) for t in doc[_start(unit, cue) : cue.i]))
        or (
            doc[cue.i - 1].text in (",", "et")
            and any(c.entry is cue.entry and 0 <= cue.i - c.j <= 9 for c in unit.cues)
        )
        or bool({"ne", "n'", "a", "ya"} & set(before) and ("n'" in before or "ne" in before or "y" in before))
    )


def _start(unit: Unit, cue: Cue) -> int:
    at = cue.i
    while at > unit.i and not is_strong(unit.doc[at - 1]):
        at -= 1
    return at


def _of(unit: Unit, start: int, stop: int) -> bool:
    said = [fold(t.text) for t in unit.doc[start : min(stop + 1, start + 3)]]
    return "," not in said and any(w in ("de", "du", "des", "d'", "a", "au", "aux", "sur") for w in said)
