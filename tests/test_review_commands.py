"""`vigie review`: acts go from one store to another, and reviewed articles become labelled examples."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
from index import open_store
from index.acting import Analyst
from index.consolidate import consolidate
from index.store import Query
from nlp.evaluation import read_gold
from tests.index.samples import NOW, article, facility, report, said, services

Vigie = Callable[..., Result]
CHARMILLE = facility("Ehpad de la Charmille", "Loches", type="ehpad")


def filled(url: str, order: tuple[int, ...]) -> str:
    told = {1: said(actor="LockBit", services=services("urgences:ferme")), 2: said(CHARMILLE), 3: said()}
    with open_store(url) as store:
        for n in order:
            consolidate(store, report(article(n), told[n]), article(n), now=NOW)
    return url


@pytest.fixture
def one(tmp_path: Path) -> str:
    """A store where two incidents were reviewed: the first corrected and confirmed, the second rejected."""
    url = filled(f"sqlite:///{tmp_path / 'one.db'}", (1, 2, 3))
    with open_store(url) as store:
        first, second = (next(iter(store.incidents_of_report(article(n).url))).id for n in (1, 2))
        ana = Analyst(store, "Ana")
        ana.correct(first, {"actor": "Hive"}, why="vu au procès")
        ana.confirm(first)
        ana.reject(second, why="exercice")
    return url


@pytest.fixture
def vigie(monkeypatch: pytest.MonkeyPatch) -> Vigie:
    def run(url: str, *words: str) -> Result:
        monkeypatch.setenv("VIGIE_STORE", url)
        return CliRunner().invoke(cli.app, words)

    return run


def test_acts_go_to_another_store_once(vigie: Vigie, one: str, tmp_path: Path) -> None:
    other = filled(f"sqlite:///{tmp_path / 'two.db'}", (3, 2, 1))
    acts = tmp_path / "acts.jsonl"
    assert vigie(one, "review", "export", "-o", str(acts)).exit_code == 0
    assert [json.loads(line)["by"] for line in acts.read_text(encoding="utf-8").splitlines()] == ["Ana"] * 3
    assert json.loads(vigie(other, "review", "import", str(acts)).stdout) == {
        "applied": 3, "known": 0, "waiting": 0, "wrong": 0,
    }  # fmt: skip
    assert json.loads(vigie(other, "review", "import", str(acts)).stdout)["known"] == 3
    with open_store(other) as store:
        (incident,) = store.all(Query())
        assert incident.actor == "Hive"
    assert vigie(other, "review", "export").stdout == acts.read_text(encoding="utf-8")


def test_a_wrong_line_is_named_and_the_rest_applied(vigie: Vigie, one: str, tmp_path: Path) -> None:
    acts = tmp_path / "acts.jsonl"
    vigie(one, "review", "export", "-o", str(acts))
    lines = acts.read_text(encoding="utf-8").splitlines()
    wrong = json.dumps({**json.loads(lines[1]), "kind": "maudire"})
    acts.write_text("\n".join([lines[0], "pas du JSON", wrong, "", lines[2]]), encoding="utf-8")
    other = filled(f"sqlite:///{tmp_path / 'two.db'}", (1, 2, 3))
    done = vigie(other, "review", "import", str(acts))
    assert done.exit_code == 1
    assert f"{acts}:2 :" in done.stderr
    assert f"{acts}:3 : kind" in done.stderr
    assert json.loads(done.stdout) == {"applied": 2, "known": 0, "waiting": 0, "wrong": 2}


def test_an_act_waits_in_a_store_that_has_none_of_its_articles(vigie: Vigie, one: str, tmp_path: Path) -> None:
    acts = tmp_path / "acts.jsonl"
    vigie(one, "review", "export", "-o", str(acts))
    other = filled(f"sqlite:///{tmp_path / 'two.db'}", ())
    assert json.loads(vigie(other, "review", "import", str(acts)).stdout)["waiting"] == 3
    filled(other, (3, 1, 2))
    with open_store(other) as store:
        (incident,) = store.all(Query())
        assert incident.actor == "Hive"


def test_reviewed_articles_are_labelled_examples(vigie: Vigie, one: str, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    assert vigie(one, "review", "gold", "-o", str(gold)).exit_code == 0
    rows = {row["url"]: row for row in map(json.loads, gold.read_text(encoding="utf-8").splitlines())}
    assert set(rows) == {article(n).url for n in (1, 2, 3)}
    (incident,) = rows[article(1).url]["incidents"]
    assert incident["actor"] == "Hive"
    assert incident["services"] == [{"service": "urgences", "status": "ferme"}]
    assert rows[article(3).url]["incidents"][0]["actor"] is None, "what it does not say is not put into its mouth"
    assert (rows[article(2).url]["relevant"], rows[article(2).url]["incidents"]) == (False, [])
    assert {row["text"] for row in rows.values()} == {""}
    vigie(one, "review", "gold", "--texts", "-o", str(gold))
    assert [item.article.text for item in read_gold(gold)] == ["Texte."] * 3
