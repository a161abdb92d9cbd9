"""How the grouping is measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.clusters import bcubed, gold_report, grouping, read_clusters
from index.store import Member, Store
from nlp.evaluation import GoldError, read_gold
from tests.conftest import ROOT


def members(*names: str) -> dict[Member, str]:
    return {Member(f"https://a.example/{n}", 0): name for n, name in enumerate(names)}


@pytest.mark.parametrize(
    ("wanted", "found", "figures"),
    [
        (("a", "a", "b"), ("1", "1", "2"), (1.0, 1.0)),
        (("a", "a", "b"), ("1", "1", "1"), (5 / 9, 1.0)),
        (("a", "a", "b"), ("1", "2", "3"), (1.0, 2 / 3)),
        ((), (), (0.0, 0.0)),
    ],
)
def test_bcubed_counts_for_each_account_its_own_company(
    wanted: tuple[str, ...], found: tuple[str, ...], figures: tuple[float, float]
) -> None:
    assert bcubed(members(*wanted), members(*found)) == pytest.approx(figures)


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "clusters.csv"
    path.write_text("article,incident,cluster,facility\n1,0,a,X\n2,zéro,a,X\n", encoding="utf-8")
    with pytest.raises(GoldError, match=r"clusters\.csv:3"):
        read_clusters(path)


def test_our_corpus_is_brought_together_and_what_goes_wrong_is_named(store: Store) -> None:
    gold = read_gold(ROOT / "corpus" / "dev.jsonl")
    rows = read_clusters(ROOT / "corpus" / "clusters.csv")
    found = grouping(store, rows, gold, [(item.article, gold_report(item)) for item in gold])
    assert (found.scored, found.missed) == (113, 0)
    assert found.f1 >= 0.97
    assert all("/" in wrong for wrong in (*found.merges, *found.splits))
