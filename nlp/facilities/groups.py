"""Several hit at once, each told on its own: the sites of a group, and the cases of a chronicle."""

from __future__ import annotations

import re
from bisect import bisect_left

from spacy.tokens import Doc

from nlp.document import in_title, is_noise, text_of
from nlp.facilities.mentions import COMPOUND, PROPER, Mention, core_words
from reference.communes import named

_OUTSIDE = frozenset({"autorite", "prestataire", "autre", "any", "complementaire"})
_NO_SITES = _OUTSIDE | {"groupement"}  # the group itself is none of its houses
_LEAD = 600
REACH = 110  # characters of a paragraph in which it names the site it goes on about
_PARAGRAPH = re.compile(r"[^\n]+")
_NAMED_GROUP = re.compile(r"^(?!.*(?:\b(?:de|du|des|en|à|au|aux)\b|d['’]))|\b[A-Z]{3,}$")
_AT_TOWN = re.compile(rf"(?:[^,\n]{{0,30}}, )?(?:À|à|A|Au|Aux) ({PROPER})(?=,| \()")
MONTH = r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
HEADING = re.compile(
    rf"(?:[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)*,? )?(?:\(?\d{{1,2}} )?{MONTH}(?: (?:19|20)\d\d)?\s?[.:–-]|(?:19|20)\d\d\s?[.:–-]\s",
    re.I,
)


def is_chronicle(doc: Doc) -> bool:
    """Whether at least three paragraphs open with a month or a year: "Mars. …", "Janvier 2023. …"."""
    text = text_of(doc)
    return sum(bool(HEADING.match(p[0])) for p in _PARAGRAPH.finditer(text, doc._.body_start)) >= 3


def in_chronicle(text: str, at: int) -> bool:
    """Whether the paragraph of the character `at` opens with a month or a year."""
    return bool(HEADING.match(text, text.rfind("\n", 0, at) + 1))


def sites(doc: Doc, mentions: list[Mention]) -> list[Mention]:
    """Mentions, with those marked `site` that a paragraph on one of several facilities hit opens with.

    "Trois hôpitaux d'un groupement attaqués … À Mézières, les urgences ont fermé … À la clinique X, …": the title
    tells of several and names none in care; at least two paragraphs open with a facility or a town.
    """
    head = [m for m in mentions if m.start < doc._.body_start + _LEAD and m.type not in _OUTSIDE]
    several = next((m for m in head if m.plural and _counted(doc, m)), None)
    if (
        several is not None
        and several.kind == "named"
        and in_title(doc, several.start)
        and _NAMED_GROUP.search(several.text)
    ):
        return mentions  # "les laboratoires Biovalmont": one of that name
    titled = [m for m in head if in_title(doc, m.start) and not m.plural and m.kind in ("known", "named")]
    if several is None or any(m.type != "groupement" for m in titled):
        return mentions
    found: list[Mention] = []
    added: list[Mention] = []
    noun = re.sub(r"aux\b", "al", several.text.split(" de ")[0]).removesuffix("s").replace("als ", "al ")
    for paragraph in _PARAGRAPH.finditer(text_of(doc), several.end):
        start = paragraph.start()
        if start < doc._.body_start or is_noise(doc, start):
            continue
        near = [m for m in mentions if start <= m.start < start + REACH]
        facility = next((m for m in near if m.kind in ("known", "named") and m.type not in _NO_SITES), None)
        town = _AT_TOWN.match(text_of(doc), start)
        if facility is not None and not facility.plural:
            found.append(facility)
        elif town and facility is None:
            name = town[1].strip(" ,.'’-")
            link = "de " if named(name) or COMPOUND.fullmatch(name) or not name.startswith(("L", "l")) else ""
            text = f"{noun} {link}{name}"
            first = town.start(1)
            added.append(
                Mention(first, first + len(name), text, several.type, "named", name=text, core=core_words(text))
            )
    if titled or len(_different([*found, *added])) < 2:
        found, added = _openings(doc, mentions, several, noun)
    if len(_different([*found, *added])) < 2:
        return mentions
    for mention in [*found, *added]:
        mention.site = True
    return sorted([*mentions, *added], key=lambda m: m.start)


def _different(named: list[Mention]) -> set[frozenset[str]]:
    return {frozenset(f.finess or f.name for f in m.known) or m.core for m in named}


# "À Quimper, les urgences de l'hôpital …", "; la clinique des Batignolles a …"
_CLAUSE = re.compile(r";\s")
_BEFORE_NAME = re.compile(
    r"\W*(?:(?:Quant )?(?:[Àà]|[Aa]ux?) |[Dd]ans |[Cc]hez )?(?:[Ll]['’]|[Ll]a |[Ll]e )?(?:[\w-]+, )?"
)


def _openings(doc: Doc, mentions: list[Mention], several: Mention, noun: str) -> tuple[list[Mention], list[Mention]]:
    """Houses that open a sentence or clause, and those of towns that do, when there are as many as the text counts."""
    text = text_of(doc)
    count = _COUNT.search(text[max(0, several.start - 20) : several.start])
    wanted = _NUMBERS.get(count[1].lower()) if count else None
    if count is None or (wanted is None and count[1].lower() != "plusieurs"):
        return [], []
    found: list[Mention] = []
    added: list[Mention] = []
    starts = [m.start for m in mentions]
    for sentence in doc.sents:
        if sentence.start_char <= several.start or is_noise(doc, sentence.start_char):
            continue
        end = sentence.end_char
        here = mentions[bisect_left(starts, sentence.start_char) : bisect_left(starts, end)]
        for start in (sentence.start_char, *(m.end() for m in _CLAUSE.finditer(text, sentence.start_char, end))):
            first = next((m for m in here if m.start >= start), None)
            if first and first.kind in ("known", "named") and _BEFORE_NAME.fullmatch(text, start, first.start):
                if not first.plural and first.type not in _NO_SITES:
                    found.append(first)
            elif (town := _AT_TOWN.match(text, start, end)) and any(m.kind == "generic" and not m.plural for m in here):
                name = town[1].strip(" ,.'’-")
                if named(name) and not any(m.kind in ("known", "named") for m in here):
                    link = "d'" if name[:1] in "AEIOUYÉÈ" else "de "
                    full = f"{noun} {link}{name}"
                    added.append(
                        Mention(
                            town.start(1), town.start(1) + len(name), full, several.type, "named", name=full, core=core_words(full)
                        )
                    )  # fmt: skip
    return (found, added) if wanted is None or len(_different([*found, *added])) == wanted else ([], [])


_NUMBERS = {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6}
_COUNT = re.compile(r"\b(deux|trois|quatre|cinq|six|sept|huit|neuf|dix|plusieurs|\d{1,2}|les)\s(?:autres\s)?$", re.I)


def _counted(doc: Doc, mention: Mention) -> bool:
    return bool(_COUNT.search(text_of(doc)[max(0, mention.start - 20) : mention.start]))
