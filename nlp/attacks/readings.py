"""How surely a wording of an attack is told, beyond what its sentence's cues say (`nlp.assertion`), and why it may not count.

`read` asks the cues, then each of `_TURNS` in order: a small function that knows one turn of phrase and leaves the
reading alone elsewhere. `rejection` asks each of `_REMARKS` whether the wording is no news of this victim.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from nlp.asides import in_past_aside
from nlp.assertion import Reading, stance
from nlp.attacks.hearsay import BOASTED, boasted, nothing_said, went_round
from nlp.attacks.wording import Wording
from nlp.document import in_title

_REASONS = {
    "unknown": "le texte dit qu'on l'ignore",
    "averted": "crainte, risque ou mise en garde",
    "mistaken": "cru un temps, puis écarté",
    "general": "remarque générale",
}
_KNOWN_ONCE = {"rancongiciel", "maliciel", "cyberattaque_non_precisee"}
# « les dossiers n'ont pas été dérobés, mais des données administratives l'ont été »
_BUT_OTHERS = re.compile(r"\b(?:mais|en revanche|contrairement)\b[^.;]*\bl['’](?:a|ont|avaient) été\b", re.IGNORECASE)
_STOPPED = re.compile(
    r"stopp|bloqu|arrêt|contr(?:é|er)|déjou|coup(?:é|er|ant)|neutralis|repér|détect|à temps|pouvoir|avoir pu|empêch|isol|débranch",
    re.IGNORECASE,
)
# « Piratage ? La direction est certaine que non. »
_ANSWERED_NO = re.compile(
    r"[\s«\"“—–-]*(?:non\b|(?![^.;!?\n]{0,60}\b(?:ni|n['’]a pas|ne) (?:\w+ ){0,2}(?:[ln]['’])?(?:infirm|dément|démenti|confirm|exclu[ret]))[^.;!?\n]{0,80}\b(?:que non|a priori non|il n['’]en est rien|n['’]y croi|n['’]y croy|dément|exclu[ts]?\b|excluent|écartent?\b|réfut|infirm))",
    re.IGNORECASE,
)
_LEAVES = re.compile(r"n['’](?:a|ont|avait|avaient)\b|\bne\b", re.IGNORECASE)
_BEING = re.compile(
    r"\b(?:n['’](?:est|était|y a|y avait|a pas été|ont pas été)|subi|connu|eu|s['’]agi\w*)\b[^,;.]*$", re.IGNORECASE
)
# « n'ont mis la main sur aucune donnée », « n'a rien emporté »
_NOT_YET = re.compile(
    r"(?:\bn['’](?:ont|a|avaient|avait|auraient|aurait)|\bne)\s+(?:rien\s+|jamais\s+)?$", re.IGNORECASE
)
_NONE_OF = re.compile(
    r"\s*(?:(?:\w+['’\s]+){0,3}(?:aucune?|rien|nulle?)\b|(?:pas|jamais|point|guère)\b(?!\s(?:que|qu['’]|seulement|uniquement|encore)))",
    re.IGNORECASE,
)
# « si des données étaient mises en ligne, l'hôpital préviendrait … »
_IF = re.compile(
    r"(?:^|[,;:«\"“(]\s*|\b(?:et|mais|que|qu['’]|même)\s)(?:si\s|s['’](?=ils?\b)|au cas où\s)[^.,;:!?]{0,90}$",
    re.IGNORECASE,
)
# « on ne sait pas grand-chose, et surtout pas si des données sont parties »
_WHETHER = re.compile(r"\b(?:pas|ni|jamais|même)\s(?:si\s|s['’]ils?\s)[^.,;:!?]{0,70}$", re.IGNORECASE)
_UNREAL = re.compile(
    r"[^.,;:!?]*\b(?:étai(?:en)?t|venai(?:en)?t à|devai(?:en)?t|s['’]avérai(?:en)?t|avai(?:en)?t été)\b", re.IGNORECASE
)
# « il a l'habitude de copier les fichiers avant de les chiffrer »
_WONT = re.compile(
    r"\b(?:(?:l['’]|pour |une |leur |son )habitude|(?:a|ont|avait|avaient|pour) coutume|coutumiers?|spécialité)\s(?:de\b|d['’]|du\b|des\b)[^.;:!?]{0,40}$",
    re.IGNORECASE,
)
# « Un logiciel malveillant, entré par un message, serait à l'origine … »
_WOULD_BE = re.compile(
    r",[^,.;:!?]{0,90},\s(?:(?:en|y)\s)?(?:serait|seraient|aurait|auraient|pourrait|pourraient)\b", re.IGNORECASE
)
_SUCH = re.compile(
    r"[^.;!?]{0,30}\b(?:aussi|si|pareille?|telle?|d['’]une telle|de cette|semblable|comparable)\b", re.IGNORECASE
)
_DO = re.compile(r"volent|dérobent|exfiltrent|subtilisent|siphonnent|extraient|copient", re.IGNORECASE)
_WHATEVER = re.compile(
    r"\s*(?:d['’]abord |parfois |aussi |souvent |alors |puis )?(?:des|de|d['’]|leurs|(?:les )?(?:données|fichiers|dossiers) (?:de|des) (?:leurs?|victimes?))\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\W*(?:comment|pourquoi|qui|quand|où|combien|quels?|quelles?|d['’]où|par où)\b", re.IGNORECASE)
# « Un rançongiciel ? Le porte-parole ne répond pas. »
_UNANSWERED = re.compile(
    r"\s*[^.;!?\n]{0,60}\b(?:ne (?:le |la |l['’]|les |se )?(?:répond|confirme|précise|souhaite|commente|dit|prononce|sait)|n['’](?:a|ont) (?:pas|rien) (?:encore )?(?:répondu|souhaité|confirmé|voulu|dit|précisé|communiqué)|refuse|mystère|silence|nul ne|"
    r"impossible|on ne sait|personne ne)\b",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"(?:volé|dérobé|exfiltré|subtilisé|piraté|copié)e?s?$|^(?:publier|diffuser|divulguer|dévoiler|vendre|mettre)\b",
    re.IGNORECASE,
)
_NOT_LAST = re.compile(r"\b(?:pas|jamais)\s+(?:\w+\s+)?\w+(?:é|i|u|is|clu)e?s?$", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:le|la|l['’]|ce|cet|cette|du|au)\s*[«\"“]?\s*$", re.IGNORECASE)
# « ce rançongiciel chiffre les données et réclame … », « un rançongiciel, un programme qui chiffre … »: what such a
# program does; « frappé par un virus qui a chiffré … » tells what this one did
_PROGRAM = re.compile(
    r"(?:\b(?:ce|cet|ces|tel|tels|les)\s+|(?:[,:(]|\best|\bsont|\bdésigne)\s+(?:un|des|ce sont des|c['’]est un)\s+)[«\"“]?\s*"
    r"(?:rançongiciels?|ransomwares?|virus|logiciels?|programmes?|ver|cryptovirus)\b[^.;:!?,]*$",
    re.IGNORECASE,
)
_PERFECT = re.compile(
    r"\b(?:a|ont|avait|avaient|aurait|auraient|été)\s+(?:tout\s+)?(?:chiffré|crypté|encrypté|verrouillé)", re.IGNORECASE
)
# « 10 % des victimes de rançongiciels », « un millier d'attaques au rançongiciel »
_SHARE = re.compile(
    r"%\s+(?:des|de|d['’]|de l['’]|du)[^.;:]{0,50}$|\b(?:\d[\d ]*|(?:millier|centaine|dizaine|douzaine|vingtaine|trentaine|quarantaine)s?|nombre|hausse|recrudescence|part|flambée)\s+"
    r"(?:d['’]|de\s|des\s|du nombre d['’e]\s?)?(?:attaques|cyberattaques|incidents|cas|victimes|piratages|compromissions)\b[^.;:!?]{0,40}$",
    re.IGNORECASE,
)
# « une enquête est ouverte pour accès frauduleux et extorsion en bande organisée »: what the law calls it
_CHARGES = re.compile(
    r"(?:\b(?:enquêtes?|information judiciaire|instruction|plaintes?|poursuivi\w*|mise? en examen|infractions?|interpell\w+|"
    r"inculp\w+|jugée?s?|condamn\w+|poursuites|chefs?|qualification)\b[^.;:!?]{0,110}?\b(?:pour|des? chefs? d(?:e\s|['’])|"
    r"notamment|visant|portant sur)|\bmais aussi pour|\bl['’]enquête porte sur|(?:bande organisée|frauduleux|données?)\s*[»\"”]?,?\s*(?:et|ainsi que|,))"
    r"[^.;!?]{0,260}$",
    re.IGNORECASE,
)
# « le groupe utilise une variante du rançongiciel Phobos »: what the gang is known for, wherever it strikes
_HABIT = re.compile(
    r"\b(?:groupe|gang|collectif|pirates|hackers|cybercriminels|organisation|ils|il|elle|franchise)\b[^.;:!?]{0,60}?\b(?:utilis(?:e|ent|ait|aient|ant)|emploi(?:e|ent)|"
    r"employait|exploit(?:e|ent)|recour(?:t|ent|ait)|spéciali\w+|connus? pour|réputés? pour|développ(?:e|ent|ait)|lou(?:e|ent|ait)|propos(?:e|ent|ait)|vend(?:ent|ait)?|"
    r"adeptes?|spécialistes?|coutumiers?|expert\w*|a fait sa spécialité)\b[^.;:!?]{0,60}$",
    re.IGNORECASE,
)
_ITS_OWN = {"intrusion", "vol_donnees", "compromission_compte"}
_VICTIM_SAYS = re.compile(
    r"\b(?:direction|direct(?:eur|rice)|établissement|hôpital|clinique|polyclinique|centre hospitalier|chu|chru|laboratoire|mutuelle|groupe|société|entreprise|"
    r"éditeur|plateforme|communiqué|courriers?|courriels?|lettres?|mails?|messages?|parquet|procureure?|ars|cnil)\b[^.;:!?]{0,60}\bévoqu\w+[^.;:!?]{0,60}$",
    re.IGNORECASE,
)
# « on lui attribue la campagne Ryuk de 2020 »
_RECORD = re.compile(
    r"\b(?:on (?:lui|leur) (?:attribue|doit|prête|impute)|à qui (?:l['’])?on doit|(?:lui|leur) (?:est|sont) attribuée?s?|s['’](?:était|étaient) illustrée?s?)\b[^.;:!?]{0,80}$",
    re.IGNORECASE,
)
# « le groupe préfère chiffrer les réseaux et pratique rarement la double extorsion »
_BY_HABIT = {"encryption", "demand", "vol_donnees"}
_KNOWN_FOR = re.compile(
    r"\b(?:connue?s? pour|réputée?s? pour|spécialisée?s? dans|spécialistes? d[ue]|adeptes? d[ue]|coutumiers? d[ue]|pratiqu(?:e|ent)\b|préf[èé]r(?:e|ent|ant)\b|"
    r"a fait sa spécialité|ont fait leur spécialité|a l['’]habitude|ont l['’]habitude|se distingue(?:nt)?|recour(?:t|ent)\b)[^.;:!?]{0,60}$",
    re.IGNORECASE,
)
_OWN_WAY = re.compile(r"entr|accéd|accès|connect|pu\s|réussi|parven", re.IGNORECASE)
_MAY = re.compile(
    r"(?:\bn(?:e|['’])(?:\s?\S+){0,3}?\s(?:plus|pas)\b|\b(?:impossible|incapables?|empêch\w+|peine\w*|peuvent|pouvoir|permett\w+|permet|afin)\b)[^.;:!?,]{0,30}$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"réclam|exig|demand|veulent|voulaient", re.IGNORECASE)
_ASKERS = re.compile(
    r"\b(?:syndicats?|cgt|fo|cfdt|unsa|sud|salariés|personnels?|agents|soignants|médecins|infirmi[èe]re?s|élus?|députée?|sénat\w+|maire|fédération|intersyndicale|"
    r"direction|direct(?:eur|rice)|hôpital|établissement|clinique|assureurs?|victimes|patients|familles|avocate?s?)(?:\s+(?!et\b|ou\b)[\w'’-]+){0,3}\s+$",
    re.IGNORECASE,
)
_ATTACKERS = re.compile(
    r"pirat|hack|cybercrim|attaquant|assaillant|malfaiteur|rançonn|groupe|gang|message|auteur", re.IGNORECASE
)
_PARTLY = re.compile(
    r"\b(?:ni|aucune?|pas)\b[^.;!?]{0,60}\b(?:bancaires?|mots? de passe|iban|rib|cartes? (?:bancaires?|bleues?)|(?:adresses?|courriels?|numéros?) de [^.;!?]{0,10}téléphone)\b[^.;!?]{0,60}$",
    re.IGNORECASE,
)
_CHARGED = re.compile(
    r"frauduleu|extorsion|introduction|maintien|accès|entrave|intrusion|atteinte|bande organisée", re.I
)
# « 10 000 patients seraient concernés par le vol de données »: how many is supposed, the theft is not
_PRESUPPOSED = re.compile(r"\b(?:le|la|ce|cet|cette|du|au)\s+[«\"“]?\s*(?:vol|fuite|violat|piratag)", re.IGNORECASE)
_CONDITIONAL = {"serait", "seraient", "aurait", "auraient"}

Turn = Callable[[Wording, Reading], Reading]
Remark = Callable[[Wording, Reading], str | None]


def read(wording: Wording) -> Reading:
    """The stance of a wording in its sentence."""
    match = wording.match
    plain = wording.options.get("plain")
    reading = (
        Reading("stated") if plain else stance(wording.doc, match.start, match.end, wording.data is None, match.term)
    )
    for turn in _TURNS:
        reading = turn(wording, reading)
    return reading


def rejection(wording: Wording, reading: Reading) -> str | None:
    """Why it does not count, in French; None where it does. A remark outweighs the stance."""
    reason = _REASONS.get(reading.stance)
    if "exercise" in wording.sentence.flags:
        reason = "exercice"
    elif in_past_aside(wording.doc, wording.match.start):
        reason = "cas antérieur"
    return next((said for remark in _REMARKS if (said := remark(wording, reading))), reason)


def _there_already(wording: Wording, reading: Reading) -> Reading:
    """« pour empêcher le rançongiciel de se répandre »: it is there."""
    known = wording.id in _KNOWN_ONCE and _DEFINITE.search(wording.just_before())
    return Reading("stated") if reading.stance == "averted" and known else reading


def _data_denied(wording: Wording, reading: Reading) -> Reading:
    """« aucune donnée … n'a été », « des données auraient été »: the cue may stand before the word for data."""
    data = wording.data
    if data is None or reading.stance != "stated" or data.end > wording.match.start:
        return reading
    told = stance(wording.doc, data.start, data.end)
    return told if told.stance in ("denied", "unknown") else reading


def _but_others(wording: Wording, reading: Reading) -> Reading:
    return Reading("stated") if reading.stance == "denied" and _BUT_OTHERS.search(wording.after(120)) else reading


def _threatened(wording: Wording, reading: Reading) -> Reading:
    """« menacent de publier les données volées », « de les publier »: the attackers' word that they have them."""
    threat = reading.stance == "averted" and reading.cue.lower().startswith("mena")
    return Reading("supposed", reading.cue) if threat and _HELD.search(wording.said) else reading


def _presupposed(wording: Wording, reading: Reading) -> Reading:
    hedged = reading.stance == "supposed" and wording.id == "vol_donnees" and reading.cue.lower() in _CONDITIONAL
    start = wording.match.start
    around = wording.places.text[max(0, start - 12) : start + 8]
    return Reading("stated") if hedged and wording.data is None and _PRESUPPOSED.search(around) else reading


def _mentioned(wording: Wording, reading: Reading) -> Reading:
    """« La direction évoque un accès frauduleux »: the victim's own word; « un syndicat évoque une attaque » is a guess."""
    own = reading.stance == "supposed" and wording.id in _ITS_OWN and reading.cue.lower().startswith("évoqu")
    return Reading("stated") if own and _VICTIM_SAYS.search(wording.before(120)) else reading


def _rules_out(wording: Wording, reading: Reading) -> Reading:
    """The words themselves deny; « l'hypothèse d'une attaque n'est pas écartée » leaves open."""
    if not wording.options.get("denies"):
        return reading
    told = stance(wording.doc, wording.match.start, wording.match.end, True, wording.match.term)
    if told.stance == "unknown":  # « aucune fuite n'est confirmée »
        return told
    left_open = _NOT_LAST.search(wording.said)
    return Reading("supposed", left_open[0]) if left_open else Reading("denied", wording.match.term)


def _claimed(wording: Wording, reading: Reading) -> Reading:
    claims = wording.options.get("claims") and reading.stance == "stated"
    return Reading("supposed", wording.match.term) if claims else reading


def _outage_anyway(wording: Wording, reading: Reading) -> Reading:
    """« évoque une panne »: an outage is told either way."""
    return Reading("stated") if wording.id == "panne" and reading.stance in ("supposed", "mistaken") else reading


def _then_encrypted(wording: Wording, reading: Reading) -> Reading:
    """« ont volé des dossiers avant de chiffrer les serveurs »: did both, unless somebody stopped them."""
    then = (
        wording.id == "encryption" and reading.stance == "averted" and reading.cue.lower() in ("avant de", "avant d'")
    )
    return Reading("stated") if then and not _STOPPED.search(wording.before(200)) else reading


def _presupposed_outage(wording: Wording, reading: Reading) -> Reading:
    """« n'a pas expliqué la panne », « n'avait jamais vécu de panne aussi longue »: there is one."""
    if wording.id != "panne" or reading.stance != "denied":
        return reading
    cue = reading.cue.lower()
    definite = _DEFINITE.search(wording.just_before()) and _LEAVES.search(cue) and not _BEING.search(wording.before(30))
    ever = "jamais" in cue and _SUCH.match(wording.after(60))
    return Reading("stated") if definite or ever else reading


def _habitual(wording: Wording, reading: Reading) -> Reading:
    """« les assaillants volent des données puis font chanter leur victime »: what such people do."""
    told = reading.stance == "stated" and not in_title(wording.doc, wording.match.start)
    habit = told and _DO.fullmatch(wording.said) and _WHATEVER.match(wording.after(60))
    return Reading("general", wording.said) if habit else reading


def _none_taken(wording: Wording, reading: Reading) -> Reading:
    """« n'ont mis la main sur aucune donnée »: the negation stands after."""
    if wording.id != "vol_donnees" or reading.stance != "stated":
        return reading
    none = _NOT_YET.search(wording.just_before(24)) and _NONE_OF.match(wording.after(40))
    return Reading("denied", "aucun") if none else reading


def _only_if(wording: Wording, reading: Reading) -> Reading:
    """« si des données étaient mises en ligne »: nobody says that they were."""
    if wording.id != "vol_donnees" or reading.stance != "stated":
        return reading
    before = wording.before(120)
    if _WHETHER.search(before):
        return Reading("unknown", "si")
    unreal = (cond := _IF.search(before)) and _UNREAL.match(before[cond.start() :].lstrip(' ,;:«"“(') + wording.said)
    return Reading("averted", "si") if unreal else reading


def _wont(wording: Wording, reading: Reading) -> Reading:
    """« a l'habitude de copier les fichiers »: what the gang does elsewhere."""
    wont = reading.stance == "stated" and wording.id in BOASTED and _WONT.search(wording.before(60))
    return Reading("general", "habitude") if wont else reading


def _would_be(wording: Wording, reading: Reading) -> Reading:
    """« Un logiciel malveillant, entré par un message, serait à l'origine »: the verb of what is told stands far."""
    would = reading.stance == "stated" and _WOULD_BE.match(wording.after(110))
    return Reading("supposed", "serait") if would else reading


def _asked(wording: Wording, reading: Reading) -> Reading:
    """« Rançongiciel ? » tells nothing, « Une cyberattaque ? » supposes one; « qui a lancé l'attaque ? » takes it for told.

    « Fuite de données : qui est touché ? » asks nothing of the leak.
    """
    text, sentence, match = wording.places.text, wording.sentence, wording.match
    question = reading.stance == "stated" and "question" in sentence.flags and match.id != "panne"
    if not question or ":" in text[match.end : sentence.end]:
        return reading
    told = match.id != "vol_donnees" and _WHICH.match(text, sentence.begin)
    if told and (match.id == "intrusion" or _DEFINITE.search(wording.just_before())):
        return reading
    if _ANSWERED_NO.match(text, sentence.end):
        return Reading("denied", "?")
    known = match.id == "cyberattaque_non_precisee" and not _UNANSWERED.match(text, sentence.end)
    return Reading("supposed" if known else "unknown", "?")


_TURNS: tuple[Turn, ...] = (
    _there_already,
    _data_denied,
    _but_others,
    _threatened,
    _presupposed,
    _mentioned,
    _rules_out,
    _claimed,
    boasted,
    _outage_anyway,
    _then_encrypted,
    _presupposed_outage,
    _habitual,
    _none_taken,
    _only_if,
    _wont,
    _would_be,
    went_round,
    nothing_said,
    _asked,
)


def _statistics(wording: Wording, _: Reading) -> str | None:
    return "statistique" if wording.id in _KNOWN_ONCE and _SHARE.search(wording.before(380)) else None


def _partial(wording: Wording, reading: Reading) -> str | None:
    """« ni les coordonnées bancaires ni les mots de passe n'ont été compromis »: says nothing of the rest."""
    theft = wording.id == "vol_donnees" and wording.data is not None and reading.stance == "denied"
    return "une partie des données seulement" if theft and _PARTLY.search(wording.before(110)) else None


def _charge(wording: Wording, _: Reading) -> str | None:
    legal = wording.id in ("intrusion", "demand") and _CHARGED.search(wording.said)
    return "qualification pénale" if legal and _CHARGES.search(wording.before(380)) else None


def _habit(wording: Wording, _: Reading) -> str | None:
    before = wording.before(120)
    habit = (wording.id == "rancongiciel" and (_HABIT.search(before) or _RECORD.search(before))) or (
        wording.id in _BY_HABIT and not _PERFECT.search(wording.said) and _KNOWN_FOR.search(before + wording.said)
    )
    return "habitude du groupe" if habit else None


def _locked_out(wording: Wording, _: Reading) -> str | None:
    """« les soignants ne parviennent plus à entrer dans le logiciel »: the staff's own way in."""
    own = wording.id == "intrusion" and _OWN_WAY.match(wording.said) and _MAY.search(wording.before(80))
    return "accès du personnel" if own else None


def _others_ask(wording: Wording, _: Reading) -> str | None:
    """« Les syndicats réclament de l'argent »: no ransom."""
    asks = wording.id == "demand" and _ASKS.match(wording.said) and _ASKERS.search(wording.before(50))
    return "demande d'autres que les pirates" if asks and not _ATTACKERS.search(wording.before(90)) else None


_REMARKS: tuple[Remark, ...] = (_statistics, _partial, _charge, _habit, _locked_out, _others_ask)


def of_such_programs(wording: Wording) -> str | None:
    """« ce rançongiciel chiffre les données »: what such programs do, where no perfect tells what this one did."""
    told = _PROGRAM.search(wording.before(70)) and not _PERFECT.search(wording.said)
    return _REASONS["general"] if told else None
