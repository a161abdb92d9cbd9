"""The ransom asked: a whole amount and its currency (ISO code)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.assertion import stance
from nlp.details.hits import Hits
from nlp.document import Finding, is_noise, live
from nlp.numbers import find_numbers
from records import Ransom

FIELD = "ransom"
_CURRENCY = re.compile(
    r"[\s\u00a0\u202f]*(?:de\s+|d['’])?(?P<c>dollars?\b|US ?\$|\$|USD\b|€|euros?\b|EUR\b|bitcoins?\b|BTC\b|livres?\s+sterling|£|francs?\s+suisses?|CHF\b)",
    re.IGNORECASE,
)
_CODES = {
    "d": "USD",
    "$": "USD",
    "u": "USD",
    "€": "EUR",
    "e": "EUR",
    "b": "BTC",
    "l": "GBP",
    "£": "GBP",
    "f": "CHF",
    "c": "CHF",
}
_DEMAND = re.compile(
    r"rançon|réclam|exig|demand|extorsion|chantage|pirates|hackers|veulent|voudrai|voulai|versement|verser|ultimatum|extorqu",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"budget|chiffre d['’]affaires|amende|co[ûu]t|préjudice|invest|subvention|enveloppe|plan de|plan d['’]|dotation|perte|facture|"
    r"prix|forum|dépens|détourn|escroc|virement|économi|reconstru|remise en état|chiffrée? à|crédits|débloqué|montant des travaux|certains ont|appel|minute|salaire|valeur",
    re.IGNORECASE,
)


def find(hits: Hits) -> Iterator[Finding]:
    doc = hits.doc
    for number in find_numbers(hits.text):
        currency = _CURRENCY.match(hits.text, number.end)
        if not currency or is_noise(doc, number.start):
            continue
        sentence = hits.sentence(number.start)
        start, end = number.start, currency.end()
        code = _CODES[currency["c"][0].lower()]
        around = hits.text[max(sentence.start, start - 200) : min(sentence.end, end + 160)]
        rejected = None
        if not _DEMAND.search(around):
            rejected = "aucune demande d'argent dans la phrase"
        elif _OTHER.search(hits.text[max(sentence.start, start - 90) : min(sentence.end, end + 30)]):
            rejected = "autre somme (budget, coût, amende …)"
        elif (reading := stance(doc, start, end)).stance in ("denied", "general", "unknown"):
            rejected = f"nié ou général ({reading.cue})"
        yield Finding(FIELD, (number.value, code), start, end, f"somme en {code}", rejected)


def conclude(findings: Iterable[Finding]) -> tuple[Ransom | None, list[Finding]]:
    """The first demand told; what was asked later or converted (« soit 95 000 euros ») does not replace it."""
    told = sorted(live(findings, FIELD), key=lambda f: f.start)
    if not told:
        return None, []
    amount, currency = told[0].value
    return Ransom(amount=amount, currency=currency), [f for f in told if f.value == told[0].value]
