"""What is read of services and their states, sentence by sentence (`services.toml` and its like)."""

from __future__ import annotations

import re
import time
import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.tokens import Doc

from nlp.services import conclude, learnt
from nlp.services.mentions import SERVICES, STATES
from reference.folding import fold_with_offsets
from reference.vocabulary import term_ids

CASES: list[str] = [
    case
    for name in ("services.toml", "services_families.toml", "services_owners.toml", "services_otherwise.toml")
    for table in tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8")).values()
    for case in table
]
_MARK = re.compile(r"<(\w+) ([\w+]+)>(.*?)</>")


def told(doc: Doc) -> set[tuple[str, str]]:
    """What the rules read: of what is learnt, `test_learnt.py` tells."""
    by_rules = [f for f in doc._.findings if f"+ {learnt.RULE} (" not in f.rule]
    return {(s.service, s.status) for s, _ in conclude(doc, by_rules)}


def marked(case: str) -> tuple[str, set[tuple[str, str]]]:
    wanted = {(m[1], status) for m in _MARK.finditer(case) for status in m[2].split("+")}
    return _MARK.sub(r"\3", case), wanted


@pytest.mark.parametrize("case", CASES)
def test_a_sentence_tells_these_states_and_no_other(parse: Callable[..., Doc], case: str) -> None:
    text, wanted = marked(case)
    assert told(parse(text)) == wanted


def test_the_sentences_cover_every_service_and_every_status() -> None:
    wanted = set().union(*(marked(case)[1] for case in CASES))
    assert {service for service, _ in wanted} == set(term_ids("services"))
    assert {status for _, status in wanted} == set(term_ids("impact_status"))


@pytest.mark.parametrize("case", CASES[::6])
def test_the_form_of_apostrophes_and_accents_changes_nothing(parse: Callable[..., Doc], case: str) -> None:
    text, _ = marked(case)
    curly = text.replace("'", "’")
    assert told(parse(curly)) == told(parse(text))
    assert told(parse(unicodedata.normalize("NFD", text))) == told(parse(text))


@pytest.mark.parametrize("case", CASES[::9])
def test_paragraphs_that_tell_of_other_things_change_nothing(parse: Callable[..., Doc], case: str) -> None:
    text, wanted = marked(case)
    before = "Le maire de la commune a inauguré samedi un nouveau jardin public, en présence des habitants."
    after = "La fête du village aura lieu le mois prochain. Le comité cherche encore des bénévoles pour la buvette."
    assert told(parse(f"{before}\n\n{text}\n\n{after}")) == wanted


@pytest.mark.parametrize("case", CASES[::5])
def test_the_evidence_is_the_text_s_own_words(parse: Callable[..., Doc], case: str) -> None:
    text, _ = marked(case)
    doc = parse(text)
    for state, findings in conclude(doc, doc._.findings):
        assert state.mention in doc.text
        assert all(0 <= f.start < f.end <= len(doc.text) for f in findings)


def test_a_megabyte_of_one_letter_is_scanned_in_bounded_time() -> None:
    folded = fold_with_offsets("a" * 1_000_000)
    start = time.perf_counter()
    assert not SERVICES.scan(folded)
    assert not STATES.scan(folded)
    assert time.perf_counter() - start < 5
