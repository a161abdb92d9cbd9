"""Organisations that no noun announces ("Viamedis", "Coaxis"): a proper name told to be hit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.document import in_title, is_noise, text_of, token_at
from nlp.facilities.announced import announced
from nlp.facilities.claimants import claimants
from nlp.facilities.cues import Cues
from nlp.facilities.entities import HOSPITAL_LIKE
from nlp.facilities.mentions import LEXICON, Mention, core_words, told_as_town
from nlp.facilities.ordinary import FIRST_NAMES, NOT_ORGANISATIONS, SMALL_WORDS
from nlp.facilities.receiving import JOINS
from nlp.facilities.toponyms import PROVINCES
from reference.communes import departments, named
from reference.folding import fold

_WORD = r"[A-ZÀ-Þ][\w&+’'-]*"
_CHUNK = rf"{_WORD}(?:(?: & |[ -](?:(?:de la|de l['’]|de|du|des|la|d['’]) ?)?){_WORD}){{0,4}}"
_BEFORE_HIT = re.compile(
    rf"({_CHUNK})(?:\s?\([^)\n]{{2,60}}\))?(?:,[^,.;:\n]{{3,90}},)?\s+(?:(?:a|ont|est|sont|avait|aurait|été|serait|se|dit|vient d['’]être|n['’]|s['’]est|aussi|également|annonce|avoir|confirme|à son tour) ?){{0,5}}$"
)
_AFTER_HIT = re.compile(
    rf"\s?(?:l['’]|le |la |les |d['’]|de |du |des |groupe |société |plateforme |entreprise |logiciel |éditeur |prestataire |fournisseur ){{0,3}}({_CHUNK})"
)
_CLIENTS = re.compile(
    rf"\b(?:patients|clients|assurés|adhérents|usagers|résidents|utilisateurs|abonnés) (?:de |d['’]|du |des |chez )(?:l['’]|la |le )?({_CHUNK})"
)
# "sur Testfacile, une plateforme qu'utilisent les pharmaciens"
_EXPLAINED = re.compile(
    rf"(?<![.!?]\s)(?<!\w)({_CHUNK}), (?:une?|l['’]|la|le) (?:\w+ )?(?:plateforme|éditeur|hébergeur|prestataire|logiciel|société|start-up|entreprise|application|courtier"
    r"|mutuelle|assureur|laboratoire|réseau|opérateur|fournisseur|spécialiste|filiale|sous-traitant|intercommunale|gestionnaire)\b"
)
_SUFFIX = re.compile(
    r"^(?:L[ae']|Les|Un|Une|Des|Cette|Ce|Ces|Dans|Selon|Après|Depuis|Pour|En|À|A|Au|Aux|Il|Elle|On|Si|Mais|Et|Le)\b"
)
_KINDS = (
    ("imagerie", re.compile(r"imagerie|radiologie", re.I)),
    ("autorite", re.compile(r"(?:médecine|santé) (?:du|au) travail|service de santé", re.I)),
    ("complementaire", re.compile(r"mutuelle|tiers.payant|complémentaire|assureur", re.I)),
    ("laboratoire", re.compile(r"laboratoire|biologie", re.I)),
    (
        "prestataire",
        re.compile(
            r"éditeur|hébergeur|prestataire|logiciel|plateforme|numérique|informatique|entreprise|société|fournisseur|sous-traitant|spécialiste",
            re.I,
        ),
    ),
    ("groupement", re.compile(r"cliniques|hospitalier|groupe de santé|établissements de santé|hôpitaux|Ehpad", re.I)),
    ("autorite", re.compile(r"agence|organisme|caisse|service public|établissement public", re.I)),
)
_CARE = frozenset({"groupement", "laboratoire", "imagerie", "complementaire"})
_INDUSTRY = re.compile(
    r"pharmaceutique|usine|cosmétique|université|universitaire|école|enseignement|conseil (?:départemental|régional|général)|mairie|ville de|commune de|métropole|collectivité",
    re.I,
)


def add_organisations(doc: Doc, mentions: list[Mention], cues: Cues) -> list[Mention]:
    """Mentions, with proper names that stand where a victim stands. Only near an attack's words."""
    text = text_of(doc)
    spans = [(m.start, m.end) for m in mentions if m.kind in ("known", "named")]
    found: dict[str, tuple[int, int]] = {}
    for cue in cues.matches.get("hit_subject", []):
        sentence = token_at(doc, cue.start).sent
        left = text[max(sentence.start_char, cue.start - 140) : cue.start]
        if match := _BEFORE_HIT.search(left):
            start = cue.start - len(left) + match.start(1)
            if text[max(0, start - 3) : start].endswith((" à ", "À ")):
                continue  # "les cliniques Valmère, à Augsbourg, ont été piratées": where they stand
            _keep(doc, found, start, start + len(match[1]), spans)
    for cue in cues.matches.get("hit_object", []):
        if match := _AFTER_HIT.match(text, cue.end):
            _keep(doc, found, match.start(1), match.end(1), spans)
    for match in _CLIENTS.finditer(text):
        sentence = token_at(doc, match.start()).sent
        if cues.within("attack_strong", max(0, sentence.start_char - 150), sentence.end_char):
            _keep(doc, found, match.start(1), match.end(1), spans)
    for match in _EXPLAINED.finditer(text):
        sentence = token_at(doc, match.start()).sent
        if cues.within("attack_strong", max(0, sentence.start_char - 150), sentence.end_char):
            _keep(doc, found, match.start(1), match.end(1), spans)
    for start, end in announced(doc, cues):
        _keep(doc, found, start, end, spans)
    title_end = doc._.body_start - 2
    for match in re.finditer(_CHUNK, text[:title_end]):
        name = match[0]
        alone = match.start() == 0 and " " not in name and not name.isupper()
        # "DocteurLien", "piratage chez Zorvia": no common word
        proper = _MIXED.search(name) or _GOES_ON.search(text[: match.start()])
        inside = any(
            proper or _IN_CLAUSE.search(text[max(0, at - 40) : at]) for at in _told(text, name, doc._.body_start)
        )
        if inside and (not alone or text[match.end() : match.end() + 2] in (", ", " :", "\u00a0:")):
            _keep(doc, found, match.start(), match.end(), spans)
    added: list[Mention] = []
    claim = claimants(doc)
    for name, (first_start, first_end) in found.items():
        if core_words(name) in claim or _town_of_title(doc, name) or _is_person(text, name):
            continue
        places = [(at, at + len(name)) for at in _told(text, name)]
        kinds = (_kind(text, *place) for place in [(first_start, first_end), *places[:6]])
        first = next(kinds)
        type_ = next((kind for kind in kinds if kind in _CARE), first) if first == "autre" else first
        for start, end in places:
            if any(a <= start < b for a, b in spans) or is_noise(doc, start):
                continue
            added.append(Mention(start, end, name, type_, "named", name=name, core=core_words(name)))
    _apposed(doc, mentions, added)
    _as_named(mentions, added)
    # a name told inside a longer one is that one
    taken = [m for m in mentions if not any(a.start <= m.start < a.end for a in added if m.kind in ("generic", "bare"))]
    return sorted([*taken, *added], key=lambda m: m.start)


_MIXED = re.compile(r"[a-zà-ÿ][A-ZÀ-Þ]")
_GOES_ON = re.compile(r"[\w,’':] $")
_IN_CLAUSE = re.compile(r"[\w,’'] (?:[\w’']+[ ’'])?$")
_SCENE = re.compile(r"(?:^|\n|[.,;:] ?)[Àà] $")


def _told(text: str, name: str, start: int = 0) -> Iterator[int]:
    """Where a name stands as a word of its own."""
    at = text.find(name, start)
    while at >= 0:
        end = at + len(name)
        if not (at and _is_word(text[at - 1])) and not (end < len(text) and _is_word(text[end])):
            yield at
        at = text.find(name, end)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


_AND_HOUSE = re.compile(r" (?:et|ainsi que) (?:le |la |l['’])?")
_APPOSITION = re.compile(r"^\s*,\s*(?:qui est )?(?:l['’]|le |la |un |une )$")


def _as_named(mentions: list[Mention], added: list[Mention]) -> None:
    """ "la Citadelle" in the title, "le CHR de la Citadelle" below: the same kind of facility."""
    named = [m for m in mentions if m.kind in ("named", "known") and m.core]
    kinds: dict[frozenset[str], str | None] = {}
    for organisation in added:
        if organisation.core not in kinds:
            kinds[organisation.core] = next((m.type for m in named if organisation.core <= m.core), None)
        organisation.type = kinds[organisation.core] or organisation.type


def _apposed(doc: Doc, mentions: list[Mention], added: list[Mention]) -> None:
    """ "le CHwapi, le centre hospitalier de Wallonie picarde": the second names the first."""
    text = text_of(doc)
    for organisation in added:
        if in_title(doc, organisation.start):
            continue  # in a title it is rather a list
        for mention in mentions:
            if (
                mention.kind in ("named", "known")
                and 0 < organisation.start - mention.end < 40
                and JOINS.match(text[mention.end : organisation.start])
            ):
                organisation.type = mention.type  # a list of facilities
            if (
                organisation.type == "autre"
                and mention.kind in ("named", "known")
                and mention.type in HOSPITAL_LIKE
                and 0 < mention.start - organisation.end < 12
                and _AND_HOUSE.fullmatch(text[organisation.end : mention.start])
            ):
                organisation.type = mention.type  # "Vivalia et le CHR de Verviers"
            if (
                mention.kind in ("named", "known", "indefinite")
                and organisation.end < mention.start < organisation.end + 8
                and _APPOSITION.match(text[organisation.end : mention.start])
            ):
                organisation.type = mention.type
                mention.apposed_to = organisation
                for other in added:
                    if other.name == organisation.name:
                        other.type = mention.type


def _keep(doc: Doc, found: dict[str, tuple[int, int]], start: int, end: int, spans: list[tuple[int, int]]) -> None:
    name = text_of(doc)[start:end].rstrip("’'-")
    if any(a <= start < b or a < start + len(name) <= b for a, b in spans) or is_noise(doc, start):
        return
    if elided := re.match(r"[LD]['’](?=[A-ZÀ-Þ])", name):
        start, name = start + elided.end(), name[elided.end() :]  # "L'Aurar"
    if _SUFFIX.match(name):
        rest = name.split(None, 1)
        if len(rest) < 2 or not rest[1][:1].isupper():
            return
        start += len(name) - len(rest[1])
        name = rest[1]
    if any(m.start == start for m in LEXICON.scan(doc._.folded, ("rival",))):
        return  # "la Caisse d'allocations familiales"
    if name in _abroad(doc) or any(
        _SCENE.search(text_of(doc)[max(0, at - 5) : at]) for at in _told(text_of(doc), name)
    ):
        return  # a place
    if re.search(r"-(?:sur|lès|lez|sous|en|de|la|le|les)-|^Saint", name):
        return
    words = set(re.findall(r"[a-z0-9]+", fold(name)))
    if len(name) < 3 or not core_words(name) or words <= NOT_ORGANISATIONS or named(name) or fold(name) in _places():
        return
    if _STREET.search(text_of(doc)[max(0, start - 30) : start]):
        return
    if any("…" not in f.rule and f.start < start + len(name) and start < f.end for f in doc._.findings):
        return  # "une attaque DDoS"
    token = token_at(doc, start)
    if token.is_sent_start and token.has_vector and token.pos_ not in ("PROPN", "NOUN", "X", "ADJ"):
        return
    if " " in name and fold(name.split(" ")[0]) in FIRST_NAMES:
        return  # "le pass sanitaire d'Emmanuel Macron"
    if " " not in name and fold(name) in SMALL_WORDS:
        return  # "ATTAQUE Aucune rançon n'a été demandée": a capital that opens what stands after a heading
    if _MALWARE.search(text_of(doc)[max(0, start - 40) : start]) and " " not in name:
        return  # "le ransomware Zorvath a frappé"
    found.setdefault(name, (start, start + len(name)))


def _town_of_title(doc: Doc, name: str) -> bool:
    """ "Corvilliers : l'hôpital …" in the title, "l'hôpital de Corvilliers" below."""
    head = re.match(rf"{re.escape(name)}(?: \([^)]*\))?\s?[:.,–-] ", text_of(doc))
    return bool(head) and told_as_town(text_of(doc), name)


_STREET = re.compile(
    r"\b(?:rue|avenue|boulevard|place|quai|square|allée|chemin|impasse|cours|route|faubourg|quartier|zone|rond-point|"
    r"parc d['’]activités?)\s(?:(?:de|du|des|la|le|les)\s|d['’]|l['’])*$",
    re.I,
)
_MALWARE = re.compile(
    r"\b(?:ransomwares?|rançongiciels?|virus|ver|cheval de Troie|maliciel|malware|logiciel (?:malveillant|rançonneur|espion|de rançon)|cryptovirus|botnet|souche|variante|famille)"
    r"(?:\s(?:informatique|appelé|nommé|baptisé|dénommé|dit|connu sous le nom))?(?:\s(?:de|du|d['’]))?\s?(?:«\s?|\"|“)?$",
    re.I,
)


_NO_FIRST_NAME = (
    r"(?!Groupe|Société|Clinique|Laboratoire|Hôpital|Institut|Mutuelle|Fondation|Association|Pharmacie|Maison)"
)


def _is_person(text: str, name: str) -> bool:
    """ "Delmas" in the title, "l'acteur Paul Delmas" within a sentence: a first name stands before it."""
    full = rf"[a-zà-ÿ] {_NO_FIRST_NAME}[A-ZÀ-Þ][a-zà-ÿ]{{2,}}(?:-[A-ZÀ-Þ][a-zà-ÿ]+)? {re.escape(name)}(?![\w’'-])"
    return name.isalpha() and not name.isupper() and bool(re.search(full, text))


def _abroad(doc: Doc) -> set[str]:
    return {text_of(doc)[m.start : m.end] for m in LEXICON.scan(doc._.folded, ("abroad", "country", "industry"))}


def _places() -> frozenset[str]:
    wide = (term for entry in LEXICON.of("country") for term in entry.terms)
    return frozenset(
        fold(n) for n in (*(n for d in departments().values() for n in (d.name, d.region)), *PROVINCES, *wide)
    )


def _kind(text: str, start: int, end: int) -> str:
    near = text[max(0, start - 40) : start] + " " + text[end : end + 110]
    if _INDUSTRY.search(near):
        return "autre"
    return next((kind for kind, pattern in _KINDS if pattern.search(near)), "autre")


__all__ = ["LEXICON", "add_organisations"]
