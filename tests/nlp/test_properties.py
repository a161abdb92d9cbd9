"""What must change no value: irrelevant paragraphs, and the form in which a text is typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from nlp.assemble import report
from records import Report

ARTICLES = [
    (
        "Les urgences de la clinique des Trois-Ormes fermées après une attaque informatique",
        "La clinique des Trois-Ormes, à Bourges (Cher), a été visée par un piratage informatique dans la nuit de mardi "
        "à mercredi. Les gendarmes étaient sur place mercredi matin.\n\n"
        "La direction a décidé de fermer les urgences et de déprogrammer les chimiothérapies. Les patients doivent se "
        "rendre à l'hôpital de Vierzon.\n\n"
        "En revanche, le laboratoire et la pédiatrie fonctionnent normalement. La Cnil a été prévenue.",
    ),
    (
        "Rançongiciel à l'hôpital de Loches",
        "L'hôpital de Loches est victime d'un rançongiciel depuis lundi. Les pirates réclament 2 millions d'euros et "
        "disent avoir volé les dossiers de 6 000 patients.\n\n"
        "Les dossiers des patients sont inaccessibles et la messagerie est coupée. Au cœur de l'établissement, le bloc "
        "opératoire n'a pas été touché, assure la direction, qui a porté plainte.",
    ),
]
IRRELEVANT = [
    "Le temps sera sec dans tout le département, avec quelques éclaircies le long de la rivière.",
    "Le club de handball reçoit son voisin. Les places sont vendues sur place, à l'entrée du gymnase.",
    "Une exposition de peinture est à voir à la médiathèque. L'entrée est libre.",
    "Les travaux de la place du marché avancent : les pavés seront posés par l'entreprise choisie par la commune.",
    "La recette des lecteurs : une tarte aux pommes, du beurre, un peu de sucre, et de la patience.",
    "Deux chats attendent une famille au refuge, qui cherche aussi des bénévoles.",
]
few = settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def values(found: Report) -> dict[str, Any]:
    """What a report says, without the wordings it was said in."""
    return {
        "relevant": found.relevant,
        "incidents": [
            {
                **i.model_dump(
                    exclude={"evidence", "title_evidence", "facility", "occurred", "services", "diverted_to"}
                ),
                "facility": (
                    unicodedata.normalize("NFC", i.facility.name).replace("’", "'"),
                    i.facility.finess,
                    i.facility.insee,
                ),
                "occurred": (i.occurred.start, i.occurred.end, i.occurred.precision),
                "services": {(s.service, s.status) for s in i.services},
                "diverted_to": {r.finess for r in i.diverted_to},
            }
            for i in found.incidents
        ],
    }


Read = Callable[[str, str], Report]


@pytest.fixture
def read(parse: Callable[..., Doc]) -> Read:
    return lambda title, text: report(parse(text, title=title), "test")


def evidence_holds(found: Report, title: str, text: str) -> bool:
    return all(
        0 <= a < b <= len(source) and source[a:b].strip()
        for incident in found.incidents
        for source, spans in ((text, incident.evidence), (title, incident.title_evidence))
        for span in spans.values()
        for a, b in span
    )


@pytest.mark.parametrize(("title", "text"), ARTICLES)
def test_the_articles_of_this_file_give_an_incident_with_many_values(read: Read, title: str, text: str) -> None:
    (incident,) = values(read(title, text))["incidents"]
    assert len(incident["services"]) >= 3
    assert incident["attack_types"]
    assert incident["occurred"][0]


@pytest.mark.parametrize(("title", "text"), ARTICLES)
@given(data=st.data())
@few
def test_irrelevant_paragraphs_change_no_value(read: Read, title: str, text: str, data: st.DataObject) -> None:
    paragraphs = text.split("\n\n")
    for extra in data.draw(st.lists(st.sampled_from(IRRELEVANT), min_size=1, max_size=4, unique=True)):
        # not before the first: the lead says who it is about
        paragraphs.insert(data.draw(st.integers(1, len(paragraphs))), extra)
    mixed = "\n\n".join(paragraphs)
    found = read(title, mixed)
    assert values(found) == values(read(title, text))
    assert evidence_holds(found, title, mixed)


def curly(text: str) -> str:
    return text.replace("'", "’")


def no_break(text: str) -> str:
    return (
        text.replace(" :", "\u00a0:")
        .replace(" 000", "\u202f000")
        .replace("2 millions", "2\u00a0millions")
        .replace("la ", "la\u00a0", 1)
    )


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def ligature(text: str) -> str:
    return text.replace("œ", "oe")


def ligatures_of_type(text: str) -> str:
    return text.replace("fi", "ﬁ")


def emoji(text: str) -> str:
    return "🚨 " + text.replace("\n\n", " 😷\n\n👩🏽‍⚕️ ")


def unbreakable_hyphens(text: str) -> str:
    return text.replace("-", "\u2011")


FORMS = [curly, no_break, decomposed, ligature, ligatures_of_type, emoji, unbreakable_hyphens]


@pytest.mark.parametrize(("title", "text"), ARTICLES)
@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.__name__)
def test_the_form_of_letters_signs_and_blanks_changes_no_value(
    read: Read, title: str, text: str, form: Callable[[str], str]
) -> None:
    found = read(form(title), form(text))
    assert values(found) == values(read(title, text))
    assert evidence_holds(found, form(title), form(text))


@pytest.mark.parametrize(("title", "text"), ARTICLES)
@given(
    forms=st.lists(st.sampled_from([curly, no_break, decomposed, ligature, emoji]), min_size=2, max_size=4, unique=True)
)
@few
def test_nor_do_several_forms_at_once(read: Read, title: str, text: str, forms: list[Callable[[str], str]]) -> None:
    changed, changed_title = text, title
    for form in forms:
        changed, changed_title = form(changed), form(changed_title)
    assert values(read(changed_title, changed)) == values(read(title, text))


@pytest.mark.parametrize(("title", "text"), ARTICLES)
def test_reading_twice_says_the_same(read: Read, title: str, text: str) -> None:
    assert read(title, text) == read(title, text)


@given(
    text=st.text(alphabet=st.sampled_from("Les urgences de l'hôpital, «é» 1er\u00a0mars\n😷œ’-()0123"), max_size=300)
)
@settings(parent=few, max_examples=25)
def test_any_text_is_read_and_its_evidence_holds(read: Read, text: str) -> None:
    title = "Cyberattaque à la clinique des Trois-Ormes"
    assert evidence_holds(read(title, text), title, text)
