"""The named supplier through which the incident came; not who helps, comments or is cleared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.assertion import stance
from nlp.details.hits import Hits
from nlp.document import Finding, in_title, is_noise, live, token_at
from nlp.lexicon import Match

FIELD = "supplier"
_NAME = re.compile(
    r"\s*(?:,|\(|«|\"|“|d['’]|de\s|du\s|la société\s|l['’]entreprise\s|nommée?\s|appelée?\s){0,2}\s*(?P<n>[A-Z][\w&.\-]*(?:\s(?:[A-Z][\w&\-]*|\d+)){0,2})"
)
# « Nordata, l'éditeur de leur logiciel », « la société visée, Nordata », « le centre de données, que Nordata exploite »
_WORD = r"(?<![\w&.\-])[A-Z][\w&.\-]{0,30}(?:\s(?:[A-Z][\w&\-]{0,30}|\d{1,4})){0,2}"
_TRADE = (
    r"(?:éditeur|éditrice|prestataire|sous-traitant|hébergeur|fournisseur|infogérant|opérateur|intégrateur|partenaire|exploitant|"
    r"gestionnaire du réseau|société d['’]hébergement)"
)
_TOLD = (
    re.compile(rf"(?P<n>{_WORD})\s?,\s(?:(?:l['’]|le |la |leur |son |un |une |notre )(?:principal )?)?{_TRADE}\b"),
    re.compile(
        rf"\b(?:société|entreprise|filiale|firme)\s(?:visée|attaquée|touchée|piratée|concernée|en cause|mise en cause),\s(?P<n>{_WORD})"
    ),
    re.compile(
        rf"\b(?:logiciel|serveurs?|centre|plateforme|système|réseau|données|outil)\b[^.;:!?]{{0,50}}\bque\s(?P<n>{_WORD})\s(?:exploite|héberge|édite|gère|fournit|administre)\b"
    ),
    # « Kronos, la société américaine qui héberge l'application », « chez X, l'entreprise à qui elle confie … »
    re.compile(
        rf"(?P<n>{_WORD})\s?,\s(?:la société|l['’]entreprise|la firme|le groupe|la start-up|la filiale|l['’]organisme|le groupement|celui|celle|une? (?:société|entreprise|groupe|start-up))\s"
        rf"[^,.;:!?]{{0,40}}?\b(?:qui (?:leur |lui |y |en )?(?:héberge|édite|fournit|gère|exploite|développe|assure|commercialise|abrite|administre|stocke|conserve|livre|vend|loue|sous-traite)"
        rf"|(?:à qui|à laquelle|auquel|à quoi) [^,.;:!?]{{0,25}}?(?:confi|délégu|sous-trait|achèt|lou)\w*|chargée? d)"
    ),
    # « Weda, le logiciel avec lequel travaillent ses généralistes »
    re.compile(
        rf"(?P<n>{_WORD})\s?,\s(?:le|la|l['’]|un|une|leur|son)\s?(?:logiciel|progiciel|outil|application|plateforme|solution|programme|service en ligne|portail)\b[^,.;:!?]{{0,30}}?\b"
        rf"(?:avec|que|qu['’]|dont|sur|où|par|utilisée?|employée?|choisie?|qui)"
    ),
    re.compile(
        rf"\b(?:centre de données|datacent(?:er|re)|serveurs?|salle de serveurs|baies)\b[^,.;:!?]{{0,25}}?\b(?:de|d['’]|chez)\s?(?:la société |l['’]entreprise |l['’]hébergeur )?(?P<n>{_WORD})\s?(?=[,.;:()]|a |ont |est |à )"
    ),
    re.compile(rf"\b(?:exploité|hébergé|édité|géré|fourni|administré|infogéré)e?s?\s(?:par|chez)\s(?P<n>{_WORD})"),
)
_NETWORKS = ("Internet", "Twitter", "Facebook", "Web", "LinkedIn", "WhatsApp")
_NO_NAME = frozenset({"ADP", "ADV", "DET", "PRON", "CCONJ", "SCONJ", "VERB", "AUX"})


def find(hits: Hits) -> Iterator[Finding]:
    text = hits.text
    taken: set[int] = set()
    for match in hits.all("supplier", "known"):
        if not any(c.isupper() for c in text[match.start : match.end]):
            continue
        taken.add(match.start)
        yield _finding(hits, match.start, match.end, f"prestataire connu « {match.term} »", known=True)
    for match in hits.all("supplier", "role"):
        name = _NAME.match(text, match.end)
        if not name or name.start("n") in taken or _no_name(hits, name.start("n")):
            continue
        taken.add(name.start("n"))
        yield _finding(hits, name.start("n"), name.end("n"), f"nommé après « {match.term} »", known=False)
    for pattern in _TOLD:
        for name in pattern.finditer(text):
            start = name.start("n")
            if start in taken or _no_name(hits, start) or is_noise(hits.doc, start):
                continue
            taken.add(start)
            yield _finding(hits, start, name.end("n"), "dit fournisseur", known=False)


# « Après la fuite des données de Zorviel, c'est au tour de … »
_AFTER = re.compile(
    r"\b(?:[Aa]près|[Dd]epuis)\b[^.,;:]{0,40}\b(?:fuite|vol|piratage|attaque|cyberattaque|affaire|déboires|débâcle)\b[^.,;:]{0,60}$"
)


# « Mercredi dernier, une panne nationale chez Orange avait rendu … », « En 2021, l'incendie d'OVH avait déjà … »
_BEFORE = re.compile(
    r"\W{0,3}(?:En \d{4}|(?:Lundi|Mardi|Mercredi|Jeudi|Vendredi|Samedi|Dimanche|Le mois|L['’]an|L['’]année|L['’]été|L['’]hiver|La semaine)\s(?:dernier|dernière|passée?|précédente?)|Il y a \w+ (?:ans?|mois|semaines))\b"
    r"[^.;!?]{0,120}\b(?:avait|avaient)\b"
)
_NEXT = re.compile(r"\b(?:au tour|nouve(?:au|l|lle|lles)|une? autre|cette fois)\b")


def _no_name(hits: Hits, start: int) -> bool:
    """A capital that only opens the sentence, or a network."""
    token = token_at(hits.doc, start)
    return hits.text[start:].startswith(_NETWORKS) or (bool(token.is_sent_start) and token.pos_ in _NO_NAME)


def _in_trade(hits: Hits, start: int, end: int) -> bool:
    """Told beside its name what it supplies: « Nordata, l'éditeur du logiciel dont ils se servent »."""
    return any(p.search(hits.text, max(0, start - 80), min(len(hits.text), end + 60)) for p in _TOLD)


def _hit_before(hits: Hits, start: int) -> bool:
    """Whether its sentence or the one before tells of the incident."""
    begin = hits.sentence(max(0, hits.sentence(start).start - 2)).start
    return bool(hits.inside("supplier", begin, hits.sentence(start).end, "cause"))


def _hit_itself(hits: Hits, start: int) -> bool:
    """The name of who was hit, told beside others of its own trade only: nobody's supplier."""
    found = hits.doc.user_data.get("facilities")
    if found is None or len(found.victims) < 2:
        return False
    others = [v for v in found.victims if not any(m.start <= start < m.end for m in v.mentions)]
    return len(others) < len(found.victims) and all(v.type in ("prestataire", "complementaire") for v in others)


def _finding(hits: Hits, start: int, end: int, rule: str, known: bool) -> Finding:
    near: list[Match] = [
        m for m in hits.in_sentence("supplier", start) if hits.words_between(min(m.end, end), max(m.start, start)) <= 10
    ]
    rejected = None
    sentence = hits.sentence(start)
    reading = stance(hits.doc, start, end)
    if (
        _AFTER.search(hits.text, hits.sentence(start).start, start)
        and _NEXT.search(hits.text, end, hits.sentence(end).end)
    ) or _BEFORE.match(hits.text[sentence.start : sentence.end]):
        rejected = "un autre cas, avant celui-ci"
    elif _hit_itself(hits, start):
        rejected = "lui-même touché"
    elif [m for m in near if m.id == "helper"]:
        rejected = "aide, commente ou est mis hors de cause"
    elif not [m for m in near if m.id == "cause"] and not (_in_trade(hits, start, end) and _hit_before(hits, start)):
        rejected = "rien ne dit que l'incident vient de là"
    elif reading.stance in ("denied", "general"):
        rejected = f"nié ou général ({reading.cue})"
    elif in_title(hits.doc, start) and known and not [m for m in near if m.id == "role"]:
        rejected = "nommé dans le titre seulement"
    return Finding(FIELD, hits.text[start:end], start, end, rule, rejected)


def conclude(findings: Iterable[Finding]) -> tuple[str | None, list[Finding]]:
    told: dict[str, list[Finding]] = {}
    for f in live(findings, FIELD):
        told.setdefault(f.value, []).append(f)
    if not told:
        return None, []
    name = max(told, key=lambda n: len(told[n]))
    return name, told[name]
