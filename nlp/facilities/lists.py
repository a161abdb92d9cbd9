"""Names told together: one noun for several towns, "celui de …", acronyms in brackets."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from spacy.tokens import Doc

from nlp.document import in_title, is_noise, text_of
from nlp.facilities.entities import HOSPITAL_LIKE
from nlp.facilities.groups import HEADING, MONTH, REACH, is_chronicle
from nlp.facilities.mentions import PROPER, Mention, core_words
from nlp.facilities.receiving import JOINS
from nlp.facilities.toponyms import PROVINCES, abroad_towns
from reference.communes import departments, named
from reference.folding import fold

_TAIL = re.compile(r"(.*?)\s+(de la |de l['’]|de |d['’]|du |des |à |au )(.+)$", re.S)
_NEXT = re.compile(
    r"(?:\s\([^()\n]{2,30}\)|,? (?:dans|en) (?:le |la |les |l['’])?(?:département (?:de la |de l['’]|des |du |de ))?(?:[A-ZÀ-Þ][\w’'-]+)(?= et | ou |, ))?\s*(?:,\s*)?(?:mais aussi|ainsi que|et|ou|puis)?\s+(?:ceux |celui )?"
    rf"(de la |de l['’]|de |d['’]|du |des |à |au )?({PROPER})"
)
# "les hôpitaux de Nyon, Rolle et Morges": towns that no table holds, up to the "et" that ends the list
_TOWNS = re.compile(r"(?:, [A-ZÀ-Þ][\w’'-]+){1,6} et [A-ZÀ-Þ][\w’'-]+(?=[,.;:)]|\s[a-zà-ÿ])")
_CONJUNCTION = re.compile(r"\s(?:et|ou)\s")  # "de Rolle et de Morges": two
_QUARTER = re.compile(r"\b(?:Nord|Sud|Est|Ouest|Centre)\b")  # "du Centre-Sud, du Nord": no department
_AND = " et "
_PLAIN = ("de ", "d'", "d’")
_OF_GROUP = re.compile(r"GHT|groupe|groupement|réseau|trust", re.I)  # "deux hôpitaux du GHT Loire, ceux de …"
_AT_A_PLACE = ("à ", "au ")
_SINGULAR = (("hôpitaux", "hôpital"), ("Hôpitaux", "Hôpital"), ("aux ", "al "), ("s ", " "))


def spread(doc: Doc, mentions: list[Mention]) -> list[Mention]:
    """ "les hôpitaux de Saint-Lô, Cherbourg et d'Avranches": one mention a town, each with the noun.

    What follows must be a commune, or repeat the preposition. The first mention is made singular.
    """
    out: list[Mention] = []
    starts = [m.start for m in mentions]
    for index, mention in enumerate(mentions):
        out.append(mention)
        if (
            mention.kind == "named"
            and (mention.plural or _after_plural(doc, mention))
            and (names := _of_names(doc, mention, starts[index + 1 : index + 2]))
        ):
            out += names
            continue
        tail = _TAIL.match(mention.text) if mention.kind in ("named", "known") else None
        dispatch = fold(mention.text).startswith("samu")  # one a department
        if (
            tail is None
            or (is_department(tail[3]) and not dispatch)
            or (_OF_GROUP.match(tail[3]) and not dispatch)
            or not (mention.plural or _after_plural(doc, mention))
        ):
            continue
        later = [s for s in starts[index + 1 : index + 3] if text_of(doc)[mention.end : s].strip() != "("]
        limit = later[0] if later else len(text_of(doc))
        noun = singular(tail[1])
        added: list[Mention] = []
        end = mention.end
        while (following := _NEXT.match(text_of(doc), end)) and following.start(2) < limit:
            words = _CONJUNCTION.split(following[2], maxsplit=1)[0]
            town = following[1] in _PLAIN and _commune(words)  # "de Laval et de Mayenne": towns have no article
            if is_department(words) and not town and not dispatch and not _QUARTER.search(tail[3]):
                break  # "les laboratoires du Morbihan, de l'Eure …": where they are, not what they are called
            last = bool(added) and _AND in following[0]  # "de Namur, Dinant et Ciney": what ends a list of towns
            listed = last or bool(mention.plural and _TOWNS.match(text_of(doc), end))
            bare = words.strip(" ,.'’-")
            name = _commune(words) or (bare if following[1] or listed or bare in abroad_towns() else None)
            if name is None or (following[1] is None and not following[0].strip()):
                break
            if following[1] in _AT_A_PLACE and tail[2] not in _AT_A_PLACE:
                break  # "aux ambulances des Trois-Ponts, à Langeac": where they stand
            start = following.start(2)
            end = start + len(name)
            text = f"{noun} {following[1] or 'de '}{name}"
            added.append(
                Mention(start, end, text, mention.type, "named", name=text, core=core_words(text), indefinite=False)
            )
        if added:
            mention.plural = False
            mention.text = mention.name = f"{noun} {tail[2]}{tail[3]}"
            out += added
    return out


_PLURAL_NOUN = re.compile(r"([a-zà-ÿ’' -]*[a-zà-ÿ]|Ehpad|EHPAD|IME|SSR) ([A-ZÀ-Þ][\w’'-]*(?: [A-ZÀ-Þ][\w’'-]*){0,3})")
_ONE_NAME = r"(?:la |le |les |de |du |des |d['’])?([A-ZÀ-Þ][\w’'-]*(?: (?:du |des |de la |de )?[A-ZÀ-Þ][\w’'-]*){0,3})"
_LINKS = re.compile(r"(?:\b(?:de|du|des|la|le|les|à|au|aux)|['’])$")
_AT_ITS_TOWN = r"(?:,? (?:à|au) [A-ZÀ-Þ][\w’'-]+(?: \([^()\n]{2,40}\))?| \([^()\n]{2,40}\))?"
_NAMES = re.compile(rf"({_AT_ITS_TOWN}(?:, {_ONE_NAME}{_AT_ITS_TOWN}){{0,12}},? (?:et|ainsi que) {_ONE_NAME})(?![\w-])")
# "…, Les Pins à Loches et l'hôpital de Tours": a noun of its own ends the list of names before
_NAMES_FIRST = re.compile(
    rf"({_AT_ITS_TOWN}(?:, {_ONE_NAME}{_AT_ITS_TOWN}){{1,12}})(?=,? (?:et|ainsi que|mais aussi) )"
)


def _of_names(doc: Doc, mention: Mention, later: list[int]) -> list[Mention]:
    """ "les cliniques Saint-Roch, Beausoleil et du Millénaire": one mention a name; the first is made singular."""
    first = _PLURAL_NOUN.fullmatch(mention.text)
    more = _NAMES.match(text_of(doc), mention.end) or _NAMES_FIRST.match(text_of(doc), mention.end)
    if first is None or more is None or (later and later[0] < more.end()) or _LINKS.search(first[1]):
        return []
    noun = singular(first[1])
    mention.plural = False
    mention.text = mention.name = f"{noun} {first[2]}"
    out = []
    for name in re.finditer(rf"(?:,|et|que) {_ONE_NAME}", more[1]):
        start = mention.end + name.start(1)
        text = f"{noun} {name[1]}"
        out.append(Mention(start, start + len(name[1]), text, mention.type, "named", name=text, core=core_words(text)))
    return out


def is_department(words: str) -> bool:
    """Whether the words are a department's or region's name; Paris is rather the town."""
    return fold(words.strip(" ,.'’-")) in _regions()


@cache
def _regions() -> frozenset[str]:
    return frozenset(fold(name) for d in departments().values() for name in (d.name, d.region, *PROVINCES)) - {"paris"}


_TOWN_IN_MONTH = re.compile(
    rf"(?<![\w’'-])({PROPER})(?:, (?:dans|en) [^,.;\n]{{3,30}})?,? (?:en|début|fin|mi-|le \d+) ?"
    rf"{MONTH}\b"
)


_ATTACKS = re.compile(
    r"\b(?:cyber)?(?:attaques|piratages|menaces|intrusions)\b|\brançongiciels\b|\bransomwares\b|\bfuites (?:de données|massives)|\bvols de données|\b(?:les|des) (?:pirates|hackers|cybercriminels)\b"
    r"|\bsérie (?:noire|d['’])|\bvague\b",
    re.I,
)


def is_roundup(doc: Doc, mentions: list[Mention]) -> bool:
    """Whether the text may go from one to another: several in the title and none named, or a chronicle."""
    first = [m for m in mentions if in_title(doc, m.start)]
    named = any(m.kind in ("known", "named") for m in first)
    several = any(m.plural for m in first) and not named
    attacks = not first and _ATTACKS.search(text_of(doc), 0, doc._.body_start)
    return several or bool(attacks) or is_chronicle(doc)


def towns_of_roundup(doc: Doc, mentions: list[Mention]) -> Iterator[Mention]:
    """ "Armentières en février, Cannes en avril" in a round-up on hospitals: the hospitals of those towns."""
    spans = [(m.start, m.end) for m in mentions if m.kind in ("named", "known")]
    at = 0
    for match in _TOWN_IN_MONTH.finditer(text_of(doc), doc._.body_start):
        name = _commune(match[1])
        start = match.start(1)
        if name is None and " " in match[1]:  # "Après Blois le 3 mars": a capital of the sentence's
            start += match[1].index(" ") + 1
            name = _commune(match[1].split(" ", 1)[1])
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        if name is None or is_noise(doc, start) or (at < len(spans) and spans[at][0] <= start):
            continue
        text = f"hôpital de {name}"
        yield Mention(start, start + len(name), text, "ch", "named", name=text, core=core_words(text))


_PARAGRAPH = re.compile(r"[^\n]+")
_OPENS = re.compile(
    r"\s*(?:(?:Puis|Ensuite|Direction|Idem|Rebelote)[ ,:]+)?"
    r"(?:(?:[Cc]['’]est )?(?:[Aa]u tour|[Ll]e tour) (?:de |d['’])|[Cc]['’]est (?:à |au )?|(?:À|A|à|Chez|De|Au) )?"
    rf"({PROPER})"
)


def towns_of_paragraphs(doc: Doc, mentions: list[Mention]) -> Iterator[Mention]:
    """ "Février 2021. À Castres, les écrans …" in a round-up on hospitals: the hospital of that town.

    Unless the paragraph's opening names one.
    """
    starts = [m.start for m in mentions if m.kind in ("known", "named")]
    for paragraph in _PARAGRAPH.finditer(text_of(doc), doc._.body_start):
        heading = HEADING.match(text_of(doc), paragraph.start())
        opening = _OPENS.match(text_of(doc), heading.end(), paragraph.end()) if heading else None
        name = _commune(opening[1]) if opening else None
        if opening is None or name is None or is_noise(doc, opening.start(1)):
            continue
        start = opening.start(1)
        at = bisect_left(starts, paragraph.start())
        if at < len(starts) and starts[at] < start + REACH:
            continue
        text = f"hôpital de {name}"
        yield Mention(start, start + len(name), text, "ch", "named", name=text, core=core_words(text))


# "la mutuelle A, la MGPB et la mutuelle C": letters between two names of a list
_AMID_LIST = re.compile(r",\s(?:l[ea]\s|l['’])?([A-ZÀ-Þ][A-ZÀ-Þ-]{2,7}),?\s(?:et|ainsi que)\s(?:l[ea]\s|l['’])?")
_LAST_OF_LIST = re.compile(
    r",?\s(?:et|ainsi que)\s(?:chez\s)?([A-ZÀ-Þ][a-zà-ÿ]{3,}(?:[ -][A-ZÀ-Þ][\w’'-]+)?)(?=[.;,\n])"
)


def last_of_list(doc: Doc, mentions: list[Mention]) -> Iterator[Mention]:
    """ "la clinique X, l'hôpital de Y et Belvana": what ends a list of facilities is one too, unless a place."""
    for first, second in pairwise(mentions):
        if {first.kind, second.kind} <= {"named", "known"} and (
            amid := _AMID_LIST.fullmatch(text_of(doc), first.end, second.start)
        ):
            name = amid[1]
            yield Mention(amid.start(1), amid.end(1), name, first.type, "named", name=name, core=core_words(name))
        if {first.kind, second.kind} <= {"named", "known"} and JOINS.match(text_of(doc)[first.end : second.start]):
            found = _LAST_OF_LIST.match(text_of(doc), second.end)
            if (
                found
                and second.type in HOSPITAL_LIKE
                and not (_commune(found[1]) or is_department(found[1]) or found[1] in abroad_towns())
            ):
                name = found[1]
                yield Mention(
                    found.start(1), found.end(1), name, second.type, "named", name=name, core=core_words(name)
                )


def _after_plural(doc: Doc, mention: Mention) -> bool:
    """ "les CHU de Rouen et de Caen": only the article tells that there are several."""
    before = text_of(doc)[max(0, mention.start - 8) : mention.start].lower().split()
    if not before and _TWO_TOWNS.match(text_of(doc), mention.end):
        return True  # "Ehpad de Loudun et de Chinon : …" opens the title
    return bool(before) and before[-1] in ("les", "des", "aux", "deux", "trois", "quatre")


_TWO_TOWNS = re.compile(r" et (?:de |d['’])[A-ZÀ-Þ]")


def singular(noun: str) -> str:
    noun += " "
    for plural, single in _SINGULAR:
        noun = noun.replace(plural, single)
    return noun.strip()


def _commune(words: str) -> str | None:
    """The longest head of the words that is a commune's name."""
    parts = re.split(r"(?<=\s)", words.strip(" ,.'’-"))
    for size in range(len(parts), 0, -1):
        name = "".join(parts[:size]).strip()
        if named(name):
            return name
    return None


_APPOSED = re.compile(
    rf"(?: (?:de la|du|de cette|de ce) (?:ville|commune|quartier|bourg|village|secteur|canton|département))?,\s((?:L[ae]s?\s)?{PROPER}),\s"
)
_THE_ONLY = re.compile(r"\b(?:unique|seule?|principale?|plus \w+|premi\w+|deuxième|troisième|autre)\s$")
# "leur hébergeur, Néosanté, a été attaqué": firms that a noun announces; after "le patron de" stands a person
_FIRMS = frozenset({"prestataire", "complementaire"})
_A_PERSON = re.compile(
    r"\b(?:directeur|directrice|président|présidente|PDG|patron|patronne|responsable|porte-parole|chef|cheffe|fondateur|fondatrice|gérant|gérante|avocat|avocate|médecin|dirigeant|dirigeante)\b[^,.;]{0,40}$"
)


def named_after(doc: Doc, mentions: list[Mention]) -> list[Mention]:
    """ "un petit Ehpad de la Manche, Les Hortensias, à Marigny": the name stands after the noun, between commas."""
    out: list[Mention] = []
    for mention in mentions:
        found = _APPOSED.match(text_of(doc), mention.end)
        if found and _announces(doc, mention) and not _commune(found[1]) and not is_department(found[1]):
            noun = mention.text.split(" de ")[0].split(" d'")[0].split(" du ")[0]
            text = f"{noun} {found[1]}"
            where = mention.text if mention.kind == "named" else ""
            mention = Mention(
                mention.start,
                found.end(1),
                text,
                mention.type,
                "named",
                name=text,
                core=core_words(found[1]),
                where=where,
            )
        if not out or mention.start >= out[-1].end:
            out.append(mention)
    return out


def _announces(doc: Doc, mention: Mention) -> bool:
    """Whether a noun may be followed by the name of what it announces."""
    if mention.plural:
        return False
    before = text_of(doc)[max(0, mention.start - 60) : mention.start]
    if mention.kind == "indefinite" or (mention.kind == "named" and mention.indefinite):
        return not _A_PERSON.search(before)
    announced = mention.type in _FIRMS or (mention.type != "any" and _THE_ONLY.search(before))
    return bool(announced) and mention.kind in ("generic", "bare") and not _A_PERSON.search(before)


def _is_apposed(text: str, first: Mention, second: Mention) -> bool:
    """ "l'institut X, centre de …": no article; one stands after a name that has no noun: "le CHwapi, le centre …"."""
    between = text[first.end : second.start]
    return between == ", " or (
        between in (", le ", ", la ", ", l’", ", l'") and " " not in first.text and first.type == second.type
    )


_ENDS_APPOSITION = re.compile(r"(?: [a-zà-ÿ]+)?[,.)]")
_BRACKET = re.compile(r"\s*[(\[]\s*([A-Z][\w+.-]{1,9})\s*[)\]]")


def with_acronyms(doc: Doc, mentions: list[Mention]) -> list[Mention]:
    acronyms: dict[str, Mention] = {}
    for first, second in pairwise(mentions):
        if (
            {first.kind, second.kind} <= {"named", "known"}
            and first.end >= doc._.body_start
            and _is_apposed(text_of(doc), first, second)
            and text_of(doc)[second.start].islower()
            and not text_of(doc).startswith(("celui", "celle"), second.start)
            and _ENDS_APPOSITION.match(text_of(doc), second.end)
        ):
            second.apposed_to = first  # "l'institut Marie-Lanne, centre de lutte contre le cancer de Pau,"
        if (
            first.kind in ("named", "known")
            and first.type == second.type
            and text_of(doc)[first.end : second.start].strip() == "("
        ):
            second.apposed_to = first  # "la Caisse nationale d'assurance maladie (Cnam)"
    known = {m.start: m for m in mentions if m.kind == "known"}
    for mention in mentions:
        if mention.kind in ("named", "known"):
            found = _BRACKET.match(text_of(doc), mention.end)
            other = known.get(found.start(1)) if found else None
            if other is not None and not {f.name for f in other.known} & {f.name for f in mention.known}:
                continue  # "le groupe hospitalier Marie-Lanne (AP-HP)": whose it is
            if found and sum(c.isupper() for c in found[1]) >= 2:
                mention.acronym = found[1]
                acronyms.setdefault(found[1], mention)
    taken = {m.start for m in mentions}
    spans = [(m.start, m.end) for m in mentions]
    added: list[Mention] = []
    for token in doc if acronyms else ():
        owner = acronyms.get(token.text)
        if owner is None or token.idx in taken or is_noise(doc, token.idx) or any(a <= token.idx < b for a, b in spans):
            continue
        added.append(
            Mention(
                token.idx,
                token.idx + len(token),
                token.text,
                owner.type,
                "named",
                name=token.text,
                core=owner.core,
                known=owner.known,
                acronym=token.text,
            )
        )
    return sorted([*mentions, *added], key=lambda m: m.start)
