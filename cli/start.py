"""`vigie start`: what `make run` runs. The app at once; the starter notices, then the outlets, in the background."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from cli.collect import OutletsFile
from cli.serve import ADDRESS, Port, check_port, close, launch
from cli.terminal import complain, opened, say, tell
from cli.watch import keep_collecting

if TYPE_CHECKING:
    from crawler.outlets import Outlet
    from index.store import Store

_PATIENCE = 60.0  # s the app may take to answer


def start(
    port: Port = 8501,
    outlets: OutletsFile = None,
    no_collect: Annotated[bool, typer.Option("--no-collect", help="Ne pas collecter les médias.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Ne pas ouvrir le navigateur.")] = False,
) -> None:
    """Tout lancer : la base, les notices de départ, l'application, et la collecte en tâche de fond."""
    from crawler.outlets import load_outlets

    chosen = [] if no_collect else load_outlets(outlets)
    check_port(port)
    with opened() as store:
        app = launch(port)
        try:
            threading.Thread(target=_announce, args=(app, port, no_browser), daemon=True).start()
            _work(store, chosen, lambda: app.poll() is not None)
            code = app.wait()
        except KeyboardInterrupt:
            say("Vigie s'arrête ; tout ce qui a été collecté est gardé.")
            code = 0
        finally:
            close(app)
    if code:
        complain("L'application s'est arrêtée d'elle-même ; son journal ci-dessus dit pourquoi.")
        raise typer.Exit(1)


def _announce(app: subprocess.Popen[bytes], port: int, no_browser: bool) -> None:
    """Wait until the app answers, then say where it is."""
    deadline = time.monotonic() + _PATIENCE
    while app.poll() is None and not _answers(port):
        if time.monotonic() > deadline:
            say(f"L'application tarde à répondre ; elle sera sur http://localhost:{port}")
            return
        time.sleep(0.1)
    if app.poll() is not None:
        return
    say(f"Vigie : http://localhost:{port} (Ctrl-C pour arrêter)")
    desktop = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if desktop and not no_browser and sys.stderr.isatty():
        webbrowser.open(f"http://localhost:{port}")


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection(ADDRESS, port, timeout=2)) as connection:
        try:
            connection.request("GET", "/_stcore/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def _work(store: Store, outlets: list[Outlet], stop: Callable[[], bool]) -> None:
    """Notices, then one collection after the other, until the app ends."""
    import pipeline
    from index.store import StoreError
    from nlp.stream import LazyReader

    reader = LazyReader()
    try:
        loaded = pipeline.load_notices(store, reader, stop=stop, tell=tell)
        if loaded.interrupted:
            raise KeyboardInterrupt
        if loaded.articles["kept"]:
            say(f"Notices de départ chargées : {loaded.incidents} incidents.")
    except StoreError as error:
        complain(str(error))
    keep_collecting(store, lambda: outlets, reader, stop)
