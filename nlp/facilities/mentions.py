"""Where a text names a facility: the gazetteer's names, and nouns extended by grammar to the name that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import ahocorasick
from spacy.tokens import Doc, Token

from nlp.document import is_noise, token_at
from nlp.lexicon import Lexicon, Match
from reference.folding import fold
from reference.gazetteer import Facility, facilities
from reference.vocabulary import term_ids

ROLE_SECTIONS = (
    "hit_subject", "hit_object", "receive_after", "receive_before", "other_before", "other_link", "other_after", "attack_strong", "attack_weak",
)  # fmt: skip
SECTIONS = {
    "head": term_ids("facility_types"),
    "anaphor": None,
    "industry": None,
    "abroad": None,
    **{s: None for s in ROLE_SECTIONS},
}
LEXICON = Lexicon(Path(__file__).with_name("facilities.toml"), SECTIONS)

_LINK = {
    "de",
    "du",
    "des",
    "d'",
    "d’",
    "la",
    "le",
    "les",
    "l'",
    "l’",
    "en",
    "sur",
    "sous",
    "lès",
    "lez",
    "et",
    "aux",
    "au",
    "à",
    "-",
    "–",
    "/",
    "&",
}
_ADJECTIVES = {
    "privé", "privée", "privés", "privées", "public", "publique", "publics", "universitaire", "universitaires", "régional", "régionale", "général", "générale",
    "intercommunal", "local", "psychiatrique", "départemental", "spécialisé", "mutualiste", "militaire", "vétérinaire", "médical", "médicale", "central", "centrale",
    "hospitalier", "hospitalière", "pédiatrique", "gériatrique", "interdépartemental", "métropolitain", "hospitalo-universitaire",
}  # fmt: skip
_INDEFINITE = {"un", "une", "des", "plusieurs", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "dix", "certains", "certaines", "d'autres", "autres", "autre", "chaque", "aucun", "aucune", "quelques", "tout", "toute", "nombreux", "nombreuses", "quel", "quelle", "leur"}  # fmt: skip
_QUANTITY = re.compile(
    r"\b(?:une? (?:\w+aine|centaine|douzaine|millier|quinzaine|série|poignée) d[e'’]|\d[\d  .]*|quelque \w+|plusieurs|des dizaines de|des centaines de)\s*$",
    re.I,
)
_DEMONSTRATIVE = {"le", "la", "l'", "l’", "les", "ce", "cet", "cette", "ces", "notre", "son", "sa"}
_MONTHS = {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "noël", "pâques"}  # fmt: skip
_NEVER_NAMES = {
    "selon",
    "mais",
    "car",
    "donc",
    "or",
    "ni",
    "il",
    "elle",
    "ils",
    "elles",
    "on",
    "nous",
    "une",
    "un",
    "covid",
    "covid-19",
}


@dataclass(slots=True)
class Mention:
    """One place where a facility is spoken of. `kind`: `known` (gazetteer), `named`, `generic` ("l'hôpital"), `indefinite`."""

    start: int
    end: int
    text: str
    type: str
    kind: str
    name: str = ""
    core: frozenset[str] = frozenset()
    known: tuple[Facility, ...] = ()
    contextual: bool = False
    plural: bool = False
    acronym: str | None = None
    entity: int | None = None
    indefinite: bool = False
    apposed_to: Mention | None = None
    place: Any = None
    roles: list[tuple[str, str]] = field(default_factory=list)

    @property
    def aside(self) -> bool:
        """Told as another case, a neighbour, or a place where patients go."""
        return any(role in ("receiver", "other", "past", "spared", "exercise") for role, _ in self.roles)

    def has(self, role: str) -> bool:
        return any(r == role for r, _ in self.roles)


GENERIC = frozenset(
    "le la les l de du des d un une a au aux et en ch chu chr chru chi chic centre centres hospitalier hospitaliers hopital hopitaux clinique cliniques pole "
    "sante groupe groupement universitaire universitaires regional general etablissement prive privee site ehpad residence polyclinique medical laboratoire laboratoires "
    "pharmacie maternite maison retraite cabinet mutuelle intercommunal psychiatrique medicale biologie analyses ght territoire hospitalo public local".split()
)


def core_words(name: str) -> frozenset[str]:
    """The distinguishing words of a name, folded: "Centre hospitalier d'Issoudun" → {issoudun}."""
    return frozenset(re.findall(r"[a-z0-9+]+", fold(name))) - GENERIC


@cache
def _gazetteer() -> object:
    automaton = ahocorasick.Automaton()
    names: dict[str, list[tuple[Facility, bool]]] = {}
    for facility in facilities():
        for name in (facility.name, *facility.aliases):
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
        words = doc.text[first:last]
        if not any(c.isupper() for c in words) or (len(words) <= 4 and not words.isupper()):
            continue
        reach = end
        before = doc.text[max(0, first - 5) : first].lower()
        yield Mention(
            first, last, words, hits[0][0].type, "known", name=words, core=core_words(words),
            known=tuple(f for f, _ in hits), contextual=all(c for _, c in hits), indefinite=bool(re.search(r"\bune? $", before)),
        )  # fmt: skip


def grammar_mentions(doc: Doc) -> Iterator[Mention]:
    """Nouns of `facilities.toml` with the name that follows, or alone ("l'hôpital", "une clinique")."""
    for match in LEXICON.scan(doc._.folded, ("head", "anaphor")):
        mention = _extend(doc, match)
        if mention is not None:
            yield mention


_TITLED = re.compile(r"((?:\s(?:" + "|".join(sorted(_ADJECTIVES)) + r"))+)(?=\s\([A-Z]{2,8}\))")


def _extend(doc: Doc, match: Match) -> Mention | None:
    first, last = token_at(doc, match.start), token_at(doc, match.end - 1)
    words = doc.text[match.start : match.end]
    if words.isalpha() and len(words) <= 4 and words != words.upper() and fold(words) not in ("labo", "labos", "samu"):
        return None  # "ch", "gh" in lower case are no acronyms
    before = doc[first.i - 1] if first.i else None
    if before is not None and first.ent_type_ == "":
        low = before.lower_
    else:
        low = ""
    type_ = match.id
    plural = words.endswith(("s", "x")) and not words.isupper()
    if match.entry.section == "anaphor":
        return Mention(match.start, match.end, words, "any", "generic")
    end_token = _name_after(doc, last, plural)
    if end_token is not None:
        end = end_token.idx + len(end_token)
        text = doc.text[match.start : end]
        core = core_words(text)
        if core:
            return Mention(
                match.start,
                end,
                text,
                type_,
                "named",
                name=text,
                core=core,
                plural=plural,
                indefinite=low in ("un", "une"),
            )
    if match.entry.options.get("proper"):
        return Mention(
            match.start,
            match.end,
            words,
            type_,
            "named",
            name=words,
            core=frozenset(re.findall(r"[a-z0-9]+", fold(words))),
        )
    if titled := _TITLED.match(doc.text, match.end):
        # "Centre hospitalier départemental (CHD)": a name without a capital, told as one
        text = doc.text[match.start : titled.end(1)]
        return Mention(match.start, titled.end(1), text, type_, "named", name=text, core=core_words(text))
    if match.entry.options.get("needs_name"):
        return None
    quantity = bool(_QUANTITY.search(doc.text[max(0, match.start - 30) : match.start]))
    if low in _INDEFINITE or quantity or (low == "d'" and plural):
        return Mention(match.start, match.end, words, type_, "indefinite", plural=plural)
    if low in _DEMONSTRATIVE or low in {"du", "au", "de", "d'", "d’", "aux"}:
        return Mention(match.start, match.end, words, type_, "generic", plural=plural)
    return Mention(match.start, match.end, words, type_, "bare", plural=plural)


_THAT_OF = re.compile(r"(?:celui|celle|ceux|celles) (?:de la |de l['’]|de |d['’]|du |des )(?=[A-ZÀ-Þ])")


def _that_of(doc: Doc, mentions: list[Mention]) -> Iterator[Mention]:
    """ "un Ehpad de l'Eure, celui de Beuzeville": the noun before, with the new name."""
    for match in _THAT_OF.finditer(doc.text):
        before = [m for m in mentions if m.end <= match.start() and m.type != "any" and match.start() - m.end < 200]
        if not before or is_noise(doc, match.start()):
            continue
        between = doc.text[before[-1].end : match.start()]
        if len(between) > 60 or re.search(
            r"\b(?:campus|sites?|blocs?|services?|serveurs?|directeur|directrice)\b", between
        ):
            continue  # "celui" stands for another noun
        last = token_at(doc, match.end() - 2)
        end = _name_after(doc, last)
        if end is None:
            continue
        name = doc.text[match.end() : end.idx + len(end)]
        if not core_words(name):
            continue
        head = re.match(r"[^\W\d_]+(?: (?:hospitalier|privé|médical))?", before[-1].text)
        noun = (head[0] if head else "établissement").removesuffix("s")
        full = f"{noun} {doc.text[match.start() : match.end()].split(' ', 1)[1]}{name}"
        yield Mention(
            match.start(), end.idx + len(end), full, before[-1].type, "named", name=full, core=core_words(name)
        )


def _name_after(doc: Doc, token: Token, plural: bool = False) -> Token | None:
    """The last token of the proper name after a head noun: capitals, linked by small words and hyphens.

    "privé" and its like are skipped; a name in quotes is taken whole; a comma, a verb or a plain noun ends it.
    """
    i = token.i + 1
    end: Token | None = None
    limit = min(len(doc), i + 14)
    pending = 0
    while i < limit:
        t = doc[i]
        word = t.text
        low = t.lower_
        if t.is_space and "\n" in word:
            break
        if low in _NEVER_NAMES or low in _MONTHS:
            break
        if word.isdigit() and end is None and i + 1 < len(doc) and not t.whitespace_ and doc[i + 1].text[:1].isupper():
            i += 1
            continue
        if (
            word[:1].isupper()
            or re.fullmatch(r"\d{1,2}[A-Z]\w*", word)
            or (end is not None and word[:1].isdigit() and doc[i - 1].text == "-")
            or word == "+"
        ):
            if t.is_sent_start and end is not None:
                break
            end = t
            pending = 0
        elif low in _LINK or word.endswith(("'", "’")):
            if low in {"à", "au", "aux"} and end is not None:
                break  # what follows is the place, not the name
            if low in {"sur", "sous", "en", "et", "à", "au", "aux", "-", "–", "/", "&"} and end is None:
                break
            if low == "et" and (plural or not _joins(doc, i)):
                break
            pending += 1
            if pending > 3:
                break
        elif end is None and (low in _ADJECTIVES or (t.pos_ == "ADJ" and i <= token.i + 2)):
            pending = 0
        elif word in {"«", '"', "“"} and end is None and i + 1 < len(doc) and doc[i + 1].text[:1].isupper():
            close = next((j for j in range(i + 1, min(len(doc), i + 8)) if doc[j].text in {"»", '"', "”"}), None)
            if close:
                return doc[close - 1]
            break
        else:
            break
        i += 1
    return end


def _joins(doc: Doc, i: int) -> bool:
    """Whether "et" joins two parts of one name ("Sambre et Meuse") rather than two facilities: a bare capital follows."""
    after = doc[i + 1] if i + 1 < len(doc) else None
    return after is not None and after.text[:1].isupper() and doc[i - 1].text[:1].isupper() and not after.is_sent_start


# "rue Trousseau", "le pôle universitaire Léonard de Vinci": the name of a street or a school, here and below
_OTHER_THING = re.compile(
    r"\b(?:rue|avenue|boulevard|place|quai|square|gare|stade|lycée|collège|école|université|universitaire|cinéma|musée|théâtre|parking|tramway|quartier|restaurant)\s+"
    r"(?:de\s+la\s+|de\s+l['’]|de\s+|du\s+|d['’])?$",
    re.I,
)


def all_mentions(doc: Doc) -> list[Mention]:
    """Mentions in text order without overlap, out of noise; acronyms told in brackets found wherever they stand."""
    mentions: list[Mention] = []
    known = list(known_mentions(doc))
    makers = [(m.start, m.end) for m in LEXICON.scan(doc._.folded, ("industry",))]
    other_things = [m.core for m in known if _OTHER_THING.search(doc.text[max(0, m.start - 30) : m.start])]
    known = [m for m in known if m.core not in other_things]
    for mention in sorted([*known, *grammar_mentions(doc)], key=lambda m: (m.start, -(m.end - m.start))):
        if is_noise(doc, mention.start) or any(a < mention.end and mention.start < b for a, b in makers):
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
        elif previous.kind == "known" and mention.kind == "named" and mention.end > previous.end:
            mention.known, mention.contextual = previous.known, previous.contextual
            mention.start = previous.start
            mention.text = mention.name = doc.text[mention.start : mention.end]
            mention.core = core_words(mention.text)
            mentions[-1] = mention
    mentions = sorted([*mentions, *_that_of(doc, mentions)], key=lambda m: m.start)
    return _with_acronyms(doc, mentions)


_BRACKET = re.compile(r"\s*[(\[]\s*([A-Z][\w+.-]{1,9})\s*[)\]]")


def _with_acronyms(doc: Doc, mentions: list[Mention]) -> list[Mention]:
    acronyms: dict[str, Mention] = {}
    for mention in mentions:
        if mention.kind in ("named", "known"):
            found = _BRACKET.match(doc.text, mention.end)
            if found and sum(c.isupper() for c in found[1]) >= 2:
                mention.acronym = found[1]
                acronyms.setdefault(found[1], mention)
    taken = {m.start for m in mentions}
    spans = [(m.start, m.end) for m in mentions]
    added: list[Mention] = []
    for token in doc:
        owner = acronyms.get(token.text)
        if owner is None or token.idx in taken or is_noise(doc, token.idx) or any(a <= token.idx < b for a, b in spans):
            continue
        added.append(
            Mention(
                token.idx,
                token.idx + len(token),
                token.text,
                owner.type,
                "named",
                name=token.text,
                core=owner.core,
                known=owner.known,
                acronym=token.text,
            )
        )
    return sorted([*mentions, *added], key=lambda m: m.start)
