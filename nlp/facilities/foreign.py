"""Facilities under their English names, whose noun comes last: "King's Cross Hospital", "Northern Health", "Acme NHS Trust"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.document import text_of
from nlp.facilities.mentions import Mention, core_words

_NOUNS = {
    "ch": r"(?:(?:General |University |Children['’]?s? |Memorial |Regional |Community |Veterans |Royal )*(?:Hospitals?|Infirmary)|Medical Cent(?:er|re)s?|Cancer Cent(?:er|re))",
    "groupement": r"(?:(?:National |Regional |Local )?(?:Health|Hospital|Medical|Care) ?(?:care )?(?:Systems?|Services?|Network|Group|Authority|Board|District|Partners|Alliance|Trust)|Healthcare|Health|(?:University )?(?:Hospitals? )?NHS (?:Foundation )?Trust|Board of Health)",
    "laboratoire": r"(?:Diagnostics|Laboratories|Pathology|Labs)",
    "clinique": r"Clinics?",
    "soins_ville": r"(?:Dental|Eye Care|Ambulance(?: Services?)?|Urgent Care)",
}
_WORD = r"[A-ZÀ-Þ](?:[\w’']|\.(?! (?:À|Au|Aux|La|Le|Les|L)\b))*(?:-[A-ZÀ-Þ]\w+)*"
_NAME = rf"(?<![\w’'-])({_WORD}(?: (?:(?:and|et|&|of|the|for) )?{_WORD}){{0,4}}?)"
_PATTERNS = [(type_, re.compile(rf"{_NAME} {noun}(?! [A-ZÀ-Þ])(?![\w-])")) for type_, noun in _NOUNS.items()]
_ANY = re.compile(
    r"Hospital|Infirmary|Medical Cent|Cancer Cent|Health|NHS|Diagnostics|Laboratories|Pathology|Labs|Clinic|Dental|Eye Care|Ambulance |Urgent Care|Care "
)
# papers, firms of another trade and authorities abroad, quoted and not hit
_NOT_HOUSES = re.compile(
    r"\b(?:Journal|News|Times|Magazine|World|Digital|Public|Mental|Global|Centers? for|Department|Ministry|Johnson|Google|Apple|Microsoft|Le|La|Les|Un|Une)\b"
)
_FIRST = re.compile(
    r"(?:Le|La|Les|Au|Aux|Du|Des|De|Chez|Selon|À|A|L['’]|D['’]|Un|Une|Groupe|Le groupe|Mais|Et|Pour|Dans|Contre)\s?(?=[A-ZÀ-Þ])"
)


def foreign_mentions(doc: Doc) -> Iterator[Mention]:
    """Names of that order; "le groupe", "l'hôpital" before them is left to the grammar of French names."""
    text = text_of(doc)
    if not _ANY.search(text):
        return
    reach = -1
    found = sorted(
        ((m, type_) for type_, p in _PATTERNS for m in p.finditer(text)), key=lambda f: (f[0].start(), -f[0].end())
    )
    for match, type_ in found:
        start, end = match.span()
        if start < reach:
            continue
        if article := _FIRST.match(text, start, end):
            start = article.end()
        name = text[start:end]
        if _NOT_HOUSES.search(name) or " " not in name:
            continue
        reach = end
        yield Mention(start, end, name, type_, "named", name=name, core=core_words(name))
