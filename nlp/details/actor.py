"""The named group or person behind the attack: known names, and names the text itself introduces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.assertion import stance
from nlp.details.groups import Known, known_groups
from nlp.details.hits import Hits
from nlp.document import Finding, is_noise, live, token_at
from reference.communes import named

FIELD = "actor"
_VERSION = re.compile(r"\s?(?:\d\.\d)\b")
_NAME = r"(?:[«\"“]\s*(?P<{q}>[\w$@.\-]+(?:[ \-][\w$@.\-()]+){{0,3}}?)\s*[»\"”]|(?P<{p}>(?:[A-Z0-9][\w$@\-]*|[a-z]{{2,}}\d\w*|[a-z]+_\w+)(?:[ \-](?:[A-Z][\w$@\-]*|\d\.\d)){{0,2}}))"
_WHO = (
    r"(?:pirates?|hackers?|hackeurs?|cybercriminels?|cyberpirates?|hacktivistes?|cyberattaquants?|rançonneurs|"
    r"cyberdélinquants?|malfaiteurs|attaquants)"
)
_KIND = rf"(?:groupe|gang|collectif|{_WHO})"
_ADJ = r"(?:\s+(?:informatiques?|russes?|russophones?|pro-?russes?|cybercriminels?|criminels?|algériens?|soudanais|chinois|iraniens?|d['’]hacktivistes|anonymes?|de\s+(?:pirates?|hackers?|hackeurs?|cybercriminels?|rançongiciel|ransomware)|d['’]hackers?)){0,3}"
_CALLED = (
    r"(?:\s*,?\s*(?:baptisée?s?|nommée?s?|dénommée?s?|surnommée?s?|appelée?s?|se\s+faisant\s+appeler|qui\s+se\s+fait\s+appeler|"
    r"qui\s+se\s+font\s+appeler|connue?s?\s+sous\s+(?:le\s+nom|l['’]appellation|le\s+pseudonyme)\s+(?:de|d['’])|du\s+nom\s+(?:de|d['’])|"
    r"utilisant\s+le\s+pseudonyme|au\s+pseudonyme\s+(?:de|d['’])|répondant\s+au\s+(?:nom|pseudonyme|pseudo)\s+(?:de|d['’])|qui\s+répond\s+au\s+(?:nom|pseudonyme)\s+(?:de|d['’])|"
    r"(?:opérant|agissant|connu|actif)\s+sous\s+le\s+(?:nom|pseudonyme|pseudo)\s+(?:de|d['’])|qui\s+se\s+présente\s+(?:comme|sous\s+le\s+nom\s+(?:de|d['’]))|"
    r"auto-?\s?proclamé|autobaptisée?s?|identifiée?s?\s+(?:comme|sous\s+le\s+nom\s+(?:de|d['’]))|connue?s?\s+comme|qui\s+se\s+nomme(?:nt)?|qui\s+signe(?:nt)?|se\s+présentant\s+comme|alias|sous\s+le\s+pseudo(?:nyme)?(?:\s+(?:de|d['’]))?))?\s+"
)
_GRAMMAR = (
    re.compile(rf"\b(?P<kind>{_KIND}){_ADJ}{_CALLED}{_NAME.format(q='q', p='p')}", re.UNICODE),
    re.compile(
        rf"\brevendiqué?e?s?\s+(?:\w+\s+){{0,3}}?par\s+(?:le\s+|un\s+|les\s+|une\s+|l['’])?(?:certain\s+|certaine\s+|utilisateur\s+|internaute\s+)?(?:{_KIND}{_ADJ}\s+)?{_NAME.format(q='q', p='p')}",
        re.UNICODE,
    ),
    re.compile(
        rf"\b(?:revendication|attaque|message|page|acte|opération)s?\s*,?\s*(?:est\s+|était\s+)?signée?s?\s+(?:de\s+|du\s+|par\s+)?"
        rf"(?:le\s+|groupe\s+|un\s+)*{_NAME.format(q='q', p='p')}",
        re.UNICODE,
    ),
    re.compile(
        rf"\b(?:se\s+(?:fait|font|faisait|faisaient)\s+appeler|qui\s+signe(?:nt)?(?:\s+ses\s+messages)?(?=\s+[«\"“])|(?:le\s+tout|l['’]ensemble|texte|image|annonce|note|lettre|mot)\s*,?\s*signée?s?(?=\s+[«\"“])|se\s+faisant\s+appeler(?=\s+[«\"“])|(?:répond|répondent|répondait)\s+au\s+(?:nom|surnom|pseudo(?:nyme)?)\s+(?:de|d['’]))\s+"
        rf"{_NAME.format(q='q', p='p')}",
        re.UNICODE,
    ),
    re.compile(
        rf"\b(?:sous\s+le\s+(?:pseudonyme|pseudo|nom)(?:\s+(?:de|d['’]))?|pseudonyme\s*:?)\s+{_NAME.format(q='q', p='p')}",
        re.UNICODE,
    ),
)
# « Zorro37, un pirate … », « Zorro37 a revendiqué l'attaque », « « Zorro37 », c'est le pseudonyme de … »: a name may begin
# anywhere, so each with the words (folded) of which a text must hold one
_AFTER_NAME = (
    (
        ("pirate", "hack", "groupe", "gang", "collectif", "cyber", "malfaiteurs", "attaquants", "ranconneurs"),
        re.compile(
            rf"{_NAME.format(q='q', p='p')}\s{{0,3}},\s{{0,3}}(?:un|une|le|ce|cet|des|l['’])\s{{0,3}}(?:\w+\s{{1,3}})?(?P<kind>{_KIND})\b",
            re.UNICODE,
        ),
    ),
    (
        ("revendiqu",),
        re.compile(
            rf"{_NAME.format(q='q', p='p')}\s{{1,3}}(?:a|ont|avait|avaient)?\s{{0,3}}(?:déjà\s{{1,3}})?revendiqu(?:e|ent|é|ait|aient)\s{{1,3}}"
            r"(?:l['’](?:attaque|intrusion|offensive|opération)|la\s{1,3}(?:cyberattaque|responsabilité|paternité|fuite)|le\s{1,3}(?:piratage|vol)|cette\s{1,3}(?:attaque|cyberattaque)|ce\s{1,3}piratage)",
            re.UNICODE,
        ),
    ),
    (
        ("s'attribue", "s'en attribue", "s'est attribue", "s'en est attribue", "s'en est vante"),
        re.compile(
            rf"{_NAME.format(q='q', p='p')}\s{{1,3}}s['’](?:en\s)?(?:est\s)?(?:attribue|attribué|vante|vanté)\b",
            re.UNICODE,
        ),
    ),
    (
        ("le pseudo", "le nom", "la signature"),
        re.compile(
            rf"{_NAME.format(q='q', p='p')}\s{{0,3}},?\s{{0,3}}c['’](?:est|était)\s{{1,3}}(?:le|la)\s{{1,3}}(?:nom|pseudo(?:nyme)?|signature)\b",
            re.UNICODE,
        ),
    ),
)
# « ALPHV, alias BlackCat »: one gang, by the name it is given first
_OTHER_NAME = re.compile(
    r",?\s\(?(?:alias|(?:aussi|également|encore)\s(?:appelée?s?|connue?s?|nommée?s?|surnommée?s?)(?:\ssous\sle\snom)?(?:\sde)?|anciennement|ex)[\s-]*[«\"“]?\s*",
    re.IGNORECASE,
)
# « un certain Zorro37 », « le site vitrine de Zorro37 »
_BESIDE_NAME = (
    re.compile(r"\b[Uu]ne?\s{1,3}certaine?\s{1,3}[«\"“]\s?(?P<q>[\w$@.\-]{3,30})\s?[»\"”]", re.UNICODE),
    re.compile(
        rf"\b[Uu]ne?\s{{1,3}}certaine?\s{{1,3}}{_NAME.format(q='q', p='p')}\s{{0,3}}[»\"”]?\s{{0,3}}(?:a|avait|vend|propose|affirme|revendique|prétend|dit|réclame|publie)\b",
        re.UNICODE,
    ),
    re.compile(
        rf"\b(?:un|une|d['’]un)\s{{1,3}}(?:nouveau\s|petit\s|jeune\s)?(?P<kind>{_KIND}|inconnu|nouveau\svenu|nouvel\sacteur)\b[^.,;:\n]{{0,40}},\s{{1,3}}{_NAME.format(q='q', p='p')}\s{{0,3}}(?=[,.;])",
        re.UNICODE,
    ),
    re.compile(
        r"\b(?:utilisateur|internaute|vendeur|membre|pirate|hacker|auteur|détaillant|courtier|intermédiaire)\b[^.,;:\n«]{0,40},\s{1,3}[«\"“]\s?(?P<q>[\w$@.\-]{3,30})\s?[»\"”]",
        re.UNICODE,
    ),
    re.compile(
        r"\b(?:site\s{1,3}vitrine|site\s{1,3}de\s{1,3}fuites?|opérateurs|affiliés|membres\s{1,3}présumés)\s{1,3}"
        rf"(?:de|d['’]|du\s{{1,3}}(?:groupe|gang|collectif))\s{{0,3}}{_NAME.format(q='q', p='p')}",
        re.UNICODE,
    ),
)
# what leaves no doubt that a name follows, though it is written small: « se faisant appeler « nears » »
_NAMES = re.compile(
    r"appeler|pseudo|alias|certaine?\s|du nom d|surnomm|baptis|dénomm|nommé|qui signe|vendeur|auteur", re.IGNORECASE
)
# « victime de Cactus. Ce gang … »
_TAKEN_UP = re.compile(r"\W{1,4}(?:Ce|Cet|Cette|Le)\s(?:gang|groupe|collectif|bande)\b")
_PSEUDONYM = re.compile(r"appeler|pseudo|alias|\bnommée?\s|dénommé|baptisé|surnommé", re.IGNORECASE)
# « les méthodes rappellent celles de LockBit »: compared, not accused
_COMPARED = re.compile(
    r"\b(?:ce(?:lle|lles|lui|ux) d(?:e|['’])|à la manière d(?:e|['’])|rappel\w+|ressembl\w+|s['’]inspir\w+|proches? d(?:e|['’]))\s?(?:le |la |l['’]|du |groupe )*[«\"“ ]*$",
    re.IGNORECASE,
)
# « les pirates s'en sont pris au groupe Vivalto »: who was hit
_HIT = re.compile(
    r"\b(?:pris(?:e|es)? (?:au|à un|à ce)|(?:visé|attaqué|touché|frappé|ciblé|paralysé|piraté|victime|cible|contre|infecté|visant|vise)(?:e|s|es)?,? (?:le|un|ce|du|au))\s+$",
    re.IGNORECASE,
)
# « filiale du groupe Médivie », « Biovalmont, du groupe Médivie », « les cliniques du groupe Médivie »: whose house it is
_OWNS = re.compile(
    r"\b(?:filiales?|propriété|membres?|partie|appar\w+|détenue?s?|rachetée?s?|adossée?s?|rattachée?s?|dépend\w*|entité|branche|marque|giron|sein|"
    r"sites?|établissements?|cliniques?|laboratoires?|hôpitaux|résidences?|ehpad|pharmacies|centres|filiale \w+|société|mutuelles?)"
    r"(?:\s[a-zà-ÿ]{3,15})?\s(?:du|au|par le|d['’]un)\s+$|(?-i:[A-ZÀ-Þ])[\w-]+,?\s(?:\([^)]*\)\s)?du\s+$",
    re.IGNORECASE,
)
# « LockBit jure que ce n'est pas lui »
_DENIES = re.compile(
    r"\W{0,3}(?:(?:nie|dément|conteste|réfute|a nié|a démenti|se défend)\b|(?:jure|assure|affirme|dit)\b[^.;:!?]{0,25}"
    r"(?:n['’]est pas|n['’]y est|n['’]y être|pour rien|ne pas être|n['’]avoir))",
    re.IGNORECASE,
)
_STILL_THEIRS = re.compile(r"apparu|mode opératoire|méthode|technique", re.IGNORECASE)
# « à en croire nos confrères du … »: who reports
_SOURCE = re.compile(
    r"\b(?:confrères|selon|d['’]après|journal|quotidien|site(?! vitrine| de fuite)|média|magazine|hebdomadaire|radio|chaîne(?! Telegram)|agence)\b[^.;:!?]{0,30}$",
    re.IGNORECASE,
)
# « des groupes comme Zorro et Bernardo »: named as examples of their kind
_EXAMPLES = re.compile(
    r"\b(?:groupes|gangs|collectifs|rançongiciels|ransomwares|acteurs|familles|cartels|franchises)\b[^.;:!?]{0,40}\b(?:comme|tels? que|telles? que|à l['’]image de|à l['’]instar de|dont)\b[^.;:!?]{0,40}$",
    re.IGNORECASE,
)
_CRIMINAL = re.compile(r"revendiq|pirate|hacker|hackeur|cybercrimin|rançongiciel|ransomware|hacktivist", re.IGNORECASE)
_BOASTS = re.compile(
    r"^[\s»\"”,]*(?:affirme|prétend|dit|assure|se (?:vante|targue) d['’])\s*(?:avoir|détenir|posséder)\s+(?:\w+\s+)?"
    r"(?:volé|copié|dérobé|piraté|exfiltré|aspiré|attaqué|chiffré|mis la main|des données|les données|des fichiers)|"
    r"^[\s»\"”,]*(?:menace|promet|a menacé|a promis) de (?:publier|diffuser|divulguer|lâcher|livrer|déverser|vendre|tout)|"
    r"^[\s»\"”,]*(?:s['’](?:attribue|est attribué|en attribue|en est attribué)\b|s['’]en (?:est vanté|vante)|se vante\b|(?:a )?signé?e? (?:l['’]|cette|ce|le|son|la)|(?:réclame|exige|épingle|revendique|affiche|affichait)\b)|"
    r"^[\s»\"”,]*(?:a|avait|ont)\s+(?:\w+\s+){0,2}(?:diffusé|publié|déversé|divulgué|exfiltré|dérobé|mis en ligne|mis en vente|réclamé|exigé|revendiqué|ajouté|piraté|attaqué)\b",
    re.IGNORECASE,
)
# « la signature « Zeppelin », un ransomware qui … »
_IS_SOFTWARE = re.compile(
    r"\s*[»\"”]?\s*[,(]\s*(?:un|ce|le|une variante)\s+(?:d['’]un\s+)?(?:rançongiciel|ransomware|virus|logiciel|programme|famille)",
    re.I,
)
_NOT_NAMES = frozenset(
    re.findall(
        r"\w+",
        "le la les un une des ce cette ces il elle ils elles on nous anssi cnil chu ars ght hospitalier hospitalière ramsay "
        "elsan vivalto dimanche lundi mardi mercredi jeudi vendredi samedi au aux en dans sur et ont a qui que selon twitter "
        "telegram facebook internet france paris santé dark darkweb ",
    )
)
# « Derrière, un groupe de pirates »: a capital that only opens the sentence
_NO_NAME = frozenset({"ADP", "ADV", "DET", "PRON", "CCONJ", "SCONJ", "VERB", "AUX"})
# how far a word of the field may stand from an ambiguous name: said of the name itself, or of the sentence
_BESIDE, _IN_SENTENCE = 5, 12


def find(hits: Hits) -> Iterator[Finding]:
    """Names of actors; one that denies the deed (« LockBit jure que ce n'est pas lui ») is accused nowhere."""
    found = list(_named(hits))
    cleared = {f.value for f in found if _DENIES.match(hits.text, f.end)}
    ends = {f.end for f in found}
    for f in found:
        if f.value in cleared:
            yield f.reject("dit n'y être pour rien")
        elif _second_name(hits.text, f.start, ends):
            yield f.reject("autre nom du même")
        else:
            yield f


def _second_name(text: str, start: int, ends: set[int]) -> bool:
    """Whether « alias » or the like stands between a name and the one at `start`."""
    return any(_OTHER_NAME.fullmatch(text, end, start) for end in ends if 0 < start - end < 50)


def _named(hits: Hits) -> Iterator[Finding]:
    named = list(_named_by_text(hits))
    longest = {start: end for start, end, _ in named}
    taken: list[tuple[int, int]] = []
    for known in known_groups(hits.doc._.folded):
        end = known.end
        name = known.name
        if version := _VERSION.match(hits.text, end):
            end = version.end()
            name += f" {version.group().strip()}"
        written = hits.text[known.start : end]
        marked = hits.text[max(0, known.start - 1) : known.start] in ("#", "@")
        if not (marked or any(c.isupper() or c.isdigit() for c in written)) or is_noise(hits.doc, known.start):
            continue
        if longest.get(known.start, 0) > end and known.ambiguous:
            # « le groupe Kraken Leaks » is not Kraken
            continue
        taken.append((known.start, end))
        yield Finding(FIELD, name, known.start, end, f"groupe connu « {written} »", _reject(hits, known))
    for start, end, rule in named:
        if any(a < end and start < b for a, b in taken):
            continue
        taken.append((start, end))
        reading = stance(hits.doc, start, end)
        rejected = None if reading.stance in ("stated", "supposed") else f"nié ou général ({reading.cue})"
        yield Finding(FIELD, hits.text[start:end].strip(), start, end, rule, rejected)


def _named_by_text(hits: Hits) -> Iterator[tuple[int, int, str]]:
    """Names that the text itself introduces: « un pirate qui se fait appeler « zorro37 » »."""
    text = hits.text
    folded = hits.doc._.folded.text
    led = [pattern for words, pattern in _AFTER_NAME if any(word in folded for word in words)]
    for pattern in (*_GRAMMAR, *led, *_BESIDE_NAME):
        for m in pattern.finditer(text):
            if "\n" in m[0]:
                continue
            group = "q" if m["q"] or "p" not in m.groupdict() else "p"
            name, start, end = m[group], m.start(group), m.end(group)
            if (
                len(name) < 3
                or name.isdigit()
                or name.split()[0].lower() in _NOT_NAMES
                or not (_looks_like_name(name, group) or (group == "q" and _NAMES.search(m[0])))
                or is_noise(hits.doc, start)
            ):
                continue
            first = token_at(hits.doc, start)
            if group == "p" and first.is_sent_start and first.pos_ in _NO_NAME:
                continue
            if _is_place(hits, start, end) or _SOURCE.search(text[max(0, start - 40) : start]):
                continue
            if _HIT.search(text[max(0, m.start() - 50) : m.start()]):
                continue
            plain_group = m.groupdict().get("kind") == "groupe"
            if plain_group and _OWNS.search(text[max(0, m.start() - 50) : m.start()]):
                continue
            around = text[max(0, m.start() - 80) : m.end() + 80]
            if (
                plain_group
                and not _PSEUDONYM.search(m[0])
                and not _CRIMINAL.search(around)
                and not _BOASTS.search(text[m.end() : m.end() + 60])
            ):
                continue
            yield start, end, "groupe nommé par le texte"


def _is_place(hits: Hits, start: int, end: int) -> bool:
    """A town or a facility is nobody's pseudonym."""
    found = hits.doc.user_data.get("facilities")
    if found is not None and any(m.start < end and start < m.end for m in found.mentions if m.kind == "known"):
        return True
    return bool(named(hits.text[start:end]))


def _looks_like_name(name: str, group: str) -> bool:
    return (group == "q" and len(name) > 2 and not name.islower()) or any(c.isupper() or c.isdigit() for c in name)


def _reject(hits: Hits, known: Known) -> str | None:
    if known.ambiguous and _IS_SOFTWARE.match(hits.text, known.end):
        return "nom de logiciel, non de groupe"
    if known.ambiguous and not _told_as_group(hits, known):
        return "mot ordinaire ou nom de logiciel, sans mot de groupe à côté"
    before = hits.text[max(0, known.start - 100) : known.start]
    if _EXAMPLES.search(before) or _COMPARED.search(before):
        return "cité comme exemple"
    reading = stance(hits.doc, known.start, known.end)
    if reading.stance == "general" and _STILL_THEIRS.search(reading.cue):
        # « visé par Akira, un groupe apparu en 2023 »: told of the gang, whose deed this is
        return None
    if reading.stance in ("denied", "general", "unknown"):
        return f"nié ou général ({reading.cue})"
    return None


def _told_as_group(hits: Hits, known: Known) -> bool:
    """A software's name or an ordinary word is a group only when the words beside say group, gang, pirates or claim."""
    if _TAKEN_UP.match(hits.text, known.end):
        return True
    for c in hits.in_sentence("actor_context", known.start):
        words = hits.words_between(min(c.end, known.end), max(c.start, known.start))
        if words <= (_IN_SENTENCE if c.id == "strong" else _BESIDE):
            return True
    return False


def conclude(findings: Iterable[Finding]) -> tuple[str | None, list[Finding]]:
    """The name told most often; a version (`LockBit 3.0`) wins over the bare name."""
    told: dict[str, list[Finding]] = {}
    spelt: dict[str, str] = {}
    for f in live(findings, FIELD):
        told.setdefault(spelt.setdefault(f.value.lower(), f.value), []).append(f)
    if not told:
        return None, []
    best = max(told, key=lambda n: _weight(n, told))
    longer = [k for k in told if k.lower().startswith(best.lower() + " ")]
    name = longer[0] if longer else best
    return name, [f for k, fs in told.items() if k in (name, best) for f in fs]


def _weight(name: str, told: dict[str, list[Finding]]) -> tuple[int, bool, int]:
    """How often a name is told, alone or with its version; then known names before those only the text gives."""
    same = [f for other, found in told.items() if other.lower().startswith(name.lower()) for f in found]
    return len(same), any(f.rule.startswith("groupe connu") for f in same), len(name)
