"""The `vigie` command. One module a subcommand; each imports what it needs only when it runs, so `--help` is quick.

Data go to stdout, everything else to stderr. Exit status: 0 all well; 1 finished, and some items failed (counted and
named on stderr); 2 wrong usage or configuration, nothing done; 130 stopped by Ctrl-C, the next run goes on.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

from cli import (
    add,
    alerts,
    changes,
    collect,
    doctor,
    evaluate,
    export,
    extract,
    ingest,
    outlets,
    reference,
    review,
    schema,
    search,
    serve,
    show,
    start,
    store,
    watch,
)
from cli.terminal import Refused, complain

app = typer.Typer(
    name="vigie",
    help="Vigie : les incidents numériques du secteur de la santé, d'après la presse.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
)

app.command("start")(start.start)
app.command("collect")(collect.collect)
app.command("add")(add.add)
app.command("watch")(watch.watch)
app.command("ingest")(ingest.ingest)
app.command("extract")(extract.extract)
app.command("search")(search.search)
app.command("show")(show.show)
app.command("changes")(changes.changes)
app.command("export")(export.export)
app.command("evaluate")(evaluate.evaluate)
app.command("doctor")(doctor.doctor)
app.command("app")(serve.serve)
app.command("schema")(schema.schema)
app.add_typer(outlets.app, name="outlets")
app.add_typer(reference.app, name="reference")
app.add_typer(store.app, name="store")
app.add_typer(review.app, name="review")
app.add_typer(alerts.app, name="alerts")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"vigie {version('vigie')}")
        raise typer.Exit


@app.callback()
def _options(
    where: Annotated[
        str | None,
        typer.Option(
            "--store",
            envvar="VIGIE_STORE",
            metavar="URL",
            help="La base : sqlite:///chemin/vers/vigie.db (par défaut, dans le dossier de données de l'utilisateur).",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Afficher la version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    if where:
        os.environ["VIGIE_STORE"] = where  # for this process and those it starts: the app, the crawl


def main() -> None:
    """Run the command line of this process."""
    for name in ("SIGTERM", "SIGHUP"):  # the latter: the terminal was closed
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminated)
    try:
        app(prog_name="vigie")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        _explain(error)


# What is wrong with a disk and no fault of the program, wherever it shows.
_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)


def _terminated(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _explain(error: Exception) -> NoReturn:
    """One sentence for what is wrong outside the program; a traceback for what is wrong inside it."""
    from crawler.collect import CollectError
    from crawler.outlets import OutletError
    from index.store import StoreError
    from nlp.lexicon import LexiconError
    from reference.notices import NoticeError
    from reference.register_formats import RegisterError
    from reference.system_errors import reason

    if isinstance(error, CollectError):
        complain(str(error))
        sys.exit(1)
    if isinstance(error, Refused | StoreError | OutletError | NoticeError | RegisterError | LexiconError):
        complain(str(error))
        sys.exit(2)
    if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
        complain(f"{error.filename or 'la sortie'} : {reason(error)}.")
        sys.exit(1)
    raise error
