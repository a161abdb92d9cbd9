"""Whether data of persons were taken: stated, ruled out, or not known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.assertion import stance
from nlp.details.hits import Hits
from nlp.document import Finding, live
from nlp.lexicon import Match
from records import AttackClaim

FIELD = "data_stolen"
# « ni les informations bancaires, ni les adresses »: says nothing of the rest
_PARTIAL = re.compile(r"bancaire|mots? de passe|adresses|téléphone|carte", re.IGNORECASE)
# « ni les coordonnées bancaires ni les mots de passe permettant de voir les résultats »
_PARTLY = re.compile(r"\b(?:ni|aucune?)\b[^.;!?]*\b(?:bancaires?|mots? de passe|iban|rib)\b[^.;!?]*$", re.IGNORECASE)
# « on croyait d'abord les données à l'abri », « les premières analyses avaient conclu que … »
_AT_FIRST = re.compile(
    r"\b(?:croyait|pensait|d['’]abord|dans un premier temps|initialement|au départ|(?:avait|avaient) (?:\w+ ){0,2}(?:assuré|affirmé|conclu|dit|cru|indiqué|annoncé|exclu))\b",
    re.IGNORECASE,
)
# « il n'y a plus d'accès aux dossiers », « ne peuvent plus accéder aux »: the staff's own, lost
_LOST = re.compile(
    r"\b(?:plus|sans|perdu|aucun|impossible|privée?s?|retrouv\w+|rétabl\w+)\s(?:aucun\s|tout\s|d['’]|de\s|pouvoir\s|l['’]|leurs?\s|un\s)*$",
    re.IGNORECASE,
)
# « rien n'indique que des fichiers aient été copiés », « aucun indice ne laisse penser à une fuite »
_NO_SIGN = re.compile(
    r"\b(?:rien|(?:aucune?|pas une?|nul(?:le)?)\s(?:\w+\s)?(?:indice|signe|élément|trace|preuve|indication|indicateur|constat)\b[^.;!?\n]{0,40}?)"
    r"\s*(?:ne\s|n['’])\s?(?:(?:nous|leur|lui|me|vous)\s)?(?:fait|faisait|laisse|laissait|indique|indiquait|montre|prouve|suggère|atteste|démontre|"
    r"établit|témoigne|permet(?:\s\S+){0,4}?\s(?:de\s|d['’])(?:penser|croire|craindre|conclure|supposer|soupçonner|imaginer))\b"
    r"(?P<what>[^.;!?\n]{0,200})",
    re.IGNORECASE,
)
# « stoppée avant que des données ne soient volées »
_BEFORE = re.compile(
    r"\bavant\s(?:même\s)?(?:que\s|qu['’])(?P<what>[^.;!?\n]{0,80}\b(?:soit|soient|ait|aient|puisse|puissent)\b[^.,;!?\n]{0,60})",
    re.IGNORECASE,
)
# « n'a trouvé aucun indice d'un transfert de données »
_NONE_FOUND = re.compile(
    r"\b(?:n['’]\w+|ne)\b[^.;!?\n]{0,60}?\b(?:aucune?|pas d['’e]|nul(?:le)?)\s?(?:\w+\s)?(?:indice|signe|trace|preuve|élément|indication)s?\s"
    r"(?:qu(?:e\s|['’])|d['’](?:une?\s)?|de\s|du\s)(?P<what>[^.;!?\n]{0,100})",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\b(?:vol\b|volé|dérob|subtilis|exfiltr|extrai|extract|fui\b|fuit|fuité|consult|accéd|accès|compromi|copi|emport|divulgu|publi|diffus|sorti|transfert|"
    r"touché|quitt|récupér|téléchar|pillé|aspiré|siphonn|transfér|perdu)",
    re.IGNORECASE,
)
# « un compromis », « aucun compromis »
_AGREEMENT = re.compile(r"\b(?:aucun|un|le|ce|tout|de|bon|sans)\s$", re.IGNORECASE)

# what only outsiders may not do
_OPENED = ("ouvert", "lu", "fouillé", "visité")
_COULD_BE = re.compile(r"\b(?:peu(?:t|vent)|pouvai(?:en)?t|pu)\s(?:plus\s|pas\s|encore\s)?être\s$", re.IGNORECASE)
_SEEN = ("ont été consulté", "a été consulté", "accès effectif")
_INTRUDER = re.compile(
    r"\b(?:intrus\w*|pirates?|hackers?|attaquants?|assaillants?|escrocs?|cybercriminels?|tiers)\b", re.I
)
_ENTERED = ("intrusion", "compromission_compte", "cyberattaque_non_precisee")
_READ = "lu par un intrus"
_OWN_USE = re.compile(r"résultat|dossier|image|cliché|radio|examen", re.IGNORECASE)
# « pour que nos données soient à l'abri »: what is meant to be, not found
_SO_THAT = re.compile(
    r"\b(?:pour que|afin que|de (?:sorte|façon|manière) que|de sorte à ce que|veill\w+ à ce que|espér\w+ que)\b[^.;:!?]*$",
    re.IGNORECASE,
)
# what was exposed and then read or spread
_GONE = ("accès", "retrouv", "publié", "diffus", "divulg", "circul", "vente")


def find(hits: Hits) -> Iterator[Finding]:
    """Data told untouched, or told as really read by outsiders. Theft itself comes from `vigie_attacks`."""
    for match in hits.all("untouched"):
        reading = stance(hits.doc, match.start, match.end)
        rejected = "on ne le sait pas" if reading.stance in ("unknown", "general") else None
        if _SO_THAT.search(hits.text[hits.sentence(match.start).start : match.start]):
            rejected = "un but, non un constat"
        if _PARTLY.search(hits.text[max(hits.sentence(match.start).start, match.start - 90) : match.start]):
            rejected = "une partie des données seulement"
        rule = f"données épargnées « {match.term} »"
        yield Finding(FIELD, False, match.start, match.end, rule, rejected, _standing(hits, match.start))
    yield from _not_shown(hits)
    for match in hits.all("touched"):
        if match.term == "compromis" and _AGREEMENT.search(hits.text[max(0, match.start - 8) : match.start]):
            continue
        data = [
            n
            for n in hits.in_sentence("data_noun", match.start)
            if hits.words_between(min(n.end, match.end), max(n.start, match.start)) <= 9
        ]
        if _LOST.search(hits.text[max(0, match.start - 40) : match.start]) or _staff_cannot(hits, match):
            continue
        if data and match.term.startswith("accessible") and _OWN_USE.search(hits.text, data[-1].start, data[-1].end):
            # « les résultats ne sont plus accessibles »: to whom they belong
            continue
        if data and any(stance(hits.doc, m.start, m.end).stance == "denied" for m in (match, data[-1])):
            start, end = min(match.start, data[-1].start), max(match.end, data[-1].end)
            partial = _PARTIAL.search(hits.text[start : end + 60]) or _PARTLY.search(
                hits.text[max(hits.sentence(start).start, start - 90) : start]
            )
            rejected = "une partie des données seulement" if partial else None
            yield Finding(FIELD, False, start, end, f"données non {match.term}", rejected, _standing(hits, start))
    for match in hits.all("accessed"):
        reading = stance(hits.doc, match.start, match.end, term=match.term)
        rejected = None if reading.stance == "stated" else f"nié ou supposé ({reading.cue})"
        kind = "lecture illicite" if match.id == "illicit" else "accès constaté"
        if match.id == "accessed" and _by_an_intruder(hits, match):
            kind = _READ
        rule = f"{kind} « {match.term} »"
        yield Finding(FIELD, True, match.start, match.end, rule, rejected)


def _staff_cannot(hits: Hits, match: Match) -> bool:
    """« aucun dossier ne pouvait être ouvert »: by those whose they are."""
    return match.term.startswith(_OPENED) and bool(_COULD_BE.search(hits.text[max(0, match.start - 30) : match.start]))


def _by_an_intruder(hits: Hits, match: Match) -> bool:
    """« leurs données ont été consultées », « ce que l'intrus a pu lire »: seen, if only somebody got in."""
    sentence = hits.sentence(match.start)
    if not hits.inside("data_noun", sentence.start, sentence.end):
        return False
    return match.term.startswith(_SEEN) or bool(_INTRUDER.search(hits.text[max(0, match.start - 50) : match.start]))


def _not_shown(hits: Hits) -> Iterator[Finding]:
    """A theft that nothing points to, or that was forestalled."""
    for pattern in (_NO_SIGN, _NONE_FOUND, _BEFORE):
        for found in pattern.finditer(hits.text):
            start, end = found.span("what")
            if hits.inside("data_noun", start, end) and _TAKEN.search(hits.text, start, end):
                rule = f"rien ne montre un vol « {found[0][:40]} »"
                yield Finding(FIELD, False, found.start(), end, rule, weight=_standing(hits, found.start()))


def _standing(hits: Hits, at: int) -> float:
    """Half of what was only believed or said at first."""
    return 0.5 if _AT_FIRST.search(hits.text[hits.sentence(at).start : at]) else 1.0


def conclude(findings: Iterable[Finding], claims: Sequence[AttackClaim]) -> tuple[bool | None, list[Finding]]:
    findings = list(findings)
    theft = [f for f in live(findings, "attack_types") if f.value.type == "vol_donnees"]
    certain = {c.type: c.certainty for c in claims}
    stolen = [f for f in theft if f.value.certainty == "confirmed"]
    if stolen and certain.get("vol_donnees", "confirmed") == "confirmed" and "vol_donnees" in certain:
        return True, stolen
    if not theft and certain.get("vol_donnees") == "confirmed":
        # « les données exposées lors de l'attaque »
        return True, [f for f in live(findings, "attack_types") if f.value.type == "exposition_accidentelle"]
    exposed = certain.get("exposition_accidentelle") == "confirmed"
    accessed = [f for f in live(findings, FIELD) if f.value is True]
    if exposed and (accessed or [f for f in stolen if any(w in f.rule for w in _GONE)]):
        return True, accessed + stolen
    if illicit := [f for f in accessed if f.rule.startswith("lecture illicite")]:
        return True, illicit
    entered = any(certain.get(t) == "confirmed" for t in _ENTERED)
    if entered and (seen := [f for f in accessed if f.rule.startswith(_READ)]):
        return True, seen
    safe = [f for f in theft if f.value.certainty == "denied"] + [f for f in live(findings, FIELD) if f.value is False]
    if certain.get("vol_donnees") == "suspected":
        safe = [f for f in safe if f.weight > 0.5]
    if certain.get("vol_donnees") == "denied":
        return False, safe or theft
    if safe and not exposed:
        return False, safe
    return None, []
