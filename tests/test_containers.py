"""compose.yaml and the Dockerfile fit the code they start. No container is run here: see docs/stores.md."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import yaml

from cli import app
from tests.conftest import ROOT
from tools.elasticsearch import distribution


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return made


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_server_is_the_one_the_tests_run_on(services: dict[str, Any]) -> None:
    assert services["elasticsearch"]["image"].endswith(f":{distribution.VERSION}")


def test_the_store_is_the_server_beside_it(services: dict[str, Any]) -> None:
    host = re.fullmatch(r"http://(\w+):9200/[a-z]+", services["vigie"]["environment"]["VIGIE_STORE"])
    assert host
    assert host[1] in services
    assert host[1] in services["vigie"]["depends_on"]


def test_only_this_machine_reaches_what_has_no_password(services: dict[str, Any]) -> None:
    assert "ports" not in services["elasticsearch"]
    assert all(port.startswith("127.0.0.1:") for port in services["vigie"]["ports"])


def test_every_setting_is_one_that_the_code_reads(services: dict[str, Any]) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for room in ("cli", "crawler", "index") for path in ROOT.glob(f"{room}/*.py"))  # fmt: skip
    told = [*services["vigie"]["environment"], *(rest.split("=")[0] for word, rest in instructions() if word == "ENV")]
    assert told
    for name in told:
        assert name in code, name


def test_the_image_runs_a_command_there_is_without_being_root() -> None:
    told = dict(instructions())
    command, *arguments = re.findall(r'"([^"]+)"', told["CMD"])
    assert command == "vigie"
    assert arguments[0] in {one.name or one.callback.__name__ for one in app.registered_commands if one.callback}
    assert told["USER"].isdecimal()
    assert told["USER"] != "0"


def test_the_image_has_the_files_its_build_asks_for() -> None:
    wanted = [
        word
        for name, rest in instructions()
        if name == "RUN"
        for word in shlex.split(rest)
        if word.startswith("requirements/")
    ]
    assert wanted
    for name in wanted:
        assert "--hash=sha256:" in (ROOT / name).read_text(encoding="utf-8")
    assert dict(instructions())["FROM"].startswith("python:3.")
