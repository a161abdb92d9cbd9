from __future__ import annotations

import re
from pathlib import Path

import pytest

import cli
from tests.conftest import ROOT
from tools import docs


@pytest.mark.parametrize("name", ["cli.md", "codebook.md", "outlets.md"])
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert (docs.FOLDER / name).read_text(encoding="utf-8") == docs.pages()[name], "run `make docs`"


def test_links_between_our_own_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "corpus" / "README.md"]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http:", "https:")) and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_command_that_a_page_names_exists() -> None:
    known = {c.name for c in cli.app.registered_commands} | {g.name for g in cli.app.registered_groups}
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for command in re.findall(r"^\s*(?:\$ )?vigie (?!-)([a-z]+)", page.read_text(encoding="utf-8"), re.M):
            assert command in known, f"{page.name}: vigie {command}"


def test_the_screenshot_is_there() -> None:
    assert Path(ROOT / "docs" / "screenshot.png").read_bytes().startswith(b"\x89PNG")
