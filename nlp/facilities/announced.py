"""Names without a noun that a plural announces: "deux prestataires – Zoramed et Almavie – …", "trois éditeurs : X, Y et Z"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.document import text_of, token_at
from nlp.facilities.cues import Cues

_WORD = r"[A-ZÀ-Þ][\w&+’'-]*"
_NAME = rf"{_WORD}(?: (?:(?:de|du|des|la|d['’]) ?)?{_WORD}){{0,3}}"
_ASIDE = r"(?:\s?\([^)\n]{2,90}\)|,? (?:à|au|aux) (?:L[ae]s? )?[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)?)?"
_HOUSES = (
    r"(?:sociétés|entreprises|prestataires|opérateurs|gestionnaires|éditeurs|hébergeurs|fournisseurs|sous-traitants|plateformes|logiciels|acteurs|spécialistes|assureurs"
    r"|mutuelles|complémentaires|groupes|groupements|réseaux|laboratoires|labos|cliniques|hôpitaux|établissements|structures|organismes|associations|fondations|centres|cabinets|pharmacies|enseignes|victimes|cibles|Ehpad|EHPAD|résidences|maisons de retraite)"
)
_SEVERAL = re.compile(
    rf"\b{_HOUSES}\b[^.;:!?\n–—(]{{0,200}}?(?:\s?:\s|\s[–—-]\s|\s\(|,\s(?:à savoir |dont |soit |notamment )?|\sque sont |\snommé\w* |\scomme |\s(?:[–—-] )?(?:aux|à) côtés de )"
    rf"(?:le |la |l['’]|les )?({_NAME}){_ASIDE}((?:,\s(?:le |la |l['’]|les )?{_NAME}{_ASIDE}){{0,8}},?\s(?:et|ainsi que|ou)\s(?:le |la |l['’]|les )?({_NAME}))(?![\w’'-])"
)
# "X et Y, deux éditeurs de logiciels, …": the noun stands after
_BOTH = re.compile(
    rf"(?<![\w’'-])({_NAME})((?:, {_NAME}){{0,4}} et ({_NAME})),\s(?:(?:les|des) )?(?:deux |trois |quatre |tous (?:deux )?|toutes (?:deux )?)?(?:grand\w+ |principa\w+ |important\w+ )?{_HOUSES}\b"
)
# "les éditeurs de logiciels de santé Medilog et Pharmasys"
_FIRMS_NAMED = re.compile(
    rf"\b(?:sociétés|entreprises|prestataires|opérateurs|gestionnaires|éditeurs|hébergeurs|fournisseurs|sous-traitants|plateformes|assureurs|intermédiaires)"
    rf"(?: (?:de |d['’]|du )?[a-zà-ÿ’' -]{{3,50}}?)? ({_NAME})((?:, {_NAME}){{0,4}} et ({_NAME}))(?![\w’'-])"
)
_ONE_MORE = re.compile(rf"(?:,|et|que|ou)\s(?:le |la |l['’]|les )?({_NAME})")


def announced(doc: Doc, cues: Cues) -> Iterator[tuple[int, int]]:
    """Where the names of such a list stand, in sentences that tell of an attack."""
    text = text_of(doc)
    for match in _SEVERAL.finditer(text):
        sentence = token_at(doc, match.start()).sent
        if match.end() > sentence.end_char + 1 or not cues.within(
            "attack_strong", sentence.start_char, sentence.end_char
        ):
            continue
        yield match.span(1)
        for name in _ONE_MORE.finditer(text, match.end(1), match.end()):
            yield name.span(1)
    for match in (*_BOTH.finditer(text), *_FIRMS_NAMED.finditer(text)):
        sentence = token_at(doc, match.start()).sent
        if match.end() <= sentence.end_char and cues.within("attack_strong", sentence.start_char, sentence.end_char):
            yield match.span(1)
            for name in _ONE_MORE.finditer(text, match.end(1), match.end(2)):
                yield name.span(1)
