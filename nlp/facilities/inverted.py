"""Who is hit, told before its name: "Sont touchés le CHU de X et …", "Première victime : X", "C'est à X que …"."""

from __future__ import annotations

import re

_HOUSES = (
    r"(?:établissements?|hôpitaux|hôpital|structures?|institutions?|organismes?|organisations?|sites?|cliniques?|centres?|laboratoires?"
    r"|entreprises?|sociétés?|prestataires?|mutuelles?|groupes?|entités?|victimes?|cibles?|proies?)"
)
_HIT = (
    r"(?:touch|vis|concern|affect|impact|frapp|attaqu|pirat|paralys|cibl|infect|rançonn|perturb|pénalis|éprouv|secou)(?:é|ée|és|ées)"
    r"|(?:atteint|compromis)(?:e|s|es)?|victimes?"
)
_ARTICLE = r"(?:le |la |les |l['’]|du |de la |de l['’]|des |d['’]|de |un |une |celui |celle |chez |dans |au |aux |à |grand |groupe |site )*"
_BEFORE = re.compile(
    rf"(?:^\W*(?:[Ss]ont|[Ee]st|[Oo]nt été|[Aa] été|[Ss]eraient|[Ss]erait|[Ff]urent)\s(?:\w+\s){{0,2}}?(?:{_HIT})(?:\s\w+){{0,3}}?\s?:?\s"
    rf"|\b[Pp]armi (?:les|ses|ces|elles|eux)\b[^.;:]{{0,70}}?(?:[,:]\s|\s)(?:(?:figur|compt|cit|trouv|not|se trouv)\w+\s|on (?:trouve|compte|cite|relève|note|recense)\s)(?:également |notamment |aussi |ainsi )?"
    rf"|\b[Aa]u (?:nombre|rang) d[^.;:]{{0,50}}?(?:figur|compt|se trouv)\w+\s(?:également |notamment |aussi )?"
    rf"|\b{_HOUSES} (?:(?:les? |la )?plus |principalement |directement |actuellement )?(?:{_HIT})(?:,\s|\s?:\s|\s(?:est|sont|seraient|serait)\s)"
    rf"|\b(?:[Ll]a|[Ll]es|[Ss]a|[Ss]es|[Dd]ernière|[Éé]nième|[Aa]utre|[Ss]econde|[Dd]euxième|[Tt]roisième|[Pp]remière|[Nn]ouvelle|[Pp]rochaine|[Pp]rincipale)s? (?:victimes?|cibles?|proies?)(?:\s(?:en date|connues?|du jour|désignées?|identifiées?|nommées?|déclarées?|de l['’]attaque|d[eu]s? (?:pirates|cybercriminels|cyberpirates|hackers|hackeurs|rançonneurs|cyberattaques?|cyberattaquants|rançongiciels?|attaques informatiques|piratages?|maîtres[- ]chanteurs|cybercriminalité|gang|groupe \w+)(?: informatiques?)?))?(?:,\s|\s?[:?]\s|\s(?:est|sont|s['’]appelle\w*)\s)"
    rf"|\b(?:[Aa]u|[Ll]e) tour (?=d)"
    rf"|^\W*(?:[Ll]e|[Ll]a) (?:premi(?:er|ère)|seconde?|deuxième|troisième|dernière?)(?:,[^,;:.]{{3,60}},)? (?:est|serait|s['’]appelle|se nomme|n['’]est autre que)\s"
    rf"){_ARTICLE}$"
)
# "La première est X, … La seconde serait Y": one by one, firms among them
RANKED = re.compile(r"^\W*(?:[Ll]e|[Ll]a) (?:premi|second|deuxi|troisi|derni)")
_DAY = r"(?:[Ll]undi|[Mm]ardi|[Mm]ercredi|[Jj]eudi|[Vv]endredi|[Ss]amedi|[Dd]imanche|[Hh]ier|[Aa]ujourd['’]hui|[Cc]e (?:matin|week-end|jour)|[Cc]ette (?:semaine|fois(?:-ci)?|nuit)|[Ll]e (?:lendemain|\d{1,2}(?:er)?(?: \w+)?)|[Ee]nsuite|[Pp]uis|[Ee]nfin|[Dd]ésormais|[Mm]aintenant)"
# "Mercredi, c'était au tour de la pharmacie X"
_TURN = re.compile(
    rf"^\W*(?:[Ee]t |[Mm]ais )?{_DAY}[^.;:!?]{{0,30}}?,?\s(?:c['’](?:est|était|a été|avait été|fut)|ce fut)\s(?:ensuite |alors |aussi |également |encore |déjà |maintenant )?(?:le tour |au tour )?{_ARTICLE}$"
)
_CLEFT = re.compile(rf"(?:^\W*|, )(?:[Mm]ais |[Ee]t )?[Cc]['’](?:est|était)\b[^.;:]{{0,50}}?{_ARTICLE}$")
_CLEFT_TAIL = re.compile(
    rf",?(?:\s(?:à|au|dans|en) [^,.;]{{2,30}},?)?\squ(?:e\s|['’]|i\s)[^.;]{{0,70}}?(?:\b(?:{_HIT})\b|attaque|intrusion|piratage|virus|rançongiciel|ransomware|pirates|hackers|panne|\bchoc\b|dégâts|coup)"
)


def told_before(text: str, start: int, end: int, s: int, e: int) -> str | None:
    """The words that tell the mention `[start, end)` of the sentence `[s, e)` to be hit, when the name ends the phrase."""
    before = text[s:start]
    found = _BEFORE.search(before)
    if found is None and _CLEFT.search(before) and _CLEFT_TAIL.match(text, end, e):
        return text[s:end].strip()
    return text[s + found.start() : end].strip() if found else None


def its_turn(text: str, start: int, s: int) -> bool:
    """ "Mercredi, c'était au tour de X": one more, where the title names no other; else a case of before."""
    return bool(_TURN.search(text[s:start]))


_MONTH = r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
# "Au mois de mars, c'est le CHU de X qui avait dû …", "Il y a un mois, c'était la fondation Y, à Z, qui était frappée"
_LONG_BEFORE = re.compile(
    rf"^\W*(?:[Ee]t |[Mm]ais |[Dd]éjà,? )?(?:(?:[Aa]u mois de|[Ee]n|[Dd]ébut|[Ff]in|[Mm]i-|[Àà] la (?:mi-|fin )) ?{_MONTH}(?: (?:19|20)\d\d|dernier)?|[Ee]n (?:19|20)\d\d"
    r"|[Ii]l y a (?:quelques|plusieurs|près d['’]|un peu plus d['’]|à peine |une?\b|deux|trois|quatre|cinq|six|dix|quinze|\d+)[^,;.]{0,25}"
    r"|(?:[Ll]e mois|[Ll]['’](?:an|été|hiver|automne)|[Ll]a semaine|[Ll]['’]année|[Aa]u printemps|[Ll]e printemps)[^,;.]{0,12}(?:dernier|dernière|passée?|précédente?)"
    r"|(?:[Qq]uelques|[Uu]ne?|[Dd]eux|[Tt]rois|[Qq]uatre|[Cc]inq|[Ss]ix|[Dd]ix|\d+) (?:jours?|semaines?|mois|ans?) (?:plus tôt|auparavant|avant)|[Pp]récédemment|[Aa]uparavant|[Cc]et été|[Cc]et hiver|[Ll]a veille)"
    rf"(?: déjà)?,? (?:c['’](?:est|était|avait été)|ç['’]avait été) (?:déjà |aussi )?{_ARTICLE}$"
)
_HAD = re.compile(
    r"[^.;:!?]{0,60}?\bqu(?:i|e|['’]il|['’]elle)\b(?: \w+){0,2}? ?\b(?:s['’]|l['’]|n['’])?(?:avai(?:t|ent)|étai(?:t|ent)|fut|furent|[a-zà-ÿ]{3,}ai(?:t|ent))\b"
)


def its_turn_before(text: str, start: int, end: int, s: int, e: int) -> bool:
    """Whether the mention was hit at a time before, told in the past of then: a case recalled beside the article's."""
    return bool(_LONG_BEFORE.search(text[s:start]) and _HAD.match(text, end, e))
