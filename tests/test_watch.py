"""`vigie watch` as a service runs it: a process of its own, ended by SIGTERM."""

from __future__ import annotations

import configparser
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import index
from tests.conftest import ROOT
from tests.site.serve import Site


def test_it_collects_again_survives_errors_and_ends_in_good_order(store_url: str, tmp_path: Path) -> None:
    with Site(tmp_path) as site:
        command = [sys.executable, "-m", "cli", "--store", store_url, "watch", "--every", "1", "--outlets"]
        process = subprocess.Popen(
            [*command, str(site.outlets_file)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        lines: list[str] = []
        assert process.stderr
        reader = threading.Thread(target=lambda: lines.extend(process.stderr or ()), daemon=True)
        reader.start()
        try:
            _until(lambda: any("3 OK" in line for line in lines), lines)
            # a registry that someone is in the middle of changing, then one with one outlet more
            entry = site.outlets_file.read_text(encoding="utf-8")
            site.outlets_file.write_text("[[outlet", encoding="utf-8")
            _until(lambda: any("not valid TOML" in line for line in lines), lines)
            more = entry.replace('id = "', 'id = "autre-')
            site.outlets_file.write_text(f"{entry}\n{more}", encoding="utf-8")
            _until(lambda: sum("3 OK" in line for line in lines) == 2, lines)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0
        reader.join(timeout=5)
    assert "Vigie s'arrête" in lines[-1]
    with index.open_store(store_url) as store:
        assert len(store.outlet_states()) == 6
        assert store.notes("claim") == []


def _until(done: object, lines: list[str]) -> None:
    assert callable(done)
    deadline = time.monotonic() + 180
    while not done():
        assert time.monotonic() < deadline, lines
        time.sleep(0.1)


def test_the_shipped_service_runs_this_command_without_privileges() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy" / "vigie-watch.service", encoding="utf-8")
    service = unit["Service"]
    assert service["ExecStart"].split()[-2:] == ["/opt/vigie/.venv/bin/vigie", "watch"]
    assert (service["User"], service["NoNewPrivileges"], service["Restart"]) == ("vigie", "yes", "on-failure")
    container = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    assert "USER vigie" in container
    assert 'CMD ["watch"]' in container
