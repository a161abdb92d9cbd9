"""A load into SQLite that is killed again and again ends as one that nobody disturbed.

VIGIE_KILLS=20 VIGIE_KILLED_LOAD=10000: how often it is killed, and how many articles it has.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from index import open_store
from index.store import PARTS, Query
from tests.conftest import ROOT

KILLS = int(os.environ.get("VIGIE_KILLS", "2"))
ARTICLES = int(os.environ.get("VIGIE_KILLED_LOAD", "150"))

# Five articles tell of one incident. What is there already is passed over, as a run that goes on does.
LOAD = """
import sys
from index import open_store
from index.consolidate import consolidate
from index.store import Seen
from tests.index.samples import NOW, article, facility, report, said
with open_store(sys.argv[1]) as store:
    for n in range(int(sys.argv[2])):
        where = facility(f"Clinique de la Rue {n // 5}", f"Ville {n // 5}")
        of = article(n, text=f"Le scanner de la clinique est arrêté depuis {n} heures. " * 10)
        if store.article(of.url) is None:
            with store.writing():
                consolidate(store, report(of, said(where, actor=f"groupe {n}")), of, now=NOW)
                store.mark_seen([Seen(of.url, "journal", NOW, "kept")])
            print(n, flush=True)
    print("done", flush=True)
"""


def loaded(url: str, until: int | None, wait: float = 0.0) -> list[int]:
    """What was acknowledged by a load that is killed a moment (seconds) after so many articles; or is not."""
    child = subprocess.Popen(
        [sys.executable, "-c", LOAD, url, str(ARTICLES)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    told: list[str] = []
    assert child.stdout is not None
    for line in child.stdout:
        told.append(line)
        if len(told) == until:
            time.sleep(wait)
            child.kill()
    assert child.wait() == (0 if until is None else -9)
    return [int(line) for line in told if line.strip().isdecimal()]


def test_a_load_killed_at_random_moments_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    url, undisturbed = (f"sqlite:///{tmp_path / name}.db" for name in ("killed", "calm"))
    chance = random.Random(7)
    acknowledged: set[int] = set()
    for _ in range(KILLS):
        share = ARTICLES // (KILLS + 1)
        acknowledged |= set(loaded(url, chance.randint(max(1, share // 2), share), chance.uniform(0, 0.02)))
        with open_store(url) as store:
            assert store.check() == []
            there = {int(article.url.rpartition("/")[2]) for article in store.articles()}
            assert acknowledged <= there
            assert len(there) <= len(acknowledged) + 1
            acknowledged = there
    loaded(url, None)
    loaded(undisturbed, None)
    with open_store(url) as killed, open_store(undisturbed) as calm:
        assert killed.info().articles == ARTICLES
        assert killed.check() == []
        for part in PARTS:
            assert list(killed.dump(part)) == list(calm.dump(part)), part
        assert killed.search(Query(words="scanners")).total == calm.search(Query(words="scanners")).total > 0
