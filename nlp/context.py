"""What kind of statement a sentence makes: flags on sentences.

Component `vigie_context` sets `sent._.flags` of sentences that hold a wording of `context.toml`:
`general` (remarks on such attacks, statistics, advice), `past` (other, earlier cases), `possible` (what could
be), `exercise` (a drill), `question`. What a relative clause between commas says of the past (« X, qui avait déjà
subi un piratage, a été attaqué lundi ») flags that clause only (`nlp.asides`). Sentences without a flag keep the empty set. The flags are cues; each
component decides what they mean for its field.
"""

from __future__ import annotations

from pathlib import Path

from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.asides import aside_at
from nlp.document import text_of, token_at
from nlp.lexicon import Lexicon

SECTIONS = ("general", "past", "possible", "exercise")
LEXICON = Lexicon(Path(__file__).with_name("context.toml"), dict.fromkeys(SECTIONS))


class Context:
    """Flags the sentences of a parsed Doc."""

    def __call__(self, doc: Doc) -> Doc:
        for match in LEXICON.scan(doc._.folded):
            aside = aside_at(doc, match.start)
            if aside and match.end <= aside[1] and match.entry.section == "past":
                doc.user_data.setdefault("past_asides", set()).add(aside)
                continue
            sentence = token_at(doc, match.start).sent
            sentence._.flags = sentence._.flags | {match.entry.section}
        text = text_of(doc)
        for sentence in doc.sents if "?" in text else ():
            if text[sentence.start_char : sentence.end_char].rstrip().endswith("?"):
                sentence._.flags = sentence._.flags | {"question"}
        return doc


@French.factory("vigie_context")
def make_context(nlp: Language, name: str) -> Context:
    return Context()
