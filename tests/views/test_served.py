from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import streamlit
from streamlit import config, net_util
from streamlit.web import bootstrap
from streamlit.web.server import server_util

from views import launch, served


def test_the_page_is_french_and_may_ask_nobody_else() -> None:
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    page = served.in_french(index)
    assert '<html lang="fr">' in page
    assert "<title>Vigie</title>" in page
    assert "favicon.png" not in page
    assert "You need to enable JavaScript" not in page
    assert "http:" not in served.POLICY
    assert "https:" not in served.POLICY


def test_the_command_passes_every_setting_that_streamlit_knows() -> None:
    command = launch.command(8765, "127.0.0.1")
    assert command[1:4] == ["-m", "streamlit", "run"]
    assert Path(command[4]).name == "app.py"
    for name in launch.settings():
        assert config.get_options_for_section(name.partition(".")[0]) is not None
        assert any(flag.startswith(f"--{name}=") for flag in command), name
    assert "--browser.gatherUsageStats=false" in command
    assert "--client.showErrorDetails=none" in command
    assert "--server.enableXsrfProtection=true" in command


def test_the_settings_are_options_of_this_streamlit() -> None:
    known = set(config._config_options_template)
    assert set(launch.settings()) <= known
    assert tomllib.loads(launch.SETTINGS.read_text(encoding="utf-8"))["client"]["toolbarMode"] == "viewer"


def test_no_third_party_is_asked_for_the_address_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit would, to greet in a terminal and to judge a request that comes from elsewhere."""
    asked: list[str] = []
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, timeout=5: asked.append(url))
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)  # put back afterwards
    assert not server_util.is_url_from_allowed_origins("http://elsewhere.example")
    assert asked, "what Streamlit does by itself"
    asked.clear()
    launch.apply_settings()
    bootstrap._print_url(is_running_hello=False)
    assert not server_util.is_url_from_allowed_origins("http://elsewhere.example")
    assert asked == []
