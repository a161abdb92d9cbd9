"""The word lists: their notation, what is wrong with one, and that every shipped one loads."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import nlp
from nlp.lexicon import Lexicon, LexiconError
from reference.folding import fold_with_offsets

ROOM = Path(nlp.__file__).parent


def lexicon(folder: Path, *entries: tuple[str, list[str]], ids: set[str] | None = None) -> Lexicon:
    lines = [f'[[word]]\nid = "{id_}"\nterms = {terms!r}\n' for id_, terms in entries]
    path = folder / "words.toml"
    path.write_text("# Une liste.\n\n" + "\n".join(lines), encoding="utf-8")
    return Lexicon(path, {"word": ids})


def found(words: Lexicon, text: str) -> list[str]:
    return [text[m.start : m.end] for m in words.scan(fold_with_offsets(text))]


# term, text, what is found of it
NOTATION = [
    ("suspendu(e)(s)", "Les soins sont suspendus, la chirurgie suspendue.", ["suspendus", "suspendue"]),
    ("{fermé,clos} ses portes", "La clinique a fermé ses portes.", ["fermé ses portes"]),
    ("{fermé,clos} ses portes", "La clinique a clos ses portes.", ["clos ses portes"]),
    ("chiffr*", "Des fichiers chiffrés, un chiffrement.", ["chiffrés", "chiffrement"]),
    ("chiffr*", "Un déchiffrement.", []),
    ("rançon", "Une rançon, des RANCONS, une Rançon.", ["rançon", "Rançon"]),
    ("n'a … plus accès", "Elle n’a désormais plus accès à rien.", ["n’a désormais plus accès"]),
    ("n'a … plus accès", "Elle n'a plus accès à rien.", ["n'a plus accès"]),
    ("n'a … plus accès", "Elle n'a rien dit. Il y a plus accès.", []),
    ("serveurs … chiffrés", "Panne de serveurs\n\nDes disques chiffrés", []),
    ("n'a … plus accès", "Elle n'a un deux trois quatre cinq plus accès.", []),
    (
        "données … volées … pirates",
        "Les données ont été volées par des pirates.",
        ["données ont été volées par des pirates"],
    ),
    (
        "identifiants … usurpés",
        "Les identifiants de trois médecins de l'hôpital de Sens ont été usurpés.",
        ["identifiants de trois médecins de l'hôpital de Sens ont été usurpés"],
    ),
    ("identifiants … usurpés", "Les identifiants de ceux qui entrent par la porte sud sont usurpés.", []),
    ("identifiants … usurpés", "Les identifiants de l'hôpital ou de sa clinique de la côte ont été usurpés.", []),
    ("mode dégradé", "en MODE DEGRADE", ["MODE DEGRADE"]),
    ("à l'arrêt", "à l’arrêt", ["à l’arrêt"]),
    ("cœur", "Le coeur du système", ["coeur"]),
    ("cyber-attaque", "Une cyber‑attaque et une cyber-attaque", ["cyber‑attaque", "cyber-attaque"]),
    ("ars", "Les gars de Mars", []),
    ("plan blanc", "Le plan\u00a0blanc est levé.", ["plan\u00a0blanc"]),
    ("hôpital", "L'ho\u0302pital", ["ho\u0302pital"]),
]


@pytest.mark.parametrize(("term", "text", "wanted"), NOTATION)
def test_terms_are_found_as_their_notation_says(tmp_path: Path, term: str, text: str, wanted: list[str]) -> None:
    assert found(lexicon(tmp_path, ("x", [term])), text) == wanted


def test_the_longer_of_two_terms_stays_and_emoji_do_not_shift_it(tmp_path: Path) -> None:
    words = lexicon(tmp_path, ("court", ["attaque"]), ("long", ["attaque informatique"]))
    text = "🚑🚑 Une attaque informatique 😱 puis une attaque"
    matches = words.scan(fold_with_offsets(text))
    assert [(m.id, text[m.start : m.end]) for m in matches] == [("long", "attaque informatique"), ("court", "attaque")]


def test_two_ids_may_not_share_a_term(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"words\.toml:9: .*'pirates' of 'b' also belongs to 'a'"):
        lexicon(tmp_path, ("a", ["pirate(s)"]), ("b", ["pirates"]))


def test_an_unknown_id_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"words\.toml:4: unknown id 'urgence'"):
        lexicon(tmp_path, ("urgence", ["urgences"]), ids={"urgences"})


@pytest.mark.parametrize("term", ["fermé(e", "{a,b", "", "…", "a … … b", "*", "chiffr*ment", ")", "a(b{c})"])
def test_a_malformed_term_is_named_with_file_and_line(tmp_path: Path, term: str) -> None:
    with pytest.raises(LexiconError, match=r"words\.toml:\d+: "):
        lexicon(tmp_path, ("x", [term]))


def test_a_term_may_not_stand_for_hundreds_of_forms(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"words\.toml:5: .*at most"):
        lexicon(tmp_path, ("x", ["a(b)(c)(d)(e)(f)(g)(h)(i)"]))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('[[nom]]\nid = "x"\nterms = ["a"]\n', r":1: unknown section \[\[nom\]\]"),
        ('[[word]]\nid = "x"\n', r":2: an entry needs an id and terms"),
        ('[[word]]\nterms = ["a"]\n', r"an entry needs an id and terms"),
        ('[[word]]\nid = "x"\nterms = []\n', r":2: an entry needs an id and terms"),
        ("[[word]\n", r"words\.toml: .*line 1"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_line(tmp_path: Path, source: str, said: str) -> None:
    path = tmp_path / "words.toml"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(LexiconError, match=said):
        Lexicon(path, {"word": None})


def test_every_shipped_lexicon_loads() -> None:
    loaded: set[Path] = set()
    for source in sorted(ROOM.rglob("*.py")):
        if "Lexicon(" not in source.read_text(encoding="utf-8") or source.stem == "lexicon":
            continue
        name = ".".join(source.relative_to(ROOM.parent).with_suffix("").parts).removesuffix(".__init__")
        loaded |= {v.path for v in vars(import_module(name)).values() if isinstance(v, Lexicon)}
    assert {
        p for p in ROOM.rglob("*.toml") if p.name not in ("explain.toml", "grammar.toml", "kinds.toml", "ordinary.toml")
    } == loaded


def test_every_shipped_lexicon_says_where_its_words_come_from() -> None:
    for path in ROOM.rglob("*.toml"):
        assert path.read_text(encoding="utf-8").startswith("# "), path.name


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.toml")), ids=lambda p: p.name)
def test_no_shipped_lexicon_names_a_facility_s_number(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8"))
    assert not re.search(r"\b\d{9}\b", path.read_text(encoding="utf-8"))
