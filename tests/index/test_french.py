"""Words of a text in their two readings, and where each stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.french import tokens, words

_PIECES = (
    "cyber",
    "Cyber",
    "CYBER-",
    "anti",
    "-",
    " ",
    "\n",
    "\r\n",
    "l’",
    "Tours",
    "1ER",
    "½",
    "œuvre",
    ". ",
    "« ",
    "\u0301",
)


@pytest.mark.parametrize(
    ("text", "folded", "stems"),
    [
        ("Une cyber attaque", "une cyberattaque", "une cyberattaqu"),
        ("Une cyber-attaque.", "une cyberattaque", "une cyberattaqu"),
        ("Le cyber\nattaque", "le cyber attaque", "le cyb attaqu"),
        ("la cyber l’attaque", "la cyber attaque", "la cyb attaqu"),
        ("un e-mail, un e mail", "un email un e mail", "un email un e mail"),
        ("L’hôpital d’Orléans", "hopital orleans", "hopital orleans"),
        ("on fait le tour de Tours", "on fait le tour de tours", "on fait le tour de tours"),
        (
            "vu par Mme Lanternes. Lanternes sans effet",
            "vu par mme lanternes lanternes sans effet",
            "vu par mme lanternes lantern san effet",
        ),
        ("LES URGENCES FERMENT", "les urgences ferment", "les urgenc ferment"),
        ("", "", ""),
    ],
)
def test_readings(text: str, folded: str, stems: str) -> None:
    assert words(text) == (folded, stems)


@given(st.lists(st.sampled_from(_PIECES)).map("".join))
def test_tokens_are_the_words_with_their_places(text: str) -> None:
    for told in ({}, {"query": True}, {"name": True}):
        found = tokens(text, **told)
        assert words(text, **told) == (" ".join(t.folded for t in found), " ".join(t.stem for t in found))
        places = [(t.start, t.end) for t in found]
        assert places == sorted(places)
        assert all(text[a:b].strip() == text[a:b] != "" for a, b in places)
