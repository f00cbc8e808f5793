"""Starts real PostgreSQL and Redis servers for the tests: private, on free ports, thrown away afterwards.

Nothing here touches a server that already runs on the machine. Data are not durable on purpose (fsync off), but for
who measures.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

START_LIMIT_S = 30.0
STOP_LIMIT_S = 10.0


class ServerMissing(Exception):
    """A server's program is not installed; the message names the Debian package."""


class ServerFailed(Exception):
    """It is installed but did not start; the message ends with its log."""


def free_port() -> int:
    """A port that was free a moment ago; start-up retries, since another process may take it first."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Postgres:
    """One private cluster. PostgreSQL refuses to run as root, so that root starts it as user `postgres`."""

    folder: Path
    binaries: Path
    durable: bool = False
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def socket_folder(self) -> Path:
        return self.folder / "socket"

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://hub@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Starts (or, after `stop` or `kill`, restarts on the same port) and returns when it answers."""
        fixed, attempts = bool(self.port), 3
        for attempt in range(1, attempts + 1):
            self.port = self.port if fixed else free_port()
            try:
                self._start_once()
                return
            except ServerFailed:
                if attempt == attempts:
                    raise

    def _start_once(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.socket_folder),
            "max_connections": "200",
            **({} if self.durable else {"fsync": "off", "full_page_writes": "off"}),
            "shared_buffers": "64MB",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        command = [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("a", encoding="utf-8") as log:
            self.process = start_process(command, log, as_postgres())
        ask = [str(self.binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "hub"]
        await_ready(self.process, lambda: subprocess.run(ask, check=False).returncode == 0, self.folder / "log")

    def stop(self) -> None:
        if self.process:
            # SIGINT is PostgreSQL's "fast" shutdown: it does not wait for clients.
            end_process(self.process, signal.SIGINT)
            self.process = None

    def kill(self) -> None:
        """A crash: SIGQUIT takes the children down too, without a checkpoint."""
        if self.process:
            end_process(self.process, signal.SIGQUIT)
            self.process = None

    def create_database(self) -> str:
        """A fresh, empty database; returns its name."""
        name = f"hub_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return name

    def drop_database(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Runs one statement through psql, so that the fixtures need no event loop; returns its output."""
        command = [str(self.binaries / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", "127.0.0.1", "-p", str(self.port), "-U", "hub", "-d", database, "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=START_LIMIT_S)
        if done.returncode:
            raise ServerFailed(done.stderr.strip())
        return done.stdout.strip()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_postgres(*, durable: bool = False) -> Postgres:
    """Makes and starts a cluster; the caller ends it with `remove()`. `durable`: as one in earnest."""
    binaries = postgres_binaries()
    as_postgres()  # says what is missing before a folder is made
    # Under /tmp and not in pytest's folder: that one is closed to user `postgres`, and too long for a socket's path.
    folder = Path(tempfile.mkdtemp(prefix="hub-pg-", dir="/tmp"))
    server = Postgres(folder, binaries, durable)
    try:
        make_cluster(server)
        server.start()
    except BaseException:
        server.remove()
        raise
    return server


def make_cluster(server: Postgres) -> None:
    """An empty cluster in the server's folder, which must be there and empty."""
    identity = as_postgres()
    folder = server.folder
    server.socket_folder.mkdir()
    if identity:
        shutil.chown(folder, identity["user"], identity["group"])
        shutil.chown(server.socket_folder, identity["user"], identity["group"])
    command = [str(server.binaries / "initdb"), "-D", str(folder / "data"), "-U", "hub", "--auth=trust", "--no-sync"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **identity)
    if made.returncode:
        raise ServerFailed(f"initdb: {made.stderr.strip()}")


def postgres_binaries() -> Path:
    """Debian keeps them off PATH, one folder a version: the newest one is taken."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    raise ServerMissing("PostgreSQL is not installed (Debian package: postgresql)")


def as_postgres() -> dict[str, Any]:
    """Keywords for subprocess that drop root's rights; empty for an ordinary user.

    What `runuser -u postgres` does, without its extra process between us and the server's signals.
    """
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        raise ServerMissing("there is no user `postgres` to run as (Debian package: postgresql)") from None
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@dataclass
class Redis:
    """One private Redis that writes nothing to disk."""

    folder: Path
    binary: str
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.port = self.port or free_port()
        command = [self.binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command += ["--dir", str(self.folder)]
        with (self.folder / "log").open("a", encoding="utf-8") as log:
            self.process = start_process(command, log, {})
        await_ready(self.process, lambda: self.command("PING") == "+PONG", self.folder / "log")

    def command(self, line: str) -> str:
        """One inline command; returns the first line of the answer, or "" when nobody answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"{line}\r\n".encode())
                return connection.recv(4096).decode().split("\r\n", 1)[0]
        except OSError:
            return ""

    def clear(self) -> None:
        self.command("FLUSHALL")

    def stop(self) -> None:
        if self.process:
            end_process(self.process, signal.SIGTERM)
            self.process = None

    def kill(self) -> None:
        if self.process:
            end_process(self.process, signal.SIGKILL)
            self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_redis() -> Redis:
    """Starts a Redis; the caller ends it with `remove()`."""
    binary = shutil.which("redis-server")
    if not binary:
        raise ServerMissing("Redis is not installed (Debian package: redis-server)")
    server = Redis(Path(tempfile.mkdtemp(prefix="hub-redis-", dir="/tmp")), binary)
    try:
        server.start()
    except BaseException:
        server.remove()
        raise
    return server


def start_process(command: list[str], log: TextIO, identity: dict[str, Any]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C at the terminal is for pytest, which then stops its servers in order.
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/tmp", start_new_session=True, **identity
    )


def await_ready(process: subprocess.Popen[bytes], ready: Any, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.02)
    end_process(process, signal.SIGKILL)
    raise ServerFailed(f"{process.args} did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def end_process(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
