"""States told by a denial alone, whatever the verb: "les automates ne communiquent plus", "ni radio ni scanner"."""

from __future__ import annotations

from collections.abc import Iterator

from nlp.document import tokens
from nlp.lexicon import Entry
from nlp.services.grammar import words
from nlp.services.sentence import Cue, Mention, Unit, is_finite
from reference.folding import fold

_NE, _HAVE, _BE = words("ne"), words("have"), words("be")
_THAN = frozenset(("que", "qu'"))
_ARTICLES = words("articles") | {"de", "d'"}
_DOES = tuple(words("does"))


def _entry(name: str, state: str, direction: str) -> Entry:
    return Entry("state", name, (name,), {"state": state, "dir": direction, "not": "none"}, "denials.py")


_NO_LONGER = _entry("ne … plus", "stopped", "intr")
_NOT_ALL = _entry("ne … plus (en partie)", "degraded", "intr")
_ONLY = _entry("ne … que", "limited", "intr")
_NEITHER = _entry("ni … ni", "stopped", "after")


def denials(unit: Unit) -> Iterator[Cue]:
    """Cues for the denials that no wording of the lexicon covers. Costs the tokens of the unit."""
    doc = unit.doc
    covered = {k for c in unit.cues if not _idle(unit, c) for k in range(c.i, c.j)}
    for match in unit.marks.get("noncue", ()):
        span = tokens(doc, match.start, match.end)
        covered.update(range(span.start, span.end))
    for k in range(unit.i, unit.j - 1):
        if fold(doc[k].text) in _NE and k + 1 < unit.j:
            cue = _of_verb(unit, k, covered)
            if cue is not None:
                yield cue
    yield from _neither(unit, covered)


def _idle(unit: Unit, cue: Cue) -> bool:
    """ "plus aucun" with no service after it: "ne rend plus aucun résultat"."""
    return bool(cue.entry.options.get("bare")) and not any(cue.j - 1 <= m.i <= cue.j for m in unit.mentions)


def _of_verb(unit: Unit, ne: int, covered: set[int]) -> Cue | None:
    """The cue of "ne VERB plus", "ne VERB (plus) que", "ne peut pas être …" or, after "aucun", "ne VERB"."""
    doc = unit.doc
    verb = ne + 1
    while verb < min(unit.j, ne + 4) and doc[verb].pos_ not in ("VERB", "AUX"):
        verb += 1
    if verb >= min(unit.j, ne + 4) or verb in covered:
        return None
    subject = _subject(unit, ne, verb)
    if subject is None:
        return None
    after = [fold(t.text) for t in doc[verb + 1 : min(unit.j, verb + 7)]]
    at = next((n for n, word in enumerate(after[:2]) if word in ("plus", "pas")), None)
    rest = after[at + 1 : at + 3] if at is not None else after[:2]
    if at is None and len(after) > 1 and after[1] in _THAN and doc[verb + 1].pos_ in ("VERB", "ADV", "ADJ"):
        rest = after[1:2]  # "n'avait opéré que les urgences"
    if _THAN & set(rest[:1]) and (at is None or after[at] == "plus"):
        return _cue(unit, verb, verb + 2 + (0 if at is None else at + 1), "limited", _ONLY)
    if at is None:
        # "aucune ordonnance n'a été diffusée" tells nothing of prescribing
        alone = subject.none and subject.kind == "tool" and fold(doc[verb].text) not in _HAVE | _BE
        return _cue(unit, verb, verb + 1, "stopped", _NO_LONGER) if alone else None
    if covered & set(range(verb + 1, min(unit.j, verb + at + 5))):
        return None
    if fold(doc[verb].text) in _HAVE and (verb + at + 2 >= unit.j or doc[verb + at + 2].pos_ not in ("VERB", "AUX")):
        return None  # "n'ont plus de lits" tells what is lacking
    able = fold(doc[verb].text).startswith(("peu", "pouv", "pu"))
    if after[at] == "pas" and subject.kind == "tool" and _works(unit, ne, verb):
        return _cue(unit, verb, verb + at + 2, "stopped", _NO_LONGER)
    if after[at] == "plus" and not able:
        if _has_object(unit, verb) and not {"aucun", "aucune", "seul", "seule", "rien"} & set(after):
            # "le dossier ne reçoit plus les images": one thing of several
            return _cue(unit, verb, verb + at + 2, "degraded", _NOT_ALL)
        return _cue(unit, verb, verb + at + 2, "stopped", _NO_LONGER)
    if able and "etre" in rest and not covered & set(range(verb, min(unit.j, verb + at + 5))):
        return _cue(unit, verb, verb + at + 3, "stopped", _NO_LONGER)
    return None


def _has_object(unit: Unit, verb: int) -> bool:
    own = unit.doc[verb]
    return any(t.dep_ in ("obj", "iobj", "xcomp") and t.lower_ not in ("s'", "s’", "se") for t in own.children)


def _works(unit: Unit, ne: int, verb: int) -> bool:
    """Whether the verb tells what a tool does when it works: "s'affiche", "part", "arrive"."""
    said = [fold(t.text) for t in unit.doc[ne + 1 : verb]]
    return bool({"s'", "se"} & set(said)) or fold(unit.doc[verb].text).startswith(_DOES)


def _subject(unit: Unit, ne: int, verb: int) -> Mention | None:
    doc = unit.doc
    heads = {t.i for t in doc[verb].children if t.dep_ in ("nsubj", "nsubj:pass")}
    heads |= {t.i for t in doc[verb].head.children if t.dep_ in ("nsubj", "nsubj:pass") and t.i < ne}
    for mention in unit.mentions:
        if mention.role != "service" or mention.j > ne:
            continue
        if any(mention.i <= h < mention.j for h in heads) or mention.j == ne:
            return mention
    return None


def _neither(unit: Unit, covered: set[int]) -> Iterator[Cue]:
    """ "Ni téléphone ni messagerie": two or more services with "ni" and no verb to bear the denial."""
    doc = unit.doc
    marked = [m for m in unit.mentions if m.role == "service" and _ni(unit, m) is not None]
    lacking = next((c for c in unit.cues if c.entry.options.get("bare")), None)
    if lacking is not None and marked and lacking.j <= marked[0].i:
        # "pas d'activités ni de consultations"
        at = _ni(unit, marked[0])
        if at is not None and not any(is_finite(doc[k]) or doc[k].text in ".;:" for k in range(lacking.j, at)):
            yield _cue(unit, at, at + 1, "stopped", _NEITHER)
            return
    if len(marked) < 2:
        return
    first, last = _ni(unit, marked[0]), marked[-1].j
    if first is None or first in covered or any(doc[k].text in ".;:" for k in range(first, last)):
        return
    stop = next((k for k in range(last, unit.j) if doc[k].text in (".", ";", ":", "!", "(", "\n", "»", '"')), unit.j)
    start = next((k for k in range(first, unit.i, -1) if doc[k - 1].text in (".", ";", ":", "!", "\n")), unit.i)
    nothing = any(fold(doc[k].text) == "rien" for k in range(start, first))  # "plus rien ne répond, ni A ni B"
    if nothing or not any(is_finite(doc[k]) for k in (*range(start, first), *range(last, stop))):
        yield _cue(unit, first, first + 1, "stopped", _NEITHER)


def _ni(unit: Unit, mention: Mention) -> int | None:
    k = mention.i - 1
    while k >= unit.i and mention.i - k <= 2 and fold(unit.doc[k].text) in _ARTICLES:
        k -= 1
    return k if k >= unit.i and fold(unit.doc[k].text) == "ni" else None


def _cue(unit: Unit, i: int, j: int, state: str, entry: Entry) -> Cue:
    doc = unit.doc
    j = min(j, unit.j)
    end = doc[j - 1].idx + len(doc[j - 1])
    return Cue(state, str(entry.options["dir"]), doc[i].idx, end, i, j, entry, entry.terms[0])
