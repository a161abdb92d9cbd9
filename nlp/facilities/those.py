""" "celui de Béthune", "ceux de Roanne et de Montbrison": the noun of a facility told before, with another name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.document import is_noise, text_of, token_at
from nlp.facilities.lists import singular
from nlp.facilities.mentions import Mention, core_words
from nlp.facilities.names import name_after

_THAT_OF = re.compile(r"(?:[Cc]elui|[Cc]elle|ceux|celles) (?:de la |de l['’]|de |d['’]|du |des )(?=[A-ZÀ-Þ])")


def that_of(doc: Doc, mentions: list[Mention]) -> Iterator[Mention]:
    """ "un Ehpad de l'Eure, celui de Beuzeville": the noun before, with the new name."""
    found = list(mentions)
    for match in _THAT_OF.finditer(text_of(doc)):
        several = match[0].startswith(("ceux", "celles"))
        before = [
            m for m in found if m.end <= match.start() < m.end + 200 and m.type != "any" and (m.plural or not several)
        ]
        if not before or is_noise(doc, match.start()):
            continue
        before = _alike(before, masculine=match[0].lower().startswith(("celui", "ceux")))
        between = text_of(doc)[before[-1].end : match.start()]
        heads = between.rstrip().endswith((".", ";")) and not match[0].startswith(("ceux", "celles"))
        far = len(between) > 60 and not (heads and before[-1].kind in ("known", "named"))
        if (far and not _MORE_ALIKE.search(between)) or re.search(
            r"\b(?:campus|sites?|blocs?|services?|serveurs?|directeur|directrice)\b", between
        ):
            continue  # "celui" stands for another noun
        last = token_at(doc, match.end() - 2)
        end = name_after(doc, last)
        if end is None:
            continue
        name = text_of(doc)[match.end() : end.idx + len(end)]
        if not core_words(name):
            continue
        head = re.match(r"[^\W\d_]+(?: (?:hospitalier|privé|médical))?", before[-1].text)
        noun = head[0] if head else "établissement"
        noun = noun if several else singular(noun)
        full = f"{noun} {text_of(doc)[match.start() : match.end()].split(' ', 1)[1]}{name}"
        named_so = Mention(
            match.start(), end.idx + len(end), full, before[-1].type, "named", name=full, core=core_words(name), plural=several
        )  # fmt: skip
        found = sorted([*found, named_so], key=lambda m: m.start)
        yield named_so


_FEMININE = re.compile(
    r"(?:l['’])?(?:poly)?clinique|maternité|pharmacie|mutuelle|maison|résidence|fondation|société|entreprise|plateforme|agence|caisse",
    re.I,
)


def _alike(before: list[Mention], masculine: bool) -> list[Mention]:
    """Those that "celui" or "celle" may stand for: of that gender, and with a name where one has ("le laboratoire" of A)."""
    same = [m for m in before if bool(_FEMININE.match(m.text)) != masculine] or before
    return [m for m in same if m.kind != "generic"] or same


_MORE_ALIKE = re.compile(
    r"\b(?:attaqu|victime|cible|touché|frappé|pirat|visé|paralysé)\w*[^.;:]{0,60}(?:comme|que|et|puis) (?:à |dans |contre )?$"
)
