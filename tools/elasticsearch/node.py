"""One node: configured, started, stopped. Loopback only, data in a folder of its own."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.elasticsearch import distribution

HEAP = os.environ.get("VIGIE_ELASTICSEARCH_HEAP", "512m")
# The launcher of the server and the short-lived JVM that starts it need little.
_SMALL = ("-Xms4m", "-Xmx64m", "-XX:+UseSerialGC")

# Compiled less, and one collector of garbage less: three nodes on two cores are up in half the time.
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:-UseG1GC", "-XX:+UseSerialGC")

# Who may make keys, to try what each key may do. Whoever gives no name may do everything: this is loopback.
ADMIN = ("vigie", "loopback-only")
_SECURITY = (
    "xpack.security.enabled: true",
    "xpack.security.autoconfiguration.enabled: false",
    "xpack.security.http.ssl.enabled: false",
    "xpack.security.transport.ssl.enabled: false",
    "xpack.security.authc.anonymous.username: anybody",
    "xpack.security.authc.anonymous.roles: superuser",
)


@dataclass(frozen=True, slots=True)
class Node:
    """`folder` holds its settings, data, logs and the server's process id. `peers`: transport ports of a cluster.

    `quick`: up in less time, and slower at work."""

    folder: Path
    port: int
    transport: int
    peers: tuple[int, ...] = ()
    masters: tuple[str, ...] = ()
    heap: str = HEAP
    quick: bool = False

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, home: Path, java: Path) -> None:
        """Returns when the node answers. RuntimeError with the end of its log when it does not come up."""
        self._configure(home)
        command = [*_as_nobody(self.folder), str(java / "bin" / "java"), *_SMALL]
        launcher = home / "lib" / "tools" / "server-launcher" / "*"
        command += ["-cp", str(launcher), "org.elasticsearch.server.launcher.ServerLauncher"]
        with (self.folder / "start.log").open("wb") as log:
            # -d returns when the node is up or has failed; the environment is passed on whole, hence a bare one
            done = subprocess.run(
                [*command, "-d", "-p", str(self.folder / "pid")],
                env=self._environment(home, java),
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if done.returncode or not self.wait(120 if self.peers else 60):
            log_end = (self.folder / "start.log").read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"Elasticsearch did not start ({self.folder}/start.log):\n{log_end}")

    def _configure(self, home: Path) -> None:
        for name in ("config", "data", "logs", "tmp", "snapshots"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        config = self.folder / "config"
        shutil.copy(home / "config" / "log4j2.properties", config)
        options = (home / "config" / "jvm.options").read_text(encoding="utf-8").splitlines()
        # left out: files that would be written into the server's own folder, which is not the server's to write
        unwanted = ("-Xlog:gc", "-XX:ErrorFile", "-XX:+HeapDump", "-XX:HeapDump")
        kept = [line for line in options if not any(word in line for word in unwanted)]
        (config / "jvm.options").write_text("\n".join(kept) + "\n", encoding="utf-8")
        (config / "elasticsearch.yml").write_text("\n".join(self._settings()) + "\n", encoding="utf-8")
        (config / "users").write_text(f"{ADMIN[0]}:{_hashed(ADMIN[1])}\n", encoding="utf-8")
        (config / "users_roles").write_text(f"superuser:{ADMIN[0]}\n", encoding="utf-8")

    def _settings(self) -> Sequence[str]:
        lines = [
            "cluster.name: vigie-tests",
            f"node.name: {self.name}",
            "network.host: 127.0.0.1",
            f"http.port: {self.port}",
            f"transport.port: {self.transport}",
            f"path.data: {self.folder / 'data'}",
            f"path.logs: {self.folder / 'logs'}",
            f'path.repo: ["{self.folder / "snapshots"}"]',
            "cluster.routing.allocation.disk.threshold_enabled: false",
            "action.destructive_requires_name: false",
        ]
        if not self.peers:
            return [*lines, "discovery.type: single-node", *_SECURITY]
        lines.append("xpack.security.enabled: false")  # nodes would need certificates to speak to one another
        seeds = ", ".join(f'"127.0.0.1:{port}"' for port in self.peers)
        lines.append(f"discovery.seed_hosts: [{seeds}]")
        if not (self.folder / "data" / "_state").exists():
            lines.append(f"cluster.initial_master_nodes: [{', '.join(self.masters)}]")
        return lines

    def _environment(self, home: Path, java: Path) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "HOSTNAME": "localhost",
            "JAVA": str(java / "bin" / "java"),
            "JAVA_TYPE": "ES_JAVA_HOME",
            "ES_JAVA_HOME": str(java),
            "ES_HOME": str(home),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_DISTRIBUTION_TYPE": "tar",
            "ES_TMPDIR": str(self.folder / "tmp"),
            "CLI_JAVA_OPTS": " ".join(_SMALL),
            "ES_JAVA_OPTS": " ".join((f"-Xms{self.heap} -Xmx{self.heap} -XX:-AlwaysPreTouch", *_QUICK * self.quick)),
        }

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=3):
                return True
        except (OSError, urllib.error.URLError):
            return False

    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self.answers():
            if time.monotonic() > end:
                return False
            time.sleep(0.3)
        return True

    def pid(self) -> int | None:
        """The server's process, if it runs."""
        try:
            number = int((self.folder / "pid").read_text())
            os.kill(number, 0)
        except (OSError, ValueError):
            return None
        return number

    def stop(self, kill: bool = False) -> None:
        """End the server and wait until it is gone; `kill` gives it no time to tidy up."""
        number = self.pid()
        if number is None:
            return
        os.kill(number, signal.SIGKILL if kill else signal.SIGTERM)
        end = time.monotonic() + 60
        while self.pid() is not None and time.monotonic() < end:
            time.sleep(0.1)
        (self.folder / "pid").unlink(missing_ok=True)


def _hashed(password: str) -> str:
    """As Elasticsearch's file realm keeps passwords."""
    salt = os.urandom(32)
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(made).decode()}"


def _as_nobody(folder: Path) -> list[str]:
    """Elasticsearch refuses to run as root."""
    if os.getuid() != 0:
        return []
    subprocess.run(["chown", "-R", "nobody:nogroup", folder], check=True)
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--no-new-privs"]


def ready(node: Node) -> Node:
    """Start a node, installing the server first. `distribution.Missing` when this machine cannot run it."""
    java = distribution.java_home()
    node.start(distribution.install(), java)
    return node
