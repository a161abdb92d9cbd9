"""The ransom asked: an amount, whole or decimal (« 1,5 bitcoin »), and its currency (ISO code)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.assertion import stance
from nlp.details.hits import Hits
from nlp.document import Finding, is_noise, live
from nlp.numbers import Number, find_numbers
from records import Ransom

FIELD = "ransom"
_CONVERTED = "la même somme dans une autre monnaie"
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
    r"rançon|réclam|exig|demand|extorsion|chantage|pirates|hackers|rançonneurs|malfaiteurs|maîtres.chanteurs|cybercriminels|\btarif\b|prix de la cl|auteurs\s(?:en\s)?(?:attend|espér)|veulent|voudrai|voulai|versement|verser|ultimatum|extorqu|faute de quoi|racheter|revente à|en échange|crypto-?monnaie|cryptoactif|déchiffre|décrypt|libération d|\b(?:leur|son) (?:tarif|prix)\b",
    re.IGNORECASE,
)
# « Les pirates ont donné un tarif. Deux millions d'euros »
_THEIRS = re.compile(r"\b(?:leur|son) (?:tarif|prix|montant)\b[^.]{0,20}[.:]?\s*$", re.IGNORECASE)
_OTHER = re.compile(
    r"budget|chiffre d['’]affaires|amende|co[ûu]t|préjudice|invest|subvention|enveloppe|plan de|plan d['’]|dotation|perte|facture|"
    r"(?<!leur )(?<!son )prix(?! de la cl)(?! du silence)|forum|dépens|détourn|escroc|virement|économi|reconstru|remise en état|chiffrée? à|crédits|débloqué|montant des travaux|fait perdre|recettes|assur(?:eur|ance) (?:réclam|exig|demand)|rançons? moyennes?|certains ont|appel|minute|salaire|valeur",
    re.IGNORECASE,
)
# « Il y a trois mois, l'hôpital voisin s'était vu réclamer … », « Chez Zorro, les pirates avaient exigé … »
_ELSEWHERE = re.compile(
    r"\W*(?:Il y a\s(?:[\w-]+\s){1,3}?(?:mois|ans?|semaines)|Chez\s[A-ZÉ]|En\s(?:\w+\s)?(?:19|20)\d\d|L['’](?:an\s(?:dernier|passé)|année dernière)|Quelques\s(?:mois|semaines)\splus\stôt)"
    r"[^.;!?]{0,120}\b(?:avai(?:en)?t|s['’]étai(?:en)?t)\b"
)
_DECIMAL = re.compile(r"(?<![\d,.])(\d{1,6})[,.](\d{1,2})(?=[\s\u00a0\u202f]*(?:bitcoins?|BTC)\b)", re.IGNORECASE)
# « 100 000 dollars (environ 95 000 euros) », « soit 95 000 euros »: the same sum again
_AGAIN = re.compile(
    r"(?:dollars?|\$|€|euros?|bitcoins?|BTC|USD|EUR|CHF|£)\s*[,(]?\s*(?:\(|,?\s*soit|,?\s*ou\b|l['’]équivalent|équivalant|,\s*c['’]est-à-dire|,\s*à peu près|,?\s*ce qui (?:fait|représente|équivaut|correspond)|,\s*environ|,\s*près de|,\s*autour de)"
    r"(?:\s*(?:soit|environ|près|à|de|d['’]|l['’]équivalent|un peu plus|plus|quelque|à peu près|autour|au cours actuel|la somme|une valeur))*\s*$",
    re.IGNORECASE,
)

# « Au CHU de Rouen, en 2019, les pirates avaient demandé 40 bitcoins »
_HAD = re.compile(
    r"\b(?:avai(?:en)?t|s['’]était|s['’]étaient)\s(?:[\w'’]+\s){0,4}?(?:exig|réclam|demand|vu|dû|vers|pay|fix|réglé|déboursé|été|reçu|refusé)\w*",
    re.IGNORECASE,
)
_ATTACKED = re.compile(
    r"\b(?:paralysée?|touchée?|frappée?|visée?|piratée?|attaquée?|victime|rançonnée?|ciblée?|en proie)\b", re.IGNORECASE
)


def find(hits: Hits) -> Iterator[Finding]:
    doc = hits.doc
    for amount, number in _amounts(hits.text):
        currency = _CURRENCY.match(hits.text, number.end)
        if not currency or is_noise(doc, number.start):
            continue
        sentence = hits.sentence(number.start)
        start, end = number.start, currency.end()
        code = _CODES[currency["c"][0].lower()]
        around = hits.text[max(sentence.start, start - 200) : min(sentence.end, end + 160)]
        rejected = None
        if _AGAIN.search(hits.text[max(0, start - 70) : start]):
            rejected = _CONVERTED
        elif not _DEMAND.search(around) and not _THEIRS.search(hits.text[max(0, sentence.start - 120) : start]):
            rejected = "aucune demande d'argent dans la phrase"
        elif _ELSEWHERE.match(hits.text, sentence.begin, start):
            rejected = "demandé à d'autres"
        elif _OTHER.search(hits.text[max(sentence.start, start - 90) : min(sentence.end, end + 30)]):
            rejected = "autre somme (budget, coût, amende …)"
        elif _of_another(hits, sentence.start, sentence.end):
            rejected = "un autre cas"
        elif (reading := stance(doc, start, end)).stance in ("denied", "general", "unknown"):
            rejected = f"nié ou général ({reading.cue})"
        yield Finding(FIELD, (amount, code), start, end, f"somme en {code}", rejected)


def _of_another(hits: Hits, start: int, end: int) -> bool:
    """Its sentence names a facility that is no victim here, and none of the victims: of an earlier case, or one beside."""
    found = hits.doc.user_data.get("facilities")
    if found is None or not found.victims:
        return False
    ours = {id(m) for victim in found.victims for m in victim.mentions}
    named = [m for m in found.mentions if start <= m.start < end and m.kind in ("known", "named")]
    if any(id(m) in ours for m in named):
        return False
    return bool(named and (_ATTACKED.search(hits.text, start, end) or _HAD.search(hits.text, start, end)))


def _amounts(text: str) -> Iterator[tuple[int | float, Number]]:
    for number in find_numbers(text):
        yield number.value, number
    for m in _DECIMAL.finditer(text):
        yield float(f"{m[1]}.{m[2]}"), Number(int(m[1]), m.start(), m.end())


def conclude(findings: Iterable[Finding]) -> tuple[Ransom | None, list[Finding]]:
    """The first demand told; what was asked later or converted (« soit 95 000 euros ») does not replace it."""
    findings = list(findings)
    told = sorted(live(findings, FIELD), key=lambda f: f.start)
    again = {f.value for f in findings if f.field == FIELD and f.rejected == _CONVERTED}
    told = [f for f in told if f.value not in again] or told
    if not told:
        return None, []
    amount, currency = told[0].value
    return Ransom(amount=amount, currency=currency), [f for f in told if f.value == told[0].value]
