"""Lines and noise: where sentences must start, and what the page left in the text that is none of the article.

Component `vigie_layout`, first in the pipeline. It starts a sentence at each line (the parser must not read a
heading and the paragraph below as one) and writes the character spans of noise on `doc._.noise`. Words in
`layout.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.lexicon import Lexicon, Match

LEXICON = Lexicon(Path(__file__).with_name("layout.toml"), {"noise": None})
_SHORT = 120
_LINE = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|$")


class Layout:
    """Marks sentence starts at line starts, and noise."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.noise = list(noise_spans(doc))
        line_starts = {m.start() for m in re.finditer(r"(?<=\n)[^\n]", doc.text)}
        for token in doc:
            if token.i and (token.idx in line_starts or doc[token.i - 1].text.endswith("\n")):
                token.is_sent_start = True
            elif token.i and not _may_end(doc, token.i - 1):
                # the parser cuts long sentences at commas and brackets: only a mark that ends one may
                token.is_sent_start = False
        return doc


def _may_end(doc: Doc, i: int) -> bool:
    token = doc[i]
    return not doc[i + 1].is_space and token.text[-1] in '.!?…»”")' if i + 1 < len(doc) else True


def noise_spans(doc: Doc) -> Iterator[tuple[int, int]]:
    """Character spans of the Doc (never in the title) that hold no word of the article."""
    text = doc.text
    matches = LEXICON.scan(doc._.folded)
    at = 0
    block = False
    for line in _LINE.finditer(text, doc._.body_start):
        start, end = line.span()
        while at < len(matches) and matches[at].start < start:
            at += 1
        here = []
        while at < len(matches) and matches[at].start < end:
            here.append(matches[at])
            at += 1
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
