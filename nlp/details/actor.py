"""The named group or person behind the attack: known names, and names the text itself introduces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.assertion import stance
from nlp.details.hits import Hits
from nlp.document import Finding, live
from nlp.lexicon import Match

FIELD = "actor"
# how the press writes a name that the lexicon holds folded
_NAMES = {
    "lockbit": "LockBit", "lock bit": "LockBit", "vice society": "Vice Society", "vicesociety": "Vice Society",
    "bianlian": "BianLian", "blackcat": "BlackCat", "alphv": "ALPHV", "black basta": "Black Basta",
    "ransomhub": "RansomHub", "ransomhouse": "RansomHouse", "ransom house": "RansomHouse", "8base": "8Base",
    "noname057": "NoName057(16)", "no name057": "NoName057(16)", "killnet": "KillNet", "anonymous sudan": "Anonymous Sudan",
    "blackbasta": "Black Basta", "shiny hunters": "ShinyHunters", "lapsus$": "Lapsus$",
}  # fmt: skip
_VERSION = re.compile(r"\s?(?:\d\.\d)\b")
_NAME = r"(?:[«\"“]\s*(?P<{q}>[\w$@.\-]+(?:[ \-][\w$@.\-()]+){{0,3}}?)\s*[»\"”]|(?P<{p}>[A-Z0-9][\w$@\-]*(?:[ \-](?:[A-Z][\w$@\-]*|\d\.\d)){{0,2}}))"
_WHO = (
    r"(?:pirates?|hackers?|hackeurs?|cybercriminels?|cyberpirates?|hacktivistes?|cyberattaquants?|rançonneurs|"
    r"cyberdélinquants?|malfaiteurs|attaquants)"
)
_KIND = rf"(?:groupe|gang|collectif|{_WHO})"
_ADJ = r"(?:\s+(?:informatiques?|russes?|russophones?|pro-?russes?|cybercriminels?|criminels?|algériens?|soudanais|chinois|iraniens?|d['’]hacktivistes|anonymes?|de\s+(?:pirates?|hackers?|hackeurs?|cybercriminels?|rançongiciel|ransomware)|d['’]hackers?)){0,3}"
_CALLED = (
    r"(?:\s*,?\s*(?:baptisée?s?|nommée?s?|dénommée?s?|surnommée?s?|appelée?s?|se\s+faisant\s+appeler|qui\s+se\s+fait\s+appeler|"
    r"qui\s+se\s+font\s+appeler|connue?s?\s+sous\s+(?:le\s+nom|l['’]appellation|le\s+pseudonyme)\s+(?:de|d['’])|du\s+nom\s+(?:de|d['’])|"
    r"utilisant\s+le\s+pseudonyme|qui\s+signe(?:nt)?|se\s+présentant\s+comme|alias|sous\s+le\s+pseudo(?:nyme)?(?:\s+(?:de|d['’]))?))?\s+"
)
_GRAMMAR = (
    re.compile(rf"\b(?P<kind>{_KIND}){_ADJ}{_CALLED}{_NAME.format(q='q', p='p')}", re.UNICODE),
    re.compile(
        rf"\brevendiqué?e?s?\s+par\s+(?:le\s+|un\s+|les\s+)?(?:{_KIND}{_ADJ}\s+)?{_NAME.format(q='q', p='p')}",
        re.UNICODE,
    ),
    re.compile(
        rf"\b(?:sous\s+le\s+(?:pseudonyme|pseudo|nom)(?:\s+(?:de|d['’]))?|pseudonyme\s*:?)\s+{_NAME.format(q='q', p='p')}",
        re.UNICODE,
    ),
)
_CRIMINAL = re.compile(r"revendiq|pirate|hacker|hackeur|cybercrimin|rançongiciel|ransomware|hacktivist", re.IGNORECASE)
_NOT_NAMES = frozenset(
    [
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "ce",
        "cette",
        "ces",
        "il",
        "elle",
        "ils",
        "elles",
        "on",
        "nous",
        "anssi",
        "cnil",
        "chu",
        "ars",
        "ght",
        "hospitalier",
        "hospitalière",
        "ramsay",
        "elsan",
        "vivalto",
        "dimanche",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "au",
        "aux",
        "en",
        "dans",
        "sur",
        "et",
        "ont",
        "a",
        "qui",
        "que",
        "selon",
        "twitter",
        "telegram",
        "facebook",
        "internet",
        "france",
        "paris",
    ]
)


def find(hits: Hits) -> Iterator[Finding]:
    text = hits.text
    taken: set[int] = set()
    for match in hits.all("actor"):
        end = match.end
        if version := _VERSION.match(text, end):
            end = version.end()
        written = text[match.start : end]
        if not any(c.isupper() or c.isdigit() for c in written):
            continue
        taken.update(range(match.start, end))
        rejected = _reject(hits, match)
        yield Finding(FIELD, _canonical(written), match.start, end, f"groupe connu « {match.term} »", rejected)
    for pattern in _GRAMMAR:
        for m in pattern.finditer(text):
            group = "q" if m["q"] else "p"
            name, start, end = m[group], m.start(group), m.end(group)
            if start in taken or name.split()[0].lower() in _NOT_NAMES or not _looks_like_name(name, group):
                continue
            plain_group = m.groupdict().get("kind") == "groupe"
            if plain_group and not _CRIMINAL.search(text[max(0, m.start() - 80) : m.end() + 80]):
                continue
            taken.update(range(start, end))
            reading = stance(hits.doc, start, end)
            rejected = None if reading.stance in ("stated", "supposed") else f"nié ou général ({reading.cue})"
            yield Finding(FIELD, name.strip(), start, end, "groupe nommé par le texte", rejected)


def _looks_like_name(name: str, group: str) -> bool:
    return (group == "q" and len(name) > 2 and not name.islower()) or any(c.isupper() or c.isdigit() for c in name)


def _reject(hits: Hits, match: Match) -> str | None:
    context = hits.in_sentence("actor_context", match.start)
    if match.id == "ambiguous" and not any(abs(c.start - match.start) < 60 for c in context):
        return "mot ordinaire sans contexte de groupe"
    if match.id == "ambiguous" and not _told_as_group(hits, match):
        return "nom de logiciel, non de groupe"
    reading = stance(hits.doc, match.start, match.end)
    if reading.stance in ("denied", "general", "unknown"):
        return f"nié ou général ({reading.cue})"
    return None


def _told_as_group(hits: Hits, match: Match) -> bool:
    """A malware's name is a group only when the words beside say group, gang, pirates or claim."""
    for c in hits.in_sentence("actor_context", match.start):
        if "rançongiciel" in c.term or "ransomware" in c.term or "franchise" in c.term:
            continue
        if hits.words_between(min(c.end, match.end), max(c.start, match.start)) <= 5:
            return True
    return False


def _canonical(written: str) -> str:
    version = _VERSION.search(written)
    base = written[: version.start()].strip() if version else written.strip()
    name = _NAMES.get(base.lower(), base)
    return f"{name} {version.group().strip()}" if version else name


def conclude(findings: Iterable[Finding]) -> tuple[str | None, list[Finding]]:
    """The name told most often; a version (`LockBit 3.0`) wins over the bare name."""
    told: dict[str, list[Finding]] = {}
    for f in live(findings, FIELD):
        told.setdefault(f.value, []).append(f)
    if not told:
        return None, []
    best = max(told, key=lambda n: (sum(len(v) for k, v in told.items() if k.lower().startswith(n.lower())), len(n)))
    longer = [k for k in told if k.lower().startswith(best.lower() + " ")]
    name = longer[0] if longer else best
    return name, [f for k, fs in told.items() if k in (name, best) for f in fs]
