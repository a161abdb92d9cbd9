"""What is learnt and not written: states that no rule reads (`nlp.services.learnt`), articles whose words report nothing
(`nlp.subject`), and the texts both were fitted on."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.tokens import Doc

from nlp.relevance import THRESHOLD, relevance
from nlp.services import learnt
from nlp.services.reading import read
from nlp.services.sentence import Unit
from nlp.subject import FEWEST_WORDS, LEAST, WORDS, reports, words
from reference.folding import fold
from reference.vocabulary import term_ids

CORPUS = Path(__file__).parents[2] / "corpus"
PASSAGES = [json.loads(line) for line in (CORPUS / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
SUBJECTS = [json.loads(line) for line in (CORPUS / "subjects.jsonl").read_text(encoding="utf-8").splitlines()]
_MARK = re.compile(r"<(\w+) ([\w+]+)>(.*?)</>")
HIT = "Le centre hospitalier de Vierzon est la cible d'une cyberattaque.\n\n"
EXERCISE = (
    "L'hôpital s'entraîne à vivre sans informatique",
    "Écrans noirs, téléphones muets, dossiers introuvables : mardi matin, le centre hospitalier de Vierzon a fait comme si. "
    "Pendant quatre heures, une cinquantaine de soignants ont joué le scénario d'une cyberattaque, imaginé avec l'Agence "
    "régionale de santé. Chaque service avait reçu son enveloppe et ses fiches de papier.\n\n"
    "« On voit tout de suite ce qui manque », sourit une cadre de santé. L'exercice, le troisième en deux ans, sera suivi "
    "d'un bilan. La direction souhaite former chaque année tous les agents, et espère un financement de l'État pour de "
    "nouveaux serveurs. D'autres hôpitaux du département feront de même au printemps.",
)
REPORT = (
    "Le centre hospitalier de Vierzon victime d'une cyberattaque",
    "Le centre hospitalier de Vierzon est la cible d'une cyberattaque depuis la nuit de lundi à mardi. Les serveurs ont été "
    "chiffrés et les dossiers des patients ne sont plus accessibles, indique la direction, qui a déposé plainte mardi.\n\n"
    "Les urgences sont fermées et les patients sont orientés vers Bourges. Les équipes travaillent sur papier depuis deux "
    "jours, avec les agents de l'Anssi. On ignore encore si des données ont été dérobées, a précisé le directeur mercredi matin. "
    "Le retour à la normale prendra plusieurs semaines.",
)


def learnt_of(doc: Doc) -> list[tuple[tuple[str, str], str | None]]:
    return [(f.value, f.rejected) for f in doc._.findings if f.field == "services" and f"+ {learnt.RULE} (" in f.rule]


@pytest.mark.parametrize(
    ("sentence", "state"),
    [
        ("La dialyse, elle, n'a jamais connu la moindre attente.", ("dialyse", "maintenu")),
        ("Les prises de sang partent en voiture à Châteauroux.", ("biologie", "reoriente")),
        ("L'Ehpad n'a rien ressenti de l'attaque.", ("ehpad_hebergement", "maintenu")),
    ],
)
def test_a_state_that_no_rule_reads_is_read(parse: Callable[..., Doc], sentence: str, state: tuple[str, str]) -> None:
    assert learnt_of(parse(HIT + sentence)) == [(state, None)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Les urgences sont fermées, mais la maternité accueille les naissances.",
        "Le laboratoire travaille sur papier et le scanner est à l'arrêt.",
        "Aucune opération n'est reportée.",
    ],
)
def test_of_what_a_rule_reads_nothing_is_learnt(parse: Callable[..., Doc], sentence: str) -> None:
    assert learnt_of(parse(HIT + sentence)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Le maire a visité la maternité en mai.",
        "En temps normal, le laboratoire traite mille analyses par jour.",
        "La cheffe des urgences est arrivée de Lyon il y a dix ans.",
        "L'hôpital compte un laboratoire, une pharmacie et deux scanners.",
    ],
)
def test_a_service_named_in_passing_has_no_state(parse: Callable[..., Doc], sentence: str) -> None:
    assert learnt_of(parse(HIT + sentence)) == []


def test_evidence_and_the_words_shown_are_the_text_s(parse: Callable[..., Doc]) -> None:
    doc = parse(HIT + "La dialyse, elle, n'a jamais connu la moindre attente.")
    (finding,) = (f for f in doc._.findings if f"+ {learnt.RULE} (" in f.rule)
    assert "dialyse" in doc.text[finding.start : finding.end]
    shown = finding.rule.split("(")[1].rstrip(")").split(", ")
    assert shown
    assert all(word in doc.text for word in shown)


def test_features_are_seen_in_the_sentence(parse: Callable[..., Doc]) -> None:
    doc = parse(HIT + "Plus loin, la dialyse continue sans peine.")
    seen: list[Unit] = []
    list(read(doc, seen))
    (mention,) = (m for unit in seen for m in learnt.candidates(unit))
    shown = learnt.features(next(u for u in seen if mention in u.mentions), mention)
    assert doc[shown["Rn:contin"]].text == "continue"
    assert shown["service=dialyse"] == -1


def test_an_article_that_reports_nothing_is_told_by_its_words(parse: Callable[..., Doc]) -> None:
    likely, against = reports(parse(EXERCISE[1], title=EXERCISE[0]))
    assert likely < LEAST
    assert set(against) <= set(words(EXERCISE[0], fold(EXERCISE[1])))
    assert relevance(parse(EXERCISE[1], title=EXERCISE[0])).score < THRESHOLD


def test_one_that_reports_an_incident_is_too(parse: Callable[..., Doc]) -> None:
    assert reports(parse(REPORT[1], title=REPORT[0]))[0] > 0.5
    assert relevance(parse(REPORT[1], title=REPORT[0])).score >= THRESHOLD


def test_of_a_few_lines_the_words_decide_nothing(parse: Callable[..., Doc]) -> None:
    short = "La mutuelle a fait un exercice et un bilan."
    assert len(words("Exercice", fold(f"Exercice {short}"))) < FEWEST_WORDS
    assert reports(parse(short, title="Exercice")) == (1.0, ())


def test_an_empty_article_has_no_words(parse: Callable[..., Doc]) -> None:
    assert reports(parse("", title=""))[0] == 1.0


def test_words_are_folded_and_stand_once() -> None:
    with WORDS.open(encoding="utf-8", newline="") as file:
        told = [row["word"] for row in csv.DictReader(file)]
    assert len(told) == len(set(told)) > 1000
    assert all(re.fullmatch(r"[a-z0-9]*", word) for word in told)


def test_the_marks_of_every_passage_are_sound() -> None:
    services, statuses = set(term_ids("services")), {*term_ids("impact_status"), "rien"}
    for row in PASSAGES:
        for what, told, said in _MARK.findall(row["text"]):
            assert said.strip(), row
            assert told in ("oui", "non", "fin") if what == "date" else what in services, row
            assert what == "date" or set(told.split("+")) <= statuses, row
        assert "<" not in _MARK.sub(r"\3", row["text"]), row
        assert {t.strip("?!") for t in row["types"]} <= set(term_ids("attack_types")), row


def test_every_status_and_service_has_passages() -> None:
    told = [(what, t) for row in PASSAGES for what, states, _ in _MARK.findall(row["text"]) for t in states.split("+")]
    assert {what for what, _ in told} - {"date"} == set(term_ids("services"))
    assert {t for what, t in told if what != "date"} == {*term_ids("impact_status"), "rien"}


def test_the_articles_made_up_are_of_both_kinds_and_stand_once() -> None:
    assert len({row["text"] for row in SUBJECTS}) == len(SUBJECTS)
    assert 0.3 < sum(row["relevant"] for row in SUBJECTS) / len(SUBJECTS) < 0.6
