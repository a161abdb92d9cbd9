"""`vigie app`: the Streamlit app alone."""

from __future__ import annotations

import os
import socket
import subprocess
from typing import Annotated

import typer

from cli.terminal import Refused, opened, say
from reference.system_errors import reason

ADDRESS = "127.0.0.1"
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port sur lequel l'application écoute.")]


def serve(port: Port = 8501) -> None:
    """Ouvrir l'application seule, sans collecte."""
    check_port(port)
    opened().close()  # a store that cannot be used is told here, not on a page
    app = launch(port)
    say(f"Vigie : http://localhost:{port} (Ctrl-C pour arrêter)")
    try:
        code = app.wait()
    finally:
        close(app)
    raise typer.Exit(code)


def check_port(port: int) -> None:
    """Refused when something listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise Refused(
                f"Le port {port} est déjà pris ({reason(error)}) : Vigie est peut-être déjà ouverte sur "
                f"http://localhost:{port}. Sinon, choisissez un autre port avec --port."
            ) from None


def launch(port: int) -> subprocess.Popen[bytes]:
    """The app in a process of its own, its log to stderr, Streamlit's greeting to nobody."""
    from views.launch import command

    # a session of its own: Ctrl-C comes here, and we then end it in good order
    address = os.environ.get("VIGIE_ADDRESS") or ADDRESS  # within a container, all of them
    return subprocess.Popen(command(port, address), stdout=subprocess.DEVNULL, start_new_session=True)


def close(app: subprocess.Popen[bytes]) -> None:
    if app.poll() is None:
        app.terminate()
        try:
            app.wait(timeout=5)
        except subprocess.TimeoutExpired:
            app.kill()
            app.wait()
