"""Where a facility lies, as the text tells: communes and departments near its name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from nlp.document import is_noise, text_of
from nlp.facilities import wheres
from nlp.facilities.gentiles import town_of
from nlp.facilities.mentions import COMPOUND, LEXICON, Mention, core_words, told_as_town
from nlp.facilities.toponyms import (
    BESIDE,
    LARGE,
    abroad_towns,
    department_code,
    department_names,
    has_accents,
    is_listener,
    is_owner,
    rather_not,
    regions,
    same_accents,
    shortened,
)
from records import Article
from reference.communes import Commune, named
from reference.folding import fold

SMALL = 2500  # inhabitants: a commune of that size in a name may be something else ("clinique de Champagne")


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, or a name that the table does not know (abroad); `weak`: from the surroundings, not the name."""

    name: str
    insee: str | None = None
    department: str | None = None
    lat: float | None = None
    lon: float | None = None
    weak: bool = False


class Places:
    """The places of one Doc; homonyms are settled by the departments it names, then by the outlet's, then by size."""

    def __init__(self, doc: Doc, outlet_departments: tuple[str, ...] = ()) -> None:
        self.doc = doc
        self.hints = self._departments_named()
        self.outlet = outlet_departments
        article: Article = doc._.article
        head = wheres.HEAD.match(article.title)
        if head and (code := department_code(head[1])) and not self.hints[code]:
            self.hints[code] += 2  # "Manche. Un Ehpad …", "Indre : …"
        abroad = {text_of(doc)[m.start : m.end] for m in LEXICON.scan(doc._.folded, ("abroad",))}
        self.abroad = {name for name in abroad if name[:1].isupper()}
        names = "|".join(re.escape(name) for name in sorted(self.abroad))
        self._abroad_tail = re.compile(rf"[-’']({names})$") if names else None
        self.headline = self._headline(head[1]) if head else None
        if self.headline is None and (told := wheres.HEAD_AT.match(article.title)) and not department_code(told[1]):
            self.headline = self.lookup(told[1]) or (Place(told[1]) if told[1] in self.abroad else None)
        dateline = wheres.DATELINE.match(text_of(doc), doc._.body_start)
        town = dateline and (dateline[1] or dateline[2] or dateline[3])
        if self.headline is None and town and not department_code(town):
            self.headline = self.lookup(town)
        self._memo: dict[str, Place | None] = {}
        self.others: tuple[tuple[int, int], ...] = ()  # where the text names houses that are other cases

    def _headline(self, name: str) -> Place | None:
        """The town that opens the title: "Corvilliers : l'hôpital …". The text must say "à" or "de" of an unknown one.

        "Indre : …" is the department, though a commune bears its name.
        """
        body = text_of(self.doc)[len(name) :]
        if name != "Paris" and department_code(name) and not re.search(rf"\bà {re.escape(name)}(?![\w-])", body):
            return None
        if re.search(rf"{wheres.NAMED_SO}{re.escape(name)}(?![\w’'-])", body) and not told_as_town(body, name):
            return None  # "Saint-Roch : le voleur est parti avec les dossiers", and "la clinique Saint-Roch" below
        if found := self.lookup(name):
            return found
        if name in self.abroad or told_as_town(body, name):
            near = next(iter(self.hints)) if len(self.hints) == 1 else None
            return Place(name, department=near)
        return None

    def _departments_named(self) -> Counter[str]:
        folded = self.doc._.folded
        found: Counter[str] = Counter()
        reach = 0
        hits = ((last - len(name) + 1, last + 1, code) for last, (name, code) in department_names().iter(folded.text))  # type: ignore[attr-defined]
        for start, end, code in sorted(hits, key=lambda h: (h[0], -h[1])):
            if (start and folded.text[start - 1].isalnum()) or (end < len(folded.text) and folded.text[end].isalnum()):
                continue
            if start < reach:
                continue  # "Loir-et-Cher" is not the Cher
            reach = end
            first, _ = folded.original(start, end)
            if text_of(self.doc)[first].isupper() and not is_noise(self.doc, first):
                found[code] += 1
        for match in re.finditer(r"\((\d{2,3}|2[AB]|[A-ZÀ-Ý][\w’' -]{2,25})\)", text_of(self.doc)):
            if code := department_code(match[1]):
                found[code] += 2
        return found

    def told_first(self) -> Place | None:
        """The first commune of some size that the title or the lead names after "à" or "de", for want of better."""
        for match in wheres.AT_ANY.finditer(self.text[: self.doc._.body_start + 500]):
            if not self._stands(match):
                continue
            place = self.longest(match[1], None)
            if place and (place.name == match[1] or " " in match[1] or len(match[1]) > 4):
                return replace(place, weak=True)
            if place is None and match[1] in self.abroad:
                return Place(match[1], weak=True)
        return None

    def _stands(self, told: re.Match[str]) -> bool:
        """Whether a town told in the text may be where the house stands: no caption, not "au sud de Paris"."""
        beside = BESIDE.search(self.text, max(0, told.start() - 40), told.start())
        other = any(start <= told.start(1) < end for start, end in self.others)
        return not beside and not other and not is_noise(self.doc, told.start(1))

    def only_town(self) -> Place | None:
        """The one commune of some size that the article names after "à" or "de", when it names no other."""
        found: dict[str, Place] = {}
        for match in wheres.AT_TOWN.finditer(self.text[: self.doc._.body_start + 2500]):
            if not self._stands(match):
                continue
            place = self.longest(match[1], None)
            if place and place.insee and not self._small(place):
                found[place.insee] = replace(place, weak=True)
            elif place is None and match[1] in self.abroad:
                found[match[1]] = Place(match[1], weak=True)
        return next(iter(found.values())) if len(found) == 1 else None

    def is_region(self, words: frozenset[str]) -> bool:
        """Whether the words are no more than the name of a department or region ("un Ehpad de l'Eure")."""
        return words in regions()

    def lookup(self, name: str, near: str | None = None, prefer: str | None = None) -> Place | None:
        """The commune of that name: in the department `near` if given, else as the article hints."""
        name = name.strip(" ,.'’-")
        name = self._whole(name)
        if not named(name):
            name = wheres.BY_THE_SEA.sub("", name)
        told = name
        if not named(name):
            name = self._full_name(name)
        found = [c for c in named(name) if same_accents(name, c.name)] or [
            c for c in named(name) if not has_accents(name, c.name)
        ]
        if not found:
            return None
        best = max(found, key=lambda c: self._rank(c, near))
        if rather_not(told, best):
            return None
        if name in self.abroad and (best.population or 0) < LARGE and not self.hints[best.department]:
            return Place(name)
        place = self._place(best)
        # "Brest-Carhaix": the first of two towns
        twin = told.startswith(best.name + "-") and told[len(best.name) + 1 : len(best.name) + 2].isupper()
        whole = not twin and (
            fold(told).startswith(fold(best.name) + " ") or fold(best.name).startswith(fold(told) + " ")
        )
        return replace(place, name=told) if whole and "-" in told + best.name and told != best.name else place

    def _whole(self, name: str) -> str:
        """ "Villeneuve" in a text that also writes "Villeneuve-sur-Lot": the same town, cut short."""
        if "-" in name or " " in name or (at := self.text.find(f"{name}-")) < 0:
            return name
        compound = wheres.COMPOUND_TOWN.match(self.text, at)
        return compound[0] if compound and named(compound[0]) else name

    def _full_name(self, name: str) -> str:
        """What a commune is called for short: "Cherbourg" is Cherbourg-en-Cotentin; of "Cavaillon-Lauris", the first."""
        longer = [c for c in shortened().get(fold(name), ()) if (c.population or 0) > LARGE]
        told = [c for c in longer if self.hints[c.department] or c.department in self.outlet]
        if len(longer) == 1 or len(told) == 1:
            return (told or longer)[0].name
        first, _, second = name.partition("-")
        known = named(second) or max((c.population or 0 for c in named(first)), default=0) > LARGE
        return first if second[:1].isupper() and named(first) and known else name

    def _unlisted(self, name: str, near: str | None) -> Place | None:
        """A town that the table does not hold: "Langeac-le-Pont" is not Langeac. In the department told, if one is."""
        if not COMPOUND.fullmatch(name) or named(name):
            return None
        department = near or (next(iter(self.hints)) if len(self.hints) == 1 else None)
        return Place(name, department=department)

    def _rank(self, commune: Commune, near: str | None) -> tuple[bool, int, bool, int]:
        return (
            commune.department == near,
            self.hints[commune.department],
            commune.department in self.outlet,
            commune.population or 0,
        )

    @staticmethod
    def _place(commune: Commune, weak: bool = False) -> Place:
        return Place(commune.name, commune.insee, commune.department, commune.lat, commune.lon, weak)

    def of_mention(self, mention: Mention) -> Place | None:
        """The place told with the mention: right after it, in its name, in brackets, else at the sentence's head."""
        near = self._bracketed(mention)
        inside = self._inside(mention, near)
        told = self.after(mention) or self._by_adjective(mention)
        if (
            inside
            and self.headline
            and self.headline.department not in (None, inside.department)
            and self._small(inside)
        ):
            inside = None  # "Angoulême : l'hôpital de Girac": a quarter, not the village of that name
        if told and inside and (told.name in self.abroad or inside.name.startswith("Saint")):
            inside = None  # "l'hôpital Saint-Pierre, à Bruxelles": a saint
        if inside and inside.weak and self.headline and mention.start < self.doc._.body_start + 600:
            inside = None
        if told and (inside is None or told.department == inside.department or inside.weak or self._by_noun(mention)):
            return told
        if inside:
            return inside
        follows = wheres.AFTER.match(text_of(self.doc), mention.end, mention.end + 140)
        if follows and "près" in follows[0] and (tail := self._unknown_tail(mention)):
            return tail  # "la clinique Saint-Luc de Bouge, près de Namur"
        if follows and (found := self.longest(follows[1], near)):
            return found
        if follows and follows[1] in self.abroad:
            return Place(follows[1])
        bracket = wheres.BRACKETS.match(text_of(self.doc), mention.end, mention.end + 140)
        if bracket and (found := self.longest(bracket[1].split(",")[0], near)):
            return found
        apposed = wheres.APPOSED.match(self.text, mention.end, mention.end + 140)
        apposed = apposed or wheres.AMONG.match(self.text, mention.end, mention.end + 140)
        if apposed and (found := self.longest(apposed[1], near)):
            return found
        if mention.type in ("ch", "chu", "ehpad") and not mention.known and (tail := self._unknown_tail(mention)):
            return replace(tail, department=near, weak=near is None)
        return self._around(mention, near) or self._unknown_tail(mention)

    def _by_adjective(self, mention: Mention) -> Place | None:
        """ "la clinique tourangelle", "l'éditeur montpelliérain Weda": the town of an adjective in or after the name."""
        following = wheres.FOLLOWING.match(text_of(self.doc), mention.end)
        town = town_of(mention.text) or (town_of(following[0]) if following else None)
        seat = wheres.SEAT_BEFORE.search(self.text, max(0, mention.start - 60), mention.start)
        town = town or (town_of(seat[1]) if seat else None)
        if town in abroad_towns():
            return Place(town)
        return self.lookup(town) if town else None

    @property
    def text(self) -> str:
        return text_of(self.doc)

    def before(self, mention: Mention) -> Place | None:
        """The commune that opens the sentence right before a noun: "À Vichy, l'hôpital"."""
        scene = wheres.SCENE.search(self.text[max(0, mention.start - 80) : mention.start])
        return self.lookup(scene[1]) if scene else None

    def of_noun(self, mention: Mention) -> Place | None:
        """The town told with a noun that names nobody: "l'hôpital dacquois", "l'établissement de Woluwe"."""
        if found := self.after(mention) or self._by_adjective(mention):
            return found
        follows = wheres.OF_TOWN.match(text_of(self.doc), mention.end)
        if not follows or department_code(follows[1]):
            return None
        return self.longest(follows[1], None) or (Place(follows[1]) if follows[1] in self.abroad else None)

    def _bracketed(self, mention: Mention) -> str | None:
        """The department in the brackets that follow: "… (Landes)", "… (40)"."""
        bracket = wheres.BRACKETS.match(text_of(self.doc), mention.end, mention.end + 140)
        return department_code(bracket[1]) if bracket else None

    def after(self, mention: Mention) -> Place | None:
        """The town that "à", "au" or "aux" puts right after the name: "…, au Chesnay", "… à Tours"."""
        if ward := wheres.WARD.match(text_of(self.doc), mention.end, mention.end + 80):
            return self.lookup(ward[1] or ward[2])
        follows = wheres.AT.match(text_of(self.doc), mention.end, mention.end + 140) or wheres.BASED.match(
            text_of(self.doc), mention.end, mention.end + 140
        )
        if not follows:
            return None
        near = self._bracketed(mention)
        article = {"au": "Le ", "aux": "Les "}.get(follows[1].lower(), "")
        found = (self.longest(article + follows[2], near) if article else None) or self.longest(follows[2], near)
        if found or follows[2] in self.abroad:
            return found or Place(follows[2])
        if is_listener(self.text, mention.start, follows[2]):
            return None
        return Place(follows[2]) if not article and department_code(follows[2]) is None else None

    def _unknown_tail(self, mention: Mention) -> Place | None:
        """ "clinique Saint-Luc de Bouge": a town that the table does not know, abroad or too small."""
        tail = re.search(r"\s(?:de |d['’]|à )([A-ZÀ-Þ][\w’'-]+)$", mention.text)
        if (
            tail
            and (len(mention.core) > 1 or mention.type in ("ch", "chu", "ehpad"))
            and not self.is_region(core_words(tail[1]))
            and not is_owner(self.text, tail[1])
        ):
            return Place(tail[1], weak=True)
        return None

    def _inside(self, mention: Mention, near: str | None) -> Place | None:
        """The town in the name itself: the longest tail after "de", "d'" or "à" that is a commune."""
        for match in re.finditer(
            r"\b(?:de|d['’]|du|à|des) ?(?=(?:L[ae]s? |L['’])?[A-ZÀ-Þ])", mention.where or mention.text
        ):
            tail = (mention.where or mention.text)[match.end() :]
            if match[0].startswith("du"):
                if re.match(r"[\w’']+-[A-ZÀ-Þ]", tail) and not named("Le " + tail):
                    continue  # "la clinique du Val-Josselin" is not in Le Val
                tail = "Le " + tail
            found = self.longest(tail, near)
            if found and re.match(r" (?:du|des|de)\b", tail[len(found.name) :]):
                break  # "la clinique des Monts du Forez" is not in Monts
            if found:
                house = mention.type in ("clinique", "laboratoire", "groupement") or (
                    match[0].startswith(("du", "des")) and mention.type != "chu"
                )
                weak = house and self._doubtful(found)
                if weak and match[0].startswith(("du", "des")):
                    continue  # "la Résidence du Parc" is not in Le Parc
                return replace(found, weak=True) if weak else found
        if found := self._with_article(mention, near):
            return found
        if self._abroad_tail and (abroad := self._abroad_tail.search(mention.text)):
            return Place(abroad[1])
        words = mention.text.split()
        if (
            len(words) > 1
            and words[-1][:1].isupper()
            and (mention.type in ("chu", "ch", "ehpad") or words[0] == "SOS")
            and all(max((c.population or 0 for c in named(w)), default=0) > 5000 for w in words[-1].split("-"))
        ):
            return self.lookup(words[-1], near)
        return None

    def _with_article(self, mention: Mention, near: str | None) -> Place | None:
        """ "la clinique de l'Union": a town of some size whose article is written small."""
        name = wheres.ARTICLED.search(mention.where or mention.text)
        found = self.lookup(name[1].capitalize() + name[2], near) if name else None
        return found if found and not self._small(found) and not self._doubtful(found) else None

    @staticmethod
    def _by_noun(mention: Mention) -> bool:
        """ "la Résidence du Parc", "la clinique des Perrières": what follows "du" or "des" is rather no town."""
        return bool(re.search(r"\b(?:du|des|de la) [A-ZÀ-Þ]", mention.text))

    @staticmethod
    def _small(place: Place) -> bool:
        return max((c.population or 0 for c in named(place.name) if c.insee == place.insee), default=0) < SMALL

    def _doubtful(self, place: Place) -> bool:
        """A small commune that nothing else of the article speaks for."""
        return self._small(place) and place.department not in self.hints and place.department not in self.outlet

    def longest(self, words: str, near: str | None) -> Place | None:
        parts = re.split(r"(?<=[\s])", words.strip(" ,."))
        for size in range(len(parts), 0, -1):
            found = self.lookup("".join(parts[:size]), near)
            if found:
                return found
        return self._unlisted(parts[0].strip(), near) if parts else None

    def _around(self, mention: Mention, near: str | None) -> Place | None:
        text = text_of(self.doc)
        if scene := self.before(mention):
            return replace(scene, weak=True)
        start = max(text.rfind("\n", 0, mention.start), text.rfind(". ", 0, mention.start)) + 1
        before = text[start : mention.start]
        if opening := wheres.OPENING.search(before.lstrip()):
            place = self.longest(opening[1], near)
            if place:  # "Installée à Amilly, la mutuelle …": told of it; "À Amilly, …": of the scene
                return replace(place, weak=not wheres.SEATED.search(opening[0]))
            return Place(opening[1], weak=True)
        if (scenes := wheres.ON_THE_WAY.findall(before)) and (place := self.longest(scenes[-1], near)) and place.insee:
            return replace(place, weak=True)
        if self.headline and mention.start < self.doc._.body_start + 600:
            return replace(self.headline, weak=True)
        return None
