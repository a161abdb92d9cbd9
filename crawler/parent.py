"""A worker process is its parent's: it ends when that one ends, also when it is killed, and leaves Ctrl-C to it."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import parent_process


def belong_to_parent() -> None:
    """The initializer of a pool's workers. They hold both ends of their queue, so that its end never tells them: a
    thread watches the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
