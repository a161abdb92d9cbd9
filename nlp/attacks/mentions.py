"""Findings of attack types and signals: what each wording of `attacks.toml` says in its sentence, and how surely.

`find` yields a finding of `attack_types` (an `AttackClaim`) where words name a type, of `attack_signal` (a signal and
its certainty) where several must come together. Data, outsiders and computing are looked for around the words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from spacy.tokens import Doc

from nlp.assertion import Stretch, stretch_at
from nlp.attacks.grasp import takes_other
from nlp.attacks.readings import of_such_programs, read, rejection
from nlp.attacks.wording import Places, Wording
from nlp.document import Finding, is_noise, text_of
from nlp.lexicon import Lexicon, Match, spellings
from records import AttackClaim, Certainty
from reference.folding import Folded, fold
from reference.vocabulary import term_ids

SIGNALS = ("encryption", "demand", "blocked", "none")
LEXICON = Lexicon(
    Path(__file__).with_name("attacks.toml"),
    {
        "word": term_ids("attack_types"),
        "access": term_ids("attack_types"),
        "signal": SIGNALS,
        "data": None,
        "outsider": None,
        "it": None,
        "illness": None,
        "hostile": None,
        "entry": None,
        "tool": None,
        "house": None,
        "system": None,
    },
)
_WORDS = re.compile(r"\w+")
_CERTAINTY: dict[str, Certainty] = {"stated": "confirmed", "supposed": "suspected", "denied": "denied"}
_ANAPHOR = re.compile(r"\b(?:ce|cet|cette|ces)\s+[«\"“]?\s*$", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:le|la|l['’]|ce|cet|cette|du|au)\s*[«\"“]?\s*$", re.IGNORECASE)
# « les fichiers de mille patients, copiés en février, ont été mis en ligne »: the subject of a passive stands far
_PASSIVE = re.compile(r"\b(?:a|ont|avait|avaient|aurait|auraient)\s+été\s+(?:\w+\s+)?$", re.IGNORECASE)
_FAR = 2
_REPORTS = re.compile(r"comptes?[\s-]rendus?\b", re.IGNORECASE)
# « un fichier texte glissé dans chaque dossier du serveur »: nobody either
_SLIPPED = re.compile(r"gliss|introdui", re.IGNORECASE)
_A_THING = re.compile(
    r"\b(?:mots?|textes?|fichiers?|messages?|notes?|documents?|lettres?|papiers?|billets?)\b[^.;:!?]{0,30}$",
    re.IGNORECASE,
)
# « un logiciel malveillant s'est glissé dans le réseau »: nobody got in
_MALWARE_DID = re.compile(
    r"\b(?:(?:logiciel|programme|code)s? (?:malveillant|espion|pirate|rançonneur|de rançon|chiffreur)s?|virus|ver|maliciel|malware|"
    r"rançongiciel|ransomware|cryptovirus|cheval de Troie)\b"
    r"(?!\s+(?:de|du|des|d['’])\b)[^.;:!?,]{0,40},?\s*$",
    re.IGNORECASE,
)
# « L'intrus, un rançongiciel, a été repéré »
_THE_PROGRAM = re.compile(
    r"\s*[»\"]?\s*(?:,|:|\()\s*(?:un|une|le|la|l['’])\s?(?:\w+\s){0,2}?(?:rançongiciel|ransomware|virus|logiciel|programme|ver|cryptovirus|malware|maliciel)\b",
    re.IGNORECASE,
)
# who was named in the sentence before; « ils », not « il est impossible »
_THEY = re.compile(
    r"\b(?:ils|ceux-ci|ces derniers|leurs auteurs|ses auteurs|quelqu['’]un|on)\b[^.;:!?]*$", re.IGNORECASE
)
# « les comptes … que les pirates » is no « compte piraté »: words that only their last letter's accent tells apart
_ENDING = re.compile(r"[^\W\d_]*[eé]s?", re.IGNORECASE)
# how far into the next sentence, in characters
_NEXT = 160
# words of computing that make an article one on computing
_ON_COMPUTING = 2
# weights of findings: told as a consequence or warning as often as a fact; « cyberattaques », as often general;
# « ce virus », which only takes up another. CARRIED: data on a stolen thing
WEAK, CARRIED, PLURAL, ANAPHORIC = 0.5, 0.6, 0.7, 0.9
_THEORY = "{version,hypothèse,piste"
_TELLING = ("word", "access", "signal")
_UNNAMED = frozenset(("none", "cyberattaque_non_precisee", "panne"))
_CROSSHEAD = 60  # characters, at most


def find(doc: Doc) -> Iterator[Finding]:
    """The findings of a Doc, rejected ones with their reason, in text order."""
    matches = list(_opened(text_of(doc), doc._.folded, LEXICON.scan(doc._.folded)))
    places = Places(doc, matches)
    for match in matches:
        if match.entry.section in _TELLING and not is_noise(doc, match.start):
            wording = _told(Wording(doc, match, places, stretch_at(doc, match.start)))
            if wording is not None:
                yield from _findings(wording)


def _opened(text: str, folded: Folded, matches: Iterable[Match]) -> Iterator[Match]:
    """What stands inside a wording that says nothing itself.

    "La piste d'un rançongiciel n'est pas exclue": what the theory is of, where its wording holds an attack's name.
    « les identifiants volés d'un soignant, les pirates »: is no « identifiants piratés », but holds « identifiants volés ».
    """
    accented = "é" in text
    for match in matches:
        if accented and match.entry.section in _TELLING and _false_friend(match, text):
            held = dict.fromkeys(_held(folded, match, 0, 1) + _held(folded, match, 1, 0))
            yield from (m for m in held if m.entry.section == match.entry.section and not _false_friend(m, text))
        elif match.term.startswith(_THEORY):
            named = [m for m in _held(folded, match) if m.entry.section == "word" and m.id not in _UNNAMED]
            yield from named or [match]
        else:
            yield match


def _held(folded: Folded, match: Match, skipped: int = 0, cut: int = 0) -> list[Match]:
    """The matches inside a match, `skipped` words from its start, `cut` words from its end, left out."""
    first, last = bisect_left(folded.starts, match.start), bisect_left(folded.starts, match.end)
    words = [w.span() for w in _WORDS.finditer(folded.text, first, last)]
    if len(words) <= max(skipped + cut, 1):
        return []
    first, last = words[skipped][0], words[len(words) - 1 - cut][1]
    if not skipped and not cut:
        first += 1  # not itself again
    end = folded.starts[last] if last < len(folded.text) else folded.length
    return LEXICON.scan(Folded(folded.text[first:last], folded.starts[first:last], end))


def _told(wording: Wording) -> Wording | None:
    """The wording with its word for data; None where it says nothing of any attack."""
    match, places, options = wording.match, wording.places, wording.options
    if match.id == "none" or options.get("skip"):
        return None
    if match.id == "compromission_compte" and _REPORTS.match(places.text, match.start):
        return None
    if options.get("it") and not _about_computing(wording.sentence, places):
        return None
    if options.get("computing") and not _beside_computing(match, wording.sentence, places):
        return None
    if options.get("entry") and not _gets_in(wording):
        return None
    if match.id == "intrusion" and _SLIPPED.match(wording.said) and _A_THING.search(wording.before(60)):
        return None
    if match.id == "intrusion" and (_MALWARE_DID.search(wording.before(60)) or _THE_PROGRAM.match(wording.after(60))):
        return None
    if options.get("system") and not _into_a_system(wording):
        return None
    return _of_data(wording) if options.get("data") else wording


def _of_data(wording: Wording) -> Wording | None:
    sentence, places, options = wording.sentence, wording.places, wording.options
    near = options["near"] * (_FAR if _PASSIVE.search(wording.before(30)) else 1)
    data = places.nearest_data(wording.match, sentence, near, options.get("back", False))
    if data is None:
        return None
    for option, kind in (("personal", "hostile"), ("outsider", "outsider")):
        if options.get(option) and not places.inside(kind, sentence.start, sentence.end):
            return None
    if wording.id == "vol_donnees" and takes_other(wording):
        return None
    return replace(wording, data=data)


def _findings(wording: Wording) -> Iterator[Finding]:
    match = wording.match
    reading = read(wording)
    rejected = rejection(wording, reading)
    certainty = _CERTAINTY.get(reading.stance, "suspected")
    weight = _weight(wording)
    cue = f" ({reading.cue})" if reading.cue else ""
    rule = f"{match.id} « {match.term} »{cue}"
    if match.entry.section == "signal":
        rejected = rejected or of_such_programs(wording)
        yield Finding("attack_signal", (match.id, certainty), match.start, match.end, rule, rejected, weight)
        return
    if wording.options.get("family"):
        rule = f"famille de rançongiciel « {match.term} »"
    for attack in (match.id, *wording.options.get("also", ())):
        claim = AttackClaim(type=attack, certainty=certainty)
        yield Finding("attack_types", claim, match.start, match.end, rule, rejected, weight)


def _weight(wording: Wording) -> float:
    options = wording.options
    if options.get("plural"):
        return PLURAL
    if options.get("carrier"):
        return CARRIED
    if options.get("weak"):
        return WEAK
    if _is_crosshead(wording):
        return PLURAL
    taken_up = _DEFINITE if options.get("computing") else _ANAPHOR
    return ANAPHORIC if taken_up.search(wording.just_before()) else 1.0


def _is_crosshead(wording: Wording) -> bool:
    """« Cyber-attaque », alone on its line between paragraphs: a subject is named, nothing is told."""
    text, start = wording.places.text, wording.match.start
    first = text.rfind("\n", 0, start) + 1
    if first <= wording.doc._.body_start:
        return False
    last = text.find("\n", wording.match.end)
    line = text[first : last if last >= 0 else len(text)].strip()
    return len(line) <= _CROSSHEAD and line == wording.said.strip(' «»"“”-–')


def _false_friend(match: Match, text: str) -> bool:
    """Folding makes one of « pirates » and « piratés », « chiffre » and « chiffré »; how the lexicon spells them decides."""
    own = _spellings(match.term)
    said = text[match.start : match.end]
    for word in _WORDS.findall(said):
        if not _ENDING.fullmatch(word) or word.isupper() or word.lower() in own:
            continue
        folded = fold(word)
        if folded in {fold(w) for w in own} and not any(
            word.lower() in _spellings(term) and pattern.fullmatch(fold(said))
            for term, pattern in _patterns(match.entry.section, match.id, folded)
        ):
            return True
    return False


@cache
def _spellings(term: str) -> frozenset[str]:
    return spellings(term)


@cache
def _patterns(section: str, name: str, word: str) -> list[tuple[str, re.Pattern[str]]]:
    """The terms of one id that hold a folded word, each with a pattern of its folded forms."""
    terms = {t: e.forms[t] for e in LEXICON.of(section) if e.id == name for t in e.terms}
    return [
        (term, re.compile("|".join(re.escape(f).replace("…", ".*").replace(r"\*", r"\w*") for f in forms)))
        for term, forms in terms.items()
        if word in " ".join(forms)
    ]


def _gets_in(wording: Wording) -> bool:
    """« se sont fait passer pour un médecin »: to get into something that this sentence or the next names."""
    end = wording.sentence.end
    following = stretch_at(wording.doc, end + 1).end if end + 1 < len(wording.places.text) else end
    return bool(wording.places.inside("entry", wording.sentence.start, min(following, end + _NEXT)))


def _into_a_system(wording: Wording) -> bool:
    """« ont franchi le pare-feu », « rôdaient dans le réseau »: a system near, and an outsider where staff do it too."""
    options, sentence = wording.options, wording.sentence
    if wording.places.nearest("system", wording.match, sentence, options["near"]) is None:
        return False
    if not options.get("outsider"):
        return True
    return bool(wording.places.inside("outsider", sentence.start, sentence.end)) or bool(
        _THEY.search(wording.before(60))
    )


def _about_computing(sentence: Stretch, places: Places) -> bool:
    """« virus » alone: computing in the sentence and no illness, or no illness anywhere near and an attack told."""
    if places.inside("illness", sentence.start, sentence.end):
        return False
    return bool(places.inside("it", sentence.start, sentence.end)) or "illness" not in places.kinds


def _beside_computing(match: Match, sentence: Stretch, places: Places) -> bool:
    """« une attaque »: another word of computing in the sentence."""
    near = places.inside("it", sentence.start, sentence.end)
    if "é" in places.text[match.start : match.end].lower() and len(places.kinds.get("it", ())) > _ON_COMPUTING:
        # « la clinique a été attaquée dans la nuit »: what else, in an article on computing
        near = near + places.inside("house", sentence.start, sentence.end)
    return any(m.end <= match.start or m.start >= match.end for m in near if m.term != "attaque")
