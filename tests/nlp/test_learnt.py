"""What is learnt and not written: states that no rule reads (`nlp.services.learnt`), whether an article reports an incident
(`nlp.subject`), which date is the attack's (`nlp.dates.choice`), and the texts they were fitted on."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.tokens import Doc

from nlp.assemble import report
from nlp.dates import choice
from nlp.dating import COMPARED, dates_told
from nlp.document import is_noise
from nlp.facilities import reading
from nlp.linear import Linear
from nlp.relevance import THRESHOLD, relevance
from nlp.services import learnt
from nlp.services.reading import read
from nlp.services.sentence import Unit
from nlp.subject import FEWEST_WORDS, MODEL, WORDS, by_words, opinion, words
from reference.folding import fold
from reference.vocabulary import term_ids

CORPUS = Path(__file__).parents[2] / "corpus"
PASSAGES = [json.loads(line) for line in (CORPUS / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
SUBJECTS = [json.loads(line) for line in (CORPUS / "subjects.jsonl").read_text(encoding="utf-8").splitlines()]
ARTICLES = [json.loads(line) for line in (CORPUS / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
_MARK = re.compile(r"<(\w+) ([\w+]+)>(.*?)</>")
HIT = "Le centre hospitalier de Vierzon est la cible d'une cyberattaque.\n\n"
TALK = (
    "Deux hackeurs au chevet de la clinique",
    "La clinique Sainte-Barbe de Lurcy a invité mardi deux hackeurs à parler de cyberattaques à son personnel. Devant "
    "quatre-vingts soignants, ils ont montré comment un rançongiciel entre par un courriel, chiffre les serveurs et arrête un "
    "bloc. « J'ai eu froid dans le dos », avoue une cadre.\n\n"
    "La soirée, gratuite, clôturait une semaine de prévention financée par l'Agence régionale de santé. Un quiz, un film et "
    "une tombola étaient au programme. La clinique compte renouveler l'expérience l'an prochain avec les étudiants de "
    "l'institut de formation, et cherche des partenaires. Les inscriptions sont ouvertes à l'accueil.",
)
LEFT_IN_A_BUS = (
    "Corvay : les fiches des résidents oubliées dans le bus",
    "Un chauffeur de la ligne 4 les a trouvées en fin de service, sous une banquette. Une chemise cartonnée de l'Ehpad des "
    "Glycines, à Corvay, contenant les fiches de quarante-deux pensionnaires : nom, traitement, numéro de la famille à "
    "appeler.\n\n"
    "Elle avait été égarée mardi par une remplaçante qui emportait le dossier pour le remplir chez elle. Le chauffeur l'a "
    "remise au directeur, qui a prévenu les familles et la Cnil. « Personne ne l'a ouverte, autant qu'on sache », dit-il. La "
    "remplaçante n'a pas été sanctionnée. Les fiches ne sortiront plus de l'établissement, promet la direction.",
)
REPORT = (
    "Le centre hospitalier de Vierzon victime d'une cyberattaque",
    "Le centre hospitalier de Vierzon est la cible d'une cyberattaque depuis la nuit de lundi à mardi. Les serveurs ont été "
    "chiffrés et les dossiers des patients ne sont plus accessibles, indique la direction, qui a déposé plainte mardi.\n\n"
    "Les urgences sont fermées et les patients sont orientés vers Bourges. Les équipes travaillent sur papier depuis deux "
    "jours, avec les agents de l'Anssi. On ignore encore si des données ont été dérobées, a précisé le directeur mercredi matin. "
    "Le retour à la normale prendra plusieurs semaines.",
)
MISDIRECTED = (
    "Brézolles : des bulletins de paie de la clinique partis chez les voisins",
    "Une cinquantaine d'habitants de Brézolles ont trouvé dans leur boîte un courrier qui ne leur était pas destiné. Les "
    "enveloppes de la clinique des Tilleuls, postées lundi 8 avril, contenaient les bulletins de paie de ses agents, avec "
    "leur adresse et leur numéro de Sécurité sociale. La direction parle d'une erreur de la machine qui met les feuilles "
    "sous pli et présente ses excuses.\n\n"
    "« On m'a rendu ma fiche au marché », raconte une aide-soignante. La Cnil a été prévenue mercredi. Les agents seront "
    "reçus un par un la semaine prochaine.\n\n"
    "En novembre 2021, le centre hospitalier de Dreux avait, lui, été victime d'un rançongiciel.",
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
    doc = parse(TALK[1], title=TALK[0])
    said = by_words(doc)
    assert said is not None
    assert said.weight < 0
    assert set(said.telling) <= set(words(TALK[0], fold(TALK[1])))
    assert relevance(doc).by_rules >= THRESHOLD > relevance(doc).score
    assert relevance(doc).terms == said.telling


def test_one_that_reports_an_incident_is_too(parse: Callable[..., Doc]) -> None:
    doc = parse(REPORT[1], title=REPORT[0])
    said = by_words(doc)
    assert said is not None
    assert said.weight > 0
    assert relevance(doc).score >= THRESHOLD


def test_an_incident_in_words_that_no_rule_knows_is_reported(parse: Callable[..., Doc]) -> None:
    found = relevance(parse(LEFT_IN_A_BUS[1], title=LEFT_IN_A_BUS[0]))
    assert found.by_rules < THRESHOLD <= found.score
    assert found.terms


def test_the_opinion_follows_rules_and_words(parse: Callable[..., Doc]) -> None:
    counted = relevance(parse(REPORT[1], title=REPORT[0])).features
    assert opinion(counted, 0.9, 1.0) > opinion(counted, 0.1, 1.0)
    assert opinion(counted, 0.9, 1.0) > opinion(counted, 0.9, -1.0)


def test_of_a_few_lines_the_words_decide_nothing(parse: Callable[..., Doc]) -> None:
    short = "La mutuelle a fait un exercice et un bilan."
    assert len(words("Exercice", fold(f"Exercice {short}"))) < FEWEST_WORDS
    assert by_words(parse(short, title="Exercice")) is None
    assert by_words(parse("", title="")) is None


def test_the_incident_of_today_is_dated_and_not_the_one_recalled(parse: Callable[..., Doc]) -> None:
    doc = parse(MISDIRECTED[1], title=MISDIRECTED[0], published="2024-04-12")
    (incident,) = report(doc, "test").incidents
    assert incident.occurred.start is not None
    assert incident.occurred.start.isoformat() == "2024-04-08"
    (span,) = set(incident.evidence["occurred"])
    assert doc._.article.text[slice(*span)] == "lundi 8 avril"


def test_a_date_that_the_rules_reject_and_the_comparison_takes_is_not_told_as_left_out(
    parse: Callable[..., Doc],
) -> None:
    doc = parse(MISDIRECTED[1], title=MISDIRECTED[0], published="2024-04-12")
    (before,) = (f for f in doc._.findings if doc.text[f.start : f.end] == "lundi 8 avril")
    assert before.rejected
    report(doc, "test")
    (after,) = (f for f in doc._.findings if doc.text[f.start : f.end] == "lundi 8 avril")
    assert after.rejected is None
    assert after.rule.startswith(before.rule)
    assert COMPARED in after.rule


def test_each_date_told_is_weighed(parse: Callable[..., Doc]) -> None:
    doc = parse(MISDIRECTED[1], title=MISDIRECTED[0], published="2024-04-12")
    told, around = dates_told(doc, reading(doc))
    sure = choice.likely(doc, told, around)
    assert set(sure) == {id(f) for f in told if not is_noise(doc, f.start)}
    said = {doc.text[f.start : f.end]: sure[id(f)] for f in told}
    assert all(0 < p < 1 for p in said.values())
    assert max(said, key=said.__getitem__) == "lundi 8 avril"


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    model = Linear(tmp_path / "weights.csv")
    model.write({"b, c": -1.5, "a": 0.25}, 0.5)
    assert (tmp_path / "weights.csv").read_text(encoding="utf-8") == 'feature,weight\n,0.5\na,0.25\n"b, c",-1.5\n'
    assert Linear(model.path).likely({"a": 2.0, "unknown": 9.0}) == pytest.approx(1 / (1 + 2.718281828**-1.0))
    assert Linear(model.path).likely({"b, c": 1.0, "a": 4.0}) == pytest.approx(0.5)


@pytest.mark.parametrize("model", [choice.MODEL, MODEL])
def test_the_weights_in_the_project_are_finite_and_stand_once(model: Linear) -> None:
    with model.path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["feature"] for row in rows}) == len(rows) > 15
    assert all(abs(weight) < 20 for weight in model.weights.values())


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


def test_the_marks_of_every_article_are_sound() -> None:
    mark = re.compile(r"<(date oui|date non|date fin|nombre oui|nombre non|victime|accueil|autre)>([^<>]+)</>")
    for row in ARTICLES:
        marks = [what for what, _ in mark.findall(row["title"] + row["text"])]
        assert "<" not in mark.sub("", row["title"] + row["text"]), row
        assert row["relevant"] == bool(row["victims"]) == ("victime" in marks), row
        told = [v for v in row["victims"] if v["occurred"]["start"]]
        assert bool(told) == ("date oui" in marks), row
        assert all(v["occurred"]["start"] <= v["occurred"]["end"] for v in told), row
        assert {t.strip("?!") for v in row["victims"] for t in v["types"]} <= set(term_ids("attack_types")), row
        assert any(v.get("persons") for v in row["victims"]) == ("nombre oui" in marks), row
        assert {v["status"] for v in row["victims"] if "status" in v} <= set(term_ids("information_status")), row
        assert {s for v in row["victims"] for s, _ in v.get("services", ())} <= set(term_ids("services")), row
        assert {s for v in row["victims"] for _, s in v.get("services", ())} <= set(term_ids("impact_status")), row


def test_no_article_stands_twice() -> None:
    assert len({row["text"] for row in ARTICLES}) == len(ARTICLES) > 1000
