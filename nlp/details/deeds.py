"""What an authority does, by grammar, where no wording of `details.toml` says it: one that is met, that acts, by whom things are done.

« examinés par l'Anssi », « échange avec l'ARS », « les gendarmes ont récupéré les disques ». Verbs of saying and sentences in
general, on the past or on other things (« recensées par l'Anssi ») are no deeds.
"""

from __future__ import annotations

import re

from nlp.assertion import stance
from nlp.details.hits import Hits
from nlp.document import in_title, token_at
from nlp.lexicon import Match

# whose business is only this case, wherever they are told to do anything
_INVESTIGATORS = {"police", "gendarmerie", "parquet"}
_WITH = re.compile(
    r"\b(?P<how>avec|par|auprès\s(?:de|d['’]|du))\s?(?:(?:le|la|les|l['’]|des|du)\s?)?"
    r"(?:[\w-]+\s(?:de\s(?:la\s|l['’])?|du\s|des\s))?$",
    re.IGNORECASE,
)
# of figures, rules, reports and words: no deed in this case
_OTHER_DEED = re.compile(
    r"\b(?:recens|dénombr|compt(?:é|abilis)|publi|estim|rappel|cit[ée]|certifi|labellis|recommand|préconis|agré|financ|édict|fix[ée]|pass|"
    r"appris|interrog|contact|joint|sollicit|relay|évoqu|avanc|expliqu|indiqu|rapport|précis|class|défini|accord[ée]|homologu|impos|attribu|"
    r"compatible|confond|rapprochement|conform|conventionn|qualifi|confirm|obtenu|compar|téléphon|source)\w*\b[^.;:!?]{0,45}$",
    re.IGNORECASE,
)
_NEVER = re.compile(r"\b(?:aucune?|sans|ni|pas|jamais)\s", re.IGNORECASE)
_GENERAL = frozenset({"general", "exercise", "past", "possible", "question"})
_SUBJECT = ("nsubj", "nsubj:pass")


def deed_of(hits: Hits, match: Match) -> str | None:
    """In French, how the authority at `match` acts; None where it is only named."""
    if in_title(hits.doc, match.start) or hits.flags(match.start) & _GENERAL:
        return None
    before = hits.text[max(hits.sentence(match.start).start, match.start - 90) : match.start]
    if found := _WITH.search(before):
        if (
            _NEVER.search(before)
            or _OTHER_DEED.search(before[: found.start()])
            or stance(hits.doc, match.start, match.end, noun=True).stance != "stated"
        ):
            return None
        return f"« {found['how'].lower()} »"
    return _active(hits, match) if match.id in _INVESTIGATORS else None


def _active(hits: Hits, match: Match) -> str | None:
    """The verb that it is the subject of, unless one of saying, or denied."""
    token = token_at(hits.doc, match.start)
    while token.dep_ not in _SUBJECT and match.start <= token.head.idx < match.end and token.head.i != token.i:
        token = token.head
    verb = token.head
    if token.dep_ not in _SUBJECT or verb.pos_ != "VERB" or verb.i <= token.i:
        return None
    start, end = verb.idx, verb.idx + len(verb)
    sentence = hits.sentence(match.start)
    said = [*hits.inside("speech", sentence.start, sentence.end), *hits.inside("quoting", sentence.start, sentence.end)]
    if any(m.start < end and start < m.end for m in said) or stance(hits.doc, start, end).stance != "stated":
        return None
    return f"qui agit (« {verb.text} »)"
