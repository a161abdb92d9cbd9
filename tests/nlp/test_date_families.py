"""Families of wordings that date an attack, or something else: `date_families.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from spacy.tokens import Doc

from nlp.assemble import report
from nlp.dates import conclude
from nlp.dates.expressions import find
from nlp.document import live
from records import Occurred
from reference.folding import fold_with_offsets

_TABLE = tomllib.loads(Path(__file__).with_name("date_families.toml").read_text(encoding="utf-8"))
_PUBLISHED = date(2024, 3, 14)
_LEAD = "Le centre hospitalier de Saint-Lô est confronté à une cyberattaque."
# what the attack's date is, told in a sentence of its own; "" for none
_STATEMENTS = {
    "L'établissement a été victime d'une cyberattaque samedi.": "2024-03-09 day",
    "L'attaque s'est produite dans la nuit de samedi à dimanche.": "2024-03-09/2024-03-10 night",
    "Un rançongiciel a chiffré les serveurs et une rançon est réclamée.": "",
}


def _told(occurred: Occurred) -> str:
    if occurred.start is None:
        return ""
    days = f"{occurred.start}" if occurred.start == occurred.end else f"{occurred.start}/{occurred.end}"
    return f"{days} {occurred.precision}"


@pytest.mark.parametrize("row", _TABLE["expression"], ids=[e["says"] for e in _TABLE["expression"]])
def test_a_wording_means_these_days(row: dict[str, str]) -> None:
    read = find(fold_with_offsets(row["says"]).text, _PUBLISHED)
    assert "; ".join(_told(Occurred(start=m.first, end=m.last, precision=m.precision)) for m in read) == row["means"]


@pytest.mark.parametrize("beside", _TABLE["beside"], ids=[b[:60] for b in _TABLE["beside"]])
def test_what_stands_beside_the_attack_does_not_date_it(beside: str, parse: Callable[..., Doc]) -> None:
    for statement, when in _STATEMENTS.items():
        doc = parse(f"{_LEAD} {statement} {beside}", title="Saint-Lô : l'hôpital victime d'une cyberattaque")
        assert _told(report(doc, "").incidents[0].occurred) == when, statement


@pytest.mark.parametrize("article", _TABLE["article"], ids=[a["text"][:60] for a in _TABLE["article"]])
def test_an_article_dates_its_victims(article: dict[str, str], parse: Callable[..., Doc]) -> None:
    doc = parse(article["text"], article.get("published", str(_PUBLISHED)), article["title"])
    incidents = report(doc, "").incidents
    # where too little is told for a victim to be found, the date is looked at alone
    dates = [i.occurred for i in incidents] or [conclude(doc, list(live(doc._.findings, "occurred")))[0]]
    assert sorted(map(_told, dates))[: len(article["on"].split(";"))] == sorted(article["on"].split(";"))
