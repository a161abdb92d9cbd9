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
    several = next((m for m in head if m.plural and _counted(doc, m)), None) or _counted_in_title(doc)
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
    plain = _WHOSE.split(several.text)[0]
    noun = re.sub(r"aux\b", "al", plain).removesuffix("s").replace("als ", "al ")
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


# "hôpitaux publics des Hauts-de-France": the noun alone is each one's
_WHOSE = re.compile(r" (?:(?:publics?|privée?s?) )?(?:de|du|des|d['’])\b| (?:publics|privée?s)$")


def _different(named: list[Mention]) -> set[frozenset[str]]:
    return {frozenset(f.finess or f.name for f in m.known) or m.core for m in named}


# "À Quimper, les urgences de l'hôpital …", "; la clinique des Batignolles a …"
_CLAUSE = re.compile(r";\s")
_BEFORE_NAME = re.compile(
    r"\W*(?:(?:Quant )?(?:[Àà]|[Aa]ux?) |[Dd]ans |[Cc]hez )?(?:[Ll]['’]|[Ll]a |[Ll]e )?(?:[\w-]+, )?"
    rf"|\W*(?:À|Au|Aux) {PROPER}(?: \([^()\n]{{2,30}}\))?,(?: enfin,| aussi,)? (?:l['’]|la |le )"
)


def _openings(doc: Doc, mentions: list[Mention], several: Mention, noun: str) -> tuple[list[Mention], list[Mention]]:
    """Houses that open a sentence or clause, and those of towns that do, when there are as many as the text counts."""
    text = text_of(doc)
    count = _COUNT.search(text[max(0, several.start - 20) : several.start])
    wanted = (_NUMBERS.get(count[1].lower()) if count else None) or _towns_of_title(doc)
    if wanted is None and (count is None or count[1].lower() != "plusieurs"):
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


# "transférés vers les cliniques de X et de Y": where patients go, and nobody hit
_TOWARDS = re.compile(
    r"\b(?:vers|dans|sur|par|entre|chez|à|auprès de|rejoindre)\s(?:les|deux|trois|plusieurs)\s$", re.I
)


def _counted(doc: Doc, mention: Mention) -> bool:
    before = text_of(doc)[max(0, mention.start - 30) : mention.start]
    count = _COUNT.search(before)
    if count is None or in_title(doc, mention.start):
        return count is not None
    # "oriente les ambulances vers …": an article alone counts nobody, unless they have a name
    return not _TOWARDS.search(before) and (count[1].lower() != "les" or mention.kind in ("named", "known"))


_HOUSES_COUNTED = re.compile(
    r"\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|plusieurs|\d{1,2}) (?:autres |grands |petits )?(établissements|sites|structures|hôpitaux)\b"
    r"(?! (?:clients?|partenaires|voisins))",
    re.I,
)


def _counted_in_title(doc: Doc) -> Mention | None:
    """ "Sites d'hôpitaux injoignables : trois établissements visés": the count of a noun that is no house of care."""
    count = _HOUSES_COUNTED.search(text_of(doc), 0, doc._.body_start)
    if count is None:
        return None
    return Mention(count.start(1), count.end(1), "hôpitaux", "ch", "indefinite", name="hôpitaux", plural=True)


_TOWNS = re.compile(rf"({PROPER}(?:, {PROPER})+(?:(?:,| et) {PROPER})?)(?: :|\.|,? [–—-] )")


def _towns_of_title(doc: Doc) -> int | None:
    """ "Seclin, Tourcoing, Valenciennes : …": of how many towns the title tells, when it opens with several."""
    opening = _TOWNS.match(text_of(doc), 0, doc._.body_start)
    names = re.split(r", | et ", opening[1]) if opening else []
    return len(names) if len(names) > 1 and all(named(n) for n in names) else None
