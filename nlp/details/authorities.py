"""Authorities that act in this case: informed, seized, present, investigating or helping; not merely quoted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from nlp.assertion import Reading, stance
from nlp.details.acting import weighed
from nlp.details.deeds import deed_of
from nlp.details.hits import Hits
from nlp.document import Finding, live, tokens
from nlp.lexicon import Match

FIELD = "authorities"
_CLAUSE = re.compile(r"[;:!?]|\.\s|,? (?:mais|tandis que|alors que) ")
# « les patients peuvent porter plainte à la gendarmerie »
_ADVICE = re.compile(
    r"\b(?:faut|convient de|mieux vaut|n['’]hésitez|pensez|(?:personnes|patients|victimes|assurés|usagers|adhérents|clients|abonnés)\b[^.;:]{0,60}\b(?:devraient|doivent|sont priés)|peu(?:ven)?t|pourront|pouvez|invit\w+|conseill\w+|recommand\w+)\b[^.;:]*$",
    re.IGNORECASE,
)
# « Plusieurs services s'en occupent : l'Anssi, … »: the colon before a list of those who act
_LISTS = re.compile(r"\s?:\s(?=(?:l['’]|la\s|le\s|les\s)?$)", re.IGNORECASE)
# justice and the ministry are spoken of in many ways: an act of theirs must stand close
_LOOSE = {"ministere"}


# « Contacté par nos soins, le parquet n'a pas répondu »: by the reporter
_ASKED = re.compile(
    r"(?:contacté|joint|sollicité|interrogé)e?s?(?:\s(?:par|mardi|lundi|mercredi|jeudi|vendredi|samedi|dimanche|hier|ce|à)\b[^,.;]{0,40})?,\s(?:le\s|la\s|l['’]|les\s)?",
    re.IGNORECASE,
)
# « On ne pouvait même plus contacter l'ARS »
_UNREACHED = re.compile(
    r"\b(?:ne (?:pouv|peu|parv|réuss)\w+|n['’](?:arriv|a pu|ont pu|avons pu)\w*|impossible|sans pouvoir|incapables?)\s[^.;:!?,]{0,25}?(?:contacter|joindre|appeler|prévenir|alerter|avertir)\b",
    re.IGNORECASE,
)
# an authority heard so many times has the case in hand, and one that reports it: not who only adds a word to it
_SPEAKS = 2
_REPORTS = re.compile(r"indiqu|rapport|signal|expliqu|soulign|détaill|disait|appel|invit", re.IGNORECASE)
# so many words a list of those informed may take
_LISTED = 24
# « la Cnil et l'Anssi », « la gendarmerie ainsi que l'ARS »: what is done with one is done with the other
_AND = re.compile(
    r"[\s,()]*(?:et|ainsi qu(?:e|['’])|de même qu(?:e|['’])|comme|puis|mais aussi|,)\s*(?:avec\s|à\s|de\s)?(?:l['’]|la\s|le\s|les\s|des\s|du\s|au\s)?\s*",
    re.I,
)


# « Le parquet de Paris, compétent pour tout le territoire, a été saisi »: what stands between two commas after the name
_APPOSED = re.compile(r"(?:\s(?:de\s|du\s|d['’])\s?[A-ZÉ][\w’'-]+){0,2},\s(?!et\b|mais\b|qui\b)[^,.;:()«»]{3,120},\s")
# « sans l'accord de l'Anssi »: it has the last word
_LEAVE = re.compile(r"accord|aval|feu vert|bénédiction", re.IGNORECASE)
_TOO = re.compile(r"\s(?:aussi|également|de même)\b", re.IGNORECASE)
# the doer of a passive: « … confiée à la police judiciaire par le parquet »
_BY = re.compile(
    r"\bpar\s+(?:le\s|la\s|les\s|l['’]|des\s|un\s|une\s)?\s*(?:\w+\s+(?:de la|du|de l['’])\s*)?$", re.IGNORECASE
)
_QUOTED_BY = re.compile(
    r"\b(?:cité|interrogé|contacté|joint|rapporté|évoqué|sollicité|relayé|expliqué|estimé|avancé)e?s?\s+par\b",
    re.IGNORECASE,
)
# hopes and orders around what an authority does keep it acting
_PURPOSE = re.compile(
    r"afin que|visant à|permettr|pour limiter|avant de|protéger|vigilan|prévention|prévenir|lutte contre|capable|prêt",
    re.IGNORECASE,
)


def find(hits: Hits) -> list[Finding]:
    """Each authority named, as the rules read it and after a second opinion."""
    return weighed(hits.doc, list(_by_rules(hits)))


def _by_rules(hits: Hits) -> Iterator[Finding]:
    named = [
        m
        for m in hits.all("authority")
        if not any(n.start <= m.start and m.end <= n.end for n in hits.in_sentence("authority_not", m.start))
    ]
    acts = [_act(hits, m) for m in named]
    pairs = list(range(1, len(named)))
    for here, other in [(i, i - 1) for i in pairs] + [(i - 1, i) for i in reversed(pairs)]:
        first, last = min(here, other), max(here, other)
        if acts[here] is None and _joined(hits, named[first], named[last]):
            acts[here] = acts[other]
    for here in pairs:
        # « l'Anssi est sur place, l'ARS aussi »
        if acts[here] is None and acts[here - 1] and _TOO.match(hits.text, named[here].end):
            acts[here] = acts[here - 1] if _same_sentence(hits, named[here - 1], named[here]) else None
    spoken = Counter(match.id for match, act in zip(named, acts, strict=True) if act and act.id == "told")
    deeds = [deed_of(hits, m) if act is None or act.id == "told" else None for m, act in zip(named, acts, strict=True)]
    for here, other in [(i, i - 1) for i in pairs] + [(i - 1, i) for i in reversed(pairs)]:
        if not deeds[here] and deeds[other] and _AND.fullmatch(hits.text, *_between(named[here], named[other])):
            deeds[here] = deeds[other]
    for match, act, deed in zip(named, acts, deeds, strict=True):
        if deed and (act is None or act.id == "told"):
            yield Finding(FIELD, match.id, match.start, match.end, f"{match.id} {deed}")
            continue
        if act is None or (
            act.id == "told" and spoken[match.id] < _SPEAKS and not _REPORTS.search(hits.text, act.start, act.end)
        ):
            yield Finding(FIELD, match.id, match.start, match.end, f"{match.id} nommé", "seulement cité")
            continue
        rule = f"{match.id} + « {hits.text[act.start : act.end]} »"
        flags = hits.flags(match.start)
        reading = stance(hits.doc, act.start, act.end)
        if reading.cue and reading.cue in hits.text[match.start : match.end]:
            # « la Brigade de lutte contre la cybercriminalité »
            reading = Reading("stated")
        rejected = None
        if reading.cue.lower() == "sans" and _LEAVE.search(hits.text, act.start, act.end):
            reading = Reading("stated")
        if reading.stance == "averted" and _PURPOSE.search(reading.cue):
            reading = Reading("stated")
        if reading.stance in ("denied", "general", "averted") and act.id != "statement":
            rejected = f"nié ou général ({reading.cue})"
        elif _UNREACHED.search(hits.text[max(0, act.start - 40) : act.end]):
            rejected = "n'a pu être joint"
        elif _ADVICE.search(hits.text[max(0, act.start - 110) : act.start]):
            rejected = "conseil aux victimes"
        elif "general" in flags or "exercise" in flags:
            rejected = "remarque générale"
        yield Finding(FIELD, match.id, match.start, match.end, rule, rejected)


def _between(one: Match, other: Match) -> tuple[int, int]:
    first, last = sorted((one, other), key=lambda m: m.start)
    return first.end, max(first.end, last.start)


def _same_sentence(hits: Hits, first: Match, last: Match) -> bool:
    return hits.sentence(first.start).begin == hits.sentence(last.start).begin


def _joined(hits: Hits, first: Match, last: Match) -> bool:
    """Whether two authorities are named together, with « et », a comma or the name's own words between."""
    text = hits.text
    if _AND.fullmatch(text, first.end, last.start):
        return True
    if last.start - first.end > 160 or hits.sentence(first.start).begin != hits.sentence(last.start).begin:
        return False
    if last.start <= first.end:
        return True
    words = tokens(hits.doc, first.end, last.start)
    between = text[first.end : last.start]
    return (
        bool(re.search(r"\bet\b|\b(?:ainsi|de même) qu|,", between))
        and not _CLAUSE.search(between)
        and not any(t.pos_ in ("VERB", "AUX") for t in words if first.end <= t.idx < last.start)
        and not hits.inside("quoting", first.end, last.start)
    )


def _act(hits: Hits, match: Match) -> Match | None:
    text = hits.text
    best: tuple[int, Match] | None = None
    for section in ("act_before", "act_after", "act_statement"):
        for act in hits.in_sentence(section, match.start):
            # « une déclaration à la Cnil a été faite »: folded, « à » and « a » are alike, and the gap holds the name
            around = "…" in act.term and act.start < match.start and match.end <= act.end
            before = around or act.end <= match.start
            if not around and act.start < match.end and match.start < act.end:
                continue
            if match.id not in act.entry.options.get("only", (match.id,)):
                continue
            if match.id == "ministere" and act.term.startswith("condamn"):
                # a minister only deplores
                continue
            if (section == "act_before" and not before) or (section == "act_after" and before):
                continue
            a, b = (min(act.end, match.start), match.start) if before else (match.end, act.start)
            if before and _ASKED.fullmatch(text, act.start, match.start):
                continue
            aside = None if before else _APPOSED.match(text, match.end, act.start)
            a = aside.end() if aside else a
            words = hits.words_between(a, b)
            if before and words <= _LISTED and _in_a_list(hits, a, b):
                words = min(words, act.entry.options["words"])
            limit = act.entry.options["words"] // (2 if match.id in _LOOSE and section == "act_after" else 1)
            if section == "act_before" and _BY.search(text[max(0, match.start - 40) : match.start]):
                limit += 0 if _QUOTED_BY.search(text[max(0, match.start - 60) : match.start]) else 12
            if (
                words > limit
                or _CLAUSE.search(_LISTS.sub(" ", text[a:b]))
                or (before and _only_speaks(hits, match, act))
            ):
                continue
            if best is None or words < best[0]:
                best = words, act
    return best[1] if best else None


def _in_a_list(hits: Hits, start: int, end: int) -> bool:
    """« travaille avec le centre de cyberdéfense, la régie et la police »: nothing but names between."""
    between = hits.text[start:end]
    return "," in between and not any(t.pos_ in ("VERB", "AUX") for t in tokens(hits.doc, start, end))


def _only_speaks(hits: Hits, match: Match, act: Match) -> bool:
    """« … est ouverte, précise l'ARS »: a verb of saying between the act and the authority."""
    if match.id == "parquet" and "enquête" in hits.text[act.start : act.end].lower():
        # « une enquête est ouverte, indique le parquet »: it is the parquet's own
        return False
    return bool(hits.inside("quoting", act.end, match.start))


def conclude(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    told: dict[str, list[Finding]] = {}
    for f in live(findings, FIELD):
        told.setdefault(f.value, []).append(f)
    return told
