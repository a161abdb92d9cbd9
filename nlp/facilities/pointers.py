"""Where a text points back at one of several victims without its noun: by its town, its bare name, "le premier".

    "À Lens, les urgences sont fermées ; à Jean-Mermoz, le bloc est à l'arrêt."
    "La première a fermé ses urgences, la seconde a reporté ses opérations."

Looked for only where a text has several victims: an article on one is about it throughout.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from nlp.document import is_noise, text_of, token_at
from nlp.facilities.entities import Entity
from nlp.facilities.mentions import Mention
from reference.folding import fold


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place of the Doc that speaks of the entity of that number."""

    start: int
    end: int
    entity: int


# the noun of a name and what links it to the rest: "clinique de la Compassion", "hôpital privé Jean-Mermoz"
_NOUN = re.compile(
    r"^(?:L[ae]s? |L['’])?(?:[^\W\d_A-ZÀ-Þ][\w-]*[ ]|[A-ZÀ-Þ]?[a-zà-ÿ]*['’]|(?:C[HR]+U?|EHPAD|Ehpad|IME|Clinique|Polyclinique|Hôpital|Centre) )+"
)
_TOWN = re.compile(
    r"\b(?:[Àà]|[Aa]ux?|[Dd]ans (?:l['’]|le |la )?|[Cc]hez|[Cc]ôté|[Dd]u côté d[eu]|[Cc]e(?:ux|lui|lle|lles) d[eu]s?)(?: la| le| les)? (?:l['’])?$"
)
# "Si Remiremont a pu rouvrir, Épinal n'accueille …": the town for its house
_CLAUSE_HEAD = re.compile(r"(?:[;:,.!?] |\n|\b(?:[Ss]i|que|et|mais) )$")
_DOES = re.compile(
    r" (?:a|n['’]|ne|est|s['’]|se|doit|peut|tourne|fonctionne|accueille|reste|garde|ferme|rouvre|travaille|attend|déplore|compte)\b"
)
_IN_WORD = re.compile(r"[\w’-]$")
_GOES_ON = re.compile(r"[\w-]|['’]\w| [A-ZÀ-Þ]")
_PART_OF_NAME = re.compile(
    r"(?:(?!(?:À|A|Au|Aux|Chez|Dans|L[ae]s?|D[eu]s?|Côté) )[A-ZÀ-Þ][\w’'-]*[ -]|\b(?:rue|avenue|boulevard|place|quai|square|gare|lycée|collège|école|quartier|docteur|professeur|Dr|Pr|M\.|Mme|mairie|tribunal|parquet|procureure?|préfecture|ville|maire|agglomération|métropole)\s(?:de |du |des |d['’]|de la )?)$"
)
_NTH = ("premier", "deuxième", "troisième", "quatrième")
_ORDINAL = re.compile(
    r"(?:^|(?<=[;:,(–—-] )|(?<=[.!?»] )|(?<=\n)|\b(?:tandis qu[e'’]|alors qu[e'’]|quand|où|[Ss]i|[Ee]t|[Mm]ais|que) ?)"
    r"(?:[Pp]our |[Cc]hez |[Dd]ans |[Dd]u côté d[eu] ?|[ÀA] |à )?"
    r"(?P<words>(?:[Ll]es? |[Ll]a |[Aa]u |[Dd]u )?(?P<nth>(?:premi(?:er|ère)|deuxième|seconde?|troisième|quatrième)\b)|[Ll]['’]autre\b)(?! fois| jour| temps)"
)  # fmt: skip
_REACH = 700  # characters back to the names that it counts
_MOST = 40
# what follows an ordinal that stands for a house: a verb, an adverb, a comma; not a noun
_ALONE = ("AUX", "VERB", "PRON", "ADV", "PUNCT")


def pointers(doc: Doc, mentions: list[Mention], chosen: list[Entity]) -> list[Pointer]:
    """In text order, outside the spans of mentions; empty where there is one victim."""
    if len(chosen) < 2:
        return []
    spans = sorted((m.start, m.end) for m in mentions if m.kind in ("known", "named"))
    starts = [a for a, _ in spans]

    def free(at: int) -> bool:
        i = bisect_right(starts, at)
        return not (i and spans[i - 1][1] > at) and not is_noise(doc, at)

    found = [p for p in (*_by_name(doc, chosen), *_by_rank(doc, mentions, chosen)) if free(p.start)]
    return sorted(found, key=lambda p: p.start)


def _by_name(doc: Doc, chosen: list[Entity]) -> Iterator[Pointer]:
    text = text_of(doc)
    names = {e.number: _names(text, e) for e in chosen}
    owners = Counter(name for several in names.values() for name in several)
    for number, own in names.items():
        others = [name for n, several in names.items() if n != number for name in several]
        for name, kind in own.items():
            if owners[name] > 1 and kind != "beside":
                continue
            if any(name != other and f" {name} " in f" {other} " for other in others):
                continue
            yield from (Pointer(at, at + len(name), number) for at in _told(text, name, doc._.body_start, kind))


def _told(text: str, name: str, start: int, kind: str) -> Iterator[int]:
    """Where a name stands alone, or a town after a preposition or as what does something: "Épinal n'accueille …"."""
    at = text.find(name, start)
    while at >= 0:
        end = at + len(name)
        before = text[max(0, at - 30) : at]
        if not _IN_WORD.search(before) and not _GOES_ON.match(text, end):
            if kind == "name":
                if not _PART_OF_NAME.search(before):
                    yield at
            elif _TOWN.search(before) or (_CLAUSE_HEAD.search(before) and _DOES.match(text, end)):
                yield at
        at = text.find(name, end)


# "l'hôpital privé Jean-Mermoz (HPJM), à Lyon"
_BESIDE = re.compile(
    r"(?:\s\([^()\n]*\))?,?\s(?:à|au|aux|de|d['’])\s?((?:L[ae]s? |L['’])?[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)?)"
)


def _names(text: str, entity: Entity) -> dict[str, str]:
    """The proper parts of an entity's names and its towns: a `name`, a `town`, or a town told `beside` the name.

    "de", "du", "à" before it makes it rather a town, unless it has an article of its own ("la clinique de la Compassion").
    """
    out: dict[str, str] = {}
    if entity.place is not None and not entity.place.weak:
        out[entity.place.name] = "town"
    for mention in entity.mentions:
        if mention.kind not in ("known", "named") or mention.plural:
            continue
        if beside := _BESIDE.match(text, mention.end):
            out[beside[1]] = "beside"
        if noun := _NOUN.match(mention.text):
            name = mention.text[noun.end() :].strip(" »”\"'’")
            if len(name) > 3 and name[:1].isupper():
                out.setdefault(name, "town" if _OF.search(noun[0]) else "name")
    return out


_OF = re.compile(r"(?:\bde |\bd['’]|\bà |\bau )$")


def _by_rank(doc: Doc, mentions: list[Mention], chosen: list[Entity]) -> Iterator[Pointer]:
    """ "le premier", "la seconde", "l'autre": which of the victims that the sentences before name in that order."""
    text = text_of(doc)
    numbers = {e.number for e in chosen}
    named = [m for m in mentions if m.entity in numbers and m.kind in ("known", "named")]
    begins = [m.start for m in named]
    last = -1
    for match in _ORDINAL.finditer(text, doc._.body_start):
        at = match.start("words")
        after = token_at(doc, match.end())
        if match["nth"] and after.pos_ not in _ALONE and after.text.lower() not in ("n'", "n’", "s'", "s’"):
            continue
        near = named[bisect_right(begins, at - _REACH) : bisect_right(begins, at)]
        order = list(dict.fromkeys(m.entity for m in near))
        if len(order) < 2:
            continue
        order = _row_of(doc, near[-_MOST:]) or order
        nth = match["nth"]
        if nth is None:  # "l'autre": of two, the one not told just before
            if len(order) != 2 or last not in order:
                continue
            rank = 1 - order.index(last)
        elif fold(nth).startswith("second"):
            rank = 1
        else:
            rank = next((i for i, word in enumerate(_NTH) if fold(word)[:6] == fold(nth)[:6]), 9)
        if rank < len(order) and (number := order[rank]) is not None:
            last = number
            yield Pointer(at, match.end("words"), number)


def _row_of(doc: Doc, near: list[Mention]) -> list[int | None]:
    """The victims of the last sentence of those mentions that names two or more, in order."""
    by_sentence: dict[int, list[int | None]] = {}
    for m in near:
        by_sentence.setdefault(token_at(doc, m.start).sent.start_char, []).append(m.entity)
    for begin in sorted(by_sentence, reverse=True):
        row = list(dict.fromkeys(by_sentence[begin]))
        if len(row) > 1:
            return row
    return []
