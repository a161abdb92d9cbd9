"""Why a count of persons is not that of the incident: served, staff, spared, told by attackers alone, of another case."""

from __future__ import annotations

import re

from nlp.assertion import stance
from nlp.details.hits import Hits
from nlp.lexicon import Match
from nlp.numbers import Number

# « plus de 11 000 personnes ont consulté les données »: those who looked
_LOOKED = re.compile(
    r"\s+(?:(?:les|l['’])\s?)?(?:auraient|ont|avaient|étaient|sont)\s+(?:déjà\s+|depuis\s+|ainsi\s+)?(?:consulté|téléchargé|visionné|accédé|ouvert|lu|vu(?! leur)|regardé|parcouru|feuilleté|épluché|cliqué|découvert|signé|partagé|relayé|"
    r"manifesté|participé|assisté|suivi|aimé|commenté|mobilisé|travaillé|passé|venu|répondu|réuni|défilé)",
    re.IGNORECASE,
)
# « les 4 200 abonnés de la page Facebook »: who follows, reads, works or sleeps there
_AUDIENCE = re.compile(
    r"\s+(?:(?:de|à|sur|du|au)\s+(?:la |sa |son |le |notre )?)?(?:page|compte|chaîne|newsletter|site|Facebook|Twitter|Instagram|LinkedIn|Telegram|X)\b",
    re.IGNORECASE,
)
# « plus d'un million d'adhérents peuvent souffler »: relieved, not hit
_RELIEVED = re.compile(
    r"[^.;:!?]{0,50}?\b(?:peuvent|pourront|ont pu)\s+(?:\w+\s+)?(?:souffler|respirer|dormir|être (?:rassuré|soulagé|tranquill)\w*|se rassurer)|"
    r"[^.;:!?,]{0,30}?\b(?:n['’]ont (?:donc |finalement )?rien à craindre|ont eu chaud|sont rassurée?s|en sont quittes)",
    re.IGNORECASE,
)
# « les 130 patients déjà admis n'ont pas été touchés », « ne sont pas concernés »
_SPARED = re.compile(
    r"(?![^.;:!?]*\bque?\b)[^.;:!?]{0,70}?\b(?:n['’](?:ont|a|avaient|auraient|étaient|est)|ne (?:sont|seraient|seront|furent|semblent))\s(?:\w+ment |donc |, |à ce stade )?"
    r"(?:pas|jamais|guère|plus)\s(?:(?:\w+ment|été|être|directement) ){0,2}(?:touch|concern|affect|impact|menac|inquiét|victim|visé|en danger|compromis|exposé)",
    re.IGNORECASE,
)
# « 480 000 lignes : chacune correspond à un patient »
_EACH = re.compile(r"\b(?:chacune|une par|autant de)\b[^.]*\b(?:patient|personne|assuré)", re.IGNORECASE)
# « le fichier compte 480 000 lignes »
_FILE = re.compile(r"\b(?:fichiers?|base|liste|fuite|lot|document|tableau)\b[^.;,]{0,30}$", re.IGNORECASE)
# « les 4 000 adhérents touchés », right after the noun
_HIT = re.compile(
    r"\s+(?:(?:(?:sont|ont été|est|qui sont)\s+)?(?:touch|concern|affect|impact|victime|piraté|volé|lésé)|"
    r"dont\s(?:les?|des|la|l['’]|certaines|une partie des)\s?(?:données|dossiers?|informations|coordonnées|identités?|numéros?|noms?)\b)",
    re.IGNORECASE,
)
# « Les pirates parlent de 45 000 dossiers », « selon le vendeur, 2 millions de patients »: their word alone
_THEM = (
    r"(?:pirates?|hackers?|hackeurs?|cybercriminels?|cyberpirates?|attaquants?|assaillants?|malfaiteurs?|gang|vendeur|voleurs?|"
    r"rançonneurs|maîtres chanteurs|auteurs? (?:présumés?|supposés?|du vol|de l['’]annonce|du piratage|de l['’]attaque|de la revendication))"
)
_THEIR_WORD = re.compile(
    rf"\b{_THEM}\b[^.;:!?]{{0,50}}?\b(?:parl|évoqu|annon|avan[cç]|affirm|préten|assur|revendiqu|di[ts]|clam|jur|se vant|se targu|f(?:ai|on)t état|promet)\w*"
    rf"[^.;:!?]{{0,80}}$|\b(?:il|ils|elle|celui-ci) (?:affirm|préten|di[ts]|assur|revendiqu|se vant|se targu)\w*\s(?:d['’]|y )?(?:détenir|posséder|avoir (?:volé|dérobé|exfiltré|copié|"
    rf"piraté|aspiré|mis la main|récupéré|téléchargé))\b[^.;:!?]{{0,120}}$|\b{_THEM}\b[^.;:!?]{{0,40}}\s:\s[^.;:!?]{{0,40}}$|\b(?:selon|d['’]après|à en croire|aux dires d[eu]) (?:le |la |les |l['’]|des )?{_THEM}\b[^.;:!?]{{0,80}}$",
    re.IGNORECASE,
)
# … up to where another one is told to speak or to count
_OTHERS_WORD = re.compile(
    r"(?:,|\bet\b|\bmais\b|\bquand\b|\balors que\b|\btandis que\b)\s+(?:le |la |l['’]|les |son |sa )?"
    r"(?:hôpita|cliniqu|direct|établiss|mutuelle|laboratoire|groupe|centre|chu|caisse|société|entreprise|éditeur|ars\b|parquet|cnil|ehpad)",
    re.IGNORECASE,
)
# « 350 000 personnes dépendent de cet hôpital »
_SERVED_AFTER = re.compile(
    r"\s+(?:y\s+)?(?:dépendent|fréquentent|vivent|résident|travaillent|viennent|sont (?:suivi|soign|affili|accueilli|couvert|hébergé|pris en charge|inscrit)\w*)\b",
    re.IGNORECASE,
)
# « la MNH, un peu plus d'un million d'adhérents, n'a rien constaté »
_APPOSED = re.compile(r"[A-ZÉ][\w.-]*\)?,\s(?:un peu |environ |près |plus |quelque |soit |de |d['’]|ses |aux )*$")
_GOES_ON = re.compile(r"\s*,\s(?:a|ont|est|sont|n['’e]|s['’e]|se|vient|dit|assure|avait|reconnaît|confirme)\b")
# « Sur les 200 000 clients de la mutuelle, 15 000 … »
_WHOLE = re.compile(
    r"(?:^|[.!?:;,(«\n]\s?)Sur\s+(?:les|ses|nos|leurs|un total de|quelque|environ|près de|plus de)?(?:\s+(?:quelque|environ|près de|plus de))?\s*$",
    re.IGNORECASE,
)
# « La moitié des 500 000 adhérents »
_SHARE = re.compile(
    r"\b(?:moitié|tiers|quart|cinquième|dixième|partie|fraction|part|poignée|majorité|%|pour cent)\s(?:de |des )(?:ses |leurs |nos |quelque )?$",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?![^,]{0,40}\b(?:dont|qui|touché|concerné|victime|visé|exposé))[^.;!?]{0,80},\s[^.;!?]{0,30}?\d", re.IGNORECASE
)
# « qui soigne le département, écrit à 84 000 personnes »
_NEXT_VERB = re.compile(
    r",\s(?:l['’]|les |leur |a |ont |vient de |viennent de )?\w+(?:e|nt|é|it|t)\s(?:[\w'’]+\s){0,2}?à\s"
)
# « 3 100 patients, et non 1 700 comme annoncé, ont été touchés »
_NOT_AS_TOLD = re.compile(r"[^.;:!?\d]{0,25}?,?\s(?:et non|et pas|et non pas)\s(?:\w+\s){0,2}?\d", re.IGNORECASE)
# « les données de 600 000 habitants »
_THEIR_DATA = re.compile(
    r"\b(?:données|informations|dossiers|coordonnées|identités?|fichiers?)\b[^.;,]{0,30}\b(?:de|d['’])\s?(?:près de |plus de |environ |quelque )?$",
    re.IGNORECASE,
)
_STAFF_DATA = re.compile(
    r"\b(?:données|informations|coordonnées|identités?|noms?|adresses?|bulletins|fiches de paie|numéros?|RIB|courriels|mails|messages|messageries?|boîtes)\b"
    r"[^.;,]{0,40}\b(?:de|d['’])\s?(?:ses |leurs |quelque |près de |plus de |environ |au moins |la totalité des )*$",
    re.IGNORECASE,
)
# « annulées, à l'exception de trois nourrissons »
_EXCEPT = re.compile(
    r"\b(?:à l['’]exception d[e']|exceptée?s?|hormis|sauf|excluant|à part)\s?(?:les |quelque |une )?$", re.IGNORECASE
)
# « 4 300 relevés mis sous une enveloppe qui n'était pas la bonne »: each one's
_MISSENT = re.compile(
    r"\b(?:mauvais(?:e|es)? (?:destinataire|personne|adresse|assuré|patient|enveloppe|boîte|main|client|adhérent|famille|foyer)s?|par erreur|mal (?:adress|aiguill|expédi|distribu|rout)\w+|"
    r"enveloppes?\b[^.;]{0,30}\bpas l(?:a|es) bonnes?|interverti\w*|invers[ée]\w*|à d['’]autres (?:assurés|patients|personnes|adhérents|clients|destinataires)|"
    r"(?:à|chez|par|de) (?:quelqu['’]un d['’]autre|des inconnus|de parfaits inconnus|des tiers|un tiers|un autre|une autre)|pas (?:à la bonne adresse|aux bonnes personnes|au bon destinataire|aux bons)|trompé\w* de destinataires?|erreurs? d['’](?:envoi|adressage|expédition|aiguillage|adresse|affranchissement|impression))",
    re.IGNORECASE,
)
# « 994, 1 207 et 4 458 noms »: of a list without its sum
_LISTED = re.compile(r"\d(?:\d|[\s.'’](?=\d{3}))*,\s\d[\d\s.'’]*(?:,\s\d[\d\s.'’]*)*\s?et\s$")
# « qui redoutait que 800 000 dossiers soient concernés », « a évité à 3 000 patients … »
_AVERTED = re.compile(
    r"\b(?:redout|craign|crain[dt]|appréhend|évit|empêch|épargn|aurai(?:en)?t pu|menaç|mena[cç]ai)\w*\s(?:[\w'’]+\s){0,3}?"
    r"(?:que|qu['’]|de|à)\s?(?:quelque |près de |plus de |environ |les |des |ses )*$",
    re.IGNORECASE,
)
# « chez ces deux gestionnaires », « pour les trois cliniques »: a total of several victims goes on none
_TOGETHER = re.compile(
    r"(\bdont )?\b(?:ces|les|aux|des) (?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix)\s(?:autres\s)?"
    r"(?:gestionnaires?|sociétés|entreprises|opérateurs|établissements|hôpitaux|cliniques|laboratoires|mutuelles|organismes|prestataires|"
    r"éditeurs|groupes|structures|sites|plateformes|centres|caisses|complémentaires)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\b(?:sites|établissements|hôpitaux|cliniques|structures|centres)$", re.IGNORECASE)
# customers of a supplier are houses and professionals: they count where their own data are told to be out
_CUSTOMERS = ("client(e)(s)", "utilisateurs", "abonnés")
_WHOSE = re.compile(r"[^.;:!?]{0,25}\bdont\b", re.IGNORECASE)
# « selon une étude, 60 000 patients … »
_SURVEY = re.compile(
    r"\b(?:étude|baromètre|statistiques?|sondage|observatoire|chaque année|dans le monde|à l['’]échelle)\b",
    re.IGNORECASE,
)
# « Cet été, une autre clinique avait connu un vol semblable », « à celui qui avait exposé … »: of another case
_LIKE = re.compile(
    r"\b(?:semblables?|similaires?|comparables?|analogues?|du même (?:genre|type|ordre|acabit)|affaire voisine|identiques?|rappelle|ressemble|n['’]est pas sans rappeler|"
    r"fait (?:écho|penser)|dans la lignée|à l['’]image|même (?:scénario|mésaventure|sort|schéma|recette|mode opératoire)|précédents?|"
    r"comme (?:celle|celui|ce qui)|une? autre (?:hôpital|clinique|établissement|mutuelle|centre|laboratoire|groupe|caisse|ehpad|complémentaire|chu|fuite|attaque|vol|affaire|piratage))\b",
    re.IGNORECASE,
)
_HAD = re.compile(
    r"\b(?:avait|avaient),?\s(?:[\w'’]+,?\s){0,6}?(?:été|vu|connu|subi|essuyé|exposé|reconnu|annoncé|perdu|laissé|livré|révélé|touché|concerné|porté|entraîné|permis|provoqué|compromis|"
    r"frappé|fuité|volé|dérobé|conduit|abouti|prévenu|averti|confirmé|admis|avoué|mis|divulgué|publié|alerté|signalé|dû|fait|servi|siphonné|aspiré)\b",
    re.IGNORECASE,
)
# « On parlait d'abord de 20 millions d'assurés », « estimé d'abord à 9 000 patients », « a d'abord annoncé 8 000 … »
_FIRST = r"(?:d['’]abord|initialement|alors|au départ|au début|jusqu['’]ici|dans un premier temps)"
_AT_FIRST = re.compile(
    r"\b(?:(?:parlait|évoquait|estimait|annonçait|avançait|disait|craignait|était question|"
    rf"(?:parlé|évoqué|estimé|évalué|annoncé|avancé|chiffré|fixé|communiqué|reconnu|dit)e?s?)\s+{_FIRST}|"
    rf"(?:a|ont|avait|avaient|été)\s{_FIRST}\s(?:parlé|évoqué|estimé|évalué|annoncé|avancé|chiffré|fixé|communiqué|reconnu|dit)e?s?)\s"
    r"(?:de |d['’]|à |le chiffre de )?(?:quelque |près de |plus de |environ )?$",
    re.IGNORECASE,
)
TOTAL = "total de plusieurs victimes"
BOAST = "les attaquants seuls le disent"
_CLAIMED = re.compile(r"affirm|prétend|dit |disent |assur|revendiqu|en croire|se vante|se targue", re.IGNORECASE)
# « la mutuelle aux 500 000 adhérents », « qui compte 90 résidents »: those it serves
_SERVED = re.compile(
    r"(?:\baux|\bet à (?:ses|leurs)|\bforte? d(?:e|['’])|\briche d(?:e|['’])|\b(?:et|avec) (?:ses|leurs)|\b(?:retraite|ehpads?|lits|résidences?|foyers?)(?: \w+)? (?:avec|pour|totalisant|réunissant|et)(?= )|\b(?:retraite|ehpads?|lits|établissements?|cliniques?|hôpit\w+|résidences?|foyers?|mutuelle|sites?)\b[^.;()]{0,30}\((?:environ |près de )?|\b(?:maison|établissement|ehpad|résidence|structure|foyer|mutuelle|caisse|hôpital|clinique|unité|site|village|commune|ville)\s+d(?:e|['’])|(?:\bcompt(?:e|ait|ant|ent)|\bcouvr(?:e|ait|ant|ent)|\bprotège(?:nt)?|\bg[èe]re(?:nt)?|\bgérait|\baccueill\w+|\bhéberge\w*|\bsuit|\bsuivait|\bassure|"
    r"\bfédère|\brassemble|\bdessert|\bsoigne|\bsert|\brevendique|\bau service de|\btravaille pour|\boù (?:vi(?:t|vent|vaient)|réside(?:nt)?|habitent|loge(?:nt)?|séjournent|sont (?:hébergé|logé|soigné|accueilli|suivi)\w*)|\bemplo(?:ie|ient|yait|yaient)|\bf(?:ai|on)t travailler|\bfaisait travailler|\boù [^.;:!?]{0,60}(?:range|conserve|stocke|consigne|garde|note|tien|classe)n?e?(?:nt|t)?\b[^.;:!?,]{0,40}\b(?:de|d['’]) ?(?:leurs|ses)|\breçoit|\béquipe|\butilisée? par|\bqui est celui de|\bcelui de)"
    r"(?:(?:[^.;:!?,]|(?<=\d)[.,](?=\d)){0,50}(?:,\s*soit|\bpour|\bà|\bauprès de|\bet)(?=\s))?)"
    r"(?:\s+(?:un|quelque|environ|près|plus|peu|ses|les|de|d['’]|autour|déjà|chaque année|au total|à peu près|quelques))*\s*$",
    re.IGNORECASE,
)
# « sur les 80 000 dossiers que compte l'hôpital »
_HOUSED = re.compile(
    r"(?!\s+sur\s(?:les|ses|un total|\d))[^,.;:]{0,30}?\s+(?:que|qu['’])\s?(?:compte|gère|suit|abrite|héberge|conserve|détient|accueille|soigne|recense|elle compte|il compte|elle gère|il gère)",
    re.IGNORECASE,
)


def reason(hits: Hits, number: Number, person: Match) -> str | None:
    """Why this count is left out; nothing where it counts who is concerned."""
    if person.id == "letter" and not _MISSENT.search(hits.text, max(0, number.start - 120), person.end + 120):
        return "du courrier, non des personnes"
    if person.id == "staff" and not _of_their_data(hits, number):
        return "le personnel"
    if person.term == "lignes" and not _EACH.search(hits.text[person.end : person.end + 80]):
        return "des lignes, non des personnes"
    if against := hits.in_sentence("person_not", number.start):
        near = [m for m in against if _counts_others(hits, m, number, person)]
        if near:
            return f"autre chose que les personnes touchées (« {near[0].term} »)"
    if _LOOKED.match(hits.text, person.end) or _AUDIENCE.match(hits.text, person.end):
        return "public, non personnes touchées"
    if _RELIEVED.match(hits.text, person.end) or _SPARED.match(hits.text, person.end):
        return "rassurées, non touchées"
    before = hits.text[max(0, number.start - 50) : number.start]
    if wrong := _wrong_kind(hits, number, person, before):
        return wrong
    if _HOUSED.match(hits.text, person.end) or _SERVED_AFTER.match(hits.text, person.end):
        return "population servie"
    if _SHARE.search(before):
        return "population servie"
    if _WHOLE.search(before) and _PART.match(hits.text, person.end):
        return "population servie"
    sentence = hits.text[hits.sentence(number.start).start : number.start]
    if _SURVEY.search(sentence):
        return "remarque générale"
    if (theirs := _THEIR_WORD.search(sentence)) and not _OTHERS_WORD.search(theirs[0]):
        return BOAST
    if _APPOSED.search(before) and _GOES_ON.match(hits.text, person.end):
        return "population servie"
    served = _SERVED.search(hits.text[max(0, number.start - 90) : number.start])
    if served and not (person.term == "victimes" or _HIT.match(hits.text, person.end) or _FILE.search(before)):
        return "population servie"
    cues = [c for c in hits.in_sentence("person_cue", number.start) if _near(hits, c, number, person)]
    if person.id == "letter":
        return None
    if not cues and number.value >= 100:
        # « 480 000 patients prélevés en cinq ans », in the sentence after the leak
        if not _leak_around(hits, number):
            return "rien ne dit qu'elles sont touchées"
        return None if stance(hits.doc, number.start, person.end).stance in ("stated", "supposed") else "nié ou craint"
    corrected = _NOT_AS_TOLD.match(hits.text, person.end)
    if (
        cues
        and not corrected
        and all(stance(hits.doc, c.start, c.end).stance in ("denied", "averted", "unknown") for c in cues)
    ):
        return "nié ou craint"
    if not cues:
        return "rien ne dit qu'elles sont touchées"
    reading = stance(hits.doc, number.start, person.end)
    if reading.stance in ("denied", "general", "averted", "unknown"):
        return f"nié, craint ou général ({reading.cue})"
    if reading.stance == "supposed" and _CLAIMED.search(reading.cue):
        return f"{BOAST} ({reading.cue})"
    if "general" in hits.flags(number.start) and not any(c.id == "leak" or c.start < number.start for c in cues):
        return "remarque générale"
    return None


def _wrong_kind(hits: Hits, number: Number, person: Match, before: str) -> str | None:
    """A part of a list, what was feared only, a total of several victims, the customers of a supplier."""
    if _EXCEPT.search(before):
        return "rassurées, non touchées"
    if _LISTED.search(before):
        return "une liste, sans total"
    if _AVERTED.search(before):
        return "nié ou craint"
    if _of_several(hits, number):
        return TOTAL
    if _another_case(hits, number):
        return "un autre cas"
    if _AT_FIRST.search(before):
        return "chiffre revu depuis"
    if person.term not in _CUSTOMERS:
        return None
    theirs = _THEIR_DATA.search(before) or _HIT.match(hits.text, person.end) or _WHOSE.match(hits.text, person.end)
    leak = any(c.id == "leak" for c in hits.in_sentence("person_cue", number.start))
    return None if theirs or leak else "clients servis"


def _of_their_data(hits: Hits, number: Number) -> bool:
    """« Les bulletins de paie de 2 500 agents ont été volés »: staff as those whose data are out."""
    before = hits.text[max(0, number.start - 90) : number.start]
    return bool(_STAFF_DATA.search(before)) and bool(hits.in_sentence("person_cue", number.start, "leak"))


def _another_case(hits: Hits, number: Number) -> bool:
    """« Cet été, une clinique avait connu un vol semblable portant sur 126 000 malades »."""
    sentence = hits.sentence(number.start)
    text = hits.text[sentence.start : sentence.end]
    return "avai" in text and bool(_HAD.search(text) and _LIKE.search(text))


def _of_several(hits: Hits, number: Number) -> bool:
    """A total of several victims; « dont les deux sites » and those of an article on one house are its own parts."""
    sentence = hits.sentence(number.start)
    together = _TOGETHER.search(hits.text[sentence.start : sentence.end])
    if together is None or together[1]:
        return False
    found = hits.doc.user_data.get("facilities")
    if together[0].lower().startswith("ces"):
        return True
    return not (_PARTS.search(together[0]) and found is not None and len(found.victims) == 1)


def _counts_others(hits: Hits, other: Match, number: Number, person: Match) -> bool:
    """A word beside the count that makes it another one's; staff only where they are what is counted."""
    if other.term == "habitants" and _THEIR_DATA.search(hits.text[max(0, number.start - 60) : number.start]):
        return False
    if other.id == "staff":
        return person.id != "staff" and number.end <= other.start < person.end
    if other.end <= number.start and _NEXT_VERB.search(hits.text, other.end, number.start):
        return False
    return hits.words_between(min(other.end, person.end), max(other.start, number.start)) <= 5


def _leak_around(hits: Hits, number: Number) -> bool:
    return any(c.id == "leak" for c in hits.inside("person_cue", number.start - 300, number.start + 300))


def _near(hits: Hits, cue: Match, number: Number, person: Match) -> bool:
    """« données de 6 000 patients », « 6 000 patients sont touchés », « 375 dossiers médicaux »."""
    if cue.end <= number.start:
        return hits.words_between(cue.end, number.start) <= 20
    return cue.start < person.end or hits.words_between(person.end, cue.start) <= 8
