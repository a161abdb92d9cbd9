"""`vigie watch`: collecting for good, each outlet in its own rhythm."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.collect import OutletsFile
from cli.terminal import complain, opened, say, tell

if TYPE_CHECKING:
    from crawler.outlets import Outlet
    from index.store import Store
    from nlp.stream import LazyReader

LOOK = 15.0  # s between two looks at which outlets are due
_AGAIN = 600.0  # s before a new try after a collection that broke down as a whole
_MOST = 100  # pages of one outlet in one round: none keeps the others waiting for long


def watch(
    outlets: OutletsFile = None,
    every: Annotated[
        float, typer.Option(min=1, metavar="SECONDES", help="Regarder aussi souvent quels médias sont à relire.")
    ] = LOOK,
) -> None:
    """Collecter sans fin, chaque média à son rythme. Pour un service (systemd) ou un conteneur.

    Une erreur est dite et n'arrête rien. Le registre est relu à chaque tour. Ctrl-C ou SIGTERM arrête proprement.
    """
    from crawler.outlets import load_outlets
    from nlp.stream import LazyReader

    load_outlets(outlets)  # a registry that cannot be read is told at once, with exit status 2
    with opened() as store:
        say("Vigie veille. Ctrl-C pour arrêter.")
        try:
            keep_collecting(store, _registry(outlets), LazyReader(), lambda: False, every)
        except KeyboardInterrupt:
            say("Vigie s'arrête ; tout ce qui a été collecté est gardé.")


def keep_collecting(
    store: Store, outlets: Callable[[], list[Outlet]], reader: LazyReader, stop: Callable[[], bool], every: float = LOOK
) -> None:
    """One round of what is due after the other, until `stop`. KeyboardInterrupt ends it too."""
    import collecting
    from crawler.collect import CollectError
    from index.store import StoreError

    while not stop():
        pause = every
        try:
            if due := collecting.due(store, outlets(), datetime.now(UTC)):
                done = collecting.collect(store, due, reader, limit=_MOST, stop=stop, tell=tell)
                if done.interrupted:
                    raise KeyboardInterrupt
                say(_round(done))
                for outlet, alarms in sorted(done.alarms.items()):
                    say(f"alerte {outlet} : {' ; '.join(alarms)}")
        except (CollectError, StoreError, OSError) as error:
            complain(str(error))
            pause = _AGAIN
        until = time.monotonic() + pause
        while time.monotonic() < until and not stop():
            time.sleep(0.5)


def _round(done: object) -> str:
    from pipeline import Summary

    assert isinstance(done, Summary)
    outlets = ", ".join(f"{count} {status}" for status, count in sorted(done.outlets.items()))
    return (
        f"{datetime.now():%Y-%m-%d %H:%M} {outlets} ; {done.articles['kept']} articles retenus, "
        f"{done.articles['irrelevant']} sans rapport, {done.failed} en échec ; {done.incidents} incidents en base."
    )


def _registry(file: Path | None) -> Callable[[], list[Outlet]]:
    """The registry as it is now; as it was when it can no longer be read."""
    from crawler.outlets import OutletError, load_outlets

    last: list[Outlet] = []

    def load() -> list[Outlet]:
        nonlocal last
        try:
            last = load_outlets(file)
        except OutletError as error:
            complain(str(error))
        return last

    return load
