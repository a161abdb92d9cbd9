"""Who says so: the facility or an authority, the media alone, the attackers alone; foiled, denied, requalified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from spacy.tokens import Doc

from nlp import attacks
from nlp.assertion import stance
from nlp.details.hits import LEXICON, Hits
from nlp.document import Finding, in_title, live, token_at
from nlp.lexicon import Match, spellings
from records import AttackClaim, ServiceState
from reference import communes

FIELD = "information_status"
_STOP = re.compile(r"[;:!?«»\"]|\.\s")
# after a verb of saying: what is said, or a clause about someone else
_CONTENT = re.compile(r"\bque\b|\bqu['’]|, (?:qui|dont)\b|\b(?:avoir|détenir|posséder)\b", re.IGNORECASE)
# « …, ont rapporté plusieurs patients »
_TURNED = re.compile(r"[,»”\"–—]\s*(?:(?:nous|lui|leur)\s)?(?:(?:a|ont|avait|avaient|aurait)\s)?$")
# « les Hospices invitent les patients à … »: who is spoken to
_ADDRESSES = re.compile(
    r"invit|pri(?:e|ent)\b|prév|inform|avert|alert|appel|rassur|remerci|demand|conseill", re.IGNORECASE
)
# « le centre hospitalier « n'exclut pas » que … »: the verb itself is quoted
_OPENING = re.compile(r"[«\"“]\s?(?:n['’]|ne\s)?$")
# « qu'il dit avoir dérobée à la mutuelle »: who stands after « à » does not speak
_OBJECT = re.compile(
    r"\b(?:à|au|aux|de|du|des|chez|contre|dans|sur|pour|vers|envers)\s+(?:la\s|le\s|les\s|l['’]|un\s|une\s)?$|\bd['’]$",
    re.IGNORECASE,
)
# « il revendique une attaque contre la clinique et affirme … »: nor does who was hit
_AGAINST = re.compile(
    r"\b(?:contre|chez|visant|ciblant|touchant|frappant|piraté|attaqué|attaquer|pirater|visé|ciblé)\s+(?:la\s|le\s|les\s|l['’]|un\s|une\s|cette\s|cet\s|ce\s)?$",
    re.IGNORECASE,
)
# « l'hôpital assure les rendez-vous déjà pris »: keeps them, says nothing
_ENSURES = re.compile(
    r"\s+(?:toujours |encore |désormais |seul |seule |aussi |néanmoins |cependant )?(?:le|la|les|l['’]|des|un|une|ses|son|sa|leurs|leur|tous|toutes|environ|près)\s?(?:les |des |seuls? |seules? |\d+ )?"
    r"(?:rendez-vous|permanence|soins|accueil|urgences|suivi|continuité|consultations?|service|gestion|hébergement|maintenance|prises? en charge|"
    r"gardes?|sécurité|transports?|remplacements?|relais|livraisons?|opérations?|interventions?|accouchements?|mission|activité|fonctionnement|traitement|remboursements?|paiement|examens?|dialyses?|support|astreinte)",
    re.IGNORECASE,
)
# after a closing quotation mark: a verb of at most three words, then « le », « son » …
_CLOSED = re.compile(
    r"[»”]\s*,?\s*(?:(?:a|ont|avait|s['’]est|s['’])\s?)?[\w'’-]+(?:\s+[\w'’-]+){0,2}\s+(?:le\s|la\s|l['’]|les\s|son\s|sa\s|un\s|une\s)\s*$",
    re.IGNORECASE,
)
# « … », salue Paule Aubin, directrice: the name first
_NAMED = re.compile(
    r"[»”\"]\s*,?\s*[\w'’-]+(?:-t-(?:il|elle))?\s+(?:(?:le|la)\s(?:Dr|docteure?|Pr|professeure?)\s)?[A-ZÀ-Ý][\w'’-]+(?:\s[A-ZÀ-Ý][\w'’-]*){0,3},\s(?:le\s|la\s|l['’])?$"
)
_NOT = re.compile(r"\b(?:pas|guère|jamais)\b", re.IGNORECASE)
_NOBODY = re.compile(r"\b(?:personne|nul|rien|jamais)\b[^.;:!?]{0,30}$", re.IGNORECASE)
_CLAIM_REACH = 200
_BESIDE_CLAIM = 60
_PRONOUN = re.compile(r"\b(?:il|elle|celle-ci|celui-ci|ce dernier|cette dernière)\s*$", re.IGNORECASE)
_FEMININE = re.compile(r"\b(?:la|une|cette|sa|ma) $", re.IGNORECASE)
_MASCULINE = re.compile(r"\b(?:le|un|ce|son|mon|du|au) $", re.IGNORECASE)
_ASIDE = re.compile(r"[;:!?«»\",.]|informations|confrères", re.IGNORECASE)
# « ne répond pas », « n'a pas réagi »: nobody speaks
_ASIDE_SAID = re.compile(r"[,»”\"–—]\s*(?:[\w'’-]+\s){0,2}$", re.IGNORECASE)
_SILENT = re.compile(r"\bn(?:e|['’](?:a|ont|avait))\s+(?:pas\s+)?(?:encore\s+)?$", re.IGNORECASE)
_MUTE = re.compile(
    r"\s*(?:s['’]exprimer|(?:de |d['’]en |tout )*(?:comment|répond|communiqu|confirm|dire|parler|préciser))",
    re.IGNORECASE,
)
# « le président de l'APSIS »: a bare president is this facility's, one « de … » must be told in the lexicon
_OF_OTHERS = re.compile(r"président\(e\)$")
_WHOSE = re.compile(r"\s+(?:de|du|des|d['’])\b", re.IGNORECASE)
_BARE = re.compile(
    r"[a-zà-ÿ-]+(?:\s[a-zà-ÿ-]+){0,2}\s([A-ZÀ-Ý][\w&'’.-]{3,}(?:\s[A-ZÀ-Ý][\w&'’.-]*){0,3})(?:\s(?:de|à)\s.*|\sd['’].*)?"
)
_TITLE_CASE = re.compile(r"\b[A-ZÀ-Ý]\w*(?:[\s'’.-]\S+)*$|\b(?:actu\.fr|franceinfo|lemagit)$")
# « …, rapporte « La Côte » »
_PAPER = re.compile(
    r"\s+[«\"“]\s?((?:(?:La|Le|Les|L['’])\s?)?[A-ZÀ-Ý][\w'’-]*(?:\s[\w'’-]+){0,2})\s?[»\"”](?=\s*[.,;)])"
)
# a newspaper speaks only right beside its verb, in words (twice as many after it)
_BESIDE = 7
_GANGS = {"groupe", "groupes", "collectif", "plateforme"}
_HALF_SAID = re.compile(r"exclu|écarté|caché|nié|démenti", re.IGNORECASE)
_SAYS = {"official": "official", "witness": "witness", "claimant": "claim", "media": "press"}
_OF = re.compile(r"^\s*(?:de l['’]|du|de la|des|d['’]un|d['’]une|de|à l['’]|au|aux)\s*$", re.IGNORECASE)


def find(hits: Hits) -> Iterator[Finding]:
    voices = _voices(hits)
    for speech in map(partial(_verb, hits), hits.all("speech")):
        if _SILENT.search(hits.text[max(0, speech.start - 14) : speech.start]) or _unsaid(hits, speech):
            continue
        if paper := _PAPER.match(hits.text, speech.end):
            yield Finding(FIELD, "press", speech.start, paper.end(), f"press : {paper[1]}")
            continue
        voice = _speaker(hits, speech, voices)
        if voice is None:
            continue
        yield _finding(hits, voice, speech.start, speech.end)
    yield from (_finding(hits, v, v.start, v.end) for v in voices if _quotes(hits, v))
    for phrase in hits.all("according"):
        after = [v for v in voices if phrase.end <= v.start < phrase.end + 60]
        if after and not _ASIDE.search(hits.text[phrase.end : after[0].start]):
            yield _finding(hits, after[0], phrase.start, phrase.end)
    for section, value in (("act", "official"), ("press", "press"), ("claim", "claim"), ("tentative", "tentative"),
                           ("requalified", "requalified"), ("rumour", "denial"), ("cleared", "cleared")):  # fmt: skip
        for match in hits.all(section):
            if match.id == "weak" and not _taken_back(hits, match):
                continue
            if _not_so(hits, section, match):
                continue
            # « n'a pas abouti » is no denial of itself
            own = match.term if section == "tentative" else ""
            reading = stance(hits.doc, match.start, match.end, term=own)
            rejected = f"nié ou supposé ({reading.cue})" if reading.stance in ("denied", "unknown", "general") else None
            if "general" in hits.flags(match.start):
                rejected = "remarque générale"
            if reading.stance == "denied" and (section in ("requalified", "rumour", "cleared") or _incise(hits, match)):
                rejected = None
            rule = f"{value} « {match.term} »"
            if match.term.endswith(("{il,elle,on}", "{il,elle}")) and _a_witness_says(hits, match, voices):
                value = "witness"
            yield Finding(FIELD, value, match.start, match.end, rule, rejected)


def _not_so(hits: Hits, section: str, match: Match) -> bool:
    """« n'échappe pas aux suites du piratage », « personne n'a cru à une attaque » foil and take back nothing."""
    if section == "tentative" and "…" in match.term and "pas" not in match.term:
        return bool(_NOT.search(hits.text, match.start, match.end))
    return section == "requalified" and bool(_NOBODY.search(hits.text[max(0, match.start - 40) : match.start]))


def _taken_back(hits: Hits, match: Match) -> bool:
    """« L'hôpital avait annoncé une cyberattaque »: taken back only where an outage, and no attack, is told after."""
    after = [
        f for f in live(hits.doc._.findings, "attack_types") if f.start > match.end and f.value.certainty == "confirmed"
    ]
    return any(f.value.type == "panne" for f in after) and all(f.value.type == "panne" for f in after)


def _a_witness_says(hits: Hits, match: Match, voices: Sequence[Match]) -> bool:
    """« …, raconte-t-elle », where a nurse was named last."""
    wrong = _MASCULINE if hits.text[match.start : match.end].endswith("elle") else _FEMININE
    near = [v for v in voices if match.start - 350 < v.start < match.start and not _named_wrong(hits.text, v, wrong)]
    near = [v for v in near if v.id == "claimant" or not hits.text[v.start : v.end].endswith("s")]
    return bool(near) and near[-1].id == "witness"


def _incise(hits: Hits, match: Match) -> bool:
    """« aucun soin n'est reporté, ajoute-t-elle », « …, confirme un communiqué »: nobody denies that it is said."""
    return match.id == "official" and bool(_ASIDE_SAID.search(hits.text[max(0, match.start - 40) : match.start]))


def _quotes(hits: Hits, voice: Match) -> bool:
    """« … », sourit l'informaticien; l'informaticien, lui, sourit : « … »: whatever the verb, who stands there speaks."""
    before = hits.text[max(0, voice.start - 70) : voice.start]
    return bool(_CLOSED.search(before) or _NAMED.search(before))


def _verb(hits: Hits, speech: Match) -> Match:
    """« à l'accueil, l'hôpital informe », « n'a rien pris, ajoute le maire » are no « a … informé »: folded alike."""
    last = hits.text.rfind(" ", speech.start, speech.end) + 1
    gap = "…" in speech.term
    folded_alike = gap and hits.text[last : speech.end].lower() not in spellings(speech.term)
    folded_alike |= gap and "," in hits.text[speech.start : speech.end]
    return replace(speech, start=last) if hits.text[speech.start] in "àÀ" or folded_alike else speech


def _unsaid(hits: Hits, speech: Match) -> bool:
    """« L'établissement n'a pas confirmé » says nothing; « n'a pas exclu », « n'a pas caché » do."""
    if hits.text[speech.start : speech.end].lower().startswith("assur") and _ENSURES.match(hits.text, speech.end):
        return True
    first = token_at(hits.doc, speech.start)
    if (
        first.pos_ == "NOUN"
        and first.i
        and hits.doc[first.i - 1].pos_ == "DET"
        and speech.end <= first.idx + len(first)
    ):
        # « la liste de ses victimes » is no « il liste »
        return True
    if "refuse" in hits.text[speech.start : speech.end] and _MUTE.match(hits.text, speech.end):
        return True
    negated = hits.text[max(0, speech.start - 2) : speech.start].lower() in ("n'", "n’")
    return negated and not _HALF_SAID.search(hits.text[speech.start : speech.end])


def _voices(hits: Hits) -> list[Match]:
    """Nouns that can speak; « l'hôpital » in « une infirmière de l'hôpital » belongs to the nurse."""
    out: list[Match] = []
    for voice in sorted([*hits.all("voice"), *_victims(hits), *_attackers(hits)], key=lambda m: (m.start, -m.end)):
        if out and voice.start < out[-1].end:
            continue
        if out and _OF.match(hits.text[out[-1].end : voice.start]) and out[-1].id != "official":
            continue
        if voice.id == "media" and not _TITLE_CASE.search(hits.text, voice.start, voice.end):
            # « le temps », « la montagne » that are no newspapers
            continue
        if _OF_OTHERS.match(voice.term) and _WHOSE.match(hits.text, voice.end):
            continue
        if hits.text[voice.start : voice.end].lower() in _GANGS and _names_actor(hits, voice):
            continue
        out.append(voice)
    return out


def _victims(hits: Hits) -> list[Match]:
    """« Viamedis précise », « la MNH reconnaît »: a victim's own name speaks for it."""
    found = hits.doc.user_data.get("facilities")
    if found is None:
        return []
    chosen = {v.number for v in found.victims if not v.nameless}
    official = next(e for e in LEXICON.of("voice") if e.id == "official")
    named = [m for m in found.mentions if m.entity in chosen and m.kind in ("known", "named")]
    out = [Match(m.start, m.start + len(hits.text[m.start : m.end].rstrip(" .,;:")), official, m.text) for m in named]
    # « la clinique Sainte-Odile … Sainte-Odile assure »: the name without its kind, where that is no town's
    bare = {short[1] for m in named if (short := _BARE.fullmatch(m.text)) and not communes.named(short[1])}
    if bare:
        again = re.finditer(rf"\b(?:{'|'.join(map(re.escape, sorted(bare)))})\b", hits.text)
        out += [Match(m.start(), m.end(), official, m[0]) for m in again]
    return out


def _attackers(hits: Hits) -> list[Match]:
    """« Qilin affirme détenir »: a gang's name speaks for the gang."""
    claimant = next(e for e in LEXICON.of("voice") if e.id == "claimant")
    return [Match(f.start, f.end, claimant, str(f.value)) for f in hits.actors if f.rejected is None]


def _names_actor(hits: Hits, voice: Match) -> bool:
    """« le groupe Kraken Leaks affirme »: attackers, not a health group."""
    return any(voice.end <= f.start < voice.end + 40 for f in hits.actors)


def _speaker(hits: Hits, speech: Match, voices: Sequence[Match]) -> Match | None:
    sentence = hits.sentence(speech.start)
    text = hits.text
    best: tuple[int, Match] | None = None
    for voice in voices:
        if not sentence.start <= voice.start < sentence.end:
            continue
        if voice.end <= speech.start:
            if _AGAINST.search(text[max(0, voice.start - 30) : voice.start]):
                continue
            gap = _OPENING.sub("", text[voice.end : speech.start])
            words, limit = hits.words_between(voice.end, speech.start), 14
        elif voice.start >= speech.end:
            gap = text[speech.end : voice.start]
            # « indique mardi la direction »: what follows the verb at once
            words, limit = hits.words_between(speech.end, voice.start) * 2, 12
            if not _TURNED.search(text[max(0, speech.start - 12) : speech.start]):
                # « l'hôpital rassure les patients »: no turn of phrase that puts the speaker last
                words += 5
            addressed = voice.id == "witness" and _ADDRESSES.match(text, speech.start)
            if _CONTENT.search(gap) or _OBJECT.search(gap) or addressed:
                continue
        else:
            continue
        if voice.id == "media":
            limit = min(limit, _BESIDE)
        if words <= limit and not _STOP.search(gap) and (best is None or words < best[0]):
            best = words, voice
    if best is None and (pronoun := _PRONOUN.search(text[max(0, speech.start - 20) : speech.start])):
        # « Celle-ci confirme »: who was named last, and may be called so
        wrong = _MASCULINE if re.search("elle|cette", pronoun[0], re.IGNORECASE) else _FEMININE
        near = [v for v in voices if speech.start - 350 < v.start < speech.start and not _named_wrong(text, v, wrong)]
        near = [v for v in near if v.id != "media"]
        before = hits.sentence(max(0, sentence.begin - 2))
        if "-ci" not in pronoun[0] and "dern" not in pronoun[0]:
            # « Le gang a inscrit l'hôpital … Il affirme »: the subject of the sentence before
            near = [v for v in near if before.start <= v.start < before.end][:1] or near
        return near[-1] if near else None
    return best[1] if best else None


def _named_wrong(text: str, voice: Match, wrong: re.Pattern[str]) -> bool:
    """Whether the article before a voice, or its plural, is not that of the pronoun."""
    several = text[voice.start : voice.end].lower().endswith(("s", "x")) and voice.id != "claimant"
    plural = several and re.search(
        r"\b(?:les|des|ces|ses|d['’])\s?$", text[max(0, voice.start - 5) : voice.start], re.I
    )
    return bool(plural or wrong.search(text[max(0, voice.start - 8) : voice.start]))


def _finding(hits: Hits, voice: Match, start: int, end: int) -> Finding:
    value = _SAYS[voice.id]
    start, end = min(start, voice.start), max(end, voice.end)
    return Finding(FIELD, value, start, end, f"{value} : {hits.text[voice.start : voice.end]}")


def _only_claimed(findings: Sequence[Finding], claims: Sequence[Finding], sure: Sequence[str]) -> bool:
    """Whether all that states the attack stands beside a claim of the attackers."""
    said = [f for f in live(findings, "attack_types") if f.value.type in sure and f.value.certainty == "confirmed"]
    return all(any(abs(f.start - c.start) < _CLAIM_REACH for c in claims) for f in said)


def _stated(findings: Sequence[Finding], claims: Sequence[Finding]) -> bool:
    """Whether anything but the attackers' word says that something happened."""
    kinds = [
        f for f in live(findings, "attack_types") if f.value.certainty == "confirmed" and f.weight > attacks.PLURAL
    ]
    return any(all(abs(f.start - c.start) > _BESIDE_CLAIM for c in claims) for f in kinds)


def conclude(
    doc: Doc,
    findings: Iterable[Finding],
    claims: Sequence[AttackClaim],
    services: Sequence[ServiceState],
    stolen: bool | None,
) -> tuple[str | None, list[Finding]]:
    findings = list(findings)
    told: dict[str, list[Finding]] = {}
    for f in live(findings, FIELD):
        told.setdefault(f.value, []).append(f)
    certain = {c.type: c.certainty for c in claims}
    active = [t for t, c in certain.items() if c != "denied"]
    denied = [t for t, c in certain.items() if c == "denied"]
    hostile = [t for t in active if t in attacks.HOSTILE and certain[t] == "confirmed"]
    if certain.get("panne") == "confirmed" and "requalified" in told and not hostile:
        return "requalifie", told["requalified"]
    if not active and denied:
        return "dementi", told.get("denial", []) or told.get("official", [])
    hurt = [s for s in services if s.status in ("ferme", "suspendu", "reporte", "reoriente", "degrade", "partiel")]
    # told foiled in the title, or again and again, it is so though something stopped for a while
    foiled = told.get("tentative", [])
    plainly = len(foiled) > 1 and any(in_title(doc, f.start) for f in foiled)
    if foiled and (plainly or not hurt) and not stolen and "panne" not in active:
        return "tentative", told["tentative"]
    if "claim" in told and active and not _stated(findings, told["claim"]):
        # the victim is heard, and only says that it looks into the matter
        return "revendique", told["claim"]
    if "official" in told:
        return "confirme", told["official"]
    if acting := list(live(findings, "authorities")):
        # who is seized, present or helping is more than the press's word
        return "confirme", acting
    sure = [t for t, c in certain.items() if c == "confirmed"]
    if "claim" in told and (not sure or ("press" not in told and _only_claimed(findings, told["claim"], sure))):
        return "revendique", told["claim"]
    return "rapporte", told.get("press", []) + told.get("witness", [])
