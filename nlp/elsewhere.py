"""Which sentences of an article tell of another case than its victims': an earlier attack, the town hall next door.

    « En mars, le CHU de Brest avait dû s'isoler. Ses équipes avaient trouvé des identifiants volés. »   both
    « Celle de la métropole, la semaine dernière, n'a pas été revendiquée. C'était un rançongiciel. »     both

A sentence that names a victim is never one of them; one that goes on, in its paragraph, about such a sentence is.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from spacy.tokens import Doc

from nlp.comparisons import OPENS_COMPARISON
from nlp.document import text_of
from nlp.facilities import Reading
from reference.folding import fold

_PLUPERFECT = re.compile(
    r"\b(?:avait|avaient|avait-il|avait-elle|s['’]en (?:était|étaient)|s['’](?:était|étaient))\s+(?:\w+\s+){0,2}\w+(?:é|ée|és|ées|i|u|us|is|it|û)\b|\bdéjà\b",
    re.I,
)
# whole names: « en décortiquant », « en maintenant » are no months
_MONTH = r"(?:janv(?:ier)?|févr?(?:ier)?|mars|avril|mai|juin|juil(?:let)?|août|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?|déc(?:embre)?)\b"
_EARLIER = re.compile(
    rf"\b(?:[Ee]n (?:\d{{4}}|{_MONTH})|(?:[Mm]i-|[Dd]ébut |[Ff]in ){_MONTH}|dernière?s?|précédente?s?|déjà|auparavant|plus tôt|"
    rf"il y a|la veille|passée?|\d{{1,2}}(?:er)? {_MONTH}\.? \d{{4}})\b"
)
# « Celle de la ville et de la métropole … »
_THAT_OF = re.compile(
    r"(?:C|c)(?:elle|elui|elles|eux)\s+(?:de|du|des|d['’])\s?(?:la\s|l['’])?(?=[A-ZÉ]|métropole|mairie|ville|commune|agglo|départ|région|universit|"
    r"hôpita|clinique|centre|groupe|laboratoire|voisin|autre|début|fin|mi-|janv|févr|mars|avril|mai|juin|juil|août|sept|octo|nov|déc|l['’]an|\d)"
)
# bodies of no health sector, told to have been hit
_OTHER_BODY = re.compile(
    r"\b(?:mairies?|villes?|métropole|commune|agglomération|conseil départemental|département|région|université|lycées?|entreprises?|"
    r"journal|tribunal|aéroport|port|banque|ministère|collectivités?|préfecture|opérateur télécom)\b[^.;!?]{0,60}"
    r"\b(?:avait|avaient)\s+(?:été|subi|essuyé|connu|fait)\b",
    re.IGNORECASE,
)
# « Mardi, c'était l'hôpital de … qui tombait »: another one's turn
_ANOTHERS_TURN = re.compile(
    r"\b(?:c['’](?:est|était|avait été|fut)|ce fut)\s(?:alors |ensuite |déjà |aussi )?(?:au tour (?:de |du |des |d['’]))?"
    r"(?:l['’]|le |la |les |un |une )?$",
    re.IGNORECASE,
)
# « L'hôpital de X a écrit aux patients après l'attaque dont il a été victime cet été. »
_ITS_OWN = re.compile(
    r"\b(?:attaques?|cyberattaques?|piratage|intrusion|panne|incident|fuite|vol)\b[^.;:]{0,30}?\s(?:"
    r"dont (?:il|elle|ils|elles|celui-ci|celle-ci|l['’](?:établissement|hôpital)|la clinique) (?:a|ont|avait|avaient) (?:elle-même |lui-même |aussi )?été"
    r"|dont (?:a|ont|avait|avaient) été (?:victimes?|la cible|l['’]objet)"
    r"|(?:qu['’](?:il|elle|ils|elles)|subie? par l['’]établissement) ?(?:a|ont|avait|avaient)?\s?(?:subi|essuy|connu|viv|véc)\w*"
    r"|qui (?:l['’]|les )(?:a|avait|ont|avaient) (?:frapp|touch|paralys|vis|cibl|atteint)\w*)"
)
# « Ainsi, à Corvilliers, en 2021, … », « L'an dernier, à Corvilliers, … »: a town that is not the victim's
_WHEN = rf"(?:en (?:{_MONTH} )?\d{{4}}|en {_MONTH}|l['’]an (?:dernier|passé)|l['’]année (?:dernière|passée)|il y a (?:un|deux|trois|quatre|cinq|plusieurs|quelques) (?:ans?|mois)|déjà|par exemple|l['’](?:été|hiver|automne) dernier)"
_OTHER_TOWN = re.compile(
    rf"(?:[\w’']+(?:\s[\w’']+)?,?\s)?(?:(?i:à|au|aux) ([A-ZÀ-Þ][\w’'-]+),? (?:\([^)]{{1,30}}\),? )?{_WHEN}|(?i:{_WHEN}),? (?:à|au|aux) ([A-ZÀ-Þ][\w’'-]+)\b)"
)
# « Dans cette lettre, le centre hospitalier … »: of the house named before
_POINTS_BACK = re.compile(r"(?:[«\"“]\s?)?(?:Dans|Avec|Par|Selon|Lors de|Pour|À) (?:cette?|ces|ce) ")
# « Mais face au refus de l'établissement, les pirates avaient fixé … », in the next paragraph
_THEN = re.compile(
    r"(?:Mais |Et |Puis )?(?:face (?:à|au)|devant|faute d|passé|à l['’]époque|à l['’]expiration|à défaut|les (?:cyber)?(?:pirates|hackers|hackeurs|criminels)|ceux-ci|ces derniers)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:[«\"“]\s?)?(?:C['’]était|Ce\b|Cette\b|Cet\b|Ces\b|Il\b|Elle\b|Ils\b|Elles\b|Son\b|Sa\b|Ses\b|Leurs?\b|Là|Celui-ci|Celle-ci|L['’]attaque avait)"
)
# « …, contrairement à ce qui est arrivé à l'hôpital de la ville voisine. Les pirates y avaient publié … »
_SET_APART = re.compile(
    r",\s(?:et )?(?:contrairement|à la différence|à l['’]inverse|au contraire|à l['’]opposé)\s(?:de ce qui|d[eu']|à|aux?)\b[^.;:!?]{5,160}[.!]\W*$",
    re.IGNORECASE,
)
_THEY_DID = re.compile(
    r"(?:Les|Des|Ces|Ses)\s(?:(?:cyber)?pirates|hackers|hackeurs|cybercriminels|attaquants|assaillants|auteurs|données)\b|Là-bas|Ceux-ci|Celui-ci|Celle-ci"
)
# « Récemment, nombre d'hôpitaux ont été victimes de ce genre d'attaques, comme en Roumanie, où … »: others, many
_MANY = re.compile(
    r"(?:\w+(?: \w+)?, )?(?:[Nn]ombre d|[Dd]e (?:très )?nombreu(?:x|ses)|[Bb]eaucoup d|[Pp]lusieurs autres|[Dd]['’]autres)(?:e |['’])?\s?"
    r"(?:hôpitaux|centres hospitaliers|établissements|cliniques|structures|CHU|Ehpad)\b[^.;:!?]{0,60}?\b(?:ont|avaient)\s(?:\w+ ){0,3}"
    r"(?:été|subi|connu|essuyé|dû|fait l['’]objet|fait les frais|vécu)\b(?=[^;!?]*(?:\bcomme\b|\bdont\b|\bnotamment\b|ces derni|récemment|ce (?:genre|type)|auparavant|déjà|l['’]an|depuis))"
)
# sentences of the paragraph that go on about the other case without a word that says so
_FOLLOWING = 2
_BACK = re.compile(
    r"\b(?:aujourd['’]hui|cette fois|désormais|ce (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche))\b"
)


def told_elsewhere(doc: Doc, found: Reading) -> frozenset[int]:
    """The first characters of the sentences that tell of another case. Linear in the text; kept with the Doc."""
    cached = doc.user_data.get("elsewhere")
    if cached is None:
        cached = doc.user_data["elsewhere"] = frozenset(_begins(doc, found))
    return frozenset(cached)


def told_earlier(said: str) -> bool:
    """Whether a sentence tells, in the pluperfect, of what is dated as gone by: « En 2022, … avait obligé … »."""
    return bool(_PLUPERFECT.search(said) and _EARLIER.search(said))


def _begins(doc: Doc, found: Reading) -> set[int]:
    victims = {v.number for v in found.victims}
    starts = [s.start_char for s in doc.sents]
    ours, others, nouns = _named(found, victims, starts)
    out: set[int] = set()
    away = doc.user_data["other_town"] = set[int]()
    going_on = 0
    apart = False
    towns = [v.place.name for v in found.victims if v.place]
    text = text_of(doc)
    named = [m for m in found.mentions if m.entity not in victims and m.kind in ("known", "named", "indefinite")]
    turned = [m.start for m in named if _ANOTHERS_TURN.search(text[max(0, m.start - 40) : m.start])]
    turns = {starts[bisect_right(starts, at) - 1] for at in turned}
    for sentence in doc.sents:
        begin = sentence.start_char
        said = text[begin : sentence.end_char].strip()
        if begin == 0 or "\n" in text[max(0, begin - 3) : begin]:
            going_on = int(bool(going_on and _THEN.match(said) and _PLUPERFECT.search(said)))
        after, apart = apart, bool(_SET_APART.search(said))
        if after and begin not in ours and begin not in nouns and _THEY_DID.match(said):
            out.add(begin)
            continue
        if begin not in ours and _MANY.match(said):
            out.add(begin)
            going_on = _FOLLOWING
            continue
        past = told_earlier(said) or bool(begin in others and _ITS_OWN.search(said))
        # « En août, le CHU de X avait été piraté et l'hôpital … »: its own noun
        taken_up = nouns.get(begin) and past
        if begin in ours or (
            begin in nouns
            and not taken_up
            and not (going_on and (_POINTS_BACK.match(said) or _PLUPERFECT.search(said)))
        ):
            going_on = 0
            continue
        if (town := _OTHER_TOWN.match(said)) and not _ours(found, town[1] or town[2]):
            away.add(begin)
        if going_on and not _BACK.search(said):
            # beyond the next one or two, only what takes them up again
            going_on = going_on - 1 if not (_GOES_ON.match(said) or _PLUPERFECT.search(said)) else going_on
            out.add(begin)
        elif (
            (past and (begin in others or _OTHER_BODY.search(said)))
            or (_THAT_OF.match(said) and not any(town in said for town in towns))
            or begin in away
            or (begin in others and (OPENS_COMPARISON.match(said) or begin in turns))
        ):
            out.add(begin)
            going_on = _FOLLOWING
        else:
            going_on = 0
    return out


def _ours(found: Reading, town: str) -> bool:
    """Whether a town is where a victim stands, or in its name."""
    said = fold(town)
    return any(
        (v.place and fold(v.place.name).startswith(said)) or any(said in fold(m.text) for m in v.mentions)
        for v in found.victims
    )


def _named(found: Reading, victims: set[int], starts: list[int]) -> tuple[set[int], set[int], dict[int, bool]]:
    """The sentences that name a victim, those that name another facility, and those with no more than a victim's noun:
    whether another's name stands before it."""
    ours: set[int] = set()
    nouns: dict[int, bool] = {}
    others: set[int] = set()
    at = 0
    for mention in sorted(found.mentions, key=lambda m: m.start):
        while at + 1 < len(starts) and starts[at + 1] <= mention.start:
            at += 1
        if mention.entity in victims:
            # « le groupe » is as often a gang
            if mention.kind != "generic":
                ours.add(starts[at])
            elif "groupe" not in mention.text.lower():
                nouns.setdefault(starts[at], starts[at] in others)
        elif mention.kind in ("known", "named", "indefinite") and not mention.has("receiver"):
            others.add(starts[at])
    ours.update(starts[bisect_right(starts, p.start) - 1] for p in found.pointers)
    return ours, others, {at: late for at, late in nouns.items() if at not in ours}
