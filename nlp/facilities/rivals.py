"""Who else may be the subject: town halls, universities, dairies … told to be hit, in an article that also names a hospital.

They are no facilities and never victims here. Where one is told to be hit in the title or the lead and no facility is,
the article is about it.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from spacy.tokens import Doc

from nlp.document import in_title, is_noise, text_of, token_at
from nlp.facilities.cues import Cues
from nlp.facilities.mentions import LEXICON, Mention
from nlp.facilities.names import name_after
from nlp.facilities.roles import read_mention

_LEAD = 500
_WHERE = re.compile(r"\)?(?: \w+)? (?:de |d['’]|du |dans |à |au )(?:la |l['’]|sa |une? )?(?:\w+ )?")

_OF_IT = re.compile(
    r"\b(?:établissement|hôpital|clinique|maison|structure|maternité|laboratoire|pharmacie)s?(?: \w+)? (?:de la |de l['’]|du |de )$",
    re.I,
)

_SHOP = re.compile(r"(?:enseigne|chaîne|marque|magasin)", re.I)
_SHOPS = frozenset({"soins_ville", "pharmacie"})


def rivals(doc: Doc, mentions: list[Mention], cues: Cues) -> list[Mention]:
    """Nouns of other sectors (`[[rival]]` of `facilities.toml`) that the title or the lead tells to be hit."""
    found: list[Mention] = []
    reach = doc._.body_start + _LEAD
    starts = [m.start for m in mentions]
    year = doc._.article.published_on.year
    for match in LEXICON.scan(doc._.folded, ("rival",)):
        if match.start >= reach:
            break
        at = bisect_left(starts, match.start)
        before = mentions[at - 1] if at else None
        after = mentions[at] if at < len(mentions) else None
        if before and _WHERE.fullmatch(text_of(doc)[before.end : match.start]):
            continue  # "un hôpital de la métropole lilloise": where it stands
        if _OF_IT.search(text_of(doc), max(0, match.start - 40), match.start):
            continue  # "le premier établissement du département"
        if is_noise(doc, match.start) or (before and before.end > match.start) or (after and after.start < match.end):
            continue
        last = name_after(doc, token_at(doc, match.end - 1))
        end = last.idx + len(last) if last is not None else match.end
        if after and end > after.start:
            end = match.end
        if (
            last is None
            and _SHOP.match(text_of(doc), match.start)
            and any(m.type in _SHOPS and m.known for m in mentions[:at])
        ):
            continue  # "Krys …, l'enseigne …": the chain itself
        rival = Mention(match.start, end, text_of(doc)[match.start : end], "autre", "named")
        read_mention(doc, rival, before, after, cues, year)
        if rival.has("hit") and (in_title(doc, rival.start) or rival.has("lead")):
            found.append(rival)
    return found
