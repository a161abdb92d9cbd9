"""Where a text names facilities: the register's names and the grammar's, put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import ahocorasick
from spacy.tokens import Doc

from nlp.document import is_noise, text_of
from nlp.facilities.bare import bare_names
from nlp.facilities.claimants import claimants
from nlp.facilities.groups import sites
from nlp.facilities.lists import (
    is_roundup,
    last_of_list,
    named_after,
    spread,
    towns_of_paragraphs,
    towns_of_roundup,
    with_acronyms,
)
from nlp.facilities.mentions import LEXICON, Mention, core_words
from nlp.facilities.names import grammar_mentions
from nlp.facilities.ordinary import FIRST_NAMES
from nlp.facilities.those import that_of
from reference.actors import actors
from reference.folding import fold
from reference.gazetteer import Facility, facilities

_ARTICLE = re.compile(r"^(?:L[ae]s? |L['’])(?=[a-zà-ÿ])")  # "La source policière" is not La Source


@cache
def _gazetteer() -> object:
    automaton = ahocorasick.Automaton()
    names: dict[str, list[tuple[Facility, bool]]] = {}
    for facility in facilities():
        ordinary = (
            facility.aliases_context if facility.finess is None else ()
        )  # "Alan": a body's only name, and a first name
        for name in (facility.name, *facility.aliases):
            if name not in ordinary:
                names.setdefault(fold(name), []).append((facility, False))
        for name in facility.aliases_context:
            names.setdefault(fold(name), []).append((facility, True))
    for name, found in names.items():
        if len(name) > 2:
            automaton.add_word(name, (name, tuple(found)))
    automaton.make_automaton()
    return automaton


def known_mentions(doc: Doc) -> Iterator[Mention]:
    """Names of the gazetteer, the longest where they overlap; a name needs a capital somewhere."""
    folded = doc._.folded
    text = folded.text
    found: list[tuple[int, int, tuple[tuple[Facility, bool], ...]]] = []
    for last, (name, hits) in _gazetteer().iter(text):  # type: ignore[attr-defined]
        start, end = last - len(name) + 1, last + 1
        if (start and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum()):
            continue
        found.append((start, end, hits))
    found.sort(key=lambda f: (f[0], -f[1]))
    reach = -1
    for start, end, hits in found:
        if start < reach:
            continue
        first, last = folded.original(start, end)
        words = text_of(doc)[first:last]
        if re.match(r"-[a-zà-ÿ]+-", text_of(doc)[last : last + 12]):
            continue  # "Langeac-le-Pont" is not Langeac
        if not any(c.isupper() for c in _ARTICLE.sub("", words)) or (
            len(words) <= 4
            and not words.isupper()
            and hits[0][0].type != "prestataire"
            and not _spelled(words, hits[0][0])
        ):
            continue
        if hits[0][1] and hits[0][0].finess is None and " " not in words and _is_a_persons(text_of(doc), first, last):
            continue
        reach = end
        before = text_of(doc)[max(0, first - 5) : first].lower()
        yield Mention(
            first, last, words, hits[0][0].type, "known", name=words, core=core_words(words),
            known=tuple(f for f, _ in hits), contextual=all(c for _, c in hits), indefinite=bool(re.search(r"\bune? $", before)),
        )  # fmt: skip


def _spelled(words: str, facility: Facility) -> bool:
    """Whether a short name stands as the body writes it: "Krys", "eHnv", and no other mixture of letters."""
    return facility.finess is None and words in (facility.name, *facility.aliases, *facility.aliases_context)


_SURNAME = re.compile(r" [A-ZÀ-Þ][a-zà-ÿ]+")
_WORD_BEFORE = re.compile(r"([A-ZÀ-Þ][\w-]+|M\.|Mme|Dr|Pr) $")
_TITLES = frozenset({"m.", "mme", "dr", "pr", "docteur", "professeur", "professeure", "maitre", "madame", "monsieur"})


def _is_a_persons(text: str, start: int, end: int) -> bool:
    """Whether an ordinary word is a first name or a surname here: "Alan Turing", "le docteur Vidal", "Julie Abbott"."""
    before = _WORD_BEFORE.search(text, max(0, start - 16), start)
    named = before is not None and fold(before[1]) in FIRST_NAMES | _TITLES
    return named or bool(_SURNAME.match(text, end)) or bool(_DOCTOR.search(text, max(0, start - 14), start))


_DOCTOR = re.compile(r"\b(?:docteure?|professeure?|madame|monsieur|maître) $", re.I)


@cache
def _actor_names() -> tuple[frozenset[str], frozenset[str]]:
    """Folded names of groups and malware: those that are nothing else, and those that are ordinary words too."""
    table: tuple[set[str], set[str]] = (set(), set())
    for actor in actors():
        table[actor.ambiguous].update(fold(name) for name in (actor.name, *actor.aliases))
    return frozenset(table[0]), frozenset(table[1])


@cache
def _long_actor_names() -> re.Pattern[str]:
    """Those that are telling inside a longer name, between blanks."""
    names = (re.escape(name) for name in _actor_names()[0] if " " in name or len(name) > 5)
    return re.compile(f" (?:{'|'.join(names)}) ")


_BANDLIKE = frozenset({"groupement", "prestataire", "autre"})
_BAND = re.compile(r"^groupe (?:russe |de (?:pirates|hackers) |cybercriminel )?")


_NAMED_BAND = re.compile(r"\bgroupe\s(?!hospitalier|de\s|d['’]|médical|privé|mutualiste)[A-ZÀ-Þ]")
_CLAIMS = re.compile(
    r"[^.\n]{0,60}\b(?:revendiqu\w+|(?:affirme|assure|prétend|dit|déclare)\w*\s(?:avoir|détenir)|s['’]en (?:est )?pr(?:end|is)|menace\w* de (?:tout )?publier|réclam\w+|a mis en (?:ligne|vente)|a publié|exige\w*)\b"
)


def is_band(doc: Doc, mention: Mention) -> bool:
    """ "le groupe Kraken affirme avoir copié …", "le groupe X réclame 100 000 dollars": who attacks, whatever its name."""
    if _BAND_ITSELF.match(mention.text):
        return True
    return bool(_NAMED_BAND.match(mention.text) and _CLAIMS.match(text_of(doc), mention.end))


_BAND_ITSELF = re.compile(
    r"(?:groupe|gang|collectif)\s(?:\w+\s)?(?:de\s|d['’])?(?:cyber\w+|pirates?|hack\w+|rançon\w+|ransomware\w*|criminels?|mafieux|malveillants?|russophones?)\b",
    re.I,
)
_MAKES = re.compile(
    r"\b(?:fabricants?|usines?|industriels?|site de production|unité de production|chaînes? de production|produi(?:t|re|sant)\b|pharmaceutiques?|cosmétiques?)\b",
    re.I,
)
_ANALYSES = re.compile(
    r"\b(?:analyses?|biologi\w+|prélèvements?|prises? de sang|résultats|patients?|infirmi\w+)\b", re.I
)


def makes_medicines(text: str, mention: Mention) -> bool:
    """ "le laboratoire X, fabricant de vaccins", "les laboratoires X ont arrêté leur usine": industry, no house of care."""
    if mention.type != "laboratoire" or mention.kind not in ("named", "bare", "generic"):
        return False
    near = text[max(0, mention.start - 60) : mention.end + 120]
    return bool(_MAKES.search(near)) and not _ANALYSES.search(text)


def is_actor(words: str) -> bool:
    """Whether the words name a group of attackers ("le groupe russe LockBit")."""
    certain, ambiguous = _actor_names()
    words = fold(words)
    name = _BAND.sub("", words)
    return name in certain or bool(_long_actor_names().search(f" {name} ")) or (name in ambiguous and name != words)


# "rue Trousseau", "le pôle universitaire Léonard de Vinci": the name of a street or a school, here and below
_OTHER_THING = re.compile(
    r"\b(?:rue|avenue|boulevard|place|quai|square|gare|stade|lycée|collège|école|université|universitaire|cinéma|musée|théâtre|parking|tramway|quartier|restaurant)\s+"
    r"(?:de\s+la\s+|de\s+l['’]|de\s+|du\s+|d['’])?$",
    re.I,
)


def _says_what(doc: Doc, known: Mention, noun: Mention) -> bool:
    """ "Prévalys, service de santé au travail, …": a noun that says what the body named before it is, nobody else."""
    return (
        noun.kind == "bare"
        and known.kind == "known"
        and known.type == noun.type
        and text_of(doc)[known.end : noun.start] == ", "
        and text_of(doc)[noun.end : noun.end + 1] in (",", ".", " ")
    )


def all_mentions(doc: Doc) -> list[Mention]:
    """Mentions in text order without overlap, out of noise; acronyms told in brackets found wherever they stand."""
    mentions: list[Mention] = []
    known = list(known_mentions(doc))
    makers = [(m.start, m.end) for m in LEXICON.scan(doc._.folded, ("industry",))]
    other_things = [m.core for m in known if _OTHER_THING.search(text_of(doc)[max(0, m.start - 30) : m.start])]
    known = [m for m in known if m.core not in other_things]
    claim = claimants(doc)
    for mention in sorted([*known, *grammar_mentions(doc)], key=lambda m: (m.start, -(m.end - m.start))):
        if (
            is_noise(doc, mention.start)
            or (makers and mention.type == "laboratoire" and mention.kind in ("generic", "bare"))
            or is_actor(mention.text)
            or is_band(doc, mention)
            or makes_medicines(text_of(doc), mention)
            or (mention.kind == "named" and mention.type in _BANDLIKE and mention.core in claim)
            or any(a < mention.end and mention.start < b for a, b in makers)
        ):
            continue
        previous = mentions[-1] if mentions else None
        if previous is None or mention.start >= previous.end:
            mentions.append(mention)
        elif previous.kind in ("generic", "indefinite", "bare") and mention.kind in ("known", "named"):
            mentions[-1] = mention
        elif mention.kind == "known" and previous.kind == "named":
            # "la clinique Vinci": grammar's longer span, the register's knowledge
            if not previous.known:
                previous.known, previous.contextual = mention.known, mention.contextual
            if mention.end > previous.end:  # "l'association APF France handicap": the register's name goes on
                previous.end = mention.end
                previous.text = previous.name = text_of(doc)[previous.start : previous.end]
                previous.core = core_words(previous.text)
        elif previous.kind == "known" and mention.kind == "named" and mention.end > previous.end:
            mention.known, mention.contextual = previous.known, previous.contextual
            mention.start = previous.start
            mention.text = mention.name = text_of(doc)[mention.start : mention.end]
            mention.core = core_words(mention.text)
            mentions[-1] = mention
    mentions = spread(doc, named_after(doc, mentions))
    those = spread(doc, list(that_of(doc, mentions)))  # "ceux de Roanne et de Montbrison": two
    mentions = sorted([*mentions, *those, *last_of_list(doc, mentions)], key=lambda m: m.start)
    mentions = sorted([*mentions, *bare_names(doc, mentions)], key=lambda m: m.start)
    mentions = [m for at, m in enumerate(mentions) if not (at and _says_what(doc, mentions[at - 1], m))]
    if is_roundup(doc, mentions):
        towns = {m.start: m for m in (*towns_of_roundup(doc, mentions), *towns_of_paragraphs(doc, mentions))}
        mentions = sorted([*mentions, *towns.values()], key=lambda m: m.start)
    return sites(doc, with_acronyms(doc, mentions))
