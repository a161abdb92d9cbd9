"""Second opinions learnt on the values of one victim: the kind of incident, theft of data, who says so (`nlp.opinions`), and
which number counts the persons concerned (`nlp.details.counts`), which authority acts (`nlp.details.acting`)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy
import pytest
from spacy.tokens import Doc

from nlp import opinions
from nlp.assemble import by_rules, report
from nlp.details import acting, counts
from nlp.document import Finding
from nlp.explain import page
from nlp.linear import Linear
from nlp.opinions import LABELS, RULE, ByRules, Second, heard, second, sentences
from records import AttackClaim

READ_MAILS = (
    "Orsenne : les courriels de la directrice lus depuis l'étranger",
    "Quelqu'un a relevé pendant deux semaines le courrier de la directrice de la clinique du Parc, à Orsenne. Son mot de "
    "passe, le même depuis des années, traînait dans une liste échangée sur internet. Les connexions venaient d'Europe de "
    "l'Est, toujours la nuit. Des messages partis en son nom demandaient à la comptable de changer le compte d'un "
    "fournisseur.\n\n"
    "La comptable a eu un doute et a téléphoné. La boîte a été fermée, tous les mots de passe changés, et la double "
    "authentification rendue obligatoire. La clinique a prévenu la Cnil et porté plainte. Aucun soin n'a été retardé, assure "
    "la directrice, qui a présenté ses excuses à ses correspondants.",
)
COUNTED = (
    "Le laboratoire Lumen laisse fuir les résultats de ses patients",
    "Le laboratoire Lumen, à Blois, a été victime d'un vol de données. Le fichier, mis en vente sur un forum, contient 480 000 "
    "lignes. On y dénombre 41 250 malades, prélevés depuis 2019, et 12 médecins. Le laboratoire emploie 85 personnes et "
    "dessert un bassin de 300 000 habitants. Chacun des malades recevra une lettre, promet la direction, qui a porté plainte "
    "et prévenu la Cnil mardi.\n\n"
    "Les noms, les adresses, les numéros de Sécurité sociale et les résultats d'analyses figurent dans le fichier. Le vendeur "
    "en demande 2 000 euros.",
)


def told(*claims: str, status: str | None = "confirme", stolen: bool | None = None) -> ByRules:
    """`claims`: `panne` for a stated one, `?panne` supposed, `!panne` denied."""
    certainty = {"?": "suspected", "!": "denied"}
    said = [AttackClaim(type=c.lstrip("?!"), certainty=certainty.get(c[0], "confirmed")) for c in claims]
    return ByRules(tuple(said), status, stolen)


class Says(Linear):
    """A model that finds each value as likely as it is told, the others at a tenth."""

    def __init__(self, likely: Mapping[str, float]) -> None:
        self.told = likely

    def likely(self, features: Mapping[str, float]) -> float:
        (label,) = {name.split(":")[0] for name in features}
        return self.told.get(label, 0.1)


@pytest.fixture
def weigh(monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Doc]) -> Callable[..., Second]:
    def weigh(rules: ByRules, **likely: float) -> Second:
        known = {f"{name.replace('_is_', ' ')}": value for name, value in likely.items()}
        monkeypatch.setattr(opinions, "MODEL", Says(known))
        return second(parse(READ_MAILS[1], title=READ_MAILS[0]), rules)

    return weigh


def shown(found: Second) -> list[str]:
    marks = {"suspected": "?", "denied": "!", "confirmed": ""}
    return [marks[c.certainty] + c.type for c in found.claims]


@pytest.mark.parametrize(
    ("rules", "likely", "after"),
    [
        (["panne"], {"type_is_panne": 0.4}, ["panne"]),
        (["panne", "intrusion"], {"type_is_panne": 0.9, "type_is_intrusion": 0.3}, ["panne"]),
        (["panne"], {"type_is_panne": 0.9, "type_is_vol_donnees": 0.7}, ["?vol_donnees", "panne"]),
        (["panne"], {"type_is_panne": 0.9, "type_is_vol_donnees": 0.55}, ["panne"]),
        (["!vol_donnees"], {}, ["!vol_donnees"]),
        (["!vol_donnees"], {"type_is_vol_donnees": 0.7}, ["?vol_donnees"]),
        (["!panne", "intrusion"], {"type_is_intrusion": 0.8}, ["intrusion", "!panne"]),
        (
            ["cyberattaque_non_precisee"],
            {"type_is_cyberattaque_non_precisee": 0.9, "type_is_maliciel": 0.7},
            ["?maliciel"],
        ),
        (["panne"], {"type_is_panne": 0.2, "type_is_maliciel": 0.3}, ["?maliciel"]),
        ([], {}, []),
    ],
)
def test_a_kind_is_kept_added_or_given_up(
    weigh: Callable[..., Second], rules: list[str], likely: dict[str, float], after: list[str]
) -> None:
    assert sorted(shown(weigh(told(*rules), **likely))) == sorted(after)


def test_what_is_given_up_is_told_with_its_likelihood(weigh: Callable[..., Second]) -> None:
    found = weigh(told("panne", "intrusion", stolen=True), type_is_panne=0.9, type_is_intrusion=0.2)
    assert found.given_up == {"attack_types/intrusion": 0.2, "data_stolen": 0.1}
    assert found.stolen is None


@pytest.mark.parametrize(
    ("rules", "likely", "after"),
    [
        ("confirme", {"status_is_confirme": 0.4, "status_is_rapporte": 0.5}, "confirme"),
        ("confirme", {"status_is_confirme": 0.4, "status_is_rapporte": 0.6}, "rapporte"),
    ],
)
def test_who_says_so_changes_by_a_margin_only(
    weigh: Callable[..., Second], rules: str, likely: dict[str, float], after: str
) -> None:
    found = weigh(told("panne", status=rules), type_is_panne=0.9, **likely)
    assert found.status == after
    assert ("information_status" in found.support) == (rules != after)


@pytest.mark.parametrize(
    ("rules", "yes", "no", "after"),
    [
        (None, 0.55, 0.1, None), (None, 0.7, 0.1, True), (None, 0.1, 0.7, False), (True, 0.45, 0.1, True),
        (True, 0.1, 0.1, None), (False, 0.7, 0.2, True),
    ],
)  # fmt: skip
def test_whether_data_were_stolen(
    weigh: Callable[..., Second], rules: bool | None, yes: float, no: float, after: bool | None
) -> None:
    found = weigh(told("panne", stolen=rules), type_is_panne=0.9, **{"stolen_is_yes": yes, "stolen_is_no": no})
    assert found.stolen is after


def test_what_is_added_stands_in_a_sentence_to_the_point(
    weigh: Callable[..., Second], parse: Callable[..., Doc]
) -> None:
    found = weigh(told("panne"), type_is_panne=0.9, type_is_compromission_compte=0.8)
    finding = found.support["attack_types/compromission_compte"]
    doc = parse(READ_MAILS[1], title=READ_MAILS[0])
    assert (finding.start, finding.end) in {(s.start, s.end) for s in sentences(doc) if s.to_the_point}
    words = finding.rule.split(" : ")[1].split(" (")[0].split(", ")
    assert all(word in doc._.folded.text for word in words)


def test_an_account_misused_is_told_by_the_words(parse: Callable[..., Doc]) -> None:
    doc = parse(READ_MAILS[1], title=READ_MAILS[0])
    weights = heard(sentences(doc))
    kinds = {label: weight for label, weight in weights.items() if label.startswith("type ")}
    assert max(kinds, key=kinds.__getitem__) == "type compromission_compte"
    (incident,) = report(doc, "test").incidents
    assert "compromission_compte" in {claim.type for claim in incident.attack_types}
    assert incident.evidence["attack_types/compromission_compte"]


def test_a_report_made_twice_is_the_same(parse: Callable[..., Doc]) -> None:
    doc = parse(READ_MAILS[1], title=READ_MAILS[0])
    assert report(doc, "test") == report(doc, "test")


def test_the_page_tells_what_was_learnt_and_what_was_given_up(
    monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Doc]
) -> None:
    doc = parse(READ_MAILS[1], title=READ_MAILS[0])
    rules = by_rules(doc)
    assert rules is not None
    monkeypatch.setattr(opinions, "MODEL", Says({"type defiguration": 0.8, f"status {rules.status}": 0.9}))
    html = page(doc, report(doc, "test"))
    assert f"{RULE} pour « défiguration de site" in html
    if rules.claims:
        assert "peu probable d’après les mots de l’article".replace("’", "&#x27;") in html


def test_of_what_is_denied_nobody_did_it_to_anyone(monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Doc]) -> None:
    monkeypatch.setattr(opinions, "MODEL", Says({"type vol_donnees": 0.8, "status dementi": 0.9}))
    (incident,) = report(parse(COUNTED[1], title=COUNTED[0]), "test").incidents
    assert incident.information_status == "dementi"
    assert incident.persons_affected is None
    assert "persons_affected" not in incident.evidence


def test_nothing_is_asked_of_several_victims_or_of_a_few_lines(
    monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Doc]
) -> None:
    def ask(*_: Any) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(opinions, "second", ask)
    report(parse("Le centre hospitalier de Vierzon est victime d'un rançongiciel."), "test")
    several = (
        "Le centre hospitalier de Vierzon est victime d'une cyberattaque depuis lundi. La clinique de Blois a été piratée "
        "mardi. "
    )
    report(parse(several + "Les équipes travaillent sur papier. " * 20), "test")
    with pytest.raises(AssertionError, match="asked"):
        report(parse(READ_MAILS[1], title=READ_MAILS[0]), "test")


def test_of_a_text_without_words_nothing_is_heard(parse: Callable[..., Doc]) -> None:
    assert heard(sentences(parse("", title=""))).keys() == set(LABELS)


def test_the_words_learnt_stand_once_and_their_weights_are_finite() -> None:
    with numpy.load(opinions.WORDS) as file:
        words = bytes(file["words"]).decode().split("\n")
        assert len(words) == len(set(words)) > 5000
        assert file["weights"].shape == (len(words), len(LABELS))
        assert file["rarity"].shape == (len(words),)
        assert file["bias"].shape == (len(LABELS),)
        assert all(numpy.isfinite(file[name].astype(float)).all() for name in ("weights", "rarity", "bias"))


def test_words_are_read_as_they_were_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(opinions, "WORDS", tmp_path / "words.npz")
    opinions.write(["a", "a b"], [1.0, 2.0], numpy.ones((2, len(LABELS))), numpy.zeros(len(LABELS)))
    with numpy.load(tmp_path / "words.npz") as file:
        assert bytes(file["words"]).decode() == "a\na b"
        assert file["weights"].tolist() == [[1.0] * len(LABELS)] * 2


def counted(doc: Doc) -> dict[int, Finding]:
    return {f.value: f for f in doc._.findings if f.field == counts.FIELD and f.rejected is None}


def test_the_number_of_those_concerned_is_chosen_among_all(parse: Callable[..., Doc]) -> None:
    doc = parse(COUNTED[1], title=COUNTED[0])
    assert set(counted(doc)) == {41250}
    (incident,) = report(doc, "test").incidents
    assert incident.persons_affected == 41250


def test_candidates_are_the_numbers_that_are_no_dates(parse: Callable[..., Doc]) -> None:
    told_of = parse(COUNTED[1], title=COUNTED[0]).user_data["counts"]
    values = [c.number.value for c in told_of]
    assert 41250 in values
    assert 300000 in values
    assert 2019 not in values


class Always(Linear):
    def __init__(self, likely: float) -> None:
        self.told = likely

    def likely(self, features: Mapping[str, float]) -> float:
        return self.told


def test_a_number_that_is_unlikely_counts_nobody_and_says_why(
    monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Doc]
) -> None:
    monkeypatch.setattr(counts, "MODEL", Always(0.12))
    doc = parse(COUNTED[1].replace("malades", "patients concernés"), title=COUNTED[0])
    assert counted(doc) == {}
    left = [f for f in doc._.findings if f.field == counts.FIELD and "peu probable" in (f.rejected or "")]
    assert left
    assert all("12" in (f.rejected or "") for f in left)


def test_a_number_that_no_rule_takes_is_told_as_learnt(
    monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Doc]
) -> None:
    monkeypatch.setattr(counts, "MODEL", Always(0.9))
    found = counted(parse(COUNTED[1], title=COUNTED[0]))
    assert "voisins" in found[300000].rule
    assert found[300000].weight == pytest.approx(1.9)


INFORMED = (
    "Ganvel : la clinique des Remparts piratée, les opérations annulées",
    "La clinique des Remparts, à Ganvel, a été victime d'un rançongiciel dans la nuit de dimanche à lundi. Les serveurs ont été "
    "chiffrés et toutes les opérations du jour annulées, indique la direction, qui a porté plainte. Côté Cnil, le dossier est "
    "entre les mains d'un juriste de la clinique, parti mardi pour Paris avec la liste des fichiers.\n\n"
    "Le directeur, ancien de l'Anssi, connaît ce genre d'affaires. Il pense rouvrir le bloc jeudi, sur papier. Les patients "
    "déjà hospitalisés restent dans leurs chambres, et les urgences du secteur sont assurées par l'hôpital voisin.",
)


def named(doc: Doc) -> dict[str, Finding]:
    return {f.value: f for f in doc._.findings if f.field == "authorities"}


@pytest.mark.parametrize(("likely", "acts"), [(0.9, True), (0.65, False)])
def test_an_authority_that_no_rule_sees_act_is_taken_where_that_is_likely(
    monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Doc], likely: float, acts: bool
) -> None:
    monkeypatch.setattr(acting, "MODEL", Always(likely))
    finding = named(parse(INFORMED[1], title=INFORMED[0]))["anssi"]
    assert (finding.rejected is None) == acts
    assert ("agit d'après les mots voisins (90" in finding.rule) == acts


def test_an_authority_that_acts_is_given_up_where_it_is_unlikely_in_all_its_mentions(
    monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Doc]
) -> None:
    text = INFORMED[1].replace("Côté Cnil,", "La Cnil a été saisie ;")
    monkeypatch.setattr(acting, "MODEL", Always(0.3))
    assert named(parse(text, title=INFORMED[0]))["cnil"].rejected is None
    monkeypatch.setattr(acting, "MODEL", Always(0.1))
    assert "peu probable" in (named(parse(text, title=INFORMED[0]))["cnil"].rejected or "")


def test_who_once_worked_for_an_authority_does_not_make_it_act(parse: Callable[..., Doc]) -> None:
    (incident,) = report(parse(INFORMED[1], title=INFORMED[0]), "test").incidents
    assert "anssi" not in incident.authorities


def test_of_a_few_lines_the_rules_alone_say_who_acts(
    monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Doc]
) -> None:
    monkeypatch.setattr(acting, "MODEL", Always(0.0))
    assert named(parse("La clinique de Blois a été piratée. L'Anssi enquête."))["anssi"].rejected is None


def test_of_a_few_lines_the_rules_alone_count(monkeypatch: pytest.MonkeyPatch, parse: Callable[..., Doc]) -> None:
    monkeypatch.setattr(counts, "MODEL", Always(0.0))
    doc = parse("Les données de 6 000 patients de la clinique de Blois ont été volées.")
    assert set(counted(doc)) == {6000}


@pytest.mark.parametrize("model", [opinions.MODEL, counts.MODEL, acting.MODEL])
def test_the_weights_are_finite_and_stand_once(model: Linear) -> None:
    with model.path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["feature"] for row in rows}) == len(rows) > 100
    assert all(abs(weight) < 20 for weight in model.weights.values())
