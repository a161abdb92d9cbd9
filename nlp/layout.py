"""Lines and noise: where sentences must start, and what the page left in the text that is none of the article.

Component `vigie_layout`, first in the pipeline. It starts a sentence at each line (the parser must not read a
heading and the paragraph below as one) and writes the character spans of noise on `doc._.noise`. Words in
`layout.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy
from spacy.attrs import IDX, IS_SPACE, LENGTH, SENT_START
from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.document import text_of
from nlp.lexicon import Lexicon, Match

LEXICON = Lexicon(Path(__file__).with_name("layout.toml"), {"noise": None})
_SHORT = 120
_ENDS = '.!?…»”")'
_LONGEST_SENTENCE = 250  # tokens: no one writes longer ones, and what is done for a sentence may cost its square
_LINE = re.compile(r"[^\n]+")
# a link to another page, a credit in brackets
_LINK = re.compile(r">{1,3}\s?\S[^\n]{0,160}|\((?:photo|crédit|ph\.)[^\n)]{0,80}\)", re.I)
_CAPTION = 200  # characters: a line that short with a © is a caption
_REPEATED = 80  # characters: a shorter line may well be said twice
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|$")


# "Une infirmière à l'hôpital X (photo d'illustration) - Prénom Nom-AFP"
_CREDIT = re.compile(
    r"\((?:photo|image|cliché)s? (?:d['’](?:illustration|archives?)|prétexte|archives?)[^)]{0,40}\)[^.!?]{0,50}$|[–—-]\s?(?:[A-ZÀ-Þ][\w.’-]+\s?){1,3}\s?[/-]\s?(?:AFP|Reuters|SIPA|Sipa|Maxppp|MaxPPP|Getty)\W*$"
)


class Layout:
    """Marks sentence starts at line starts, and noise."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.noise = doc.user_data["noise"] = list(noise_spans(doc))
        # one write for all tokens: setting `is_sent_start` looks through the whole Doc each time
        starts = numpy.array(_starts(doc), dtype="int32").astype("uint64")
        doc.from_array([SENT_START], starts.reshape(-1, 1))  # type: ignore[arg-type]
        return doc


def _starts(doc: Doc) -> list[int]:
    """For each token 1 (starts a sentence), -1 (does not) or 0 (for the parser to say)."""
    starts: list[int] = []
    last = 0
    text = text_of(doc)
    before = ""  # the last character of the token before
    for i, (at, length, is_space) in enumerate(doc.to_array([IDX, LENGTH, IS_SPACE]).tolist()):
        if not before:
            start = 0
        elif before == "\n" or i - last >= _LONGEST_SENTENCE:
            start = 1
        elif is_space or before not in _ENDS:
            # the parser cuts long sentences at commas and brackets: only a mark that ends one may
            start = -1
        else:
            start = 0
        if start == 1 or (start == 0 and text[at].isupper()):
            last = i
        before = text[at + length - 1]
        starts.append(start)
    return starts


def noise_spans(doc: Doc) -> Iterator[tuple[int, int]]:
    """Character spans of the Doc (never in the title) that hold no word of the article."""
    text = text_of(doc)
    matches = LEXICON.scan(doc._.folded)
    at = 0
    block = False
    seen: set[str] = set()
    for line in _LINE.finditer(text, doc._.body_start):
        start, end = line.span()
        while at < len(matches) and matches[at].start < start:
            at += 1
        here = []
        while at < len(matches) and matches[at].start < end:
            here.append(matches[at])
            at += 1
        if _aside(line[0].strip()) or line[0] in seen:
            yield start, end
            continue
        if end - start >= _REPEATED:
            seen.add(line[0])
        found = _noise_of_line(text, start, end, here)
        if found is None:
            if block and end - start < _SHORT and not re.search(r"[.!?»]\s*$", text[start:end]):
                yield start, end
            else:
                block = False
            continue
        first, scope = found
        # "À lire aussi :" alone on its line: the teaser is the short line below
        block = scope == "block" or (scope == "sentence" and len(text[first:end]) < 25)
        if scope == "sentence" and first > start:
            stop = _SENTENCE_END.search(text, first + 20, end)
            yield first, stop.end() if stop else end
        else:
            yield start, end


def _aside(line: str) -> bool:
    """A caption with its owner, or a link to another page."""
    return (len(line) < _CAPTION and ("©" in line or bool(_CREDIT.search(line)))) or bool(_LINK.fullmatch(line))


def _noise_of_line(text: str, start: int, end: int, matches: list[Match]) -> tuple[int, str] | None:
    for match in matches:
        options = match.entry.options
        if options.get("short") and end - start >= _SHORT:
            continue
        head = text[start : match.start].strip(' \t–—-•>:|[(«"')
        if options.get("start") and head and not head.endswith((".", "!", "?", "…", "»")):
            continue
        return match.start, str(options["scope"])
    return None


@French.factory("vigie_layout")
def make_layout(nlp: Language, name: str) -> Layout:
    return Layout()
