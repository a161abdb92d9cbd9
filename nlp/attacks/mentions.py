"""Findings of attack types and signals: what each wording of `attacks.toml` says in its sentence, and how surely.

`find` yields a finding of `attack_types` (an `AttackClaim`) where words name a type, of `attack_signal` (a signal and
its certainty) where several must come together. Data, outsiders and computing are looked for around the words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from spacy.tokens import Doc

from nlp.asides import in_past_aside
from nlp.assertion import Reading, Stretch, stance, stretch_at
from nlp.document import Finding, is_noise, text_of
from nlp.lexicon import Lexicon, Match, spellings
from records import AttackClaim, Certainty
from reference.folding import fold
from reference.vocabulary import term_ids

SIGNALS = ("encryption", "demand", "blocked", "none")
LEXICON = Lexicon(
    Path(__file__).with_name("attacks.toml"),
    {
        "word": term_ids("attack_types"),
        "access": term_ids("attack_types"),
        "signal": SIGNALS,
        "data": None,
        "outsider": None,
        "it": None,
        "illness": None,
        "hostile": None,
    },
)
_WORDS = re.compile(r"\w+")
_CERTAINTY: dict[str, Certainty] = {"stated": "confirmed", "supposed": "suspected", "denied": "denied"}
_REASONS = {
    "unknown": "le texte dit qu'on l'ignore",
    "averted": "crainte, risque ou mise en garde",
    "mistaken": "cru un temps, puis écarté",
    "general": "remarque générale",
}
_BOASTED = {"vol_donnees", "intrusion", "rancongiciel", "encryption", "deni_service", "compromission_compte"}
_KNOWN_ONCE = {"rancongiciel", "maliciel", "cyberattaque_non_precisee"}
# « les dossiers n'ont pas été dérobés, mais des données administratives l'ont été »
_BUT_OTHERS = re.compile(r"\b(?:mais|en revanche|contrairement)\b[^.;]*\bl['’](?:a|ont|avaient) été\b", re.IGNORECASE)
_INVERTED = re.compile(r"\b(?:a|ont|est|sont)-(?:t-)?(?:ils?|elles?|on)\b", re.IGNORECASE)
# « Un rançongiciel ? Le porte-parole ne répond pas. »
_UNANSWERED = re.compile(
    r"\s*[^.;!?\n]{0,60}\b(?:ne (?:répond|confirme|précise|souhaite|commente|dit)|n['’]a pas (?:répondu|souhaité|confirmé)|refuse|nul ne|"
    r"impossible|on ne sait|personne ne)\b",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"(?:volé|dérobé|exfiltré|subtilisé|piraté|copié)e?s?$|^(?:publier|diffuser|divulguer|dévoiler|vendre|mettre)\b",
    re.IGNORECASE,
)
_NOT_LAST = re.compile(r"\b(?:pas|jamais)\s+(?:\w+\s+)?\w+$", re.IGNORECASE)
# « les fichiers de mille patients, copiés en février, ont été mis en ligne »: the subject of a passive stands far
_PASSIVE = re.compile(r"\b(?:a|ont|avait|avaient|aurait|auraient)\s+été\s+(?:\w+\s+)?$", re.IGNORECASE)
_FAR = 2
_DEFINITE = re.compile(r"\b(?:le|la|l['’]|ce|cet|cette|du|au)\s*[«\"“]?\s*$", re.IGNORECASE)
_ANAPHOR = re.compile(r"\b(?:ce|cet|cette|ces)\s+[«\"“]?\s*$", re.IGNORECASE)
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
_REPORTS = re.compile(r"comptes?[\s-]rendus?\b", re.IGNORECASE)
# « un logiciel malveillant s'est glissé dans le réseau »: nobody got in
_MALWARE_DID = re.compile(
    r"\b(?:(?:logiciel|programme|code)s? (?:malveillant|espion|pirate|rançonneur|de rançon|chiffreur)s?|virus|ver|maliciel|malware|"
    r"rançongiciel|ransomware|cryptovirus|cheval de Troie)\b"
    r"(?!\s+(?:de|du|des|d['’])\b)[^.;:!?,]{0,40}$",
    re.IGNORECASE,
)
# « les comptes … que les pirates » is no « compte piraté »: words that only their last letter's accent tells apart
_ENDING = re.compile(r"[^\W\d_]*[eé]s?", re.IGNORECASE)
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
# « les cybercriminels assurent y avoir exfiltré … »: their word, not the victim's
_BOAST = re.compile(
    r"\b(?:pirates?|hackers?|hackeurs?|cybercriminels?|attaquants?|assaillants?|groupe|gang|collectif|vendeur|internaute|"
    r"utilisateur|compte|annonce|malfaiteurs?|rançonneurs?|hacktivistes?)\b[^.;:!?]{0,70}?\b(?:affirm|assur|prétend|revendiqu|dis(?:ent|ait)\b|"
    r"dit\b|clam|soutien|soutenai|se (?:vant|targu)|annon[cç]|déclar|se félicit)\w*(?:\s+[\w'’]+){0,4}?\s+"
    r"(?:avoir|détenir|posséder|être|que|qu['’]\w+|d['’]avoir|le vol|une fuite|l['’]exfiltration)\b[^.;:!?]{0,120}$",
    re.IGNORECASE,
)
# « le groupe utilise une variante du rançongiciel Phobos »: what the gang is known for, wherever it strikes
_HABIT = re.compile(
    r"\b(?:groupe|gang|collectif|pirates|hackers|cybercriminels|organisation|ils|il|elle|franchise)\b[^.;:!?]{0,60}?\b(?:utilis(?:e|ent|ait|aient|ant)|emploi(?:e|ent)|"
    r"employait|exploit(?:e|ent)|recour(?:t|ent|ait)|spéciali\w+|connus? pour|réputés? pour|développ(?:e|ent|ait)|lou(?:e|ent|ait)|propos(?:e|ent|ait)|vend(?:ent|ait)?|"
    r"adeptes?|spécialistes?|coutumiers?|expert\w*|a fait sa spécialité)\b[^.;:!?]{0,60}$",
    re.IGNORECASE,
)
_CHARGED = re.compile(
    r"frauduleu|extorsion|introduction|maintien|accès|entrave|intrusion|atteinte|bande organisée", re.I
)
# « 10 000 patients seraient concernés par le vol de données »: how many is supposed, the theft is not
_PRESUPPOSED = re.compile(r"\b(?:le|la|ce|cet|cette|du|au)\s+[«\"“]?\s*(?:vol|fuite|violat|piratag)", re.IGNORECASE)
_CONDITIONAL = {"serait", "seraient", "aurait", "auraient"}
# weights of findings: told as a consequence or warning as often as a fact; « cyberattaques », as often general;
# « ce virus », which only takes up another. CARRIED: data on a stolen thing
WEAK, CARRIED, PLURAL, ANAPHORIC = 0.5, 0.6, 0.7, 0.9
# « les données de l'hôpital, attaqué dimanche, ont été mises en ligne »: what stands between commas is no distance
_ASIDE = re.compile(r",[^,.;:!?]{0,90},")
# how far before its sentence the data that an error exposed may be told, in characters
_BACK = 200


def find(doc: Doc) -> Iterator[Finding]:
    """The findings of a Doc, rejected ones with their reason, in text order."""
    matches = LEXICON.scan(doc._.folded)
    places = _Places(doc, matches)
    for match in matches:
        if match.entry.section in ("word", "access", "signal") and not is_noise(doc, match.start):
            yield from _findings(doc, match, places)


class _Places:
    """Where the words for data and the context words stand, for look-ups by sentence."""

    def __init__(self, doc: Doc, matches: Iterable[Match]) -> None:
        self.text = text_of(doc)
        self.accented = "é" in self.text
        self.kinds: dict[str, list[Match]] = {}
        for match in matches:
            if match.entry.section in ("data", "outsider", "it", "illness", "hostile"):
                self.kinds.setdefault(match.entry.section, []).append(match)
        self.starts = {kind: [m.start for m in found] for kind, found in self.kinds.items()}

    def inside(self, kind: str, start: int, end: int) -> list[Match]:
        starts = self.starts.get(kind, [])
        return self.kinds.get(kind, [])[bisect_left(starts, start) : bisect_left(starts, end)]

    def nearest_data(self, match: Match, sentence: Stretch, words: int, back: bool = False) -> Match | None:
        """The word for data nearest to `match`, at most so many words away; `back`: in the sentence before, too."""
        best: tuple[int, Match] | None = None
        for data in self.inside("data", sentence.start - (_BACK if back else 0), sentence.end):
            if data.id == "none":
                continue
            if data.start < match.end and match.start < data.end:
                return data
            between = self.text[min(data.end, match.end) : max(data.start, match.start)]
            if len(between) > 400:
                continue
            distance = len(_WORDS.findall(_ASIDE.sub(" ", between)))
            if distance <= words and (best is None or distance < best[0]):
                best = distance, data
        return best[1] if best else None


def _findings(doc: Doc, match: Match, places: _Places) -> Iterator[Finding]:
    options = match.entry.options
    if match.id == "none" or options.get("skip"):
        return
    if places.accented and _false_friend(match, places.text):
        return
    sentence = stretch_at(doc, match.start)
    start, end = match.start, match.end
    if match.id == "compromission_compte" and _REPORTS.match(places.text, start):
        return
    rule = f"{match.id} « {match.term} »"
    if options.get("it") and not _about_computing(sentence, places):
        return
    if options.get("computing") and not _beside_computing(match, sentence, places):
        return
    if match.id == "intrusion" and _MALWARE_DID.search(places.text[max(sentence.start, start - 60) : start]):
        return
    data = None
    if options.get("data"):
        near = options["near"]
        if _PASSIVE.search(places.text[max(sentence.start, start - 30) : start]):
            near *= _FAR
        data = places.nearest_data(match, sentence, near, options.get("back", False))
        if data is None:
            return
        if options.get("personal") and not places.inside("hostile", sentence.start, sentence.end):
            return
        if options.get("outsider") and not places.inside("outsider", sentence.start, sentence.end):
            return
    reading = Reading("stated") if options.get("plain") else stance(doc, start, end, data is None, match.term)
    if (
        reading.stance == "averted"
        and match.id in _KNOWN_ONCE
        and _DEFINITE.search(places.text[max(0, start - 12) : start])
    ):
        # « pour empêcher le rançongiciel de se répandre »: it is there
        reading = Reading("stated")
    if data is not None and reading.stance == "stated" and data.end <= start:
        # « aucune donnée … n'a été », « des données auraient été »: the cue may stand before the word for data
        reading = stance(doc, data.start, data.end)
        reading = reading if reading.stance in ("denied", "unknown") and data.end <= start else Reading("stated")
    if reading.stance == "denied" and _BUT_OTHERS.search(places.text[end : min(end + 120, sentence.end)]):
        reading = Reading("stated")
    if reading.stance == "averted" and reading.cue.lower().startswith("mena") and _HELD.search(places.text[start:end]):
        # « menacent de publier les données volées », « de les publier »: the attackers' word that they have them
        reading = Reading("supposed", reading.cue)
    hedged = reading.stance == "supposed" and match.id == "vol_donnees" and reading.cue.lower() in _CONDITIONAL
    if hedged and data is None and _PRESUPPOSED.search(places.text[max(0, start - 12) : start + 8]):
        reading = Reading("stated")
    if options.get("denies"):
        # « l'hypothèse d'une attaque n'est pas écartée »
        left_open = _NOT_LAST.search(places.text[start:end])
        reading = Reading("supposed", left_open[0]) if left_open else Reading("denied", match.term)
    if options.get("claims") and reading.stance == "stated":
        reading = Reading("supposed", match.term)
    told_before = places.text[max(sentence.start, start - 260) : start]
    if reading.stance == "stated" and match.id in _BOASTED and (boast := _BOAST.search(told_before)):
        reading = Reading("supposed", boast.group().split()[0])
    if reading.stance in ("supposed", "mistaken") and match.id == "panne":
        # « évoque une panne »: an outage is told either way
        reading = Reading("stated")
    if reading.stance == "stated" and "question" in sentence.flags and ":" not in places.text[end : sentence.end]:
        # « Fuite de données : qui est touché ? » asks nothing of the leak; « ont-elles été prises ? » tells nothing
        asked = match.id == "vol_donnees" and _INVERTED.search(places.text[max(sentence.start, start - 60) : end])
        asked = asked or _UNANSWERED.match(places.text, sentence.end)
        reading = Reading("unknown" if asked else "supposed", "?")
    rule += f" ({reading.cue})" if reading.cue else ""
    rejected = _REASONS.get(reading.stance)
    if "exercise" in sentence.flags:
        rejected = "exercice"
    elif in_past_aside(doc, start):
        rejected = "cas antérieur"
    before = places.text[max(sentence.start, start - 380) : start]
    if match.id in _KNOWN_ONCE and _SHARE.search(before):
        rejected = "statistique"
    elif match.id in ("intrusion", "demand") and _CHARGED.search(places.text[start:end]) and _CHARGES.search(before):
        rejected = "qualification pénale"
    elif match.id == "rancongiciel" and _HABIT.search(before[-120:]):
        rejected = "habitude du groupe"
    certainty = _CERTAINTY.get(reading.stance, "suspected")
    weight = WEAK if options.get("weak") else 1.0
    if options.get("plural"):
        weight = PLURAL
    elif options.get("carrier"):
        weight = CARRIED
    elif weight == 1.0 and (_DEFINITE if options.get("computing") else _ANAPHOR).search(
        places.text[max(0, start - 12) : start]
    ):
        weight = ANAPHORIC
    if match.entry.section == "signal":
        if _PROGRAM.search(places.text[max(sentence.start, start - 70) : start]) and not _PERFECT.search(
            places.text[start:end]
        ):
            rejected = rejected or _REASONS["general"]
        yield Finding("attack_signal", (match.id, certainty), start, end, rule, rejected, weight)
        return
    if options.get("family"):
        rule = f"famille de rançongiciel « {match.term} »"
    for attack in (match.id, *options.get("also", ())):
        yield Finding("attack_types", AttackClaim(type=attack, certainty=certainty), start, end, rule, rejected, weight)


def _false_friend(match: Match, text: str) -> bool:
    """Folding makes one of « pirates » and « piratés », « chiffre » and « chiffré »; how the lexicon spells them decides."""
    own = _spellings(match.term)
    said = text[match.start : match.end]
    for word in _WORDS.findall(said):
        if not _ENDING.fullmatch(word) or word.isupper() or word.lower() in own:
            continue
        folded = fold(word)
        if folded in {fold(w) for w in own} and not any(
            word.lower() in _spellings(term) and pattern.fullmatch(fold(said))
            for term, pattern in _patterns(match.entry.section, match.id, folded)
        ):
            return True
    return False


@cache
def _spellings(term: str) -> frozenset[str]:
    return spellings(term)


@cache
def _patterns(section: str, name: str, word: str) -> list[tuple[str, re.Pattern[str]]]:
    """The terms of one id that hold a folded word, each with a pattern of its folded forms."""
    terms = {t: e.forms[t] for e in LEXICON.of(section) if e.id == name for t in e.terms}
    return [
        (term, re.compile("|".join(re.escape(f).replace("…", ".*").replace(r"\*", r"\w*") for f in forms)))
        for term, forms in terms.items()
        if word in " ".join(forms)
    ]


def _about_computing(sentence: Stretch, places: _Places) -> bool:
    """« virus » alone: computing in the sentence and no illness, or no illness anywhere near and an attack told."""
    if places.inside("illness", sentence.start, sentence.end):
        return False
    return bool(places.inside("it", sentence.start, sentence.end)) or "illness" not in places.kinds


def _beside_computing(match: Match, sentence: Stretch, places: _Places) -> bool:
    """« une attaque »: another word of computing in the sentence."""
    near = places.inside("it", sentence.start, sentence.end)
    return any(m.end <= match.start or m.start >= match.end for m in near if m.term != "attaque")
