"""How many people's data or care the incident concerns; not files, bytes, euros, staff or the population served."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from nlp.assertion import stance
from nlp.details.counts import FIELD, weighed
from nlp.details.hits import LEXICON, Hits
from nlp.details.uncounted import BOAST, TOTAL, reason
from nlp.document import Finding, live
from nlp.lexicon import Match
from nlp.numbers import Number, find_numbers

# what may stand between the number and the noun: « 300 000 autres patients », « 33 millions de nos assurés », « une
# trentaine d'anciens ou de futurs patients »
_BETWEEN = re.compile(
    r"\s*[»\"”]?\s*(?:(?:de|d['’]|des|du|les|nos|ses|leurs|autres|anciens|anciennes|ex|jeunes|futurs|ou|et|enregistrements|comptes|fichiers|dossiers|profils|"
    r"lignes|fiches|identités|noms|adresses|coordonnées|le nombre|nombre|petits|simples|"
    r"(?!hôpit|établiss|médicaments|événements|logements|équipements|locaux|journaux|tribunaux|agents|soignants|étudiants en)"
    r"\w+(?:aux|els|ifs|nts|ins|iens))[\s\u00a0\u202f]*){0,5}",
    re.IGNORECASE,
)
# « 65 000 Bretons »: who lives there
_PEOPLE = re.compile(
    r"\s(?:de\s|d['’])?([A-ZÉ][a-zà-ÿ-]{2,20}(?:ais|ois|ons|iens|éens|ins|ards|ots|ains|aises|oises|onnes|iennes|aines|ines))\b(?!\s[A-Z])"
)
_FAR = 60
# a rounded count and the exact one differ by so much at most
_ROUNDED = 0.05
_PERCENT = re.compile(r"\s*%")
_AMONG = re.compile(r"\s+d['’]entre (?:elles|eux)\b", re.IGNORECASE)
# « l'hôpital n'en reconnaît que 9 000 », no noun after
_ONES = re.compile(
    r"\ben\s+(?:(?:a|ont|avait)\s+)?(?:reconn|compt|dénombr|recens|admet|annonc|évoqu|identifi|avanc|conc[éè]d|retient|décompt|déten|possèd|posséd|revendiqu|"
    r"comptabilis|confirm|évalu|estim|cite|chiffr|concern|touch|affect|vis|impact)\w*(?:\s+(?:que|environ|près|plus|moins|de|quelque|pour sa part|finalement|plutôt|en fait|en réalité|au moins|désormais|elle|lui|,))*\s*$",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"(?=\s*(?:[.,;:)»]|au total|seulement|à ce|pour l|en tout|tout au plus|au plus|dans l|dans c|sur l|contre \d|au lieu|$))"
)
# « Elles sont 1 700 à avoir reçu un courrier »
_THEY = re.compile(
    r"\b(?:ils|elles) (?:sont|étaient|seraient)(?:\s+(?:ainsi|environ|près de|plus de|quelque|déjà))*\s*$",
    re.IGNORECASE,
)
_WHO = re.compile(r"\s+à\s+(?:avoir|être|en avoir|voir|ne)\b|\s+dans ce cas", re.IGNORECASE)
# « 800 000 dossiers pourraient être concernés »
_MAY = re.compile(
    r"[^.;:!?,]{0,30}\bpourrai(?:en)?t\b(?![^.;:!?]{0,30}\bpar (?:le|la|ce|cette) (?:vol|fuite|violation|piratage))",
    re.IGNORECASE,
)
_MAY_BEFORE = re.compile(r"\bpourrai(?:en)?t\b[^.;:!?]{0,40}$", re.IGNORECASE)
_FEARED = re.compile(r"crain|redout|peur", re.IGNORECASE)
_POSSIBLE = 0.5
# counts whose likelihoods differ by no more: the larger holds the smaller
_AS_LIKELY = 0.2
# « le nombre de victimes s'élève à 1,4 million »
_COUNTED = re.compile(
    r"\bau nombre de\s*$|\b(?:sont|étaient|seraient)(?:\s(?:ainsi|donc|au total|environ|plus|près|quelque|de|au moins))*\s*$|"
    r"\bnombre d(?:e|es|u|['’])\s?[^.;!?:]{3,80}\b(?:été|est|serait) (?:porté|revu|réévalué|estimé|évalué|fixé|chiffré)(?: à la hausse)?,? à(?: environ| plus de| près de| quelque)?\s*$|"
    r"\bcombien de?\b[^.;!?]{3,70}\?\s(?:[«\"“]\s?)?(?:environ |plus de |près de |quelque |au moins )?$|"
    r"\bnombre d(?:e|es|u|['’])\s?[^.;!?:]{3,80}\s:\s(?:environ |plus de |près de |quelque )?$|\bnombre (?:total )?d(?:e|es|u|['’])\s?(?:[\w'’-]+ ){1,9}?(?:(?:est |a été |serait |était )?(?:passée?|ramenée?|portée?|revue?)(?: à la hausse| à la baisse)? de \d[\d\s.'’]{0,10} à|s['’]élève(?:rait)?|atteint|atteindrait|dépasse(?:rait)?|est|serait|passe|grimpe|se monte|monte|avoisine)"
    r"(?: (?:désormais|ainsi|estimé|évalué|porté|à|de|environ|plus|près|quelque))*\s*$",
    re.IGNORECASE,
)
# « Sur ses 80 000 adhérents, 15 000 ont été touchés »
_OUT_OF = re.compile(r"\bsur\s+(?:les|ses|un total de|ces|nos|plus de|(?=\d))", re.IGNORECASE)
_DONE = re.compile(r"\s+(?:ont|sont|seraient|auraient|étaient|avaient)\b", re.IGNORECASE)


def find(hits: Hits) -> list[Finding]:
    """Counts of persons, as the rules read them and after a second opinion on each number."""
    return weighed(hits.doc, list(_by_rules(hits)))


def _by_rules(hits: Hits) -> Iterator[Finding]:
    """Counts of persons; one that only the attackers tell somewhere counts nowhere."""
    found = list(_counts(hits))
    boasted = {f.value for f in found if f.rejected and f.rejected.startswith(BOAST)}
    told = {f.value for f in found if not f.rejected} - boasted
    totals = {f.value for f in found if f.rejected == TOTAL}
    for f in found:
        if f.value in totals and not f.rejected:
            yield f.reject(TOTAL)
        elif f.value in boasted and any(0 < f.value - v <= _ROUNDED * v and v % 1000 == 0 for v in told):
            # « plus de 750 000 patients … il dit en détenir 758 912 »: what the text itself says, in full
            yield replace(f, rejected=None)
        else:
            yield f.reject(BOAST) if f.value in boasted and not f.rejected else f


def _counts(hits: Hits) -> Iterator[Finding]:
    numbers = find_numbers(hits.text)
    persons = hits.all("person")
    at = 0
    for number in numbers:
        while at < len(persons) and persons[at].start < number.end:
            at += 1
        nearest = (p for p in persons[at : at + 2] if p.start - number.end < _FAR)
        person = next((p for p in nearest if _BETWEEN.fullmatch(hits.text, number.end, p.start)), None)
        if person is None and (people := _PEOPLE.match(hits.text, number.end)):
            person = Match(people.start(1), people.end(1), LEXICON.of("person")[0], people[1])
        if person is None:
            person = _counted_before(hits, number) or _of_them(hits, number, persons)
        if person is None or _PERCENT.match(hits.text, number.end):
            continue
        yield _finding(hits, number, person)


def _counted_before(hits: Hits, number: Number) -> Match | None:
    """The noun of « le nombre de patients touchés atteint 12 000 », told before its count."""
    start = max(0, number.start - 110)
    before = _COUNTED.search(hits.text[start : number.start])
    if before and before[0].lower().startswith("combien"):
        nouns = hits.inside("person", start + before.start(), number.start)
        return nouns[0] if nouns else None
    if before and not before[0].lower().startswith("nombre"):
        # « Les victimes, au nombre de 5 200 », « les patients étaient près de 900 000 »
        sentence = hits.sentence(number.start).start
        nouns = hits.inside("person", max(start, sentence), start + before.start())
        counted = before[0].lower().startswith("au") or _ALONE.match(hits.text, number.end)
        return nouns[0] if nouns and counted else None
    nouns = hits.inside("person", start + before.start(), number.start) if before else []
    return nouns[0] if nouns else None


def _of_them(hits: Hits, number: Number, persons: list[Match]) -> Match | None:
    """« Les données de 15 000 d'entre elles », « la clinique en compte 9 000 »: those named last."""
    pronoun = _AMONG.match(hits.text, number.end)
    before = hits.text[max(0, number.start - 60) : number.start]
    if pronoun is None and (_ONES.search(before) or _THEY.search(before)):
        pronoun = (_ALONE if _ONES.search(before) else _WHO).match(hits.text, number.end)
    if pronoun is None and _OUT_OF.search(hits.text[hits.sentence(number.start).start : number.start]):
        pronoun = _DONE.match(hits.text, number.end)
    if pronoun is None:
        return None
    named = [p for p in persons if p.end <= number.start]
    if not named and pronoun.re is not _WHO:
        return None
    noun = named[-1] if named else Match(0, 0, LEXICON.of("person")[0], "personnes")
    return replace(noun, start=number.end, end=pronoun.end())


def _finding(hits: Hits, number: Number, person: Match) -> Finding:
    start, end = min(number.start, person.start), max(number.end, person.end)
    rule = f"nombre de « {hits.text[person.start : person.end]} »"
    feared = _FEARED.search(stance(hits.doc, number.start, person.end).cue)
    may = feared or _MAY.match(hits.text, person.end) or _MAY_BEFORE.search(hits.text[max(0, start - 60) : start])
    weight = _POSSIBLE if may else 1.0
    return Finding(FIELD, number.value, start, end, rule, reason(hits, number, person), weight)


def conclude(findings: Iterable[Finding], stolen: bool | None) -> tuple[int | None, list[Finding]]:
    """The largest of the likeliest counts; of two that say the same roughly and exactly (« 750 000 », « 758 912 ») the exact one.

    How many might be concerned (« pourraient ») counts only where their data are known to be `stolen`.
    """
    told = [f for f in live(findings, FIELD) if stolen or f.weight > _POSSIBLE]
    if not told:
        return None, []
    likeliest = max(f.weight for f in told)
    top = max(f.value for f in told if f.weight >= likeliest - _AS_LIKELY)
    close = {f.value for f in told if abs(f.value - top) <= top * 0.1}
    best = max(close, key=lambda v: (len(str(v).rstrip("0")), v))
    return best, [f for f in told if f.value == best]
