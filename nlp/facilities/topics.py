"""Which victims each sentence speaks of, so that every value goes to the right incident."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from nlp.document import in_title, text_of
from nlp.facilities.clauses import Clause, clauses
from nlp.facilities.entities import Entity
from nlp.facilities.mentions import Mention
from nlp.facilities.pointers import Pointer
from reference.folding import fold

_OF_ANOTHER = ("hit", "dated")
_ASIDE = ("other", "past", "exercise", "spared")


# "les deux établissements", "l'un comme l'autre": told of all
_ALL = re.compile(
    r"\b(?:(?:[Ll]es|[Cc]es|[Aa]ux|[Dd]es|leurs) (?P<count>deux|trois|quatre|cinq) (?:autres )?(?:\w+ )?(?:maisons|sites|hôpitaux|établissements|cliniques|structures|laboratoires|mutuelles"
    r"|sociétés|entreprises|centres|Ehpad|cabinets|opérateurs|éditeurs)\b|[Tt]ou(?:s|tes) (?:les )?(?:deux|trois)\b|[Ll]['’]une? (?:et|comme) l['’]autre\b|[Dd]e part et d['’]autre"
    r"|[Dd]ans les deux cas|[Ll]es (?:hôpitaux|établissements|cliniques) (?:touchés|visés|concernés|attaqués|piratés)e?s?\b)"
)  # fmt: skip


_ITS = re.compile(r"\b(?:sa|son|ses|leurs?)\s$")


def _tells_of_all(text: str, start: int, end: int, victims: int) -> bool:
    found = _ALL.search(text, start, end) if victims > 1 else None
    return bool(found) and (found["count"] is None or _NUMBERS.get(found["count"]) == victims)  # type: ignore[index]


_NUMBERS = {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5}


def topics(
    doc: Doc, mentions: list[Mention], chosen: list[Entity], pointed: list[Pointer]
) -> tuple[dict[int, frozenset[int]], dict[int, list[Clause]]]:
    """For each sentence, by its first character, the numbers of the victims it tells of (empty: none of them), and
    for those that tell of several one by one their clauses. `pointed`: where they are named without their noun.

    A sentence that names victims is theirs; one that names only other cases is nobody's, and so are the sentences
    that go on about them in the paragraph; any other goes on with the victims of the sentence before. Remarks in
    general and earlier cases that name no victim are nobody's.
    """
    numbers = {e.number for e in chosen}
    everyone = frozenset(numbers)
    # cases of a round-up that are told as gone by: "L'avaient précédé X début mars et Y fin juin"
    recalled = {e.number for e in chosen if e.roles["dated"] and not e.roles["hit"]}
    by_site = any(e.roles["site"] for e in chosen)
    out: dict[int, frozenset[int]] = {}
    parted: dict[int, list[Clause]] = {}
    current = everyone
    aside = False
    at = at_pointer = 0
    for sentence in doc.sents:
        start, end = sentence.start_char, sentence.end_char
        here: list[Mention] = []
        while at < len(mentions) and mentions[at].start < end:
            here.append(mentions[at])
            at += 1
        there: list[Pointer] = []
        while at_pointer < len(pointed) and pointed[at_pointer].start < end:
            there.append(pointed[at_pointer])
            at_pointer += 1
        paragraph = start == 0 or "\n" in text_of(doc)[max(0, start - 3) : start]
        if paragraph:
            aside = False
        if by_site and (paragraph or any(m.plural for m in here)):
            current = everyone  # each site is told of in its own paragraph
        here = [m for m in here if not _of_the_owner(text_of(doc), m, chosen)]
        ours = [
            m for m in here if m.entity in numbers and (m.entity in recalled or not (m.has("other") or m.has("past")))
        ]
        if len(numbers) > 1:  # "la seconde a fermé sa maternité": what belongs to it
            ours = [m for m in ours if m.kind != "generic" or not _ITS.search(text_of(doc), m.start - 6, m.start)]
        named = [(m.start, m.end, m.entity) for m in ours if m.entity is not None]
        named = sorted([*named, *((p.start, p.end, p.entity) for p in there)])
        told = frozenset(number for _, _, number in named)
        if len(told) < len(numbers) and not there and _tells_of_all(text_of(doc), start, end, len(numbers)):
            if not any(m.kind in ("known", "named") for m in ours):
                told = everyone
        elif len(told) > 1 and (found := clauses(text_of(doc), start, end, named)):
            parted[start] = found
        flags = sentence._.flags
        if told:
            current, aside = told, False
            out[start] = told
        elif any(
            m.entity is not None and m.kind in ("named", "known") and any(r in _ASIDE for r, _ in m.roles) for m in here
        ):
            aside = True
            out[start] = frozenset()
        elif (
            flags & {"past", "exercise"}
            or ("general" in flags and not _anaphor(here))
            or (aside and not _anaphor(here))
            or any(
                m.entity is not None and m.entity not in numbers and any(r in _OF_ANOTHER for r, _ in m.roles)
                for m in here
            )
        ):
            out[start] = frozenset()
        else:
            aside = False
            out[start] = everyone if in_title(doc, start) else current
    return out, parted


_OWNED = re.compile(
    r"\b(?:établissements?|cliniques?|hôpitaux|hôpital|sites?|laboratoires|maisons|Ehpad|résidences|centres|structures|pharmacies)"
    r"(?:\s\w+){0,2}\s(?:(?:appartenant|rattachée?s?) (?:à|au)|membres? d[eu]|propriétés? d[eu]|gérée?s? par|d[eu]|d['’])\s?(?:le |la |l['’])?$"
)


def _of_the_owner(text: str, mention: Mention, chosen: list[Entity]) -> bool:
    """ "quatre cliniques du groupe X", "le groupe a indiqué …", where its houses are the victims: told of them all."""
    if len(chosen) < 2 or any(e.type == "groupement" for e in chosen):
        return False
    if mention.kind == "generic":
        return fold(mention.text) in ("le groupe", "ce groupe")
    chosen_numbers = {e.number for e in chosen}
    before = text[max(0, mention.start - 70) : mention.start]
    return mention.type == "groupement" and mention.entity not in chosen_numbers and bool(_OWNED.search(before))


def _anaphor(here: list[Mention]) -> bool:
    """ "l'hôpital", "l'établissement": the text is back at the victim."""
    return any(m.kind == "generic" and not m.plural for m in here)
