"""Names told once with their noun and then alone: "l'éditeur Médiform …", below "Médiform a livré un bilan"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.document import is_noise, text_of
from nlp.facilities.mentions import Mention, core_words
from nlp.facilities.toponyms import abroad_towns, department_code, regions
from reference.communes import named

# small words and a first letter that is small: the noun and what links it to its name
_NOUN = re.compile(
    r"^(?:[^\W\d_A-ZÀ-Þ]\S*\s|l['’]|d['’]|[A-Z]{2,6}\s(?=[A-ZÀ-Þ][a-zà-ÿ])|Ehpad\s)+(?:« ?|“ ?|\" ?)?(?=[A-ZÀ-Þ])"
)
_PLACED = re.compile(r"\s(?:de|du|des|d['’]|à|au|aux|en)\s?(?:la |l['’]|le )?$")
_OTHER_THING = re.compile(
    r"(?:[A-ZÀ-Þ][\w’'-]*[ -]|\b(?:rue|avenue|boulevard|place|quai|square|gare|lycée|collège|école|quartier|maître|docteur|professeur|Dr|Pr|M\.|Mme|saint|sainte)\s(?:de |du |des |d['’]|de la )?)$"
)


def _alone(mention: Mention) -> str | None:
    """The proper name of a mention without its noun, unless it is a place or two letters."""
    noun = _NOUN.match(mention.text)
    if noun is None or _PLACED.search(" " + noun[0]) or mention.plural:
        return None
    name = mention.text[noun.end() :].strip(" »”\"'’")
    plain = len(name) < 4 or named(name) or name in abroad_towns() or department_code(name)
    return None if plain or core_words(name) in regions() or not core_words(name) else name


def bare_names(doc: Doc, mentions: list[Mention]) -> Iterator[Mention]:
    """Mentions of those names where they stand alone; a street, a person or a longer name is something else."""
    text = text_of(doc)
    spans = sorted((m.start, m.end) for m in mentions)
    starts = [a for a, _ in spans]
    names: dict[str, Mention] = {}
    for mention in mentions:
        if mention.kind == "named" and (name := _alone(mention)):
            names.setdefault(name, mention)
    for name, owner in names.items():
        for match in re.finditer(rf"(?<![\w’-]){re.escape(name)}(?![\w-]|['’]\w| [A-ZÀ-Þ])", text):
            at = bisect_right(starts, match.start())
            inside = at and spans[at - 1][1] > match.start()
            if (
                inside
                or is_noise(doc, match.start())
                or _OTHER_THING.search(text[max(0, match.start() - 25) : match.start()])
            ):
                continue
            yield Mention(
                match.start(), match.end(), name, owner.type, "named", name=name, core=core_words(name), known=owner.known,
                contextual=owner.contextual,
            )  # fmt: skip
