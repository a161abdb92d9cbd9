"""`vigie outlets add`, `vigie outlets check` and `vigie add`, as a user runs them, against a local site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Vigie, rows
from tests.site.serve import Site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def test_a_site_is_found_checked_and_one_of_its_articles_added(vigie: Vigie, site: Site, tmp_path: Path) -> None:
    proposed = vigie("outlets", "add", "--allow-private", site.gazette.base)
    assert proposed.returncode == 2  # it has no front page
    assert "réponse HTTP 404" in proposed.stderr

    checked = vigie("outlets", "check", "gazette-centre", "--outlets", str(site.outlets_file))
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith("OK       gazette-centre")
    assert "13 entrée(s)" in checked.stdout
    assert "JSON-LD" in checked.stdout

    store = f"sqlite:///{tmp_path / 'vigie.db'}"
    url = next(url for url in site.incidents if url.startswith(site.gazette.base))
    added = vigie("add", url, "--outlets", str(site.outlets_file), store=store)
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["kept"] == 1
    [incident] = rows(vigie("search", "--format", "jsonl", store=store).stdout)
    assert [report["url"] for report in incident["reports"]] == [url]


def test_what_cannot_be_added_is_refused_with_what_to_do_instead(vigie: Vigie, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'vigie.db'}"
    closed = vigie("add", "https://www.larep.fr/montreuse-45999/actualites/exemple_1/", store=store)
    assert (closed.returncode, closed.stdout) == (2, "")
    assert "Donnez plutôt une note de vous" in closed.stderr
    half = vigie("add", "https://www.larep.fr/x_1/", "--note", "Une note", store=store)
    assert half.returncode == 2
    assert "--note demande aussi --title et --date" in half.stderr
