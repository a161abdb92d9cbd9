"""How a cue is meant in its sentence: voice, denial, possibility, intent."""

from __future__ import annotations

import re
import unicodedata

from spacy.tokens import Span, Token

from nlp.lexicon import Match
from nlp.services.grammar import words
from nlp.services.sentence import Cue, Unit, is_finite
from reference.folding import fold

_NE = words("ne")
_NEGATORS = words("negators")
_BE, _HAVE = words("be"), words("have")
_IN_GROUP = words("group") | _BE | _HAVE
_NOT_FIRST = words("not_first")
_PRONOUNS = words("pronouns")
_ARTICLES, _WHOLLY = words("articles"), tuple(words("wholly"))
_AIMS, _ACHIEVED, _DECIDED = words("aims"), words("achieved"), words("decided")
_PARTICIPLES, _INFINITIVES = tuple(words("participles")), tuple(words("infinitives"))
_ON_PURPOSE, _FUTURE, _AFTER_PLUS = tuple(words("on_purpose")), words("future"), words("after_plus")
_FRONTED = frozenset(("en cas de", "au cas où", "si jamais", "dans l'hypothèse"))
_MANNER = ("ment", "aussitot", "tantot", "vite", "tot", "tard")
_YEARLY = frozenset(("en temps normal", "en temps ordinaire", "chaque année", "par an", "en moyenne"))
_FRONTING = words("fronting")
_STOPS = frozenset(";:.!?\n")
_STRONG = frozenset(";:().!?«»\n—–")


def understand(unit: Unit) -> None:
    """Fill in voice, denial, possibility and intent of the unit's cues."""
    for cue in unit.cues:
        cue.g = _group_start(unit, cue)
    _let_carry(unit)
    for cue in unit.cues:
        cue.before = tuple(fold(t.text) for t in unit.doc[max(unit.i, cue.g - 1) : cue.i])
        cue.voice = _voice(unit, cue)
        _deny(unit, cue)
        cue.not_wholly = cue.denied and _wholly(unit, cue)
        cue.after = tuple(fold(t.text) for t in unit.doc[cue.j : min(unit.j, cue.j + 6)])
        cue.possible = _possible(unit, cue)
        cue.deliberate = _deliberate(unit, cue)


def _let_carry(unit: Unit) -> None:
    """ "fonctionne au ralenti", "marche en mode dégradé": the verb only carries the state that follows, and leaves."""
    kept = []
    recovered = [c for c in unit.cues if c.state == "restored"]
    for cue in unit.cues:
        if cue.state == "running" and cue.dir == "adj" and _lacking(unit, cue):
            continue  # "plus d'images consultables"
        if cue.said == "normalement" and any(0 <= cue.i - c.j <= 1 for c in recovered):
            continue  # "a repris normalement"
        other = _carried(unit, cue)
        if other is None:
            kept.append(cue)
        else:
            other.g = min(other.g, cue.g)
            if cue.state == "restored" and other.state == "running":
                other.state = "restored"  # "de nouveau payées dans les temps"
    unit.cues = kept


def _lacking(unit: Unit, cue: Cue) -> bool:
    """Whether what the adjective is told of is told to be lacking right before it."""
    near = [m for m in unit.mentions if m.role == "service" and 0 <= cue.i - m.j <= 1]
    return any(
        c.entry.options.get("bare") and m.i - 1 <= c.j <= m.i + 1 and c.i < cue.i for c in unit.cues for m in near
    )


def _carried(unit: Unit, cue: Cue) -> Cue | None:
    again = fold(unit.doc[cue.i : cue.j].text) in ("de nouveau", "a nouveau")
    if again:
        return next(
            (o for o in unit.cues if o is not cue and (0 <= o.i - cue.j <= 4 or 0 <= cue.i - o.j <= 1)),
            None,
        )
    if cue.state != "running" or cue.dir not in ("intr", "verb"):
        return None
    if any(fold(unit.doc[k].text) in _NE for k in range(cue.g, cue.i)):
        return None
    for other in unit.cues:
        if (
            other.i >= cue.j
            and other.i - cue.j <= 8
            and other.state in ("degraded", "hampered", "limited", "disturbed")
        ):
            between = unit.doc[cue.j : other.i]
            parted = any(m.role in ("service", "place") and m.free and cue.j <= m.i < other.i for m in unit.mentions)
            parted = parted or any(
                t.text in (";", ".", ":") or t.lower_ in ("et", "mais", "où") or is_finite(t) for t in between
            )
            return None if parted or _others_way(unit, cue, between) else other
    return None


def _others_way(unit: Unit, cue: Cue, between: Span) -> bool:
    """Whether a clause with a subject of its own parts them: "les soins continuent, les équipes travaillant sur papier"."""
    if not any(m.role in ("soins", "patients") and m.j <= cue.i for m in unit.mentions):
        return False
    comma = next((k for k, t in enumerate(between) if t.text == ","), None)
    if comma is None:
        return False
    after = between[comma + 1 :]
    if fold(unit.doc[after.start].text) in ("avec", "mais", "quoique"):
        return True
    participle = next((k for k, t in enumerate(after) if t.pos_ in ("VERB", "AUX") and t.lower_.endswith("ant")), None)
    return participle is not None and any(t.pos_ in ("NOUN", "PROPN", "PRON") for t in after[:participle])


def is_strong(token: Token) -> bool:
    return token.text in _STRONG or token.text.startswith("\n")


def _group_start(unit: Unit, cue: Cue) -> int:
    at = cue.i
    while at > unit.i and _in_group(unit.doc[at - 1]) and unit.doc[at - 1].text != "Est":
        at -= 1
    # what the group swallowed to its left but is no part of it: "l'activité de" …
    while at < cue.i and fold(unit.doc[at].text) in _NOT_FIRST:
        at += 1
    return at


def _in_group(token: Token) -> bool:
    word = fold(token.text)
    return word in _IN_GROUP or (token.pos_ == "ADV" and word.endswith(_MANNER))


def _voice(unit: Unit, cue: Cue) -> str:
    """`active`, `passive`, `infinitive`, `participle` (no auxiliary) or empty (no verb)."""
    if cue.dir != "verb":
        return ""
    if cue.state == "severed":
        return "passive"
    token = unit.doc[cue.i]
    written = unicodedata.normalize("NFC", token.lower_)
    before = [fold(unit.doc[k].text) for k in range(cue.g, cue.i)]
    if written.endswith(_INFINITIVES):
        return "infinitive"
    if any(w in _BE for w in before) and "de" not in before[-1:]:
        return "passive"
    if written.endswith(_PARTICIPLES):
        if any(w in _HAVE for w in before) or _takes_object(unit, cue):
            return "active"
        if written.endswith("ent"):
            return "active"
        return "participle"
    return "active"


def _takes_object(unit: Unit, cue: Cue) -> bool:
    """ "a atteint les serveurs et paralysé une partie du réseau": a participle that an article follows is active."""
    doc = unit.doc
    after = fold(doc[cue.j].text) if cue.j < unit.j else ""
    at = cue.i - 1
    if at > unit.i and fold(doc[at].text).endswith("ment"):  # "…, partiellement déprogrammé ses activités"
        at -= 1
    return at >= unit.i and doc[at].lower_ in ("et", "puis", ",") and after in _ARTICLES


def _deny(unit: Unit, cue: Cue) -> None:
    if cue.denies_itself:
        return
    doc = unit.doc
    if cue.i > unit.i and fold(doc[cue.i - 1].text) == "non":
        cue.denied = True
        return
    if cue.dir == "noun" or cue.voice == "infinitive":
        low = max(unit.i, cue.i - 3)
        said = [fold(doc[k].text) for k in range(low, cue.i)]
        if any(w in ("aucun", "aucune", "sans", "ni") for w in said) or " ".join(said[-2:]) in ("pas de", "pas d'"):
            cue.denied = True
            return
    ne = _find_ne(unit, cue)
    if ne is None:
        # spoken French leaves "ne" out: "pas touché", "pas encore rétabli"
        last = [fold(t.text) for t in doc[max(unit.i, cue.i - 2) : cue.i]]
        cue.denied = last[-1:] in (["pas"], ["jamais"]) or last == ["pas", "encore"]
        return
    low = ne
    while low > unit.i and ne - low < 14 and not is_strong(doc[low - 1]) and low - 1 not in unit.barriers:
        low -= 1
    high = min(unit.j, cue.j + 3)
    said = [fold(doc[k].text) for k in range(low, high)]
    negators = [w for k, w in enumerate(said, low) if w in _NEGATORS and not (w == "plus" and _comparative(unit, k))]
    if "plus" in negators and any(fold(t.text) in ("que", "qu'") for t in doc[cue.j : min(unit.j, cue.j + 3)]):
        cue.only = True  # "n'est plus accessible que sur appel"
        return
    if negators and _goes_on(unit, ne, cue):
        return
    if negators:
        cue.denied = True
        cue.denied_plus = "plus" in negators and "non" not in said
        return
    if any(w in ("que", "qu'") for w in said[ne - low :]):
        cue.only = True


def _goes_on(unit: Unit, ne: int, cue: Cue) -> bool:
    """ "N'a jamais cessé de recevoir", "d'être soignés": what has not ceased is done."""
    said = [fold(t.text) for t in unit.doc[ne : cue.i]]
    if said[-1:] == ["etre"]:
        said.pop()
    return said[-1:] in (["de"], ["d'"]) and any(w.startswith(("cess", "arret")) for w in said[-3:-1])


def _wholly(unit: Unit, cue: Cue) -> bool:
    """ "N'est pas entièrement opérationnel", "ne tourne pas encore à plein régime": what is denied is only the whole."""
    said = " ".join(fold(t.text) for t in unit.doc[max(unit.i, cue.i - 5) : min(unit.j, cue.j + 5)])
    return any(w in said for w in _WHOLLY)


def _closed(unit: Unit, ne: int, cue: Cue) -> bool:
    """ "Pour que le virus ne gagne pas du terrain, le réseau a été coupé": the denial is of the verb before the comma."""
    doc = unit.doc
    verb = negator = False
    for token in doc[ne + 1 : cue.g]:
        word = fold(token.text)
        done = token.pos_ == "VERB" or (token.pos_ == "ADJ" and token.lower_.endswith(_PARTICIPLES))
        verb = verb or (done and word not in _IN_GROUP)
        negator = negator or word in _NEGATORS
        if word in ("et", "mais") and verb and negator and doc[token.i + 1].pos_ == "DET":
            return True  # "les passages n'ont pas varié et les urgences ont été assurées"
        if token.text == "," and ((verb and negator) or fold(doc[token.i + 1].text) in _PRONOUNS):
            return True
    return False


def _comparative(unit: Unit, k: int) -> bool:
    """ "plus de la moitié", "plus long": no negation."""
    doc = unit.doc
    after = fold(doc[k + 1].text) if k + 1 < unit.j else ""
    return after in _AFTER_PLUS or (k > unit.i and fold(doc[k - 1].text) in ("le", "la", "les", "non"))


def _find_ne(unit: Unit, cue: Cue) -> int | None:
    doc = unit.doc
    for k in range(cue.i - 1, max(unit.i, cue.i - 9) - 1, -1):
        token = doc[k]
        if fold(token.text) in _NE:
            finite = [j for j in range(k + 1, cue.j) if is_finite(doc[j])]
            return None if (len(finite) > 1 and finite[0] < cue.g) or _closed(unit, k, cue) else k
        if is_strong(token) or k in unit.barriers or token.lower_ in ("qui", "que", "dont", "où"):
            return None
        if token.lower_ in ("et", "ou", ",") and cue.dir == "intr":
            return None
        if k < cue.g and token.pos_ == "VERB" and is_finite(token):
            # "n'est pas un ransomware … fonctionne": the denial belongs to another verb
            its_own = k - 1 >= unit.i and fold(doc[k - 1].text) in _NE and fold(token.text) in _IN_GROUP
            return k - 1 if its_own and not _closed(unit, k - 1, cue) else None
    return None


def _clause_start(unit: Unit, cue: Cue) -> int:
    k = cue.i
    while k > unit.i and not is_strong(unit.doc[k - 1]) and k - 1 not in unit.barriers:
        k -= 1
    return k


def _possible(unit: Unit, cue: Cue) -> bool:
    doc = unit.doc
    low = max(_clause_start(unit, cue), cue.i - 14)
    end = doc[cue.i].idx + (len(doc[cue.i]) if cue.dir == "noun" else 0)
    if any(m.id == "usual" and _holds(unit, m, cue) for m in unit.marked("modal", doc[unit.i].idx, cue.end + 60)):
        return True
    modals = list(unit.marked("modal", doc[low].idx, end))
    after = list(unit.marked("modal", cue.end, doc[min(unit.j, cue.j + 5) - 1].idx + 1))
    for modal in modals:
        if modal.id == "usual":
            continue
        if modal.id == "possible" and (modal.term in _FRONTED or not _parted(unit, modal.end, cue)):
            return True
        if modal.id == "aim" and (cue.state == "running" or cue.dir == "adj"):
            return True
        if modal.id in ("later", "aim"):
            continue
        if modal.id == "not yet" and cue.state == "restored":
            return True
        if modal.id == "step by step" and cue.state == "restored" and _unfinished(cue):
            return True
    for modal in after:
        if modal.id == "aim" or (modal.id == "later" and cue.state != "restored"):
            continue
        stop = unit.text[cue.end : modal.start]
        if any(c in stop for c in ",;:.") or " et " in stop:
            continue
        if modal.id == "step by step":
            if cue.state == "restored" and _unfinished(cue):
                return True
            continue
        if cue.state == "restored" or fold(modal.term).startswith(("envisag", "possible", "a craindre", "pourrai")):
            return True
    if cue.voice == "infinitive" and cue.state != "cut" and _is_aim(unit, cue):
        return True
    if _IF.search(unit.text, max(doc[unit.i].idx, cue.start - 70), cue.start) and _WILL.match(unit.text, cue.end):
        return True
    return cue.state == "restored" and _future(unit, cue)


# "si le laboratoire ne fonctionne plus, ce sera compliqué"
_IF = re.compile(r"(?<!même )(?<!sais pas )(?<!sait pas )\b(?:[Ss]i\s|[Ss]['’](?=ils?\b))[^,;:.!?]{0,60}$")
_WILL = re.compile(
    r"[^,;:.!?]{0,40},\s[^.;!?]{0,30}?\b(?:va|vont|allons|\w{2,}(?:era|eront|erait|eraient)|sera|seront|serait|seraient|aura|auront|faudra|faudrait|devra|devront)\b"
)


def _holds(unit: Unit, usual: Match, cue: Cue) -> bool:
    """ "En temps normal" stands before what it tells of, "chaque année" anywhere; "comme d'habitude" only compares."""
    if usual.start >= cue.end and usual.term not in _YEARLY:
        return False
    return not re.search(r"(?:comme|que|qu['’])\s*$", unit.text[max(0, usual.start - 8) : usual.start].lower())


def _unfinished(cue: Cue) -> bool:
    """ "Relancent peu à peu", "sont relancés un à un", against "est revenu peu à peu"."""
    if cue.dir == "intr":
        return not set(cue.before) & (_BE | _HAVE)
    return "ete" not in cue.before and not set(cue.before) & {"a", "ont", "avait", "avaient"}


_WILL_BE = re.compile(r"\b(?:\w{2,}(?:era|eront|rait|raient)|faut|doit|doivent|va|vont)\b")


def _is_aim(unit: Unit, cue: Cue) -> bool:
    """An infinitive that only says what for ("pour annuler un rendez-vous"), or of a recovery not told as done."""
    said = [fold(t.text) for t in unit.doc[max(unit.i, cue.i - 6) : cue.i]]
    if cue.state == "restored":
        if said[-2:] in (["avant", "de"], ["avant", "d'"]):
            # "est resté fermé deux jours avant de rouvrir"
            return bool(_WILL_BE.search(fold(unit.text[unit.doc[unit.i].idx : cue.start])))
        return not set(said) & _ACHIEVED
    if set(said) & _AIMS:
        return True
    if said[-1:] == ["pour"] or said[-2:] == ["afin", "de"] or said[-2:] in (["pour", "les"], ["pour", "y"]):
        return "tout" not in said
    return False


def _parted(unit: Unit, start: int, cue: Cue) -> bool:
    """Whether a comma or another verb parts a modal from the cue."""
    doc = unit.doc
    found = 0
    for k in range(cue.g - 1, unit.i - 1, -1):
        if doc[k].idx < start:
            break
        if doc[k].text == ",":
            return True
        found += is_finite(doc[k])
    return found > 1


def _future(unit: Unit, cue: Cue) -> bool:
    said = [fold(unit.doc[k].text) for k in range(cue.g, cue.j)]
    return any((w.endswith(("ra", "ront")) and len(w) > 4) or w in _FUTURE for w in said)


def _deliberate(unit: Unit, cue: Cue) -> bool:
    """Whether people did it to contain the incident: it is said, or the active subject is no attacker."""
    doc = unit.doc
    first, last = cue.i, cue.j
    while first > unit.i and cue.i - first < 25 and doc[first - 1].text not in _STOPS:
        if doc[first].lower_ == "et" and doc[first - 1].text == ",":
            break
        first -= 1
    fronted = cue.dir == "after" and cue.i - unit.i <= 2  # "faute d'accès aux dossiers, on a préféré …"
    while last < unit.j and last - cue.j < 25 and doc[last].text not in _STOPS:
        if fronted and doc[last].text == ",":
            break
        last += 1
    low, high = doc[first].idx, doc[last - 1].idx + 1
    if any(True for _ in unit.marked("precaution", low, high)):
        return True
    if cue.dir == "noun" and cue.state != "cut":
        return False
    if cue.state == "stopped" and not fold(doc[cue.i].text).startswith(_ON_PURPOSE):
        return False
    if cue.voice in ("active", "infinitive") and not attacked(unit, cue):
        return cue.voice == "active" or _human_before(unit, cue)
    return False


def attacked(unit: Unit, cue: Cue) -> bool:
    """Whether what strikes (attack, virus, breakdown) stands as the subject before the cue."""
    doc = unit.doc
    low = _clause_start(unit, cue)
    if fold(doc[low].text) in _FRONTING:  # "pour ne pas laisser l'attaque s'étendre, la direction a arrêté …"
        low = next((k for k in range(cue.g - 1, low, -1) if doc[k].text == ","), low)
    return any(True for _ in unit.marked("attacker", doc[low].idx, doc[cue.i].idx))


def _human_before(unit: Unit, cue: Cue) -> bool:
    return any(fold(unit.doc[k].text) in _DECIDED for k in range(max(unit.i, cue.i - 6), cue.i))
