"""Nouns of `facilities.toml` with the name that follows, or alone ("l'hôpital", "une clinique")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc, Token

from nlp.document import in_title, text_of, token_at
from nlp.facilities.foreign import foreign_mentions
from nlp.facilities.mentions import LEXICON, Mention, core_words
from nlp.facilities.spelled import by_adjective, full_name, lettered
from nlp.facilities.troubles import troubles
from nlp.lexicon import Match
from reference.communes import departments
from reference.folding import fold

_LINK = {
    "de",
    "du",
    "des",
    "d'",
    "d’",
    "la",
    "le",
    "les",
    "l'",
    "l’",
    "en",
    "sur",
    "sous",
    "lès",
    "lez",
    "et",
    "aux",
    "au",
    "à",
    "-",
    "–",
    "/",
    "&",
}
_ADJECTIVES = {
    "privé", "privée", "privés", "privées", "public", "publique", "publics", "universitaire", "universitaires", "régional", "régionale", "général", "générale",
    "intercommunal", "local", "psychiatrique", "départemental", "spécialisé", "mutualiste", "militaire", "vétérinaire", "médical", "médicale", "central", "centrale",
    "hospitalier", "hospitalière", "pédiatrique", "gériatrique", "interdépartemental", "métropolitain", "hospitalo-universitaire",
}  # fmt: skip
_INDEFINITE = {"un", "une", "des", "plusieurs", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "dix", "certains", "certaines", "d'autres", "autres", "autre", "chaque", "aucun", "aucune", "quelques", "tout", "toute", "nombreux", "nombreuses", "quel", "quelle", "leur"}  # fmt: skip
_SEVERAL = frozenset({"deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "plusieurs"})
_ARTICLES_OF_MANY = frozenset({"les", "des", "aux", "ces"})
_QUANTITY = re.compile(
    r"\b(?:une? (?:\w+aine|centaine|douzaine|millier|quinzaine|série|poignée) d[e'’]|\d[\d  .]*|quelque \w+|plusieurs|des dizaines de|des centaines de)\s*$",
    re.I,
)
_DEMONSTRATIVE = {"le", "la", "l'", "l’", "les", "ce", "cet", "cette", "ces", "notre", "son", "sa"}
_MONTHS = {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "noël", "pâques"}  # fmt: skip
_NEVER_NAMES = {
    "selon",
    "mais",
    "car",
    "donc",
    "or",
    "ni",
    "il",
    "elle",
    "ils",
    "elles",
    "on",
    "nous",
    "une",
    "un",
    "covid",
    "covid-19",
    "internet",
    "ransomware",
    "cyberattaque",
    "twitter",
    "facebook",
    "hexagone",
    "france",
    "europe",
}
# nouns that belong to a name though they bear no capital: "centre hospitalier des vallées d'Ariège"
_LAND = frozenset({"vallée", "vallées", "pays", "côte", "bassin", "rives", "portes", "monts", "plaine", "baie", "presqu'île", "îles", "hauts", "bords", "marches", "coteaux"})  # fmt: skip
_DOCTORS = frozenset({"docteur", "docteurs", "dr", "professeur", "pr"})  # "le cabinet du docteur Petit"
_QUARTERS = frozenset({"nord", "sud", "est", "ouest", "centre"})
_UNFOLDED = re.compile(r"\s\([^()\n]{3,60}\)(?=\s(?:de |d['’]|du ))|\s\([A-Z]{2,8}\)(?=\s[A-ZÀ-Þ])")
_PERSON_BEFORE = re.compile(
    r"\b(?:comptes?|téléphone|ordinateurs?|portable|tablette|identifiants?|identités?|logiciel|codes?|mots? de passe|profils?|messagerie|boîtes? mails?|adresses?|agendas?|fichiers?|site|cartes?|CPS|signature|cachet|tampon|noms?|accès|sessions?|serveurs?)"
    r"\s(?:(?:mail|e-mail|électronique|informatique|professionnel\w*|numérique|Ameli\w*|Doctolib|en ligne|internet|web|Facebook|Instagram|CPS|e-CPS|usurpée?s?|piratée?s?|volée?s?)\s){0,2}"
    r"(?:d['’]une? |de l['’]|du |de la |de (?:deux|trois|quatre|cinq|six|plusieurs) |de cet(?:te)? |de ce |des |de )$",
    re.I,
)
_IN_BRACKETS = re.compile(r"\)(?=\s(?:(?:de |du |des |d['’]|de la |de l['’])?[A-ZÀ-Þ]|« ?[A-ZÀ-Þ]))")
_POWER = re.compile(
    r"samu social|groupes? (?:électrogènes?|de (?:travail|pirates|hackers|hackeurs|secours|crise))|laboratoires? de recherche",
    re.I,
)
_OF_ANIMALS = re.compile(r"\s(?:pour animaux|vétérinaires?|équine?s?|canine?s?)\b", re.I)


def _is_of_animals(doc: Doc) -> bool:
    return any(f"{house} veterinaire" in doc._.folded.text for house in ("clinique", "cliniques", "cabinet", "hopital"))


_ONE = re.compile(
    r"\bune? (?:(?:petit|grand|gros|autre|nouve|jeune|ancien|vieil|modeste|important|second|premier|deuxième|troisième|énième)\w* ){0,3}$",
    re.I,
)
_NUMBERED = re.compile(r"(?:Samu|SAMU)[ -](?:2[AB]|\d{2,3})(?!\w)")
_FOOTNOTE = re.compile(r"\s?\[")
_PERSON_AFTER = re.compile(
    r"^\s(?:[^.;:\n]{0,60}?\s)?(?:piratée?s?|hackée?s?|rançonnée?s?|usurpée?s?|victimes? d(?:e (?:piratage|pirates|hackers|phishing|rançon)|['’](?:un (?:piratage|vol d['’]identi|hameçonnage|rançon|virus info|pirate|hacker)|une (?:cyber|usurpation|attaque info|intrusion)|usurpation|hameçonnage))"
    r"|s['’](?:est|était) fait (?:dérober|voler|pirater|usurper|hacker|subtiliser) |(?:voit|voient|a vu|ont vu|découvre|a découvert) (?:son|leur|ses|leurs|qu[e'’]|le|les) (?:on |sa |son |un |une )?(?:comptes?|identité|identifiants?|messagerie|agenda|fichiers?|carte|codes?|nom)\b)",
    re.I,
)


_ONE_PERSON = frozenset({"un", "une", "ce", "cet", "cette"})


def _is_misused(doc: Doc, match: Match) -> bool:
    """ "Une dermatologue … ses codes ont été dérobés": beside the person stands what was misused of theirs."""
    near = (m for m in troubles(doc) if m.id == "misused")
    return any(match.start - 90 <= m.start <= match.end + 120 for m in near)


# "l'OMS visée", "le ministère reconnaît une faille": of itself
_TOLD_OF = re.compile(
    r"^[^.;:,\n]{0,40}?\b(?:victimes?|visée?s?|piratée?s?|hackée?s?|attaquée?s?|touchée?s?|frappée?s?|paralysée?s?|cibles?|détournée?s?|(?:a|ont|avoir) (?:reconnu|admis|subi|coupé|débranché|perdu|écrit|envoyé|été)|reconnaît|admet|s['’]excuse|regrette|rencontre|subit|sans)\b",
    re.I,
)


def _is_told_of(doc: Doc, match: Match) -> bool:
    """Whether a body that many a text only quotes stands where it, or what is its own, is told of."""
    before, after = text_of(doc)[max(0, match.start - 60) : match.start], text_of(doc)[match.end : match.end + 70]
    return in_title(doc, match.start) or bool(_PERSON_BEFORE.search(before) or _TOLD_OF.match(after))


def grammar_mentions(doc: Doc) -> Iterator[Mention]:
    """Nouns of `facilities.toml` with the name that follows, or alone ("l'hôpital", "une clinique")."""
    for match in LEXICON.scan(doc._.folded, ("head", "anaphor")):
        mention = _extend(doc, match)
        if mention is not None:
            yield mention
    yield from foreign_mentions(doc)
    letters = lettered(doc)
    for token in doc if letters else ():
        if token.text in letters:
            last = name_after(doc, token) or token
            start, end = token.idx, last.idx + len(last)
            text = text_of(doc)[start:end]
            yield Mention(
                start, end, text, letters[token.text], "named", name=text, core=core_words(text), acronym=token.text
            )


_TITLED = re.compile(r"((?:\s(?:" + "|".join(sorted(_ADJECTIVES)) + r"))+)(?=\s\([A-Z]{2,8}\))")


def _extend(doc: Doc, match: Match) -> Mention | None:
    first, last = token_at(doc, match.start), token_at(doc, match.end - 1)
    words = text_of(doc)[match.start : match.end]
    if words.isalpha() and len(words) <= 4 and words.islower() and fold(words) not in ("labo", "labos", "samu"):
        return None  # "ch", "gh" in lower case are no acronyms
    if _POWER.match(text_of(doc), match.start) or _OF_ANIMALS.match(text_of(doc), match.end):
        return None
    if fold(words) in ("clinique", "cliniques", "cabinet", "hopital") and _is_of_animals(doc):
        return None  # "la clinique", of animals, told in full elsewhere
    words_needed = match.entry.options.get("needs_word", [])
    words_needed = [words_needed] if isinstance(words_needed, str) else words_needed
    if words_needed and not any(word in doc._.folded.text for word in words_needed):
        return None
    before = doc[first.i - 1] if first.i else None
    low = before.lower_ if before is not None else ""
    type_ = match.id
    noun = re.split(r"[ ’']", words, maxsplit=1)[0]  # "laboratoire d'analyses" is one
    plural = (noun.endswith(("s", "x")) and not noun.isupper()) or low in _SEVERAL
    if match.entry.section == "anaphor":
        return Mention(match.start, match.end, words, "any", "generic")
    if match.entry.options.get("person") and not (
        _PERSON_BEFORE.search(text_of(doc)[max(0, match.start - 60) : match.start])
        or _PERSON_AFTER.match(text_of(doc)[match.end : match.end + 70])
        or (low in _ONE_PERSON and _is_misused(doc, match))
    ):
        return None  # a nurse is a victim only when the account or telephone is theirs
    if match.entry.options.get("own") and not _is_told_of(doc, match):
        return None
    if unfolded := _UNFOLDED.match(text_of(doc), match.end):
        # "CHU (Centre hospitalier universitaire) de Nîmes", "hôpital d'instruction des armées (HIA) Vauquois"
        last = token_at(doc, unfolded.end() - 1)
    # "les CHU de Rennes et Brest": only the article tells that there are several
    end_token = name_after(doc, last, plural or (words.isupper() and low in _ARTICLES_OF_MANY))
    number = _NUMBERED.match(text_of(doc), match.start)
    end = max(
        number.end() if number else 0,
        end_token.idx + len(end_token) if end_token is not None else 0,
        full_name(text_of(doc), match.start, match.end) or 0,
        by_adjective(doc, first, last),
    )
    if end:
        if note := _FOOTNOTE.search(text_of(doc), match.end, end):
            end = note.start()  # "la société Médiforme[2]"
        text = text_of(doc)[match.start : end]
        core = core_words(text)
        if type_ == "prestataire" and text.islower() and words.startswith("logiciel"):
            return None  # "le logiciel de gestion officinale (LGO)": a kind of software, nobody's name
        if core:
            return Mention(
                match.start,
                end,
                text,
                type_,
                "named",
                name=text,
                core=core,
                plural=plural,
                indefinite=bool(_ONE.search(text_of(doc)[max(0, match.start - 20) : match.start])),
            )
    if match.entry.options.get("proper"):
        return Mention(
            match.start,
            match.end,
            words,
            type_,
            "named",
            name=words,
            core=core_words(words) or frozenset(re.findall(r"[a-z0-9]+", fold(words))),
        )
    if inside := _IN_BRACKETS.match(text_of(doc), match.end):
        # "l'établissement d'hébergement (Ehpad) Les Saules": the name stands after the bracket
        end_token = name_after(doc, token_at(doc, inside.start()))
        if end_token is not None and text_of(doc)[match.start - 1] == "(":
            end = end_token.idx + len(end_token)
            text = f"{words} {text_of(doc)[inside.end() : end].strip()}"
            return Mention(match.start, end, text, type_, "named", name=text, core=core_words(text))
    if titled := _TITLED.match(text_of(doc), match.end):
        # "Centre hospitalier départemental (CHD)": a name without a capital, told as one
        text = text_of(doc)[match.start : titled.end(1)]
        return Mention(match.start, titled.end(1), text, type_, "named", name=text, core=core_words(text))
    if match.entry.options.get("needs_name"):
        return None
    if (trades := match.entry.options.get("alone_with")) and not (
        low in _DEMONSTRATIVE and any(fold(trade) in doc._.folded.text for trade in trades)
    ):
        return None  # "le cabinet", of a doctor, not of a minister
    if low == "en":
        return None  # "des tests en pharmacie", "une place en Ehpad": no house in particular
    quantity = bool(_QUANTITY.search(text_of(doc)[max(0, match.start - 30) : match.start]))
    if low in _INDEFINITE or quantity or (low == "d'" and plural):
        return Mention(match.start, match.end, words, type_, "indefinite", plural=plural)
    if low in _DEMONSTRATIVE or low in {"du", "au", "de", "d'", "d’", "aux"}:
        return Mention(match.start, match.end, words, type_, "generic", plural=plural)
    if before is not None and before.pos_ == "NOUN" and fold(words) in ("clinique", "cliniques"):
        return None  # "des observations cliniques"
    return Mention(match.start, match.end, words, type_, "bare", plural=plural)


def name_after(doc: Doc, token: Token, plural: bool = False) -> Token | None:
    """The last token of the proper name after a head noun: capitals, linked by small words and hyphens.

    "privé" and its like are skipped; a name in quotes is taken whole; a comma, a verb or a plain noun ends it.
    """
    i = token.i + 1
    end: Token | None = None
    limit = min(len(doc), i + 14)
    pending = 0
    while i < limit:
        t = doc[i]
        word = t.text
        low = t.lower_
        if t.is_space and "\n" in word:
            break
        if (low in _NEVER_NAMES or low in _MONTHS) and not (word[:1].isupper() and doc[i - 1].text in ("d'", "d’")):
            break  # "la clinique du Val d'Or" goes on
        if word.isdigit() and end is None and i + 1 < len(doc) and not t.whitespace_ and doc[i + 1].text[:1].isupper():
            i += 1
            continue
        if (
            word[:1].isupper()
            or (low == "s" and end is not None and doc[i - 1].text.endswith(("'", "’")))  # "Guy's"
            or re.fullmatch(r"\d{1,2}[A-Z]\w*", word)
            or (end is not None and word[:1].isdigit() and doc[i - 1].text == "-")
            or word == "+"
        ):
            if t.is_sent_start and end is not None:
                break
            end = t
            pending = 0
            following = doc[i + 1] if i + 1 < len(doc) else None
            if low in _QUARTERS and following is not None and following.is_lower and following.pos_ in ("ADJ", "NOUN"):
                end = following  # "l'Est lyonnais"
                i += 1
        elif end is not None and not pending and re.fullmatch("[1-9]", word) and _counts_nothing(doc, i):
            end = t  # "l'hôpital Beaumanoir 2"
        elif (low in _DOCTORS and i + 1 < limit and doc[i + 1].text[:1].isupper()) or (
            low in _LAND and pending and _has_capital(doc, i)
        ):
            pending = 0
        elif low in _LINK or word.endswith(("'", "’")):
            if low in {"à", "au", "aux"} and end is not None:
                break  # what follows is the place, not the name
            if low in {"sur", "sous", "en", "et", "à", "au", "aux", "-", "–", "/", "&"} and end is None:
                break
            if low == "en" and text_of(doc).startswith(_regions(), t.idx + 3):
                break  # "le groupe Biovalmont en Bretagne"
            if low == "et" and doc[i - 1].text != "-" and (plural or not _joins(doc, i)):
                break
            pending += word not in {"-", "–"}
            if pending > 3:
                break
        elif end is None and (low in _ADJECTIVES or (t.pos_ == "ADJ" and i <= token.i + 2)):
            pending = 0
        elif word in {"«", '"', "“"} and end is None and i + 1 < len(doc) and _capital_in_quotes(doc, i + 1):
            close = next((j for j in range(i + 1, min(len(doc), i + 8)) if doc[j].text in {"»", '"', "”"}), None)
            if close:
                return doc[close - 1]
            break
        else:
            break
        i += 1
    return end


def _counts_nothing(doc: Doc, i: int) -> bool:
    """Whether a figure after a name is part of it: no noun follows that it counts."""
    after = doc[i + 1] if i + 1 < len(doc) else None
    return (
        after is None
        or (after.is_punct and after.text not in ("%", "°", "-"))
        or after.pos_ in ("ADP", "VERB", "AUX", "PRON", "CCONJ")
    )


def _capital_in_quotes(doc: Doc, i: int) -> bool:
    """ "Les Saules", « les Saules »: a capital, or one after an article."""
    if doc[i].is_space and i + 1 < len(doc):
        i += 1
    return doc[i].text[:1].isupper() or (
        doc[i].lower_ in _DEMONSTRATIVE and i + 1 < len(doc) and doc[i + 1].text[:1].isupper()
    )


@cache
def _regions() -> tuple[str, ...]:
    return ("France", "Belgique", "Suisse", "Europe", *(n for d in departments().values() for n in (d.name, d.region)))


def _has_capital(doc: Doc, i: int) -> bool:
    """Whether "de", "d'" or "du" and a capital follow."""
    after = [t for t in doc[i + 1 : i + 4] if not t.is_space]
    return (
        len(after) > 1
        and after[0].lower_ in ("de", "du", "d'", "d’", "des")
        and any(t.text[:1].isupper() for t in after[1:])
    )


def _joins(doc: Doc, i: int) -> bool:
    """Whether "et" joins two parts of one name ("Sambre et Meuse") and not two facilities: a bare capital follows."""
    after = doc[i + 1] if i + 1 < len(doc) else None
    return after is not None and after.text[:1].isupper() and doc[i - 1].text[:1].isupper() and not after.is_sent_start
