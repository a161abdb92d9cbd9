from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

import cli
import index
from records import Act, Article, Incident, Report
from tests.conftest import ROOT, Vigie, line, rows
from tests.samples import ATTACK, FUNDS, VINCI, WEATHER


@pytest.fixture(scope="module")
def filled(vigie: Vigie, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with the incident of `ATTACK`."""
    folder = tmp_path_factory.mktemp("filled")
    articles = folder / "articles.jsonl"
    articles.write_text("".join(line(a) + "\n" for a in (ATTACK, WEATHER, FUNDS)), encoding="utf-8")
    url = f"sqlite:///{folder / 'vigie.db'}"
    done = vigie("ingest", str(articles), store=url)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kept"] == 1
    return url


@dataclass(frozen=True)
class Ended:
    returncode: int
    stdout: str
    stderr: str


Here = Callable[..., Ended]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Here:
    """As `vigie`, in this process: for what is refused before anything is loaded, and often."""

    def run(*arguments: str, store: str) -> Ended:
        monkeypatch.setenv("VIGIE_STORE", "")
        monkeypatch.setattr(sys, "argv", ["vigie", "--store", store, *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ended(int(ended.value.code or 0), *capfd.readouterr())

    return run


def test_help_comes_at_once(vigie: Vigie) -> None:
    started = time.monotonic()
    done = vigie("--help")
    assert done.returncode == 0
    assert "collect" in done.stdout
    assert time.monotonic() - started < 5  # a quarter of a second on an idle machine
    heavy = {"spacy", "streamlit", "scrapy", "pydantic", "trafilatura"}
    code = f"import sys, cli; print(sorted({heavy!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ("collect", "--nonsense"),
        ("nonsense",),
        ("collect", "--outlets", "nowhere.toml"),
        ("collect", "--outlet", "no-such-outlet"),
        ("collect", "--since", "yesterday"),
        ("search", "--type", "ransomware"),
        ("search", "--department", "99"),
        ("search", "--since", "2024-02-01", "--until", "2024-01-01"),
        ("ingest", "nowhere.jsonl"),
        ("extract", "nowhere.jsonl"),
        ("evaluate", "nowhere.jsonl"),
        ("export", "--format", "xlsx", "-o", "-"),
        ("export", "--format", "csv", "-o", "no/such/folder/out.csv"),
        ("show", "VIG-1999-0001"),
        ("store", "purge", "--before", "hier"),
        ("store", "copy", "sqlite:///other.db"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(here: Here, store_url: str, arguments: tuple[str, ...]) -> None:
    done = here(*arguments, store=store_url)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_locked_store_is_one_sentence_and_status_2(vigie: Vigie, filled: str, tmp_path: Path) -> None:
    path = Path(filled.removeprefix("sqlite:///"))
    articles = tmp_path / "new.jsonl"
    articles.write_text(line(ATTACK.model_copy(update={"url": "https://gazette.example/plus"})), encoding="utf-8")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = vigie("ingest", str(articles), store=filled)
        other.execute("ROLLBACK")
    assert done.returncode == 2
    assert "occupée par un autre programme" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("damage", ["garbage", "newer", "other", "folder"])
def test_a_store_that_is_none_is_one_sentence_and_unchanged(here: Here, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "vigie.db"
    if damage == "garbage":
        path.write_bytes(b"no database at all" * 99)
    elif damage == "folder":
        path.mkdir()
    elif damage == "other":
        with closing(sqlite3.connect(path)) as made:
            made.execute("CREATE TABLE mine (x)")
    else:
        index.open_store(f"sqlite:///{path}").close()
        with closing(sqlite3.connect(path)) as made:
            made.execute("PRAGMA user_version = 999")
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes() if path.is_file() else None
    for command in (("search", "tours"), ("collect", "--outlets", os.devnull), ("start", "--no-collect")):
        done = here(*command, store=f"sqlite:///{path}")
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert str(path) in done.stderr
    assert (path.read_bytes() if path.is_file() else None) == before


def test_ctrl_c_ends_a_run_without_a_traceback(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "extract"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(line(WEATHER) + "\n")
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    assert process.stderr
    assert "Traceback" not in process.stderr.read()


def test_a_reader_that_leaves_early_is_no_error_message(filled: str) -> None:
    command = f"'{sys.executable}' -m cli --store '{filled}' schema | head -c 10"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout
    assert done.stderr == ""


def test_search_finds_in_any_form_and_counts_on_stderr(vigie: Vigie, filled: str) -> None:
    done = vigie("search", "cyberattaques", "chambray", "--service", "urgences", "--status", "ferme", store=filled)
    assert done.returncode == 0
    assert "Léonard de Vinci" in done.stdout
    assert done.stderr == "1 incident.\n"
    assert vigie("search", "--department", "45", store=filled).stdout == ""


def test_search_jsonl_is_what_export_writes(vigie: Vigie, filled: str, tmp_path: Path) -> None:
    found = vigie("search", "--format", "jsonl", store=filled).stdout
    assert found == vigie("export", "--format", "jsonl", "-o", "-", store=filled).stdout
    target = tmp_path / "out.jsonl"
    assert vigie("export", "--format", "jsonl", "-o", str(target), store=filled).returncode == 0
    assert target.read_text(encoding="utf-8") == found
    assert target.with_suffix(".ids.csv").read_text(encoding="utf-8") == "id,fate,other,at,by\n"
    assert vigie("export", "--format", "ids", "-o", "-", store=filled).stdout == "id,fate,other,at,by\n"
    [incident] = rows(found)
    assert incident["id"].startswith("VIG-2022-")
    assert incident["reports"] == [
        {
            "url": ATTACK.url,
            "outlet": ATTACK.outlet,
            "title": ATTACK.title,
            "published": "2022-01-07",
            "kind": "article",
            "copy_of": None,
        }
    ]
    assert ATTACK.text[:60] not in found


def test_csv_and_geojson_hold_the_same_incident(vigie: Vigie, filled: str) -> None:
    table = vigie("export", "--format", "csv", "-o", "-", store=filled).stdout
    assert VINCI in table.splitlines()[1]
    features = json.loads(vigie("export", "--format", "geojson", "-o", "-", store=filled).stdout)["features"]
    assert [f["properties"]["finess"] for f in features] == [VINCI]


def test_show_gives_each_value_with_the_words_that_say_it(vigie: Vigie, filled: str) -> None:
    [incident] = rows(vigie("search", "--format", "jsonl", store=filled).stdout)
    done = vigie("show", incident["id"].lower(), store=filled)
    assert done.returncode == 0
    assert "Urgences, Fermé" in done.stdout
    assert "« Les urgences sont fermées." in done.stdout
    assert ATTACK.url in done.stdout
    as_json = json.loads(vigie("show", incident["id"], "--format", "json", store=filled).stdout)
    assert as_json == incident


def test_what_comes_from_outside_cannot_command_the_terminal(vigie: Vigie, store_url: str, tmp_path: Path) -> None:
    hostile = ATTACK.model_copy(update={"title": ATTACK.title + " \x1b]0;owned\x07", "outlet": "\x1b[31mRouge"})
    file = tmp_path / "in.jsonl"
    file.write_text(line(hostile) + "\n" + line(WEATHER).replace("2022", "2999"), encoding="utf-8")
    assert vigie("ingest", str(file), store=store_url).returncode == 1
    [incident] = rows(vigie("search", "--format", "jsonl", store=store_url).stdout)
    for command in (("search",), ("show", incident["id"])):
        done = vigie(*command, store=store_url)
        assert done.returncode == 0
        assert "\x1b" not in done.stdout + done.stderr


def test_the_store_tells_what_it_holds_and_that_it_is_sound(vigie: Vigie, filled: str) -> None:
    info = json.loads(vigie("store", "info", store=filled).stdout)
    assert (info["incidents"], info["articles"]) == (1, 1)
    assert vigie("store", "check", store=filled).returncode == 0
    assert vigie("store", "reindex", store=filled).returncode == 0


def test_purging_empties_texts_and_keeps_facts(vigie: Vigie, tmp_path: Path, store_url: str) -> None:
    file = tmp_path / "in.jsonl"
    old = {**json.loads(line(ATTACK)), "fetched": "2022-01-07T10:00:00Z"}
    file.write_text(json.dumps(old), encoding="utf-8")
    assert vigie("ingest", str(file), store=store_url).returncode == 0
    before = vigie("export", "--format", "csv", "-o", "-", store=store_url).stdout
    done = vigie("store", "purge", "--before", "2024-01-01", store=store_url)
    assert (done.returncode, done.stderr) == (0, "1 textes effacés.\n")
    assert vigie("export", "--format", "csv", "-o", "-", store=store_url).stdout == before


def test_a_facility_is_found_by_the_name_the_press_gives_it(vigie: Vigie) -> None:
    done = vigie("reference", "find", "clinique", "vinci", "--format", "jsonl")
    assert done.returncode == 0
    assert rows(done.stdout)[0]["finess"] == VINCI
    assert vigie("reference", "find", "zzzzzz qqqqq").returncode == 1


def test_the_shipped_outlets_are_listed(vigie: Vigie, store_url: str) -> None:
    done = vigie("outlets", "list", store=store_url)
    assert done.returncode == 0
    assert "france3" in done.stdout


def test_the_schema_is_that_of_the_records(vigie: Vigie) -> None:
    schemas = json.loads(vigie("schema").stdout)
    assert schemas == {m.__name__: m.model_json_schema(mode="serialization") for m in (Article, Report, Incident, Act)}
    assert json.loads(vigie("schema", "Report").stdout) == schemas["Report"]


def test_the_doctor_finds_this_installation_well(vigie: Vigie, filled: str) -> None:
    done = vigie("doctor", store=filled)
    assert done.returncode == 0, done.stdout
    assert "défaut" not in done.stdout


def test_a_taken_port_is_told(vigie: Vigie, store_url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for command in ("start", "app"):
            done = vigie(command, "--port", port, store=store_url)
            assert done.returncode == 2
            assert f"Le port {port} est déjà pris" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_output_that_finds_no_room_is_one_sentence(store_url: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cli", "--store", store_url, "store", "info"],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "vigie : la sortie : le disque est plein."
    assert "Traceback" not in done.stderr
