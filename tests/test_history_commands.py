"""`vigie show --as-of` and `vigie changes --since`, as a user types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
from cli.terminal import Refused
from index import open_store
from index.acting import Analyst
from index.consolidate import consolidate
from tests.index.samples import article, report, said, services

Vigie = Callable[..., Result]
THEN = datetime(2022, 1, 7, 12, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """One incident told on 7 January, 20 January (data) and 30 January (restored)."""
    address = f"sqlite:///{tmp_path / 'vigie.db'}"
    with open_store(address) as store:
        for n, day, told in (
            (1, "2022-01-07", said(services=services("urgences:ferme"))),
            (2, "2022-01-20", said(data_stolen=True)),
            (3, "2022-01-30", said(services=services("urgences:retabli"))),
        ):
            of = article(n, published=day, fetched=f"{day}T12:00:00Z")
            consolidate(store, report(of, told), of, now=THEN)
    return address


@pytest.fixture
def vigie(url: str, monkeypatch: pytest.MonkeyPatch) -> Vigie:
    monkeypatch.setenv("VIGIE_STORE", url)
    return lambda *words: CliRunner().invoke(cli.app, words)


def test_show_says_how_long_services_were_down_and_what_happened_when(vigie: Vigie) -> None:
    said = vigie("show", "VIG-2022-0001").stdout
    assert "touché le 6 janvier 2022, rétabli le 30 janvier 2022 : au plus 24 jours" in said
    assert "Retour à la normale de tous les services touchés : au plus tard le 30 janvier 2022" in said
    assert "Confiance" in said


def test_show_as_of_a_day_knows_only_what_had_been_published(vigie: Vigie) -> None:
    said = vigie("show", "VIG-2022-0001", "--as-of", "2022-01-10").stdout
    assert "touché depuis le 6 janvier 2022" in said
    assert "Vol de données" not in said
    told = json.loads(vigie("show", "VIG-2022-0001", "--as-of", "2022-01-25", "--format", "json").stdout)
    assert told["data_stolen"] is True
    assert isinstance(vigie("show", "VIG-2022-0001", "--as-of", "2022-01-01").exception, Refused)
    assert isinstance(vigie("show", "VIG-2022-0001", "--as-of", "hier").exception, Refused)


def test_changes_since_a_day_in_words_and_as_lines(vigie: Vigie) -> None:
    said = vigie("changes", "--since", "2022-01-15").stdout.replace("\xa0", " ")
    assert "Clinique des Trois-Ormes, Chambray-lès-Tours : changé" in said
    assert "Vol de données : non précisé → oui, des données ont été volées" in said
    assert "Services — ajouté : Urgences : rétabli" in said
    (line,) = vigie("changes", "--since", "2022-01-15", "--format", "jsonl").stdout.splitlines()
    assert json.loads(line)["articles"] == [article(2).url, article(3).url]
    assert vigie("changes", "--since", "2022-02-15").stdout == ""


def test_what_was_withdrawn_is_told_and_shown_to_be_gone(vigie: Vigie, url: str) -> None:
    with open_store(url) as store:
        Analyst(store, "Ana").reject("VIG-2022-0001")
    assert "VIG-2022-0001  retiré" in vigie("changes", "--since", "2022-01-15").stdout
    assert "a été retiré" in str(vigie("show", "VIG-2022-0001").exception)
