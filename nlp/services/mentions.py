"""The words a sentence offers for pairing: mentions of services, cues of states, and what turns or parts them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from spacy.tokens import Doc

from nlp.document import text_of, tokens
from nlp.lexicon import Lexicon, Match
from nlp.services.floating import without_floating
from nlp.services.quantity import look_around
from nlp.services.sentence import Cue, Mention, Unit
from nlp.services.spelling import spelt_otherwise
from reference.folding import Folded, fold
from reference.vocabulary import term_ids

_HERE = Path(__file__).parent
SERVICES = Lexicon(_HERE / "services.toml", {"service": term_ids("services"), "subject": None, "other": None})
STATES = Lexicon(
    _HERE / "states.toml",
    dict.fromkeys(
        [
            "state",
            "modal",
            "negation",
            "exception",
            "precaution",
            "part",
            "barrier",
            "noncue",
            "othercause",
            "attacker",
            "backup",
            "work",
            "personal",
        ]
    ),
)
_LONGEST_UNIT = 160
_ACCENTED = "éèêàç\u0300\u0301"
_OF = re.compile(
    r"^,? ?(?:qui (?:font|fait|gerent|gere|pilotent|pilote|realisent|produisent) (?:les|la|le|l'|des) ?"
    r"|(?:de gestion |de suivi |de surveillance |servant a |qui (?:sert|servent|servait|servaient) a "
    r"|utilises? pour |pour )?"
    r"(?:de|du|des|d'|en|d'une|d'un|a|gerer|pour) ?(?:l'|la|les|ses|leurs|son|leur|notre|nos)? ?(?:(?:deux|trois|quatre|cinq|six|plusieurs|quelques|certaine?s) (?:(?:de ses|de leurs|de nos|des) )?)?)$"
)
# "le logiciel où se consignent les traitements": one of many programs, told by what it is for
_FOR_WHAT = re.compile(
    r"^ ?(?:qui|ou|dans (?:lequel|laquelle)|sur (?:lequel|laquelle)|par (?:lequel|laquelle|ou)|(?:servant|permettant|destine|destinee|dedie|dediee) (?:a|de|aux?)) "
    r"(?:\w+['’ ]){1,6}$"
)
_AND_OF = re.compile(r"^(?:,| et|, et| ou) (?:de la |de l'|de |du |des |d')$")
_REACHED = frozenset(("a", "au", "aux", "a la", "a l'", "a leurs", "a ses", "a son"))
_NOUN_FOLLOWS = re.compile(r"(?:^|\W)(?:la|[ldcsn]es|aux|sa|une|leurs?|cette|certaines|plusieurs|nos|notre)\s$")
_CLAUSE_ENDS = re.compile(r"\s?(?:[,;.:!?»)\n]|et\b|mais\b|comme\b|normalement\b|$)")
_DETERMINERS = frozenset(("DET", "ADJ", "NUM"))
_NONE_OF = frozenset(("aucun", "aucune", "nul", "nulle"))
_DENIALS = frozenset(("pas", "plus", "jamais", "aucun", "aucune"))


def units(doc: Doc) -> list[Unit]:
    """The sentences of the Doc with all that was found in them; over-long ones are cut."""
    found: list[Unit] = []
    text = text_of(doc)  # spaCy builds it anew each time it is asked for
    for sent in doc.sents:
        at = sent.start
        joined = found and not re.search(r"[.!?…\n]\W*$", text[doc[found[-1].i].idx : sent.start_char])
        if joined and sent.end - found[-1].i <= _LONGEST_UNIT:
            found[-1].j = sent.end
            continue
        while at < sent.end:
            stop = min(sent.end, at + _LONGEST_UNIT)
            found.append(Unit(doc, text, at, stop))
            at = stop
    _fill(doc, found)
    return found


def _fill(doc: Doc, found: list[Unit]) -> None:
    accents = any(c in text_of(doc) for c in _ACCENTED)
    named = SERVICES.scan(doc._.folded)
    told = _told(doc._.folded)
    for unit, matches in _by_unit(doc, found, named):
        others = [m for m in matches if m.entry.section == "other"]
        for match in matches:
            if match.entry.section != "other" and not _inside(match, others) and not _misread(unit, match, accents):
                unit.mentions.append(_mention(unit, match))
    for unit, matches in _by_unit(doc, found, told):
        noncues = [m for m in matches if m.entry.section == "noncue" and not _denied_before(unit, m)]
        for match in matches:
            if match.entry.section == "state":
                if not _inside(match, noncues) and not _misread(unit, match, accents):
                    unit.cues.append(_cue(doc, match))
            elif match.entry.section == "barrier":
                at = tokens(doc, match.start, match.end).start
                # "n'a toutefois pas été perturbée": inside a clause the adverb parts nothing
                if match.id != "adverb" or at == unit.i or not doc[at - 1].is_alpha:
                    unit.barriers.add(at)
            else:
                # look-alikes included: the denials that the lexicon does not know leave them alone
                unit.marks.setdefault(match.entry.section, []).append(match)
        _settle(unit)


def _told(folded: Folded) -> list[Match]:
    """The matches of the states, those included that a floating word splits ("auront bien lieu")."""
    told = STATES.scan(folded)
    close = without_floating(folded)
    if close is None:
        return told
    known = {(m.entry.section, m.start, m.end) for m in told}
    more = [m for m in STATES.scan(close, ("state",)) if (m.entry.section, m.start, m.end) not in known]
    return sorted(told + more, key=lambda m: (m.start, -m.end))


def _by_unit(doc: Doc, found: list[Unit], matches: list[Match]) -> Iterator[tuple[Unit, list[Match]]]:
    at = 0
    for unit in found:
        end = doc[unit.j - 1].idx + len(doc[unit.j - 1])
        first = at
        while at < len(matches) and matches[at].start < end:
            at += 1
        yield unit, matches[first:at]


def _inside(match: Match, others: Iterable[Match]) -> bool:
    return any(
        o.start <= match.start < o.end
        or (match.start <= o.start and o.end <= match.end and o.end - o.start > (match.end - match.start) // 2)
        for o in others
    )


def _denied_before(unit: Unit, match: Match) -> bool:
    """ "Ne sont plus accessibles en ligne" tells a state, "accessibles en ligne" that data lie open."""
    online = "ligne" in match.term or "internet" in match.term
    return online and unit.text[max(0, match.start - 5) : match.start].endswith(("plus ", "pas "))


_TRADES = re.compile(
    r"\b(?:utilis\w+|destin\w+|clients|équip\w+|médecins|généralistes|infirmi\w+|kinés\w*|kinésithérapeutes|pharmaciens|dentistes|libéraux|spécialistes)\b[^.;:]{0,40}$",
    re.I,
)
_OF_SOFTWARE = re.compile(
    r"[^.;:]{0,60}?,? (?:comme|telles que|dont|notamment|à commencer par) (?:la |l['’]|le )(?:création|envoi|saisie|ouverture|consultation|impression|édition|télétransmission|"
    r"facturation|transmission|modification|enregistrement|recherche|mise à jour)\b",
    re.I,
)
_DATE = re.compile(
    r"\s(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|janv|févr|juil|sept|oct|nov|déc)\b",
    re.I,
)


def _misread(unit: Unit, match: Match, accents: bool) -> bool:
    """Folding makes "pirates" of "piratés", "reparti" (running again) of "réparti" (spread): other words.

    `ends_clause`: a verb that says it all, "on consulte", not "on consulte les dossiers".
    """
    if match.entry.options.get("ends_clause") and not _CLAUSE_ENDS.match(unit.text, match.end):
        return True
    if match.term == "sages femmes" and _TRADES.search(unit.text[max(0, match.start - 90) : match.start]):
        return True  # "utilisé par des médecins et des sages-femmes": its users
    if match.term == "opérations" and _OF_SOFTWARE.match(unit.text, match.end):
        return True  # "certaines opérations restent impossibles, comme la création de dossiers"
    if match.term == "système d" and unit.text[match.end : match.end + 1] in ("'", "’"):
        return True  # "le système d'enregistrement"
    if match.term == "le 15" and _DATE.match(unit.text, match.end):
        return True
    if match.entry.section == "state" and match.term.startswith("pris(e)"):
        # "toutes les prises en charge" are what is done, not that it is done
        before = unit.text[max(0, match.start - 12) : match.start].lower()
        if _NOUN_FOLLOWS.search(before) and fold(unit.text[match.start : match.end]).startswith("prise"):
            return True
    return accents and "*" not in match.term and spelt_otherwise(unit.text[match.start : match.end], match.term)


def _mention(unit: Unit, match: Match) -> Mention:
    span = tokens(unit.doc, match.start, match.end)
    service = match.entry.section == "service"
    wording = fold(unit.text[match.start : match.end])
    name = match.entry.id if service else ""
    if wording == "portail" and "resultat" in fold(unit.text[max(0, match.start - 300) : match.end + 100]):
        name = "portail_resultats"
    role = "service" if service else match.entry.id
    return Mention(
        name,
        role,
        match.entry.options.get("kind", "care"),
        match.start,
        match.end,
        span.start,
        span.end,
        match.entry,
        wording,
    )


def _cue(doc: Doc, match: Match) -> Cue:
    span = tokens(doc, match.start, match.end)
    options = match.entry.options
    return Cue(
        options["state"],
        options["dir"],
        match.start,
        match.end,
        span.start,
        span.end,
        match.entry,
        match.term,
        said=fold(span.text),
    )


def _settle(unit: Unit) -> None:
    """Drop the mentions and cues that lie in one another, and let "logiciel de prescription" be the prescriptions."""
    unit.cues = cues = [c for c in unit.cues if not _is_noun(unit, c)]
    unit.mentions = [
        m
        for m in unit.mentions
        if not any(c.start <= m.start and m.end <= c.end and not _reaches(c, m) for c in cues)
        and not _no_mention(unit, m)
    ]
    unit.cues = [
        c
        for c in cues
        if not any(m.role == "service" and m.start <= c.start and c.end <= m.end for m in unit.mentions)
        and not any(o is not c and _covers(o, c) for o in cues)
    ]
    _absorb(unit)
    for mention in unit.mentions:
        look_around(unit, mention)


def _is_noun(unit: Unit, cue: Cue) -> bool:
    """ "Des prises en charge", "la prise en charge" name care, they do not say that it is given."""
    if cue.entry.id != "assuré" or not fold(cue.term).startswith("pris") or cue.i == unit.i:
        return False
    head, before = unit.doc[cue.i].lower_, unit.doc[cue.i - 1]
    return head in ("prise", "prises") and (before.pos_ in _DETERMINERS or before.lower_ in ("de", "des", "du", "d'"))


def _reaches(cue: Cue, mention: Mention) -> bool:
    """Whether a cue only reaches into the service, or the service stands in the gap of its words.

    "plus d'*" ends with the word after the apostrophe; "remettre les consultations à lundi".
    """
    if "…" in cue.term and cue.dir == "verb" and mention.role in ("service", "patients"):
        return cue.start < mention.start and mention.end < cue.end
    return cue.dir == "after" and mention.end == cue.end and mention.wording != "acces"


def _no_mention(unit: Unit, mention: Mention) -> bool:
    """ "Sans urgence vitale" names no service; "tout risque" is not everything."""
    if mention.wording.startswith("urgence vitale"):
        return mention.i > unit.i and fold(unit.doc[mention.i - 1].text) == "sans"
    if mention.wording in ("paie", "paye"):
        # "si l'on ne paie pas"
        before = fold(unit.doc[mention.i - 1].text) if mention.i > unit.i else ""
        return before in ("ne", "on", "qui", "se", "nous", "il", "elle", "n'")
    if _proper(unit, mention):
        return True
    if mention.wording == "acces":
        # "l'accès a été fermé": the way the intruder came
        after = unit.doc[mention.j].lower_ if mention.j < unit.j else ""
        before = unit.doc[mention.i - 1].lower_ if mention.i > unit.i else ""
        return before in ("l'", "un", "cet", "son") and after not in ("à", "au", "aux", "informatique")
    if mention.wording.startswith("liaison") and unit.doc[mention.j : mention.j + 1].text == "avec":
        return unit.doc[min(mention.j + 1, unit.j - 1)].pos_ == "PROPN"  # "les liaisons avec Beaune": another house
    if mention.role == "others":
        # "les autres hôpitaux" are others of another kind
        return mention.j < unit.j and unit.doc[mention.j].pos_ in ("NOUN", "PROPN", "ADJ")
    if mention.wording == "tout" and mention.i > unit.i and unit.doc[mention.i - 1].lower_ in ("de", "presque"):
        return True
    if mention.wording == "tout" and mention.role == "everything":
        if mention.j < unit.j and unit.doc[mention.j].lower_ == "comme":
            return True  # "le standard, tout comme la messagerie"
        if any(c.i == mention.j for c in unit.cues):
            return False  # "tout remarche", a word the tagger does not know
        return mention.j < unit.j and unit.doc[mention.j].pos_ in ("NOUN", "DET", "ADJ", "PROPN")
    return False


def _proper(unit: Unit, mention: Mention) -> bool:
    """ "France Télévisions", "Info-Santé": a capital after a capital, inside a sentence, is a name's."""
    word = unit.doc[mention.i].text
    if mention.j - mention.i > 1 or not word.istitle() or mention.i <= unit.i + 1:
        return False
    before = unit.doc[mention.i - 1].text
    return before.istitle() and len(before) > 3 and before.isalpha()


def _covers(one: Cue, other: Cue) -> bool:
    """Whether two cues overlap and the first is the longer (or the earlier of two equals)."""
    if one.end <= other.start or other.end <= one.start:
        return False
    return (one.end - one.start, -one.start) > (other.end - other.start, -other.start)


def _absorb(unit: Unit) -> None:
    text = unit.text
    kept: list[Mention] = []
    dropped = -1
    for mention in unit.mentions:
        if 0 <= dropped <= mention.start and _AND_OF.match(fold(text[dropped : mention.start])):
            dropped, mention.free = mention.end, False  # "consultations de chirurgie et d'obstétrique"
            continue
        while kept:
            last = kept[-1]
            if last.end > mention.start:
                longer = mention.end - mention.start > last.end - last.start
                if (last.role == "service" or mention.role != "service") and not (longer and last.end < mention.end):
                    break
                kept.pop()
                continue
            gap = fold(text[last.end : mention.start])
            if (
                last.service
                and last.service == mention.service
                and len(gap.split()) <= 1
                and gap.strip() in ("", "par", "via", "sur", "de")
            ):
                mention.free = False
                break
            reached = last.wording.startswith("acces") and gap.strip() in _REACHED
            joined = len(gap) < 40 and (reached or _OF.match(" " + gap + " " if gap else ""))
            joined = joined or (last.entry.options.get("none_only") and _told_by(unit, last, mention, gap))
            if last.end <= mention.start and joined:
                light = last.entry.options.get("light") or (last.role != "service" and mention.role == "service")
                # "rendez-vous de cardiologie", "de la maison de santé": still appointments
                whose = last.service == "consultations" and (
                    mention.service == "medecine" or "site" in mention.entry.options
                )
                if light and not whose and mention.role == "service" and mention.service != "si_global":
                    if last.role == "patients" and mention.service in ("samu_regulation", "smur"):
                        mention.free = False  # "les patients du Samu" are patients
                        break
                    if last.service == "si_global":
                        mention.kind = "tool" if mention.kind == "care" else mention.kind
                        mention.service = str(mention.entry.options.get("access", mention.service))
                    kept.pop()
                    continue
                mention.free = False
                if last.service == "consultations":
                    dropped = mention.end
            break
        if kept and kept[-1].end > mention.start:
            continue
        kept.append(mention)
    unit.mentions = [m for m in kept if m.free]
    for mention in unit.mentions:
        if mention.entry.options.get("none_only") and not _none_before(unit, mention):
            mention.service, mention.role = "", "void"  # "le logiciel": one of many, which takes its own state
    unit.mentions.sort(key=lambda m: m.start)


def _told_by(unit: Unit, tool: Mention, mention: Mention, gap: str) -> bool:
    """Whether the service is what the clause right after the program says it is for, and no state stands in it."""
    if mention.role != "service" or not _FOR_WHAT.match(gap.strip() + " "):
        return False
    return not any(tool.j <= c.i < mention.i for c in unit.cues)


def _none_before(unit: Unit, mention: Mention) -> bool:
    said = [fold(t.text) for t in unit.doc[max(unit.i, mention.i - 2) : mention.i]]
    if said[-1:] in (["de"], ["d'"]) and said[:1] in (["pas"], ["plus"], ["ni"], ["sans"]):
        return True
    if said[-1:] in (["seul"], ["seule"]):
        before = {fold(t.text) for t in unit.doc[max(unit.i, mention.i - 7) : mention.i - 1]}
        return bool(before & _DENIALS)
    return bool(said) and (
        said[-1] in _NONE_OF
        or said[-1] in ("chaque", "tout", "toute")
        or said in (["pas", "un"], ["pas", "une"], ["plus", "un"], ["plus", "une"])
    )
