"""How a cue is meant in its sentence: voice, denial, possibility, intent."""

from __future__ import annotations

import unicodedata

from spacy.tokens import Token

from nlp.services.mentions import Cue, Mention, Unit, is_finite
from reference.folding import fold

_NE = frozenset(("ne", "n'", "n"))
_NEGATORS = frozenset("pas plus jamais guere aucun aucune aucunement nullement rien ni personne point nul nulle".split())
_GROUP_WORDS = frozenset(
    "c' ce ne n' pas plus jamais guere ete etre se s' y en l' le la les avoir du pu peut peuvent doit doivent devait devaient dut fallu faut fait faire "
    "toujours encore tous toutes tout deja aussi egalement donc ainsi bien meme temporairement provisoirement entierement partiellement "
    "totalement completement immediatement progressivement normalement volontairement rapidement contraint contrainte contraints de d' a "
    "oblige obligee obliges va vont vient viennent continue continuent continuait continuaient reste restent restait restaient semble dit "
    "force forcee forces amene amenee commence commencent pouvait pouvaient puisse puissent conduit choisi decide prefere".split()
)
_ETRE = frozenset("est sont etait etaient sera seront serait seraient ete etre soit soient fut furent etant reste restent restait restaient restee restees rester demeure demeurent".split())
_AVOIR = frozenset("a ont avait avaient aura auront aurait auraient avoir ayant ai avons eu ait aient eut".split())
_ARTICLES = frozenset("le la les l' un une des ses son sa leur leurs tout toute tous toutes plusieurs certains certaines".split())
_AIMS = frozenset("capable capables vise visant visent tente tenter essaye essayer voulu menace cherche cherchent consiste but susceptible objectif permettrait destine destines eviter empecher".split())
_FRONTED = frozenset(("en cas de", "au cas où", "si jamais", "dans l'hypothèse"))
_STOPS = frozenset(";:.!?\n")
_IN_GROUP = _GROUP_WORDS | _ETRE | _AVOIR
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
        cue.after = tuple(fold(t.text) for t in unit.doc[cue.j : min(unit.j, cue.j + 6)])
        cue.possible = _possible(unit, cue)
        cue.deliberate = _deliberate(unit, cue)


def _let_carry(unit: Unit) -> None:
    """ "fonctionne au ralenti", "marche en mode dégradé": the verb only carries the state that follows, and leaves."""
    kept = []
    for cue in unit.cues:
        other = _carried(unit, cue)
        if other is None:
            kept.append(cue)
        else:
            other.g = min(other.g, cue.g)
    unit.cues = kept


def _carried(unit: Unit, cue: Cue) -> Cue | None:
    again = fold(unit.doc[cue.i : cue.j].text) in ("de nouveau", "a nouveau")
    if again:
        return next((o for o in unit.cues if o is not cue and 0 <= o.i - cue.j <= 4 or o is not cue and 0 <= cue.i - o.j <= 1), None)
    if cue.state != "running" or cue.dir not in ("intr", "verb"):
        return None
    if any(fold(unit.doc[k].text) in _NE for k in range(cue.g, cue.i)):
        return None
    for other in unit.cues:
        if other.i >= cue.j and other.i - cue.j <= 8 and other.state in ("degraded", "hampered", "limited", "disturbed"):
            between = unit.doc[cue.j : other.i]
            parted = any(t.text in (";", ".", ":") or t.lower_ in ("et", "mais", "où") or is_finite(t) for t in between)
            return None if parted else other
    return None


def is_strong(token: Token) -> bool:
    return token.text in _STRONG or token.text.startswith("\n")


def _group_start(unit: Unit, cue: Cue) -> int:
    at = cue.i
    while at > unit.i and fold(unit.doc[at - 1].text) in _IN_GROUP and unit.doc[at - 1].text != "Est":
        at -= 1
    # what the group swallowed to its left but is no part of it: "l'activité de" …
    while at < cue.i and fold(unit.doc[at].text) in ("de", "d'", "la", "le", "les", "l'", "tous", "toutes", "tout", "meme", "plus"):
        at += 1
    return at


def _voice(unit: Unit, cue: Cue) -> str:
    """`active`, `passive`, `infinitive`, `participle` (no auxiliary) or empty (no verb)."""
    if cue.dir != "verb":
        return ""
    if cue.state == "severed":
        return "passive"
    token = unit.doc[cue.i]
    word = fold(token.text)
    written = unicodedata.normalize("NFC", token.lower_)
    before = [fold(unit.doc[k].text) for k in range(cue.g, cue.i)]
    if word.endswith(("er", "ir", "dre", "pre", "tre", "ivre", "uire")):
        return "infinitive"
    if any(w in _ETRE for w in before) and "de" not in before[-1:]:
        return "passive"
    if written.endswith(("é", "ée", "és", "ées", "u", "us", "ue", "ues", "int", "inte", "ints", "intes", "it", "ite", "its", "ites", "ert", "erte", "erts", "ertes", "i", "is", "ie", "ies", "mis", "mise", "mises", "nt", "te", "tes", "ts")):
        if any(w in _AVOIR for w in before) or _takes_object(unit, cue):
            return "active"
        if written.endswith("ent"):
            return "active"
        return "participle"
    return "active"


def _takes_object(unit: Unit, cue: Cue) -> bool:
    """ "a atteint les serveurs et paralysé une partie du réseau": a participle that an article follows is active."""
    doc = unit.doc
    after = fold(doc[cue.j].text) if cue.j < unit.j else ""
    return doc[cue.i - 1].lower_ in ("et", "puis", ",") and after in _ARTICLES if cue.i > unit.i else False


def _deny(unit: Unit, cue: Cue) -> None:
    if cue.denies_itself:
        return
    doc = unit.doc
    if cue.i > unit.i and fold(doc[cue.i - 1].text) == "non":
        cue.denied = True
        return
    if cue.dir == "noun" or cue.voice == "infinitive":
        low = max(unit.i, cue.i - 3)
        words = [fold(doc[k].text) for k in range(low, cue.i)]
        if any(w in ("aucun", "aucune", "sans", "ni") for w in words) or " ".join(words[-2:]) in ("pas de", "pas d'"):
            cue.denied = True
            return
    ne = _find_ne(unit, cue)
    if ne is None:
        # spoken French leaves "ne" out: "pas touché", "pas encore rétabli"
        if cue.i > unit.i and fold(doc[cue.i - 1].text) in ("pas", "jamais"):
            cue.denied = True
        elif cue.i - 2 >= unit.i and [fold(t.text) for t in doc[cue.i - 2 : cue.i]] == ["pas", "encore"]:
            cue.denied = True
        return
    low = ne
    while low > unit.i and ne - low < 14 and not is_strong(doc[low - 1]) and low - 1 not in unit.barriers:
        low -= 1
    high = min(unit.j, cue.j + 3)
    words = [fold(doc[k].text) for k in range(low, high)]
    negators = [w for k, w in enumerate(words, low) if w in _NEGATORS and not (w == "plus" and _comparative(unit, k))]
    if "plus" in negators and any(fold(t.text) in ("que", "qu'") for t in doc[cue.j : min(unit.j, cue.j + 3)]):
        cue.only = True  # "n'est plus accessible que sur appel"
        return
    if negators:
        cue.denied = True
        cue.denied_plus = "plus" in negators and "non" not in words
        return
    if any(w in ("que", "qu'") for w in words[ne - low :]):
        cue.only = True


def _comparative(unit: Unit, k: int) -> bool:
    """ "plus de la moitié", "plus long": no negation."""
    doc = unit.doc
    after = fold(doc[k + 1].text) if k + 1 < unit.j else ""
    return after in ("de", "d'", "urgents", "importants", "importantes", "grandes", "grands", "en") or (k > unit.i and fold(doc[k - 1].text) in ("le", "la", "les", "non"))


def _find_ne(unit: Unit, cue: Cue) -> int | None:
    doc = unit.doc
    for k in range(cue.i - 1, max(unit.i, cue.i - 9) - 1, -1):
        token = doc[k]
        if fold(token.text) in _NE:
            return k
        if is_strong(token) or k in unit.barriers or token.lower_ in ("qui", "que", "dont", "où"):
            return None
        if token.lower_ in ("et", "ou", ",") and cue.dir == "intr":
            return None
        if k < cue.g and token.pos_ == "VERB" and is_finite(token):
            # "n'est pas un ransomware … fonctionne": the denial belongs to another verb
            return k - 1 if k - 1 >= unit.i and fold(doc[k - 1].text) in _NE and fold(token.text) in _GROUP_WORDS else None
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
    modals = list(unit.marked("modal", doc[low].idx, end))
    after = list(unit.marked("modal", cue.end, doc[min(unit.j, cue.j + 5) - 1].idx + 1))
    for modal in modals:
        if modal.id == "possible" and (modal.term in _FRONTED or not _parted(unit, modal.end, cue)):
            return True
        if modal.id == "not yet" and cue.state == "restored":
            return True
        if modal.id == "step by step" and cue.state == "restored" and _unfinished(cue):
            return True
    for modal in after:
        stop = doc.text[cue.end : modal.start]
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
    return cue.state == "restored" and _future(unit, cue)


def _unfinished(cue: Cue) -> bool:
    """ "Relancent peu à peu", "sont relancés un à un", against "est revenu peu à peu"."""
    if cue.dir == "intr":
        return not set(cue.before) & (_ETRE | _AVOIR)
    return "ete" not in cue.before and not set(cue.before) & {"a", "ont", "avait", "avaient"}


def _is_aim(unit: Unit, cue: Cue) -> bool:
    """An infinitive that only says what for ("pour annuler un rendez-vous"), or of a recovery not told as done."""
    words = [fold(t.text) for t in unit.doc[max(unit.i, cue.i - 6) : cue.i]]
    if cue.state == "restored":
        return not set(words) & {"pu", "permis", "vient", "viennent", "apres", "reussi", "parvenu", "parvenue"}
    if set(words) & _AIMS:
        return True
    if words[-1:] == ["pour"] or words[-2:] == ["afin", "de"] or words[-2:] in (["pour", "les"], ["pour", "y"]):
        return "tout" not in words
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
    words = [fold(unit.doc[k].text) for k in range(cue.g, cue.j)]
    return any(
        w.endswith(("ra", "ront")) and len(w) > 4 or w in ("sera", "seront", "va", "vont", "doit", "doivent")
        for w in words
    )


def _deliberate(unit: Unit, cue: Cue) -> bool:
    """Whether people did it to contain the incident: it is said, or someone who is no attacker is the active subject."""
    doc = unit.doc
    first, last = cue.i, cue.j
    while first > unit.i and cue.i - first < 25 and doc[first - 1].text not in _STOPS:
        first -= 1
    while last < unit.j and last - cue.j < 25 and doc[last].text not in _STOPS:
        last += 1
    low, high = doc[first].idx, doc[last - 1].idx + 1
    if cue.dir == "noun" and cue.state != "cut":
        return any(True for _ in unit.marked("precaution", cue.end, high))
    if any(True for _ in unit.marked("precaution", low, high)):
        return True
    if cue.state == "stopped" and fold(doc[cue.i].text)[:4] not in ("susp", "arre", "inte", "stop", "mett", "mis", "desa"):
        return False
    if cue.voice in ("active", "infinitive") and not attacked(unit, cue):
        return cue.voice == "active" or _human_before(unit, cue)
    return False


def attacked(unit: Unit, cue: Cue) -> bool:
    """Whether what strikes (attack, virus, breakdown) stands as the subject before the cue."""
    doc = unit.doc
    low = _clause_start(unit, cue)
    return any(True for _ in unit.marked("attacker", doc[low].idx, doc[cue.i].idx))


def _human_before(unit: Unit, cue: Cue) -> bool:
    words = {fold(unit.doc[k].text) for k in range(max(unit.i, cue.i - 6), cue.i)}
    return bool(words & set("du fallu contraint contrainte contraints decide choisi fait prefere oblige pris decision".split()))


def clause_has_attacker(unit: Unit, mention: Mention) -> bool:
    return any(True for _ in unit.marked("attacker", unit.doc[unit.i].idx, mention.start))
