"""`nlp.opening`: what is put off changes nothing of what is read, and is there for who asks for it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from spacy.lang.fr.tokenizer_exceptions import TOKEN_MATCH

from nlp.opening import Branches

CORPUS = Path(__file__).parents[2] / "corpus" / "dev.jsonl"
HYPHENATED = (
    "faux-vampire contre-attaque arc-en-ciel saut-de-ski pet-en-l'air entr'abat r'ouvert grand'mère états-unien ÉCO-quartier "
    "porte-à-porte Saint-Denis dessus-de-lit cyber-attaque vice-présidente demi‑million faux–semblant \u017fous-pr\u00e9fet l'h\u00f4pital "
    "c'est-\u00e0-dire Saint-Jean-de-la-Ruelle rendez-vous"
)


@pytest.fixture(scope="module")
def words() -> list[str]:
    texts = [json.loads(line)["text"] for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    found = {word for text in (HYPHENATED, *texts) for word in text.split()}
    found |= {word.strip(".,;:!?()«»\"'") for word in found}
    return sorted(found | {word.upper() for word in found} | {word.replace("'", "’") + "\n" for word in found})


def test_branches_match_what_the_whole_pattern_matches(words: list[str]) -> None:
    pattern = TOKEN_MATCH.__self__.pattern  # type: ignore[attr-defined]
    whole, branches = re.compile(pattern), Branches.of(pattern)
    assert isinstance(branches, Branches)
    found = [word for word in words if whole.match(word)]
    assert len(found) > 30
    assert [word for word in words if branches.match(word)] == found


@pytest.mark.parametrize("pattern", ["(?:^a$)|(?:^b$)", "(?iu)(?:^a-|b$)|(?:^c$)", "(?iu)(?:^a$)|b"])
def test_other_patterns_are_compiled_as_they_stand(pattern: str) -> None:
    assert isinstance(Branches.of(pattern), re.Pattern)


def test_what_was_put_off_is_there_afterwards() -> None:
    program = """
import re, sys
from nlp.opening import Branches, quickly
compile_all = re.compile
with quickly():
    from nlp.reader import Reader
    reader = Reader()
assert isinstance(reader.language.tokenizer.token_match.__self__, Branches)
assert re.compile is compile_all and "spacy.cli" not in sys.modules
import spacy
from spacy.cli import download
assert spacy.info(silent=True)["spacy_version"] == spacy.__version__
reader.language.tokenizer.from_bytes(reader.language.tokenizer.to_bytes())
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=300)
