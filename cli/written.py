"""A file written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from cli.terminal import Refused
from reference.system_errors import reason


def written(target: Path, write: Callable[[IO[bytes]], int]) -> int:
    """Written aside and put in place whole: a reader of the file never meets half an export."""
    try:
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                count = write(stream)
            mask = os.umask(0)
            os.umask(mask)
            Path(beside).chmod(0o666 & ~mask)
            Path(beside).replace(target)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Refused(f"{target} : {reason(error)}.") from None
    return count
